# Faust has no types worth the name.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false
"""`nexus360 serve projector DATABASE`: folds the log into one database and writes its search documents."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

import faust
import psycopg
import structlog

from infra.collector import ANSWERS, spare_the_collector
from infra.log import registry
from infra.postgres import connect
from infra.settings import Settings
from infra.vault import Vaults
from projections import generations, positions
from projections.generations import Generation, connected
from projections.message import OUTAGES
from projections.store import projection
from streams.projector.app import EXIT_MOVED, Worker, folding, make_app, topics_of
from streams.projector.indexer import index_forever
from streams.projector.transport import leave_group
from streams.rebuild import build, tidy

log = structlog.get_logger()

_LOOK_EVERY = 1.0
_LEAVES_WITHIN = 1.0
"""Seconds; without a broker the good-bye never comes through."""


def run(database: str, settings: Settings, slot: int = 0) -> None:
    """Folds until it is stopped. Ends the process: with 3 when another worker moved a position, with 4 when it would
    not be safe to go on; starting again is right in both cases. Two workers of one database take different slots."""
    generation = _declared(settings, database)
    folded = projection(settings, database, generation.number, registry.codec(settings), Vaults(settings))
    with closing(connected(settings, database, generation=generation)) as connection:
        generations.take(connection, generation)
        partitions = [(topic, p) for topic in topics_of(settings, database) for p in range(settings.partitions)]
        positions.ensure(connection, folded.group, partitions)
    wake = threading.Event()
    worker = Worker(folding(settings, database, folded), lambda: _join(settings, database, generation), wake.set)
    _start(index_forever, settings, database, generation, wake)
    _start(_leave_when_superseded, settings, database, generation)
    data = settings.data / "faust" / f"{worker.work.group}-{slot}"
    data.mkdir(parents=True, exist_ok=True)
    app = make_app(settings, slot, worker, data)
    leave_when_asked(app)
    spare_the_collector(ANSWERS)
    log.info("projector_starts", database=database, slot=slot, generation=generation.number)
    run_app(app)


def _declared(settings: Settings, database: str) -> Generation:
    """The live generation, after it was rebuilt if this program declares other read models than it holds.

    Raises Superseded when they were live before: an older program must not put its own in the place of a newer one's.
    """
    generations.ensure(settings, database)
    declared, there = generations.declared(database), generations.every(settings, database)
    if any(each.state in ("kept", "spent") and each.declared == declared for each in there) and not _holds(
        declared, there
    ):
        raise Superseded(
            f"The read models of {database} that this program declares were replaced. Start the newer program, or go "
            f"back with `nexus360 rebuild {database} --back`."
        )
    if not _holds(declared, there):
        build.run(database, settings, _say, processes=1, needed=lambda live: live.declared != declared)
    return generations.live(settings, database)


class Superseded(RuntimeError):
    """This program's read models were live before, and others are now."""


def _holds(declared: Mapping[str, str], there: Sequence[Generation]) -> bool:
    return any(each.state == "live" and each.declared == declared for each in there)


def _say(line: str) -> None:
    log.info("rebuild", line=line)


def _start(work: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=work, args=arguments, name=work.__name__, daemon=True).start()


def _leave_when_superseded(settings: Settings, database: str, generation: Generation) -> None:
    """Ends the process when another generation has become live, without waiting for an event; until then, removes those
    that show somebody who was erased since. Never raises: what fails is tried again."""
    while True:
        time.sleep(_LOOK_EVERY)
        try:
            with closing(connect(settings, database)) as connection:
                connection.autocommit = True
                while (found := generations.found(connection)) is not None and found.number == generation.number:
                    tidy.drop_outdated(settings, database, connection)
                    time.sleep(_LOOK_EVERY)
        except OUTAGES:  # the fold waits for Postgres too, and says so
            continue
        except Exception:  # nobody would notice that this thread has ended
            log.exception("generation_unwatched", database=database)
            continue
        log.info("generation_replaced", database=database, generation=generation.number)
        os._exit(EXIT_MOVED)


def run_app(app: faust.App) -> None:
    """Runs an app until the process ends."""
    worker: Any = faust.Worker(app, loglevel="WARNING", redirect_stdouts=False, quiet=True)
    worker.spinner = None  # it would draw into the log
    worker.execute_from_commandline()


def _join(settings: Settings, database: str, generation: Generation) -> psycopg.Connection:
    connection = connected(settings, database, generation=generation)
    generations.join(connection, generation)
    return connection


def leave_when_asked(app: faust.App) -> None:
    """Faust can hang when asked to stop, and has nothing to tidy up: rows and positions commit together. Only the group
    is told: a static member's partitions are nobody's until its session ends."""

    async def obey() -> None:
        asked = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, asked.set)
        await asked.wait()
        try:
            await asyncio.wait_for(leave_group(app), _LEAVES_WITHIN)
        except Exception as error:  # without a broker nobody is told, and the session ends by itself
            log.warning("left_without_a_word", error=repr(error))
        os._exit(0)

    app.task(obey)
