"""Values of a tenant's own fields in the index: each as texts in one field, whose order is that of the values.

A row does not say of what kind its values are. So each text stands there as a text, what looks like a number as one of
a fixed width too, and what is asked says which of them it means.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any, cast

from projections.columns import Column
from projections.like import LONGEST, like
from projections.question import Filter
from projections.values import check, many, one, parse_value, range_of

EXACT: Mapping[str, Any] = {"type": "keyword"}
_LONGEST = 2000
"""Characters of a text that the index holds; of a longer one it knows that it is there."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?")
_WIDTH = 37
_PLACES, _ENOUGH = Decimal("0.0001"), Context(prec=80)
_TEXT, _AMOUNT, _CURRENCY, _LONG = "=s:", "=n:", "=c:", "=l"


def tokens(values: Mapping[str, Any]) -> list[str]:
    """What a document holds of a row's values by key."""
    return [token for key, value in values.items() for token in _tokens(key, value)]


def _tokens(key: str, value: Any) -> list[str]:
    match value:
        case bool():
            return [f"{key}{_TEXT}{'true' if value else 'false'}"]
        case str():
            held = f"{key}{_TEXT}{value}" if len(value) <= _LONGEST else f"{key}{_LONG}"
            return [held, *([f"{key}{_AMOUNT}{_ordered(Decimal(value))}"] if _NUMBER.fullmatch(value) else [])]
        case {"amount": str() as amount, "currency": currency}:
            return [f"{key}{_AMOUNT}{_ordered(Decimal(amount))}", f"{key}{_CURRENCY}{currency}"]
        case list():
            return [f"{key}{_TEXT}{each}" for each in cast(list[str], value)]
        case _:
            return []


def _ordered(number: Decimal) -> str:
    """Ten thousandths, as texts of one width in the order of the numbers."""
    return f"{int(number.scaleb(4, _ENOUGH)) + 10**36:0{_WIDTH}}"


def asked_of_own(column: Column, filter: Filter, *, wide: bool) -> dict[str, Any]:
    """A condition that is on a column of the tenant's own, and neither `ne` nor on money, as a query. What cannot be
    said exactly, of long texts and of letters beyond ASCII, is said `wide` or narrowly. Raises QueryError."""
    check(column, filter)
    _, key, *part = column.name.split(".")
    begin = f"{key}{_AMOUNT if column.kind == 'number' else _CURRENCY if part else _TEXT}"
    match filter.op:
        case "null":
            there = {"prefix": {"own": f"{key}="}}
            missing = parse_value(Column(filter.name, "boolean", False), one(filter))
            return {"bool": {"must_not": [there]}} if missing else there
        case "in":
            options = [_same(column, key, begin, text, wide=wide) for text in many(filter)]
            return {"bool": {"should": options, "minimum_should_match": 1}}
        case "eq":
            return _same(column, key, begin, one(filter), wide=wide)
        case "prefix" | "contains":
            before = f"{begin}{'*' if filter.op == 'contains' else ''}"
            return _or_long(column, key, like("own", before, one(filter), wide=wide), wide=wide)
        case _:
            op, value = range_of(column, filter)
            if isinstance(value, str) and len(value) > LONGEST:
                return {"prefix": {"own": f"{key}="}} if wide else {"match_none": {}}
            return _or_long(column, key, {"range": {"own": _range(begin, op, value)}}, wide=wide)


def _same(column: Column, key: str, begin: str, text: str, *, wide: bool) -> dict[str, Any]:
    match parse_value(column, text):
        case Decimal() as number if number != number.quantize(_PLACES, context=_ENOUGH):
            return {"match_none": {}}
        case Decimal() as number:
            return {"term": {"own": f"{begin}{_ordered(number)}"}}
        case date() as day:
            return {"term": {"own": f"{begin}{day.isoformat()}"}}
        case _:
            return _or_long(column, key, {"term": {"own": f"{begin}{text}"}}, wide=wide)


def _range(begin: str, op: str, value: Any) -> dict[str, str]:
    """All that begins so, up to the value or from there on."""
    if isinstance(value, Decimal):
        # What is held has four places: more than 1.00005 is more than 1.0000, and no less than 1.0001.
        rounding = ROUND_CEILING if op in ("gte", "lt") else ROUND_FLOOR
        its = f"{begin}{_ordered(value.quantize(_PLACES, rounding, context=_ENOUGH))}"
    else:
        its = f"{begin}{value}"
    other = {"gte": begin} if op in ("lt", "lte") else {"lt": f"{begin[:-1]};"}
    return {op: its, **other}


def _or_long(column: Column, key: str, asked: dict[str, Any], *, wide: bool) -> dict[str, Any]:
    if column.kind != "text" or not wide:
        return asked
    return {"bool": {"should": [asked, {"term": {"own": f"{key}{_LONG}"}}], "minimum_should_match": 1}}
