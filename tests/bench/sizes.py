"""What a million events take: on disk in the log, in the processor's store and in the read models, and in memory.

Disk is counted in blocks of the topics' folders on the broker, once for each kind, as they are before anything is
compacted away or expires. What the sample's 23,811 events take is told for a million. Memory is what processes have
resident after they came to the end of the log, as it is.
"""

import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg

from infra.postgres import database_name
from infra.settings import Settings, load
from tests.bench.competitors import asking
from tests.bench.ours import Desk
from tests.bench.peers.peer import Store
from tests.bench.read_models import DATABASE, databases, rate
from tests.bench.result import Result
from tests.bench.turns import Entrant, Numbers, Told, in_turns, result
from tests.integration.projector_log import worker

MILLION = 1_000_000
KINDS = ("events", "snapshots", "commands")
_BLOCK = 512
_MB = 1e6
LOG_BOUND = (
    "headers: an event has thirteen, with ids as text, so that any client can read them without a schema; batches are "
    "not compressed."
)
ROWS_BOUND = (
    "each event is kept three times: in history with its bytes, as a version of its row with both times, and in the "
    "row."
)
MEMORY_BOUND = "not profiled: two interpreters with their libraries, and buffers of what Kafka has sent."


def measure(here: Desk, stores: Sequence[Store]) -> Sequence[Result]:
    """Once: sizes do not depend on the moment."""
    here.start()
    peers = asking(stores, "all tables of its store; its process after loads", of_peer)
    sides = in_turns([Entrant("Nexus360", "ours", _HOW, lambda: sized(here)), *peers], 1)
    here.stop()
    return results("", sides)


_HOW = "topics of commands, events and snapshots and the processor's store; processor and projector"


def sized(here: Desk) -> Numbers:
    """The sizes once all is in the log and its processor is running, in MB for a million events."""
    log = {kind: _on_disk(here.stage.settings, here.stage.topic(kind)) for kind in KINDS}
    store = _blocks(here.stage.settings.data / "processors")
    processor = sum(resident(process) for process in here.processors.values())
    with (
        databases(here.stage) as settings,
        worker(settings, DATABASE, settings.data / "projector.log") as projector,
    ):
        rate(settings, 1, here.events, since_first=True)
        memory = resident(projector)
        rows = _rows(settings)
    each = MILLION / here.events / _MB
    return {
        **{kind: size * each for kind, size in log.items()},
        "store": store * each,
        "disk": (sum(log.values()) + store) * each,
        "rows": rows * each,
        "processor": processor / _MB,
        "projector": memory / _MB,
        "memory": (processor + memory) / _MB,
    }


def results(of: str, sides: Sequence[Told]) -> Sequence[Result]:
    """Disk, read models and memory, with the parts of ours beside the whole."""

    def parts(whole: Result, *names: str) -> Result:
        made = [replace(sides[0].side(name), name=f"Nexus360, {name} alone", how=f"{name} alone") for name in names]
        return replace(whole, others=[*made, *whole.others])

    disk = result(f"disk of the log and states{of}", "MB for a million events", "less", "disk", sides, [], LOG_BOUND)
    rows = result(f"disk of the read models{of}", "MB for a million events", "less", "rows", sides, [], ROWS_BOUND)
    memory = result(f"resident memory{of}", "MB", "less", "memory", sides, [], MEMORY_BOUND)
    return [parts(disk, *KINDS, "store"), rows, parts(memory, "processor", "projector")]


def of_peer(store: Store) -> Numbers:
    """A peer's disk and memory by the names of ours."""
    told = store.run("size")
    return {"disk": told["bytes_per_event"] * MILLION / _MB, "memory": told["memory"] / _MB}


def _on_disk(settings: Settings, topic: str) -> int:
    """Bytes of a topic's folders, one for each partition. Raises RuntimeError when the broker is not the local one."""
    folders = [load().data / "kafka/log" / f"{topic}-{number}" for number in range(settings.partitions)]
    if missing := [folder for folder in folders if not folder.exists()]:
        raise RuntimeError(f"There is no folder {missing[0].name}: sizes can be measured on the local stack alone.")
    return sum(map(_blocks, folders))


def _blocks(folder: Path) -> int:
    return sum(path.stat().st_blocks * _BLOCK for path in folder.rglob("*") if path.is_file())


def _rows(settings: Settings) -> int:
    """Bytes of the live generation's tables with their indexes."""
    asked = (
        "select sum(pg_total_relation_size(c.oid))::bigint from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'g1' and c.relkind = 'r'"
    )
    with closing(psycopg.connect(settings.postgres, dbname=database_name(settings, DATABASE))) as connection:
        row = connection.execute(asked).fetchone()
    assert row is not None
    return row[0]


def resident(process: "subprocess.Popen[bytes]") -> int:
    """Bytes."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return 1024 * int(line.split()[1])
    raise RuntimeError(f"The process {process.pid} has ended.")
