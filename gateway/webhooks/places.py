"""What is kept of webhooks beside the log: how far each has come, and what its last requests were answered.

How far one has come is lost with the table; then it begins anew, and its receiver knows by their ids what it has had.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from infra import postgres
from infra.log.position import Position
from infra.settings import Settings

DATABASE = "platform"
KEPT = 500
"""Requests of a webhook that are remembered."""
_TABLES = """
create table if not exists webhook_places (
    tenant text, webhook text, position jsonb not null, primary key (tenant, webhook));
create table if not exists webhook_deliveries (
    tenant text not null, webhook text not null, number bigint generated always as identity, sent_at timestamptz not
    null, event_id text not null, type text not null, aggregate text not null, id text not null, attempt int not null,
    status int, reason text, milliseconds int not null, primary key (tenant, webhook, number));
"""
_NAMES = ("webhook_places", "webhook_deliveries")
_READ = sa.text("select position from webhook_places where tenant = :tenant and webhook = :webhook")
_KEEP = sa.text(
    "insert into webhook_places values (:tenant, :webhook, cast(:position as jsonb)) "
    "on conflict (tenant, webhook) do update set position = excluded.position"
)
_NOTE = sa.text(
    "insert into webhook_deliveries (tenant, webhook, sent_at, event_id, type, aggregate, id, attempt, status, reason, "
    "milliseconds) values (:tenant, :webhook, :sent_at, :event_id, :type, :aggregate, :id, :attempt, :status, :reason, "
    ":milliseconds)"
)
_LAST = sa.text(
    "select sent_at, event_id, type, aggregate, id, attempt, status, reason, milliseconds from webhook_deliveries "
    "where tenant = :tenant and webhook = :webhook and (not :failed or status is null or status not between 200 and "
    "299) order by number desc limit :limit"
)
_FORGET = sa.text(
    "delete from webhook_deliveries as it where tenant = :tenant and webhook = :webhook and number <= (select number "
    "from webhook_deliveries where tenant = :tenant and webhook = :webhook order by number desc offset :kept limit 1)"
)
_ALL = sa.text(
    "select tenant, webhook from webhook_places union select distinct tenant, webhook from webhook_deliveries"
)
_GONE = (
    sa.text("delete from webhook_places where tenant = :tenant and webhook = :webhook"),
    sa.text("delete from webhook_deliveries where tenant = :tenant and webhook = :webhook"),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request with an event. `status` is None where there was no answer, and `reason` says then what there was."""

    sent_at: datetime
    event_id: str
    type: str
    aggregate: str
    id: str
    attempt: int
    status: int | None
    reason: str | None
    milliseconds: int


def ensure_tables(settings: Settings) -> None:
    """Makes the tables that are missing; safe to call at every start."""
    postgres.ensure_tables(settings, DATABASE, _TABLES, _NAMES)


@dataclass(frozen=True, slots=True)
class Places:
    """The tables, by an engine of the platform database."""

    engine: AsyncEngine

    async def of(self, tenant: str, webhook: str) -> Position | None:
        """How far a webhook has come; None where nothing is known of that."""
        async with self.engine.connect() as connection:
            row = (await connection.execute(_READ, {"tenant": tenant, "webhook": webhook})).one_or_none()
        if row is None:
            return None
        given: Mapping[str, Mapping[str, int]] = row[0]
        return {topic: {int(number): offset for number, offset in at.items()} for topic, at in given.items()}

    async def keep(self, tenant: str, webhook: str, at: Position, deliveries: Sequence[Delivery]) -> None:
        """Moves a webhook's place on, together with what came of the requests before it."""
        mine = {"tenant": tenant, "webhook": webhook}
        async with self.engine.begin() as connection:
            position = orjson.dumps(at, option=orjson.OPT_NON_STR_KEYS).decode()
            await connection.execute(_KEEP, {**mine, "position": position})
            if deliveries:
                await connection.execute(_NOTE, [{**mine, **asdict(each)} for each in deliveries])

    async def last(self, tenant: str, webhook: str, limit: int, *, failed: bool) -> list[dict[str, Any]]:
        """What a webhook's last requests were answered, the newest first; of those that `failed` alone, if that is
        asked for."""
        asked = {"tenant": tenant, "webhook": webhook, "limit": limit, "failed": failed}
        async with self.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(_LAST, asked)).mappings()]

    async def tidy(self, kept: Collection[tuple[str, str]]) -> None:
        """Forgets all webhooks but these, by tenant and id, and of these what is old."""
        async with self.engine.begin() as connection:
            for tenant, webhook in (await connection.execute(_ALL)).all():
                mine = {"tenant": tenant, "webhook": webhook}
                if (tenant, webhook) in kept:
                    await connection.execute(_FORGET, {**mine, "kept": KEPT})
                else:
                    for statement in _GONE:
                        await connection.execute(statement, mine)
