"""Starts the replayer: `nexus360 serve replayer`. One works at a time; a second one waits to take over.

It works for each tenant on one replay after another, and for two tenants at once, so that those who share the machine
are not held up. Who takes over on another machine begins a replay anew, which ends in the same files.
"""

import shutil
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import structlog
from confluent_kafka import KafkaException

from infra.alone import work_alone
from infra.blobs import Blobs
from infra.log.registry import codec
from infra.log.sender import CommandSender, LogUnavailable
from infra.settings import Settings
from infra.vault import Vaults
from projections.message import OUTAGES
from streams.importer.deliver import Stopped
from streams.replay.refused import Refused
from streams.replayer.archives import Keeper
from streams.replayer.board import Board, Job, in_turn, made, running
from streams.replayer.work import Desk, fail, folder_of, work_on

AT_ONCE = 2
"""Replays that are under way at the same time."""
_LOCK = 0x7265706C
_REST = 2.0
_PATIENCE = 30.0
_TRANSIENT = (*OUTAGES, LogUnavailable, KafkaException, OSError)
_PASSING = frozenset({"log_unavailable", "schemas_unavailable", "keys_unavailable", "replay_running"})
"""What says nothing about the replay: try again."""
_LOST = "The files of the replay were changed or lost; start a new one."
_REASONS = {"partition_missing": "The log has no such partition as `offsets` name; start one without."}
"""Why a replay cannot go on, by code. What is refused in other words may name folders of this machine."""

_log = structlog.get_logger("replayer")


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    work_alone(settings, "replayer", _LOCK, _work, _TRANSIENT)


def _work(settings: Settings, connection: psycopg.Connection, stop: threading.Event) -> None:
    """Looks and works until `stop`, or until an outage, which it raises."""
    halt = threading.Event()

    def pause(seconds: float) -> None:
        if halt.wait(seconds) if seconds else halt.is_set():
            raise Stopped

    with closing(Vaults(settings)) as vaults:
        coder = codec(settings)
        sender = CommandSender(settings, coder, vaults, f"replayer-{uuid.uuid4().hex[:12]}", give_up_after=_PATIENCE)
        desk = Desk(
            settings=settings,
            codec=coder,
            blobs=Blobs(settings.blobs),
            folder=settings.data / "replays" / "jobs",
            send=sender.send,
            pause=pause,
            clock=lambda: datetime.now(UTC),
        )
        with ThreadPoolExecutor(AT_ONCE, "replay") as pool, closing(made(settings, coder)) as board:
            shift = Shift(board, desk, pool, halt)
            try:
                sender.start()
                asked = time.monotonic()
                while not stop.is_set():
                    if board.look(0.2):
                        shift.go_on()
                    if time.monotonic() - asked > _REST:  # whoever lost the connection has lost the lock
                        asked = time.monotonic()
                        connection.execute("select 1")
            finally:
                halt.set()
                sender.close()


class Shift:
    """Who works on what: one replay for each tenant, a few for all."""

    def __init__(self, board: Board, desk: Desk, pool: ThreadPoolExecutor, halt: threading.Event) -> None:
        self._board, self._desk, self._pool, self._halt = board, desk, pool, halt
        self._under_way: dict[tuple[str, str], Future[bool]] = {}
        self._ended: set[tuple[str, str]] = set()
        self._resting: dict[tuple[str, str], float] = {}
        self._keeper = Keeper(desk)

    def go_on(self) -> None:
        """Ends what is done, begins what is next, and throws away the files of what was cancelled and archives that
        have had their time."""
        now = time.monotonic()
        for key in [key for key, future in self._under_way.items() if future.done()]:
            if self._under_way.pop(key).result():  # its last state may not have come back yet: not to be begun again
                self._ended.add(key)
            else:
                self._resting[key] = now + _REST
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        jobs = in_turn(self._board)
        self._ended &= {job.key for job in jobs}
        for job in jobs:
            free = len(self._under_way) < AT_ONCE and job.tenant not in {tenant for tenant, _ in self._under_way}
            if free and running(self._board, job.key) and job.key not in self._ended | self._resting.keys():
                self._under_way[job.key] = self._pool.submit(attempt, job, self._desk, self._stopped(job.key))
        busy = {tenant for tenant, _ in (*self._under_way, *self._ended)}
        self._keeper.look(self._board.jobs.values(), busy, now)
        self._tidy({folder_of(job, self._desk).name for job in jobs})

    def _stopped(self, key: tuple[str, str]) -> Callable[[], bool]:
        return lambda: self._halt.is_set() or not running(self._board, key)

    def _tidy(self, kept: set[str]) -> None:
        if not self._under_way and self._desk.folder.exists():
            for folder in self._desk.folder.iterdir():
                if folder.name not in kept:
                    shutil.rmtree(folder, ignore_errors=True)


def attempt(job: Job, desk: Desk, stopped: Callable[[], bool]) -> bool:
    """Works on a replay; whether it came to an end. An error of ours fails the replay, not the worker."""
    log = _log.bind(tenant=job.tenant, replay_id=job.state.replay_id)
    try:
        log.info("working", passed=job.state.passed)
        if work_on(job, desk, stopped):
            log.info("ended")
            return True
        return False
    except Stopped:
        return False
    except Refused as refused:
        if refused.code in _PASSING:
            log.warning("will try again", error=str(refused))
            return False
        log.error("a replay cannot go on", code=refused.code, error=str(refused))
        return _failed(job, desk, refused.code, _REASONS.get(refused.code, _LOST))
    except _TRANSIENT as error:
        log.warning("will try again", error=str(error))
        return False
    except Exception:
        log.exception("a replay failed for an internal reason")
        return _failed(job, desk, "internal_error", "The replay failed for an internal reason; start a new one.")


def _failed(job: Job, desk: Desk, code: str, reason: str) -> bool:
    try:
        fail(job, desk, code, reason)
    except Exception:
        _log.exception("the failure could not be recorded")
        return False
    return True
