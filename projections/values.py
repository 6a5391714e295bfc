"""From the text of a filter to a value of its column, and how a condition is said in SQL."""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, assert_never, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, array

from projections.columns import Column, known_by
from projections.lists import holding, holding_one
from projections.named import Named, standing, texts
from projections.question import OPS, Filter, QueryError, parse_time

_INTEGERS = range(-(2**63), 2**63)
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DIGITS = 30

How = Literal["missing", "eq", "on", "among", "lt", "lte", "gt", "gte", "prefix", "contains"]
Comparison = Callable[["sa.ColumnElement[Any]", Any], "sa.ColumnElement[bool]"]
_COMPARISONS: Mapping[str, Comparison] = {
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
}


def _bad(name: str, wanted: str, text: str) -> QueryError:
    return QueryError("bad_value", f"{name} must be {wanted}, not {text[:80]!r}", name)


def parse_value(column: Column, text: str, *, end_of_day: bool = False) -> Any:
    """A value of the column; raises QueryError(bad_value). A date for a time is its first moment, or its last."""
    if "\0" in text:
        raise _bad(column.name, "text without NUL", text)
    match column.kind:
        case "text" | "texts" | "records" | "object":
            return text
        case "enum":
            if text not in column.choices:
                raise _bad(column.name, f"one of {', '.join(column.choices)}", text)
            return text
        case "integer":
            if not (_INTEGER.fullmatch(text) and int(text) in _INTEGERS):
                raise _bad(column.name, "a whole number", text)
            return int(text)
        case "number":
            return _number(column.name, text)
        case "boolean":
            if text not in ("true", "false"):
                raise _bad(column.name, "true or false", text)
            return text == "true"
        case "time":
            return parse_time(text, column.name, end_of_day=end_of_day)
        case "date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise _bad(column.name, "a date such as 2017-03-31", text) from None


def _number(name: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _bad(name, "a number", text) from None
    if not value.is_finite() or len(text) > 60 or not _exponent(value) >= -_DIGITS or value.adjusted() > _DIGITS:
        raise _bad(name, f"a number with at most {_DIGITS} digits", text)
    return value


def _exponent(value: Decimal) -> int:
    """Of the last digit of a number, which is finite."""
    return int(value.as_tuple().exponent)


def one(filter: Filter) -> str:
    """The single text of a filter; raises QueryError when it has several."""
    if isinstance(filter.value, str):
        return filter.value
    raise QueryError("bad_value", f"{filter.name} takes one value with {filter.op}; use in for several", filter.name)


def many(filter: Filter) -> Sequence[str]:
    """The texts of an `in` filter."""
    return [filter.value] if isinstance(filter.value, str) else filter.value


def _is_date(text: str) -> bool:
    return len(text) == 10


def range_of(column: Column, filter: Filter) -> tuple[str, Any]:
    """(operator, value) of lt, lte, gt or gte. Up to and including a date means its last moment."""
    return filter.op, parse_value(column, one(filter), end_of_day=filter.op in ("lte", "gt"))


def day_of(column: Column, filter: Filter) -> tuple[datetime, datetime] | None:
    """The first and last moment of the day that `eq` on a time names, None when it names a moment or is no time."""
    text = one(filter)
    if column.kind != "time" or not _is_date(text):
        return None
    return parse_time(text, column.name), parse_time(text, column.name, end_of_day=True)


def check(column: Column, filter: Filter) -> None:
    """Raises QueryError when the operator is unknown or makes no sense for the column."""
    if filter.op not in OPS:
        message = f"{filter.op!r} is no operator; {filter.name} takes {', '.join(OPS)}"
        raise QueryError("unknown_operator", message, filter.name)
    ordered = column.kind not in ("texts", "records", "object", "boolean", "enum")
    if filter.op in _COMPARISONS and not ordered:
        raise QueryError("unknown_operator", f"{filter.name} has no order; use eq, ne, in or null", filter.name)
    if filter.op in ("prefix", "contains") and column.kind not in ("text", "enum"):
        raise QueryError("unknown_operator", f"{filter.name} is no text; {filter.op} does not apply", filter.name)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a filter asks of its column: how it is compared, and with what. A value may stand in the question under a
    name instead; of what a value is `among`, the list is one value. `negated` asks for the opposite."""

    name: str
    how: How
    values: tuple[Any, ...]
    negated: bool = False


def compared(column: Column, filter: Filter) -> Compared:
    """Raises QueryError for what cannot be asked of the column."""
    check(column, filter)
    name = filter.name
    match filter.op:
        case "null":
            missing = parse_value(Column(name, "boolean", False), one(filter))
            return Compared(name, "missing", (), not missing)
        case "in":
            return Compared(name, "among", (tuple(parse_value(column, text) for text in many(filter)),))
        case "ne":
            return replace(compared(column, replace(filter, op="eq")), negated=True)
        case "prefix" | "contains":
            return Compared(name, filter.op, (_plain(_text(column, filter)),))
        case "eq":
            if (day := day_of(column, filter)) is not None:
                return Compared(name, "on", day)
            return Compared(name, "eq", (parse_value(column, one(filter)),))
        case _:
            op, value = range_of(column, filter)
            return Compared(name, cast(How, op), (value,))


def comparison(column: Column, expression: "sa.ColumnElement[Any]", asked: Compared) -> "sa.ColumnElement[bool]":
    """A comparison as SQL."""
    held = _compared(column, expression, asked)
    if not asked.negated:
        return held
    return expression.is_not(None) if asked.how == "missing" else complement(held)


def condition(column: Column, expression: "sa.ColumnElement[Any]", filter: Filter) -> "sa.ColumnElement[bool]":
    """The filter as SQL; raises QueryError. `prefix` and `contains` ignore case; `eq` on a list means that it holds
    one."""
    return comparison(column, expression, compared(column, filter))


def _compared(column: Column, expression: "sa.ColumnElement[Any]", asked: Compared) -> "sa.ColumnElement[bool]":
    match asked.how:
        case "missing":
            return expression.is_(None)
        case "among":
            return _among(column, expression, asked.values[0])
        case "on":
            first, last = (standing(each, expression.type) for each in asked.values)
            return expression.between(first, last)
        case "prefix":
            return _like(expression, "", asked.values[0])
        case "contains":
            return _like(expression, "%", asked.values[0])
        case "eq":
            return _is(column, expression, asked.values[0])
        case "lt" | "lte" | "gt" | "gte":
            return _COMPARISONS[asked.how](expression, standing(asked.values[0], expression.type))
        case _:
            assert_never(asked.how)


def _is(column: Column, expression: "sa.ColumnElement[Any]", value: Any) -> "sa.ColumnElement[bool]":
    if isinstance(expression.type, JSONB):
        return _lists(column, expression, standing(value, sa.Text()))
    if column.kind == "texts":
        return holding(expression, standing(value, sa.Text()))
    return expression == standing(value, expression.type)


def _among(column: Column, expression: "sa.ColumnElement[Any]", values: Any) -> "sa.ColumnElement[bool]":
    if isinstance(expression.type, JSONB):
        return sa.or_(sa.false(), *(_is(column, expression, value) for value in values))
    if column.kind == "texts":
        return holding_one(expression, texts(values))
    listed = standing(values if isinstance(values, Named) else list(values), sa.ARRAY(expression.type))
    return expression == sa.any_(listed)


def _plain(text: str) -> str:
    """What a text is in a pattern, in which some characters stand for others."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _like(expression: "sa.ColumnElement[Any]", before: str, plain: Any) -> "sa.ColumnElement[bool]":
    """Whether a text holds this one, with what may stand before it, whatever the case: in small letters, as there are
    indexes by them."""
    pattern = sa.func.lower(standing(plain, sa.Text())) + "%"
    return sa.func.lower(expression).like(before + pattern if before else pattern, escape="/")


def _lists(
    column: Column, expression: "sa.ColumnElement[Any]", value: "sa.ColumnElement[Any]"
) -> "sa.ColumnElement[bool]":
    """Whether one of what a column lists is this value, or is known by it."""
    known = None if column.record is None else sa.literal(known_by(column.record), sa.Text())
    listed = value if known is None else sa.func.jsonb_build_object(known, value)
    return expression.contains(sa.func.jsonb_build_array(listed, type_=JSONB()))


def named_in(
    column: Column, expression: "sa.ColumnElement[Any]", value: "sa.ColumnElement[Any]"
) -> "sa.ColumnElement[bool]":
    """Whether a column is this text, lists it, or lists a record that is known by it: what `eq` says of a value that is
    given."""
    if column.record is not None:
        return _lists(column, expression, value)
    return expression.contains(array([value])) if column.kind == "texts" else expression == value


def complement(held: "sa.ColumnElement[bool]") -> "sa.ColumnElement[bool]":
    """Where a condition does not hold, which it does not of what is missing either."""
    return sa.not_(sa.func.coalesce(held, sa.false()))


def offered(allowed: Sequence[str], filter: Filter, what: str) -> None:
    """Raises QueryError(unknown_filter) for a column that `what` does not offer."""
    if filter.name not in allowed:
        message = f"{what} has no filter {filter.name!r}; it has {', '.join(allowed)}"
        raise QueryError("unknown_filter", message, filter.name)


@contextmanager
def told_where(filter: Filter) -> Generator[None]:
    """What is wrong with a filter is said with the place where it stands."""
    try:
        yield
    except QueryError as error:
        raise QueryError(error.code, error.message, filter.at or error.field) from None


def _text(column: Column, filter: Filter) -> str:
    return parse_value(Column(column.name, "text", False), one(filter))
