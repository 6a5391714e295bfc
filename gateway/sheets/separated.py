"""CSV by RFC 4180: UTF-8, commas, lines that end with CR LF, the names of columns first."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.sheets.sheet import Row
from infra.plain import decimal_text
from projections.columns import Column

# https://owasp.org/www-community/attacks/CSV_Injection: spreadsheets run what begins so, wherever it came from.
_RUN = re.compile(r"[=+\-@\t\r\n]")
_HARMLESS = re.compile(r"[+-][0-9 ()./-]*")
"""Such as a telephone number, which stays as it is."""


class Separated:
    """A CSV file that is being written."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([column.name for column in columns])

    def add(self, rows: Iterable[Row]) -> None:
        self._writer.writerows([cell(value) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


def cell(value: Any) -> str:
    """The text of a cell: decimals whole, times in UTC, a list's texts with `; ` between, nothing for what is missing.
    A text that a spreadsheet would run as a formula has an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return decimal_text(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case str():
            return _kept_from_running(value)
        case list():
            return _kept_from_running("; ".join(value))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)


def _kept_from_running(text: str) -> str:
    return f"'{text}" if _RUN.match(text) and not _HARMLESS.fullmatch(text) else text
