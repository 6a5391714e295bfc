"""Statements after rows of a read model: what is selected of which rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from projections.catalog import models_by_name
from projections.columns import Column, currency_of
from projections.model import ReadModel
from projections.moved import Refers, refers_in, refers_of
from projections.named import Named, texts
from projections.order import Key
from projections.own import HELD_IN, NONE, Own, columns_of_own, is_own, names_own
from projections.paging import PARKED
from projections.question import Filter, QueryError, Times, Where, flat
from projections.select import TENANT, Source, answer_columns, conditions, labelled, names_above, now, source
from projections.tables import tables_of
from projections.values import Compared, compared, comparison
from projections.visible import EVERYTHING, Sight, as_sql

DEFINED = "defined"
"""Under which a row tells the fields of the tenant's own, where they were not known before."""


@lru_cache(200)
def _now(
    database: str, name: str, *, hidden: bool, shown: Sequence[str] | None = None
) -> tuple[Source, "sa.Select[Any]"]:
    """All rows as they are now, and of them what is shown, or all, once for all: building these takes as long as
    running them."""
    of = now(database, name, hidden=hidden)
    return of, select_rows(of, shown)


def selected(
    model: ReadModel, tenant: str, times: Times, sight: Sight, own: Own, columns: Sequence[Column]
) -> tuple[Source, "sa.Select[Any]", Mapping[str, str]]:
    """The rows in sight, what is selected of them, and the parameters of that. Where only these columns are shown
    Postgres need not join what none of them is of."""
    if times or own.fields or sight.fields or names_above(model, sight):
        of = source(model, tenant, times, sight, own)
        return of, select_rows(of), {}
    shown = tuple(name for column in columns for name in names_in(column))
    of, rows = _now(model.database, model.name, hidden=sight.hidden, shown=shown)
    if sight.records != EVERYTHING:
        rows = rows.where(as_sql(sight.records, lambda attribute: of.expression(model.access[attribute])))
    return of, rows, {TENANT: tenant}


def select_rows(of: Source, shown: Collection[str] | None = None) -> "sa.Select[Any]":
    return sa.select(*labelled(of, shown), of.parked.label(PARKED)).select_from(of.rows).where(*of.where)


def narrowed(
    model: ReadModel,
    of: Source,
    rows: "sa.Select[Any]",
    filters: Sequence[Where],
    search_ids: Sequence[str] | Named | None,
    columns: Sequence[Column] = (),
) -> "sa.Select[Any]":
    given = [f"{HELD_IN}.{key}" for key in of.computed]
    own = [name for column in columns if is_own(column.name) for name in names_in(column) if name not in given]
    statement = rows.add_columns(*(of.expression(name).label(name) for name in own)) if own else rows
    statement = statement.where(*conditions(of, ("id", *model.filters), filters, model.name))
    return statement if search_ids is None else statement.where(of.expression("id") == sa.any_(texts(search_ids)))


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


@lru_cache(1024)
def columns_shown(database: str, name: str, fields: tuple[str, ...] | None = None) -> Sequence[Column]:
    """The same of a read model by its name, found out once."""
    return fields_of(models_by_name(database)[name], fields)


def listing(model: ReadModel) -> Collection[str]:
    """The columns that list records."""
    return {*model.lists, model.about}


def found_first(
    model: ReadModel, of: Source, tenant: str, asked: Sequence[Compared]
) -> Sequence["sa.ColumnElement[bool]"]:
    """That a row is among those that list what is asked for."""
    return [
        among_few(model, of, tenant, each.name, lambda few, each=each: comparison(of.column(each.name), few, each))
        for each in asked
        if each.name in listing(model) and each.how in ("eq", "among") and not each.negated
    ]


def read(of: Source, filters: Sequence[Where]) -> list[Compared]:
    """What must hold of columns of the read model. Raises QueryError."""
    plain = [each for each in flat(filters) if isinstance(each, Filter) and each.name in of.columns]
    return [compared(of.column(each.name), each) for each in plain]


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


def asks_of_own(filters: Sequence[Where], sort: str | None, fields: Sequence[str] | None) -> bool:
    """Whether a field of the tenant's own is asked for by name."""
    return names_own(filters) or any(f"{HELD_IN}." in name for name in (sort or "", *(fields or ())))


def shows_own(model: ReadModel, own: Own, columns: Sequence[Column]) -> bool:
    """Whether fields of the tenant's own are shown, of which nothing is known yet."""
    return model.own and not own.fields and HELD_IN in [column.name for column in columns]


def ordering(model: ReadModel, keys: Sequence[Key], times: Times) -> ReadModel | None:
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


def refers(model: ReadModel, own: Own, found: Sequence[Mapping[Any, Any]], *, told: bool) -> Refers:
    """The references that follow merges: among the fields that are known, or that rows which were found tell of."""
    return refers_in(model.database, found[0][DEFINED]) if told and found else refers_of(model.database, own)
