"""Writing and reading many rows at once with psycopg, by SQLAlchemy's table declarations.

A few rows go as they are. Many are copied into a temporary table first and taken over by one statement, which is
several times faster; COPY straight into a table with row-level security is refused by Postgres. Copied values are
binary, which takes a quarter of the CPU that their text takes.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql

Values = Sequence[Any]
Action = Literal["insert", "upsert", "delete", "end"]

FEW = 25
_DIALECT = postgresql.dialect()


def insert(cursor: psycopg.Cursor[Any], table: sa.Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Adds rows that are not there."""
    _write(cursor, "insert", table, tuple(columns), rows)


def upsert(cursor: psycopg.Cursor[Any], table: sa.Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Adds rows, or replaces those with the same primary key."""
    _write(cursor, "upsert", table, tuple(columns), rows)


def delete(cursor: psycopg.Cursor[Any], table: sa.Table, keys: Sequence[str], wanted: Sequence[Values]) -> None:
    """Removes rows by the columns `keys`."""
    _write(cursor, "delete", table, tuple(keys), wanted)


def end(cursor: psycopg.Cursor[Any], table: sa.Table, ends: Sequence[Values]) -> None:
    """Sets known_to of versions: rows of (known_to, tenant, id, known_from, valid_from)."""
    _write(cursor, "end", table, ("known_to", "tenant", "id", "known_from", "valid_from"), ends)


def select(
    cursor: psycopg.Cursor[Any],
    table: sa.Table,
    columns: Sequence[str],
    keys: Sequence[str],
    wanted: Iterable[Values],
    condition: str = "",
) -> list[tuple[Any, ...]]:
    """The rows whose text columns `keys` are among `wanted`. `condition` is SQL of ours, such as `and …`."""
    arrays = [list(column) for column in zip(*wanted, strict=True)]
    if not arrays:
        return []
    cursor.execute(_select(table, tuple(columns), tuple(keys), condition), arrays)
    return cursor.fetchall()


def _write(
    cursor: psycopg.Cursor[Any], action: Action, table: sa.Table, columns: tuple[str, ...], rows: Sequence[Values]
) -> None:
    if not rows:
        return
    if len(rows) <= FEW or action in ("delete", "end"):
        cursor.executemany(_one(action, table, columns), rows)
        return
    stage, copy, take_over = _staged(action, table, columns)
    cursor.execute(stage)
    with cursor.copy(copy) as into:
        into.set_types(types_of(table, columns))
        try:
            for row in rows:
                into.write_row(row)
        except _NO_BYTES as error:
            raise psycopg.DataError(f"A value does not fit its column in {table.name}.") from error
    cursor.execute(take_over)


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
def _staged(
    action: Action, table: sa.Table, columns: tuple[str, ...]
) -> tuple[sql.Composed, sql.Composed, sql.Composed]:
    """(make the temporary table, copy into it, take over from it)."""
    name, stage = sql.Identifier(table.name), sql.Identifier(f"{action}_{table.name}")
    make = sql.SQL("create temporary table if not exists {} on commit delete rows as select {} from {} limit 0").format(
        stage, _names(columns), name
    )
    copy = sql.SQL("copy {} ({}) from stdin (format binary)").format(stage, _names(columns))
    match action:
        case "insert" | "upsert":
            take = sql.SQL("insert into {} ({}) select {} from {}").format(
                name, _names(columns), _names(columns), stage
            )
            return make, copy, take + _keep(table, columns) if action == "upsert" else take
        case "delete" | "end":
            raise AssertionError(f"{action} is not staged")


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
