"""Many commands in flight, answers in the order of the rows. A command without an answer is sent until it has one."""

import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
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
    window = Window(send, pause)
    about: deque[tuple[T, int]] = deque()
    for parcel in parcels:
        for each in parcel.envelopes:
            window.put(each)
        about.append((parcel.about, len(parcel.envelopes)))
        while len(window.waiting) > in_flight:
            first, count = about.popleft()
            yield first, [window.take() for _ in range(count)]
    for each, count in about:
        yield each, [window.take() for _ in range(count)]


def ask(each: CommandEnvelope, send: Send, pause: Pause) -> Reply:
    """One command and its answer, however long that takes."""
    window = Window(send, pause)
    window.put(each)
    return window.take()


@dataclass(frozen=True, slots=True)
class Window:
    """Commands under way, in order, each with the answer it will have."""

    send: Send
    pause: Pause
    waiting: deque[tuple[CommandEnvelope, "Future[Reply]"]] = field(
        default_factory=deque[tuple[CommandEnvelope, "Future[Reply]"]]
    )

    def put(self, each: CommandEnvelope) -> None:
        """Sends one more."""
        self.waiting.append((each, self._sent(each)))

    def take(self) -> Reply:
        """The answer to the oldest command."""
        while True:
            try:
                reply = self.waiting[0][1].result()
            except (ReplyLate, LogUnavailable) as error:
                self._ask_again(error)
            else:
                self.waiting.popleft()
                return reply

    def _ask_again(self, error: Exception) -> None:
        """Sends everything again that failed: when a processor dies, that is the whole window, not the oldest alone."""
        self.pause(0.5)
        late = [number for number, (_, future) in enumerate(self.waiting) if future.done() and future.exception()]
        _log.warning("asking again", commands=len(late), error=str(error))
        for number in late:
            each, _ = self.waiting[number]
            self.waiting[number] = (each, self._sent(each))

    def _sent(self, each: CommandEnvelope) -> "Future[Reply]":
        while True:
            try:
                return self.send(each)
            except LogUnavailable:
                self.pause(0.1)
