"""Work that one process does at a time: others wait to take over."""

import signal
import threading
from collections.abc import Callable

import psycopg
import structlog

from infra import postgres
from infra.settings import Settings

DATABASE = "platform"

Work = Callable[[Settings, psycopg.Connection, threading.Event], None]
"""Works until the event is set. Whoever lost the connection has lost the right to work."""


def work_alone(settings: Settings, name: str, lock: int, work: Work, transient: tuple[type[Exception], ...]) -> None:
    """Works until SIGTERM or SIGINT, whenever no other process holds the lock; begins again after what is transient."""
    stop, waiting, log = threading.Event(), False, structlog.get_logger(name)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _, __: stop.set())
    while not stop.is_set():
        try:
            with postgres.connect(settings, DATABASE) as connection:
                connection.autocommit = True
                found = connection.execute("select pg_try_advisory_lock(%s)", [lock]).fetchone()
                if found is not None and found[0]:
                    waiting = False
                    work(settings, connection, stop)
                elif not waiting:
                    waiting = True
                    log.info(f"another {name} works; waiting to take over")
        except transient as error:
            log.warning("starting again", error=str(error))
        stop.wait(1.0)
