"""One row, and pages of rows."""

from collections.abc import AsyncGenerator, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.defined import defined, definitions, has_formulas, own_of
from projections.model import ReadModel
from projections.moved import follow, refers_in, refers_of
from projections.order import keys_of
from projections.own import HELD_IN, NONE, Own
from projections.paging import PARKED, with_parked
from projections.question import MAX_LIMIT, NOW, Times, Where
from projections.select import (
    TENANT,
    answer_columns,
    computed_of,
    conditions,
    given,
    names_above,
    showing,
    shown,
    source,
    the_tenant,
)
from projections.statement import DEFINED, columns_shown, fields_of, narrowed, select_rows
from projections.together import Asking, Ready, Rows, ready, together
from projections.visible import ALL, EVERYTHING, Sight, holds, under_names

_ID = "the_id"


async def get(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    id: str,
    times: Times = NOW,
    sight: Sight = ALL,
) -> dict[str, Any] | None:
    """`{"row": {...}, "version": int, "parked": bool}`, or None where there is (or was) no such row, or none in sight.

    `row` holds id, the row's fields, the joined names and the system columns version, created_at, updated_at and
    recorded_at. Values are str, int, Decimal, bool, datetime, date, list[str] and None; Money is
    `{"amount": Decimal, "currency": str}`; enums are their text. Fields that are not seen are None, and named in
    `hidden`, which is there when there are any.
    """
    (found,) = await together(conn, [one(model, tenant, id, times, sight)])
    return await row_of(conn, model, tenant, id, found, times, sight)


def one(model: ReadModel, tenant: str, id: str, times: Times, sight: Sight) -> Asking:
    """The question after that row. Raises QueryError(no_times)."""
    limited = bool(times) or bool(names_above(model, sight))  # else what is in sight is found out of the row
    by, seen = under_names(Sight(sight.records if limited else EVERYTHING, hidden=sight.hidden))
    return _of_id(model.database, model.name, by, times), {TENANT: tenant, _ID: id, **seen}


async def row_of(
    conn: AsyncConnection, model: ReadModel, tenant: str, id: str, found: Rows, times: Times, sight: Sight
) -> dict[str, Any] | None:
    """The row of what was found by that, as `get` gives it."""
    if not found:
        return None
    (values,) = found
    if not holds(sight.records, {name: values[column] for name, column in model.access.items()}):
        return None
    told = values[DEFINED] if model.own else None
    own, refers = own_of(model, told) if has_formulas(told) else NONE, refers_in(model.database, told)
    row = shown(model, columns_shown(model.database, model.name), values, sight)
    if own.computed and row[HELD_IN] is not None:
        of = source(model, tenant, times, sight, own)
        formulas = sa.select(*computed_of(of)).select_from(of.rows).where(*of.where, of.expression("id") == id)
        row[HELD_IN] = row[HELD_IN] | given(own, (await conn.execute(formulas)).mappings().one())
    await follow(conn, tenant, refers, [row], times)
    return {"row": row, "version": row["version"], "parked": values[PARKED]}


@lru_cache(256)
def _of_id(database: str, name: str, sight: Sight, times: Times) -> Ready:
    """The question after the row of an id."""
    model, tenant = models_by_name(database)[name], the_tenant()
    of = source(model, tenant, times, sight)
    statement = select_rows(of).where(of.expression("id") == sa.bindparam(_ID, type_=sa.Text()))
    if model.own:
        statement = statement.add_columns(definitions(model, tenant, times).scalar_subquery().label(DEFINED))
    return ready(statement)


async def batches(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    filters: Sequence[Where] = (),
    sort: str | None = None,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    search_ids: Sequence[str] | None = None,
    sight: Sight = ALL,
    own: Own = NONE,
    size: int = 500,
) -> AsyncGenerator[list[dict[str, Any]]]:
    """All rows that `list_` would give page by page, in one snapshot, so many at a time: a cursor of Postgres holds the
    others. Raises QueryError."""
    own = own if own.fields else await defined(conn, model, tenant, times)
    columns = fields_of(model, fields, own)
    of = source(model, tenant, times, sight, own)
    keys = keys_of(model, of, sort, search_ids)
    statement = narrowed(model, of, select_rows(of), filters, search_ids, columns)
    statement = statement.order_by(*(key.ordered() for key in keys), of.expression("id"))
    refers = refers_of(model.database, own)
    show = showing(model, columns, sight, own)
    found = await conn.stream(statement, execution_options={"yield_per": size})
    async for rows in found.mappings().partitions():
        batch = [with_parked(show, row) for row in rows]
        await follow(conn, tenant, refers, batch, times)
        yield batch


async def numbered(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    filters: Sequence[Where] = (),
    skip: int = 0,
    limit: int = MAX_LIMIT,
    sight: Sight = ALL,
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows there are, and those after the first `skip` in the order of their ids: for protocols that number
    pages. Raises QueryError."""
    of, columns = source(model, tenant, NOW, sight), answer_columns(model)
    where = conditions(of, ("id", *model.filters), filters, model.name)
    counted = sa.select(sa.func.count()).select_from(of.rows).where(*of.where, *where)
    total = (await conn.execute(counted)).scalar_one()
    page = select_rows(of).where(*where).order_by(of.expression("id")).offset(skip).limit(limit)
    show = showing(model, columns, sight)
    return total, [show(row) for row in (await conn.execute(page)).mappings()]


def check_question(
    model: ReadModel, filters: Sequence[Where], sort: str | None, fields: Sequence[str] | None, own: Own = NONE
) -> None:
    """Raises QueryError for what `list_` could not be asked, without asking it."""
    of = source(model, "", NOW, own=own)
    conditions(of, ("id", *model.filters), filters, model.name)
    keys_of(model, of, sort, None)
    fields_of(model, fields, own)
