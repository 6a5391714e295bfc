"""Writing and reading many rows at once with psycopg, by SQLAlchemy's table declarations.

A few rows go as they are. Many are copied into a temporary table first and taken over by one statement, which is
several times faster; COPY straight into a table with row-level security is refused by Postgres. Copied values are
binary, which takes a quarter of the CPU that their text takes.

Statements that need not wait for one another's answers are sent together (libpq's pipeline mode): on a machine whose
cores are busy, what a small batch costs are the ways there and back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql

Values = Sequence[Any]
Action = Literal["insert", "upsert", "delete", "end"]

FEW = 25
_DIALECT = postgresql.dialect()


@dataclass(frozen=True, slots=True)
class Write:
    """What is to be done with rows of a table: values of these columns, in this order."""

    action: Action
    table: sa.Table
    columns: tuple[str, ...]
    rows: Sequence[Values]

    @property
    def staged(self) -> bool:
        """Whether these are so many that they go by a temporary table."""
        return len(self.rows) > FEW and self.action in ("insert", "upsert")

    @property
    def stage(self) -> "Stage":
        """How they go by it."""
        return _stage(self.action, self.table, self.columns)


class Stage(NamedTuple):
    """Statements: make a temporary table, have nothing in it, copy into it, take over from it."""

    make: sql.Composed
    clear: sql.Composed
    copy: sql.Composed
    take_over: sql.Composed


def insert(table: sa.Table, columns: Sequence[str], rows: Sequence[Values]) -> Write:
    """Adds rows that are not there."""
    return Write("insert", table, tuple(columns), rows)


def upsert(table: sa.Table, columns: Sequence[str], rows: Sequence[Values]) -> Write:
    """Adds rows, or replaces those with the same primary key."""
    return Write("upsert", table, tuple(columns), rows)


def delete(table: sa.Table, keys: Sequence[str], wanted: Sequence[Values]) -> Write:
    """Removes rows by the columns `keys`."""
    return Write("delete", table, tuple(keys), wanted)


def end(table: sa.Table, ends: Sequence[Values]) -> Write:
    """Sets known_to of versions: rows of (known_to, tenant, id, known_from, valid_from)."""
    return Write("end", table, ("known_to", "tenant", "id", "known_from", "valid_from"), ends)


def ask(
    connection: psycopg.Connection,
    table: sa.Table,
    columns: Sequence[str],
    keys: Sequence[str],
    wanted: Iterable[Values],
    condition: str = "",
) -> Callable[[], list[tuple[Any, ...]]]:
    """Asks for the rows whose text columns `keys` are among `wanted`, and gives what gives them: within a pipeline, to
    be called behind it. `condition` is SQL of ours, such as `and …`."""
    arrays = [list(column) for column in zip(*wanted, strict=True)]
    if not arrays:
        return list
    return connection.cursor().execute(_select(table, tuple(columns), tuple(keys), condition), arrays).fetchall


def write(cursor: psycopg.Cursor[Any], writes: Iterable[Write]) -> None:
    """Does all of it, one after the other. No two are the same action on the same table."""
    wanted = [each for each in writes if each.rows]
    if many := [each for each in wanted if each.staged]:
        with cursor.connection.pipeline():
            for each in many:
                cursor.execute(each.stage.make)
                cursor.execute(each.stage.clear)
        for each in many:
            _copy(cursor, each)
    with cursor.connection.pipeline():
        for each in wanted:
            if each.staged:
                cursor.execute(each.stage.take_over)
            else:
                cursor.executemany(_one(each.action, each.table, each.columns), each.rows)


def _copy(cursor: psycopg.Cursor[Any], write: Write) -> None:
    with cursor.copy(write.stage.copy) as into:
        into.set_types(types_of(write.table, write.columns))
        try:
            for row in write.rows:
                into.write_row(row)
        except _NO_BYTES as error:
            raise psycopg.DataError(f"A value does not fit its column in {write.table.name}.") from error


_NO_BYTES = (TypeError, ValueError, AttributeError, OverflowError)
"""What comes of a value that is not of its column's type: binary, it is made into bytes here and not by Postgres."""


@cache
def types_of(table: sa.Table, columns: tuple[str, ...]) -> list[str]:
    """The types of columns, as a binary COPY is told them."""
    return [table.c[name].type.compile(dialect=_DIALECT).lower().partition("(")[0] for name in columns]


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _keep(table: sa.Table, columns: tuple[str, ...]) -> sql.Composed:
    """What an insert does with rows that are there."""
    keys = [c.name for c in table.primary_key.columns]
    assignments = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in columns if c not in keys
    )
    return sql.SQL(" on conflict ({}) do update set {}").format(_names(keys), assignments)


@cache
def _one(action: Action, table: sa.Table, columns: tuple[str, ...]) -> sql.Composed:
    name = sql.Identifier(table.name)
    match action:
        case "insert" | "upsert":
            values = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            statement = sql.SQL("insert into {} ({}) values ({})").format(name, _names(columns), values)
            return statement + _keep(table, columns) if action == "upsert" else statement
        case "delete":
            return sql.SQL("delete from {} where {}").format(name, _equal(columns))
        case "end":
            return sql.SQL("update {} set {} = %s where {}").format(
                name, sql.Identifier(columns[0]), _equal(columns[1:])
            )


def _equal(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier(c)) for c in columns)


@cache
def _stage(action: Action, table: sa.Table, columns: tuple[str, ...]) -> Stage:
    name, stage, all_of_them = sql.Identifier(table.name), sql.Identifier(f"{action}_{table.name}"), _names(columns)
    make = sql.SQL("create temporary table if not exists {} on commit delete rows as select {} from {} limit 0")
    take_over = sql.SQL("insert into {} ({}) select {} from {}").format(name, all_of_them, all_of_them, stage)
    return Stage(
        make=make.format(stage, all_of_them, name),
        # It holds what was written before in the same transaction.
        clear=sql.SQL("delete from {}").format(stage),
        copy=sql.SQL("copy {} ({}) from stdin (format binary)").format(stage, all_of_them),
        take_over=take_over + _keep(table, columns) if action == "upsert" else take_over,
    )


@cache
def _select(table: sa.Table, columns: tuple[str, ...], keys: tuple[str, ...], condition: str) -> sql.Composed:
    arrays = sql.SQL(", ").join([sql.SQL("%s::text[]")] * len(keys))
    same = sql.SQL(" and ").join(sql.SQL("t.{0} = k.{0}").format(sql.Identifier(k)) for k in keys)
    # Lateral with an offset is looked up key by key; a join may be planned the other way round, reading the table.
    return sql.SQL(
        "select t.* from unnest({}) as k({}) cross join lateral (select {} from {} t where {} {} offset 0) t"
    ).format(
        arrays,
        _names(keys),
        _names(columns),
        sql.Identifier(table.name),
        same,
        sql.SQL(condition),  # pyright: ignore[reportArgumentType] - always a literal of ours
    )
