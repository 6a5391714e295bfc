"""A replay: a process whose state says which recorded events are on their way into files, and how far."""

import re
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
    DiscardReplayArchive,
    FailReplay,
    NoteReplayArchiveRemoved,
    PauseReplay,
    RecordReplayProgress,
    ReplayArchiveDiscarded,
    ReplayArchiveRemoved,
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
_KEY = re.compile(r"([a-z_]+)/.+", re.DOTALL)
_RANGE = re.compile(r"([a-z_]+)/[0-9]{1,9}(?:=([0-9]{0,18})-([0-9]{0,18}))?")


def _started(command: StartReplay) -> ReplayStarted:
    _known(command.domains, frozenset(domains()), "domains", "domain")
    types = frozenset(event.NAME for contract in contracts().values() for event in contract.events)
    _known(command.types, types, "types", "type of event")
    kinds = frozenset(aggregate for _, aggregate in contracts())
    _known(command.aggregates, kinds, "aggregates", "kind of record")
    _few(command.ids, "ids")
    _few(command.keys or (), "keys")
    _known([_kind(key) for key in command.keys or ()], kinds, "keys", "kind of record")
    _few(command.offsets or (), "offsets")
    _known([_domain(each) for each in command.offsets or ()], frozenset(domains()), "offsets", "domain")
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
        keys=command.keys,
        offsets=command.offsets,
        at=command.at,
    )


def _known(asked: Sequence[str], there: frozenset[str], field: str, noun: str) -> None:
    for name in asked:
        if name not in there:
            raise Rejected(f"{field}_unknown", f"There is no {noun} {name[:80]!r}; check how it is written.", field)


def _few(asked: Sequence[str], field: str) -> None:
    if len(asked) > _MOST:
        raise Rejected(f"{field}_too_many", f"A replay takes {_MOST} {field} at most; start several.", field)


def _kind(key: str) -> str:
    """The kind of record that a key names."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise Rejected("keys_malformed", "A key is a kind of record and an id, such as deal/7d1f.", "keys")
    return match[1]


def _domain(range: str) -> str:
    """The domain in whose events a range of offsets lies."""
    match = _RANGE.fullmatch(range)
    if match is None:
        sentence = "Offsets are domain/partition=from-until, such as crm/3=100-200, or crm/3 for all of a partition."
        raise Rejected("offsets_malformed", sentence, "offsets")
    domain, start, end = match.groups()
    if end and int(end) <= int(start or 0):
        raise Rejected("bounds_empty", f"{range} holds no offset; the second must be greater.", "offsets")
    return domain


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
        case DiscardReplayArchive():
            if job.file is None:
                raise Rejected("no_archive", "The replay has no archive; one that is complete has.")
            if _is_over(job, command.at):
                return []
            return [ReplayArchiveDiscarded(replay_id=job.replay_id, at=command.at)]
        case NoteReplayArchiveRemoved():
            if job.archive_removed_at is not None or not _is_over(job, command.at):
                return []
            return [ReplayArchiveRemoved(replay_id=job.replay_id, at=command.at)]
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
                    expires_at=command.expires_at,
                    at=command.at,
                )
            ]
        case FailReplay():
            if job.status not in OPEN:
                return []
            return [ReplayFailed(replay_id=job.replay_id, code=command.code, reason=command.reason, at=command.at)]
        case _:
            assert_never(command)


def _is_over(job: ReplayJob, at: datetime) -> bool:
    """Whether the time of the archive is over."""
    return job.expires_at is not None and job.expires_at <= at


def _check_open(job: ReplayJob) -> None:
    if job.status not in OPEN:
        raise Rejected("replay_ended", "The replay has ended; start a new one.")


def _bounds(of: ReplayJob | ReplayStarted) -> tuple[object, ...]:
    return (
        *(of.domains, of.types, of.aggregates, of.ids),
        *(of.recorded_from, of.recorded_until, of.occurred_from, of.occurred_until, of.rate),
        *(of.keys, of.offsets),
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
                keys=event.keys,
                offsets=event.offsets,
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
                expires_at=event.expires_at,
                ended_at=event.at,
            )
        case ReplayArchiveDiscarded():
            return replace(job, expires_at=event.at)
        case ReplayArchiveRemoved():
            return replace(job, archive_removed_at=event.at)
        case ReplayFailed():
            return replace(job, status=ReplayStatus.FAILED, reason=event.reason, ended_at=event.at)
        case _:
            assert_never(event)


DECIDER: Decider[ReplayJobCommand, ReplayJob, ReplayJobEvent] = Decider(CONTRACT, ReplayJob(), decide, evolve)
