"""What led to a record: its events, and the events that share their cause."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.question import MAX_LIMIT, Page, QueryError
from projections.tables import tables_of

# Every database has the same history table; its columns do not depend on the read models.
_TABLE = tables_of("admin").history
_SHOWN = [c for c in _TABLE.c if c.name != "domain"]


async def history(
    conn: AsyncConnection, tenant: str, domain: str, aggregate: str, id: str, *, after: int = 0, limit: int = 50
) -> Page:
    """A record's events, oldest first, as the log holds them (personal fields sealed): dicts with topic, partition,
    offset, tenant, aggregate, id, version, event_id, type, occurred_at, recorded_at, command_id, correlation_id,
    causation_id, actor, key: bytes, value: bytes. `after` is an aggregate version; next_cursor is the next `after`."""
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    h = _TABLE.c
    statement = (
        sa.select(*_SHOWN)
        .where(h.tenant == tenant, h.domain == domain, h.aggregate == aggregate, h.id == id, h.version > after)
        .order_by(h.version)
        .limit(limit + 1)
    )
    found = [dict(row) for row in (await conn.execute(statement)).mappings()]
    items = found[:limit]
    return Page(items, str(items[-1]["version"]) if len(found) > limit else None)


async def histories(
    conn: AsyncConnection,
    tenant: str,
    domain: str,
    aggregate: str,
    ids: Collection[str],
    *,
    after: int = 0,
    limit: int = 50,
) -> dict[str, Page]:
    """The first page of each of these records' histories, in one question; one without events is not there."""
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    h = _TABLE.c
    number = sa.func.row_number().over(partition_by=h.id, order_by=h.version).label("number_of_event")
    these = (h.tenant == tenant, h.domain == domain, h.aggregate == aggregate, h.id.in_(list(ids)), h.version > after)
    numbered = sa.select(*_SHOWN, number).where(*these).subquery()
    statement = sa.select(numbered).where(numbered.c.number_of_event <= limit + 1).order_by(numbered.c.version)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in (await conn.execute(statement)).mappings():
        found.setdefault(row["id"], []).append(dict(row))
    return {
        id: Page(rows[:limit], str(rows[limit - 1]["version"]) if len(rows) > limit else None)
        for id, rows in found.items()
    }


async def happened(
    conn: AsyncConnection, tenant: str, domain: str, records: Collection[tuple[str, str]], types: Collection[str]
) -> int:
    """How many events of these types these records have had, each of which is (aggregate, id)."""
    h = _TABLE.c
    one = sa.or_(*(sa.and_(h.aggregate == aggregate, h.id == id) for aggregate, id in records))
    statement = sa.select(sa.func.count()).where(h.tenant == tenant, h.domain == domain, one, h.type.in_(types))
    return (await conn.execute(statement)).scalar_one()


async def lineage(conn: AsyncConnection, tenant: str, id: str, *, limit: int = 1000) -> list[dict[str, Any]]:
    """The events (shaped as in `history`) that share the correlation of an event id, a command id or a correlation id,
    in recorded order, at most `limit`. `causation_id` of an event is the id of the event or command that led to its
    command. A database holds the events it folds: causes in other databases are found by asking those too."""
    h = _TABLE.c
    correlations = sa.union(
        sa.select(h.correlation_id).where(h.tenant == tenant, h.event_id == id),
        sa.select(h.correlation_id).where(h.tenant == tenant, h.command_id == id),
        sa.select(h.correlation_id).where(h.tenant == tenant, h.correlation_id == id),
    ).subquery()
    statement = (
        sa.select(*_SHOWN)
        .where(h.tenant == tenant, h.correlation_id.in_(sa.select(correlations.c.correlation_id)))
        .order_by(h.recorded_at, h.topic, h.partition, h.offset)
        .limit(limit)
    )
    return [dict(row) for row in (await conn.execute(statement)).mappings()]
