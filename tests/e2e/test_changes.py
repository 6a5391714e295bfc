"""What changed, over HTTP: of one record, and of a list between two dates."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_http import after, problem
from tests.e2e.test_trash import Tenant
from tests.platform import Platform

USD = {"currency": "USD"}


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    """Ann sees what is her own, Olga everything but amounts and what is personal."""
    name = f"changes-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(here, clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Changes"})
        for who, permit in (("ann", "crm.*.*@own"), ("olga", "crm.*.read")):
            role = made.send("/admin/roles", {"name": who, "permits": [permit]})["id"]
            made.ids[who] = made.send("/admin/users", {"name": who.title()})["id"]
            made.send(f"/admin/users/{made.ids[who]}/grant-role", {"role_id": role})
            made.clients[who] = clients.enter_context(here.client(name, made.ids[who]))
        for who in made.clients.values():
            assert who.get("/access/me", headers=after(made.position)).is_success
        yield made


def items(tenant: Tenant, path: str, who: str | None = None, **asked: str) -> list[Mapping[str, Any]]:
    """All of them, asked for two at a time."""
    found: list[Mapping[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = tenant.get(path, who, limit="2", **asked, **cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        assert len(page["items"]) == 2
        cursor = {"cursor": page["next_cursor"]}


def fields(change: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {each["field"]: (each["before"], each["after"]) for each in change["fields"]}


@pytest.fixture(scope="module")
def deal(tenant: Tenant) -> str:
    made = {
        "name": "Tea",
        "owner_id": tenant.ids["ann"],
        "amount": {"amount": "5", **USD},
        "at": "2026-01-10T00:00:00Z",
    }
    id = tenant.send("/crm/deals", made)["id"]
    for verb, body, at in (
        ("change", {"name": "More tea"}, "2026-02-01"),
        ("change-amount", {"amount": {"amount": "9", **USD}}, "2026-02-10"),
        ("engage", {}, "2026-01-20"),  # came late
        ("lose", {"reason": "Price"}, "2026-03-01"),
    ):
        tenant.send(f"/crm/deals/{id}/{verb}", body | {"at": f"{at}T12:00:00Z"})
    return id


def test_each_change_of_a_record_tells_before_and_after(tenant: Tenant, deal: str) -> None:
    found = items(tenant, f"/crm/deals/{deal}/changes")
    assert [each["type"].removeprefix("crm.Deal") for each in found] == [
        "Opened", "Engaged", "Changed", "AmountChanged", "Lost",
    ]  # fmt: skip
    assert [each["version"] for each in found] == [1, 4, 2, 3, 5]
    engaged = fields(found[1])
    assert engaged["stage"] == ("PROSPECTING", "ENGAGING")
    assert engaged["engaged_at"] == (None, "2026-01-20T12:00:00Z")
    assert "name" not in engaged
    assert fields(found[2]) == {"name": ("Tea", "More tea")}
    assert fields(found[3])["amount"] == ({"amount": "5", **USD}, {"amount": "9", **USD})
    within = items(tenant, f"/crm/deals/{deal}/changes", "ann", **{"from": "2026-01-20", "until": "2026-02-01"})
    assert within == found[1:3]
    known = found[2]["recorded_at"]
    assert items(tenant, f"/crm/deals/{deal}/changes", known_at=known) == [found[0], found[2]]


def test_what_one_does_not_see_of_a_record_is_hidden(tenant: Tenant, deal: str) -> None:
    found = items(tenant, f"/crm/deals/{deal}/changes", "olga")
    assert set(fields(found[3]).values()) == {(None, None)}
    assert set(found[3]["hidden"]) == set(fields(found[3])) >= {"amount"}
    assert fields(found[2]) == {"name": ("Tea", "More tea")}
    other = tenant.send("/crm/deals", {"name": "Other", "owner_id": tenant.ids["olga"]})["id"]
    problem(tenant.get(f"/crm/deals/{other}/changes", "ann"), 404, "not_found")
    problem(tenant.get(f"/crm/deals/{uuid4()}/changes"), 404, "not_found")


def test_a_list_tells_what_became_other_between_two_dates(tenant: Tenant) -> None:
    def made(name: str, at: str, who: str = "ann") -> str:
        body = {"name": name, "email": f"{name}@umbra.example".lower(), "owner_id": tenant.ids[who], "at": at}
        return tenant.send("/crm/contacts", body)["id"]

    def did(id: str, verb: str, at: str, body: Any = None) -> None:
        tenant.send(f"/crm/contacts/{id}/{verb}", (body or {}) | {"at": at})

    stays, comes = made("Stays", "2026-01-01T00:00:00Z"), made("Comes", "2026-02-05T00:00:00Z", "olga")
    goes, back = made("Goes", "2026-01-01T00:00:00Z"), made("Back", "2026-01-01T00:00:00Z")
    changes, swings = made("Changes", "2026-01-01T00:00:00Z"), made("Swings", "2026-01-01T00:00:00Z")
    did(back, "remove", "2026-01-15T00:00:00Z")
    before_all = datetime.now(UTC).isoformat()
    did(goes, "remove", "2026-02-28T23:00:00Z")
    did(back, "restore", "2026-02-10T00:00:00Z")
    did(changes, "classify", "2026-02-11T00:00:00Z", {"lifecycle": "customer"})
    did(changes, "tag", "2026-03-11T00:00:00Z", {"add": ["late"]})
    did(swings, "tag", "2026-02-11T00:00:00Z", {"add": ["vip"]})
    did(swings, "tag", "2026-02-12T00:00:00Z", {"remove": ["vip"]})
    february = {"from": "2026-02-01", "until": "2026-02-28"}
    found = {each["id"]: each for each in items(tenant, "/crm/contacts/changes", **february)}
    assert {id: each["change"] for id, each in found.items()} == {
        comes: "added", goes: "removed", back: "restored", changes: "changed",
    }  # fmt: skip
    assert stays not in found
    assert list(found) == sorted(found)
    assert fields(found[changes]) == {"lifecycle": (None, "customer")}
    assert fields(found[goes])["name"] == ("Goes", None)
    assert fields(found[comes])["email"] == (None, "comes@umbra.example")
    of_ann = items(tenant, "/crm/contacts/changes", "ann", **february)
    assert {each["id"] for each in of_ann} == {goes, back, changes}
    seen = {each["id"]: each for each in items(tenant, "/crm/contacts/changes", "olga", **february)}
    assert fields(seen[goes])["name"] == (None, None)
    assert "name" in seen[goes]["hidden"]
    then = items(tenant, "/crm/contacts/changes", known_at=before_all, **february)
    assert {each["id"]: each["change"] for each in then} == {comes: "added"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "from_missing"),
        ({"from": "yesterday"}, "bad_value"),
        ({"from": "0001-01-01"}, "from_missing"),
        ({"from": "2026-02-01", "until": "2026-01-01"}, "range_reversed"),
        ({"from": "2026-02-01", "limit": "0"}, "bad_limit"),
        ({"from": "2026-02-01", "cursor": "abc"}, "bad_cursor"),
        ({"from": "2026-02-01", "stage": "WON"}, "unknown_filter"),
    ],
)
def test_what_cannot_be_asked_is_refused(tenant: Tenant, asked: dict[str, str], code: str) -> None:
    problem(tenant.get("/crm/deals/changes", **asked), 400, code)


def test_dates_may_be_as_far_as_there_are_any(tenant: Tenant, deal: str) -> None:
    asked = {"from": "0001-01-02", "until": "9999-12-31"}
    assert items(tenant, "/crm/deals/changes", **asked)
    assert items(tenant, f"/crm/deals/{deal}/changes", **asked)
