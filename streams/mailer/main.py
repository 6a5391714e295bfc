"""Starts the mailer: `nexus360 serve mailer`. One works at a time; a second one waits to take over.

It looks into every connected mailbox now and then, several at once. What keeps one from being looked into is told, and
that one is tried later and later.
"""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import psycopg
import structlog
from confluent_kafka import KafkaException

from infra import outward
from infra.alone import work_alone
from infra.log.board import Board, Key
from infra.log.registry import codec
from infra.log.sender import CommandSender, LogUnavailable
from infra.settings import Settings
from infra.vault import Vaults
from projections.generations import NoGeneration
from projections.message import OUTAGES
from schemas.generated.integration.mailbox import CONTRACT, Mailbox, MailboxStatus
from streams.importer.deliver import Pause, Stopped
from streams.importer.directory import wait_until_folded
from streams.mailer import people, places
from streams.mailer.agenda import Agenda
from streams.mailer.desk import Desk, Job
from streams.mailer.places import Places
from streams.mailer.work import look_into, tell_failure

AT_ONCE = 8
"""Mailboxes that are looked into at the same time."""
OF_A_TENANT = 3
"""Those of one tenant among them: servers that say nothing must not keep others' mail."""
LONGEST_REST = 3600.0
"""Seconds until a mailbox that cannot be looked into is tried again, at most."""
_LOCK = 0x6D61696C
_PATIENCE = 30.0
_TRANSIENT = (*OUTAGES, LogUnavailable, KafkaException, NoGeneration, psycopg.errors.UndefinedTable)
"""What says nothing about the mailbox: try again. Tables may not be there yet while everything starts."""
_TIDY = 60.0

_log = structlog.get_logger("mailer")


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    places.ensure_tables(settings)
    work_alone(settings, "mailer", _LOCK, _work, _TRANSIENT)


def _work(settings: Settings, connection: psycopg.Connection, stop: threading.Event) -> None:
    """Looks until `stop`, or until an outage, which it raises."""
    halt, coder, name = threading.Event(), codec(settings), f"mailer-{uuid.uuid4().hex[:12]}"

    def pause(seconds: float) -> None:
        if halt.wait(seconds) if seconds else halt.is_set():
            raise Stopped

    with (
        closing(Vaults(settings)) as vaults,
        closing(CommandSender(settings, coder, vaults, name, give_up_after=_PATIENCE)) as sender,
        closing(Board[Mailbox](settings, coder, CONTRACT, "mailer", _is_open)) as board,
        ThreadPoolExecutor(AT_ONCE, "mailbox") as pool,
    ):
        desk = _desk(settings, vaults, sender, pause)
        shift = Shift(lambda job, going_on: pool.submit(attempt, job, desk, going_on), settings.mail_every)
        try:
            sender.start()
            asked = time.monotonic()
            while not stop.is_set():
                if board.look(0.2):
                    shift.go_on(board.jobs)
                if time.monotonic() - asked > _TIDY:  # whoever lost the connection has lost the lock
                    asked = time.monotonic()
                    connection.execute("select 1")
                    desk.places.tidy(board.jobs.keys())
                    desk.agenda.tidy(board.jobs.keys())
        finally:
            halt.set()


def _is_open(mailbox: Mailbox) -> bool:
    return mailbox.status in (MailboxStatus.CONNECTED, MailboxStatus.PAUSED)


def _desk(settings: Settings, vaults: Vaults, sender: CommandSender, pause: Pause) -> Desk:
    return Desk(
        send=sender.send,
        pause=pause,
        clock=lambda: datetime.now(UTC),
        vaults=vaults,
        places=Places(settings),
        agenda=Agenda(settings),
        within=outward.within(settings),
        colleagues=partial(people.colleagues, settings),
        contacts=partial(people.contacts_at, settings),
        contacts_since=partial(people.contacts_since, settings),
        folded=lambda: wait_until_folded(settings, "crm", pause, longest=5.0),
    )


Submit = Callable[[Job, Callable[[], bool]], "Future[bool]"]


class Shift:
    """Who is looked into when. `submit` starts a look, which asks now and then whether to go on, and gives whether all
    went well; `every` are the seconds between two of them."""

    def __init__(self, submit: Submit, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._submit, self._every, self._clock = submit, every, clock
        self._jobs: Mapping[Key, Job] = {}
        self._under_way: dict[Key, tuple[Mailbox, Future[bool]]] = {}
        self._due: dict[Key, tuple[Mailbox, float]] = {}
        self._failures: dict[Key, int] = {}

    def go_on(self, jobs: Mapping[Key, Job]) -> None:
        """Ends what is done, and begins what is due: a mailbox at once when it was changed, otherwise after a rest,
        which is twice as long after each look that failed."""
        self._jobs, now = jobs, self._clock()
        for key in [key for key, (_, future) in self._under_way.items() if future.done()]:
            asked, future = self._under_way.pop(key)
            self._failures[key] = 0 if future.result() else self._failures.get(key, 0) + 1
            self._due[key] = asked, now + min(self._every * 2 ** min(self._failures[key], 16), self._longest)
        gone = [key for key in self._due if not _works(jobs.get(key))]
        for key in gone:
            del self._due[key]
            self._failures.pop(key, None)
        for key, job in sorted(jobs.items(), key=lambda item: self._due.get(item[0], (None, 0.0))[1]):
            if key not in self._under_way and _works(job) and self._is_due(job, now) and self._is_free(job.tenant):
                asked = _asked(job.state)
                self._under_way[key] = asked, self._submit(job, partial(self._as_asked, key, asked))

    @property
    def _longest(self) -> float:
        return max(LONGEST_REST, self._every)

    def _is_due(self, job: Job, now: float) -> bool:
        asked, until = self._due.get(job.key, (None, 0.0))
        return until <= now or asked != _asked(job.state)

    def _is_free(self, tenant: str) -> bool:
        return len(self._under_way) < AT_ONCE and sum(one == tenant for one, _ in self._under_way) < OF_A_TENANT

    def _as_asked(self, key: Key, asked: Mailbox) -> bool:
        job = self._jobs.get(key)
        return job is not None and _asked(job.state) == asked


def _works(job: Job | None) -> bool:
    return job is not None and job.state.status is MailboxStatus.CONNECTED


def _asked(mailbox: Mailbox) -> Mailbox:
    """What is asked of it, without what came of that."""
    return replace(mailbox, code=None, reason=None, looked_at=None)


def attempt(job: Job, desk: Desk, going_on: Callable[[], bool]) -> bool:
    """Looks into a mailbox; whether all went well. Ends early when something else is asked of it meanwhile."""

    def pause(seconds: float) -> None:
        desk.pause(seconds)
        if not going_on():
            raise Stopped

    log, mine = _log.bind(tenant=job.tenant, mailbox_id=job.id), replace(desk, pause=pause)
    try:
        return look_into(job, mine)
    except Stopped:
        return True
    except _TRANSIENT as error:
        log.warning("will try again", error=str(error))
        return True
    except Exception:
        log.exception("a look failed for an internal reason")
    try:
        tell_failure(job, mine)
    except Exception:
        log.exception("the failure could not be told")
    return False
