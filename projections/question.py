"""The parts of a question about read models, and what is said when a question makes no sense."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Literal, assert_never, get_args

Op = Literal["eq", "ne", "in", "lt", "lte", "gt", "gte", "prefix", "contains", "null"]
OPS: tuple[str, ...] = get_args(Op)
MAX_LIMIT = 200
"""Rows that a page holds at most."""
MAX_FOUND = 1000
"""Rows that a search finds at most; the best ones."""


class QueryError(Exception):
    """A question that cannot be answered as asked. `code` is stable, `field` names the parameter at fault.

    Codes: unknown_filter, unknown_operator, bad_value, bad_where, where_too_deep, where_too_large, unknown_sort,
    too_many_sorts, unknown_field, field_retired, unknown_dimension, unknown_zone, bad_cursor, bad_limit, no_times,
    not_searchable.
    """

    def __init__(self, code: str, message: str, field: str | None = None):
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


class PositionLate(Exception):
    """A read model had not reached the wanted position when the wait ended."""


class SearchUnavailable(Exception):
    """The search engine did not answer. Rows and lists without `q` go on."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a column as asked. `value` is text: for `in` a sequence of texts, for `null` true or false. Of a
    missing value `null` and `ne` alone hold. `at` is where it stands in what was asked, if not under its name."""

    name: str
    op: str
    value: str | Sequence[str]
    at: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """Conditions that must all hold; none at all always do."""

    parts: Sequence["Where"]


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions of which one must hold; of none at all none does."""

    options: Sequence["Where"]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds of every record of which the condition does not, those without a value among them."""

    part: "Where"


Where = Filter | Every | Either | Not


def alike(conditions: Sequence[Where]) -> list[Any]:
    """What conditions ask, the same for all that ask the same: in whatever order, and in groups or not, where all of
    them must hold."""
    return sorted(_said(each) for each in flat(conditions))


def flat(conditions: Sequence[Where]) -> list[Where]:
    """Conditions that must all hold, those in groups of which all must hold among them."""
    return [found for each in conditions for found in (flat(each.parts) if isinstance(each, Every) else [each])]


def _said(where: Where) -> str:
    match where:
        case Filter():
            value = where.value if isinstance(where.value, str) else list(where.value)
            return repr((where.name, where.op, value))
        case Every():
            return repr(("all", alike(where.parts)))
        case Either():
            return repr(("any", sorted(_said(each) for each in where.options)))
        case Not():
            return repr(("not", _said(where.part)))
        case _:
            assert_never(where)


@dataclass(frozen=True, slots=True)
class Times:
    """As of when (business time) and known when (recorded time). None is now.

    as_of: the events that had occurred by then, in business order. known_at: those recorded by then, in log order;
    with as_of, of those recorded by then, the ones that had occurred. Without both: the current row, in log order.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None

    def __bool__(self) -> bool:
        return self.as_of is not None or self.known_at is not None


NOW = Times()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the cursor that asks for the next ones, None at the end. `cursors` ask for those after each row."""

    items: Sequence[dict[str, Any]]
    next_cursor: str | None
    cursors: Sequence[str] = ()


def parse_time(text: str, field: str, *, end_of_day: bool = False) -> datetime:
    """A moment from RFC 3339 text, UTC when it names no zone. A date is its first moment, or its last one."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max if end_of_day else time.min, UTC)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the last hours of the year 9999 west of Greenwich are no time in UTC
        raise QueryError(
            "bad_value", f"{field} must be a date or a time such as 2017-03-31T12:00:00Z, not {text!r}", field
        ) from None


def parse_times(as_of: str | None, known_at: str | None) -> Times:
    """Times from the request's texts. A date means the end of that day, UTC."""
    return Times(
        as_of=None if as_of is None else parse_time(as_of, "as_of", end_of_day=True),
        known_at=None if known_at is None else parse_time(known_at, "known_at", end_of_day=True),
    )
