"""The rows that lead to one record, such as the deals of a company: the first page of the list that one would ask for
them, as questions that are put together once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.defined import definitions, has_formulas, own_of
from projections.listed import list_
from projections.model import ReadModel
from projections.moved import follow, refers_in
from projections.order import keys_of
from projections.own import NONE
from projections.paging import PARKED, in_order, keyed, marker_of, page_of, question_of
from projections.question import Filter, Page, Times
from projections.select import TENANT, Source, labelled, source, the_tenant
from projections.statement import among_few, columns_shown, listing
from projections.together import Asking, Ready, Rows, ready
from projections.values import named_in
from projections.visible import Sight, under_names

_DEFINED, _VALUE, _MOST = "defined", "the_value", "most"


@dataclass(frozen=True, slots=True)
class Leading:
    """Those rows of a read model that are in sight and have `value` in a column, or among what it lists; `limit` of
    them, in the order of one column, `-` before which has it descending."""

    model: ReadModel
    column: str
    value: str
    sort: str
    limit: int
    sight: Sight


def leading(of: Leading, tenant: str, times: Times) -> Asking:
    """The question after such rows, and the one behind them. Raises QueryError(no_times)."""
    sight, seen = under_names(of.sight)
    question = _question(of.model.database, of.model.name, of.column, of.sort, sight, times)
    return question, {TENANT: tenant, _VALUE: of.value, _MOST: of.limit + 1, **seen}


async def page_leading(
    conn: AsyncConnection, of: Leading, tenant: str, found: Rows, *, secret: bytes, times: Times
) -> Page:
    """The page of what was found by that: that of `list_` with a filter on the column. What formulas give it asks for
    anew, since they are of the tenant's own."""
    model, filters = of.model, [Filter(of.column, "eq", of.value)]
    own: Sequence[Mapping[str, Any]] | None = found[0][_DEFINED] if model.own and found else None
    if has_formulas(own):
        return await list_(
            conn, model, tenant, secret=secret, filters=filters, sort=of.sort, limit=of.limit, times=times,
            sight=of.sight, own=own_of(model, own),
        )  # fmt: skip

    def marked(row: Mapping[Any, Any]) -> str:
        return marker_of(question_of(model, tenant, of.sort, filters, times, searched=False), 1, secret)(row)

    columns = columns_shown(model.database, model.name)
    page = page_of(model, columns, found, of.limit, of.sight, NONE, marked, marked=False, backwards=False)
    await follow(conn, tenant, refers_in(model.database, own), page.items, times)
    return page


@lru_cache(maxsize=256)
def _question(database: str, name: str, column: str, sort: str, sight: Sight, times: Times) -> Ready:
    """The question after a page, put together once: that takes longer than it takes to be answered. Which rows these
    are is found first, so that names are looked up for a page of them, however many there are."""
    model, tenant = models_by_name(database)[name], the_tenant()
    of, few = source(model, tenant, times, sight), source(model, tenant, times, sight)
    value = sa.cast(sa.bindparam(_VALUE, type_=sa.Text()), sa.Text())  # a list of it is no list of texts otherwise
    held = partial(named_in, of.column(column), value=value)
    first = sa.select(few.expression("id")).select_from(few.rows).where(*few.where, held(few.expression(column)))
    if column in listing(model) and not times:
        first = first.where(among_few(model, few, tenant, column, held))
    first = first.order_by(*_order(model, few, sort)).limit(sa.bindparam(_MOST, type_=sa.Integer()))
    these = sa.func.array(first.correlate(None).scalar_subquery(), type_=sa.ARRAY(sa.Text()))
    rows = sa.select(*labelled(of), of.parked.label(PARKED)).select_from(of.rows)
    rows = rows.where(*of.where, of.expression("id") == sa.any_(these))
    if model.own:
        rows = rows.add_columns(definitions(model, tenant, times).scalar_subquery().label(_DEFINED))
    return ready(keyed(rows, keys_of(model, of, sort, None)).order_by(*_order(model, of, sort)))


def _order(model: ReadModel, of: Source, sort: str) -> Sequence["sa.ColumnElement[Any]"]:
    return in_order(keys_of(model, of, sort, None), of.expression("id"), backwards=False)
