"""Questions that are made into SQL once, however often they are asked, and several of them in one trip to Postgres.

To put a question together and to make SQL of it takes as long as asking it, and so does each trip. Where the same
questions are asked all day, as of a record's page, what is left is what Postgres does for them.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import dict_row
from sqlalchemy.dialects.postgresql import psycopg as dialects
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import driver_of

_DIALECT = dialects.dialect(paramstyle="numeric_dollar")


@dataclass(frozen=True, slots=True)
class Ready:
    """A question as Postgres takes it, where each value stands under a number; under which names they are given, in the
    order of these numbers; and the values that stand in it whoever asks."""

    text: bytes
    names: Sequence[str]
    values: Mapping[str, Any]


Asking = tuple[Ready, Mapping[str, Any]]
"""A question, and the values of this time."""
Rows = list[dict[str, Any]]


def ready(statement: "sa.Select[Any] | sa.CompoundSelect[Any]") -> Ready:
    """The question in SQL. What is asked with other values each time stands in it by name; values are texts, numbers,
    times and lists of them, which psycopg takes as they are."""
    compiled = statement.compile(dialect=_DIALECT)
    return Ready(str(compiled).encode(), compiled.positiontup or (), compiled.params)


def values_of(asked: Asking) -> list[Any]:
    """The values of a question, in the order of their numbers."""
    question, values = asked
    given = {**question.values, **values}
    return [given[name] for name in question.names]


async def together(conn: AsyncConnection, asked: Sequence[Asking]) -> list[Rows]:
    """The rows of each question, by the names of columns. None waits for the answer to another.

    Raises OperationalError where Postgres does not answer.
    """
    if not asked:
        return []
    driver = driver_of(conn)
    cursors = [psycopg.AsyncRawCursor(driver, row_factory=dict_row) for _ in asked]
    try:
        async with driver.pipeline() if len(asked) > 1 else nullcontext():
            for cursor, each in zip(cursors, asked, strict=True):
                await cursor.execute(each[0].text, values_of(each))
        return [await cursor.fetchall() for cursor in cursors]
    except psycopg.OperationalError as error:
        raise OperationalError("together", None, error) from error
