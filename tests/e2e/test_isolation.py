"""Every route, asked by one tenant with the ids of another's records: nothing is found, and no word tells that apart
from an id that never was. The routes come from the OpenAPI document, so that a new one is tried too."""

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
VOLATILE = ("request_id", "instance", "command_id")


@dataclass
class Bee:
    """The other tenant: one record of everything that can be made, its id under the path where it was made."""

    name: str
    client: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def id_for(self, path: str) -> str:
        base = path.partition("/{")[0]
        assert base in self.ids, f"Nothing was made whose id fits {path}; make it in the fixture."
        return self.ids[base]


@pytest.fixture(scope="module")
def bee(here: Platform) -> Generator[Bee]:
    name = f"bee-{uuid4().hex[:8]}"
    with here.client(name) as client:
        made = Bee(name, client, {"/operations/dead-letters": f"crm/read-models/{name}/crm.deal/{uuid4()}"})
        made.ids["/integration/files"] = client.post("/integration/files", content=MARK.encode()).json()["file"]
        for method, path in OPERATIONS:
            if method == "post" and "{" not in path and path not in made.ids:
                answer = client.post(path, json=body(path, made.ids["/integration/files"]))
                assert answer.status_code == 201, (path, answer.text)
                made.ids[path], made.position = answer.json()["id"], answer.json()["position"]
        made.ids["/admin/data-subjects"] = person = made.ids["/crm/contacts"]
        held = client.post(f"/admin/data-subjects/{person}/place-hold", json={"matter": "case-1"}).json()
        made.position = here.settled([{"position": made.position}, held])
        later = client.post("/crm/companies", json={"name": MARK}, headers={"Prefer": "respond-async"})
        made.ids["/commands"] = later.headers["Location"].rpartition("/")[2]
        entry = here.until("the audit has begun", lambda: client.get("/audit/entries").json()["items"])[0]
        made.ids |= {"/audit/entries": entry["id"], "/audit/trails": entry["trail_id"]}
        yield made


def body(path: str, file: str) -> dict[str, Any]:
    """What the document gives as an example, marked as this tenant's."""
    content = DOCUMENT["paths"][path]["post"].get("requestBody", {}).get("content", {}).get("application/json", {})
    example = content.get("examples", {}).get("example", {}).get("value", {})
    marked = {
        "name": MARK,
        "file": file,
        "mapping": {"name": "name"},
        "reason": "A test.",
        "issuer": "https://login.example.com",
        "subject": "7",
    }
    return example | {name: marked[name] for name in marked if name in content.get("schema", {}).get("properties", {})}


@pytest.mark.parametrize(("method", "path"), WITH_ID)
def test_another_s_id_is_answered_like_one_that_never_was(
    here: Platform, acme: httpx.Client, bee: Bee, method: str, path: str
) -> None:
    theirs = bee.id_for(path)
    never = f"{uuid4().hex}{uuid4().hex}"[: len(theirs)] if len(theirs) == 64 else str(uuid4())
    if theirs.startswith("crm/read-models/"):
        never = theirs.replace(bee.name, f"bee-{uuid4().hex[:8]}")
    before = state(bee, path)

    def asked(id: str) -> tuple[int, Any]:
        sent: Mapping[str, Any] = {"json": body(path, bee.ids["/integration/files"])} if method == "post" else {}
        answer = acme.request(method, filled(path, id), headers=after(bee.position), **sent)
        told = answer.json()
        return answer.status_code, {name: told[name] for name in told if name not in VOLATILE}

    status, told = asked(theirs)
    assert (status, told) == asked(never)
    assert status == 404, told
    assert state(bee, path) == before


def filled(path: str, id: str) -> str:
    start, _, rest = path.partition("{")
    return f"{start}{id}{rest.partition('}')[2]}"


def state(bee: Bee, path: str) -> Any:
    """The other's record, by its own tenant."""
    answer = bee.client.get(filled(path.partition("}")[0] + "}", bee.id_for(path)), headers=after(bee.position))
    return answer.status_code, b"" if path.startswith("/audit/") else answer.content  # asking goes on in it


@pytest.mark.parametrize("path", LISTS)
def test_no_list_and_no_report_tells_of_another_tenant(acme: httpx.Client, bee: Bee, path: str) -> None:
    answer = acme.get(path, headers=after(bee.position))
    for secret in (MARK, bee.name, *bee.ids.values()):
        assert secret not in answer.text, path


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
