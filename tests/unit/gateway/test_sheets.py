# openpyxl and pyarrow have no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Files of lists, opened again by other programs: nothing is lost, and nothing in them runs."""

import csv
import os
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.problems import Problem
from gateway.sheets import workbook
from gateway.sheets.send import Desks, written
from gateway.sheets.separated import cell
from gateway.sheets.sheet import FORMATS, Format, Row, Unwritable, begun, cells_of, columns_of
from projections.columns import Column

SHOWN = [
    Column("id", "text", False),
    Column("amount", "number", True, money=True),
    Column("seats", "integer", True),
    Column("open", "boolean", True),
    Column("at", "time", True),
    Column("due", "date", True),
    Column("tags", "texts", True),
    Column("custom", "object", False),
]
COLUMNS = columns_of(SHOWN)
AT = datetime(2026, 11, 27, 12, 30, 15, 250_000, tzinfo=UTC)
ITEMS: list[dict[str, Any]] = [
    {
        "id": "a", "amount": {"amount": Decimal("1054.5000"), "currency": "USD"}, "seats": 7, "open": True, "at": AT,
        "due": date(2026, 12, 1), "tags": ["one", "two"],
        "custom": {"size": "Zoë"},
    },
    {
        "id": '=HYPERLINK("x")', "amount": None, "seats": None, "open": None, "at": None, "due": None, "tags": None,
        "custom": {},
    },
    {
        "id": "Zoë, \"q\"\n", "amount": {"amount": Decimal("123456789012345.1234"), "currency": "EUR"},
        "seats": 2**60, "open": False, "at": datetime(1850, 1, 1, tzinfo=UTC), "due": date(1850, 1, 1), "tags": [],
        "custom": {},
    },
]  # fmt: skip
ROWS = [cells_of(SHOWN, item) for item in ITEMS]
NAMES = ["id", "amount", "amount_currency", "seats", "open", "at", "due", "tags", "custom"]


def made(format: Format, folder: Path, rows: Sequence[Row] = ROWS) -> Path:
    path = folder / f"rows.{format}"
    sheet = begun(format, path, "deals", COLUMNS)
    for row in rows:
        sheet.add([row])
    sheet.close()
    return path


def test_csv(tmp_path: Path) -> None:
    with made("csv", tmp_path).open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            NAMES,
            [
                "a",
                "1054.5",
                "USD",
                "7",
                "true",
                "2026-11-27T12:30:15.250000Z",
                "2026-12-01",
                "one; two",
                '{"size":"Zoë"}',
            ],
            ['\'=HYPERLINK("x")', "", "", "", "", "", "", "", "{}"],
            [
                'Zoë, "q"\n',
                "123456789012345.1234",
                "EUR",
                str(2**60),
                "false",
                "1850-01-01T00:00:00Z",
                "1850-01-01",
                "",
                "{}",
            ],
        ]


def test_a_workbook_has_types_and_no_formulas(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made("xlsx", tmp_path))
    sheet: Any = book["deals"]
    rows = [list(row) for row in sheet.iter_rows()]
    assert [[each.value for each in row] for row in rows] == [
        NAMES,
        ["a", 1054.5, "USD", 7, True, AT.replace(tzinfo=None), datetime(2026, 12, 1), "one; two", '{"size":"Zoë"}'],
        ['=HYPERLINK("x")', *[None] * 7, "{}"],
        # What Excel would round or cannot date is a text.
        [
            'Zoë, "q"\n',
            "123456789012345.1234",
            "EUR",
            str(2**60),
            False,
            "1850-01-01T00:00:00+00:00",
            "1850-01-01",
            "",
            "{}",
        ],
    ]
    assert [each.data_type for each in rows[1]] == ["s", "n", "s", "n", "b", "d", "d", "s", "s"]
    assert rows[2][0].data_type != "f"
    assert rows[1][6].number_format == "yyyy-mm-dd"


def test_parquet_has_the_types_of_the_columns(tmp_path: Path) -> None:
    table: Any = pyarrow.parquet.read_table(made("parquet", tmp_path))
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("id", "string"),
        ("amount", "decimal128(38, 4)"),
        ("amount_currency", "string"),
        ("seats", "int64"),
        ("open", "bool"),
        ("at", "timestamp[us, tz=UTC]"),
        ("due", "date32[day]"),
        ("tags", "list<element: string>"),
        ("custom", "string"),
    ]
    assert [list(row.values()) for row in table.to_pylist()] == ROWS


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_of_nothing_has_its_columns(format: Format, tmp_path: Path) -> None:
    path = made(format, tmp_path, [])
    match format:
        case "csv":
            assert path.read_text().splitlines() == [",".join(NAMES)]
        case "xlsx":
            sheet: Any = openpyxl.load_workbook(path).active
            assert [[each.value for each in row] for row in sheet.iter_rows()] == [NAMES]
        case "parquet":
            assert pyarrow.parquet.read_table(path).column_names == NAMES


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd|x", "'-2+3+cmd|x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("+49 (30) 1234-5", "+49 (30) 1234-5"),
        ("-", "-"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_kept_from_running(text: str, kept: str) -> None:
    assert cell(text) == kept


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    told = cell(text)
    assert told in (text, f"'{text}")
    if told[:1] in ("=", "@", "\t", "\r"):
        pytest.fail(told)


def test_what_a_workbook_has_no_room_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unwritable, match="32767"):
        made("xlsx", tmp_path, [["x" * 32_768, *ROWS[1][1:]]])
    monkeypatch.setattr(workbook, "ROWS", 3)
    made("xlsx", tmp_path, ROWS[:2])
    with pytest.raises(Unwritable, match="csv or parquet"):
        made("xlsx", tmp_path, ROWS)


async def rows(*batches: Sequence[Row]) -> AsyncGenerator[Sequence[Row]]:
    for batch in batches:
        yield batch


async def test_nothing_of_a_file_stays_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here: Any = SimpleNamespace(settings=SimpleNamespace(data=tmp_path))
    for format in FORMATS:
        whole = await written(here, format, "deals", COLUMNS, rows(ROWS[:1], ROWS[1:]))
        assert list((tmp_path / "exports").iterdir()) == []
        with whole.file as file:
            assert (len(file.read()), whole.rows) == (whole.size, 3)
    monkeypatch.setattr(workbook, "ROWS", 3)
    with pytest.raises(Problem) as refused:
        await written(here, "xlsx", "deals", COLUMNS, rows(ROWS))
    assert (refused.value.status, refused.value.code) == (400, "format_too_small")
    assert list((tmp_path / "exports").iterdir()) == []


async def test_what_a_killed_gateway_left_is_removed(tmp_path: Path) -> None:
    here: Any = SimpleNamespace(settings=SimpleNamespace(data=tmp_path))
    old, young = tmp_path / "exports" / "old", tmp_path / "exports" / "young"
    for each, age in ((old, timedelta(hours=2)), (young, timedelta(0))):
        each.mkdir(parents=True)
        then = (datetime.now(UTC) - age).timestamp()
        os.utime(each, (then, then))
    (await written(here, "csv", "deals", COLUMNS, rows())).file.close()
    assert list((tmp_path / "exports").iterdir()) == [young]


def test_a_tenant_has_so_many_files_written_at_once() -> None:
    desks = Desks(most=3, most_of_tenant=2)
    with desks.taken("acme"), desks.taken("acme"):
        with pytest.raises(Problem) as refused, desks.taken("acme"):
            pass
        assert (refused.value.status, refused.value.code) == (429, "too_many_exports")
        with desks.taken("bee"), pytest.raises(Problem) as full, desks.taken("cat"):
            pass
        assert full.value.status == 503
    with desks.taken("acme"):
        pass
