"""What the console knows of lists, commands and reports is what is declared; a change is seen where it is made."""

import pytest

from domains.integration.importable import IMPORTABLE
from domains.integration.in_bulk import OFFERED
from gateway.catalogue.__main__ import FOLDER, wanted
from gateway.catalogue.lists import Column, Command, List, lists
from gateway.catalogue.reports import Condition, Dimension, Measure, Report, all_reports
from projections.catalog import read_models, reports
from schemas.contract import contracts


@pytest.mark.parametrize("name", list(wanted()))
def test_what_is_committed_is_what_is_declared(name: str) -> None:
    assert (FOLDER / name).read_text() == wanted()[name], f"{name} is stale; run `make generate` and commit it."


def test_every_list_and_every_command_with_a_route_is_there() -> None:
    assert {each.key for each in lists()} == {
        f"{model.database}/{model.name.replace('_', '-')}" for model in read_models() if model.public
    }
    shown = {model.aggregate for model in read_models() if model.public}
    asked = {
        (f"{contract.domain}.{contract.aggregate}", command.verb)
        for contract in contracts().values()
        for command in contract.commands
        if (contract.domain, contract.aggregate) in shown and not command.internal
    }
    assert {(it.record, command.verb) for it in lists() for command in it.commands} == asked


def test_ids_lead_to_the_lists_of_their_records() -> None:
    deals = _list("crm/deals")
    company, owner = _column(deals, "company_id"), _column(deals, "owner_id")
    assert (company.leads, company.called) == ("crm/companies", "company_name")
    assert (owner.leads, owner.called) == ("admin/users", "owner_name")
    assert _column(deals, "name").leads is None
    opened = {each.name: each for each in _command(deals, "create").fields}
    assert "deal_id" not in opened
    assert {name: opened[name].leads for name in ("company_id", "owner_id", "name")} == {
        "company_id": "crm/companies",
        "owner_id": "admin/users",
        "name": None,
    }


def test_fields_that_take_several_ids_lead_there_too() -> None:
    taken = {each.name: each.leads for command in _list("crm/activities").commands for each in command.fields}
    assert (taken["contact_ids"], taken["user_ids"]) == ("crm/contacts", "admin/users")


def test_fields_say_how_they_are_filled_in() -> None:
    opened = {each.name: each for each in _command(_list("crm/deals"), "create").fields}
    assert (opened["name"].type, opened["name"].required) == ("text", True)
    assert (opened["amount"].type, opened["amount"].required) == ("money", False)
    assert opened["expected_close_on"].type == "date"
    assert opened["custom"].type == "custom"
    assert {each.name for each in _command(_list("integration/mailboxes"), "create").fields if each.secret} != set()


def test_what_may_be_unseen_may_be_null() -> None:
    contacts = _list("crm/contacts")
    assert _column(contacts, "name").nullable
    assert not _column(_list("crm/products"), "version").nullable


def test_every_report_is_there_with_a_list_to_lead_to() -> None:
    shown = {each.key for each in all_reports()}
    assert shown == {f"{report.database}/{report.name.replace('_', '-')}" for report in reports()}
    assert {each.source for each in all_reports()} <= {each.key for each in lists()}


def test_reports_say_what_they_add_up_and_by_what() -> None:
    revenue = _report("crm/won-revenue")
    assert (revenue.source, revenue.by, revenue.times) == ("crm/deals", ("month",), True)
    assert revenue.measures == (Measure("count", False), Measure("amount", True))
    assert revenue.where == (Condition("stage", "eq", "WON"),)
    assert Dimension("month", ("closed_at",), True) in revenue.dimensions
    assert Dimension("agent", ("owner_id", "owner_name"), False) in revenue.dimensions
    assert _report("crm/win-loss").where == (Condition("stage", "in", "WON,LOST"),)


def test_reports_of_money_say_how_a_list_is_asked_for_a_currency() -> None:
    reports = ("pipeline", "home-pipeline", "recurring", "contact-counts")
    assert [_report(f"crm/{name}").currency for name in reports] == [
        "amount_currency", "home_amount_currency", None, None,
    ]  # fmt: skip


def test_files_fill_what_imports_take() -> None:
    taken = {each.record: each.imported for each in lists() if each.imported is not None}
    assert taken.keys() == IMPORTABLE.keys()
    deals = taken["crm.deal"]
    assert (deals.permission, deals.match) == ("crm.deal.record", ("name", "company", "owner"))
    assert {each.name for each in deals.fields if each.required} == {"key", "owner"}
    assert {each.cells for each in deals.fields if each.name == "stage"} == {"stage"}


def test_what_is_done_to_many_is_what_bulk_changes_take() -> None:
    offered = {each.record: {command.verb for command in each.commands if command.bulk} for each in lists()}
    assert {record: verbs for record, verbs in offered.items() if verbs} == {
        record: set(verbs) for record, verbs in OFFERED.items()
    }


def test_what_may_be_one_is_what_is_compared_and_merged() -> None:
    compared = {each.key: each.duplicates for each in lists() if each.duplicates is not None}
    assert {key: each.pairs for key, each in compared.items()} == {
        "crm/contacts": "/crm/duplicates",
        "crm/companies": "/crm/duplicates/companies",
    }
    for key, each in compared.items():
        assert {"merge", "unmerge", "dismiss-duplicate"} <= {command.verb for command in _list(key).commands}
        said = _command(_list(key), "merge").fields[1].doc
        assert all(f" {name}" in said for name in each.taken), said


def _list(key: str) -> List:
    return next(each for each in lists() if each.key == key)


def _report(key: str) -> Report:
    return next(each for each in all_reports() if each.key == key)


def _column(of: List, name: str) -> Column:
    return next(each for each in of.columns if each.name == name)


def _command(of: List, verb: str) -> Command:
    return next(each for each in of.commands if each.verb == verb or (verb == "create" and each.creates))
