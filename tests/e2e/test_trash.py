"""The trash over HTTP: what is removed is gone for everybody who does not ask for it, and comes back as it was."""

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.client import Client
from gateway.trash import due, empty
from tests.e2e.test_graphql import data, sent
from tests.e2e.test_http import after, problem
from tests.platform import Platform

LONG_AGO = "2026-01-01T00:00:00Z"
MADE: dict[str, dict[str, Any]] = {
    "companies": {"name": "Umbra"},
    "contacts": {"name": "Maud", "email": "maud@umbra.example"},
    "products": {"name": "Lamp", "list_price": {"amount": "5", "currency": "USD"}},
    "deals": {"name": "Ten lamps", "amount": {"amount": "50", "currency": "USD"}},
    "activities": {"kind": "TASK", "title": "Call Maud"},
}
OWNED = ("companies", "contacts", "deals", "activities")


@dataclass
class Tenant:
    """`key` is the tenant's own; Ann and Bert see what is theirs alone. `position` has all of it."""

    here: Platform
    key: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    position: str = ""

    def post(self, path: str, body: Any = None, who: str | None = None) -> httpx.Response:
        client = self.key if who is None else self.clients[who]
        return client.post(path, json=body or {}, headers=after(self.position) if self.position else {})

    def send(self, path: str, body: Any = None, who: str | None = None) -> dict[str, Any]:
        answer = self.post(path, body, who)
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def get(self, path: str, who: str | None = None, **parameters: str) -> httpx.Response:
        client = self.key if who is None else self.clients[who]
        return client.get(path, params=parameters, headers=after(self.position))

    def listed(self, path: str, who: str | None = None, **parameters: str) -> set[str]:
        answer = self.get(path, who, **parameters)
        assert answer.status_code == 200, answer.text
        return {item["id"] for item in answer.json()["items"]}

    def made(self, kind: str, **more: Any) -> str:
        owner = {"owner_id": self.ids["ann"]} if kind in OWNED else {}
        return self.send(f"/crm/{kind}", MADE[kind] | owner | more)["id"]


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"trash-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(here, clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Trash"})
        role = made.send("/admin/roles", {"name": "Own", "permits": ["crm.*.*@own"]})["id"]
        for who in ("ann", "bert"):
            made.ids[who] = made.send("/admin/users", {"name": who.title()})["id"]
            made.send(f"/admin/users/{made.ids[who]}/grant-role", {"role_id": role})
            made.clients[who] = clients.enter_context(here.client(name, made.ids[who]))
        for who in made.clients.values():
            assert who.get("/access/me", headers=after(made.position)).is_success
        yield made


@pytest.mark.parametrize("kind", MADE)
def test_what_is_removed_is_in_the_trash_until_it_is_restored(tenant: Tenant, kind: str) -> None:
    path = f"/crm/{kind}"
    id = tenant.made(kind)
    word = MADE[kind].get("name") or MADE[kind]["title"]
    as_it_was = tenant.get(f"{path}/{id}").json()
    tenant.here.until("it is found", lambda: id in tenant.listed(path, q=word))
    problem(tenant.post(f"{path}/{id}/restore"), 409, f"{noun(kind)}_not_removed")
    assert id not in tenant.listed(path, trash="true")
    tenant.send(f"{path}/{id}/remove", who="ann" if kind in OWNED else None)
    assert id not in tenant.listed(path) | tenant.listed(path, q=word)
    problem(tenant.get(f"{path}/{id}"), 404, "not_found")
    assert id in tenant.listed(path, trash="true") & tenant.listed(path, trash="true", sort="-removed_at")
    gone = tenant.get(f"{path}/{id}", trash="true").json()
    assert gone["removed_at"] is not None
    of_rows = {"removed_at", "version", "updated_at", "recorded_at"}
    assert {name: gone[name] for name in gone if name not in of_rows} == {
        name: as_it_was[name] for name in as_it_was if name not in of_rows
    }
    tenant.send(f"{path}/{id}/restore", who="ann" if kind in OWNED else None)
    back = tenant.get(f"{path}/{id}").json()
    assert {name: back[name] for name in back if name not in of_rows - {"removed_at"}} == {
        name: as_it_was[name] for name in as_it_was if name not in of_rows - {"removed_at"}
    }
    tenant.here.until("it is found again", lambda: id in tenant.listed(path, q=word))
    assert id not in tenant.listed(path, trash="true")
    problem(tenant.get(f"{path}/{id}", trash="true"), 404, "not_found")


def noun(kind: str) -> str:
    return {"companies": "company", "activities": "activity"}.get(kind, kind[:-1])


@pytest.mark.parametrize("kind", OWNED)
def test_the_trash_shows_to_each_what_they_might_see(tenant: Tenant, kind: str) -> None:
    path, id = f"/crm/{kind}", tenant.made(kind)
    tenant.send(f"{path}/{id}/remove")
    assert id in tenant.listed(path, "ann", trash="true")
    assert tenant.get(f"{path}/{id}/history", "ann").is_success
    assert id not in tenant.listed(path, "bert", trash="true")
    for asked in ({"trash": "true"}, {}):
        problem(tenant.get(f"{path}/{id}", "bert", **asked), 404, "not_found")
    problem(tenant.post(f"{path}/{id}/restore", who="bert"), 404, "not_found")
    assert tenant.post(f"{path}/{id}/restore", who="ann").is_success


def test_other_rows_show_no_name_of_what_is_in_the_trash(tenant: Tenant) -> None:
    company = tenant.made("companies", name="Solely Umbra")
    deal = tenant.made("deals", name="Something", company_id=company)

    def named() -> tuple[Any, set[str]]:
        return tenant.get(f"/crm/deals/{deal}").json()["company_name"], tenant.listed("/crm/deals", q="solely")

    tenant.here.until("it is found by the name", lambda: named() == ("Solely Umbra", {deal}))
    tenant.send(f"/crm/companies/{company}/remove")
    tenant.here.until("it is found no more", lambda: named() == (None, set()))
    tenant.send(f"/crm/companies/{company}/restore")
    tenant.here.until("it is found again", lambda: named() == ("Solely Umbra", {deal}))


def test_reports_and_graphql_know_the_trash_apart(tenant: Tenant) -> None:
    deal = tenant.made("deals", amount={"amount": "77", "currency": "CHF"})

    def worth() -> list[Any]:
        return tenant.get("/crm/pipeline", by="", amount_currency="CHF").json()["items"]

    def told(trash: str) -> list[str]:
        answer = sent(tenant.key, f'{{ deals(trash: {trash}, filter: {{id: {{eq: "{deal}"}}}}) {{ nodes {{ id }} }} }}')
        return [each["id"] for each in data(answer)["deals"]["nodes"]]

    assert [each["amount"] for each in worth()] == ["77"]
    before = datetime.now(UTC).isoformat()
    tenant.send(f"/crm/deals/{deal}/remove")
    assert worth() == []
    assert (told("false"), told("true")) == ([], [deal])
    assert deal in tenant.listed("/crm/deals", as_of=before)
    assert deal not in tenant.listed("/crm/deals", as_of="2100-01-01")
    assert deal in tenant.listed("/crm/deals", as_of="2100-01-01", trash="true")


@pytest.mark.parametrize(
    ("path", "asked", "code"),
    [
        ("/crm/deals", {"trash": "yes"}, "bad_value"),
        ("/crm/deals", {"trash": "true", "q": "lamp"}, "trash_not_searched"),
        ("/crm/field-sets", {"trash": "true"}, "no_trash"),
    ],
)
def test_what_the_trash_is_not_asked(tenant: Tenant, path: str, asked: dict[str, str], code: str) -> None:
    problem(tenant.get(path, **asked), 400, code)


def test_the_trash_is_emptied_of_what_was_long_in_it(tenant: Tenant) -> None:
    old = {kind: tenant.made(kind, at=LONG_AGO) for kind in MADE}
    held = tenant.made("contacts", at=LONG_AGO)
    tenant.send(f"/admin/data-subjects/{held}/place-hold", {"matter": "case-1"})
    for kind, id in (*old.items(), ("contacts", held)):
        tenant.send(f"/crm/{kind}/{id}/remove", {"at": LONG_AGO})
    young = tenant.made("deals")
    tenant.send(f"/crm/deals/{young}/remove")
    problem(tenant.post(f"/crm/deals/{young}/purge"), 409, "deal_kept")
    assert tenant.get("/access/me").is_success
    api, said = Client(tenant.key), list[str]()
    found = list(due(api, datetime.now(UTC) - timedelta(days=30)))
    assert {each.id for each in found} == {*old.values(), held}
    assert empty(api, found, said.append) == 5
    assert len(said) == 1
    assert "subject_held" in said[0] or "hold" in said[0], said

    def left(kind: str) -> set[str]:
        return tenant.listed(f"/crm/{kind}", trash="true")

    for kind, id in old.items():
        tenant.here.until(f"{kind} are empty", lambda kind=kind, id=id: id not in left(kind))
    assert held in left("contacts")
    assert young in left("deals")
    refused = tenant.post(f"/crm/deals/{old['deals']}/restore")
    problem(refused, 409, "deal_purged")
    problem(tenant.post(f"/crm/contacts/{old['contacts']}/restore"), 409, "contact_erased")
