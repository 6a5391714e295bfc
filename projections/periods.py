"""Days that a filter names by how far they are from today: `today`, `last_7_days`, `this_month`, `next_quarter`.

They stand where a date may stand, and mean all of their days: `eq` is within, `lt` before, `lte` up to the end. The
last and the next so many days count today in. Weeks begin on Monday (ISO 8601).
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import assert_never
from zoneinfo import ZoneInfo, available_timezones

from projections.columns import Kind
from projections.question import Either, Every, Filter, Not, QueryError, Where

Period = tuple[date, date]
"""The first and the last day."""
_NEAR: Mapping[str, int] = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DAYS = re.compile(r"(last|next)_([1-9][0-9]{0,3})_days")
_UNIT = re.compile(r"(last|this|next)_(week|month|quarter|year)")
_INTO_THE_NEXT: Mapping[str, int] = {"week": 7, "month": 32, "quarter": 93, "year": 367}
"""Days that lead from the first day of each into the next one, and not beyond it."""


def period(word: str, today: date) -> Period | None:
    """None for what names no period. Raises OverflowError beyond the years 1 to 9999."""
    if word in _NEAR:
        day = today + timedelta(days=_NEAR[word])
        return day, day
    if days := _DAYS.fullmatch(word):
        far = timedelta(days=int(days[2]) - 1)
        return (today - far, today) if days[1] == "last" else (today, today + far)
    if unit := _UNIT.fullmatch(word):
        first = _first(unit[2], today)
        if unit[1] == "last":
            first = _first(unit[2], first - timedelta(days=1))
        if unit[1] == "next":
            first = _following(unit[2], first)
        return first, _following(unit[2], first) - timedelta(days=1)
    return None


def _first(unit: str, day: date) -> date:
    match unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case _:
            return day.replace(month=1, day=1)


def _following(unit: str, first: date) -> date:
    return _first(unit, first + timedelta(days=_INTO_THE_NEXT[unit]))


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name; raises QueryError(unknown_zone)."""
    if name not in _zones():
        raise QueryError("unknown_zone", "zone must be a name of the IANA database, such as Europe/Berlin", "zone")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def dated(where: Where, kinds: Mapping[str, Kind], now: datetime, zone: ZoneInfo) -> Where:
    """The same question with moments and dates for the periods that it names, as they are `now` in this time zone,
    whose days its dates mean too. `kinds` are those of the columns by name. Raises QueryError(bad_value)."""
    match where:
        case Filter():
            kind = kinds.get(where.name)
            return _dated(where, kind == "time", now, zone) if kind in ("time", "date") else where
        case Every():
            return Every(tuple(dated(each, kinds, now, zone) for each in where.parts))
        case Either():
            return Either(tuple(dated(each, kinds, now, zone) for each in where.options))
        case Not():
            return Not(dated(where.part, kinds, now, zone))
        case _:
            assert_never(where)


def _dated(asked: Filter, has_time: bool, now: datetime, zone: ZoneInfo) -> Where:
    if asked.op == "in" and not isinstance(asked.value, str):
        each = [Filter(asked.name, "eq", text, asked.at) for text in asked.value]
        found = [_dated(one, has_time, now, zone) for one in each]
        return asked if found == each else Either(tuple(found))
    if not isinstance(asked.value, str):
        return asked
    try:
        days = period(asked.value, now.astimezone(zone).date())
        if days is None and has_time and zone.key != "UTC":
            days = _one_day(asked.value)
        return asked if days is None else _within(asked, *_ends(days, has_time, zone))
    except OverflowError:
        said = f"{asked.name} asks for days beyond the years 1 to 9999; ask for nearer ones"
        raise QueryError("bad_value", said, asked.at or asked.name) from None


def _one_day(text: str) -> Period | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return None if day is None else (day, day)


def _ends(days: Period, has_time: bool, zone: ZoneInfo) -> tuple[str, str]:
    """The first and the last moment, or day, as texts."""
    first, last = days
    if not has_time:
        return first.isoformat(), last.isoformat()
    begins, ends = (datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1)))
    return begins.astimezone(UTC).isoformat(), (ends.astimezone(UTC) - timedelta(microseconds=1)).isoformat()


def _within(asked: Filter, first: str, last: str) -> Where:
    match asked.op:
        case "eq" | "ne":
            ends = (Filter(asked.name, op, end, asked.at) for op, end in (("gte", first), ("lte", last)))
            inside = Every(tuple(ends))
            return inside if asked.op == "eq" else Not(inside)
        case "lt" | "gte":
            return Filter(asked.name, asked.op, first, asked.at)
        case "lte" | "gt":
            return Filter(asked.name, asked.op, last, asked.at)
        case _:
            return asked
