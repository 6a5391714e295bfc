"""How far a group has folded the log: read at assignment, and moved on by compare-and-set with the rows."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

Partition = tuple[str, int]
"""(topic, partition)"""


class PositionMoved(RuntimeError):
    """Someone else moved a position that this worker believed to be its own; it must end."""


class RebuildRunning(ConnectionError):
    """A rebuild folds this database; workers wait until it is done."""


# Workers hold it together, a rebuild alone.
_FOLDING = 0x6E657866


def join(connection: psycopg.Connection) -> None:
    """Makes this connection one of a worker for as long as it lives; raises RebuildRunning."""
    with connection.transaction():
        row = connection.execute("select pg_try_advisory_lock_shared(%s)", [_FOLDING]).fetchone()
    if row != (True,):
        raise RebuildRunning("A rebuild of this database is running; folding goes on when it is done.")


def take_alone(connection: psycopg.Connection) -> bool:
    """Whether no worker folds this database from now on, for as long as the connection lives."""
    with connection.transaction():
        return connection.execute("select pg_try_advisory_lock(%s)", [_FOLDING]).fetchone() == (True,)


def ensure(connection: psycopg.Connection, group: str, partitions: Iterable[Partition]) -> dict[Partition, int]:
    """Makes the position rows that are missing and returns where each partition stands."""
    wanted = sorted(partitions)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into positions values (%s, %s, %s, 0) on conflict do nothing", [(group, *p) for p in wanted]
        )
        cursor.execute("select topic, partition, next_offset from positions where grp = %s", [group])
        stored = {(topic, partition): offset for topic, partition, offset in cursor.fetchall()}
    return {p: stored[p] for p in wanted}


def lock(cursor: psycopg.Cursor[Any], group: str, expected: Mapping[Partition, int]) -> None:
    """Locks the positions to the end of the transaction; raises PositionMoved unless each is where we left it."""
    found: dict[Partition, int] = {}
    for topic, partition in sorted(expected):
        cursor.execute(
            "select next_offset from positions where grp = %s and topic = %s and partition = %s for update",
            [group, topic, partition],
        )
        row = cursor.fetchone()
        found[topic, partition] = -1 if row is None else row[0]
    for (topic, partition), offset in expected.items():
        if found[topic, partition] != offset:
            raise PositionMoved(
                f"{topic}[{partition}] stands at {found[topic, partition]} in Postgres and this worker left it at "
                f"{offset}: another worker of {group} folds it, or a rebuild began. This worker ends; start it again."
            )


def advance(cursor: psycopg.Cursor[Any], group: str, to: Mapping[Partition, int]) -> None:
    """Moves locked positions on."""
    cursor.executemany(
        "update positions set next_offset = %s where grp = %s and topic = %s and partition = %s",
        [(offset, group, *p) for p, offset in to.items()],
    )
