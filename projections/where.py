"""Conditions in groups, from the JSON in which they are asked and kept:

    {"any": [{"stage": "WON"}, {"amount": {"gte": "1000"}, "owner_id": ["ann", "bert"]}, {"not": {"region": null}}]}

What stands in one object must hold together, and so must the objects of `all`; of those of `any` one. A column has a
value that it equals, a list of which it is one, null where it is missing, or an object of operators with their values.
Conditions on fields of the tenant's own, `custom.<key>`, may stand together in one object `custom`, by their keys.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn, assert_never, cast

from projections.question import Either, Every, Filter, Not, QueryError, Where

MOST = 100
"""Conditions in one question."""
DEEPEST = 10
"""Groups inside one another."""
LONGEST = 20_000
"""Characters of the JSON."""
MOST_VALUES = 1000
"""Values of one list."""


def parse_where(text: str) -> Where:
    """Raises QueryError whose `field` is the path at fault, such as `where.any.0.amount`: bad_where for what is no
    such JSON, where_too_deep, where_too_large. Whether there are such columns and values is not asked here."""
    if len(text) > LONGEST:
        raise QueryError("where_too_large", f"where is longer than {LONGEST} characters; ask for less", "where")
    try:
        given = json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise QueryError("bad_where", f"where is not JSON that can be read: {said}", "where") from None
    return where_of(given)


def where_of(given: Any, at: str = "where") -> Where:
    """The same from what such JSON stands for. `at` is where it stands in what was asked."""
    found = _group(given, at, 1)
    if (many := len(columns_in(found))) > MOST:
        raise QueryError("where_too_large", f"{at} has {many} conditions; at most {MOST} can be asked at once", at)
    return found


def columns_in(where: Where) -> Sequence[Filter]:
    """The conditions on columns, in order."""
    match where:
        case Filter():
            return [where]
        case Every():
            return [found for each in where.parts for found in columns_in(each)]
        case Either():
            return [found for each in where.options for found in columns_in(each)]
        case Not():
            return columns_in(where.part)
        case _:
            assert_never(where)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _group(given: Any, at: str, depth: int) -> Where:
    if depth > DEEPEST:
        raise QueryError("where_too_deep", f"Groups stand more than {DEEPEST} deep in one another; flatten them", at)
    parts = [part for name, value in _members(given, at) for part in _member(name, value, f"{at}.{name[:60]}", depth)]
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _member(name: str, value: Any, at: str, depth: int) -> Sequence[Where]:
    match name:
        case "all":
            return [Every(_groups(value, at, depth + 1))]
        case "any":
            return [Either(_groups(value, at, depth + 1))]
        case "not":
            return [Not(_group(value, at, depth + 1))]
        case "custom" if isinstance(value, Mapping):
            own = [(f"{name}.{key}", each, f"{at}.{key[:60]}") for key, each in _members(value, at)]
            return [found for each in own for found in _of_column(*each)]
        case _:
            return _of_column(name, value, at)


def _groups(given: Any, at: str, depth: int) -> tuple[Where, ...]:
    if not isinstance(given, list) or not given:
        raise _bad("is a list of groups, each an object", at)
    return tuple(_group(each, f"{at}.{place}", depth) for place, each in enumerate(cast(list[Any], given)))


def _of_column(name: str, value: Any, at: str) -> Sequence[Where]:
    match value:
        case None:
            return [Filter(name, "null", "true", at)]
        case dict():
            asked = _members(cast(Any, value), at)
            return [_with_operator(name, op, each, f"{at}.{op[:20]}") for op, each in asked]
        case list():
            return [Filter(name, "in", _texts(cast(list[Any], value), at), at)]
        case _:
            return [Filter(name, "eq", _text(value, at), at)]


def _with_operator(name: str, op: str, value: Any, at: str) -> Where:
    match value:
        case None if op in ("eq", "ne"):
            return Filter(name, "null", "true" if op == "eq" else "false", at)
        case list() if op == "in":
            return Filter(name, op, _texts(cast(list[Any], value), at), at)
        case _ if op == "in":
            raise _bad("is a list of values", at)
        case _:
            return Filter(name, op, _text(value, at), at)


def _members(given: Any, at: str) -> Sequence[tuple[str, Any]]:
    if not isinstance(given, Mapping) or not given:
        raise _bad("is an object with at least one condition", at)
    members = list(cast(Mapping[Any, Any], given).items())
    for name, _ in members:
        _text(name, at)
    return members


def _texts(given: list[Any], at: str) -> tuple[str, ...]:
    if not 0 < len(given) <= MOST_VALUES:
        raise _bad(f"has 1 to {MOST_VALUES} values", at)
    return tuple(_text(each, at) for each in given)


def _text(value: Any, at: str) -> str:
    """As in the address of a list, where everything is text."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            if any("\ud800" <= letter <= "\udfff" for letter in value):
                raise _bad("holds half a character (a lone surrogate)", at)
            return value
        case int() | Decimal() | float():
            return str(value)
        case _:
            raise _bad("is one value, a text, a number, true or false", at)


def _bad(wanted: str, at: str) -> QueryError:
    return QueryError("bad_where", f"What stands at {at} cannot be asked: it {wanted}", at)
