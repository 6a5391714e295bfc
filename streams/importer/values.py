"""From the text of a cell to a value. Each conversion raises `RowRefused` with one problem, without its field.

Only what cannot be misread is taken, in the forms that the import says the file is written in
(`domains.integration.cell_forms`). A guess would be wrong in half of the files.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domains.integration import cell_forms
from domains.integration.importable import Kind
from infra.sheets.problems import Problem
from schemas.generated.crm.deal import Stage
from streams.importer.problems import RowRefused

CELL_LIMIT = 32_000
"""Characters that one cell may hold."""

_INTEGER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_PARTS = re.compile("[,;]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CURRENCY = re.compile(r"[A-Z]{3}")
_INT_RANGE = range(-(2**31), 2**31)
_MILLION = Decimal(1_000_000)
_STAGES = {stage.value: stage for stage in (Stage.PROSPECTING, Stage.ENGAGING, Stage.WON, Stage.LOST)}


@dataclass(frozen=True, slots=True)
class Forms:
    """How a file writes numbers and dates; None is the form that nobody can misread."""

    decimal: str | None = None
    dates: str | None = None


PLAIN = Forms()
Convert = Callable[[str, Forms], Any]


def _refused(code: str, reason: str) -> RowRefused:
    return RowRefused(Problem(code, reason))


def text(cell: str, forms: Forms = PLAIN) -> str:
    """The cell itself, if it can be kept."""
    if len(cell) > CELL_LIMIT:
        raise _refused("cell_too_long", f"The cell has {len(cell)} characters; shorten it to {CELL_LIMIT} at most.")
    if _CONTROL.search(cell):
        raise _refused("control_character", "The cell holds a control character; remove it.")
    return cell


def first(cell: str, forms: Forms = PLAIN) -> str:
    """The first of several values in one cell, which other systems part by commas or semicolons."""
    return (several(cell) or [cell])[0]


def several(cell: str) -> list[str]:
    """All values of a cell that may hold several."""
    return [part.strip() for part in _PARTS.split(cell) if part.strip()]


def tags(cell: str, forms: Forms = PLAIN) -> tuple[str, ...]:
    """The words of a cell."""
    return tuple(several(cell))


def amount(cell: str, forms: Forms = PLAIN) -> Decimal:
    """A decimal number of at most 15 digits before the decimals and 4 of them."""
    found = cell_forms.number(cell, forms.decimal)
    if found is None:
        form = {None: "1234.50, without thousands separators", ".": "1,234.50", ",": "1.234,50"}[forms.decimal]
        raise _refused(
            "amount_malformed",
            f"This is no amount; write it as {form}, without currency sign, with at most 4 decimal places. How a file "
            "writes its amounts is said by `decimal`.",
        )
    return found


def millions(cell: str, forms: Forms = PLAIN) -> Decimal:
    """A decimal number that counts millions."""
    units = amount(cell, forms) * _MILLION
    if abs(units) >= Decimal(10) ** 15:
        raise _refused("amount_malformed", "This amount in millions is too large; check the column.")
    return units


def integer(cell: str, forms: Forms = PLAIN) -> int:
    """A whole number of 32 bits, in groups of digits where the file writes such."""
    if _INTEGER.fullmatch(cell):
        whole = int(cell)
    else:
        found = None if forms.decimal is None else cell_forms.number(cell, forms.decimal)
        whole = None if found is None or found != found.to_integral_value() else int(found)
    if whole is None or whole not in _INT_RANGE:
        raise _refused("number_malformed", "This is no whole number; write digits only, such as 1996.")
    return whole


def moment(cell: str, forms: Forms = PLAIN) -> datetime:
    """A day, which begins at midnight UTC, or a time with its zone; without one where the order of dates is said."""
    at = cell_forms.moment(cell, forms.dates)
    if at is None:
        raise _refused(
            "date_malformed",
            "This is no date; write it as 2017-06-30, or as 2017-06-30T12:00:00Z with its zone. In which order a file "
            "writes its dates is said by `dates`.",
        )
    return at


def stage(cell: str, forms: Forms = PLAIN) -> Stage:
    """A stage of the pipeline by its name, in capitals or not."""
    found = _STAGES.get(cell.upper())
    if found is None:
        raise _refused(
            "stage_unknown",
            "The stage is none of Prospecting, Engaging, Won and Lost; say by `values` which of them it stands for.",
        )
    return found


def currency(cell: str, forms: Forms = PLAIN) -> str:
    """The code of a currency (ISO 4217)."""
    if not _CURRENCY.fullmatch(cell):
        raise _refused("currency_malformed", "A currency is three capital letters (ISO 4217), such as USD.")
    return cell


CONVERT: Mapping[Kind, Convert] = {
    "text": text,
    "first": first,
    "tags": tags,
    "integer": integer,
    "amount": amount,
    "millions": millions,
    "moment": moment,
    "stage": stage,
    "currency": currency,
}
