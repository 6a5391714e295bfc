"""What files of lists and reports have in common, whatever their format: columns, rows of cells, how one is begun."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from gateway.problems import Problem
from infra.plain import dump
from projections.columns import Column, Kind, currency_of

Format = Literal["csv", "xlsx", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
Row = Sequence[Any]
"""Cells in the order of the columns: str, int, Decimal, bool, datetime, date, a list of str, or None."""
_AS_JSON: tuple[Kind, ...] = ("records", "object")
"""What has no type in files stands in them as JSON."""


class Sheet(Protocol):
    """A file that is being written. It is on disk when it is closed."""

    def add(self, rows: Iterable[Row]) -> None: ...
    def close(self) -> None: ...


class Unwritable(Exception):
    """The format cannot hold what is to be written; the message says what to do."""


def format_of(text: str) -> Format:
    """Raises a 400 problem for what is no format."""
    if text not in FORMATS:
        raise Problem(400, "unknown_format", f"format is one of {', '.join(FORMATS)}.", "format")
    return text


def columns_of(shown: Sequence[Column]) -> list[Column]:
    """The columns of a file that shows these: each amount of money has its currency beside it."""
    return [
        each
        for column in shown
        for each in ((column, Column(currency_of(column.name), "text", True)) if column.money else (column,))
    ]


def cells_of(shown: Sequence[Column], item: Mapping[str, Any]) -> list[Any]:
    """An answer's item as a row of such a file."""
    cells: list[Any] = []
    for column in shown:
        value = item[column.name]
        if column.money:
            cells += (None, None) if value is None else (value["amount"], value["currency"])
        elif column.kind in _AS_JSON and value is not None:
            cells.append(dump(value).decode())
        else:
            cells.append(value)
    return cells


def begun(format: Format, path: Path, title: str, columns: Sequence[Column]) -> Sheet:
    """A file of these columns. What writes a format is loaded by the first who asks for it."""
    match format:
        case "csv":
            from gateway.sheets.separated import Separated

            return Separated(path, columns)
        case "xlsx":
            from gateway.sheets.workbook import Workbook

            return Workbook(path, title, columns)
        case "parquet":
            from gateway.sheets.parquet import Parquet

            return Parquet(path, columns)
