# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Live events for those who listen: one consumer for the whole gateway, and a read from the log for who comes back.

Messages stay sealed and undecoded here. Everything but the reading itself happens in the event loop, so a listener is
registered at an exact position: what lies before it is read from the log, what comes after it is handed over.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from confluent_kafka import Consumer, IsolationLevel, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec  # pyright: ignore[reportPrivateImportUsage]

from gateway.turns import Turn, Turns
from infra.log import headers as h
from infra.log import kafka
from infra.log.envelope import parse_key
from infra.log.position import Position
from infra.log.topics import topic
from infra.settings import Settings
from schemas.contract import people

BUFFER = 1000
"""Events that wait for one listener at most; who falls further behind is let go."""
CATCHING_UP, OF_ONE_TENANT = 4, 2
"""Listeners that read from the log at once, and those of one tenant among them."""
LONGEST_TURN = 30.0
"""Seconds for which one of them may do so while others wait."""
_TIMEOUT = 10.0

_UNASKED = "audit.events"
Partition = tuple[str, int]


class LogMessage(NamedTuple):
    """A message as it came."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Any


class TooSlow(Exception):
    """The listener did not keep up with the events."""


class Interrupted(Exception):
    """The listener read from the log for long, and others wait to. `reached` is how far it came."""

    def __init__(self, reached: Position) -> None:
        super().__init__("others wait to read from the log")
        self.reached = reached


class Unreachable(Exception):
    """The position to go on from is not in this log."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listener wants to hear of: all of a tenant's events, or those that fit. The audit is told to who asks for
    it by type or aggregate: it has an event of everybody's every question."""

    tenant: str
    types: frozenset[str] = frozenset()
    aggregate: str | None = None
    id: str | None = None

    def fits(self, message: LogMessage) -> bool:
        try:
            tenant, aggregate, id = parse_key(message.key)
        except ValueError:
            return False
        if tenant != self.tenant or self.aggregate not in (None, aggregate) or self.id not in (None, id):
            return False
        if self.types:
            return h.as_mapping(message.headers).get(h.CE_TYPE, b"").decode() in self.types
        return self.aggregate is not None or not message.topic.endswith(_UNASKED)


@dataclass(slots=True, eq=False)
class Listener:
    """Someone who listens. `waiting` is what was not yet taken."""

    wanted: Wanted
    waiting: list[LogMessage] = field(default_factory=list[LogMessage])
    news: asyncio.Event = field(default_factory=asyncio.Event)
    too_slow: bool = False

    def hear(self, message: LogMessage) -> None:
        if self.too_slow:
            return
        if len(self.waiting) >= BUFFER:
            self.too_slow = True
            self.waiting.clear()
        else:
            self.waiting.append(message)
        self.news.set()


class Feed:
    """Everything that is recorded from now on, in all domains. Made and used in one event loop."""

    def __init__(
        self,
        settings: Settings,
        domains: Iterable[str],
        forget: Callable[[str, str], None] = lambda tenant, subject: None,
    ) -> None:
        """`forget` lets go of the key of a person whom an event says to be erased."""
        self._settings = settings
        self._forget = forget
        self._erasures = {each.erasure.NAME.encode() for each in people() if each.erasure is not None}
        self._topics = [topic(settings.topic_prefix, domain, "events") for domain in domains]
        self._at: dict[Partition, int] = {}
        self._heard: dict[Partition, int] = {}
        self._listeners: dict[str, set[Listener]] = {}
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._turns = Turns(CATCHING_UP, OF_ONE_TENANT, LONGEST_TURN)

    async def start(self) -> None:
        """Finds the end of the log and begins to read there; raises KafkaException when it cannot."""
        loop = asyncio.get_running_loop()
        self._at = await asyncio.to_thread(self._ends)
        reader = kafka.consumer(self._settings, f"{self._settings.topic_prefix}nexus.gateway.live")
        places = [TopicPartition(name, number, offset) for (name, number), offset in self._at.items()]
        await asyncio.to_thread(kafka.read_from, reader, places)
        self._thread = threading.Thread(target=self._run, args=(reader, loop), name="live-events", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Ends the reading and lets every listener go."""
        self._closing.set()
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.news.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 5)

    @property
    def closing(self) -> bool:
        return self._closing.is_set()

    def position(self) -> dict[str, dict[int, int]]:
        """Where the log stands, as far as listeners were told."""
        return _position(self._at)

    def heard(self) -> dict[str, dict[int, int]]:
        """How far events have come since it began. Read models reach that; where the log stands may lie behind a
        transaction's marker, which is no event."""
        return _position(self._heard)

    async def at(self, moment: datetime) -> dict[str, dict[int, int]]:
        """Where the log stood at a moment: before the first event of that time or later, or else at its end."""
        ends = await asyncio.to_thread(self._ends)  # before: what comes meanwhile is later, and found
        first = await asyncio.to_thread(self._offsets, OffsetSpec.for_timestamp(int(moment.timestamp() * 1000)))
        return _position({place: first[place] if first[place] >= 0 else end for place, end in ends.items()})

    async def check(self, since: Position) -> None:
        """Raises Unreachable for a position that is not one of this log; it may be ahead of what came here so far."""
        ahead = [at for at in _pairs(since) if at[1] > self._at.get(at[0], -1)]
        if ahead:
            ends = await asyncio.to_thread(self._ends)
            if any(offset > ends.get(partition, -1) for partition, offset in ahead):
                raise Unreachable("This position is not in the log; begin anew without it.")

    async def listen(self, wanted: Wanted, since: Position) -> AsyncGenerator[Sequence[LogMessage]]:
        """Messages from a position on, then as they come; an empty batch when there was none for a while.

        Order holds within each partition. Raises TooSlow and Interrupted. Ends when the feed is closed.
        """
        start = {(t, p): since.get(t, {}).get(p, end) for (t, p), end in self._at.items()}
        if any(start[partition] < end for partition, end in self._at.items()):
            turn = await self._turns.wait(wanted.tenant)
            try:
                until = dict(self._at)
                async for batch in self._recorded(wanted, start, until, turn):
                    yield batch
                listener, missed = self._register(wanted), dict(self._at)
                try:
                    async for batch in self._recorded(wanted, until, missed, turn):
                        yield batch
                except BaseException:
                    self._leave(listener)
                    raise
            finally:
                self._turns.give_back(turn)
        else:
            # Who begins now has nothing to read back, and must not wait for those who read slowly.
            listener = self._register(wanted)
        try:
            while not self.closing:
                yield await self._next(listener)
        finally:
            self._leave(listener)

    async def _next(self, listener: Listener) -> Sequence[LogMessage]:
        try:
            await asyncio.wait_for(listener.news.wait(), 10)
        except TimeoutError:
            return ()
        listener.news.clear()
        if listener.too_slow:
            raise TooSlow
        batch, listener.waiting = listener.waiting, []
        return batch

    def _register(self, wanted: Wanted) -> Listener:
        listener = Listener(wanted)
        self._listeners.setdefault(wanted.tenant, set()).add(listener)
        return listener

    def _leave(self, listener: Listener) -> None:
        listeners = self._listeners.get(listener.wanted.tenant, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(listener.wanted.tenant, None)

    def _deliver(self, messages: Sequence[LogMessage]) -> None:
        for message in messages:
            self._at[message.topic, message.partition] = message.offset + 1
            self._heard[message.topic, message.partition] = message.offset + 1
            tenant = message.key.partition(b"/")[0].decode(errors="replace")
            for listener in self._listeners.get(tenant, ()):
                if listener.wanted.fits(message):
                    listener.hear(message)

    def _run(self, reader: Consumer, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while not self._closing.is_set():
                messages = [found for m in kafka.arrived(reader, 0.1) if (found := _message(m)) is not None]
                for message in messages:
                    self._let_go(message)
                if messages:
                    loop.call_soon_threadsafe(self._deliver, messages)
        except RuntimeError:
            return  # the loop is gone
        finally:
            reader.close()

    def _let_go(self, message: LogMessage) -> None:
        if any(name == h.CE_TYPE and value in self._erasures for name, value in message.headers or ()):
            with contextlib.suppress(ValueError):
                tenant, _, id = parse_key(message.key)
                self._forget(tenant, id)

    def _ends(self) -> dict[Partition, int]:
        return self._offsets(OffsetSpec.latest())

    def _offsets(self, asked: Any) -> dict[Partition, int]:
        """What is asked for of each partition."""
        client = kafka.admin(self._settings)
        places = [TopicPartition(name, n) for name in self._topics for n in range(self._settings.partitions)]
        wished: dict[TopicPartition, Any] = dict.fromkeys(places, asked)
        futures = client.list_offsets(wished, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=_TIMEOUT)
        return {(p.topic, p.partition): future.result(_TIMEOUT).offset for p, future in futures.items()}

    async def _recorded(
        self, wanted: Wanted, start: Mapping[Partition, int], until: Mapping[Partition, int], turn: Turn
    ) -> AsyncGenerator[Sequence[LogMessage]]:
        """What the log holds between two positions, read by a consumer of its own, one batch ahead at most.
        Raises Interrupted."""
        left = {partition: offset for partition, offset in start.items() if offset < until[partition]}
        if not left:
            return
        reached = dict(start)
        batches = _between(self._settings, left, until, self._closing)
        try:
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                if fitting := [message for message in batch if wanted.fits(message)]:
                    yield fitting
                reached.update({(message.topic, message.partition): message.offset + 1 for message in batch})
                if self._turns.is_over(turn):
                    raise Interrupted(_position(reached))
        finally:
            # A cancelled read is still running; its consumer is closed when the generator is collected.
            with contextlib.suppress(ValueError):
                batches.close()


def _between(
    settings: Settings, start: Mapping[Partition, int], until: Mapping[Partition, int], closing: threading.Event
) -> Any:
    def read() -> Iterator[list[LogMessage]]:
        left = set(start)
        reader = kafka.consumer(
            settings,
            f"{settings.topic_prefix}nexus.gateway.back",
            **{"enable.partition.eof": True, "fetch.wait.max.ms": 10},
        )
        try:
            kafka.read_from(reader, [TopicPartition(name, number, start[name, number]) for name, number in left])
            while left and not closing.is_set():
                batch: list[LogMessage] = []
                for each in kafka.arrived(reader, 0.1):
                    partition, offset = (each.topic() or "", each.partition() or 0), each.offset() or 0
                    message = _message(each)
                    if message is not None and offset < until[partition]:
                        batch.append(message)
                    elif message is None and not kafka.at_end(each):
                        continue
                    if message is None or offset + 1 >= until[partition]:
                        left.discard(partition)
                yield batch
        finally:
            reader.close()

    return read()


def _position(offsets: Mapping[Partition, int]) -> dict[str, dict[int, int]]:
    position: dict[str, dict[int, int]] = {}
    for (name, number), offset in offsets.items():
        position.setdefault(name, {})[number] = offset
    return position


def _pairs(position: Position) -> list[tuple[Partition, int]]:
    return [((t, p), offset) for t, partitions in position.items() for p, offset in partitions.items()]


def _message(message: Message) -> LogMessage | None:
    key, value = message.key(), message.value()
    if message.error() is not None or key is None or value is None:
        return None
    headers = cast(Any, message.headers())
    return LogMessage(message.topic() or "", message.partition() or 0, message.offset() or 0, key, value, headers)
