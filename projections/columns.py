"""From a row dataclass to columns: the one place that knows which Python types a row may hold.

Money is two columns, `<field>` (numeric) and `<field>_currency`. An enum is its text. A tuple of str is an array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from projections.model import ReadModel
from schemas.generated.common import Money

Kind = Literal["text", "integer", "number", "boolean", "time", "date", "enum", "texts"]
Codec = Literal["plain", "enum", "texts", "money"]

_KINDS: Mapping[type, Kind] = {
    str: "text", int: "integer", Decimal: "number", bool: "boolean", datetime: "time", date: "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or of an answer. `choices` are an enum's texts. `money` marks an amount of money."""

    name: str
    kind: Kind
    nullable: bool
    choices: tuple[str, ...] = ()
    money: bool = False


SYSTEM = (
    Column("version", "integer", False),
    Column("created_at", "time", False),
    Column("updated_at", "time", False),
    Column("recorded_at", "time", False),
)
ID = Column("id", "text", False)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    codec: Codec
    enum: type[Enum] | None
    columns: tuple[Column, ...]


def _field(name: str, hint: Any) -> _Field:
    arguments = get_args(hint)
    nullable = NoneType in arguments
    inner: Any = next(a for a in arguments if a is not NoneType) if nullable else hint
    if inner is Money:
        columns = (Column(name, "number", nullable, money=True), Column(f"{name}_currency", "text", nullable))
        return _Field(name, "money", None, columns)
    if get_origin(inner) is tuple:
        return _Field(name, "texts", None, (Column(name, "texts", nullable),))
    if isinstance(inner, type) and issubclass(inner, Enum):
        choices = tuple(str(member.value) for member in inner)
        return _Field(name, "enum", inner, (Column(name, "enum", nullable, choices),))
    if inner not in _KINDS:
        known = "str, int, Decimal, bool, datetime, date, an enum, tuple[str, ...] or Money, each or None"
        raise TypeError(f"A row's field {name} is of type {hint}; use {known}.")
    return _Field(name, "plain", None, (Column(name, _KINDS[inner], nullable),))


@cache
def _fields(row: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(row)
    return tuple(_field(f.name, hints[f.name]) for f in fields(row))


@cache
def columns_of(row: type[Any]) -> tuple[Column, ...]:
    """The columns of a row type, in the order `to_values` and `from_values` use."""
    return tuple(column for f in _fields(row) for column in f.columns)


def to_values(row: Any) -> list[Any]:
    """A row as column values."""
    values: list[Any] = []
    for f in _fields(row.__class__):
        value = getattr(row, f.name)
        match f.codec:
            case "plain":
                values.append(value)
            case "money":
                values += (None, None) if value is None else (value.amount, value.currency)
            case "enum":
                values.append(None if value is None else value.value)
            case "texts":
                values.append(None if value is None else list(value))
    return values


def from_values(row: type[Any], values: Sequence[Any]) -> Any:
    """The row that `to_values` gave these values."""
    arguments: list[Any] = []
    at = 0
    for f in _fields(row):
        value = values[at]
        at += len(f.columns)
        match f.codec:
            case "plain":
                arguments.append(value)
            case "money":
                arguments.append(None if value is None else Money(amount=value, currency=values[at - 1]))
            case "enum":
                arguments.append(None if value is None or f.enum is None else f.enum(value))
            case "texts":
                arguments.append(None if value is None else tuple(value))
    return row(*arguments)


@dataclass(frozen=True, slots=True)
class Joined:
    """A column that a join shows: `source` names the read model, `origin` its column there."""

    column: Column
    source: str
    origin: str


def joined_columns(model: ReadModel, others: Mapping[str, ReadModel]) -> tuple[Joined, ...]:
    """What the model's joins take, each able to be None."""
    taken: list[Joined] = []
    for join in model.joins:
        of = {c.name: c for c in columns_of(others[join.to].row)}
        for shown, origin in join.take.items():
            c = of[origin]
            taken.append(Joined(Column(shown, c.kind, True, c.choices, c.money), join.to, origin))
    return tuple(taken)


def visible_columns(model: ReadModel, others: Mapping[str, ReadModel]) -> tuple[Column, ...]:
    """Every column of an answer, in order: id, the row's own, the joined ones, the system's."""
    return (ID, *columns_of(model.row), *(j.column for j in joined_columns(model, others)), *SYSTEM)
