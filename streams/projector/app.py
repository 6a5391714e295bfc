# Faust has no types worth the name.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUntypedFunctionDecorator=false, reportMissingTypeStubs=false
"""A Faust app: receives events, folds them in batches into Postgres, and lets nothing pass that was not folded.

Each database has one for its read models, and the workflows have one.

Faust does what it is good at: membership, assignment, fetching, back-pressure. Where each partition stands is in
Postgres alone. A batch is whatever arrived while the one before was folded, so one event never waits for company;
only while several come together does each batch give the next a moment to gather.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import faust
import psycopg
import structlog

from infra.log.topics import topic as topic_name
from infra.settings import Settings
from projections import positions
from projections.catalog import domains_of
from projections.message import OUTAGES, Message
from projections.positions import OutOfLog, Partition, PositionMoved
from projections.redrive import settle
from projections.store import Projection, apply
from streams.projector.credentials import credentials
from streams.projector.inbox import Inbox, Lost
from streams.projector.transport import Transport

log = structlog.get_logger()

BATCH = 1000
GATHER = 0.02
"""Seconds from one batch of several events to the next: a transaction costs as much as dozens of events, so that all
come sooner to their rows when few do not have one each."""
LOOK_EVERY = 1.0
"""Seconds between looks for requests about dead letters."""
REQUEST_TIMEOUT = 15.0
"""Seconds, more than twice the session's: a join waits until a member that is gone has timed out."""
SESSION_TIMEOUT = 6.0
LOOKS_AGAIN_MS = 5000
"""A broker that has just come back may not know a topic yet. Its partitions are nobody's then until somebody looks
again, which would be after five minutes."""
_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)

EXIT_MOVED = 3
"""Exit code when another worker moved a position."""
EXIT_BROKEN = 4
"""Exit code when going on would not be safe."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is folded, under the name of a Kafka group, from which topics.

    `assign(connection, partitions)` tells where each partition stands; `apply(connection, expected, messages)` folds a
    batch in one transaction and tells where its partitions stand then. `settle(connection, owned)` works one request
    about dead letters off, and tells whether there was one.
    """

    name: str
    group: str
    topics: Sequence[str]
    assign: Callable[[psycopg.Connection, Iterable[Partition]], Mapping[Partition, int]]
    apply: Callable[[psycopg.Connection, Mapping[Partition, int], Sequence[Message]], Mapping[Partition, int]]
    settle: Callable[[psycopg.Connection, Mapping[Partition, int]], bool]


def folding(settings: Settings, database: str, projection: Projection) -> Work:
    """Folding the read models of a database."""
    return Work(
        name=database,
        group=f"{settings.topic_prefix}nexus.{database}.projector",
        topics=topics_of(settings, database),
        assign=lambda connection, partitions: positions.ensure(connection, projection.group, partitions),
        apply=lambda connection, expected, messages: apply(connection, projection, expected, messages),
        settle=lambda connection, owned: settle(connection, projection, owned),
    )


@dataclass(slots=True)
class Worker:
    """Does one work. `connect` opens a writer's connection, `folded` is told of every batch, `leave` ends the process
    with an exit code.

    `turn` is held while a batch is written, while a request is worked off and while partitions change hands, so that
    none happens within another. `asked` says that the last look for requests found one, `gather` is how many seconds
    the next batch gathers for.
    """

    work: Work
    connect: Callable[[], psycopg.Connection]
    folded: Callable[[], None] = lambda: None
    leave: Callable[[int], None] = os._exit
    inbox: Inbox = field(default_factory=Inbox)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: bool = False
    gather: float = 0.0
    connection: psycopg.Connection | None = None

    async def assign(self, partitions: set[Partition]) -> tuple[int, Mapping[Partition, int]]:
        """Takes these partitions over where Postgres says they stand; waits for Postgres as long as it takes."""
        async with self.turn:
            stored = await self._until_answered(lambda c: self.work.assign(c, partitions))
            self.inbox.assign(stored)
            where = {f"{t}[{p}]": o for (t, p), o in stored.items()}
            log.info("assigned", work=self.work.name, positions=where)
            return self.inbox.assignment, stored

    async def revoke(self) -> None:
        """Lets all partitions go, after the batch that is being written."""
        async with self.turn:
            self.inbox.assign({})

    def out_of_range(self, at: Mapping[Partition, int]) -> None:
        """The log holds nothing at these offsets. Ends everything: where it holds something, events would be missing,
        or others be taken for those that were folded."""
        for (topic, number), offset in at.items():
            log.error("out_of_log", work=self.work.name, reason=str(OutOfLog(topic, number, offset)))
        self.leave(EXIT_BROKEN)

    async def receive(self, stream: AsyncIterator[Any]) -> None:
        """The agent. An exception that left it would lose the event: everything ends here instead."""
        try:
            async for event in stream:
                raw = event.message
                # The transport adds its link last.
                *headers, (_, link) = raw.headers
                message = Message(raw.topic, raw.partition, raw.offset, raw.key or b"", raw.value, tuple(headers))
                self.inbox.put(message, *link)
                await self.inbox.room.wait()
        except Lost as error:
            log.error("record_lost", work=self.work.name, reason=str(error))
            self.leave(EXIT_BROKEN)
        except Exception:
            log.exception("receiving_failed", work=self.work.name)
            self.leave(EXIT_BROKEN)

    async def fold_forever(self) -> None:
        """Folds what arrives; ends the process rather than pass over anything."""
        failures = 0
        while True:
            await self.inbox.arrived.wait()
            await asyncio.sleep(self.gather)
            failures = await self._attempt(self._fold_batch, failures)

    async def settle_forever(self) -> None:
        """Works off what people ask to be done with dead letters of its partitions, each between batches."""
        failures = 0
        while True:
            if not self.asked:
                await asyncio.sleep(LOOK_EVERY)
            failures = await self._attempt(self._settle_one, failures)

    async def _attempt(self, step: Callable[[], Awaitable[None]], failures: int) -> int:
        """Takes a turn, and gives how many have failed in a row for want of an answer, after a pause for them."""
        try:
            async with self.turn:
                await step()
        except OUTAGES as error:
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            log.warning("fold_waits", work=self.work.name, reason=str(error), seconds=pause)
            self._disconnect()
            await asyncio.sleep(pause)
            return failures + 1
        except PositionMoved as error:
            log.error("position_moved", work=self.work.name, reason=str(error))
            self.leave(EXIT_MOVED)
        except Exception:
            log.exception("fold_failed", work=self.work.name)
            self.leave(EXIT_BROKEN)
        return 0

    async def _settle_one(self) -> None:
        owned, self.asked = dict(self.inbox.positions), False
        if owned:
            self.asked = await asyncio.to_thread(lambda: self.work.settle(self._connected(), owned))
        if self.asked:
            self.folded()

    async def _fold_batch(self) -> None:
        batch = self.inbox.batch(BATCH)
        if not batch:
            return
        touched = {p: self.inbox.positions[p] for p in {(m.topic, m.partition) for m in batch}}
        began = time.monotonic()
        after = await asyncio.to_thread(lambda: self.work.apply(self._connected(), touched, batch))
        self.inbox.done(after)
        self.folded()
        self.gather = max(0.0, began + GATHER - time.monotonic()) if len(batch) > 1 else 0.0

    async def _until_answered(self, ask: Callable[[psycopg.Connection], Any]) -> Any:
        for attempt in range(1_000_000):
            try:
                return await asyncio.to_thread(lambda: ask(self._connected()))
            except OUTAGES as error:
                log.warning("postgres_silent", work=self.work.name, reason=str(error))
                self._disconnect()
                await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        raise RuntimeError("Postgres never answered.")

    def _connected(self) -> psycopg.Connection:
        if self.connection is None or self.connection.closed:
            self.connection = self.connect()
        return self.connection

    def _disconnect(self) -> None:
        if self.connection is not None:
            with contextlib.suppress(psycopg.Error):
                self.connection.close()
            self.connection = None


def topics_of(settings: Settings, database: str) -> list[str]:
    """The topics that hold the events a database folds."""
    return [topic_name(settings.topic_prefix, domain, "events") for domain in domains_of(database)]


def make_app(settings: Settings, slot: int, worker: Worker, data: Path) -> faust.App:
    """The app; `slot` tells workers of one work apart and makes each a static member of the group."""
    app = faust.App(
        worker.work.group,
        broker=[f"kafka://{address}" for address in settings.kafka.split(",")],
        broker_credentials=credentials(settings),
        store="memory://",
        datadir=str(data),
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        consumer_auto_offset_reset="none",
        consumer_group_instance_id=f"{worker.work.group}-{slot}",
        broker_session_timeout=SESSION_TIMEOUT,
        broker_heartbeat_interval=1.5,
        # A request that was lost with its connection is asked again after this, not after Faust's 90 seconds.
        broker_request_timeout=REQUEST_TIMEOUT,
        consumer_metadata_max_age_ms=LOOKS_AGAIN_MS,
        broker_max_poll_records=BATCH,
        # Commits to Kafka mean nothing here; seldom is enough to see a group's lag with Kafka's own tools.
        broker_commit_interval=5.0,
        stream_wait_empty=False,
    )
    transport: Any = Transport(app.conf.broker, app)
    transport.assign = worker.assign
    transport.out_of_range = worker.out_of_range
    app.transport = transport
    source = app.topic(
        *worker.work.topics,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )

    async def receive(stream: Any) -> None:
        await worker.receive(stream.events())

    async def revoked(*_: Any, **__: Any) -> None:
        await worker.revoke()

    app.agent(source, concurrency=1, name="receive")(receive)
    app.task(worker.fold_forever)
    app.task(worker.settle_forever)
    app.on_partitions_revoked.connect(revoked, weak=False)
    return app
