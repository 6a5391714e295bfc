import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from schemas.generated.admin.user import CreateUser
from schemas.generated.common import Money
from schemas.generated.crm.contact import EraseContact
from schemas.generated.crm.deal import ChangeDealAmount, RestoreDeal, Stage
from schemas.generated.crm.product import AddProductAlias
from schemas.generated.integration.import_job import ImportStatus, RevertImport
from streams.importer import run
from streams.importer.deliver import Stopped
from streams.importer.main import work_on
from streams.importer.results import kept
from streams.importer.revert import run_revert
from streams.importer.run import report_every, run_import
from tests.unit.streams.importer.memory import AT, SAMPLE, TENANT, Memory, csv_of, derive

VALID_FROM = datetime(2016, 10, 1, tzinfo=UTC)
COMPANIES = {"name": "account", "sector": "sector", "revenue_millions": "revenue", "parent": "subsidiary_of"}
USERS = {"name": "sales_agent", "manager": "manager", "region": "regional_office"}
PRODUCTS = {"name": "product", "series": "series", "list_price": "sales_price"}
DEALS = {
    "key": "opportunity_id", "owner": "sales_agent", "product": "product", "company": "account", "stage": "deal_stage",
    "engaged_at": "engage_date", "closed_at": "close_date", "amount": "close_value",
}  # fmt: skip
PEOPLE = b"name,email\nAnn,ann@umbra.example\nBob,no address\n"
DEAL_HEADER = (
    "opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value",
)  # fmt: skip


def imported(memory: Memory, target: str, content: bytes, mapping: Mapping[str, str], import_id: str, **given: Any):
    run_import(memory.started(target, content, mapping, import_id, **given), memory.desk)
    return memory.state(import_id)


def with_people_and_products(memory: Memory) -> Memory:
    imported(memory, "admin.user", (SAMPLE / "sales_teams.csv").read_bytes(), USERS, "users", valid_from=VALID_FROM)
    imported(memory, "crm.product", (SAMPLE / "products.csv").read_bytes(), PRODUCTS, "products", valid_from=VALID_FROM)
    gtx_pro = derive(TENANT, "crm.product", "gtx pro")
    assert memory.do(AddProductAlias(product_id=gtx_pro, alias="GTXPro", at=VALID_FROM)).status == 200
    return memory


def deal(number: int, **given: str) -> list[str]:
    row = {
        "opportunity_id": f"D{number}", "sales_agent": "Anna Snelling", "product": "GTXPro", "account": "",
        "deal_stage": "Won", "engage_date": "2017-01-01", "close_date": "2017-03-01", "close_value": "100",
    }  # fmt: skip
    return [(row | given)[name] for name in DEAL_HEADER]


def report(memory: Memory, hash: str | None) -> list[dict[str, str]]:
    assert hash is not None
    with memory.blobs.open(TENANT, hash) as file:
        return list(csv.DictReader(io.StringIO(file.read().decode())))


def test_the_sample_files_become_what_they_say(memory: Memory) -> None:
    with_people_and_products(memory)
    accounts = imported(memory, "crm.company", (SAMPLE / "accounts.csv").read_bytes(), COMPANIES, "companies")
    deals = imported(memory, "crm.deal", (SAMPLE / "sales_pipeline.csv").read_bytes(), DEALS, "deals")
    assert (accounts.created, accounts.rejected, deals.created, deals.rejected) == (85, 0, 8800, 0)
    assert (deals.total, deals.rows, len(deals.results), deals.status) == (8800, 8800, 9, ImportStatus.COMPLETED)
    found = memory.all("crm", "deal")
    assert Counter(d.stage for d in found) == {"WON": 4238, "LOST": 2473, "ENGAGING": 1589, "PROSPECTING": 500}
    assert sum(d.amount.amount for d in found if d.stage is Stage.WON) == 10_005_534
    acme = next(c for c in memory.all("crm", "company") if c.name == "Acme Corporation")
    assert (acme.sector, acme.revenue) == ("technolgy", Money(amount=Decimal(1_100_040_000), currency="USD"))
    assert sum(c.parent_id == acme.company_id for c in memory.all("crm", "company")) == 4


def test_agents_come_with_managers_and_teams_whose_names_are_nobodys(memory: Memory) -> None:
    with_people_and_products(memory)
    state = memory.state("users")
    assert (state.rows, state.created, state.unchanged, state.rejected) == (35, 35 + 6 + 6, 0, 0)
    teams = memory.all("admin", "team")
    assert sorted(t.name for t in teams) == ["Central 1", "Central 2", "East 1", "East 2", "West 1", "West 2"]
    managers = {u.user_id: u.name for u in memory.all("admin", "user")}
    anna = next(u for u in memory.all("admin", "user") if u.name == "Anna Snelling")
    assert managers[anna.manager_id] == "Dustin Brinkmann"


def test_the_same_file_twice_says_nothing_new(memory: Memory) -> None:
    with_people_and_products(memory)
    content = csv_of(DEAL_HEADER, *(deal(n) for n in range(20)))
    imported(memory, "crm.deal", content, DEALS, "first")
    users = (SAMPLE / "sales_teams.csv").read_bytes()
    before = len(memory.events)
    deals = imported(memory, "crm.deal", content, DEALS, "second")
    again = imported(memory, "admin.user", users, USERS, "again", valid_from=VALID_FROM)
    assert (deals.unchanged, deals.created, deals.updated) == (20, 0, 0)
    assert (again.unchanged, again.created, again.updated) == (35, 0, 0)
    assert {type(e).__name__ for e in memory.events[before:]} == {
        "ImportStarted",
        "ImportProgressed",
        "ImportCompleted",
    }


def test_a_key_twice_in_a_file_is_an_update(memory: Memory) -> None:
    with_people_and_products(memory)
    content = csv_of(DEAL_HEADER, deal(1, deal_stage="Engaging", close_date="", close_value=""), deal(1))
    state = imported(memory, "crm.deal", content, DEALS, "deals")
    assert (state.created, state.updated) == (1, 1)
    [found] = memory.all("crm", "deal")
    assert found.stage is Stage.WON


def test_each_bad_row_is_reported_with_its_own_content_and_the_others_go_on(memory: Memory) -> None:
    with_people_and_products(memory)
    content = csv_of(
        DEAL_HEADER,
        deal(1),
        deal(2, close_value="$100", engage_date="last week"),
        deal(3, product="GTX Max", sales_agent="Nobody"),
        deal(4, sales_agent="x" * 1_000_000),
        deal(5, close_date="2016-12-31"),
        deal(6)[:4],
        deal(7, opportunity_id=""),
        deal(8),
    )
    state = imported(memory, "crm.deal", content, DEALS, "deals")
    assert (state.rows, state.created, state.rejected, state.status) == (8, 2, 6, ImportStatus.COMPLETED)
    found = report(memory, state.errors)
    assert [(row["line"], row["field"], row["code"]) for row in found] == [
        ("3", "amount", "amount_malformed"),
        ("3", "engaged_at", "date_malformed"),
        ("4", "owner", "owner_unknown"),
        ("4", "product", "product_unknown"),
        ("5", "owner", "cell_too_long"),
        ("6", "closed_at", "closed_before_engaged"),
        ("7", "", "cells_missing"),
        ("8", "key", "key_missing"),
    ]
    assert (found[0]["opportunity_id"], found[0]["close_value"]) == ("D2", "$100")


def test_result_files_hold_nothing_of_what_rows_say(memory: Memory) -> None:
    state = imported(memory, "crm.contact", PEOPLE, {"name": "name", "email": "email"}, "people")
    assert (state.created, state.rejected) == (1, 1)
    for hash in state.results:
        with memory.blobs.open(TENANT, hash) as file:
            held = file.read()
        assert [each for each in (b"Ann", b"umbra", b"Bob", b"no address") if each in held] == []


def test_what_a_row_says_of_somebody_who_was_erased_is_left_out_of_the_report(memory: Memory) -> None:
    imported(memory, "crm.contact", PEOPLE, {"name": "name", "email": "email"}, "people")
    [ann] = memory.all("crm", "contact")
    assert memory.do(EraseContact(contact_id=ann.contact_id, at=AT)).status == 200
    state = imported(memory, "crm.contact", PEOPLE, {"name": "name", "email": "email"}, "again")
    found = report(memory, state.errors)
    assert [(row["line"], row["code"], row["name"]) for row in found] == [
        ("2", "contact_erased", None),
        ("3", "email_malformed", "Bob"),
    ]


def test_a_file_that_cannot_be_read_fails_the_import(memory: Memory) -> None:
    state = imported(memory, "crm.company", b'account\nA\n"B\nC\n', {"name": "account"}, "bad")
    assert state.status is ImportStatus.FAILED
    assert state.reason is not None
    assert "line 3" in state.reason
    assert memory.all("crm", "company") == []


def test_a_subsidiary_needs_a_parent_in_the_file_or_on_file(memory: Memory) -> None:
    imported(memory, "crm.company", b"account\nOld\n", {"name": "account"}, "old")
    content = b"account,subsidiary_of\nA,B\nB,\nC,old\nD,Nowhere\n"
    state = imported(memory, "crm.company", content, {"name": "account", "parent": "subsidiary_of"}, "new")
    parents = {c.name: c.parent_id for c in memory.all("crm", "company")}
    assert parents == {
        "Old": None,
        "A": derive(TENANT, "crm.company", "b"),
        "B": None,
        "C": derive(TENANT, "crm.company", "old"),
    }
    assert [row["code"] for row in report(memory, state.errors)] == ["parent_unknown"]


def test_a_name_that_two_bear_is_not_guessed(memory: Memory) -> None:
    with_people_and_products(memory)
    memory.do(CreateUser(user_id="other", name="Anna  SNELLING", at=AT))
    state = imported(memory, "crm.deal", csv_of(DEAL_HEADER, deal(1)), DEALS, "deals")
    assert [row["code"] for row in report(memory, state.errors)] == ["owner_ambiguous"]


def test_a_record_made_by_hand_is_found_by_its_name(memory: Memory) -> None:
    memory.do(CreateUser(user_id="u1", name="Anna Snelling", at=AT))
    content = b"sales_agent,manager,regional_office\nanna snelling,Ben Bo,East\n"
    imported(memory, "admin.user", content, USERS, "users")
    assert len(memory.all("admin", "user")) == 2
    assert memory.held["admin", "user", "u1"][1].team_id is not None


@pytest.mark.parametrize("dies_after", [0, 1, 7, 12, 13, 14, 25, 26])
def test_a_killed_import_goes_on_where_it_was_and_doubles_nothing(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    monkeypatch.setattr(run, "EVERY", 12)
    with_people_and_products(memory)
    job = memory.started("crm.deal", csv_of(DEAL_HEADER, *(deal(n) for n in range(30))), DEALS, "deals")
    memory.dies_after = dies_after
    with pytest.raises(Stopped):
        run_import(job, memory.desk)
    memory.dies_after = None
    done = memory.state("deals").rows
    assert done == 12 * (dies_after // 13)
    first = len(memory.sent)
    run_import(memory.job("deals"), memory.desk)
    state = memory.state("deals")
    assert (state.rows, state.created, state.unchanged) == (30, 30, 0)
    assert Counter(type(e).__name__ for e in memory.events if type(e).__name__.startswith("Deal")) == {
        "DealOpened": 30, "DealEngaged": 30, "DealWon": 30,
    }  # fmt: skip
    assert sum(e.aggregate == "deal" for e in memory.sent[first:]) == 30 - done
    lines = [r.line for hash in state.results for r in kept(memory.blobs, TENANT, hash)]
    assert lines == list(range(2, 32))


def test_a_retried_row_keeps_its_first_outcome_even_if_names_change_meanwhile(memory: Memory) -> None:
    """Its command id stands for its place in the file, and the id's first answer stands."""
    with_people_and_products(memory)
    job = memory.started("crm.deal", csv_of(DEAL_HEADER, deal(1)), DEALS, "deals")
    memory.dies_after = 1
    with pytest.raises(Stopped):
        run_import(job, memory.desk)
    memory.dies_after = None
    first = memory.sent[-1]
    run_import(memory.job("deals"), memory.desk)
    again = next(e for e in memory.sent if e is not first and e.command_id == first.command_id)
    assert again.fingerprint == first.fingerprint
    assert memory.state("deals").created == 1


def test_commands_say_who_sent_them_and_why(memory: Memory) -> None:
    imported(memory, "crm.company", b"account\nA\n", {"name": "account"}, "i7")
    sent = memory.sent[0]
    assert (sent.actor, sent.correlation_id, sent.causation_id) == ("import:i7", "correlation", "start-i7")


def test_records_without_dates_take_valid_from_or_the_start(memory: Memory) -> None:
    with_people_and_products(memory)
    blank = deal(1, deal_stage="Prospecting", engage_date="", close_date="", close_value="")
    imported(memory, "crm.deal", csv_of(DEAL_HEADER, blank), DEALS, "deals")
    assert [e.at for e in memory.events if type(e).__name__ == "DealOpened"] == [AT]
    assert {e.at for e in memory.events if type(e).__name__ == "UserCreated"} == {VALID_FROM}


def test_reports_stay_few_however_long_the_file_is() -> None:
    assert (report_every(8800), report_every(0), report_every(5_000_000)) == (1000, 1000, 10_000)


def test_a_revert_removes_what_the_import_created_and_keeps_what_changed_since(memory: Memory) -> None:
    with_people_and_products(memory)
    imported(memory, "crm.deal", csv_of(DEAL_HEADER, deal(0, deal_stage="Engaging", close_date="")), DEALS, "before")
    content = csv_of(
        DEAL_HEADER, deal(0), deal(1), deal(2), deal(1, sales_agent="Cecily Lampkin"), deal(3, product="?")
    )
    state = imported(memory, "crm.deal", content, DEALS, "deals")
    assert (state.created, state.updated, state.rejected) == (2, 2, 1)
    changed = derive(TENANT, "crm.deal", "D2")
    memory.held["crm", "deal", changed] = (9, memory.held["crm", "deal", changed][1])
    memory.do(RevertImport(import_id="deals", at=AT))
    run_revert(memory.job("deals", "revert"), memory.desk)
    state = memory.state("deals")
    assert (state.status, state.reverted, state.kept) == (ImportStatus.REVERTED, 1, 2)
    assert [(row["line"], row["code"]) for row in report(memory, state.revert_report)] == [
        ("2", "only_updated"),
        ("4", "changed_since"),
    ]
    removed = {id: s.removed_at is not None for (_, a, id), (_, s) in memory.held.items() if a == "deal"}
    gone = derive(TENANT, "crm.deal", "D1")
    assert removed == {derive(TENANT, "crm.deal", "D0"): False, gone: True, changed: False}


def test_a_revert_that_was_killed_comes_to_the_same_end(memory: Memory) -> None:
    with_people_and_products(memory)
    imported(memory, "crm.deal", csv_of(DEAL_HEADER, *(deal(n) for n in range(10))), DEALS, "deals")
    memory.do(RevertImport(import_id="deals", at=AT))
    memory.dies_after = 4
    with pytest.raises(Stopped):
        run_revert(memory.job("deals", "revert"), memory.desk)
    memory.dies_after = None
    run_revert(memory.job("deals", "revert"), memory.desk)
    assert memory.state("deals").reverted == 10
    assert sum(type(e).__name__ == "DealRemoved" for e in memory.events) == 10


def test_a_revert_that_a_mistake_of_ours_ended_is_begun_again_and_counts_what_it_took_back(memory: Memory) -> None:
    with_people_and_products(memory)
    imported(memory, "crm.deal", csv_of(DEAL_HEADER, *(deal(n) for n in range(3))), DEALS, "deals")
    changed = derive(TENANT, "crm.deal", "D1")
    memory.held["crm", "deal", changed] = (9, memory.held["crm", "deal", changed][1])
    memory.do(RevertImport(import_id="deals", at=AT))

    def broken() -> None:
        raise RuntimeError("A mistake.")

    assert work_on(memory.job("deals", "revert"), replace(memory.desk, shown=broken))
    assert memory.state("deals").status is ImportStatus.REVERT_FAILED
    failed = memory.events[-1]
    assert (failed.NAME, failed.code) == ("integration.ImportRevertFailed", "internal_error")
    assert failed.reason.endswith("What was taken back is so; begin again to take back the rest.")
    memory.answers.clear()  # as records do after a day
    assert memory.do(RevertImport(import_id="deals", at=AT)).status == 200
    assert work_on(memory.job("deals", "again"), memory.desk)
    state = memory.state("deals")
    assert (state.status, state.reverted, state.kept) == (ImportStatus.REVERTED, 2, 1)
    assert [(row["line"], row["code"]) for row in report(memory, state.revert_report)] == [("3", "changed_since")]


@pytest.mark.parametrize("forgets", [False, True])
def test_what_was_restored_between_two_reverts_stays_and_is_told(memory: Memory, forgets: bool) -> None:
    with_people_and_products(memory)
    imported(memory, "crm.deal", csv_of(DEAL_HEADER, *(deal(n) for n in range(3))), DEALS, "deals")
    memory.do(RevertImport(import_id="deals", at=AT))
    memory.dies_after = 3
    with pytest.raises(Stopped):
        run_revert(memory.job("deals", "revert"), memory.desk)
    memory.dies_after = None
    restored = derive(TENANT, "crm.deal", "D1")
    assert memory.do(RestoreDeal(deal_id=restored, at=AT)).status == 200
    if forgets:
        memory.answers.clear()
    run_revert(memory.job("deals", "revert"), memory.desk)
    assert (memory.state("deals").reverted, memory.state("deals").kept) == (2, 1)
    [row] = report(memory, memory.state("deals").revert_report)
    assert (row["line"], row["code"]) == ("3", "changed_since")
    assert memory.held["crm", "deal", restored][1].removed_at is None


def test_what_was_removed_and_is_not_shown_yet_counts_as_reverted(memory: Memory) -> None:
    with_people_and_products(memory)
    imported(memory, "crm.deal", csv_of(DEAL_HEADER, *(deal(n) for n in range(3))), DEALS, "deals")
    memory.do(RevertImport(import_id="deals", at=AT))
    memory.dies_after = 2
    with pytest.raises(Stopped):
        run_revert(memory.job("deals", "revert"), memory.desk)
    memory.dies_after = None
    for commands in memory.commands.values():  # the read models stand where they stood before the first revert
        commands.clear()
    run_revert(memory.job("deals", "revert"), memory.desk)
    assert (memory.state("deals").reverted, memory.state("deals").kept) == (3, 0)


def test_a_record_changed_in_the_midst_of_its_import_is_kept(memory: Memory) -> None:
    with_people_and_products(memory)
    content = csv_of(DEAL_HEADER, deal(1, deal_stage="Engaging", close_date="", close_value=""), deal(1))
    job = memory.started("crm.deal", content, DEALS, "deals")
    memory.dies_after = 1
    with pytest.raises(Stopped):
        run_import(job, memory.desk)
    memory.dies_after = None
    id = derive(TENANT, "crm.deal", "D1")
    assert memory.do(ChangeDealAmount(deal_id=id, amount=Money(amount=Decimal(5), currency="USD"), at=AT)).status == 200
    run_import(memory.job("deals"), memory.desk)
    memory.do(RevertImport(import_id="deals", at=AT))
    run_revert(memory.job("deals", "revert"), memory.desk)
    assert (memory.state("deals").reverted, memory.state("deals").kept) == (0, 1)
