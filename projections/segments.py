"""Both times of one record, as pure functions: how what we know of its whole past changes with every event.

A record's past, as known at some moment, is a list of slices: what it was from one business time to the next, folded in
(occurred_at, position) order. When an event is recorded, slices that no longer hold are closed at its recorded time and
others opened; nothing known is ever overwritten. An event in business order touches the last slice alone; a late one
needs all events of the record and rewrites what differs.

One slice is `latest`: the row as the log ordered it, which deciders and the current row see. While a late event
contradicts a newer one that row is no part of the business past; then it is a slice of its own, with an empty range at
the end of time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from infra.log.envelope import Recorded
from projections.fold import Current, step
from projections.model import ReadModel

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slice:
    """What a record was in [valid_from, valid_to)."""

    valid_from: datetime
    valid_to: datetime
    current: Current
    latest: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A slice and the range [known_from, known_to) in which we held it true. `stored` says that the database has it."""

    slice: Slice
    known_from: datetime
    known_to: datetime
    stored: bool


def business_order(recorded: Recorded) -> tuple[datetime, int]:
    """All events of one record lie in one partition, so the offset is the position."""
    return recorded.occurred_at, recorded.offset


def _finish(slices: list[Slice], last: Slice | None, latest: Current | None) -> list[Slice]:
    """Marks the row in log order: the last slice where they agree, else a slice outside business time."""
    if last is not None:
        slices.append(replace(last, latest=last.current == latest))
    if latest is not None and (last is None or last.current != latest):
        slices.append(Slice(FOREVER, FOREVER, latest, True))
    return slices


def whole(model: ReadModel, events: Sequence[Recorded]) -> list[Slice]:
    """The slices that these events of one record, all that is known, make."""
    slices: list[Slice] = []
    current: Current | None = None
    since = FOREVER
    for recorded in sorted(events, key=business_order):
        if current is not None and since < recorded.occurred_at:
            slices.append(Slice(since, recorded.occurred_at, current, False))
        current, since = step(model, current, recorded), recorded.occurred_at
    latest: Current | None = None
    for recorded in sorted(events, key=lambda r: r.offset):
        latest = step(model, latest, recorded)
    return _finish(slices, None if current is None else Slice(since, FOREVER, current, False), latest)


def tail(
    model: ReadModel, last: Slice | None, before: Current | None, latest: Current | None, recorded: Recorded
) -> list[Slice]:
    """What follows from the last slice when an event comes in business order. `before` is the row in log order without
    the event, `latest` with it: what it makes of that row it makes of the last slice too, where they are the same."""
    slices: list[Slice] = []
    if last is not None and last.valid_from < recorded.occurred_at:
        slices.append(replace(last, valid_to=recorded.occurred_at, latest=False))
    same = before is None if last is None else last.latest
    current = latest if same else step(model, None if last is None else last.current, recorded)
    return _finish(slices, None if current is None else Slice(recorded.occurred_at, FOREVER, current, False), latest)


def revise(known: Sequence[Segment], slices: Sequence[Slice], at: datetime) -> tuple[list[Segment], list[Segment]]:
    """(open segments after `at`, segments closed by it): what still holds stays open, the rest is closed or opened.

    A segment opened at the same moment was never known to anyone: it comes back with an empty known range.
    """
    wanted = {s.valid_from: s for s in slices}
    still: list[Segment] = []
    closed: list[Segment] = []
    for segment in known:
        if wanted.get(segment.slice.valid_from) == segment.slice:
            del wanted[segment.slice.valid_from]
            still.append(segment)
        else:
            closed.append(replace(segment, known_to=at))
    return still + [Segment(s, at, FOREVER, False) for s in wanted.values()], closed
