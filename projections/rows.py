"""One row, and pages of rows."""

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.columns import Column, Kind, currency_of
from projections.defined import defined, definitions, has_formulas, own_of
from projections.model import ReadModel
from projections.moved import Refers, follow, refers_in, refers_of
from projections.order import Key, Stretch, after, before, keys_of, stretches
from projections.own import HELD_IN, NONE, Own, columns_of_own, is_own, names_own
from projections.paging import PARKED, in_order, keyed, marker_of, page_of, place_of, question_of
from projections.question import MAX_LIMIT, NOW, Filter, Page, QueryError, Times, Where, flat
from projections.select import (
    TENANT,
    Source,
    answer_columns,
    computed_of,
    conditions,
    given,
    labelled,
    names_above,
    now,
    showing,
    shown,
    source,
    the_tenant,
)
from projections.tables import tables_of
from projections.together import Ready, ready, together
from projections.values import condition, named_in
from projections.visible import ALL, EVERYTHING, Sight, as_sql, holds

_DEFINED, _ID = "defined", "the_id"
_WANTED, _NUMBER = "wanted_value", "number_of_row"


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
    limited = bool(times) or bool(names_above(model, sight))
    by = Sight(sight.records if limited else EVERYTHING, hidden=sight.hidden)
    question, columns = _of_id(model.database, model.name, by, times)
    (rows,) = await together(conn, [(question, {TENANT: tenant, _ID: id})])
    found = rows[0] if rows else None
    told = None if found is None or not model.own else found[_DEFINED]
    own, refers = own_of(model, told) if has_formulas(told) else NONE, refers_in(model.database, told)
    if found is None or not holds(sight.records, {name: found[column] for name, column in model.access.items()}):
        return None
    row = shown(model, columns, found, sight)
    if own.computed and row[HELD_IN] is not None:
        of = source(model, tenant, times, sight, own)
        formulas = sa.select(*computed_of(of)).select_from(of.rows).where(*of.where, of.expression("id") == id)
        row[HELD_IN] = row[HELD_IN] | given(own, (await conn.execute(formulas)).mappings().one())
    await follow(conn, tenant, refers, [row], times)
    return {"row": row, "version": row["version"], "parked": found[PARKED]}


@lru_cache(256)
def _of_id(database: str, name: str, sight: Sight, times: Times) -> tuple[Ready, list[Column]]:
    """The question after the row of an id, and its columns."""
    model, tenant = models_by_name(database)[name], the_tenant()
    of = source(model, tenant, times, sight)
    statement = _select(of).where(of.expression("id") == sa.bindparam(_ID, type_=sa.Text()))
    if model.own:
        statement = statement.add_columns(definitions(model, tenant, times).scalar_subquery().label(_DEFINED))
    return ready(statement), answer_columns(model)


@lru_cache(200)
def _now(
    database: str, name: str, *, hidden: bool, shown: Sequence[str] | None = None
) -> tuple[Source, "sa.Select[Any]"]:
    """All rows as they are now, and of them what is shown, or all, once for all: building these takes as long as
    running them."""
    of = now(database, name, hidden=hidden)
    return of, _select(of, shown)


def _selected(
    model: ReadModel, tenant: str, times: Times, sight: Sight, own: Own, columns: Sequence[Column]
) -> tuple[Source, "sa.Select[Any]", Mapping[str, str]]:
    """The rows in sight, what is selected of them, and the parameters of that. Where only these columns are shown
    Postgres need not join what none of them is of."""
    if times or own.fields or sight.fields or names_above(model, sight):
        of = source(model, tenant, times, sight, own)
        return of, _select(of), {}
    shown = tuple(name for column in columns for name in names_in(column))
    of, rows = _now(model.database, model.name, hidden=sight.hidden, shown=shown)
    if sight.records != EVERYTHING:
        rows = rows.where(as_sql(sight.records, lambda attribute: of.expression(model.access[attribute])))
    return of, rows, {TENANT: tenant}


async def list_(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    secret: bytes,
    filters: Sequence[Where] = (),
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    search_ids: Sequence[str] | None = None,
    sight: Sight = ALL,
    own: Own = NONE,
    marked: bool = False,
    until: str | None = None,
    backwards: bool = False,
) -> Page:
    """Rows as in `get`, each with `parked: bool` beside its fields. `sort` is as in `stage,-amount`: columns, each
    with `-` before it descending.

    Without `sort` rows come in the order of their ids. `search_ids` (from `search`) keeps those rows only, in that
    order unless `sort` is given; the next page asks the search again. Rows without a value come last. Only rows in
    sight are there, and what is not seen of one counts as missing. `marked` gives a cursor for each row.
    `until` is the cursor of a row before which all rows stand. `backwards` gives the last rows in place of the first,
    in the same order, and `next_cursor` that of the first of them, where there are some before it.
    Raises QueryError. A cursor belongs to the question it came from, and is signed with `secret`.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    if not own.fields and _asks_of_own(filters, sort, fields):
        own = await defined(conn, model, tenant, times)
    columns = fields_of(model, fields, own)
    of, rows, parameters = _selected(model, tenant, times, sight, own, columns)
    keys, identity = keys_of(model, of, sort, search_ids), of.expression("id")
    statement = keyed(_asked(model, of, rows, filters, search_ids, columns), keys)
    if not times:
        statement = statement.where(*_found_first(model, of, tenant, filters))
    if shows_own := _shows_own(model, own, columns):
        statement = statement.add_columns(definitions(model, tenant, times).scalar_subquery().label(_DEFINED))
    question = question_of(model, tenant, sort, filters, times, searched=search_ids is not None)
    kinds: list[Kind] = [key.column.kind for key in keys]
    values: list[Any] | None = None
    if cursor is not None:
        values, *_ = last = place_of(cursor, question, kinds, secret, identity)
        statement = statement.where(after(keys, *last))
    if until is not None:
        statement = statement.where(before(keys, *place_of(until, question, kinds, secret, identity, "before")))
    parts = [Stretch(sa.true(), keys)]
    if (ordered := _ordering(model, keys, times)) is not None and until is None and not backwards:
        parts = stretches(keys, values, filters, joined=ordered is not model)
    found: list[Mapping[Any, Any]] = []
    for part in parts:
        asked = statement.where(part.condition).order_by(*in_order(part.keys, identity, backwards=backwards))
        found += (await conn.execute(asked.limit(limit + 1 - len(found)), parameters)).mappings().all()
        if len(found) > limit:
            break
    if shows_own and found and has_formulas(told := found[0][_DEFINED]):
        return await list_(
            conn, model, tenant, secret=secret, filters=filters, sort=sort, cursor=cursor, limit=limit, fields=fields,
            times=times, search_ids=search_ids, sight=sight, own=own_of(model, told), marked=marked, until=until,
            backwards=backwards,
        )  # fmt: skip
    marker = marker_of(question, len(keys), secret)
    page = page_of(model, columns, found, limit, sight, own, marker, marked=marked, backwards=backwards)
    await follow(conn, tenant, _refers(model, own, found, told=shows_own), page.items, times)
    return page


async def related(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    column: str,
    values: Collection[str],
    *,
    secret: bytes,
    filters: Sequence[Where] = (),
    sort: str | None = None,
    limit: int = 50,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    sight: Sight = ALL,
    own: Own = NONE,
    backwards: bool = False,
) -> Mapping[str, Page]:
    """The first page of each of the lists whose rows have one of these values in a column, or among what it lists, in
    one question. Each is that of `list_` with a filter on the column beside the others, `marked`; a value that no row
    has is not there. It is the last page where it is asked `backwards`.

    Raises QueryError.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    if not own.fields and _asks_of_own(filters, sort, fields):
        own = await defined(conn, model, tenant, times)
    columns = fields_of(model, fields, own)
    of, rows, parameters = _selected(model, tenant, times, sight, own, columns)
    if shows_own := _shows_own(model, own, columns):
        rows = rows.add_columns(definitions(model, tenant, times).scalar_subquery().label(_DEFINED))
    keys, identity = keys_of(model, of, sort, None), of.expression("id")
    held = partial(named_in, of.column(column), of.expression(column))
    order = in_order(keys, identity, backwards=backwards)
    every_one = keyed(_asked(model, of, rows, filters, None, columns), keys)
    together = bool(times) or column in listing(model)
    if together:
        any_of_them = Filter(column, "in", tuple(values))
        every_one = every_one.where(condition(of.column(column), of.expression(column), any_of_them))
    statement = (_at_once if together else _one_by_one)(every_one, held, values, order, limit + 1)
    every_row = (await conn.execute(statement, parameters)).mappings().all()
    if shows_own and every_row and has_formulas(told := every_row[0][_DEFINED]):
        return await related(
            conn, model, tenant, column, values, secret=secret, filters=filters, sort=sort, limit=limit, fields=fields,
            times=times, sight=sight, own=own_of(model, told), backwards=backwards,
        )  # fmt: skip
    grouped: dict[str, list[Mapping[Any, Any]]] = {}
    for row in every_row:
        grouped.setdefault(row[_WANTED], []).append(row)
    pages: dict[str, Page] = {}
    for value, found in grouped.items():
        asked: Sequence[Where] = [*filters, Filter(column, "eq", value)]
        marker = marker_of(question_of(model, tenant, sort, asked, times, searched=False), len(keys), secret)
        pages[value] = page_of(model, columns, found, limit, sight, own, marker, marked=True, backwards=backwards)
    refers = _refers(model, own, every_row, told=shows_own)
    await follow(conn, tenant, refers, [row for page in pages.values() for row in page.items], times)
    return pages


def _refers(model: ReadModel, own: Own, found: Sequence[Mapping[Any, Any]], *, told: bool) -> Refers:
    """The references that follow merges: among the fields that are known, or that rows which were found tell of."""
    return refers_in(model.database, found[0][_DEFINED]) if told and found else refers_of(model.database, own)


def _one_by_one(
    rows: "sa.Select[Any]",
    held: Callable[["sa.ColumnElement[Any]"], "sa.ColumnElement[bool]"],
    values: Collection[str],
    order: Sequence["sa.ColumnElement[Any]"],
    most: int,
) -> "sa.Select[Any]":
    """The first rows of each of these values. Each list is looked for by itself: where an index has it in this order,
    no more of it is read than is given."""
    wanted = _wanted(values)
    number = sa.func.row_number().over(order_by=order).label(_NUMBER)
    first = rows.add_columns(number).where(held(wanted.c.value)).order_by(*order).limit(most).lateral("first")
    asked = sa.select(first, wanted.c.value.label(_WANTED)).select_from(wanted.join(first, sa.true()))
    return asked.order_by(first.c[_NUMBER])


def _at_once(
    rows: "sa.Select[Any]",
    held: Callable[["sa.ColumnElement[Any]"], "sa.ColumnElement[bool]"],
    values: Collection[str],
    order: Sequence["sa.ColumnElement[Any]"],
    most: int,
) -> "sa.Select[Any]":
    """The same of rows that have one of them, where no index tells the values apart, as of what was, or none has each
    value's rows in their order, as of what rows list."""
    wanted = _wanted(values)
    number = sa.func.row_number().over(partition_by=wanted.c.value, order_by=order).label(_NUMBER)
    of_value = rows.add_columns(number, wanted.c.value.label(_WANTED)).where(held(wanted.c.value))
    numbered_rows = of_value.subquery()
    place = numbered_rows.c[_NUMBER]
    return sa.select(numbered_rows).where(place <= most).order_by(place)


def listing(model: ReadModel) -> Collection[str]:
    """The columns that list records."""
    return {*model.lists, model.about}


def _found_first(
    model: ReadModel, of: Source, tenant: str, filters: Sequence[Where]
) -> Sequence["sa.ColumnElement[bool]"]:
    """That a row is among those that list what filters ask for."""
    asked = [each for each in flat(filters) if isinstance(each, Filter) and each.name in listing(model)]
    return [
        among_few(model, of, tenant, each.name, lambda few, each=each: condition(of.column(each.name), few, each))
        for each in asked
        if each.op in ("eq", "in")
    ]


def among_few(
    model: ReadModel,
    of: Source,
    tenant: str,
    column: str,
    such: Callable[["sa.ColumnElement[Any]"], "sa.ColumnElement[bool]"],
) -> "sa.ColumnElement[bool]":
    """That a row is among those of whose column this holds, which are looked for by themselves. Postgres does not know
    how few list a record, and would go through all rows in their order until it had enough of them."""
    few = tables_of(model.database).rows[model.name].alias("few")
    these = sa.select(few.c.id).where(few.c.tenant == tenant, such(few.c[column])).scalar_subquery()
    return of.expression("id") == sa.any_(sa.func.array(these, type_=sa.ARRAY(sa.Text())))


def _wanted(values: Collection[str]) -> "sa.TableValuedAlias":
    listed = sa.func.unnest(sa.literal(list(values), sa.ARRAY(sa.Text())))
    return listed.table_valued("value").render_derived(name="wanted")


def _asks_of_own(filters: Sequence[Where], sort: str | None, fields: Sequence[str] | None) -> bool:
    """Whether a field of the tenant's own is asked for by name."""
    return names_own(filters) or any(f"{HELD_IN}." in name for name in (sort or "", *(fields or ())))


def _shows_own(model: ReadModel, own: Own, columns: Sequence[Column]) -> bool:
    """Whether fields of the tenant's own are shown, of which nothing is known yet."""
    return model.own and not own.fields and HELD_IN in [column.name for column in columns]


def _ordering(model: ReadModel, keys: Sequence[Key], times: Times) -> ReadModel | None:
    """The read model that has an index by what rows are sorted by first, as they are now and as they lie there: this
    one, or one that it joins."""
    if times or not keys or not isinstance(keys[0].expression, sa.ColumnClause):
        return None
    name = keys[0].column.name
    if _is_indexed(model, name):
        return model
    others = models_by_name(model.database)
    taken = [(others[join.to], join.take[name]) for join in model.joins if name in join.take]
    return next((other for other, origin in taken if _is_indexed(other, origin)), None)


def _is_indexed(model: ReadModel, name: str) -> bool:
    return name in [each if isinstance(each, str) else each[0] for each in model.indexed]


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
    statement = _asked(model, of, _select(of), filters, search_ids, columns)
    statement = statement.order_by(*(key.ordered() for key in keys), of.expression("id"))
    refers = refers_of(model.database, own)
    show = showing(model, columns, sight, own)
    found = await conn.stream(statement, execution_options={"yield_per": size})
    async for rows in found.mappings().partitions():
        batch = [show(row) | {PARKED: row[PARKED]} for row in rows]
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
    page = _select(of).where(*where).order_by(of.expression("id")).offset(skip).limit(limit)
    show = showing(model, columns, sight)
    return total, [show(row) for row in (await conn.execute(page)).mappings()]


def _select(of: Source, shown: Collection[str] | None = None) -> "sa.Select[Any]":
    return sa.select(*labelled(of, shown), of.parked.label(PARKED)).select_from(of.rows).where(*of.where)


def _asked(
    model: ReadModel,
    of: Source,
    rows: "sa.Select[Any]",
    filters: Sequence[Where],
    search_ids: Sequence[str] | None,
    columns: Sequence[Column] = (),
) -> "sa.Select[Any]":
    given = [f"{HELD_IN}.{key}" for key in of.computed]
    own = [name for column in columns if is_own(column.name) for name in names_in(column) if name not in given]
    statement = rows.add_columns(*(of.expression(name).label(name) for name in own)) if own else rows
    statement = statement.where(*conditions(of, ("id", *model.filters), filters, model.name))
    if search_ids is None:
        return statement
    found = sa.cast(list(search_ids), sa.ARRAY(sa.Text()))  # one statement, however many there are
    return statement.where(of.expression("id") == sa.any_(found))


def names_in(column: Column) -> Sequence[str]:
    """The column, and that of its currency."""
    return (column.name, currency_of(column.name)) if column.money else (column.name,)


def fields_of(model: ReadModel, fields: Sequence[str] | None, own: Own = NONE) -> list[Column]:
    """The columns of an answer that shows these fields, in their order after the id, or all; raises QueryError. Fields
    of the tenant's own stand together in one column, unless they are named."""
    columns = answer_columns(model)
    if fields is None:
        return columns
    by_name = {c.name: c for c in columns} | dict(columns_of_own(own))
    for name in fields:
        if name not in by_name:
            raise QueryError(
                "unknown_field", f"{model.name} has no field {name!r}; it has {', '.join(by_name)}", "fields"
            )
    return [by_name[name] for name in dict.fromkeys(("id", *fields))]


def check_question(
    model: ReadModel, filters: Sequence[Where], sort: str | None, fields: Sequence[str] | None, own: Own = NONE
) -> None:
    """Raises QueryError for what `list_` could not be asked, without asking it."""
    of = source(model, "", NOW, own=own)
    conditions(of, ("id", *model.filters), filters, model.name)
    keys_of(model, of, sort, None)
    fields_of(model, fields, own)
