"""Taking back one change over HTTP: as its caller might have done it, once, and never over what came later."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.e2e.test_trash import Tenant
from tests.platform import Platform

ROLES = {
    "ann": ["crm.*.*@own", "crm.personal.see"],
    "olga": ["crm.*.read", "crm.deal.change"],
    "cleo": ["crm.*.*@own"],
    "paul": ["crm.*.*"],
    "vera": ["crm.contact.*"],
}


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    """Ann and Cleo have what is theirs, Paul all, Olga reads all but amounts and renames deals, Vera sees no names."""
    name = f"undo-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(here, clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Undo"})
        for who, permits in ROLES.items():
            role = made.send("/admin/roles", {"name": who, "permits": permits})["id"]
            made.ids[who] = made.send("/admin/users", {"name": who.title()})["id"]
            made.send(f"/admin/users/{made.ids[who]}/grant-role", {"role_id": role})
            made.clients[who] = clients.enter_context(here.client(name, made.ids[who]))
        for who in made.clients.values():
            assert who.get("/access/me", headers=after(made.position)).is_success
        yield made


def undo(
    tenant: Tenant,
    path: str,
    event: str,
    who: str | None = None,
    headers: Mapping[str, str] | None = None,
    **asked: str,
) -> httpx.Response:
    client = tenant.key if who is None else tenant.clients[who]
    return client.post(f"{path}/undo", json={"event": event}, params=asked, headers=headers or {})


def taken_back(tenant: Tenant, path: str, event: str, who: str | None = None) -> Mapping[str, Any]:
    """The record once the change is taken back."""
    answer = undo(tenant, path, event, who)
    assert answer.status_code == 200, answer.text
    tenant.position = answer.json()["position"]
    return tenant.get(path).json()


@pytest.fixture
def deal(tenant: Tenant) -> str:
    """A deal of Ann's: renamed at version 2, valued at 3, and valued again at 4."""
    id = tenant.send("/crm/deals", {"name": "Tea", "owner_id": tenant.ids["ann"]})["id"]
    tenant.send(f"/crm/deals/{id}/change", {"name": "More tea"})
    for amount in ("5", "9"):
        tenant.send(f"/crm/deals/{id}/change-amount", {"amount": {"amount": amount, "currency": "USD"}})
    return f"/crm/deals/{id}"


def test_a_change_is_taken_back_and_what_came_later_stays(tenant: Tenant, deal: str) -> None:
    row = taken_back(tenant, deal, "2", "ann")
    assert (row["name"], row["amount"], row["version"]) == ("Tea", {"amount": "9", "currency": "USD"}, 5)
    history = tenant.get(f"{deal}/history").json()["items"]
    renamed, newest = history[1], history[-1]
    assert (newest["type"], newest["actor"]) == ("crm.DealChanged", f"user:{tenant.ids['ann']}")
    assert newest["causation_id"] == renamed["event_id"]
    row = taken_back(tenant, deal, newest["event_id"])
    assert row["name"] == "More tea", "an undo is a change like others"
    row = taken_back(tenant, deal, "4")
    assert row["amount"] == {"amount": "5", "currency": "USD"}


def test_what_was_changed_again_is_told_with_when_and_by_whom(tenant: Tenant, deal: str) -> None:
    refused = problem(undo(tenant, deal, "3"), 409, "changed_since")
    later = tenant.get(f"{deal}/history").json()["items"][3]
    assert refused["fields"] == ["amount"]
    assert refused["later"] == {name: later[name] for name in refused["later"]}
    assert {"event_id", "type", "version", "occurred_at", "actor"} <= refused["later"].keys()
    before = tenant.get(deal).json()
    assert before["version"] == 4


def test_a_dry_run_tells_what_it_would_do_and_does_nothing(tenant: Tenant, deal: str) -> None:
    told = undo(tenant, deal, "4", "ann", dry_run="true")
    assert told.status_code == 200, told.text
    shown = told.json()
    assert (shown["command"], shown["permission"]) == ("crm.ChangeDealAmount", "crm.deal.change-amount")
    assert shown["events"] == [{"type": "crm.DealAmountChanged"}]
    shown = undo(tenant, deal, "4", dry_run="true").json()
    assert shown["data"]["amount"] == {"amount": "5", "currency": "USD"}
    assert (shown["undoes"]["version"], shown["version"]) == (4, 4)
    assert tenant.get(deal).json()["version"] == 4
    problem(undo(tenant, deal, "3", dry_run="true"), 409, "changed_since")


def test_it_takes_what_the_command_takes(tenant: Tenant, deal: str) -> None:
    assert problem(undo(tenant, deal, "4", "olga"), 403, "forbidden")["permission"] == "crm.deal.change-amount"
    assert problem(undo(tenant, deal, "4", "olga", dry_run="true"), 403, "forbidden")
    problem(undo(tenant, deal, "4", "cleo"), 404, "not_found")
    problem(undo(tenant, f"/crm/deals/{uuid4()}", "1"), 404, "not_found")
    assert taken_back(tenant, deal, "2", "olga")["name"] == "Tea"


def test_who_repeats_it_gets_the_first_answer(tenant: Tenant, deal: str) -> None:
    key = {"Idempotency-Key": f"undo-{uuid4()}"}
    first, again = (undo(tenant, deal, "4", headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(undo(tenant, deal, "2", headers=key), 422, "idempotency_key_reused")
    problem(undo(tenant, deal, "2", headers={"If-Match": '"4"'}), 412, "stale_version")
    assert undo(tenant, deal, "2", headers={"If-Match": '"5"'}).is_success


def test_people_are_what_they_were_and_removals_are_taken_back(tenant: Tenant) -> None:
    body = {"name": "Maud", "email": "maud@umbra.example", "owner_id": tenant.ids["ann"]}
    path = f"/crm/contacts/{tenant.send('/crm/contacts', body)['id']}"
    emails = [{"value": "maude@home.example"}, {"value": "maud@umbra.example", "primary": True}]
    tenant.send(f"{path}/change", {"name": "Maude", "emails": emails})
    tenant.send(f"{path}/tag", {"add": ["vip"]})
    masked = undo(tenant, path, "2", "vera", dry_run="true").json()
    assert (masked["data"]["name"], masked["data"]["emails"]) == (None, None)
    assert {"name", "emails"} <= set(masked["hidden"])
    row = taken_back(tenant, path, "2", "ann")
    assert (row["name"], row["email"], row["tags"]) == ("Maud", "maud@umbra.example", ["vip"])
    assert [each["value"] for each in row["emails"]] == ["maud@umbra.example"]
    removed = tenant.send(f"{path}/remove")["events"][0]["id"]
    problem(undo(tenant, path, "3"), 409, "contact_removed")
    assert taken_back(tenant, path, removed, "ann")["removed_at"] is None
    tenant.send(f"/admin/data-subjects/{path.rpartition('/')[2]}/erase", {"basis": "objection", "reason": "Asked."})
    tenant.here.until("she is erased", lambda: tenant.get(path).json()["name"] == "[erased]")
    problem(undo(tenant, path, "2"), 409, "changed_since")


@pytest.mark.parametrize("kind", ["companies", "products", "activities"])
def test_every_kind_of_record_is_taken_back(tenant: Tenant, kind: str) -> None:
    if kind == "companies":
        path = f"/crm/companies/{tenant.made('companies')}"
        tenant.send(f"{path}/rename", {"name": "Penumbra"})
        assert taken_back(tenant, path, "2")["name"] == "Umbra"
    elif kind == "products":
        path = f"/crm/products/{tenant.made('products')}"
        tenant.send(f"{path}/reprice", {"list_price": {"amount": "6", "currency": "USD"}})
        assert taken_back(tenant, path, "2")["list_price"] == {"amount": "5", "currency": "USD"}
    else:
        path = f"/crm/activities/{tenant.made('activities')}"
        tenant.send(f"{path}/complete", {"outcome": "Reached"})
        row = taken_back(tenant, path, "2", "ann")
        assert (row["status"], row["outcome"], row["completed_at"]) == ("OPEN", None, None)
    last = undo(tenant, path, "1")
    assert last.status_code == 200, "all is as it was when it was made"
    tenant.position = last.json()["position"]
    problem(tenant.get(path), 404, "not_found")
    assert tenant.get(path, trash="true").is_success


@pytest.mark.parametrize(
    ("event", "asked", "status", "code"),
    [
        ("nothing", {}, 422, "no_such_event"),
        ("17", {}, 422, "no_such_event"),
        ("2", {"dry_run": "perhaps"}, 400, "bad_value"),
        ("2", {"force": "true"}, 400, "unknown_filter"),
        ("", {}, 422, "invalid_field"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    tenant: Tenant, deal: str, event: str, asked: dict[str, str], status: int, code: str
) -> None:
    answer = tenant.key.post(f"{deal}/undo", json={"event": event}, params=asked)
    problem(answer, status, code)


def test_what_the_crm_is_set_up_with_is_taken_back_too(tenant: Tenant) -> None:
    """A pipeline's stages have their names and their order again, and as of then too; so have formulas and reasons."""
    kinds = (("lead", "OPEN"), ("offer", "OPEN"), ("won", "WON"), ("lost", "LOST"))
    stages = [{"stage_id": id, "name": id.title(), "kind": kind, "probability": 0} for id, kind in kinds]
    id = tenant.send("/crm/pipelines", {"name": "Fairs", "stages": stages, "at": "2026-02-01T08:00:00Z"})["id"]
    pipeline = f"/crm/pipelines/{id}"
    turned = [{**stages[1], "name": "Quote"}, stages[0], *stages[2:]]
    tenant.send(f"{pipeline}/change", {"name": "Fairs", "stages": turned, "at": "2026-02-03T08:00:00Z"})

    def names(**asked: str) -> list[str]:
        return [each["name"] for each in tenant.get(pipeline, **asked).json()["stages"]]

    problem(undo(tenant, pipeline, "2", "olga"), 403, "forbidden")
    tried = undo(tenant, pipeline, "2", "paul", dry_run="true").json()
    assert (tried["command"], tried["permission"]) == ("crm.ChangePipeline", "crm.pipeline.change")
    assert names() == ["Quote", "Lead", "Won", "Lost"]
    taken_back(tenant, pipeline, "2", "paul")
    assert names() == names(as_of="2026-02-02") == ["Lead", "Offer", "Won", "Lost"]
    assert names(as_of="2026-02-04") == ["Quote", "Lead", "Won", "Lost"]
    more = [*stages, {"stage_id": "final", "name": "Final", "kind": "OPEN", "probability": 90}]
    tenant.send(f"{pipeline}/change", {"name": "Fairs", "stages": more})
    assert names() == ["Lead", "Offer", "Won", "Lost", "Final"]
    taken_back(tenant, pipeline, "4")
    assert names() == ["Lead", "Offer", "Won", "Lost"]

    share = {"record": "deal", "key": "share", "label": "Share", "kind": "NUMBER"}
    half = {"record": "deal", "key": "half", "label": "Half", "kind": "FORMULA", "formula": "custom.share / 2"}
    _, fields = (f"/crm/field-sets/{tenant.send('/crm/field-sets', each)['id']}" for each in (share, half))
    tenant.send(f"{fields}/change-field", {"key": "half", "label": "Third", "formula": "custom.share / 3"})
    row = taken_back(tenant, fields, "3")
    assert {each["key"]: each["formula"] for each in row["fields"]} == {"share": None, "half": "custom.share / 2"}

    dear, slow = (
        f"/crm/reasons/{tenant.send('/crm/reasons', {'outcome': 'LOST', 'name': name})['id']}"
        for name in ("Dear", "Slow")
    )
    tenant.send(f"{dear}/rename", {"name": "Too dear"})
    tenant.send(f"{slow}/rename", {"name": "Dear"})
    problem(undo(tenant, dear, "2"), 409, "reason_exists")
    assert taken_back(tenant, slow, "2")["name"] == "Slow"
    assert taken_back(tenant, dear, "2")["name"] == "Dear"

    rates = [
        {"currency": "USD", "to_currency": "EUR", "from_day": "2026-01-01", "rate": rate} for rate in ("0.9", "0.8")
    ]
    _, rate = (f"/crm/exchange-rates/{tenant.send('/crm/exchange-rates', each)['id']}" for each in rates)
    assert taken_back(tenant, rate, "2")["rate"] == "0.9"
