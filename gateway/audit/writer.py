"""Writes the audit: what was answered goes to the log in batches, several times a second, in trails.

A trail is one gateway's in one tenant, so that nobody waits for anybody. Its batches are sent one after the other, each
once the log has the one before. It is closed after some minutes, or when the gateway ends.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import structlog

from gateway.audit.entry import entry_of, sealed
from gateway.audit.purpose import purpose_of
from gateway.audit.queue import Answered
from gateway.platform import Platform
from infra.log.codec import RegistryUnavailable
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable
from infra.log.trails import enveloped
from infra.vault import KeyMissing, VaultUnavailable
from schemas.generated.audit.trail import CloseTrail, Entry, RecordEntries

log = structlog.get_logger()
EVERY = 0.25
"""Seconds for which entries gather: what a gateway that is killed may not have written."""
MOST = 200
"""Entries of a batch."""
HEAVIEST = 300_000
"""Bytes of a batch, about; the log takes twice as much."""
BATCHES = 100
LASTS = 300.0
"""A trail has at most so many batches, and lasts so many seconds: what it remembers of each stays small."""
PAUSE = 0.5
ACTOR = "gateway"
LAST_WORDS = 4.0
"""Seconds for what is left when the gateway ends."""
_AWAY = (LogUnavailable, VaultUnavailable, RegistryUnavailable)


@dataclass(slots=True, eq=False)
class Trail:
    """A trail as its gateway knows it: how many batches the log has, and when it was begun."""

    id: str
    began: float
    batches: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """A command that is on its way, and what of the queue it holds."""

    envelope: CommandEnvelope
    answered: Sequence[Answered]
    dropped: int


@asynccontextmanager
async def running(here: Platform) -> AsyncGenerator[None]:
    """Writes for as long as the block lasts, and then what is left."""
    writer = Writer(here)
    task = asyncio.create_task(writer.run())
    try:
        yield
    finally:
        writer.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, LAST_WORDS)
        if here.audit.size:
            log.error("audit_lost", entries=here.audit.size)


class Writer:
    """Empties the queue of the platform. Made and used in one event loop."""

    def __init__(self, here: Platform, clock: Callable[[], float] = time.monotonic) -> None:
        self._here, self._queue, self._clock = here, here.audit, clock
        self._trails: dict[str, Trail] = {}
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Lets `run` write what is left, and come back."""
        self._ending.set()

    async def run(self) -> None:
        """Writes until the end."""
        while not self._ending.is_set():
            await self._round()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), EVERY)
        await self._round()
        await asyncio.gather(*(self._close(tenant) for tenant in list(self._trails)))

    async def _round(self) -> None:
        """Nothing that goes wrong with one tenant's entries holds up another's, or ends the writing."""
        tenants = self._queue.tenants()
        told = await asyncio.gather(*(self._write(tenant) for tenant in tenants), return_exceptions=True)
        for tenant, error in zip(tenants, told, strict=True):
            if isinstance(error, Exception):
                log.error("audit_not_written", tenant=tenant, exc_info=error)
        old = [tenant for tenant, trail in self._trails.items() if self._clock() - trail.began > LASTS]
        await asyncio.gather(*(self._close(tenant) for tenant in old))

    async def _write(self, tenant: str) -> None:
        """Writes all of a tenant's that is there."""
        while True:
            answered, dropped = self._queue.first(tenant, MOST)
            if not answered and not dropped:
                return
            trail = self._trails.setdefault(tenant, Trail(str(uuid4()), self._clock()))
            try:
                batch = await self._patiently(partial(self._batch, tenant, trail, answered, dropped))
            except KeyMissing:  # the tenant was erased: there is nobody to keep it for, and no key to keep it under
                self._queue.done(tenant, answered, dropped)
                return
            await self._hand_over(batch.envelope, partial(self._answer, batch, trail))
            trail.batches += 1
            self._queue.done(tenant, batch.answered, dropped)
            if trail.batches >= BATCHES:
                await self._close(tenant)
            if len(batch.answered) == len(answered) < MOST:
                return  # what came meanwhile gathers

    async def _close(self, tenant: str) -> None:
        trail = self._trails.pop(tenant, None)
        if trail is not None and trail.batches:
            command = CloseTrail(trail_id=trail.id, at=datetime.now(UTC))
            await self._hand_over(enveloped(tenant, ACTOR, command), lambda reply: None)

    def _batch(self, tenant: str, trail: Trail, answered: Sequence[Answered], dropped: int) -> Batch:
        """As many of these as one command holds. Asks for keys: not in the event loop."""
        vaults = self._here.vaults
        secret = vaults.secret(tenant)
        entries, weight = list[Entry](), 0
        for each in answered:
            entry = entry_of(each, purpose_of(each.method, each.path), secret)
            weight += 1500 + len(entry.asked) + sum(map(len, entry.records))
            if entries and weight > HEAVIEST:
                break
            entries.append(entry)
        vaults.prefetch(tenant, {entry.subject for entry in entries})
        vault = vaults(tenant)
        command = RecordEntries(
            trail_id=trail.id,
            source=self._here.instance,
            number=trail.batches + 1,
            entries=tuple(sealed(*pair, vault) for pair in zip(entries, answered, strict=False)),
            dropped=dropped,
            at=datetime.now(UTC),
        )
        return Batch(enveloped(tenant, ACTOR, command), answered[: len(entries)], dropped)

    async def _patiently(self, make: Callable[[], Batch]) -> Batch:
        """What is made in a thread, as soon as the parts that it takes answer."""
        while True:
            try:
                return await asyncio.to_thread(make)
            except _AWAY as error:
                log.warning("audit_waits", error=str(error))
                await asyncio.sleep(PAUSE)

    async def _hand_over(self, envelope: CommandEnvelope, answer: Callable[[Reply], None]) -> None:
        """Comes back when the log has the command, which is tried for as long as that takes. `answer` is told the
        processor's reply, whenever it comes."""
        loop = asyncio.get_running_loop()

        def answered(reply: "asyncio.Future[Reply]") -> None:
            if not reply.cancelled() and reply.exception() is None:
                answer(reply.result())

        while True:
            taken: asyncio.Future[None] = loop.create_future()
            try:
                sent = await asyncio.to_thread(self._here.sender.send, envelope, _telling(loop, taken))
                reply = asyncio.wrap_future(sent)
                reply.add_done_callback(answered)
                await asyncio.wait([taken, reply], return_when=asyncio.FIRST_COMPLETED)
                if taken.done() or not isinstance(error := reply.exception(), LogUnavailable):
                    return
            except _AWAY as silent:
                error = silent
            log.warning("audit_waits", error=str(error))
            await asyncio.sleep(PAUSE)

    def _answer(self, batch: Batch, trail: Trail, reply: Reply) -> None:
        """A batch that was refused goes into another trail: somebody took this one for abandoned and closed it, or a
        batch of it was set aside."""
        if reply.status == 200:
            return
        tenant = batch.envelope.tenant
        log.warning("audit_batch_refused", tenant=tenant, trail=trail.id, code=reply.code)
        if self._trails.get(tenant) is trail:
            del self._trails[tenant]
        if reply.status == 409:
            self._queue.back(tenant, batch.answered, batch.dropped)


def _telling(loop: asyncio.AbstractEventLoop, taken: "asyncio.Future[None]") -> Callable[[], None]:
    """What another thread calls to settle a future of this loop."""

    def settle() -> None:
        if not taken.done():
            taken.set_result(None)

    return lambda: _scheduled(loop, settle)


def _scheduled(loop: asyncio.AbstractEventLoop, settle: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is gone
        loop.call_soon_threadsafe(settle)
