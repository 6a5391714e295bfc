"""Reports: totals over rows, computed when asked."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.columns import Column, visible_columns
from projections.defined import defined
from projections.model import Dimension, Measure, Report
from projections.own import NONE, Own, names_own
from projections.question import NOW, QueryError, Times, Where
from projections.select import Source, conditions, in_sight
from projections.visible import ALL, Sight


async def report(
    conn: AsyncConnection,
    report: Report,
    tenant: str,
    *,
    filters: Sequence[Where] = (),
    by: Sequence[str] | None = None,
    times: Times = NOW,
    sight: Sight = ALL,
    own: Own = NONE,
) -> list[dict[str, Any]]:
    """One dict for each group: the columns of its dimensions (a month as `month: "2017-03"`), `currency` where a
    measure is of money, and the measures (a count as int, a sum as Decimal, or None where nothing has a value).

    Rows whose money is missing form groups of their own, with currency None. An empty `by` is one total. Only rows in
    sight are counted, and what is not seen of one is missing. Conditions may be on fields of the tenant's `own`, which
    are asked for where nothing is known of them.

    Raises QueryError.
    """
    model = models_by_name(report.database)[report.source]
    if not own.fields and names_own(filters):
        own = await defined(conn, model, tenant, times)
    of, parameters = in_sight(model, tenant, times, sight, own)
    groups: dict[str, sa.ColumnElement[Any]] = {}
    for dimension in _dimensions(report, by):
        groups |= _group(of, dimension)
    for measure in report.measures:
        if measure.column is not None and of.columns[measure.column][0].money:
            groups["currency"] = of.expression(f"{measure.column}_currency")
    # By their place: Postgres does not know an expression again whose parameters have other numbers.
    places: list[sa.ColumnElement[Any]] = [sa.literal_column(str(number + 1)) for number in range(len(groups))]
    statement = (
        sa.select(*(g.label(name) for name, g in groups.items()), *(_measure(of, m) for m in report.measures))
        .select_from(of.rows)
        .where(*of.where)
        .where(*conditions(of, report.filters, filters, report.name))
        .where(*conditions(of, [f.name for f in report.where], report.where, report.name))
        .group_by(*places)
        .order_by(*(place.asc().nulls_last() for place in places))
    )
    return [dict(row) for row in (await conn.execute(statement, parameters)).mappings()]


def report_columns(report: Report, by: Sequence[str] | None) -> list[Column]:
    """The columns of its groups, in their order. Raises QueryError."""
    others = models_by_name(report.database)
    known = {column.name: column for column in visible_columns(others[report.source], others)}
    found: dict[str, Column] = {}
    for dimension in _dimensions(report, by):
        months = [Column(dimension.name, "text", True)] if dimension.month else []
        found |= {each.name: each for each in months or [known[name] for name in dimension.columns]}
    measures = [(each, each.column is not None and known[each.column].money) for each in report.measures]
    if any(money for _, money in measures):
        found["currency"] = Column("currency", "text", True)
    for measure, money in measures:
        kind = "integer" if measure.kind == "count" else "number"
        found[measure.name] = Column(measure.name, kind, True, money=money)
    return list(found.values())


def _dimensions(report: Report, by: Sequence[str] | None) -> list[Dimension]:
    known = {d.name: d for d in report.dimensions}
    for name in by or ():
        if name not in known:
            raise QueryError(
                "unknown_dimension", f"{report.name} is not kept by {name!r}; it is by {', '.join(known)}", "by"
            )
    return [known[name] for name in dict.fromkeys(report.by if by is None else by)]


def _group(of: Source, dimension: Dimension) -> dict[str, "sa.ColumnElement[Any]"]:
    if dimension.month:
        utc = sa.func.timezone("UTC", of.expression(dimension.columns[0]))
        return {dimension.name: sa.func.to_char(utc, "YYYY-MM")}
    return {name: of.expression(name) for name in dimension.columns}


def _measure(of: Source, measure: Measure) -> "sa.ColumnElement[Any]":
    if measure.column is None:
        return sa.func.count().label(measure.name)
    match measure.kind:
        case "count":
            return sa.func.count(of.expression(measure.column)).label(measure.name)
        case "sum":
            return sa.func.sum(of.expression(measure.column)).label(measure.name)
