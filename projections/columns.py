"""From a row dataclass to columns: the one place that knows which Python types a row may hold.

Money is two columns, `<field>` (numeric) and `<field>_currency`. An enum is its text. A tuple of str is an array, and
one of value records is JSON; it is found by their first field. A list of records that may be empty is None then. A
mapping is a JSON object, in which no numbers stand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import msgspec
from psycopg.types.json import Jsonb

from projections.model import ReadModel
from schemas.contract import PlainVault
from schemas.contract import fields as fields_of
from schemas.generated.common import Money
from schemas.wire import read_value

Kind = Literal["text", "integer", "number", "boolean", "time", "date", "enum", "texts", "records", "object"]
Codec = Literal["plain", "enum", "texts", "records", "object", "money"]

_KINDS: Mapping[type, Kind] = {
    str: "text", int: "integer", Decimal: "number", bool: "boolean", datetime: "time", date: "date",
}  # fmt: skip

_VAULT = PlainVault()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or of an answer. `choices` are an enum's texts. `money` marks an amount of money. `record`
    is the class of the value records that it lists."""

    name: str
    kind: Kind
    nullable: bool
    choices: tuple[str, ...] = ()
    money: bool = False
    record: type[Any] | None = None


SYSTEM = (
    Column("version", "integer", False),
    Column("created_at", "time", False),
    Column("updated_at", "time", False),
    Column("recorded_at", "time", False),
)
ID = Column("id", "text", False)


def currency_of(money: str) -> str:
    """The column that holds the currency of an amount; of a field of the tenant's own, no name that another could
    have."""
    return f"{money}.currency" if "." in money else f"{money}_currency"


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    codec: Codec
    cls: type[Any] | None
    columns: tuple[Column, ...]


def _field(name: str, hint: Any) -> _Field:
    arguments = get_args(hint)
    nullable = NoneType in arguments
    inner: Any = next(a for a in arguments if a is not NoneType) if nullable else hint
    if inner is Money:
        columns = (Column(name, "number", nullable, money=True), Column(currency_of(name), "text", nullable))
        return _Field(name, "money", None, columns)
    if get_origin(inner) is tuple and hasattr(get_args(inner)[0], "NAME"):
        record = get_args(inner)[0]
        return _Field(name, "records", record, (Column(name, "records", nullable, record=record),))
    if get_origin(inner) is tuple:
        return _Field(name, "texts", None, (Column(name, "texts", nullable),))
    if isinstance(inner, type) and issubclass(inner, Enum):
        choices = tuple(str(member.value) for member in inner)
        return _Field(name, "enum", inner, (Column(name, "enum", nullable, choices),))
    if get_origin(inner) is Mapping:
        return _Field(name, "object", None, (Column(name, "object", nullable),))
    if inner not in _KINDS:
        known = "str, int, Decimal, bool, datetime, date, an enum, Money, a tuple of str or value records, or a mapping"
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
    cls = row.__class__
    for f, value in zip(_fields(cls), _held(cls)(row), strict=True):
        match f.codec:
            case "plain":
                values.append(value)
            case "money":
                values += (None, None) if value is None else (value.amount, value.currency)
            case "enum":
                values.append(None if value is None else value.value)
            case "texts":
                values.append(None if value is None else list(value))
            case "records":
                values.append(None if value is None else _json([each.to_avro(_VAULT) for each in value]))
            case "object":
                values.append(None if value is None else _json(value))
    return values


@cache
def _held(row: type[Any]) -> Callable[[Any], Iterable[Any]]:
    """Gives the values of a row's fields, all at once."""
    get, *others = names = [f.name for f in _fields(row)]
    return attrgetter(*names) if others else lambda it: (getattr(it, get),)


def _json(value: Any) -> Jsonb:
    return Jsonb(value, dumps=msgspec.json.encode)


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
                arguments.append(None if value is None or f.cls is None else f.cls(value))
            case "texts":
                arguments.append(None if value is None else tuple(value))
            case "records":
                arguments.append(None if value is None or f.cls is None else _listed(f.cls, value))
            case "object":
                arguments.append(value)
    return row(*arguments)


def _listed(record: type[Any], value: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple(read_value(record, each) for each in value)


def told(column: Column, value: Any) -> Any:
    """What is found of a value: of records, the texts of their first fields; of an object, the texts in it."""
    if column.kind == "object":
        return list(_texts(value))
    if column.record is None or value is None:
        return value
    return [each[known_by(column.record)] for each in value]


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            yield from (text for each in cast(list[Any], value) for text in _texts(each))
        case dict():
            yield from (text for each in cast(dict[str, Any], value).values() for text in _texts(each))
        case _:
            pass


def known_by(record: type[Any]) -> str:
    """The field that value records are found by."""
    return fields_of(record)[0].name


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
            taken.append(Joined(replace(c, name=shown, nullable=True), join.to, origin))
    return tuple(taken)


def visible_columns(model: ReadModel, others: Mapping[str, ReadModel]) -> tuple[Column, ...]:
    """Every column of an answer, in order: id, the row's own, the joined ones, the system's."""
    return (ID, *columns_of(model.row), *(j.column for j in joined_columns(model, others)), *SYSTEM)
