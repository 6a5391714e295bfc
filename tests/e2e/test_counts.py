"""How many contacts, companies and activities there are, of which kind and whose: counted over HTTP by whoever may read
them, as of any date, as a file and by GraphQL."""

import csv
import io
from collections.abc import Generator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_deals import Tenant
from tests.e2e.test_graphql import data, sent
from tests.e2e.test_http import after, problem
from tests.platform import Platform

JANUARY, FEBRUARY, MARCH = (f"2026-{month}-10T09:00:00Z" for month in ("01", "02", "03"))


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    """Ann in the West and Cleo in the East have contacts, companies and activities, and Olga may read none of them."""
    name = f"counts-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", name="Counts")
        for user, region in (("ann", "West"), ("cleo", "East"), ("olga", None)):
            placed = {} if region is None else {"team_id": made.send("/admin/teams", name=region, region=region)["id"]}
            made.ids[user] = made.send("/admin/users", name=user.title(), **placed)["id"]
            if region is not None:
                made.send(f"/admin/users/{made.ids[user]}/grant-role", role_id="crm.member")
            made.clients[user] = clients.enter_context(here.client(name, made.ids[user]))
            assert made.clients[user].get("/access/me", headers=after(made.position)).status_code == 200
        for owner, lifecycle, source, at in (
            ("ann", "lead", "fair", JANUARY),
            ("ann", "lead", "web", FEBRUARY),
            ("ann", "customer", "web", FEBRUARY),
            ("cleo", "lead", "web", FEBRUARY),
            ("cleo", None, None, MARCH),
        ):
            said = {"name": "Somebody", "owner_id": made.ids[owner], "at": at}
            made.ids["last"] = id = made.send("/crm/contacts", **said)["id"]
            if lifecycle is not None:
                made.send(f"/crm/contacts/{id}/classify", lifecycle=lifecycle, source=source, at=at)
        for name, sector, owner in (
            ("Umbra", "retail", "ann"),
            ("Acme", "retail", "cleo"),
            ("Zoom", "software", "ann"),
        ):
            said = {"name": name, "sector": sector, "owner_id": made.ids[owner], "at": JANUARY}
            made.ids[name] = made.send("/crm/companies", **said)["id"]
        for owner, kind, done in (
            ("ann", "CALL", JANUARY),
            ("ann", "CALL", FEBRUARY),
            ("ann", "TASK", None),
            ("cleo", "CALL", FEBRUARY),
        ):
            said = {"kind": kind, "title": "Word", "owner_id": made.ids[owner], "at": done or JANUARY}
            finished = {} if done is None else {"completed_at": done, "direction": "OUTBOUND"}
            made.ids[kind] = made.send("/crm/activities", **said, **finished)["id"]
        yield made


def counted(tenant: Tenant, report: str, who: str | None = None, **asked: str) -> list[tuple[Any, ...]]:
    """What is told of each group, without ids."""
    groups = tenant.ask(f"/crm/{report}", who, **asked)["items"]
    return [tuple(value for name, value in group.items() if not name.endswith("_id")) for group in groups]


def test_contacts_are_counted_by_phase_source_month_and_owner(tenant: Tenant) -> None:
    assert counted(tenant, "contact-counts") == [("customer", 1), ("lead", 3), (None, 1)]
    assert counted(tenant, "contact-counts", by="source,lifecycle", source="web") == [
        ("web", "customer", 1), ("web", "lead", 2),
    ]  # fmt: skip
    assert counted(tenant, "contact-counts", by="month") == [("2026-01", 1), ("2026-02", 3), ("2026-03", 1)]
    assert sorted(counted(tenant, "contact-counts", by="agent", lifecycle="lead")) == [("Ann", 2), ("Cleo", 1)]
    assert counted(tenant, "contact-counts", by="", **{"created_at.lt": "2026-02-01"}) == [(1,)]
    assert counted(tenant, "contact-counts", as_of="2026-01-31") == [("lead", 1)]


def test_who_is_in_the_trash_or_not_to_be_seen_is_not_counted(tenant: Tenant) -> None:
    assert counted(tenant, "contact-counts", "ann", by="region") == [("West", 3)]
    assert counted(tenant, "company-counts", "cleo", by="region") == [("East", 1)]
    problem(tenant.clients["olga"].get("/crm/contact-counts"), 403, "forbidden")
    tenant.send(f"/crm/contacts/{tenant.ids['last']}/remove")
    assert counted(tenant, "contact-counts", by="") == [(4,)]
    tenant.send(f"/crm/contacts/{tenant.ids['last']}/restore")
    assert counted(tenant, "contact-counts", by="") == [(5,)]


def test_companies_are_counted_by_sector(tenant: Tenant, here: Platform) -> None:
    assert counted(tenant, "company-counts", by="sector") == [("retail", 2), ("software", 1)]
    tenant.send(f"/crm/companies/{tenant.ids['Acme']}/merge", other_id=tenant.ids["Zoom"])
    here.until(
        "one that was merged is the other",
        lambda: counted(tenant, "company-counts", by="sector") == [("retail", 2)],
    )


def test_activities_are_counted_by_kind_month_and_owner(tenant: Tenant) -> None:
    assert counted(tenant, "activity-counts") == [("CALL", "DONE", 3), ("TASK", "OPEN", 1)]
    calls = {"by": "month,agent", "kind": "CALL", "direction": "OUTBOUND"}
    assert sorted(counted(tenant, "activity-counts", **calls)) == [
        ("2026-01", "Ann", 1), ("2026-02", "Ann", 1), ("2026-02", "Cleo", 1),
    ]  # fmt: skip
    assert counted(tenant, "activity-counts", "cleo") == [("CALL", "DONE", 1)]
    assert counted(tenant, "activity-counts", as_of="2026-01-31") == [("CALL", "DONE", 1), ("TASK", "OPEN", 1)]
    tenant.send(f"/crm/activities/{tenant.ids['TASK']}/complete", at=MARCH)
    assert counted(tenant, "activity-counts", kind="TASK", by="status,month") == [("DONE", "2026-03", 1)]
    file = tenant.key.get(
        "/crm/activity-counts", params={"format": "csv", "by": "kind"}, headers=after(tenant.position)
    )
    assert list(csv.reader(io.StringIO(file.text))) == [["kind", "count"], ["CALL", "3"], ["TASK", "1"]]
    text = "{ activityCounts(by: [KIND], filter: {status: {eq: DONE}}) { kind count } }"
    told = data(sent(tenant.key, text, tenant.position))["activityCounts"]
    assert told == [{"kind": "CALL", "count": 3}, {"kind": "TASK", "count": 1}]
    assert problem(tenant.key.get("/crm/activity-counts?by=title"), 400, "unknown_dimension")["field"] == "by"
