"""Every route, asked by one tenant with the ids of another's records: nothing is found, and no word tells that apart
from an id that never was. The routes come from the OpenAPI document, so that a new one is tried too."""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.app import create_app
from infra.settings import Settings
from tests.e2e.test_http import after, problem
from tests.platform import Platform

MARK = "Belongs to Bee alone"
STREAMS = ("/events",)  # an answer that does not end, see test_http_events.py
BROWSERS = ("/signin", "/signout")  # for those who are not in yet, see test_sign_in.py
DOCUMENT: dict[str, Any] = create_app(Settings()).openapi()
OPERATIONS = [
    (method, path) for path, methods in DOCUMENT["paths"].items() for method in methods if not path.startswith(BROWSERS)
]
WITH_ID = [each for each in OPERATIONS if "{" in each[1]]
OWN_WORDS = ("/audit/entries",)  # it holds the ids that this tenant itself asked for
LISTS = [
    path for method, path in OPERATIONS if method == "get" and "{" not in path and path not in (*STREAMS, *OWN_WORDS)
]
PLACE = re.compile(r"\{[^}]*\}")
OF_ITS_OWN: Mapping[str, Mapping[str, Any]] = {
    "/integration/bulk-changes": {"target": "crm.company", "verb": "remove", "values": {}, "all": True},
    "/crm/field-sets": {"record": "deal", "key": "budget"},
    "/crm/exchange-rates": {"currency": "EUR", "to_currency": "USD", "from_day": "2026-01-01", "rate": "1.1"},
    "/crm/price-books": {"currency": "EUR", "prices": []},
    "/integration/webhooks": {"url": "https://hooks.example.com/", "types": [], "aggregates": [], "owner_id": None},
    "/integration/webhooks/{id}/change": {
        "url": "https://hooks.example.com/",
        "types": [],
        "aggregates": [],
        "owner_id": None,
    },
    "/integration/mailboxes": {"kind": "IMAP", "address": "imaps://mail.example.com", "login": MARK, "secret": MARK},
}
"""What a body needs that no example of a field alone can tell."""
VOLATILE = ("request_id", "instance", "command_id")


@dataclass
class Bee:
    """The other tenant: one record of everything that can be made, its id under the path where it was made."""

    name: str
    client: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def ids_for(self, path: str) -> list[str]:
        """An id for each place in a path that takes one."""
        bases = [path[: place.start() - 1] for place in PLACE.finditer(path)]
        for base in bases:
            assert base in self.ids, f"Nothing was made whose id fits {path}; make it in the fixture."
        return [self.ids[base] for base in bases]


@pytest.fixture(scope="module")
def bee(here: Platform) -> Generator[Bee]:
    name = f"bee-{uuid4().hex[:8]}"
    with here.client(name) as client:
        made = Bee(name, client, {"/operations/dead-letters": f"crm/read-models/{name}/crm.deal/{uuid4()}"})
        made.ids["/integration/files"] = client.post("/integration/files", content=MARK.encode()).json()["file"]
        made.ids["/admin/users"] = client.post("/admin/users", json={"name": MARK}).json()["id"]
        for method, path in OPERATIONS:
            if method == "post" and "{" not in path and path not in made.ids:
                answer = client.post(path, json=body(path, made.ids))
                assert answer.status_code == 201, (path, answer.text)
                made.ids[path], made.position = answer.json()["id"], answer.json()["position"]
        keys = f"/admin/service-accounts/{made.ids['/admin/service-accounts']}/keys"
        issued = client.post(keys, json={"name": MARK}).json()
        made.ids["/admin/service-accounts/{id}/keys"] = issued["key_id"]
        made.ids["/admin/data-subjects"] = person = made.ids["/crm/contacts"]
        made.ids["/admin/former-users"] = gone = client.post("/admin/users", json={"name": MARK}).json()["id"]
        removed = client.post(f"/admin/users/{gone}/remove", json={}).json()
        held = client.post(f"/admin/data-subjects/{person}/place-hold", json={"matter": "case-1"}).json()
        allowed = client.post(f"/admin/tenants/{name}/set-local-sign-in", json={"allowed": True}).json()
        made.position = here.settled([{"position": made.position}, issued, held, allowed, removed])
        made.ids["/admin/credentials"] = made.ids["/admin/users"]
        invite = f"/admin/users/{made.ids['/admin/users']}/invite"
        invited = client.post(invite, json={}, headers=after(made.position))
        assert invited.status_code == 201, invited.text
        made.position = here.settled([{"position": made.position}, invited.json()])
        later = client.post("/crm/companies", json={"name": MARK}, headers={"Prefer": "respond-async"})
        made.ids["/commands"] = later.headers["Location"].rpartition("/")[2]
        entry = here.until("the audit has begun", lambda: client.get("/audit/entries").json()["items"])[0]
        made.ids |= {"/audit/entries": entry["id"], "/audit/trails": entry["trail_id"]}
        yield made


def body(path: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """What the document gives as an example, marked as this tenant's."""
    content = DOCUMENT["paths"][path]["post"].get("requestBody", {}).get("content", {}).get("application/json", {})
    example = content.get("examples", {}).get("example", {}).get("value", {})
    marked = {
        "name": MARK,
        "title": MARK,
        "file": ids["/integration/files"],
        "user_id": ids["/admin/users"],
        "mapping": {"name": "name"},
        "reason": "A test.",
        "issuer": "https://login.example.com",
        "subject": "7",
    }
    fitting = {name: marked[name] for name in marked if name in content.get("schema", {}).get("properties", {})}
    return example | fitting | OF_ITS_OWN.get(path, {})


@pytest.mark.parametrize(("method", "path"), WITH_ID)
def test_another_s_id_is_answered_like_one_that_never_was(
    here: Platform, acme: httpx.Client, bee: Bee, method: str, path: str
) -> None:
    theirs = bee.ids_for(path)
    never = [unlike(id, bee.name) for id in theirs]
    before = state(bee, path)

    def asked(ids: list[str]) -> tuple[int, Any]:
        sent: Mapping[str, Any] = {"json": body(path, bee.ids)} if method == "post" else {"params": with_all(path)}
        answer = acme.request(method, filled(path, ids), headers=after(bee.position), **sent)
        told = answer.json()
        return answer.status_code, {name: told[name] for name in told if name not in VOLATILE}

    status, told = asked(theirs)
    assert (status, told) == asked(never)
    assert status == 404, told
    assert state(bee, path) == before


def with_all(path: str) -> Mapping[str, str]:
    """What a record is asked for with: all that can stand beside it."""
    offered = DOCUMENT["paths"][path].get("get", {}).get("parameters", ())
    return {each["name"]: each["schema"]["examples"][0] for each in offered if each["name"] == "with"}


def filled(path: str, ids: list[str]) -> str:
    left = iter(ids)
    return PLACE.sub(lambda _: next(left), path)


def unlike(id: str, tenant: str) -> str:
    """An id of the same kind that never was."""
    if id.startswith("crm/read-models/"):
        return id.replace(tenant, f"bee-{uuid4().hex[:8]}")
    return f"{uuid4().hex}{uuid4().hex}" if len(id) == 64 else str(uuid4())


def state(bee: Bee, path: str) -> Any:
    """The other's record, by its own tenant."""
    record = path.partition("}")[0] + "}"
    answer = bee.client.get(filled(record, bee.ids_for(record)), headers=after(bee.position))
    return answer.status_code, b"" if path.startswith("/audit/") else answer.content  # asking goes on in it


@pytest.mark.parametrize("path", LISTS)
def test_no_list_and_no_report_tells_of_another_tenant(acme: httpx.Client, bee: Bee, path: str) -> None:
    answer = acme.get(path, headers=after(bee.position))
    for secret in (MARK, bee.name, *bee.ids.values()):
        assert secret not in answer.text, path


def test_the_search_tells_of_no_other_tenant(here: Platform, acme: httpx.Client, bee: Bee) -> None:
    asked = {"q": MARK}
    here.until("bee finds its own", lambda: bee.client.get("/search", params=asked).json().get("items"))
    answer = acme.get("/search", params=asked, headers=after(bee.position))
    assert answer.json()["items"] == []
    for secret in (MARK, bee.name, *bee.ids.values()):
        assert secret not in answer.text


def test_nothing_of_another_s_stands_beside_a_record(acme: httpx.Client, bee: Bee) -> None:
    """Not even where a record of one's own names another's, or is named as another's is."""
    company = acme.post("/crm/companies", json={"name": "Ours"}).json()
    theirs = bee.client.post("/crm/deals", json={"name": MARK, "owner_id": "u1", "company_id": company["id"]}).json()
    assert bee.client.get(f"/crm/deals/{theirs['id']}", headers=after(theirs["position"])).status_code == 200
    path = "/crm/companies/{id}"
    found = acme.get(filled(path, [company["id"]]), params=with_all(path), headers=after(company["position"])).json()
    sizes = {name: len(page["items"]) for name, page in found["with"].items()}
    assert sizes == {"timeline": 1, "activities": 0, "companies_by_parent": 0, "contacts": 0, "deals": 0}


def test_a_reference_to_another_s_record_shows_nothing_of_it(acme: httpx.Client, bee: Bee) -> None:
    fields = {"name": "Ours", "owner_id": bee.ids["/admin/users"], "company_id": bee.ids["/crm/companies"]}
    made = acme.post("/crm/deals", json={**fields, "product_id": bee.ids["/crm/products"]}).json()
    shown = acme.get(f"/crm/deals/{made['id']}", headers=after(made["position"])).json()
    assert [shown[name] for name in ("owner_name", "company_name", "product_name", "region")] == [None] * 4


def test_another_s_cursor_is_of_no_use(acme: httpx.Client, bee: Bee) -> None:
    bee.client.post("/crm/companies", json={"name": MARK})
    cursor = bee.client.get("/crm/companies", params={"limit": 1}, headers=after(bee.position)).json()["next_cursor"]
    assert cursor
    problem(acme.get("/crm/companies", params={"limit": 1, "cursor": cursor}), 400, "bad_cursor")
