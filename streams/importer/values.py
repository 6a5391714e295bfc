"""From the text of a cell to a value. Each conversion raises `RowRefused` with one problem, without its field.

Only what cannot be misread is taken: ISO dates, plain decimal numbers. A guess would be wrong in half of the files.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from schemas.generated.crm.deal import Stage
from streams.importer.problems import Problem, RowRefused

CELL_LIMIT = 32_000
"""Characters that one cell may hold."""

_DECIMAL = re.compile(r"[+-]?\d{1,15}(\.\d{1,4})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INT_RANGE = range(-(2**31), 2**31)
_MILLION = Decimal(1_000_000)
_STAGES = {stage.value: stage for stage in (Stage.PROSPECTING, Stage.ENGAGING, Stage.WON, Stage.LOST)}

Convert = Callable[[str], Any]


def _refused(code: str, reason: str) -> RowRefused:
    return RowRefused(Problem(code, reason))


def text(cell: str) -> str:
    """The cell itself, if it can be kept."""
    if len(cell) > CELL_LIMIT:
        raise _refused("cell_too_long", f"The cell has {len(cell)} characters; shorten it to {CELL_LIMIT} at most.")
    if _CONTROL.search(cell):
        raise _refused("control_character", "The cell holds a control character; remove it.")
    return cell


def amount(cell: str) -> Decimal:
    """A decimal number with a point, at most 15 digits before it and 4 after."""
    if not _DECIMAL.fullmatch(cell):
        raise _refused(
            "amount_malformed",
            "This is no amount; write it as 1234.50, without currency sign or thousands separators, with at most 4 "
            "decimal places.",
        )
    return Decimal(cell)


def millions(cell: str) -> Decimal:
    """A decimal number that counts millions."""
    units = amount(cell) * _MILLION
    if abs(units) >= Decimal(10) ** 15:
        raise _refused("amount_malformed", "This amount in millions is too large; check the column.")
    return units


def integer(cell: str) -> int:
    """A whole number of 32 bits."""
    if not _INTEGER.fullmatch(cell) or int(cell) not in _INT_RANGE:
        raise _refused("number_malformed", "This is no whole number; write digits only, such as 1996.")
    return int(cell)


def moment(cell: str) -> datetime:
    """A day, which begins at midnight UTC, or a time with its zone."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        at = None
    if at is None or not 1 < at.year < 9999 or (at.tzinfo is None and len(cell) > 10):
        raise _refused(
            "date_malformed", "This is no date; write it as 2017-06-30, or as 2017-06-30T12:00:00Z with its zone."
        )
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def stage(cell: str) -> Stage:
    """A stage of the pipeline by its name, in capitals or not."""
    found = _STAGES.get(cell.upper())
    if found is None:
        raise _refused("stage_unknown", "The stage is none of Prospecting, Engaging, Won and Lost.")
    return found


def same_name(name: str) -> str:
    """The form in which two spellings of one name are equal: case and spaces do not count."""
    return " ".join(name.casefold().split())
