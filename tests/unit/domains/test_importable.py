"""What files could become: how cells are written, and which column fills which field."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from domains.integration.cell_forms import moment, number, plain
from domains.integration.import_job import DECIDER
from domains.integration.importable import IMPORTABLE
from domains.integration.suggesting import looks, suggested
from schemas.generated.integration.import_job import (
    ImportCompleted,
    ImportJob,
    ImportStarted,
    ImportStatus,
    RevertImport,
    StartImport,
)
from tests.spec import given

EXPORTS = Path(__file__).parents[2] / "data" / "crm-exports"
AT = datetime(2025, 3, 4, tzinfo=UTC)
DEAL = "key name owner company stage amount currency engaged_at closed_at"
PERSON = "key first_name last_name email phone job_title company owner"


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1234.50", None, "1234.50"),
        ("1,234.50", None, None),
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1 234 567,5", ",", "1234567.5"),
        ("12'345.00", ".", "12345.00"),
        ("1.234", ",", "1234"),
        ("1,234", ",", "1.234"),
        ("1234,5", ",", "1234.5"),
        ("12,34,567", ".", None),
        ("1.234 567,5", ",", None),
        ("-0,5", ",", "-0.5"),
        ("€ 5", ",", None),
    ],
)
def test_a_number_is_what_its_file_writes(cell: str, decimal: str | None, value: str | None) -> None:
    assert number(cell, decimal) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("cell", "dates", "value"),
    [
        ("2025-03-04", None, AT),
        ("04.03.2025", None, None),
        ("04.03.2025", "dmy", AT),
        ("3/4/2025", "mdy", AT),
        ("3/4/2025", "ymd", None),
        ("2025/03/04", "dmy", AT),
        ("2025-03-04", "mdy", AT),
        ("13/4/2025", "mdy", None),
        ("4/3/25", "dmy", None),
        ("4/3/2025 9:12", "dmy", datetime(2025, 3, 4, 9, 12, tzinfo=UTC)),
        ("3/4/2025, 12:05 AM", "mdy", datetime(2025, 3, 4, 0, 5, tzinfo=UTC)),
        ("3/4/2025 13:05 PM", "mdy", None),
        ("2025-03-04 09:12", None, None),
        ("2025-03-04 09:12", "ymd", datetime(2025, 3, 4, 9, 12, tzinfo=UTC)),
        ("30.02.2025", "dmy", None),
        ("0001-01-01T00:00:00+14:00", None, None),
    ],
)
def test_a_date_is_in_the_order_of_its_file(cell: str, dates: str | None, value: datetime | None) -> None:
    assert moment(cell, dates) == value


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert plain("Deal - Currency of Value") == plain("deal_currency OF vàlue") == "deal currency of value"


@pytest.mark.parametrize(
    ("file", "target", "fields"),
    [
        (
            "hubspot/companies.csv",
            "crm.company",
            "key name sector year_established revenue employees location domain phone owner",
        ),
        (
            "hubspot/contacts.csv",
            "crm.contact",
            "key first_name last_name email phone job_title company owner lifecycle",
        ),
        ("hubspot/deals.csv", "crm.deal", f"{DEAL} lost_reason"),
        ("salesforce/opportunities.csv", "crm.deal", f"{DEAL} next_step"),
        ("pipedrive/organizations.csv", "crm.company", "key name location owner tags"),
        ("pipedrive/people.csv", "crm.contact", "key name email phone company owner tags"),
        ("pipedrive/deals.csv", "crm.deal", f"{DEAL} expected_close_on lost_reason"),
    ],
)
def test_columns_of_other_systems_are_known(file: str, target: str, fields: str) -> None:
    header, *rows = csv.reader((EXPORTS / file).read_text("utf-8-sig").splitlines())
    found = suggested(IMPORTABLE[target], header, [list(column) for column in zip(*rows, strict=True)])
    assert list(found.mapping) == fields.split()
    assert (found.decimal, found.undecided) == (None, [])


def test_how_values_are_written_is_suggested_where_they_leave_no_doubt() -> None:
    target, header = IMPORTABLE["crm.deal"], ["Deal ID", "Deal owner", "Amount", "Close Date", "Stage"]

    def of(amounts: list[str], dates: list[str]) -> tuple[object, ...]:
        found = suggested(target, header, [["1"], ["Ann"], amounts, dates, ["Closed Won", "Elsewhere"]])
        assert found.values == {"stage": {"Closed Won": "Won"}}
        return found.decimal, found.dates, tuple(found.undecided)

    assert of(["1.234,50", "7"], ["31.12.2024", "01.02.2025"]) == (",", "dmy", ())
    assert of(["1,234.50", "7"], ["12/31/2024"]) == (".", "mdy", ())
    assert of(["1.234"], ["01/02/2025"]) == (None, None, ("decimal", "dates"))
    assert of(["1,234.5", "1 234"], ["2025-01-02 03:04"]) == (".", "ymd", ())
    assert of(["12 345"], ["2025-01-02"]) == (None, None, ("decimal",))
    assert of(["1234", "1.5"], ["2025-01-02"]) == (None, None, ())


def test_a_column_that_is_there_twice_fills_nothing() -> None:
    assert suggested(IMPORTABLE["crm.contact"], ["Email", "Email", "Name"], [[], [], []]).mapping == {"name": "Name"}


def test_what_values_look_like() -> None:
    cells = {"": "blank", "17": "integer", "1,5": "number", "2025-01-02": "date", "a@b.example": "email"}
    assert {cell: looks([cell]) for cell in cells} == cells
    assert [looks(each) for each in (["no", ""], ["+49 (30) 000-1"], ["17", "x"])] == ["yes_no", "phone", "text"]


def start(**more: object) -> StartImport:
    usual = {
        "target": "crm.contact",
        "file": "0f" * 32,
        "file_name": "a.csv",
        "mapping": {"email": "Email", "last_name": "Last"},
    }
    return StartImport(import_id="i", at=AT, **(usual | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"encoding": "of my uncle"}, "encoding_unknown", "encoding"),
        ({"decimal": ";"}, "decimal_unknown", "decimal"),
        ({"dates": "ydm"}, "dates_unknown", "dates"),
        ({"values": {"name": {"A": "B"}}}, "values_unknown", "values"),
        ({"match_on": ("job_title",)}, "match_unknown", "match_on"),
        ({"match_on": ("phone",)}, "match_unmapped", "match_on"),
        (
            {"target": "admin.user", "mapping": {"email": "E", "manager": "M"}, "match_on": ("email",)},
            "match_within",
            "match_on",
        ),
    ],
)
def test_an_import_that_cannot_be_meant_is_refused(more: dict[str, object], code: str, field: str) -> None:
    given().when(start(**more)).rejected(code, field)


def test_a_dry_run_is_another_import_than_the_real_one_and_leaves_nothing_to_take_back() -> None:
    [event] = DECIDER.decide(start(dry_run=True, match_on=("email", "name", "email")), ImportJob())
    assert isinstance(event, ImportStarted)
    assert (event.dry_run, event.match_on) == (True, ("email", "name"))
    job = DECIDER.evolve(ImportJob(), event)
    assert job.status is ImportStatus.RUNNING
    given(event).when(start(match_on=("email", "name"))).rejected("import_exists")
    given(event).when(start(dry_run=True, match_on=("email", "name"))).nothing()
    done = ImportCompleted(import_id="i", at=AT)
    given(event, done).when(RevertImport(import_id="i", at=AT)).rejected("import_dry")
