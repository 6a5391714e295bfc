"""What Postgres takes of rows like ours, which are read from a generation's schema before, without folding them."""

import time
from collections.abc import Sequence
from typing import Any

import psycopg

from infra.postgres import database_name
from infra.settings import Settings
from projections import bulk
from projections.tables import tables_of
from tests.bench.read_models import DATABASE

BATCH = 1000


def _connection(settings: Settings) -> psycopg.Connection:
    connection = psycopg.connect(settings.postgres, dbname=database_name(settings, DATABASE))
    connection.execute("create schema if not exists bench")
    connection.execute("set search_path to bench")
    return connection


def copied(settings: Settings, schema: str) -> float:
    """Rows of history a second, that is events, by one COPY of all into a table of the same columns without a key."""
    with _connection(settings) as connection, connection.cursor() as cursor:
        cursor.execute(f"create table bench.history (like {schema}.history)".encode())
        with cursor.copy(f"copy {schema}.history to stdout".encode()) as source:
            blocks = [bytes(block) for block in source]
        began = time.perf_counter()
        with cursor.copy("copy bench.history from stdin") as into:
            for block in blocks:
                into.write(block)
        count = cursor.rowcount
        connection.commit()
        seconds = time.perf_counter() - began
        cursor.execute("drop table bench.history")
    return count / seconds


def upserted(settings: Settings, schema: str, count: int) -> float:
    """Rows of deals a second, by upserts of a thousand, each committed, into a table with the same keys; the deals
    that are there are taken again and again until there were so many."""
    table = tables_of(DATABASE).rows["deals"]
    columns = [column.name for column in table.columns]
    with _connection(settings) as connection, connection.cursor() as cursor:
        cursor.execute(f"create table bench.deals (like {schema}.deals including all)".encode())
        cursor.execute(f"select {', '.join(columns)} from {schema}.deals".encode())
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        connection.commit()
        done, began = 0, time.perf_counter()
        while done < count:
            start = done % len(rows)
            batch = rows[start : start + BATCH]
            bulk.write(cursor, [bulk.upsert(table, columns, batch)])
            connection.commit()
            done += len(batch)
        seconds = time.perf_counter() - began
        cursor.execute("drop table bench.deals")
    return done / seconds
