"""Read models of the CRM built again from the log, as `nexus360 rebuild crm` does it, and what that could take at best.

Ours is the rebuild's own code with two processes, on a log that holds the commands' events: rows, both times, history
and positions. The clock runs from when the builders stand before the first event until a reader finds the last one's
row and all indexes. Search documents, which are written from rows afterwards, are left out.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import closing

from infra.postgres import connect
from infra.settings import Settings
from streams.rebuild import build
from tests.bench import kafka_tools, postgres
from tests.bench.competitors import asking
from tests.bench.ours import Desk
from tests.bench.peers.peer import Store
from tests.bench.read_models import DATABASE, databases, ends, reaches, watched
from tests.bench.result import EVERY_PEER, Goal, Result
from tests.bench.turns import Entrant, Numbers, Told, in_turns, result

PROCESSES = 2
PYTHON_PEER = "eventsourcing"
SILENT = "http://127.0.0.1:9"
BOUND = (
    "the CPU of both cores: for an event some 165 µs in a builder and 53 in Postgres, 10 of those for indexes. By "
    "cProfile two fifths of a builder's are writing, a quarter folding the row and both times, a quarter reading and "
    "decoding messages, a tenth loading what a batch touches. Each event becomes a line of the history, a version and "
    "a row of sixty columns; the peers write the row. What would lift it: more cores, since builders divide the "
    "partitions among them; folding in code that is not Python."
)


def measure(here: Desk, stores: Sequence[Store], turns: int) -> Sequence[Result]:
    """Every turn builds in databases of its own; those of the first build, which is not counted, give the limits their
    rows."""
    events = here.events
    with databases(here.stage) as settings:
        rebuilt(settings, events)
        name = here.stage.topic("events")
        entrants = [
            Entrant("Nexus360", "ours", f"rebuild with {PROCESSES} processes", lambda: _rebuilt(here, events)),
            *asking(stores, "folds the same events into a table", _peer),
            Entrant("COPY", "limit", _COPY, lambda: {"rate": postgres.copied(settings, BUILT)}),
            Entrant("batched upsert", "limit", UPSERT, lambda: {"rate": postgres.upserted(settings, BUILT, events)}),
            Entrant("consumer", "limit", _READ, lambda: {"rate": kafka_tools.consumed(settings, name, events)}),
        ]
        sides = in_turns(entrants, turns)
    return [result("rebuild of read models", "events/s", "more", "rate", sides, goals(sides), BOUND)]


BUILT = "g2"
"""The schema of the second generation."""
_EVERY = 0.01
_LACKING = """
    select count(*) from pg_indexes one where schemaname = 'g1' and not exists (
        select from pg_indexes other where other.schemaname = 'g2' and other.indexname = one.indexname
    )
"""
"""Indexes of the first generation that the second has not."""
UPSERT = f"into the table of deals alone, by {postgres.BATCH:,} in a transaction, as many rows as there are events"
_COPY = "into a table without keys, in one transaction, the bytes of the history's rows, one for each event"
_READ = "Kafka's ConsumerPerformance reads the committed events"


def _peer(store: Store) -> Numbers:
    return {"rate": store.run("rebuild")["rate"]}


def goals(sides: Sequence[Told]) -> list[Goal]:
    """Faster than every peer, and ten times the one in Python."""
    python = [Goal("at least", 10, each.entrant.name) for each in sides if each.entrant.name.startswith(PYTHON_PEER)]
    return [*python, Goal("at least", 1, EVERY_PEER)]


def _rebuilt(here: Desk, events: int) -> Numbers:
    with databases(here.stage) as settings:
        return {"rate": rebuilt(settings, events)}


def rebuilt(settings: Settings, events: int) -> float:
    """Builds a second generation beside an empty one; events a second until all rows and indexes are there."""
    unsearched, end = settings.model_copy(update={"elasticsearch": SILENT}), ends(settings)
    thread = threading.Thread(target=lambda: build.run(DATABASE, unsearched, _quiet, processes=PROCESSES))
    thread.start()
    try:
        *_, first = watched(settings, 2, lambda sample: len(sample.positions) >= len(end))
        *_, last = watched(settings, 2, reaches(end))
        with closing(connect(settings, DATABASE)) as connection:
            connection.autocommit = True
            while connection.execute(_LACKING).fetchone() != (0,):
                assert thread.is_alive(), f"The rebuild ended {time.time() - last.at:.0f} s after its last row."
                time.sleep(_EVERY)
        return events / (time.time() - first.at)
    finally:
        thread.join()


def _quiet(_: str) -> None:
    """What a rebuild says of its progress."""
