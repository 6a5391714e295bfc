"""One row, and pages of rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import cursor as cursors
from projections.catalog import models_by_name
from projections.columns import Column
from projections.model import ReadModel
from projections.question import MAX_LIMIT, NOW, Filter, Page, QueryError, Times
from projections.select import Source, answer_columns, conditions, held, shown, source
from projections.tables import tables_of
from projections.visible import ALL, Sight, Visible, holds

_PARKED = "parked"


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
    if times:
        of = source(model, tenant, times)
        columns = answer_columns(model)
        found = (await conn.execute(_select(of).where(of.expression("id") == id))).mappings().one_or_none()
    else:
        statement, columns = _current(model.database, model.name)
        found = (await conn.execute(statement, {"the_tenant": tenant, "the_id": id})).mappings().one_or_none()
    if found is None or not holds(sight.records, {name: found[column] for name, column in model.access.items()}):
        return None
    row = shown(model, columns, found, sight)
    return {"row": row, "version": row["version"], "parked": found[_PARKED]}


@cache
def _current(database: str, name: str) -> tuple["sa.Select[Any]", list[Column]]:
    """The row of an id as it is now, and its columns, once for all: building these takes as long as running them."""
    model = models_by_name(database)[name]
    of = source(model, cast(str, sa.bindparam("the_tenant", type_=sa.Text())), NOW)
    statement = _select(of).where(of.expression("id") == sa.bindparam("the_id", type_=sa.Text()))
    return statement, answer_columns(model)


async def list_(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    secret: bytes,
    filters: Sequence[Filter] = (),
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    search_ids: Sequence[str] | None = None,
    sight: Sight = ALL,
    marked: bool = False,
) -> Page:
    """Rows as in `get`, each with `parked: bool` beside its fields. `sort` is a column, with `-` before it descending.

    Without `sort` rows come in the order of their ids. `search_ids` (from `search`) keeps those rows only, in that
    order unless `sort` is given; the next page asks the search again. Rows without a value come last. Only rows in
    sight are there, and what is not seen of one counts as missing. `marked` gives a cursor for each row.
    Raises QueryError. A cursor belongs to the question it came from, and is signed with `secret`.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    columns = _fields(model, fields)
    of = source(model, tenant, times, sight)
    column, key, descending = _order(model, of, sort, search_ids)
    identity = of.expression("id")
    statement = _select(of).add_columns(key.label("sort_key"))
    statement = statement.where(*conditions(of, ("id", *model.filters), filters, model.name))
    if search_ids is not None:
        statement = statement.where(identity.in_(search_ids))
    question = _question(model, tenant, sort, filters, times, searched=search_ids is not None)
    if cursor is not None:
        statement = statement.where(
            _after(key, identity, descending, *cursors.read(cursor, question, column.kind, secret))
        )
    ordered = key.desc() if descending else key.asc()
    statement = statement.order_by(ordered.nulls_last(), identity).limit(limit + 1)
    found = (await conn.execute(statement)).mappings().all()
    return _page(model, columns, found, limit, sight, _marker(question, secret), marked=marked)


async def related(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    column: str,
    values: Collection[str],
    *,
    secret: bytes,
    filters: Sequence[Filter] = (),
    sort: str | None = None,
    limit: int = 50,
    times: Times = NOW,
    sight: Sight = ALL,
) -> Mapping[str, Page]:
    """The first page of each of the lists whose rows have one of these values in a column, in one question. Each is
    that of `list_` with the filter on the column as the last one, `marked`; a value that no row has is not there.

    Raises QueryError.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    columns, of = answer_columns(model), source(model, tenant, times, sight)
    _, key, descending = _order(model, of, sort, None)
    its, identity = of.expression(column), of.expression("id")
    ordered = (key.desc() if descending else key.asc()).nulls_last()
    number = sa.func.row_number().over(partition_by=its, order_by=(ordered, identity))
    every_one = _select(of).add_columns(key.label("sort_key"), number.label("number_of_row"))
    every_one = every_one.where(*conditions(of, ("id", *model.filters), filters, model.name))
    numbered_rows = every_one.where(its.in_(list(values))).subquery()
    number_of_row = numbered_rows.c.number_of_row
    statement = sa.select(numbered_rows).where(number_of_row <= limit + 1).order_by(number_of_row)
    grouped: dict[str, list[Mapping[Any, Any]]] = {}
    for row in (await conn.execute(statement)).mappings():
        grouped.setdefault(row[column], []).append(row)
    pages: dict[str, Page] = {}
    for value, found in grouped.items():
        asked = [*filters, Filter(column, "eq", value)]
        marker = _marker(_question(model, tenant, sort, asked, times, searched=False), secret)
        pages[value] = _page(model, columns, found, limit, sight, marker, marked=True)
    return pages


def _page(
    model: ReadModel,
    columns: Sequence[Column],
    found: Sequence[Mapping[Any, Any]],
    limit: int,
    sight: Sight,
    cursor_of: Callable[[Mapping[Any, Any]], str],
    *,
    marked: bool,
) -> Page:
    """The rows that were found, of which there may be one more than a page holds."""
    items = [shown(model, columns, row, sight) | {_PARKED: row[_PARKED]} for row in found[:limit]]
    following = cursor_of(found[limit - 1]) if len(found) > limit else None
    return Page(items, following, [cursor_of(row) for row in found[:limit]] if marked else ())


def _marker(question: str, secret: bytes) -> Callable[[Mapping[Any, Any]], str]:
    """Gives the cursor after a row."""
    return lambda row: cursors.write(question, row["sort_key"], row["id"], secret)


def _question(
    model: ReadModel, tenant: str, sort: str | None, filters: Sequence[Filter], times: Times, *, searched: bool
) -> str:
    """What a cursor is bound to."""
    return cursors.question_digest([model.name, model.version, tenant, sort, filters, times, not searched])


async def numbered(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    filters: Sequence[Filter] = (),
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
    page = _select(of).where(*where).order_by(of.expression("id")).offset(skip).limit(limit)
    return total, [shown(model, columns, row, sight) for row in (await conn.execute(page)).mappings()]


async def every(
    conn: AsyncConnection, model: ReadModel, tenant: str, names: Sequence[str], times: Times = NOW
) -> list[Mapping[str, Any]]:
    """These columns of all the tenant's rows: for what is held in memory."""
    tables = tables_of(model.database)
    table = (tables.versions if times else tables.rows)[model.name]
    statement = sa.select(*(table.c[name] for name in names)).where(table.c.tenant == tenant)
    if times:
        statement = statement.where(held(table, times))
    return [dict(row) for row in (await conn.execute(statement)).mappings()]


async def which(
    conn: AsyncConnection, model: ReadModel, tenant: str, ids: Collection[str], visible: Visible
) -> set[str]:
    """Those of these ids whose rows are there and visible."""
    of = source(model, tenant, NOW, Sight(visible))
    id = of.expression("id")
    statement = sa.select(id).select_from(of.rows).where(*of.where, id.in_(ids))
    return set((await conn.execute(statement)).scalars())


def _select(of: Source) -> "sa.Select[Any]":
    visible = [expression.label(name) for name, (_, expression) in of.columns.items()]
    return sa.select(*visible, of.parked.label(_PARKED)).select_from(of.rows).where(*of.where)


def _fields(model: ReadModel, fields: Sequence[str] | None) -> list[Column]:
    columns = answer_columns(model)
    if fields is None:
        return columns
    names = [c.name for c in columns]
    for name in fields:
        if name not in names:
            raise QueryError(
                "unknown_field", f"{model.name} has no field {name!r}; it has {', '.join(names)}", "fields"
            )
    return [c for c in columns if c.name == "id" or c.name in fields]


def _order(
    model: ReadModel, of: Source, sort: str | None, search_ids: Sequence[str] | None
) -> tuple[Column, "sa.ColumnElement[Any]", bool]:
    """(column, expression, whether descending)."""
    if sort is None and search_ids is not None:
        rank = sa.func.array_position(sa.cast(list(search_ids), sa.ARRAY(sa.Text())), of.expression("id"))
        return Column("rank", "integer", False), rank, False
    name = "id" if sort is None else sort.removeprefix("-")
    if name not in ("id", *model.sorts):
        offered = ", ".join(("id", *model.sorts))
        raise QueryError("unknown_sort", f"{model.name} cannot be sorted by {name!r}; it can by {offered}", "sort")
    return *of.columns[name], sort is not None and sort.startswith("-")


def _after(
    key: "sa.ColumnElement[Any]", identity: "sa.ColumnElement[Any]", descending: bool, value: Any, id: str
) -> "sa.ColumnElement[bool]":
    """Rows that come after the one with this sort value and id; those without a value come last."""
    if value is None:
        return sa.and_(key.is_(None), identity > id)
    beyond = key < value if descending else key > value
    return sa.or_(beyond, sa.and_(key == value, identity > id), key.is_(None))
