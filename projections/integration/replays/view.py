"""Recorded events on their way into files."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.integration.replay_job import (
    ReplayArchiveDiscarded,
    ReplayArchiveRemoved,
    ReplayCancelled,
    ReplayCompleted,
    ReplayFailed,
    ReplayJobEvent,
    ReplayPaused,
    ReplayProgressed,
    ReplayResumed,
    ReplayStarted,
    ReplayStatus,
)


@dataclass(frozen=True, slots=True)
class ReplayRow:
    domains: tuple[str, ...]
    types: tuple[str, ...]
    aggregates: tuple[str, ...]
    ids: tuple[str, ...]
    recorded_from: datetime | None
    recorded_until: datetime | None
    occurred_from: datetime | None
    occurred_until: datetime | None
    rate: int | None
    keys: tuple[str, ...] | None
    offsets: tuple[str, ...] | None
    status: ReplayStatus
    size: int
    passed: int
    events: int
    file: str | None
    file_size: int
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None
    archive_removed_at: datetime | None


def key(event: ReplayJobEvent) -> str:
    return event.replay_id


def evolve(row: ReplayRow | None, event: ReplayJobEvent) -> ReplayRow | None:
    match event:
        case ReplayStarted():
            return ReplayRow(
                domains=event.domains,
                types=event.types,
                aggregates=event.aggregates,
                ids=event.ids,
                recorded_from=event.recorded_from,
                recorded_until=event.recorded_until,
                occurred_from=event.occurred_from,
                occurred_until=event.occurred_until,
                rate=event.rate,
                keys=event.keys,
                offsets=event.offsets,
                status=ReplayStatus.RUNNING,
                size=0,
                passed=0,
                events=0,
                file=None,
                file_size=0,
                reason=None,
                started_at=event.at,
                ended_at=None,
                expires_at=None,
                archive_removed_at=None,
            )
        case ReplayProgressed():
            return row and replace(row, size=event.size, passed=event.passed, events=event.events)
        case ReplayPaused():
            return row and replace(row, status=ReplayStatus.PAUSED)
        case ReplayResumed():
            return row and replace(row, status=ReplayStatus.RUNNING)
        case ReplayCancelled():
            return row and replace(row, status=ReplayStatus.CANCELLED, ended_at=event.at)
        case ReplayCompleted():
            return row and replace(
                row,
                status=ReplayStatus.COMPLETED,
                passed=row.size,
                events=sum(event.counts.values()),
                file=event.file,
                file_size=event.file_size,
                ended_at=event.at,
                expires_at=event.expires_at,
            )
        case ReplayArchiveDiscarded():
            return row and replace(row, expires_at=event.at)
        case ReplayArchiveRemoved():
            return row and replace(row, archive_removed_at=event.at)
        case ReplayFailed():
            return row and replace(row, status=ReplayStatus.FAILED, reason=event.reason, ended_at=event.at)
        case _:
            assert_never(event)
