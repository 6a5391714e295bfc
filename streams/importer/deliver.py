"""Many commands in flight, answers in the order of the rows. A command without an answer is sent until it has one."""

import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable, ReplyLate
from schemas.contract import Record
from streams.importer.jobs import Job

IN_FLIGHT = 1000
"""Commands that one import has under way at most."""

_log = structlog.get_logger("importer")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "nexus360/import")

Send = Callable[[CommandEnvelope], "Future[Reply]"]
Pause = Callable[[float], None]
"""Waits so many seconds; raises `Stopped` when the worker is to end."""

T = TypeVar("T")


class Stopped(Exception):
    """The worker was told to end; what is under way is taken up again at the next start."""


@dataclass(frozen=True, slots=True)
class Parcel(Generic[T]):
    """Commands that belong together, and what they are about."""

    about: T
    envelopes: Sequence[CommandEnvelope]


def command_id(tenant: str, import_id: str, *parts: str | int) -> str:
    """The id of a command of an import, the same each time: uuid5 of the import and the command's place in it."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((tenant, import_id, *map(str, parts)))))


def envelope(
    job: Job, command: Record, aggregate: str, id: str, *place: str | int, expected: int | None = None
) -> CommandEnvelope:
    """A command of an import. Its fingerprint is of its place, so that a second try may never clash with the first."""
    number = command_id(job.tenant, job.id, *place)
    return CommandEnvelope(
        command=command,
        tenant=job.tenant,
        aggregate=aggregate,
        id=id,
        command_id=number,
        correlation_id=job.correlation,
        causation_id=job.cause,
        actor=f"import:{job.id}",
        fingerprint=number.replace("-", "")[:16],
        expected_version=expected,
    )


def deliver(
    parcels: Iterable[Parcel[T]], send: Send, pause: Pause, in_flight: int = IN_FLIGHT
) -> Iterator[tuple[T, list[Reply]]]:
    """Sends parcels in order and gives each back with its answers, in the same order."""
    under_way: deque[tuple[Parcel[T], list[Future[Reply]]]] = deque()
    count = 0
    for parcel in parcels:
        under_way.append((parcel, [_sent(each, send, pause) for each in parcel.envelopes]))
        count += len(parcel.envelopes)
        while count > in_flight:
            first, futures = under_way.popleft()
            count -= len(futures)
            yield first.about, _answers(first, futures, send, pause)
    for parcel, futures in under_way:
        yield parcel.about, _answers(parcel, futures, send, pause)


def ask(each: CommandEnvelope, send: Send, pause: Pause) -> Reply:
    """One command and its answer, however long that takes."""
    return _answer(each, _sent(each, send, pause), send, pause)


def _answers(parcel: Parcel[T], futures: Sequence["Future[Reply]"], send: Send, pause: Pause) -> list[Reply]:
    return [_answer(each, future, send, pause) for each, future in zip(parcel.envelopes, futures, strict=True)]


def _sent(each: CommandEnvelope, send: Send, pause: Pause) -> "Future[Reply]":
    while True:
        try:
            return send(each)
        except LogUnavailable:
            pause(0.1)


def _answer(each: CommandEnvelope, future: "Future[Reply]", send: Send, pause: Pause) -> Reply:
    while True:
        try:
            return future.result()
        except (ReplyLate, LogUnavailable) as error:
            _log.warning("asking again", command=each.command.NAME, id=each.id, error=str(error))
            pause(0.5)
            future = _sent(each, send, pause)
