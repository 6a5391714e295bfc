"""Fields of a tenant's own as columns of a file: what cells say, what cannot be taken, and what becomes of it."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from domains.integration.importable import IMPORTABLE
from domains.integration.suggesting import suggested
from gateway.access.beyond import imported as permits
from gateway.preview import with_own
from projections.own import Own
from schemas.generated.admin.user import CreateUser
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.field_set import Field
from schemas.generated.integration.import_job import ImportJob, ImportStatus, KnownRows, RevertImport
from streams.importer.revert import run_revert
from streams.importer.run import run_import
from tests.unit.streams.importer.memory import AT, TENANT, Memory

CHOICES = ("Red", "Green", "Blue, dark")
FIELDS: Mapping[str, Field] = {
    field.key: field
    for field in (
        Field(key="budget", label="Budget, yearly", kind=FieldKind.MONEY),
        Field(key="share", label="Our share", kind=FieldKind.NUMBER),
        Field(key="due", label="Due", kind=FieldKind.DATE),
        Field(key="sure", label="Sure", kind=FieldKind.BOOLEAN),
        Field(key="colour", label="Colour", kind=FieldKind.CHOICE, choices=CHOICES),
        Field(key="colours", label="Colours", kind=FieldKind.CHOICES, choices=CHOICES),
        Field(key="note", label="Note", kind=FieldKind.TEXT),
        Field(key="helper", label="Helper", kind=FieldKind.REFERENCE, refers_to="user"),
        Field(key="person", label="Person", kind=FieldKind.REFERENCE, refers_to="contact"),
        Field(key="old", label="Old", kind=FieldKind.TEXT, retired=True),
        Field(key="part", label="Part", kind=FieldKind.FORMULA, formula="custom.share * 2"),
    )
}


@pytest.fixture
def ready(memory: Memory) -> Memory:
    memory.own = FIELDS
    assert memory.do(CreateUser(user_id="u1", name="Ann", at=AT)).status == 200
    return memory


def deals(memory: Memory, header: str, *rows: str, import_id: str = "i1", **given: Any) -> ImportJob:
    """An import of deals whose columns are named as the fields that they fill."""
    names = ["key", "owner", *header.split("|")]
    lines = [";".join(names), *(f"d{number};Ann;{row}" for number, row in enumerate(rows))]
    job = memory.started("crm.deal", "\n".join(lines).encode(), {name: name for name in names}, import_id, **given)
    run_import(job, memory.desk)
    return memory.state(import_id)


def held(memory: Memory) -> list[dict[str, Sequence[str]]]:
    return [{each.key: each.values for each in deal.custom} for deal in memory.all("crm", "deal")]


def report(memory: Memory, hash: str | None) -> list[dict[str, str]]:
    assert hash is not None
    with memory.blobs.open(TENANT, hash) as file:
        return list(csv.DictReader(io.StringIO(file.read().decode())))


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("custom.budget", "12.50 USD", ("12.5", "USD")),
        ("custom.budget", "EUR 12.50", ("12.5", "EUR")),
        ("custom.budget", "12EUR", ("12", "EUR")),
        ("custom.budget", "12.50", ("12.5", "CHF")),
        ("custom.share", "007.10", ("7.1",)),
        ("custom.due", "2026-03-31", ("2026-03-31",)),
        ("custom.sure", "Yes", ("true",)),
        ("custom.sure", "0", ("false",)),
        ("custom.colour", "red", ("Red",)),
        ("custom.colours", '"green; RED"', ("Red", "Green")),
        ("custom.colours", "Blue, dark", ("Blue, dark",)),
        ("custom.colours", "red,green", ("Red", "Green")),
        ("custom.note", "  any text ", ("any text",)),
        ("custom.helper", "ann", ("u1",)),
        ("custom.helper", "u1", ("u1",)),
        ("custom.person", "p-17", ("p-17",)),
    ],
)
def test_what_a_cell_says(ready: Memory, column: str, cell: str, said: Sequence[str]) -> None:
    state = deals(ready, column, cell, currency="CHF")
    assert (state.status, state.created, state.rejected) == (ImportStatus.COMPLETED, 1, 0)
    assert held(ready) == [{column.removeprefix("custom."): said}]


def test_an_amount_has_its_currency_in_a_column_of_its_own_or_in_that_of_the_row(ready: Memory) -> None:
    header = "custom.budget|custom.budget.currency|currency"
    deals(ready, header, "1;USD;EUR", "2;;EUR", "3 GBP;USD;EUR", ";USD;EUR")
    assert held(ready) == [{"budget": ("1", "USD")}, {"budget": ("2", "EUR")}, {"budget": ("3", "GBP")}, {}]


def test_a_file_says_how_it_writes_numbers_and_dates(ready: Memory) -> None:
    row = "1.234,50 USD;0,5;31.12.2026"
    deals(ready, "custom.budget|custom.share|custom.due", row, decimal=",", dates="dmy")
    assert held(ready) == [{"budget": ("1234.5", "USD"), "share": ("0.5",), "due": ("2026-12-31",)}]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("custom.budget", "much USD", "amount_malformed"),
        ("custom.budget", "12 Dollars", "amount_malformed"),
        ("custom.share", "1.23456", "amount_malformed"),
        ("custom.due", "31.12.2026", "date_malformed"),
        ("custom.sure", "perhaps", "value_wrong"),
        ("custom.colour", "mauve", "value_wrong"),
        ("custom.colours", "red,mauve", "value_wrong"),
        ("custom.helper", "nobody", "reference_unknown"),
        ("custom.person", "no such id", "value_wrong"),
        ("custom.note", "a\x07b", "control_character"),
    ],
)
def test_what_a_cell_cannot_say_is_told_with_its_field(ready: Memory, column: str, cell: str, code: str) -> None:
    state = deals(ready, f"{column}|amount", f"{cell};much")
    assert (state.created, state.rejected) == (0, 1)
    told = [(row["line"], row["field"], row["code"]) for row in report(ready, state.errors)]
    assert told == [("2", "amount", "amount_malformed"), ("2", column, code)]


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("custom.nothing", "field_unknown"),
        ("custom.share.currency", "field_unknown"),
        ("custom.budget.amount", "field_unknown"),
        ("custom.old", "field_closed"),
        ("custom.part", "field_closed"),
    ],
)
def test_a_mapping_fills_fields_that_there_are(ready: Memory, column: str, code: str) -> None:
    deals(ready, column, "1")
    failed = ready.events[-1]
    assert (failed.NAME, failed.code) == ("integration.ImportFailed", code)
    assert failed.reason.endswith(".")
    assert held(ready) == []


def test_a_row_that_comes_again_changes_what_it_says_and_leaves_the_rest(ready: Memory) -> None:
    deals(ready, "custom.share|custom.note", "1;first", "2;second")
    again = deals(ready, "custom.share|custom.note", "1;", "3;", import_id="i2")
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)
    assert held(ready) == [{"share": ("1",), "note": ("first",)}, {"share": ("3",), "note": ("second",)}]
    deals(ready, "custom.share|custom.due", "9;2026-01-01", import_id="i3", known=KnownRows.FILL)
    assert held(ready)[0] == {"share": ("1",), "note": ("first",), "due": ("2026-01-01",)}


def test_a_dry_run_tells_what_would_change_and_changes_nothing(ready: Memory) -> None:
    deals(ready, "custom.share|custom.budget", "1;5 USD")
    before = held(ready)
    state = deals(ready, "custom.share|custom.budget", "2;6 USD", "x;", import_id="i2", dry_run=True)
    assert (state.updated, state.rejected, held(ready)) == (1, 1, before)
    changes = {row["field"]: row["becomes"] for row in report(ready, state.changes)}
    assert changes == {"custom.share": "2", "custom.budget": "6; USD"}


def test_an_import_is_taken_back_with_what_it_said(ready: Memory) -> None:
    deals(ready, "custom.share", "1", "2")
    assert ready.do(RevertImport(import_id="i1", at=AT)).status == 200
    run_revert(ready.job(cause="revert"), ready.desk)
    assert (ready.state().reverted, ready.state().kept) == (2, 0)
    assert all(deal.removed_at is not None for deal in ready.all("crm", "deal"))


def test_values_of_people_are_personal_and_are_read_back(ready: Memory) -> None:
    ready.own_of = "crm.contact"
    content = b"name,size\nMaude,38\n"
    job = ready.started("crm.contact", content, {"name": "name", "custom.share": "size"})
    run_import(job, ready.desk)
    (contact,) = ready.all("crm", "contact")
    assert contact.custom == (CustomValue(key="share", kind=FieldKind.NUMBER, values=("38",)),)


# ---- before it begins


def test_a_preview_knows_columns_by_key_and_label_and_by_what_exports_call_them() -> None:
    target = with_own(IMPORTABLE["crm.deal"], Own(tuple(FIELDS.values())))
    header = ["Opportunity ID", "Budget, yearly", "budget currency", "custom.share", "DUE", "Old", "Part", "Stage"]
    rows = ["1", "1.234,50 EUR", "EUR", "0,5", "31.12.2026", "x", "y", "Won"]
    found = suggested(target, header, [[cell] for cell in rows])
    assert found.mapping == {
        "key": "Opportunity ID", "stage": "Stage", "custom.budget": "Budget, yearly",
        "custom.budget.currency": "budget currency", "custom.share": "custom.share", "custom.due": "DUE",
    }  # fmt: skip
    assert (found.decimal, found.dates, found.undecided) == (",", "dmy", [])


def test_it_takes_what_setting_the_fields_takes() -> None:
    assert "crm.deal.set-fields" in set(permits("crm.deal", "record", {"key": "a", "custom.share": "b"}))
    assert "crm.deal.set-fields" not in set(permits("crm.deal", "record", {"key": "a"}))
