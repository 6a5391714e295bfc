"""What stands below a record, level by level, and how much there is of what belongs to all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.defined import defined
from projections.model import ReadModel
from projections.moved import follow, refers_of
from projections.question import MAX_LIMIT, NOW, Filter, QueryError, Times
from projections.select import conditions, labelled, shown, source
from projections.statement import fields_of
from projections.tree import WITHIN, leveled, trunk_of
from projections.visible import ALL, Sight

DEEPEST = 20
"""Levels that are shown at once."""


@dataclass(frozen=True, slots=True)
class Branches:
    """Of a level the records in sight, of which there are `count`, and the first of them by name."""

    level: int
    count: int
    items: Sequence[dict[str, Any]]


async def branches(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    id: str,
    *,
    depth: int = 3,
    limit: int = 50,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    sight: Sight = ALL,
) -> list[Branches]:
    """The levels below a record, at most `depth` of them and of each at most `limit` records, shown as lists show them.
    A record that is not seen is left out; what stands below it is not. Raises QueryError: bad_depth, bad_limit,
    unknown_field."""
    if not 1 <= depth <= DEEPEST:
        raise QueryError("bad_depth", f"depth must be between 1 and {DEEPEST}, not {depth}", "depth")
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    trunk = trunk_of(model)
    assert trunk is not None
    own = await defined(conn, model, tenant, times)
    columns, of = fields_of(model, fields), source(model, tenant, times, sight, own)
    places, identity = leveled(trunk, tenant, times, id, depth), of.expression("id")
    order = (of.expression(model.search[0]), identity) if model.search else (identity,)
    numbers = (
        places.c.level.label("level_of_row"),
        sa.func.count().over(partition_by=places.c.level).label("rows_of_level"),
        sa.func.row_number().over(partition_by=places.c.level, order_by=order).label("number_of_row"),
    )
    rows = of.rows.join(places, sa.and_(places.c.id == identity, places.c.level > 0))
    every_one = sa.select(*labelled(of), of.parked.label("parked"), *numbers).select_from(rows).where(*of.where)
    every_one = every_one.subquery()
    statement = (
        sa.select(every_one)
        .where(every_one.c.number_of_row <= limit)
        .order_by(every_one.c.level_of_row, every_one.c.number_of_row)
    )
    found: dict[int, Branches] = {}
    for row in (await conn.execute(statement)).mappings():
        item = shown(model, columns, row, sight, own) | {"parked": row["parked"]}
        level = found.get(row["level_of_row"], Branches(row["level_of_row"], row["rows_of_level"], ()))
        found[level.level] = Branches(level.level, level.count, (*level.items, item))
    items = [row for level in found.values() for row in level.items]
    await follow(conn, tenant, refers_of(model.database, own), items, times)
    return list(found.values())


async def counted(
    conn: AsyncConnection, model: ReadModel, tenant: str, root: str, times: Times = NOW, sight: Sight = ALL
) -> int:
    """How many rows in sight belong to a record and to those below it."""
    of = source(model, tenant, times, sight)
    inside = conditions(of, (), [Filter(WITHIN, "eq", root)], model.name)
    statement = sa.select(sa.func.count()).select_from(of.rows).where(*of.where, *inside)
    return (await conn.execute(statement)).scalar_one()
