"""Read your own writes: waiting until a database, or its search index, has reached a position."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.log.position import Position, reached
from infra.postgres import in_turn
from projections.catalog import domains_of
from projections.question import PositionLate
from projections.tables import GENERATIONS, POSITIONS, SEARCH_POSITIONS

_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.05


def concerning(database: str, position: Position) -> dict[str, Mapping[int, int]]:
    """The part of a position that the database folds: events of its domains."""
    folded = tuple(f"{domain}.events" for domain in domains_of(database))
    return {topic: partitions for topic, partitions in position.items() if topic.endswith(folded)}


async def wait_for(
    engine: AsyncEngine, database: str, position: Position, *, seconds: float = 5.0, search: bool = False
) -> None:
    """Returns when the database's rows (and with `search` its index) have reached the position; topics that it does
    not fold are no concern of it. Raises PositionLate after `seconds`."""
    wanted = concerning(database, position)
    if not wanted:
        return
    pause = _FIRST_PAUSE
    try:
        async with asyncio.timeout(seconds):
            while not reached(await position_of(engine, database, search=search), wanted):
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE)
    except TimeoutError:
        what = "search index" if search else "rows"
        raise PositionLate(f"The {what} of {database} had not come to {dict(wanted)} after {seconds:g} s.") from None


_REACHED = "select topic, partition, next_offset from {} where grp = (select grp from generations where state = 'live')"
_OF_ROWS, _OF_INDEX = _REACHED.format(POSITIONS.name), _REACHED.format(SEARCH_POSITIONS.name)
_LIVE = sa.select(GENERATIONS.c.grp).where(GENERATIONS.c.state == "live").scalar_subquery()


async def position_of(engine: AsyncEngine, database: str, *, search: bool = False) -> Position:
    """How far the database's live rows have come, or with `search` their index. It is asked many times a second, by
    whoever waits, and so not put together each time."""
    have: dict[str, dict[int, int]] = {}
    async with in_turn(engine) as conn:
        found = await conn.exec_driver_sql(_OF_INDEX if search else _OF_ROWS)
        for topic, partition, offset in cast(Iterable[tuple[str, int, int]], found):
            have.setdefault(topic, {})[partition] = offset
    return have


async def search_lag(conn: AsyncConnection, database: str) -> int:
    """How many positions of the log the search index is behind the rows; 0 when it has caught up."""
    rows, index = POSITIONS.c, SEARCH_POSITIONS.c
    behind = rows.next_offset - sa.func.coalesce(index.next_offset, 0)
    same = sa.and_(index.grp == rows.grp, index.topic == rows.topic, index.partition == rows.partition)
    statement = (
        sa.select(sa.func.coalesce(sa.func.sum(behind), 0))
        .select_from(POSITIONS.outerjoin(SEARCH_POSITIONS, same))
        .where(rows.grp == _LIVE)
    )
    return int((await conn.execute(statement)).scalar_one())
