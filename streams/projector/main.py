# Faust has no types worth the name.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false
"""`nexus360 serve projector DATABASE`: folds the log into one database and writes its search documents."""

import asyncio
import os
import signal
import threading
from typing import Any

import faust
import psycopg
import structlog

from infra.log import registry
from infra.postgres import connect
from infra.settings import Settings
from infra.vault import Vaults
from projections import positions
from projections.store import ensure_tables, projection
from streams.projector.app import Worker, folding, make_app, topics_of
from streams.projector.indexer import index_forever

log = structlog.get_logger()


def run(database: str, settings: Settings, slot: int = 0) -> None:
    """Folds until it is stopped. Ends the process: with 3 when another worker moved a position, with 4 when it would
    not be safe to go on; starting again is right in both cases. Two workers of one database take different slots."""
    ensure_tables(settings, database)
    folded = projection(settings, database, registry.codec(settings), Vaults(settings))
    with connect(settings, database) as connection:
        partitions = [(topic, p) for topic in topics_of(settings, database) for p in range(settings.partitions)]
        positions.ensure(connection, folded.group, partitions)
    wake = threading.Event()
    worker = Worker(folding(settings, database, folded), lambda: _join(settings, database), wake.set)
    threading.Thread(target=index_forever, args=(settings, database, wake), name="indexer", daemon=True).start()
    data = settings.data / "faust" / f"{folded.group}-{slot}"
    data.mkdir(parents=True, exist_ok=True)
    app = make_app(settings, slot, worker, data)
    leave_when_asked(app)
    log.info("projector_starts", database=database, slot=slot, group=folded.group)
    run_app(app)


def run_app(app: faust.App) -> None:
    """Runs an app until the process ends."""
    worker: Any = faust.Worker(app, loglevel="WARNING", redirect_stdouts=False, quiet=True)
    worker.spinner = None  # it would draw into the log
    worker.execute_from_commandline()


def _join(settings: Settings, database: str) -> psycopg.Connection:
    connection = connect(settings, database)
    positions.join(connection)
    return connection


def leave_when_asked(app: faust.App) -> None:
    """Faust can hang when asked to stop, and has nothing to tidy up: rows and positions commit together, and a static
    member that is back within the session time-out finds its partitions as it left them."""

    async def obey() -> None:
        for asked in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(asked, os._exit, 0)

    app.task(obey)
