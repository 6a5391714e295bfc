"""Compares a database's live tables with the log, folded anew.

The log is folded into a generation of its own exactly up to where the live one stood in a snapshot of Postgres; then
both are read in order of key and compared, the live one in that snapshot. Nobody waits, and nothing is left of it.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from multiprocessing import get_context

import psycopg
import sqlalchemy as sa
from psycopg import sql

from infra.log.end import broker_ends, broker_starts
from infra.postgres import connect
from infra.settings import Settings
from projections import generations
from projections.generations import Generation
from projections.positions import Partition
from projections.tables import tables_of
from streams.projector.app import topics_of
from streams.rebuild import fold
from streams.rebuild.build import at_once, partitions_of, shares
from streams.verify.difference import Difference, Row, merged

_AT_ONCE = 5000
_LOCKED = 0.5
# When a key was parked, and with which words, is no matter of the log.
_NOT_COMPARED = {"parked": {"parked_at", "reason", "trace"}}


class NotFolded(RuntimeError):
    """The log could not be folded to be compared with; the message says where to look."""


def compare(settings: Settings, database: str, say: Callable[[str], None]) -> Iterator[Difference]:
    """Every difference between the live tables and the fold of the log. One verification of a database runs at a time,
    others wait. Raises NotFolded."""
    generations.ensure(settings, database)
    with closing(connect(settings, database)) as turn, closing(connect(settings, database)) as snapshot:
        _wait_for_others(turn, database, say)
        _forget(settings, database)
        snapshot.execute("set transaction isolation level repeatable read, read only")
        live = generations.found(snapshot)
        assert live is not None, "there is a live generation once the tables are made"
        bounds = _positions(snapshot, generations.group_of(settings, database, live.number))
        if beyond := list(_beyond_the_log(settings, database, bounds)):
            yield from beyond
            return
        scratch = generations.scratch(settings, database)
        try:
            say(f"{database}: folding the log up to where generation {live.number} stands")
            _fold(settings, database, scratch, bounds)
            for table in _compared(database):
                yield from _differences(settings, snapshot, database, table, live, scratch, say)
        finally:
            generations.drop(settings, database, scratch)


def _wait_for_others(turn: psycopg.Connection, database: str, say: Callable[[str], None]) -> None:
    said = False
    while not generations.verifies_alone(turn):
        if not said:
            say(f"{database}: another verification runs; waiting for it.")
        said = True
        time.sleep(_LOCKED)


def _forget(settings: Settings, database: str) -> None:
    """Removes what a verification that was killed left behind."""
    for each in generations.every(settings, database):
        if each.state == "scratch":
            generations.drop(settings, database, each)


def _positions(snapshot: psycopg.Connection, group: str) -> dict[Partition, int]:
    found = snapshot.execute("select topic, partition, next_offset from positions where grp = %s", [group])
    return {(topic, number): offset for topic, number, offset in found}


def _beyond_the_log(settings: Settings, database: str, bounds: Mapping[Partition, int]) -> Iterator[Difference]:
    """Partitions of which more was folded than the log holds, so that it cannot be folded again to be compared."""
    topics = topics_of(settings, database)
    starts, ends = broker_starts(settings, topics), broker_ends(settings, topics)
    for topic, number in partitions_of(settings, database):
        place, stands = (topic, number), bounds.get((topic, number), 0)
        if stands > ends[place]:
            what = f"stands at {stands}, and the log ends at {ends[place]}"
            yield Difference(f"{database}.positions", f"{topic}[{number}]", what)
        elif stands > 0 and starts[place] > 0:
            what = f"was folded from the beginning, and the log begins at {starts[place]}"
            yield Difference(f"{database}.positions", f"{topic}[{number}]", what)


def _fold(settings: Settings, database: str, scratch: Generation, bounds: dict[Partition, int]) -> None:
    context = get_context("spawn")
    ended = context.Event()
    partitions = [each for each in partitions_of(settings, database) if each in bounds]
    processes = [
        context.Process(target=fold.run, args=(settings, database, scratch, share, ended, bounds), daemon=True)
        for share in shares(partitions, at_once(settings, database))
    ]
    for process in processes:
        process.start()
    try:
        for process in processes:
            process.join()
            if process.exitcode != 0:
                raise NotFolded(f"Folding {database} ended with {process.exitcode}; its error is above.")
    finally:
        ended.set()


def _compared(database: str) -> list[sa.Table]:
    tables = tables_of(database)
    return [*tables.rows.values(), *tables.versions.values(), tables.history, tables.parked]


def _differences(
    settings: Settings,
    snapshot: psycopg.Connection,
    database: str,
    table: sa.Table,
    live: Generation,
    scratch: Generation,
    say: Callable[[str], None],
) -> Iterator[Difference]:
    where, count = f"{database}.{table.name}", 0

    def counted(rows: Iterator[Row]) -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    left = [c.name for c in table.c if c.name not in _NOT_COMPARED.get(table.name, ())]
    key = [c.name for c in table.primary_key.columns]
    columns = [*key, *(name for name in left if name not in key)]
    with (
        closing(connect(settings, database)) as other,
        _rows(other, scratch, table, columns, len(key)) as expected,
        _rows(snapshot, live, table, columns, len(key)) as there,
    ):
        yield from merged(where, columns, len(key), counted(there), expected)
    say(f"{where}: {count:,} rows compared")


@contextmanager
def _rows(
    connection: psycopg.Connection, of: Generation, table: sa.Table, columns: list[str], keys: int
) -> Generator[Iterator[Row]]:
    """The rows in order of key, as Python orders text."""
    ordered = [
        sql.SQL('{} collate "C"' if isinstance(table.c[name].type, sa.Text) else "{}").format(sql.Identifier(name))
        for name in columns[:keys]
    ]
    statement = sql.SQL("select {} from {} order by {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(of.schema, table.name),
        sql.SQL(", ").join(ordered),
    )
    with connection.cursor(name=f"verify_{of.number}") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(statement)
        yield iter(cursor)
