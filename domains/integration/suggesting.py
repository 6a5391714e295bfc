"""What to make of a file that nobody has mapped yet: which column fills which field, and how its values are written.

From names and a sample of values; a suggestion that nobody can be sure of is left out and told as undecided.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domains.integration.cell_forms import DATES, DECIMALS, moment, number, plain
from domains.integration.importable import STAGES, Importable

Looks = Literal["blank", "integer", "number", "date", "email", "phone", "yes_no", "text"]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d ()./-]{6,30}", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_CURRENCY = re.compile(r"^[A-Z]{3}\b|\b[A-Z]{3}$", re.ASCII)
_YES_NO = frozenset({"true", "false", "yes", "no"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What StartImport takes. `undecided` names what the sample leaves open: `decimal`, `dates` or `pipeline`."""

    mapping: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    decimal: str | None
    dates: str | None
    undecided: Sequence[str]


def looks(cells: Iterable[str]) -> Looks:
    """What the values of a column are, as far as a sample of it says."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return "blank"
    if all(cell.lower() in _YES_NO for cell in filled):
        return "yes_no"
    if all(_INTEGER.fullmatch(cell) for cell in filled):
        return "integer"
    if any(all(number(cell, sign) is not None for cell in filled) for sign in (None, *DECIMALS)):
        return "number"
    if any(all(moment(cell, order) is not None for cell in filled) for order in (None, *DATES)):
        return "date"
    if all(_EMAIL.fullmatch(cell) for cell in filled):
        return "email"
    return "phone" if all(_PHONE.fullmatch(cell) for cell in filled) else "text"


def suggested(target: Importable, header: Sequence[str], samples: Sequence[Sequence[str]]) -> Suggestion:
    """`samples` are the values of each column, in the order of the header."""
    mapping = mapped(target, header)
    cells = {field: [cell for cell in samples[header.index(column)] if cell] for field, column in mapping.items()}

    def of_kinds(*kinds: str) -> list[str]:
        return [cell for field, found in cells.items() if target.fields[field].kind in kinds for cell in found]

    amounts = (_CURRENCY.sub("", cell).strip() for cell in of_kinds("amount", "millions"))
    decimal, unsure_of_decimal = _decimal(list(filter(None, amounts)))
    dates, unsure_of_dates = _dates(of_kinds("moment"))
    undecided = [name for name, unsure in (("decimal", unsure_of_decimal), ("dates", unsure_of_dates)) if unsure]
    stages = {cell: STAGES[plain(cell)] for cell in sorted(set(of_kinds("stage"))) if plain(cell) in STAGES}
    values = {"stage": stages} if stages else {}
    return Suggestion(mapping, values, decimal, dates, undecided)


def mapped(target: Importable, header: Sequence[str]) -> dict[str, str]:
    """The column that fills each field, by its name. No column fills two, and none that is there twice fills any."""
    columns = {plain(column): column for column in header if column and header.count(column) == 1}
    found: dict[str, str] = {}
    for name, field in target.fields.items():
        if not field.suggested:
            continue
        for known in (plain(name), *field.names):
            if known in columns and columns[known] not in found.values():
                found[name] = columns[known]
                break
    if "name" in found and not target.fields["name"].required:  # parts say nothing beside the whole
        found = {name: column for name, column in found.items() if name not in ("first_name", "last_name")}
    return found


def _decimal(cells: Sequence[str]) -> tuple[str | None, bool]:
    """The sign before decimals, None where plain numbers need none said; and whether the sample leaves it open."""
    readings = {sign: [number(cell, sign) for cell in cells] for sign in (None, *DECIMALS)}
    fitting = [sign for sign, found in readings.items() if None not in found]
    if None in fitting:  # 1.234 is plain, and where groups are parted by points it is another number
        return None, any(readings[sign] != readings[None] for sign in fitting)
    return (fitting[0], False) if len(fitting) == 1 else (None, len(fitting) > 1)


def _dates(cells: Sequence[str]) -> tuple[str | None, bool]:
    """The same for the order of dates. Times without a zone are said to be in order, so that they are taken as UTC."""
    if all(moment(cell, None) is not None for cell in cells):
        return None, False
    fitting = [order for order in DATES if all(moment(cell, order) is not None for cell in cells)]
    if "ymd" in fitting:
        return "ymd", False
    return (fitting[0], False) if len(fitting) == 1 else (None, len(fitting) > 1)
