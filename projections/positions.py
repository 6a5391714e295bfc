"""How far a group has folded the log: read at assignment, and moved on by compare-and-set with the rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg

Partition = tuple[str, int]
"""(topic, partition)"""


class PositionMoved(RuntimeError):
    """Someone else moved a position that this worker believed to be its own; it must end."""


class OutOfLog(RuntimeError):
    """The log holds nothing at the offset at which it must be folded on."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        super().__init__(
            f"{topic}[{partition}] is to be folded on at {offset}, and the log ends before that or begins after it: "
            "events are missing, or it is another log. Bring back the log as it was, or databases that are no newer "
            "than the log."
        )


def ensure(connection: psycopg.Connection, group: str, partitions: Iterable[Partition]) -> dict[Partition, int]:
    """Makes the position rows that are missing and returns where each partition stands."""
    wanted = sorted(partitions)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into positions (grp, topic, partition, next_offset) values (%s, %s, %s, 0) on conflict do nothing",
            [(group, *p) for p in wanted],
        )
        cursor.execute("select topic, partition, next_offset from positions where grp = %s", [group])
        stored = {(topic, partition): offset for topic, partition, offset in cursor.fetchall()}
    return {p: stored[p] for p in wanted}


def lock(cursor: psycopg.Cursor[Any], group: str, expected: Mapping[Partition, int]) -> None:
    """Locks the positions to the end of the transaction; raises PositionMoved unless each is where we left it."""
    locking(cursor.connection, group, expected)()


def locking(connection: psycopg.Connection, group: str, expected: Mapping[Partition, int]) -> Callable[[], None]:
    """The same, asked for at once; what is given raises, and is to be called behind a pipeline."""
    locked = connection.cursor().execute(
        "select topic, partition, next_offset from positions "
        "where grp = %s and (topic, partition) in (select * from unnest(%s::text[], %s::int[])) "
        "order by topic, partition for update",  # always in the same order, so that two do not wait for one another
        [group, [topic for topic, _ in expected], [partition for _, partition in expected]],
    )

    def check() -> None:
        found = {(topic, partition): offset for topic, partition, offset in locked.fetchall()}
        for (topic, partition), offset in expected.items():
            if (stands := found.get((topic, partition), -1)) != offset:
                raise PositionMoved(
                    f"{topic}[{partition}] stands at {stands} in Postgres and this worker left it at {offset}: another "
                    f"worker of {group} folds it. This worker ends; start it again."
                )

    return check


def advance(cursor: psycopg.Cursor[Any], group: str, to: Mapping[Partition, int]) -> None:
    """Moves locked positions on."""
    cursor.executemany(
        "update positions set next_offset = %s where grp = %s and topic = %s and partition = %s",
        [(offset, group, *p) for p, offset in to.items()],
    )


def learned(cursor: psycopg.Cursor[Any], group: str, places: Iterable[tuple[str, int, int]]) -> None:
    """Notes that the group has folded the erasures at these places: topic, partition and offset."""
    cursor.executemany(
        "insert into erased_positions as e (grp, topic, partition, next_offset) values (%s, %s, %s, %s) "
        "on conflict (grp, topic, partition) do update set next_offset = greatest(e.next_offset, excluded.next_offset)",
        [(group, topic, partition, offset + 1) for topic, partition, offset in places],
    )
