"""What is asked of all rows of a read model, or of many by their ids, to decide by and not to show."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.hidden import not_hidden
from projections.model import ReadModel
from projections.question import NOW, Times
from projections.select import in_sight
from projections.tables import tables_of
from projections.tree import held
from projections.visible import Sight, Visible


async def every(
    conn: AsyncConnection, model: ReadModel, tenant: str, names: Sequence[str], times: Times = NOW
) -> list[Mapping[str, Any]]:
    """These columns of all the tenant's rows that are not hidden: for what is held in memory."""
    tables = tables_of(model.database)
    table = (tables.versions if times else tables.rows)[model.name]
    statement = sa.select(*(table.c[name] for name in names)).where(table.c.tenant == tenant, not_hidden(model, table))
    if times:
        statement = statement.where(held(table, times))
    return [dict(row) for row in (await conn.execute(statement)).mappings()]


async def held_by_any(conn: AsyncConnection, model: ReadModel, tenant: str, **values: str) -> bool:
    """Whether any of the tenant's rows, hidden or not, has these values in these columns of its own."""
    table = tables_of(model.database).rows[model.name]
    where = [table.c[name] == value for name, value in values.items()]
    return bool((await conn.execute(sa.select(sa.exists().where(table.c.tenant == tenant, *where)))).scalar())


async def which(
    conn: AsyncConnection, model: ReadModel, tenant: str, ids: Collection[str], visible: Visible
) -> set[str]:
    """Those of these ids whose rows are there, hidden or not, and visible."""
    of, parameters = in_sight(model, tenant, NOW, Sight(visible, hidden=True))
    id = of.expression("id")
    statement = sa.select(id).select_from(of.rows).where(*of.where, id.in_(ids))
    return set((await conn.execute(statement, parameters)).scalars())
