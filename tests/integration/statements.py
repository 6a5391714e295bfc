"""What Postgres is asked, and how it finds the answer."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from unittest.mock import patch

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import driver_of

Statement = tuple[str, Any]
"""SQL, and what stands in it."""


@contextmanager
def noted() -> Generator[list[Statement]]:
    """What is asked meanwhile, by SQLAlchemy and by psycopg itself, over any connection."""
    asked: list[Statement] = []
    execute = psycopg.AsyncCursor.execute

    async def note(cursor: Any, query: Any, params: Any = None, **how: Any) -> Any:
        asked.append((query.decode() if isinstance(query, bytes) else query, params))
        return await execute(cursor, query, params, **how)

    with patch.object(psycopg.AsyncCursor, "execute", note):
        yield asked


def of_rows(asked: Sequence[Statement]) -> list[str]:
    """Those that ask for rows of read models."""
    return [statement for statement, _ in asked if "AS parked" in statement]


async def plans(connection: AsyncConnection, asked: Sequence[Statement]) -> list[str]:
    """How Postgres finds each."""
    return [await _plan(connection, statement, parameters) for statement, parameters in asked]


async def _plan(connection: AsyncConnection, statement: str, parameters: Any) -> str:
    text = f"explain {statement}"
    if not isinstance(parameters, list):  # by name: what SQLAlchemy asks
        return "\n".join((await connection.exec_driver_sql(text, parameters)).scalars())
    cursor = psycopg.AsyncRawCursor(driver_of(connection))
    told = await cursor.execute(text.encode(), cast(list[Any], parameters))
    return "\n".join([line for (line,) in await told.fetchall()])
