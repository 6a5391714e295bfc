"""What the indexer asks of rows. Each question is put into SQL once: making and compiling a statement takes longer than
its answer, and half of the processor time of a projector at work."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from psycopg.rows import dict_row
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import psycopg as dialect

from projections.catalog import models_by_name
from projections.model import ReadModel
from projections.question import NOW
from projections.select import Source, source

_DIALECT = dialect.dialect()
_TENANT, _IDS = "the_tenant", "the_ids"


def rows(connection: psycopg.Connection, model: ReadModel, tenant: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these ids as they are now, by column name; a row that is not there is not among them."""
    return _fetched(connection, _rows(model.database, model.name), tenant, ids)


def showing(connection: psycopg.Connection, model: ReadModel, named: str, tenant: str, ids: Sequence[str]) -> list[str]:
    """Ids of rows of `model` that show a name of these rows of `named`."""
    statement = _showing(model.database, model.name, named)
    if statement is None:
        return []
    return [row["id"] for row in _fetched(connection, statement, tenant, ids)]


def ask(connection: psycopg.Connection, statement: "sa.Select[Any]") -> list[dict[str, Any]]:
    """The rows of a question about read models, by column name."""
    return _fetched(connection, statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True}))


@cache
def _rows(database: str, name: str) -> sa.Compiled:
    of = _now(database, name)
    columns = [expression.label(column) for column, (_, expression) in of.columns.items()]
    return _compiled(
        sa.select(*columns).select_from(of.rows).where(*of.where, of.expression("id") == _any_of_the_ids())
    )


@cache
def _showing(database: str, name: str, named: str) -> sa.Compiled | None:
    of = _now(database, name)
    joins = [join for join in models_by_name(database)[name].joins if join.to == named]
    shows = [of.expression(join.column) == _any_of_the_ids() for join in joins]
    if not shows:
        return None
    return _compiled(sa.select(of.expression("id").label("id")).select_from(of.rows).where(*of.where, sa.or_(*shows)))


def _now(database: str, name: str) -> Source:
    return source(models_by_name(database)[name], cast(str, sa.bindparam(_TENANT, type_=sa.Text())), NOW)


def _any_of_the_ids() -> "sa.ColumnElement[Any]":
    return sa.any_(sa.bindparam(_IDS, type_=ARRAY(sa.Text())))


def _compiled(statement: "sa.Select[Any]") -> sa.Compiled:
    return statement.compile(dialect=_DIALECT)


def _fetched(
    connection: psycopg.Connection, statement: sa.Compiled, tenant: str = "", ids: Sequence[str] = ()
) -> list[dict[str, Any]]:
    own: Mapping[str, Any] = statement.params or {}
    parameters = {**own, _TENANT: tenant, _IDS: list(ids)}
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(str(statement).encode(), parameters)
        return cursor.fetchall()
