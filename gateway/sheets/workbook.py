"""Excel workbooks (ECMA-376) of one sheet, with the names of columns first.

Rows go to disk as they come, and cells have types: numbers, dates, texts. A text is written as a text and never as a
formula or a link, whatever it begins with.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from gateway.sheets.sheet import Row, Unwritable
from projections.columns import Column

ROWS = 1_048_576
"""Of one sheet, the names of columns among them, by Excel's specifications and limits."""
LONGEST = 32_767
"""UTF-16 units of one cell, by the same."""
DIGITS = 15
"""Of a number; Excel keeps no more."""
_FIRST_YEAR, _WIDTH = 1900, 18
_INTEGER = "0"
_MONEY = "#,##0.00##"
_TIME, _DATE = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"


class Workbook:
    """A workbook that is being written. `add` raises Unwritable for what it has no room for."""

    def __init__(self, path: Path, title: str, columns: Sequence[Column]) -> None:
        # A row is written once and is not held; its parts stand in the file's own folder until the end.
        how = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book: Any = xlsxwriter.Workbook(str(path), how)
        self._book.use_zip64()
        self._sheet: Any = self._book.add_worksheet(title[:31])
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(columns) - 1, _WIDTH)
        bold = self._book.add_format({"bold": True})
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, column.name, bold)
        self._formats = {each: self._book.add_format({"num_format": each}) for each in (_INTEGER, _MONEY, _TIME, _DATE)}
        self._numbers = [_MONEY if column.money else None for column in columns]
        self._rows = 1

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self._rows >= ROWS:
                said = f"A workbook has room for {ROWS - 1} rows and there are more; ask for csv or parquet."
                raise Unwritable(said)
            for place, value in enumerate(row):
                self._write(place, value)
            self._rows += 1

    def close(self) -> None:
        self._book.close()

    def _write(self, place: int, value: Any) -> None:
        at = self._rows, place
        match value:
            case None:
                return
            case bool():
                self._sheet.write_boolean(*at, value)
            case int() | Decimal() if _fits(value):
                form = self._numbers[place] or (_INTEGER if isinstance(value, int) else None)
                self._sheet.write_number(*at, float(value), form and self._formats[form])
            case datetime() if value.year >= _FIRST_YEAR:
                moment = value.astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(*at, moment, self._formats[_TIME])
            case date() if value.year >= _FIRST_YEAR:
                self._sheet.write_datetime(*at, value, self._formats[_DATE])
            case list():
                self._text(at, "; ".join(value))  # pyright: ignore[reportUnknownArgumentType]
            case datetime() | date():
                self._text(at, value.isoformat())
            case Decimal():
                self._text(at, f"{value:f}")
            case _:
                self._text(at, str(value))

    def _text(self, at: tuple[int, int], text: str) -> None:
        if len(text.encode("utf-16-le")) > 2 * LONGEST:
            said = f"A cell of a workbook has room for {LONGEST} characters and one has more; ask for csv or parquet."
            raise Unwritable(said)
        self._sheet.write_string(*at, text)


def _fits(value: int | Decimal) -> bool:
    """Whether a number is still the same in Excel."""
    digits = Decimal(value).normalize().as_tuple().digits
    return len(digits) <= DIGITS
