"""Every question that may be asked of read models. The gateway imports from here alone.

Connections come from `infra.postgres.reading(engine, tenant)`: a transaction of the reader role with the tenant set,
in which row-level security hides every other tenant. All functions add `tenant = …` on top of that.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections.model import ReadModel, Report
from projections.question import (
    NOW,
    Filter,
    Page,
    PositionLate,
    QueryError,
    SearchUnavailable,
    Times,
    parse_times,
)

__all__ = [
    "NOW",
    "Filter",
    "Page",
    "PositionLate",
    "QueryError",
    "SearchUnavailable",
    "Times",
    "get",
    "history",
    "lineage",
    "list_",
    "parse_times",
    "report",
    "search",
    "search_lag",
    "wait_for",
]


async def get(
    conn: AsyncConnection, model: ReadModel, tenant: str, id: str, times: Times = NOW
) -> dict[str, Any] | None:
    """`{"row": {...}, "version": int, "parked": bool}`, or None where there is (or was) no such row.

    `row` holds id, the row's fields, the joined names and the system columns version, created_at, updated_at and
    recorded_at. Values are str, int, Decimal, bool, datetime, date, list[str] and None; Money is
    `{"amount": Decimal, "currency": str}`; enums are their text.
    """
    raise NotImplementedError


async def list_(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    secret: bytes,
    filters: Sequence[Filter] = (),
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    search_ids: Sequence[str] | None = None,
) -> Page:
    """Rows as in `get`, each with `parked: bool` beside its fields. `sort` is a column, with `-` before it descending.

    `search_ids` (from `search`) keeps those rows only, in that order unless `sort` is given.
    Raises QueryError. A cursor belongs to the question it came from, and is signed with `secret`.
    """
    raise NotImplementedError


async def report(
    conn: AsyncConnection,
    report: Report,
    tenant: str,
    *,
    filters: Sequence[Filter] = (),
    by: Sequence[str] | None = None,
    times: Times = NOW,
) -> list[dict[str, Any]]:
    """One dict for each group: the columns of its dimensions (a month as `2017-03`), `currency` where a measure is of
    money, and the measures (a count as int, a sum as Decimal). Raises QueryError."""
    raise NotImplementedError


async def history(
    conn: AsyncConnection, tenant: str, domain: str, aggregate: str, id: str, *, after: int = 0, limit: int = 50
) -> Page:
    """A record's events, oldest first, as the log holds them (personal fields sealed): dicts with topic, partition,
    offset, tenant, aggregate, id, version, event_id, type, occurred_at, recorded_at, command_id, correlation_id,
    causation_id, actor, key: bytes, value: bytes. `after` is an aggregate version; next_cursor is the next `after`."""
    raise NotImplementedError


async def lineage(conn: AsyncConnection, tenant: str, id: str, *, limit: int = 1000) -> list[dict[str, Any]]:
    """The events (shaped as in `history`) that share the correlation of an event id, a command id or a correlation id,
    in recorded order. `causation_id` of an event is the id of the event or command that led to its command."""
    raise NotImplementedError


async def search(
    es: Any,
    index_prefix: str,
    model: ReadModel,
    tenant: str,
    q: str,
    *,
    filters: Sequence[Filter] = (),
    limit: int = 200,
) -> list[str]:
    """Ids of rows that match `q`, best first. Raises QueryError when the model has no search, SearchUnavailable."""
    raise NotImplementedError


async def search_lag(engine: AsyncEngine) -> int:
    """How many events the search index of this database is behind its rows; 0 when it has caught up."""
    raise NotImplementedError


async def wait_for(
    engine: AsyncEngine, position: "dict[str, dict[int, int]]", *, seconds: float = 5.0, search: bool = False
) -> None:
    """Returns when this database's rows (and with `search` its index) have reached the position; topics that the
    database does not fold are no concern of it. Raises PositionLate after `seconds`."""
    raise NotImplementedError
