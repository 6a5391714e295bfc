"""The fields that a tenant defined for the records of a read model, as they were at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.model import ReadModel
from projections.own import NONE, Own
from projections.own_formulas import kinds_of
from projections.question import NOW, Times
from projections.tables import tables_of
from projections.tree import held
from schemas.generated.crm.field_set import Field
from schemas.wire import read_value

DEFINITIONS = "field_sets"
"""The read model that holds them, of the same database."""


async def defined(conn: AsyncConnection, model: ReadModel, tenant: str, times: Times = NOW) -> Own:
    """None where records of the kind have no such fields."""
    if not model.own:
        return NONE
    return own_of(model, (await conn.execute(definitions(model, tenant, times))).scalar())


def definitions(model: ReadModel, tenant: Any, times: Times = NOW) -> "sa.Select[Any]":
    """The question after them, which has one answer or none: `own_of` reads it."""
    assert model.aggregate is not None
    tables = tables_of(model.database)
    table = (tables.versions if times else tables.rows)[DEFINITIONS]
    wanted: list[sa.ColumnElement[Any]] = [table.c.tenant == tenant, table.c.record == model.aggregate[1]]
    if times:
        wanted.append(held(table, times))
    return sa.select(table.c.fields).where(*wanted).limit(1)


def own_of(model: ReadModel, found: Sequence[Mapping[str, Any]] | None) -> Own:
    """The fields that are defined so."""
    fields = tuple(read_value(Field, each) for each in found or ())
    return Own(fields, kinds_of(model, fields)) if fields else NONE


def has_formulas(found: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether some of them are computed, asked before all are read."""
    return any(each.get("formula") is not None for each in found or ())
