"""References in fields of a tenant's own lead to whom a merge left, and back again: now and then, in records, lists,
files, search and GraphQL, whatever becomes of the records meanwhile."""

import csv
import io
import json
from collections.abc import Generator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from tests.e2e.test_graphql import data, sent
from tests.e2e.test_lists import Tenant
from tests.platform import Platform

REFERENCES = (("deal", "agency", "company"), ("contact", "agency", "company"), ("deal", "judge", "contact"))
HELD = {"Led one": ("Hill", "A. Hill"), "Led two": ("Hill Ltd", "Ada Hill")}
"""What deals are given: their agency and their judge."""


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    with ExitStack() as clients:
        key = clients.enter_context(here.client(f"led-{uuid4().hex[:8]}"))
        made = Tenant(key, clients={"ann": key})
        for record, field, to in REFERENCES:
            said = {"record": record, "key": field, "label": field.title(), "kind": "REFERENCE", "refers_to": to}
            made.send("/crm/field-sets", {**said, "at": "2026-02-01T08:00:00Z"})
        for name in ("Hill", "Hill Ltd", "Hill Group"):
            made.ids[name] = made.send("/crm/companies", {"name": name, "at": "2026-02-02T08:00:00Z"})["id"]
        for name in ("Ada Hill", "A. Hill"):
            said = {"name": name, "custom": {"agency": made.ids["Hill"]}, "at": "2026-02-02T08:00:00Z"}
            made.ids[name] = made.send("/crm/contacts", said)["id"]
        for name, (agency, judge) in HELD.items():
            custom = {"agency": made.ids[agency], "judge": made.ids[judge]}
            said = {"name": name, "owner_id": "ann", "custom": custom, "at": "2026-02-02T09:00:00Z"}
            made.ids[name] = made.send("/crm/deals", said)["id"]
        yield made


def merge(here: Platform, tenant: Tenant, kind: str, stays: str, goes: str, day: str) -> None:
    path = f"/crm/{kind}/{tenant.ids[stays]}"
    tenant.send(f"{path}/merge", {"other_id": tenant.ids[goes], "at": f"{day}T08:00:00Z"})
    here.until("it is merged", lambda: tenant.ask("ann", f"{path}/merges").json()["items"][0]["status"] == "DONE")


def agencies(tenant: Tenant, **asked: str) -> dict[str, str]:
    """What deals show, by their names."""
    answer = tenant.ask("ann", "/crm/deals", **asked)
    assert answer.status_code == 200, answer.text
    names = {id: name for name, id in tenant.ids.items()}
    return {item["name"]: names[item["custom"]["agency"]] for item in answer.json()["items"]}


def test_they_lead_on_and_back_again(tenant: Tenant, here: Platform) -> None:
    ids = tenant.ids
    group = {"custom.agency": ids["Hill Group"]}
    assert agencies(tenant) == {name: agency for name, (agency, _) in HELD.items()}
    merge(here, tenant, "companies", "Hill Ltd", "Hill", "2026-02-03")
    merge(here, tenant, "companies", "Hill Group", "Hill Ltd", "2026-02-05")
    merge(here, tenant, "contacts", "Ada Hill", "A. Hill", "2026-02-05")

    both = dict.fromkeys(HELD, "Hill Group")
    assert agencies(tenant) == agencies(tenant, **group) == both
    assert agencies(tenant, **{"custom.agency.in": f"{ids['Hill']},{ids['Hill Ltd']}"}) == {}
    assert agencies(tenant, where=json.dumps({"custom": {"judge": ids["Ada Hill"]}})) == both
    shown = tenant.ask("ann", f"/crm/deals/{ids['Led one']}").json()["custom"]
    assert shown == {"agency": ids["Hill Group"], "judge": ids["Ada Hill"]}
    contact = tenant.ask("ann", f"/crm/contacts/{ids['Ada Hill']}").json()
    assert contact["custom"] == {"agency": ids["Hill Group"]}

    assert agencies(tenant, as_of="2026-02-04") == dict.fromkeys(HELD, "Hill Ltd")
    assert agencies(tenant, as_of="2026-02-04", **group) == {}
    assert agencies(tenant, as_of="2026-02-02") == {"Led one": "Hill", "Led two": "Hill Ltd"}
    assert agencies(tenant, as_of="2026-02-02", **{"custom.agency": ids["Hill"]}) == {"Led one": "Hill"}

    the_same_is_found_and_exported(tenant, here)

    later = {"custom": {"agency": ids["Hill Group"]}}
    tenant.send(f"/crm/deals/{ids['Led two']}/set-fields", later)
    tenant.send(f"/crm/companies/{ids['Hill Group']}/unmerge", {"other_id": ids["Hill Ltd"]})
    here.until("they are two", lambda: agencies(tenant)["Led one"] == "Hill Ltd")
    assert agencies(tenant) == {"Led one": "Hill Ltd", "Led two": "Hill Group"}, "what was set since stays"
    tenant.send(f"/crm/companies/{ids['Hill Ltd']}/unmerge", {"other_id": ids["Hill"]})
    here.until("they are three", lambda: agencies(tenant)["Led one"] == "Hill")
    assert agencies(tenant, as_of="2026-02-06") == both


def the_same_is_found_and_exported(tenant: Tenant, here: Platform) -> None:
    group = {"custom.agency": tenant.ids["Hill Group"]}
    here.until("they are found", lambda: sorted(tenant.names("ann", q="led", **group)) == sorted(HELD))
    assert tenant.names("ann", q="led", **{"custom.agency.ne": tenant.ids["Hill Group"]}) == []
    assert tenant.names("ann", q="led", **{"custom.agency": tenant.ids["Hill"]}) == []
    items = tenant.ask("ann", "/search", q="led", types="deals", **group).json()["items"]
    assert {each["title"] for each in items} == set(HELD)
    text = "query ($filter: DealFilter) { deals(filter: $filter, sort: [NAME_ASC]) { nodes { name custom } } }"
    asked = {"custom": {"agency": tenant.ids["Hill Group"]}}
    nodes = data(sent(tenant.key, text, tenant.position, filter=asked))["deals"]["nodes"]
    assert {each["name"]: each["custom"]["agency"] for each in nodes} == dict.fromkeys(HELD, asked["custom"]["agency"])
    file = tenant.ask("ann", "/crm/deals", format="csv", fields="name,custom.agency").text
    rows = list(csv.DictReader(io.StringIO(file, newline="")))
    assert {row["name"]: row["custom.agency"] for row in rows} == dict.fromkeys(HELD, asked["custom"]["agency"])
