"""What a calendar says is to take place (RFC 5545): each occurrence of each event by itself, as far ahead as is asked.

What is broken is told by a code, and keeps nothing else from being told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import recurring_ical_events

from domains.crm.activity_plan import LONGEST
from streams.mailer.letter import MOST_PEOPLE, TITLE
from streams.mailer.people import normal
from streams.mailer.words import clean, cut, one_line

MOST = 500
"""Occurrences of one event that are told."""
PLACE = 300
"""Characters of where something takes place."""
_WRONG = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, ArithmeticError)
"""What the libraries raise for what is no calendar."""
_FOLD = re.compile(r"\r?\n[ \t]")
# What repeats more often than daily would be expanded for hours; it is told once. Clocks' rules are among them.
_TOO_FINE = re.compile(
    r"^(RRULE|EXRULE)(?=[;:][^\n]*(FREQ=(SECONDLY|MINUTELY|HOURLY)|BY(SECOND|MINUTE|HOUR)=))",
    re.IGNORECASE | re.MULTILINE,
)
_FINE = "X-NEXUS-TOO-FINE"
_UNSEEN = ("PRIVATE", "CONFIDENTIAL")


@dataclass(frozen=True, slots=True)
class Happening:
    """An occurrence of an event. `name` tells it from all others: the event's UID, with which of its occurrences it is
    if it repeats. `said` is when its calendar said so last. Addresses are in the form in which equal ones are equal.
    `problems` are codes."""

    name: str
    title: str
    body: str | None
    location: str | None
    starts: datetime
    ends: datetime | None
    cancelled: bool
    private: bool
    people: Sequence[str]
    said: datetime | None
    problems: Sequence[str] = field(default_factory=tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Event:
    """An event with those of its occurrences that are told; `uid` is its name. `repeats` says that there may be others
    at another time, `problem` why it cannot be told."""

    uid: str
    repeats: bool
    happenings: Sequence[Happening]
    problem: str | None = None


def events(text: bytes, since: datetime, until: datetime) -> Iterator[Event]:
    """The events of a calendar file: of those that repeat the occurrences between the two times, of the others those
    that end after `since`. Raises ValueError for what is no calendar."""
    plain = clean(text.decode("utf-8", "replace").removeprefix("\ufeff"))
    unfolded = _TOO_FINE.sub(_FINE, _FOLD.sub("", plain))
    try:
        calendar: Any = icalendar.Calendar.from_ical(unfolded)
        parts: list[Any] = list(calendar.walk("VEVENT"))
    except _WRONG as error:
        raise ValueError("no calendar") from error
    zones: list[Any] = list(calendar.walk("VTIMEZONE"))
    called_off = str(calendar.get("METHOD", "")).upper() == "CANCEL"
    by_uid: dict[str, list[Any]] = {}
    for part in parts:
        by_uid.setdefault(one_line(str(part.get("UID", "")))[:LONGEST], []).append(part)
    for uid, mine in by_uid.items():
        if not uid:
            yield Event("", repeats=False, happenings=(), problem="uid_missing")
            continue
        try:
            yield _event(uid, mine, zones, since, until, called_off=called_off)
        except _WRONG:
            yield Event(uid, repeats=False, happenings=(), problem="event_malformed")


def _event(
    uid: str, parts: list[Any], zones: list[Any], since: datetime, until: datetime, *, called_off: bool
) -> Event:
    repeats = any(name in part for part in parts for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    problems = ["rule_too_fine"] if any(_FINE in part for part in parts) else []
    if not repeats:
        happening = _happening(uid, parts[0], called_off=called_off, problems=problems)
        over = happening.ends or happening.starts
        return Event(uid, repeats=False, happenings=[happening] if over >= since else [])
    try:
        found = _between([*zones, *parts], since, until)
    except _WRONG:
        problems.append("rule_malformed")
        found = [part for part in parts if "RECURRENCE-ID" not in part][:1]
    if len(found) > MOST:
        problems.append("occurrences_cut")
    told = (
        _happening(f"{uid}\0{_which(part)}", part, called_off=called_off, problems=problems) for part in found[:MOST]
    )
    return Event(uid, repeats=True, happenings=list(told))


def _between(parts: list[Any], since: datetime, until: datetime) -> list[Any]:
    """The occurrences, with exceptions in their places, in order."""
    calendar: Any = icalendar.Calendar()
    for part in parts:
        calendar.add_component(part)
    found: list[Any] = recurring_ical_events.of(calendar).between(since, until)
    return sorted(found, key=lambda part: _moment(part["DTSTART"].dt))


def _which(part: Any) -> str:
    """Which occurrence it is: when it would begin if nothing had been changed, in UTC."""
    return _moment((part.get("RECURRENCE-ID") or part["DTSTART"]).dt).isoformat()


def _happening(name: str, part: Any, *, called_off: bool, problems: Sequence[str]) -> Happening:
    wrong = list(problems)
    starts, ends = _moment(part["DTSTART"].dt), _ends(part)
    if ends is not None and ends < starts:
        wrong.append("times_malformed")
        ends = None
    title, body = one_line(_words(part, "SUMMARY")), _words(part, "DESCRIPTION").strip()
    location, people = one_line(_words(part, "LOCATION")), _people(part)
    for code, long in (
        ("title_cut", len(title) > TITLE),
        ("body_cut", len(body) > LONGEST),
        ("location_cut", len(location) > PLACE),
        ("people_cut", len(people) > MOST_PEOPLE),
    ):
        if long:
            wrong.append(code)
    return Happening(
        name=name,
        title=cut(title, TITLE) or "No title",
        body=cut(body, LONGEST) or None,
        location=cut(location, PLACE) or None,
        starts=starts,
        ends=ends,
        cancelled=called_off or _words(part, "STATUS").upper() == "CANCELLED",
        private=_words(part, "CLASS").upper() in _UNSEEN,
        people=people[:MOST_PEOPLE],
        said=_said(part),
        problems=tuple(dict.fromkeys(wrong)),
    )


def _words(part: Any, name: str) -> str:
    """What a property says; the first of several."""
    value = part.get(name, "")
    return clean(str(value[0] if isinstance(value, list) else value))  # pyright: ignore[reportUnknownArgumentType]


def _ends(part: Any) -> datetime | None:
    """When it ends, as far as it says so (section 3.6.1). A day lasts until the next."""
    starts = part["DTSTART"].dt
    if "DTEND" in part:
        return _moment(part["DTEND"].dt)
    if "DURATION" in part:
        return _moment(starts) + part["DURATION"].dt
    return None if isinstance(starts, datetime) else _moment(starts) + timedelta(days=1)


def _moment(value: Any) -> datetime:
    """A time in UTC. One without a zone, and the beginning of a day, are UTC's: nobody says whose they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    raise TypeError("no time")


def _said(part: Any) -> datetime | None:
    for name in ("LAST-MODIFIED", "DTSTAMP", "CREATED"):
        try:
            if name in part:
                return _moment(part[name].dt)
        except _WRONG:
            continue
    return None


def _people(part: Any) -> Sequence[str]:
    """The addresses of who called it and who is asked to come; rooms are nobody."""
    found: dict[str, None] = {}
    for name in ("ORGANIZER", "ATTENDEE"):
        given: Any = part.get(name, [])
        for each in given if isinstance(given, list) else [given]:  # pyright: ignore[reportUnknownVariableType]
            kind = str(getattr(each, "params", {}).get("CUTYPE", "")).upper()  # pyright: ignore[reportUnknownArgumentType]
            scheme, _, address = str(each).partition(":")  # pyright: ignore[reportUnknownArgumentType]
            known = normal(clean(address)) if scheme.lower() == "mailto" and kind not in ("ROOM", "RESOURCE") else None
            if known is not None:
                found[known] = None
    return tuple(found)
