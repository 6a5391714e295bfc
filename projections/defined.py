"""The fields that a tenant defined for the records of a read model, as they were at a time."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.model import ReadModel
from projections.own import NONE, Own
from projections.question import NOW, Times
from projections.tables import tables_of
from projections.tree import held
from schemas.generated.crm.field_set import Field
from schemas.wire import read_value

DEFINITIONS = "field_sets"
"""The read model that holds them, of the same database."""


async def defined(conn: AsyncConnection, model: ReadModel, tenant: str, times: Times = NOW) -> Own:
    """None where records of the kind have no such fields."""
    if not model.own or model.aggregate is None:
        return NONE
    tables = tables_of(model.database)
    table = (tables.versions if times else tables.rows)[DEFINITIONS]
    wanted: list[sa.ColumnElement[Any]] = [table.c.tenant == tenant, table.c.record == model.aggregate[1]]
    if times:
        wanted.append(held(table, times))
    found = (await conn.execute(sa.select(table.c.fields).where(*wanted))).scalar()
    return Own(tuple(read_value(Field, each) for each in found or ()))
