"""One thing done to many records over HTTP: tried, done, reported and taken back, as whoever starts it might have done
it record by record, and once, whatever dies meanwhile."""

import csv
import io
import json
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from projections.generations import connected
from tests.e2e.importing import imported
from tests.e2e.test_http import after, problem
from tests.e2e.test_trash import Tenant
from tests.platform import Platform, platform

PARTS = (
    "gateway", "importer", "eraser", "workflows",
    *(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "crm", "integration")),
)  # fmt: skip
BULK = "/integration/bulk-changes"
ROLES = {
    "ann": ["crm.deal.read", "crm.deal.*@own", "crm.contact.*"],
    "olga": ["crm.deal.read"],
    "paul": ["crm.*.*"],
}
MANY = 6000
ENDED = ("COMPLETED", "CANCELLED", "FAILED", "REVERTED")


@pytest.fixture(scope="module")
def bulk_platform() -> Generator[Platform]:
    with platform(*PARTS) as started:
        yield started


@pytest.fixture(scope="module")
def tenant(bulk_platform: Platform) -> Generator[Tenant]:
    """Ann reads all deals and changes her own, Olga reads them, Paul may do all in the CRM."""
    with ExitStack() as clients:
        yield made(bulk_platform, clients)


def made(here: Platform, clients: ExitStack) -> Tenant:
    name = f"bulk-{uuid4().hex[:8]}"
    tenant = Tenant(here, clients.enter_context(here.client(name)))
    tenant.send("/admin/tenants", {"name": "Bulk"})
    for who, permits in ROLES.items():
        role = tenant.send("/admin/roles", {"name": who, "permits": permits})["id"]
        tenant.ids[who] = tenant.send("/admin/users", {"name": who.title()})["id"]
        tenant.send(f"/admin/users/{tenant.ids[who]}/grant-role", {"role_id": role})
        tenant.ids[f"{who}'s role"] = role
        tenant.clients[who] = clients.enter_context(here.client(name, tenant.ids[who]))
    for who in tenant.clients.values():
        assert who.get("/access/me", headers=after(tenant.position)).is_success
    return tenant


@pytest.fixture
def deals(tenant: Tenant) -> list[str]:
    """Two of Ann's and one of Paul's, with a name of their own to ask for them by."""
    name = f"Deal {uuid4().hex[:8]}"
    tenant.ids["name"] = name
    return [
        tenant.send("/crm/deals", {"name": name, "owner_id": tenant.ids[who]})["id"] for who in ("ann", "ann", "paul")
    ]


def begun(tenant: Tenant, body: Mapping[str, Any], who: str | None = None) -> str:
    return tenant.send(BULK, {"target": "crm.deal", **body}, who)["id"]


def ended(tenant: Tenant, id: str, *statuses: str) -> dict[str, Any]:
    """The operation once it has come to an end."""

    def look() -> dict[str, Any] | None:
        row = tenant.key.get(f"{BULK}/{id}").json()
        return row if row.get("status") in (statuses or ENDED) else None

    return tenant.here.until(f"the bulk change {id} ends", look, 120)


def done(tenant: Tenant, body: Mapping[str, Any], who: str | None = None) -> dict[str, Any]:
    return ended(tenant, begun(tenant, body, who))


def reverted(tenant: Tenant, id: str, who: str | None = None) -> dict[str, Any]:
    tenant.send(f"{BULK}/{id}/revert", {}, who)
    return ended(tenant, id, "REVERTED")


def report(tenant: Tenant, id: str, who: str | None = None, **asked: str) -> dict[str, dict[str, str]]:
    answer = tenant.get(f"{BULK}/{id}/report", who, **asked)
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in csv.DictReader(io.StringIO(answer.text))}


def owners(tenant: Tenant, deals: list[str]) -> list[str]:
    return [tenant.key.get(f"/crm/deals/{id}").json()["owner_id"] for id in deals]


def test_it_is_tried_done_reported_and_taken_back(tenant: Tenant, deals: list[str]) -> None:
    ann, paul = tenant.ids["ann"], tenant.ids["paul"]
    body = {"where": {"name": tenant.ids["name"]}, "verb": "assign", "values": {"owner_id": paul}}
    tried = done(tenant, {**body, "dry_run": True}, "paul")
    assert (tried["selected"], tried["changed"], tried["unchanged"], tried["refused"]) == (3, 2, 1, 0)
    assert owners(tenant, deals) == [ann, ann, paul]
    problem(tenant.post(f"{BULK}/{tried['id']}/revert", {}, "paul"), 409, "bulk_change_dry")
    row = done(tenant, body, "paul")
    assert (row["status"], row["done"], row["changed"], row["unchanged"]) == ("COMPLETED", 3, 2, 1)
    assert row["says"] == f'{{"owner_id":"{paul}"}}'
    assert owners(tenant, deals) == [paul, paul, paul]
    told = report(tenant, row["id"], "paul")
    assert [told[id]["outcome"] for id in deals] == ["changed", "changed", "unchanged"]
    newest = tenant.get(f"/crm/deals/{deals[0]}/history").json()["items"][-1]
    assert (newest["actor"], newest["correlation_id"]) == (f"user:{paul}", row["id"])
    back = reverted(tenant, row["id"], "paul")
    assert (back["status"], back["reverted"], back["kept"]) == ("REVERTED", 2, 0)
    assert owners(tenant, deals) == [ann, ann, paul]
    assert {each["outcome"] for each in report(tenant, row["id"], of="revert").values()} == {"reverted"}
    assert row["id"] in tenant.listed(BULK, "paul", verb="assign")
    assert reverted(tenant, row["id"], "paul")["reverted"] == 2, "asking again is no harm"


def test_a_removal_of_many_is_taken_back_where_nobody_came_between(tenant: Tenant, deals: list[str]) -> None:
    row = done(tenant, {"where": {"name": tenant.ids["name"]}, "verb": "remove"}, "paul")
    assert (row["changed"], tenant.listed("/crm/deals", name=tenant.ids["name"])) == (3, set())
    tenant.send(f"/crm/deals/{deals[0]}/restore")
    tenant.send(f"/crm/deals/{deals[0]}/remove")
    back = reverted(tenant, row["id"], "paul")
    assert (back["reverted"], back["kept"]) == (2, 1)
    assert tenant.listed("/crm/deals", name=tenant.ids["name"]) == set(deals[1:])
    kept = report(tenant, row["id"], of="revert")[deals[0]]
    assert (kept["outcome"], kept["code"]) == ("kept", "changed_since")
    question = {"where": {"name": tenant.ids["name"]}, "trash": True, "verb": "restore"}
    assert done(tenant, question, "paul")["changed"] == 1
    assert tenant.listed("/crm/deals", name=tenant.ids["name"]) == set(deals)


def test_one_does_what_one_may_to_each_record_and_no_more(tenant: Tenant, deals: list[str]) -> None:
    body = {"where": {"name": tenant.ids["name"]}, "verb": "remove"}
    refused = problem(tenant.post(BULK, {"target": "crm.deal", **body}, "olga"), 403, "forbidden")
    assert refused["permission"] == "crm.deal.remove"
    unknown = str(uuid4())
    row = done(tenant, {"ids": [*deals, unknown, deals[0]], "verb": "remove"}, "ann")
    assert (row["selected"], row["barred"], row["changed"], row["refused"]) == (4, 2, 2, 2)
    told = report(tenant, row["id"], "ann")
    assert [told[id]["code"] for id in (*deals, unknown)] == ["", "", "forbidden", "not_found"]
    for path in (f"{BULK}/{row['id']}", f"{BULK}/{row['id']}/report"):
        problem(tenant.get(path, "paul"), 404, "not_found")
    problem(tenant.post(f"{BULK}/{row['id']}/revert", {}, "paul"), 404, "not_found")
    problem(tenant.post(f"{BULK}/{row['id']}/cancel", {}, "olga"), 404, "not_found")
    assert row["id"] not in tenant.listed(BULK, "paul")
    assert row["id"] in tenant.listed(BULK, "ann")
    with tenant.here.client(f"other-{uuid4().hex[:8]}") as other:
        for path in (f"{BULK}/{row['id']}", f"{BULK}/{row['id']}/report"):
            problem(other.get(path), 404, "not_found")
        body = {"target": "crm.deal", "ids": deals, "verb": "remove"}
        theirs = other.post(BULK, json=body)
        assert theirs.is_success
        headers = after(theirs.json()["position"])
        found = other.get(f"{BULK}/{theirs.json()['id']}", headers=headers).json()
        assert (found["selected"], found["barred"]) == (3, 3)
    hash = tenant.key.get(f"{BULK}/{row['id']}").json()["report"]
    problem(tenant.key.get(f"/integration/files/{hash}"), 404, "not_found")


def test_taking_back_takes_what_an_undo_takes(tenant: Tenant, deals: list[str]) -> None:
    paul = tenant.ids["paul"]
    row = done(tenant, {"ids": deals, "verb": "assign", "values": {"owner_id": paul}}, "ann")
    assert (row["changed"], row["barred"]) == (2, 1)
    back = reverted(tenant, row["id"], "ann")
    assert (back["reverted"], back["kept"]) == (0, 2), "they are Paul's by now"
    assert {each["code"] for each in report(tenant, row["id"], "ann", of="revert").values()} == {"forbidden"}
    assert owners(tenant, deals) == [paul, paul, paul]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"target": "crm.pipeline", "verb": "retire", "all": True}, 422, "target_unknown", "target"),
        ({"verb": "open", "all": True}, 422, "not_in_bulk", "verb"),
        ({"verb": "purge", "all": True}, 422, "not_in_bulk", "verb"),
        ({"target": "crm.contact", "verb": "merge", "all": True}, 422, "not_in_bulk", "verb"),
        ({"verb": "remove"}, 422, "nothing_selected", "ids"),
        ({"verb": "remove", "where": {"name": "Nothing is called so"}}, 422, "nothing_selected", None),
        ({"verb": "remove", "ids": []}, 422, "invalid_field", "ids"),
        ({"verb": "remove", "ids": ["one"], "all": True}, 422, "selected_twice", "ids"),
        ({"verb": "remove", "where": {"colour": "red"}}, 400, "unknown_filter", "where.colour"),
        ({"verb": "remove", "where": {}}, 400, "bad_where", "where"),
        ({"verb": "remove", "view": "none"}, 400, "unknown_view", "view"),
        ({"verb": "assign", "all": True}, 422, "invalid_field", "values.owner_id"),
        ({"verb": "assign", "values": {"owner_id": "a", "x": 1}, "all": True}, 422, "invalid_field", "values.x"),
        ({"verb": "set-fields", "values": {"custom": {"nix": 1}}, "all": True}, 422, "unknown_field", None),
        ({"verb": "remove", "values": {"at": "2026-01-01T00:00:00Z"}, "all": True}, 422, "at_misplaced", "values.at"),
        ({"target": "crm.product", "verb": "restore", "all": True, "where": 1}, 422, "invalid_field", "where"),
    ],
)
def test_what_cannot_be_done_is_told_before_it_begins(
    tenant: Tenant, deals: list[str], body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    refused = problem(tenant.post(BULK, {"target": "crm.deal", **body}), status, code)
    if field is not None:
        assert refused["field"] == field
    assert deals


def test_who_repeats_it_gets_the_first_answer(tenant: Tenant, deals: list[str]) -> None:
    body = {"target": "crm.deal", "where": {"name": tenant.ids["name"]}, "verb": "remove"}
    headers = {"Idempotency-Key": uuid4().hex}
    first = tenant.key.post(BULK, json=body, headers=headers | after(tenant.position))
    assert first.status_code == 201, first.text
    assert first.headers["Location"] == f"{BULK}/{first.json()['id']}"
    ended(tenant, first.json()["id"])
    again = tenant.key.post(BULK, json=body, headers=headers)
    told = [{name: each.json()[name] for name in ("id", "version", "events")} for each in (first, again)]
    assert (again.status_code, told[1]) == (201, told[0]), "although nothing fits any more"
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(tenant.key.post(BULK, json=body | {"verb": "restore"}, headers=headers), 422, "idempotency_key_reused")
    assert deals


def test_fields_of_ones_own_are_set_and_what_they_hold_is_kept_nowhere_else(tenant: Tenant) -> None:
    for record in ("contact", "deal"):
        tenant.send("/crm/field-sets", {"record": record, "key": "nick", "label": "Nick", "kind": "TEXT"})
    contacts = [tenant.send("/crm/contacts", {"name": "Maud", "owner_id": tenant.ids["ann"]})["id"] for _ in range(2)]
    said = {"target": "crm.contact", "ids": contacts, "verb": "set-fields", "values": {"custom": {"nick": "Maudie"}}}
    row = ended(tenant, tenant.send(BULK, said, "ann")["id"])
    assert (row["changed"], row["says"]) == (2, None)
    assert [tenant.key.get(f"/crm/contacts/{id}").json()["custom"]["nick"] for id in contacts] == ["Maudie"] * 2
    started = tenant.get(f"{BULK}/{row['id']}/history", "ann").json()["items"][0]
    kept = {path.name for path in tenant.here.settings.blobs.rglob("*") if path.is_file()}
    assert row["report"] in kept
    assert started["data"]["file"] not in kept, "it holds what was said"
    order = {"basis": "objection", "reason": "Asked."}
    tenant.send(f"/admin/data-subjects/{contacts[0]}/erase", order)
    path = f"/crm/contacts/{contacts[0]}"
    tenant.here.until("she is erased", lambda: tenant.key.get(path).json()["name"] == "[erased]")
    row = ended(tenant, tenant.send(BULK, said | {"values": {"custom": {"nick": "M"}}}, "ann")["id"])
    assert (row["changed"], row["refused"]) == (1, 1)
    assert report(tenant, row["id"], "ann")[contacts[0]]["code"] == "contact_erased"
    assert reverted(tenant, row["id"], "ann")["reverted"] == 1
    assert tenant.key.get(f"/crm/contacts/{contacts[1]}").json()["custom"]["nick"] == "Maudie"


def test_deals_of_several_pipelines_are_decided_by_their_own_rules(tenant: Tenant, deals: list[str]) -> None:
    stages = [{"stage_id": id, "name": id.title(), "kind": kind} for id, kind in
              (("first", "OPEN"), ("engaging", "OPEN"), ("won", "WON"), ("lost", "LOST"))]  # fmt: skip
    pipeline = tenant.send("/crm/pipelines", {"name": "Renewals", "stages": stages})["id"]
    body = {"name": tenant.ids["name"], "owner_id": tenant.ids["ann"], "pipeline_id": pipeline}
    other = tenant.send("/crm/deals", body)["id"]
    question = {"where": {"name": tenant.ids["name"]}, "verb": "move", "values": {"stage_id": "engaging"}}
    row = done(tenant, question)
    assert (row["changed"], row["refused"]) == (4, 0), report(tenant, row["id"])
    shown = tenant.key.get(f"/crm/deals/{other}").json()
    assert (shown["pipeline_id"], shown["stage_id"]) == (pipeline, "engaging")
    question = question | {"values": {"stage_id": "first"}}
    row = done(tenant, question)
    assert (row["changed"], row["refused"]) == (1, 3)
    assert {report(tenant, row["id"])[id]["code"] for id in deals} == {"stage_unknown"}


def test_companies_are_put_under_one_but_those_above_it(tenant: Tenant) -> None:
    def created(name: str, parent: str | None = None) -> str:
        return tenant.send("/crm/companies", {"name": name, "parent_id": parent})["id"]

    top = created("Top")
    middle = created("Middle", top)
    others = [created("Other"), created("Another", top)]
    said = {"target": "crm.company", "ids": [top, *others, middle], "verb": "place", "values": {"parent_id": middle}}
    tried = ended(tenant, tenant.send(BULK, said | {"dry_run": True}, "paul")["id"])
    row = ended(tenant, tenant.send(BULK, said, "paul")["id"])
    for each in (tried, row):
        assert (each["barred"], each["changed"], each["refused"]) == (1, 2, 2)
        told = report(tenant, each["id"], "paul")
        assert (told[top]["code"], bool(told[middle]["code"])) == ("cyclic_tree", True)
    parents = [tenant.key.get(f"/crm/companies/{id}").json()["parent_id"] for id in (top, *others, middle)]
    assert parents == [None, middle, middle, top]
    assert reverted(tenant, row["id"], "paul")["reverted"] == 2
    assert [tenant.key.get(f"/crm/companies/{id}").json()["parent_id"] for id in others] == [None, top]


def test_a_view_says_which_records_are_meant(tenant: Tenant, deals: list[str]) -> None:
    view = {"list": "crm/deals", "name": "Mine", "owner_id": tenant.ids["paul"]}
    view["where"] = json.dumps({"name": tenant.ids["name"]})
    id = tenant.send("/admin/saved-views", view, "paul")["id"]
    body = {"view": id, "where": {"owner_id": tenant.ids["ann"]}, "verb": "remove"}
    problem(tenant.post(BULK, {"target": "crm.deal", **body}, "ann"), 400, "unknown_view")
    row = done(tenant, body, "paul")
    assert (row["selected"], row["changed"]) == (2, 2)
    assert tenant.listed("/crm/deals", name=tenant.ids["name"]) == {deals[2]}


def test_what_was_asked_at_the_start_holds_and_it_can_be_cancelled(bulk_platform: Platform) -> None:
    here = bulk_platform
    with ExitStack() as clients:
        tenant = made(here, clients)
        ann = {"name": "Ann's", "owner_id": tenant.ids["ann"]}
        deals = [tenant.send("/crm/deals", ann)["id"] for _ in range(3)]
        here.kill("importer")
        try:
            first = begun(tenant, {"ids": deals[:2], "verb": "remove"}, "ann")
            second = begun(tenant, {"ids": deals[2:], "verb": "remove"}, "ann")
            tenant.send(f"{BULK}/{second}/cancel", {}, "ann")
            problem(tenant.post(f"{BULK}/{first}/revert", {}, "ann"), 409, "bulk_change_running")
            lost = {"role_id": tenant.ids["ann's role"]}
            tenant.send(f"/admin/users/{tenant.ids['ann']}/revoke-role", lost)
        finally:
            here.start("importer")
        assert (ended(tenant, first)["status"], ended(tenant, first)["changed"]) == ("COMPLETED", 2)
        row = ended(tenant, second)
        assert (row["status"], row["done"]) == ("CANCELLED", 0)
        assert tenant.listed("/crm/deals") == set(deals[2:])
        problem(tenant.post(f"{BULK}/{first}/revert", {}, "ann"), 403, "forbidden")
        assert reverted(tenant, first)["reverted"] == 2
        problem(tenant.post(f"{BULK}/{first}/cancel", {}), 409, "bulk_change_ended")


def counted(tenant: Tenant, name: str) -> Counter[str]:
    """How many events of each type that tell of an operation, and of how many records."""
    with connected(tenant.here.settings, "crm") as connection:
        rows = connection.execute(
            "select type, count(*), count(distinct id) from history where correlation_id = %s group by type", [name]
        ).fetchall()
    assert [row for row in rows if row[1] != row[2]] == [], "no record twice"
    return Counter({type: count for type, count, _ in rows})


def test_whatever_is_killed_each_record_is_changed_once_and_taken_back_once(bulk_platform: Platform) -> None:
    here, many = bulk_platform, MANY
    with ExitStack() as clients:
        tenant = made(here, clients)
        content = "name\n" + "".join(f"Company {number}\n" for number in range(many))
        assert imported(here, tenant.key, "crm.company", content.encode(), {"name": "name"})["created"] == many
        said = {"target": "crm.company", "all": True, "verb": "tag", "values": {"add": ["partner"]}}
        id = tenant.send(BULK, said)["id"]
        disturbed(
            tenant, id, "done", (500, ("importer",)), (2000, ("importer", "processor crm", "processor integration"))
        )
        row = ended(tenant, id)
        assert (row["status"], row["selected"], row["changed"]) == ("COMPLETED", many, many)
        assert counted(tenant, id) == {"crm.CompanyTagged": many}
        assert len(report(tenant, id)) == many
        tenant.send(f"{BULK}/{id}/revert", {})
        disturbed(tenant, id, "reverted", (500, ("importer",)), (2000, ("processor crm", "importer")))
        row = ended(tenant, id, "REVERTED")
        assert (row["reverted"], row["kept"]) == (many, 0)
        with connected(here.settings, "crm") as connection:
            tenant_name = tenant.key.get("/access/me").json()["tenant"]
            tagged = connection.execute(
                "select count(*), count(*) filter (where type = 'crm.CompanyTagged'), count(distinct id) from history "
                "where tenant = %s and aggregate = 'company' and correlation_id = %s", [tenant_name, id]
            ).fetchone()  # fmt: skip
        assert tagged == (2 * many, 2 * many, many)
        listed = tenant.key.get("/crm/companies", params={"tags": "partner"})
        assert listed.json()["items"] == []


def disturbed(tenant: Tenant, id: str, counts: str, *kills: tuple[int, tuple[str, ...]]) -> None:
    """Kills parts after so many records, and starts them again."""

    def so_far() -> int:
        row = tenant.key.get(f"{BULK}/{id}").json()
        return row.get(counts) or 0

    for records, parts in kills:
        tenant.here.until(f"{records} records are {counts}", lambda records=records: so_far() >= records)
        assert so_far() < MANY, "it was too quick to be disturbed"
        for part in parts:
            tenant.here.kill(part)
        for part in parts:
            tenant.here.start(part)


def test_many_at_once_are_bounded(tenant: Tenant) -> None:
    ids = [str(uuid4()) for _ in range(25_001)]
    answer: httpx.Response = tenant.post(BULK, {"target": "crm.deal", "verb": "remove", "ids": ids})
    assert problem(answer, 422, "invalid_field")["field"] == "ids"
