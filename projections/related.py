"""The lists that belong to each of several values, such as the deals of many companies, in one question."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.defined import defined, definitions, has_formulas, own_of
from projections.model import ReadModel
from projections.moved import follow
from projections.order import keys_of
from projections.own import NONE, Own
from projections.paging import in_order, keyed, marker_of, page_of, question_of
from projections.question import MAX_LIMIT, NOW, Filter, Page, QueryError, Times, Where
from projections.statement import DEFINED, asks_of_own, fields_of, listing, narrowed, refers, selected, shows_own
from projections.values import condition, named_in
from projections.visible import ALL, Sight

_WANTED, _NUMBER = "wanted_value", "number_of_row"


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
    if not own.fields and asks_of_own(filters, sort, fields):
        own = await defined(conn, model, tenant, times)
    columns = fields_of(model, fields, own)
    of, rows, parameters = selected(model, tenant, times, sight, own, columns)
    if own_is_shown := shows_own(model, own, columns):
        rows = rows.add_columns(definitions(model, tenant, times).scalar_subquery().label(DEFINED))
    keys, identity = keys_of(model, of, sort, None), of.expression("id")
    held = partial(named_in, of.column(column), of.expression(column))
    order = in_order(keys, identity, backwards=backwards)
    every_one = keyed(narrowed(model, of, rows, filters, None, columns), keys)
    together = bool(times) or column in listing(model)
    if together:
        any_of_them = Filter(column, "in", tuple(values))
        every_one = every_one.where(condition(of.column(column), of.expression(column), any_of_them))
    statement = (_at_once if together else _one_by_one)(every_one, held, values, order, limit + 1)
    every_row = (await conn.execute(statement, parameters)).mappings().all()
    if own_is_shown and every_row and has_formulas(told := every_row[0][DEFINED]):
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
    leading = refers(model, own, every_row, told=own_is_shown)
    await follow(conn, tenant, leading, [row for page in pages.values() for row in page.items], times)
    return pages


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


def _wanted(values: Collection[str]) -> "sa.TableValuedAlias":
    listed = sa.func.unnest(sa.literal(list(values), sa.ARRAY(sa.Text())))
    return listed.table_valued("value").render_derived(name="wanted")
