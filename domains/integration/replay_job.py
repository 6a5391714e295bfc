"""A replay: a process whose state says which recorded events are on their way into files, and how far."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from domains.kernel import Decider, Rejected
from schemas.contract import contracts, domains
from schemas.generated.integration.replay_job import (
    CONTRACT,
    CancelReplay,
    CompleteReplay,
    FailReplay,
    PauseReplay,
    RecordReplayProgress,
    ReplayCancelled,
    ReplayCompleted,
    ReplayFailed,
    ReplayJob,
    ReplayJobCommand,
    ReplayJobEvent,
    ReplayPaused,
    ReplayProgressed,
    ReplayResumed,
    ReplayStarted,
    ReplayStatus,
    ResumeReplay,
    StartReplay,
)

OPEN = (ReplayStatus.RUNNING, ReplayStatus.PAUSED)
_MOST = 100


def _started(command: StartReplay) -> ReplayStarted:
    _known(command.domains, frozenset(domains()), "domains", "domain")
    types = frozenset(event.NAME for contract in contracts().values() for event in contract.events)
    _known(command.types, types, "types", "type of event")
    _known(command.aggregates, frozenset(aggregate for _, aggregate in contracts()), "aggregates", "kind of record")
    if len(command.ids) > _MOST:
        raise Rejected("ids_too_many", f"A replay takes {_MOST} ids at most; start several.", "ids")
    _in_order(command.recorded_from, command.recorded_until, "recorded_until")
    _in_order(command.occurred_from, command.occurred_until, "occurred_until")
    if command.rate is not None and command.rate < 1:
        raise Rejected("rate_too_low", "The rate is one event a second or more; leave it out for no bound.", "rate")
    return ReplayStarted(
        replay_id=command.replay_id,
        domains=command.domains,
        types=command.types,
        aggregates=command.aggregates,
        ids=command.ids,
        recorded_from=command.recorded_from,
        recorded_until=command.recorded_until,
        occurred_from=command.occurred_from,
        occurred_until=command.occurred_until,
        rate=command.rate,
        at=command.at,
    )


def _known(asked: Sequence[str], there: frozenset[str], field: str, noun: str) -> None:
    for name in asked:
        if name not in there:
            raise Rejected(f"{field}_unknown", f"There is no {noun} {name[:80]!r}; check how it is written.", field)


def _in_order(start: datetime | None, end: datetime | None, field: str) -> None:
    if start is not None and end is not None and start >= end:
        raise Rejected("bounds_empty", "Nothing lies between these times; the second must be later.", field)


def decide(command: ReplayJobCommand, job: ReplayJob) -> Sequence[ReplayJobEvent]:
    match command:
        case StartReplay():
            started = _started(command)
            if job.status is ReplayStatus.NEW:
                return [started]
            if _bounds(started) == _bounds(job):
                return []
            raise Rejected("replay_exists", "A replay with this id is there already; leave the id out for a new one.")
        case PauseReplay():
            if job.status is ReplayStatus.PAUSED:
                return []
            _check_open(job)
            return [ReplayPaused(replay_id=job.replay_id, at=command.at)]
        case ResumeReplay():
            if job.status is ReplayStatus.RUNNING:
                return []
            _check_open(job)
            return [ReplayResumed(replay_id=job.replay_id, at=command.at)]
        case CancelReplay():
            if job.status is ReplayStatus.CANCELLED:
                return []
            _check_open(job)
            return [ReplayCancelled(replay_id=job.replay_id, at=command.at)]
        case RecordReplayProgress():
            if job.status not in OPEN or command.passed <= job.passed:
                return []
            return [
                ReplayProgressed(
                    replay_id=job.replay_id,
                    size=command.size,
                    passed=command.passed,
                    events=command.events,
                    at=command.at,
                )
            ]
        case CompleteReplay():
            if job.status not in OPEN:
                return []
            return [
                ReplayCompleted(
                    replay_id=job.replay_id,
                    file=command.file,
                    file_size=command.file_size,
                    counts=command.counts,
                    at=command.at,
                )
            ]
        case FailReplay():
            if job.status not in OPEN:
                return []
            return [ReplayFailed(replay_id=job.replay_id, code=command.code, reason=command.reason, at=command.at)]
        case _:
            assert_never(command)


def _check_open(job: ReplayJob) -> None:
    if job.status not in OPEN:
        raise Rejected("replay_ended", "The replay has ended; start a new one.")


def _bounds(of: ReplayJob | ReplayStarted) -> tuple[object, ...]:
    return (
        *(of.domains, of.types, of.aggregates, of.ids),
        *(of.recorded_from, of.recorded_until, of.occurred_from, of.occurred_until, of.rate),
    )


def evolve(job: ReplayJob, event: ReplayJobEvent) -> ReplayJob:
    match event:
        case ReplayStarted():
            return ReplayJob(
                replay_id=event.replay_id,
                domains=event.domains,
                types=event.types,
                aggregates=event.aggregates,
                ids=event.ids,
                recorded_from=event.recorded_from,
                recorded_until=event.recorded_until,
                occurred_from=event.occurred_from,
                occurred_until=event.occurred_until,
                rate=event.rate,
                status=ReplayStatus.RUNNING,
                started_at=event.at,
            )
        case ReplayProgressed():
            return replace(job, size=event.size, passed=event.passed, events=event.events)
        case ReplayPaused():
            return replace(job, status=ReplayStatus.PAUSED)
        case ReplayResumed():
            return replace(job, status=ReplayStatus.RUNNING)
        case ReplayCancelled():
            return replace(job, status=ReplayStatus.CANCELLED, ended_at=event.at)
        case ReplayCompleted():
            return replace(
                job,
                status=ReplayStatus.COMPLETED,
                passed=job.size,
                events=sum(event.counts.values()),
                file=event.file,
                file_size=event.file_size,
                ended_at=event.at,
            )
        case ReplayFailed():
            return replace(job, status=ReplayStatus.FAILED, reason=event.reason, ended_at=event.at)
        case _:
            assert_never(event)


DECIDER: Decider[ReplayJobCommand, ReplayJob, ReplayJobEvent] = Decider(CONTRACT, ReplayJob(), decide, evolve)
