"""The pasts of the records that a batch touches: loaded from the versions table, revised in memory, written back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import sqlalchemy as sa

from infra.log.envelope import Recorded
from projections import bulk
from projections.columns import SYSTEM, columns_of, from_values, to_values
from projections.fold import Current
from projections.model import ReadModel
from projections.segments import FOREVER, Segment, Slice, revise, tail, whole

RowKey = tuple[str, str]
"""(tenant, id of the row)"""

_RANGES = ("tenant", "id", "known_from", "valid_from", "valid_to", "known_to", "latest")


@dataclass(slots=True)
class Past:
    """One record's open segments, those closed in this batch, and, once an event came late, all its events.

    Without a late event only the segments without an end in business time are loaded: nothing else can change.
    """

    open: list[Segment] = field(default_factory=list[Segment])
    closed: list[Segment] = field(default_factory=list[Segment])
    events: list[Recorded] | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What one event does to a past, not yet taken over."""

    open: list[Segment]
    closed: list[Segment]


def revised(
    model: ReadModel, past: Past, before: Current | None, latest: Current | None, recorded: Recorded
) -> Revision:
    """The past with one more event. `before` and `latest` are the row in log order without and with it. Raises what the
    view raises."""
    if past.events is None:
        last = next((s.slice for s in past.open if s.slice.valid_from < FOREVER and s.slice.valid_to == FOREVER), None)
        ending = [s for s in past.open if s.slice.valid_to == FOREVER]
        done = [s for s in past.open if s.slice.valid_to < FOREVER]
        still, closed = revise(ending, tail(model, last, before, latest, recorded), recorded.recorded_at)
        return Revision(done + still, closed)
    return Revision(*revise(past.open, whole(model, [*past.events, recorded]), recorded.recorded_at))


def take_over(past: Past, revision: Revision, recorded: Recorded) -> None:
    """Makes the revision the past."""
    past.open = revision.open
    past.closed += revision.closed
    if past.events is not None:
        past.events.append(recorded)


def _columns(model: ReadModel) -> tuple[str, ...]:
    return (*_RANGES, *(c.name for c in (*columns_of(model.row), *SYSTEM)))


def current_of(model: ReadModel, values: Sequence[Any]) -> Current:
    """A row and its system columns from their column values."""
    width = len(columns_of(model.row))
    return Current(from_values(model.row, values[:width]), *values[width:])


def values_of(current: Current) -> list[Any]:
    """The inverse of `current_of`."""
    return [*to_values(current.row), current.version, current.created_at, current.updated_at, current.recorded_at]


_KNOWN = "and known_to = '9999-12-31 23:59:59.999999+00'"
_LASTING = f"{_KNOWN} and valid_to = '9999-12-31 23:59:59.999999+00'"


def ask(
    connection: psycopg.Connection, table: sa.Table, model: ReadModel, wanted: Mapping[RowKey, bool]
) -> Callable[[], dict[RowKey, Past]]:
    """Asks for the pasts of these rows, and gives what gives them, as `bulk.ask` does; the value says whether an event
    comes late, so that the whole past is needed."""
    late = [key for key, is_late in wanted.items() if is_late]
    timely = [key for key, is_late in wanted.items() if not is_late]
    columns, keys = _columns(model), ("tenant", "id")
    some = bulk.ask(connection, table, columns, keys, timely, _LASTING)
    every = bulk.ask(connection, table, columns, keys, late, _KNOWN)

    def pasts() -> dict[RowKey, Past]:
        found = {key: Past() for key in wanted}
        for tenant, id, known_from, valid_from, valid_to, known_to, latest, *values in (*some(), *every()):
            slice = Slice(valid_from, valid_to, current_of(model, values), latest)
            found[tenant, id].open.append(Segment(slice, known_from, known_to, True))
        return found

    return pasts


def written(
    table: sa.Table,
    model: ReadModel,
    pasts: Mapping[RowKey, Past],
    rows: Mapping[RowKey, list[Any]],
) -> Sequence[bulk.Write]:
    """What a batch opened and closed, to be written. `rows` are the values of the rows that it wrote, which stand in
    the slices that are the latest."""
    ends: list[tuple[datetime, str, str, datetime, datetime]] = []
    never: list[tuple[str, str, datetime, datetime]] = []
    added: list[list[Any]] = []
    for (tenant, id), past in pasts.items():
        for segment in (*past.closed, *past.open):
            slice, known = segment.slice, segment.known_from < segment.known_to
            if segment.stored and segment.known_to < FOREVER:
                if known:
                    ends.append((segment.known_to, tenant, id, segment.known_from, slice.valid_from))
                else:
                    never.append((tenant, id, segment.known_from, slice.valid_from))
            elif not segment.stored and known:
                ranges = (segment.known_from, slice.valid_from, slice.valid_to, segment.known_to, slice.latest)
                is_row = slice.latest and segment.known_to == FOREVER and (tenant, id) in rows
                added.append([tenant, id, *ranges, *(rows[tenant, id] if is_row else values_of(slice.current))])
    keys = ("tenant", "id", "known_from", "valid_from")
    return [bulk.delete(table, keys, never), bulk.end(table, ends), bulk.insert(table, _columns(model), added)]
