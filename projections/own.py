"""Fields that a tenant defined, as columns of its lists: `custom.<key>`, typed as they were defined.

An amount of money is compared together with its currency, as `100 USD`: of two currencies none is more than the other.
By itself its currency is `custom.<key>.currency`. The order of lists is that of a field's kind: choices as they are
offered, amounts by currency and then by amount.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from projections.columns import Column, Kind
from projections.question import Either, Every, Filter, Not, QueryError, Where
from schemas.formula import Kind as Gives
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field

HELD_IN = "custom"
"""The column of rows that holds the values, by key."""
_MONEY = re.compile(r"(\S+) ([A-Z]{3})")
_KINDS: Mapping[FieldKind, Kind] = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.CHOICE: "enum",
    FieldKind.CHOICES: "texts",
    FieldKind.REFERENCE: "text",
}
_SAME_OR_NOT = ("eq", "ne", "in", "null")
_UNSORTED = (FieldKind.CHOICES, FieldKind.REFERENCE)


@dataclass(frozen=True, slots=True)
class Own:
    """The fields of one kind of record, as they were defined at the time that is asked about. `computed` are the keys
    of those that are formulas, with what they give."""

    fields: tuple[Field, ...] = ()
    computed: tuple[tuple[str, Gives], ...] = ()


NONE = Own()


def is_own(name: str) -> bool:
    """Whether a column is one of a tenant's own."""
    return name.startswith(f"{HELD_IN}.")


def names_own(filters: Sequence[Where]) -> bool:
    """Whether some condition is on a column of the tenant's own."""
    return any(_names_own(each) for each in filters)


def columns_of_own(own: Own) -> Mapping[str, Column]:
    """The columns that files and answers show, by name: those of fields that were retired are not among them."""
    shown = [
        field for field in own.fields if not field.retired and (field.kind in _KINDS or is_computed(own, field.key))
    ]
    return {column.name: column for column in (_column(own, field) for field in shown)}


def is_computed(own: Own, key: str) -> bool:
    """Whether a field is one that a formula computes."""
    return any(each == key for each, _ in own.computed)


def field_called(own: Own, name: str, code: str, at: str | None) -> Field:
    """The field of a column such as `custom.budget`; raises QueryError with this code where there is none, and
    field_retired."""
    key = name.split(".")[1]
    found = next((field for field in own.fields if field.key == key), None)
    if found is None or not (found.retired or found.kind in _KINDS or is_computed(own, key)):
        message = f"there is no field {name[:80]!r} of your own here; define it, or check its key"
        raise QueryError(code, message, at)
    if found.retired:
        raise QueryError("field_retired", f"{HELD_IN}.{key} was retired; restore it, or leave it out", at)
    return found


# ---- conditions


def said(own: Own, where: Where) -> Where:
    """The question with conditions on plain columns in place of those on amounts of money. Raises QueryError:
    unknown_filter, field_retired, unknown_operator, bad_value."""
    match where:
        case Filter() if is_own(where.name):
            return _said(own, where)
        case Filter():
            return where
        case Every():
            return Every(tuple(said(own, each) for each in where.parts))
        case Either():
            return Either(tuple(said(own, each) for each in where.options))
        case Not():
            return Not(said(own, where.part))
        case _:
            assert_never(where)


def column_of(own: Own, name: str) -> Column:
    """The column that a condition of a question that was `said` is on."""
    field = field_called(own, name, "unknown_filter", name)
    match name.split(".")[2:]:
        case ["currency"]:
            return Column(name, "text", True)
        case ["amount"]:
            return Column(name, "number", True)
        case _:
            return _column(own, field)


def _said(own: Own, asked: Filter) -> Where:
    at = asked.at or asked.name
    field = field_called(own, asked.name, "unknown_filter", at)
    part = asked.name.split(".")[2:]
    if part and (part != ["currency"] or field.kind is not FieldKind.MONEY):
        message = f"there is no field {asked.name[:80]!r} of your own here; only amounts have a currency"
        raise QueryError("unknown_filter", message, at)
    if (part or field.kind is FieldKind.REFERENCE) and asked.op not in _SAME_OR_NOT:
        raise QueryError("unknown_operator", f"{asked.name} takes {', '.join(_SAME_OR_NOT)}", at)
    return _of_money(asked, at) if field.kind is FieldKind.MONEY and not part else asked


def _of_money(asked: Filter, at: str) -> Where:
    match asked.op, asked.value:
        case (("prefix" | "contains"), _):
            raise QueryError("unknown_operator", f"{asked.name} is an amount; {asked.op} does not apply", at)
        case "null", _:
            return replace(asked, name=f"{asked.name}.amount")
        case "in", value:
            each = [value] if isinstance(value, str) else value
            return Either(tuple(_amount(replace(asked, op="eq"), text, at) for text in each))
        case "ne", str() as text:
            return Not(_amount(replace(asked, op="eq"), text, at))
        case _, str() as text:
            return _amount(asked, text, at)
        case _:
            message = f"{asked.name} takes one value with {asked.op}; use in for several"
            raise QueryError("bad_value", message, at)


def _amount(asked: Filter, text: str, at: str) -> Where:
    given = _MONEY.fullmatch(text)
    if given is None:
        message = f"{asked.name} must be an amount with its currency, such as 100 USD, not {text[:80]!r}"
        raise QueryError("bad_value", message, at)
    amount, currency = given.groups()
    of_currency = Filter(f"{asked.name}.currency", "eq", currency, at)
    return Every((Filter(f"{asked.name}.amount", asked.op, amount, at), of_currency))


def _names_own(where: Where) -> bool:
    match where:
        case Filter():
            return is_own(where.name)
        case Every():
            return names_own(where.parts)
        case Either():
            return names_own(where.options)
        case Not():
            return _names_own(where.part)
        case _:
            assert_never(where)


def _column(own: Own, field: Field) -> Column:
    name, gives = f"{HELD_IN}.{field.key}", dict(own.computed).get(field.key)
    kind: Kind = _KINDS[field.kind] if gives is None else gives
    choices = field.choices if field.kind is FieldKind.CHOICE else ()
    return Column(name, kind, True, choices, money=field.kind is FieldKind.MONEY)


# ---- in SQL


def expression_of(own: Own, name: str, held: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
    """What a column stands for, where `held` are the values of a row by key."""
    field = field_called(own, name, "unknown_field", name)
    match field.kind, name.split(".")[2:]:
        case FieldKind.MONEY, ["currency"]:
            return _text(_value(held, field.key), "currency")
        case FieldKind.MONEY, _:
            return sa.cast(_text(_value(held, field.key), "amount"), sa.Numeric())
        case FieldKind.NUMBER, _:
            return sa.cast(_text(held, field.key), sa.Numeric())
        case FieldKind.DATE, _:
            return sa.cast(_text(held, field.key), sa.Date())
        case FieldKind.BOOLEAN, _:
            return sa.cast(_text(held, field.key), sa.Boolean())
        case FieldKind.CHOICES, _:
            return _value(held, field.key)
        case _:
            return _text(held, field.key)


def _value(held: "sa.ColumnElement[Any]", key: str) -> "sa.ColumnElement[Any]":
    return held.op("->", return_type=JSONB(none_as_null=True))(sa.literal(key, sa.Text()))


def _text(held: "sa.ColumnElement[Any]", key: str) -> "sa.ColumnElement[Any]":
    return held.op("->>", return_type=sa.Text())(sa.literal(key, sa.Text()))


def ordered_by(
    own: Own, name: str, expression: Callable[[str], "sa.ColumnElement[Any]"]
) -> Sequence[tuple[Column, "sa.ColumnElement[Any]", bool]]:
    """What rows are sorted by for a column, where `expression` gives what columns stand for: each with whether it may
    be turned round. Raises QueryError: unknown_sort, field_retired."""
    field = field_called(own, name, "unknown_sort", "sort")
    if field.kind in _UNSORTED or len(name.split(".")) > 2:
        raise QueryError("unknown_sort", f"lists have no order by {name[:80]}; ask for another", "sort")
    its = expression(name)
    match field.kind:
        case FieldKind.MONEY:
            currency = expression(f"{name}.currency")
            return [(Column(name, "text", True), currency, False), (_column(own, field), its, True)]
        case FieldKind.CHOICE:
            # A choice that was taken away comes behind those that there are.
            place = sa.func.array_position(sa.literal(list(field.choices), sa.ARRAY(sa.Text())), its)
            placed = sa.case((its.is_not(None), sa.func.coalesce(place, len(field.choices) + 1)))
            return [(Column(name, "integer", True), placed, True)]
        case _:
            return [(_column(own, field), its, True)]
