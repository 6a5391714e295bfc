"""Writing and reading many rows at once with psycopg, by SQLAlchemy's table declarations."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

Values = Sequence[Any]


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


@cache
def _insert(table: sa.Table, columns: tuple[str, ...], *, upsert: bool) -> sql.Composed:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table.name), _names(columns), sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    )
    if not upsert:
        return statement
    keys = [c.name for c in table.primary_key.columns]
    changed = [c for c in columns if c not in keys]
    assignments = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in changed)
    return statement + sql.SQL(" on conflict ({}) do update set {}").format(_names(keys), assignments)


def insert(cursor: psycopg.Cursor[Any], table: sa.Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Adds rows that are not there."""
    if rows:
        cursor.executemany(_insert(table, tuple(columns), upsert=False), rows)


def upsert(cursor: psycopg.Cursor[Any], table: sa.Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Adds rows, or replaces those with the same primary key."""
    if rows:
        cursor.executemany(_insert(table, tuple(columns), upsert=True), rows)


@cache
def _select(table: sa.Table, columns: tuple[str, ...], keys: tuple[str, ...], condition: str) -> sql.Composed:
    arrays = sql.SQL(", ").join([sql.SQL("%s::text[]")] * len(keys))
    return sql.SQL("select {} from {} t join unnest({}) as k({}) using ({}) {}").format(
        _names(columns),
        sql.Identifier(table.name),
        arrays,
        _names(keys),
        _names(keys),
        sql.SQL(condition),  # pyright: ignore[reportArgumentType], always a literal of ours
    )


def select(
    cursor: psycopg.Cursor[Any],
    table: sa.Table,
    columns: Sequence[str],
    keys: Sequence[str],
    wanted: Iterable[Values],
    condition: str = "",
) -> list[tuple[Any, ...]]:
    """The rows whose text columns `keys` are among `wanted`. `condition` is SQL of ours, such as `where …`."""
    arrays = [list(column) for column in zip(*wanted, strict=True)]
    if not arrays:
        return []
    cursor.execute(_select(table, tuple(columns), tuple(keys), condition), arrays)
    return cursor.fetchall()


def delete(cursor: psycopg.Cursor[Any], table: sa.Table, keys: Sequence[str], wanted: Sequence[Values]) -> None:
    """Removes rows by the columns `keys`."""
    if wanted:
        where = sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier(k)) for k in keys)
        cursor.executemany(sql.SQL("delete from {} where {}").format(sql.Identifier(table.name), where), wanted)


def end(cursor: psycopg.Cursor[Any], table: sa.Table, ends: Sequence[Values]) -> None:
    """Sets known_to of versions: rows of (known_to, tenant, id, known_from, valid_from)."""
    if ends:
        statement = "update {} set known_to = %s where tenant = %s and id = %s and known_from = %s and valid_from = %s"
        cursor.executemany(sql.SQL(statement).format(sql.Identifier(table.name)), ends)
