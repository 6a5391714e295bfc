"""Bulk changes that fail as a whole, and those that GraphQL starts, shows and takes back."""

from collections.abc import Generator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from tests.e2e.importing import imported
from tests.e2e.test_bulk import BULK, PARTS, begun, counted, ended, made, owners, report, reverted
from tests.e2e.test_graphql import data, error, sent
from tests.e2e.test_http import problem
from tests.e2e.test_trash import Tenant
from tests.platform import platform

MANY = 6000
START = """mutation ($input: StartBulkInput!, $key: String) { startBulkChange(input: $input, idempotencyKey: $key) {
  id version position repeated events { type } bulkChange { status target verb selected barred } } }"""
REVERT = "mutation ($id: ID!) { revertBulkChange(id: $id) { version bulkChange { status } } }"
SHOWN = "query ($id: ID!) { bulkChange(id: $id) { status done changed unchanged refused reverted kept code reason } }"
LISTED = '{ bulkChanges(filter: {verb: {eq: "assign"}}, sort: [STARTED_AT_DESC]) { nodes { id status changed } } }'


@pytest.fixture(scope="module")
def tenant() -> Generator[Tenant]:
    with platform(*PARTS) as here, ExitStack() as clients:
        yield made(here, clients)


def test_one_that_fails_tells_what_it_did_and_what_to_do_and_is_taken_back(tenant: Tenant) -> None:
    here = tenant.here
    content = "name\n" + "".join(f"Company {number}\n" for number in range(MANY))
    assert imported(here, tenant.key, "crm.company", content.encode(), {"name": "name"})["created"] == MANY
    id = tenant.send(BULK, {"target": "crm.company", "all": True, "verb": "tag", "values": {"add": ["new"]}})["id"]
    here.until("some are done", lambda: (tenant.key.get(f"{BULK}/{id}").json().get("done") or 0) >= 1000)
    here.kill("importer")
    try:
        file = tenant.get(f"{BULK}/{id}/history").json()["items"][0]["data"]["file"]
        [path] = [each for each in here.settings.blobs.rglob(file) if each.is_file()]
        path.unlink()
    finally:
        here.start("importer")
    row = ended(tenant, id)
    assert (row["status"], row["code"]) == ("FAILED", "file_missing")
    assert row["reason"].endswith("or start another one.")
    changed = counted(tenant, id)["crm.CompanyTagged"]
    assert MANY > row["changed"] == row["done"] == changed >= 1000
    told = report(tenant, id)
    assert {(each["outcome"], each["before"], each["after"]) for each in told.values()} == {("changed", "1", "2")}
    assert len(told) == changed, "also those that were under way when it was killed"
    problem(tenant.post(f"{BULK}/{id}/cancel"), 409, "bulk_change_ended")
    back = reverted(tenant, id)
    assert (back["reverted"], back["kept"]) == (changed, 0)
    assert tenant.listed("/crm/companies", tags="new") == set()


def test_graphql_starts_shows_and_takes_back_what_http_does(tenant: Tenant) -> None:
    paul, name = tenant.clients["paul"], f"Deal {uuid4().hex[:8]}"
    deals = [tenant.send("/crm/deals", {"name": name, "owner_id": tenant.ids["ann"]})["id"] for _ in range(2)]
    asked = {
        "target": "crm.deal",
        "where": {"name": name},
        "verb": "assign",
        "values": {"owner_id": tenant.ids["paul"]},
    }
    key = uuid4().hex
    begun_by = data(sent(paul, START, tenant.position, input=asked, key=key))["startBulkChange"]
    assert begun_by["bulkChange"] | {"status": "RUNNING"} == {
        "status": "RUNNING", "target": "crm.deal", "verb": "assign", "selected": 2, "barred": 0,
    }  # fmt: skip
    assert [each["type"] for each in begun_by["events"]] == ["integration.BulkChangeStarted"]
    id = begun_by["id"]
    assert ended(tenant, id)["changed"] == 2
    assert owners(tenant, deals) == [tenant.ids["paul"]] * 2
    again = paul.post(BULK, json=asked, headers={"Idempotency-Key": key})
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (id, "true"), "by HTTP too"
    assert data(sent(paul, SHOWN, id=id))["bulkChange"] == {
        "status": "COMPLETED", "done": 2, "changed": 2, "unchanged": 0, "refused": 0, "reverted": 0, "kept": 0,
        "code": None, "reason": None,
    }  # fmt: skip
    nodes = data(sent(paul, LISTED))["bulkChanges"]["nodes"]
    assert {"id": id, "status": "COMPLETED", "changed": 2} in nodes
    assert data(sent(tenant.clients["olga"], LISTED))["bulkChanges"]["nodes"] == [], "they are not hers"
    assert error(sent(tenant.clients["olga"], REVERT, id=id))["code"] == "not_found"
    assert data(sent(paul, REVERT, id=id))["revertBulkChange"]["version"] > begun_by["version"]
    assert ended(tenant, id, "REVERTED")["reverted"] == 2
    assert owners(tenant, deals) == [tenant.ids["ann"]] * 2


def test_what_graphql_cannot_start_is_told_as_by_http(tenant: Tenant) -> None:
    asked = {"target": "crm.deal", "verb": "purge", "all": True}
    assert error(sent(tenant.key, START, input=asked))["code"] == "not_in_bulk"
    refused = error(sent(tenant.key, START, input=asked | {"verb": "assign"}))
    assert (refused["code"], refused["field"], refused["status"]) == ("invalid_field", "values.owner_id", 422)
    assert error(sent(tenant.clients["olga"], START, input=asked | {"verb": "remove"}))["code"] == "forbidden"
    assert error(sent(tenant.key, REVERT, id="none"))["code"] == "not_found"
    row = ended(tenant, begun(tenant, {"ids": ["none"], "verb": "remove"}))
    assert (row["status"], row["code"], row["reason"]) == ("COMPLETED", None, None)
