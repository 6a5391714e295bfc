"""Starts the importer: `nexus360 serve importer`. One works at a time; a second one waits to take over.

It follows the events of imports and works for each tenant on one import after another, for several tenants at once;
and beside that, on its bulk changes (`streams.bulk`).
"""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, Generic, Protocol, TypeVar

import psycopg
import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from infra.alone import work_alone
from infra.blobs import Blobs
from infra.log import kafka
from infra.log.codec import Codec, Undecodable
from infra.log.envelope import Recorded, decode_event, parse_key
from infra.log.registry import codec
from infra.log.sender import CommandSender, LogUnavailable
from infra.log.topics import topic
from infra.settings import Settings
from infra.vault import Vaults
from projections import positions
from projections.generations import NoGeneration
from projections.message import OUTAGES
from schemas.generated.integration.import_job import FailImport, ImportStatus
from streams.bulk import shift
from streams.bulk.desk import Desk as BulkDesk
from streams.importer import directory, jobs, keeping
from streams.importer.deliver import Stopped
from streams.importer.desk import Desk, say
from streams.importer.jobs import Job
from streams.importer.keeping import Rounds
from streams.importer.present import caused, present, told
from streams.importer.revert import run_revert
from streams.importer.run import run_import

AT_ONCE = 8
"""Tenants that are worked for at the same time."""
_LOCK = 0x696D706F
_REST = 2.0
_PATIENCE = 30.0
"""Seconds until a command without an answer is told to be late: longer than it takes to replace a processor."""
_TRANSIENT = (*OUTAGES, LogUnavailable, KafkaException, OSError, psycopg.errors.UndefinedTable)
"""What says nothing about the import: try again. Tables may not be there yet while everything starts."""

_log = structlog.get_logger("importer")


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    jobs.ensure_tables(settings)
    work_alone(settings, "importer", _LOCK, _work, _TRANSIENT)


def _work(settings: Settings, connection: psycopg.Connection, stop: threading.Event) -> None:
    """Follows and schedules until `stop`, or until an outage, which it raises."""
    halt = threading.Event()

    def pause(seconds: float) -> None:
        if halt.wait(seconds) if seconds else halt.is_set():
            raise Stopped

    with closing(Vaults(settings)) as vaults:
        coder = codec(settings)
        name = f"importer-{uuid.uuid4().hex[:12]}"
        sender = CommandSender(settings, coder, vaults, name, give_up_after=_PATIENCE)
        desk = Desk(
            send=sender.send,
            pause=pause,
            blobs=Blobs(settings.blobs),
            clock=lambda: datetime.now(UTC),
            derive=vaults.id_from,
            prefetch=vaults.prefetch,
            directory=lambda tenant: directory.load(settings, tenant, pause),
            shown=lambda: directory.wait_a_while(settings, pause),
            present=partial(present, settings, coder, vaults),
            on_file=partial(directory.on_file, settings),
            above=partial(directory.above, settings),
            rates=partial(directory.rates_home, settings),
            reasons=partial(directory.reasons_listed, settings),
            pipelines=partial(directory.pipelines_named, settings),
            own=lambda tenant, target: directory.own_fields(settings, tenant, target, pause),
        )
        with (
            ThreadPoolExecutor(AT_ONCE, "import") as pool,
            ThreadPoolExecutor(AT_ONCE, "bulk") as other_pool,
            closing(shift.made(settings, coder)) as changes,
        ):
            schedule = Schedule[Job](lambda job: pool.submit(work_on, job, desk))
            bulk = BulkDesk(
                send=sender.send,
                pause=pause,
                cancelled=partial(shift.cancelled, changes),
                blobs=desk.blobs,
                codec=coder,
                clock=desk.clock,
                prefetch=partial(vaults.prefetch, make=False),
                shown=desk.shown,
                present=desk.present,
                told=partial(told, settings, coder, vaults),
                pipelines=partial(directory.pipelines, settings),
                rates=desk.rates,
                books=partial(directory.price_books, settings),
                caused=partial(caused, settings),
                above=desk.above,
            )
            bulk_schedule = Schedule[shift.Job](lambda job: other_pool.submit(shift.work_on, job, bulk, _TRANSIENT))
            broom = shift.Broom(desk.blobs, timedelta(days=settings.reports_kept))
            try:
                sender.start()
                follower = Follower(settings, connection, coder, vaults)
                rounds = Rounds(lambda: _tidy(settings, connection, desk))
                while not stop.is_set():
                    if follower.follow() or schedule.settled():
                        there = jobs.open_jobs(connection)
                        schedule.give_out(there)
                        rounds.saw(there)
                    if not follower.behind:
                        rounds.go()
                    if changes.look(0.0):
                        bulk_schedule.settled()
                        bulk_schedule.give_out(open_changes := shift.jobs(changes))
                        broom.sweep(open_changes)
            finally:
                halt.set()
                sender.close()


def _tidy(settings: Settings, connection: psycopg.Connection, desk: Desk) -> None:
    """Removes the files that nothing needs any more, and tells imports whose reports went. What cannot be looked at now
    is looked at the next time, and an import that has not heard is told again."""
    erased, rule = cache(partial(directory.last_erasure, settings)), cache(partial(directory.report_rule, settings))

    def reports(tenant: str, ended: datetime) -> datetime:
        return ended + (rule(tenant) or timedelta(days=settings.reports_kept))

    try:
        gone, untold = keeping.tidy(connection, desk.blobs, erased, reports, datetime.now(UTC))
        for job, why in untold:
            keeping.note(job, why, desk)
    except (*_TRANSIENT, NoGeneration) as error:
        _log.warning("files are kept for now", error=str(error))
    else:
        if gone:
            _log.info("files removed", count=gone)


class Waiting(Protocol):
    """Something of a tenant that is open: `cause` says what, `turn` what comes first."""

    @property
    def tenant(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def turn(self) -> Any: ...


W = TypeVar("W", bound=Waiting)


class Schedule(Generic[W]):
    """Who works on what: one import or bulk change for each tenant, in turn. `submit` starts the work on one."""

    def __init__(self, submit: Callable[[W], "Future[bool]"], clock: Callable[[], float] = time.monotonic) -> None:
        self._submit = submit
        self._clock = clock
        self._under_way: dict[str, tuple[W, Future[bool]]] = {}
        self._done: set[tuple[str, str]] = set()
        self._resting: dict[str, float] = {}

    def give_out(self, open_jobs: list[W]) -> None:
        """Starts the next one of every tenant that has one waiting and none under way."""
        self._done &= {(job.tenant, job.cause) for job in open_jobs}
        waiting = [job for job in open_jobs if (job.tenant, job.cause) not in self._done]
        for job in sorted(waiting, key=lambda job: job.turn):
            if job.tenant not in self._under_way and job.tenant not in self._resting:
                self._under_way[job.tenant] = (job, self._submit(job))

    def settled(self) -> bool:
        """Whether work came to an end, or a rest did, since the last call."""
        now = self._clock()
        ended = [tenant for tenant, (_, future) in self._under_way.items() if future.done()]
        rested = [tenant for tenant, until in self._resting.items() if until <= now]
        for tenant in rested:
            del self._resting[tenant]
        for tenant in ended:
            job, future = self._under_way.pop(tenant)
            if future.result():  # its last event may not have come back yet: not to be started again
                self._done.add((tenant, job.cause))
            else:
                self._resting[tenant] = now + _REST
        return bool(ended or rested)


class Follower:
    """Reads the events of imports from the stored positions on."""

    def __init__(self, settings: Settings, connection: psycopg.Connection, coder: Codec, vaults: Vaults) -> None:
        self._group = f"{settings.topic_prefix}nexus.importer"
        self._connection, self._codec, self._vaults = connection, coder, vaults
        events = topic(settings.topic_prefix, "integration", "events")
        partitions = [(events, number) for number in range(settings.partitions)]
        self._at = positions.ensure(connection, self._group, partitions)
        self._behind = {number for _, number in partitions}
        self._consumer: Consumer = kafka.consumer(settings, self._group, **{"enable.partition.eof": True})
        places = [TopicPartition(name, number, at) for (name, number), at in self._at.items()]
        kafka.read_from(self._consumer, places)

    @property
    def behind(self) -> bool:
        """Whether there may be imports that were recorded before this process began and are not known here yet."""
        return bool(self._behind)

    def follow(self) -> bool:
        """Takes in what came; whether to look at the open imports again.

        False until everything recorded so far is taken in, so that nothing is done twice after a restart.
        """
        was_behind = bool(self._behind)
        messages: list[Message] = []
        for message in self._consumer.consume(500, 0.1):
            error = message.error()
            if error is None:
                messages.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:  # pyright: ignore[reportPrivateUsage]
                self._behind.discard(message.partition() or 0)
            elif not error.retriable():
                raise KafkaException(error)
        if messages:
            self._take_in(messages)
        return not self._behind and (was_behind or bool(messages))

    def _take_in(self, messages: list[Message]) -> None:
        after = dict(self._at)
        for message in messages:
            after[message.topic() or "", message.partition() or 0] = (message.offset() or 0) + 1
        events = [recorded for message in messages if (recorded := self._read(message)) is not None]
        touched = {partition: at for partition, at in self._at.items() if after[partition] != at}
        jobs.store(self._connection, self._group, touched, after, events)
        self._at = after

    def _read(self, message: Message) -> Recorded | None:
        topic, partition, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
        key, value = message.key(), message.value()
        try:
            if key is None or value is None or parse_key(key)[1] != "import_job":
                return None
            return decode_event(topic, partition, offset, key, value, message.headers(), self._codec, self._vaults)
        except (Undecodable, ValueError, KeyError) as error:
            _log.error("an event of an import cannot be read", partition=partition, offset=offset, error=str(error))
            return None


def work_on(job: Job, desk: Desk) -> bool:
    """Does what is open of an import; whether it came to an end. An error of ours fails the import, not the worker."""
    log = _log.bind(tenant=job.tenant, import_id=job.id, status=job.state.status)
    began = time.monotonic()
    try:
        log.info("working", target=job.state.target, rows_done=job.state.rows)
        (run_revert if job.state.status is ImportStatus.REVERTING else run_import)(job, desk)
    except Stopped:
        return False
    except _TRANSIENT as error:
        log.warning("will try again", error=str(error))
        return False
    except Exception:
        log.exception("an import failed for an internal reason")
        return _failed(job, desk)
    log.info("ended", seconds=round(time.monotonic() - began, 2))
    return True


def _failed(job: Job, desk: Desk) -> bool:
    what, therefore, place = "The import", "Rows done stay done.", ("fail",)
    if job.state.status is ImportStatus.REVERTING:
        what, therefore = "Taking it back", "What was taken back is so; begin again to take back the rest."
        place = (job.cause, "fail-revert")
    reason = f"{what} failed for an internal reason, which the log of the importer tells. {therefore}"
    try:
        say(job, desk, FailImport(import_id=job.id, code="internal_error", reason=reason, at=desk.clock()), *place)
    except Exception:
        _log.exception("the failure could not be recorded")
        return False
    return True
