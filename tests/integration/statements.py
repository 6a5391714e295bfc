"""What Postgres is asked, and how it finds the answer."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

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
    found = [await connection.exec_driver_sql(f"explain {statement}", parameters) for statement, parameters in asked]
    return ["\n".join(each.scalars()) for each in found]
