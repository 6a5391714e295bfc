"""Trails, each with as much of the audit as one gateway wrote in some minutes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.audit.trail import EntriesRecorded, TrailClosed, TrailEvent, TrailOpened, TrailStatus


@dataclass(frozen=True, slots=True)
class TrailRow:
    source: str
    status: TrailStatus
    opened_at: datetime
    closed_at: datetime | None
    abandoned: bool
    batches: int
    entries: int
    dropped: int
    hash: str


def key(event: TrailEvent) -> str:
    return event.trail_id


def evolve(row: TrailRow | None, event: TrailEvent) -> TrailRow | None:
    match event:
        case TrailOpened():
            return TrailRow(event.source, TrailStatus.OPEN, event.at, None, False, 0, 0, 0, event.hash)
        case EntriesRecorded():
            return row and replace(
                row,
                batches=event.number,
                entries=row.entries + len(event.entries),
                dropped=row.dropped + event.dropped,
                hash=event.hash,
            )
        case TrailClosed():
            closed = TrailStatus.CLOSED
            return row and replace(row, status=closed, closed_at=event.at, abandoned=event.abandoned, hash=event.hash)
        case _:
            assert_never(event)
