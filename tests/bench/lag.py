"""How long after it was recorded an event can be seen in its row.

An event can be read once its database's position has passed it, since both are committed in one transaction. The
position is looked at every few milliseconds, and afterwards each event's recorded time, which is in the history, is
compared with the first look that had passed it: so that every event counts, each late by half a pause on average.
"""

import threading
import time
from bisect import bisect_right
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from infra import postgres
from projections import generations
from tests.platform import Platform

PAUSE = 0.004
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Looks:
    """For each partition the positions that were new when they were seen, in order, and when (seconds since 1970)."""

    positions: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    moments: dict[int, list[float]] = field(default_factory=dict[int, list[float]])

    def note(self, partition: int, position: int) -> None:
        seen = self.positions.setdefault(partition, [])
        if not seen or position > seen[-1]:
            seen.append(position)
            self.moments.setdefault(partition, []).append(time.time())

    def seen(self, partition: int, offset: int) -> float | None:
        """When the event at an offset could first be read; None when that was before the first look, or never."""
        at = bisect_right(self.positions.get(partition, []), offset)
        return None if at in (0, len(self.positions.get(partition, []))) else self.moments[partition][at]


@contextmanager
def looked_at(here: Platform, database: str) -> Generator[Looks]:
    """Looks at the position of a database's events for as long as the block lasts."""
    looks, over = Looks(), threading.Event()
    topic = f"{here.settings.topic_prefix}{database}.events"

    def look() -> None:
        with postgres.connect(here.settings, database) as connection:
            connection.autocommit = True
            while not over.wait(PAUSE):
                asked = connection.execute("select partition, next_offset from positions where topic = %s", [topic])
                for partition, position in asked.fetchall():
                    looks.note(partition, position)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield looks
    finally:
        over.set()
        watcher.join()


def lags(here: Platform, database: str, looks: Looks) -> list[float]:
    """Milliseconds for each event of the database's own topic that could first be read while it was looked at."""
    schema = sql.Identifier(generations.live(here.settings, database).schema)
    topic = f"{here.settings.topic_prefix}{database}.events"
    statement = sql.SQL('select partition, "offset", recorded_at from {}.history where topic = %s').format(schema)
    with psycopg.connect(here.settings.postgres, dbname=postgres.database_name(here.settings, database)) as admin:
        events = admin.execute(statement, [topic]).fetchall()
    seen = ((looks.seen(partition, offset), recorded) for partition, offset, recorded in events)
    return [1000 * (moment - recorded.timestamp()) for moment, recorded in seen if moment is not None]
