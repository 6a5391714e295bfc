"""A file on its way into records, from HTTP to HTTP: totals, a second time, what is wrong with it, and back again."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from decimal import Decimal
from typing import Any

import pytest

from infra.settings import ROOT
from projections.generations import connected
from tests.e2e.importing import (
    COMPANIES,
    DEALS,
    USERS,
    check_totals,
    ended,
    imported,
    report,
    sample,
    send,
    start,
    totals,
    with_references,
    won_by,
)
from tests.platform import Platform, platform

HEADER = b"opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform() as running:
        yield running


def events_of(here: Platform, tenant: str) -> Counter[str]:
    """How many events of each type the read models hold of a tenant."""
    with connected(here.settings, "crm") as connection:
        rows = connection.execute("select type, count(*) from history where tenant = %s group by type", [tenant])
        return Counter(dict(rows.fetchall()))


def reverted(row: dict[str, Any]) -> dict[str, Any] | None:
    return row if row["status"] == "REVERTED" else None


def test_the_sample_becomes_the_totals_it_holds_and_a_second_time_nothing_new(here: Platform) -> None:
    with here.client("sample") as client:
        with_references(here, client)
        done = imported(here, client, "crm.deal", sample("sales_pipeline.csv"), DEALS)
        assert (done["total"], done["rows"], done["created"], done["rejected"]) == (8800, 8800, 8800, 0)
        check_totals(client)
        assert sum(won_by("sales_agent").values()) == Decimal(10_005_534)
        before = events_of(here, "sample")
        again = imported(here, client, "crm.deal", sample("sales_pipeline.csv"), DEALS)
        people = imported(here, client, "admin.user", sample("sales_teams.csv"), USERS)
        assert (again["unchanged"], again["created"], again["updated"], again["rejected"]) == (8800, 0, 0, 0)
        assert (people["unchanged"], people["created"], people["updated"], people["rejected"]) == (35, 0, 0, 0)
        assert events_of(here, "sample") == before
        check_totals(client)


@pytest.mark.parametrize(
    ("content", "mapping", "words"),
    [
        (b"PK\x03\x04 no archive", {"name": "account"}, "cannot be read"),
        (b"sector\nx\n", {"name": "account"}, "no column account"),
        (b"account,account\nA,B\n", {"name": "account"}, "2 columns named account"),
        (b"account\nA\n", {"name": "account", "colour": "account"}, "colour"),
        (b'account\n"A\n', {"name": "account"}, "never closes"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    here: Platform, content: bytes, mapping: dict[str, str], words: str
) -> None:
    with here.client("unreadable") as client:
        done = imported(here, client, "crm.company", content, mapping)
        assert done["status"] == "FAILED"
        assert words in done["reason"]
        assert client.get("/crm/companies").json()["items"] == []


def test_bad_rows_are_reported_and_the_others_go_on(here: Platform) -> None:
    content = (
        HEADER
        + b"A1,Ann,Box,,Won,2017-01-01,2017-02-01,10\n"
        + b"A2,Ann,Box,,Won,2017-13-01,2017-02-01,ten\n"
        + b"A3,Ann,Sack,Nowhere,Won,2017-01-01,2017-02-01,10\n"
        + b"A4,"
        + b"x" * 1_000_000
        + b",Box,,Won,2017-01-01,2017-02-01,10\n"
        + b"A5,Ann,Box,,Won,2017-03-01,2017-02-01,10\n"
        + b"A6,Ann,Box\n"
        + b'"A7,Ann",Box,,Prospecting,,,,\n'
        + b"A8,Ann,Box,,Lost,2017-01-01,,0\n"
        + b"A9,Ann,Box,,Prospecting,,,\n"
    )
    with here.client("bad-rows") as client:
        people = imported(here, client, "admin.user", b"n,m\nAnn,Bob\n", {"name": "n", "manager": "m"})
        products = imported(here, client, "crm.product", b"n,p\nBox,5\n", {"name": "n", "list_price": "p"})
        assert (people["created"], products["created"]) == (3, 1)
        done = imported(here, client, "crm.deal", content, DEALS)
        assert (done["status"], done["rows"], done["created"], done["rejected"]) == ("COMPLETED", 9, 2, 7)
        found = report(client, done["errors"])
        assert [(row["line"], row["field"], row["code"]) for row in found] == [
            ("3", "amount", "amount_malformed"),
            ("3", "engaged_at", "date_malformed"),
            ("4", "company", "company_unknown"),
            ("4", "product", "product_unknown"),
            ("5", "owner", "cell_too_long"),
            ("6", "closed_at", "closed_before_engaged"),
            ("7", "", "cells_missing"),
            ("8", "owner", "owner_unknown"),
            ("8", "company", "company_unknown"),
            ("9", "closed_at", "closed_at_missing"),
        ]
        assert found[0]["close_value"] == "ten"
        assert all(row["reason"] for row in found)
        with here.client("somebody-else") as other:
            assert other.get(f"/integration/files/{done['errors']}").status_code == 404


def test_a_revert_takes_back_all_but_what_changed_since(here: Platform) -> None:
    rows = b"".join(b"B%d,Ann,,,Engaging,2017-01-01,,\n" % number for number in range(50))
    with here.client("revert") as client:
        imported(here, client, "admin.user", b"n\nAnn\n", {"name": "n"})
        done = imported(here, client, "crm.deal", HEADER + rows, DEALS)
        assert done["created"] == 50
        [changed] = client.get("/crm/deals", params={"name": "B7"}).json()["items"]
        send(client, f"/crm/deals/{changed['id']}/win", {"amount": {"amount": "5", "currency": "USD"}})
        send(client, f"/integration/imports/{done['id']}/revert", {})
        place = f"/integration/imports/{done['id']}"
        row = here.until("it is reverted", lambda: reverted(client.get(place).json()))
        assert (row["reverted"], row["kept"]) == (49, 1)
        assert [deal["name"] for deal in client.get("/crm/deals").json()["items"]] == ["B7"]
        [kept] = report(client, row["revert_report"])
        assert (kept["line"], kept["record"], kept["code"]) == ("9", f"crm/deal/{changed['id']}", "changed_since")


def test_deals_wait_for_the_files_they_refer_to(here: Platform) -> None:
    """The deals are started while the people are still on their way in, and find them."""
    people = b"n\n" + b"".join(b"Person %d\n" % number for number in range(1500))
    deals = HEADER + b"".join(b"C%d,Person %d,,,Prospecting,,,\n" % (n, n) for n in range(1500))
    with here.client("in-order") as client:
        first = start(client, "admin.user", people, {"name": "n"})
        second = start(client, "crm.deal", deals, DEALS)
        assert ended(here, client, second)["created"] == 1500
        assert ended(here, client, first)["created"] == 1500


def test_the_open_deals_of_a_leaver_pass_to_the_manager(here: Platform) -> None:
    stood = (b"Won,2017-01-01,2017-02-01,7", b"Engaging,2017-01-01,,")
    rows = b"".join(b"D%d,Ann,,,%s\n" % (number, stood[number % 2]) for number in range(40))
    with here.client("leaver") as client:
        imported(here, client, "admin.user", b"n,m\nAnn,Bob\n", {"name": "n", "manager": "m"})
        assert imported(here, client, "crm.deal", HEADER + rows, DEALS)["created"] == 40
        [ann] = client.get("/admin/users", params={"name": "Ann"}).json()["items"]

        def owners() -> dict[Any, Decimal]:
            return totals(client, "/crm/pipeline", "count", "owner_name", by="agent", stage="ENGAGING")

        assert owners() == {"Ann": 20}
        send(client, f"/admin/users/{ann['id']}/deactivate", {})
        here.until("the deals are Bob's", lambda: owners() == {"Bob": 20})
        assert totals(client, "/crm/won-revenue", "amount", "owner_name", by="agent") == {"Ann": 140}
        [deal] = client.get("/crm/deals", params={"name": "D1"}).json()["items"]
        last = client.get(f"/crm/deals/{deal['id']}/history").json()["items"][-1]
        assert (last["type"], last["actor"]) == ("crm.DealAssigned", "workflow:hand_over_deals")


def test_an_import_belongs_to_the_tenant_whose_key_started_it(here: Platform) -> None:
    with here.client("mine") as mine, here.client("yours") as yours:
        done = imported(here, mine, "crm.company", sample("accounts.csv"), COMPANIES)
        assert done["created"] == 85
        assert yours.get("/crm/companies").json()["items"] == []
        assert yours.get(f"/integration/imports/{done['id']}").status_code == 404


def on_the_command_line(here: Platform, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "nexus360.py"), *arguments]
    environment = {**os.environ, **here.environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_line_imports_a_file_and_tells_what_is_wrong_with_one(here: Platform) -> None:
    file = str(ROOT / "tests" / "data" / "crm-sales-opportunities" / "products.csv")
    options = ("--target", "crm.product", "--tenant", "terminal", "--map", "name=product")
    done = on_the_command_line(here, "import", file, *options, "--map", "list_price=sales_price")
    assert (done.returncode, "7 created" in done.stdout) == (0, True), done
    failed = on_the_command_line(here, "import", file, *options, "--map", "list_price=price")
    assert (failed.returncode, "There is no column price" in failed.stderr) == (1, True), failed
