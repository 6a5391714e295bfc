"""A trail: what one gateway answered in one tenant for some minutes, in order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.audit.chain import bound
from domains.kernel import Decider, Rejected
from schemas.generated.audit.trail import (
    CONTRACT,
    CloseTrail,
    EntriesRecorded,
    RecordEntries,
    Trail,
    TrailClosed,
    TrailCommand,
    TrailEvent,
    TrailOpened,
    TrailStatus,
)


def decide(command: TrailCommand, trail: Trail) -> Sequence[TrailEvent]:
    match command:
        case RecordEntries():
            if command.number <= trail.batches:
                return []
            if trail.status is TrailStatus.CLOSED:
                raise Rejected("trail_closed", "The trail has ended; open another.")
            if command.number > trail.batches + 1:
                raise Rejected("batch_missing", f"Batch {trail.batches + 1} has not come yet; open another trail.")
            opened = list[TrailEvent]()
            if trail.status is not TrailStatus.OPEN:
                opening = TrailOpened(trail_id=command.trail_id, source=command.source, hash="", at=command.at)
                opened = [bound("", opening)]
            recorded = EntriesRecorded(
                trail_id=command.trail_id,
                number=command.number,
                first=trail.entries + 1,
                entries=command.entries,
                dropped=command.dropped,
                hash="",
                at=command.at,
            )
            return [*opened, bound(opened[0].hash if opened else trail.hash, recorded)]
        case CloseTrail():
            if trail.status is TrailStatus.CLOSED:
                return []
            closed = TrailClosed(
                trail_id=trail.trail_id,
                batches=trail.batches,
                entries=trail.entries,
                abandoned=command.abandoned,
                hash="",
                at=command.at,
            )
            return [bound(trail.hash, closed)]
        case _:
            assert_never(command)


def evolve(trail: Trail, event: TrailEvent) -> Trail:
    match event:
        case TrailOpened():
            return Trail(trail_id=event.trail_id, status=TrailStatus.OPEN, hash=event.hash)
        case EntriesRecorded():
            entries = trail.entries + len(event.entries)
            return replace(trail, batches=event.number, entries=entries, hash=event.hash)
        case TrailClosed():
            return replace(trail, status=TrailStatus.CLOSED, hash=event.hash)
        case _:
            assert_never(event)


DECIDER: Decider[TrailCommand, Trail, TrailEvent] = Decider(CONTRACT, Trail(), decide, evolve)
