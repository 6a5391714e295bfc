"""When each API key was last used, to the minute, and from where: noted in memory, and written behind the requests."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter

import sqlalchemy as sa
import structlog
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra import postgres
from infra.settings import Settings

log = structlog.get_logger()
DATABASE = "platform"
EVERY = 1.0
"""Seconds between writes."""

_TABLE = """
create table if not exists api_key_uses (
    tenant text not null, key_id text not null, used_at timestamptz not null, address text not null,
    primary key (tenant, key_id));
alter table api_key_uses enable row level security;
alter table api_key_uses force row level security;
"""
_WRITE = sa.text(
    "insert into api_key_uses as it (tenant, key_id, used_at, address) values (:tenant, :key_id, :used_at, :address) "
    "on conflict (tenant, key_id) do update set used_at = excluded.used_at, address = excluded.address "
    "where it.used_at < excluded.used_at"
)
_READ = sa.text("select key_id, used_at, address from api_key_uses where tenant = :tenant and key_id = any(:key_ids)")


@dataclass(frozen=True, slots=True)
class Use:
    """`used_at` is the minute."""

    used_at: datetime
    address: str


def ensure_table(settings: Settings) -> None:
    """Makes the platform database and the table; safe to call at every start."""
    postgres.ensure_database(settings, DATABASE)
    writer = sql.Identifier(postgres.role_name(settings, "writer"))
    with postgres.connect(settings, DATABASE, "owner") as connection:
        postgres.lock_setup(connection)
        if connection.execute("select to_regclass('api_key_uses')").fetchone() != (None,):
            return
        connection.execute(_TABLE)
        connection.execute(sql.SQL("grant select, insert, update, delete on api_key_uses to {}").format(writer))
        connection.execute(sql.SQL("create policy keeper on api_key_uses to {} using (true)").format(writer))


@dataclass(frozen=True, slots=True)
class Uses:
    """A gateway's notes. A key is written once a minute at most: its first use in it."""

    engine: AsyncEngine
    _last: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])
    _unwritten: dict[tuple[str, str], Use] = field(default_factory=dict[tuple[str, str], Use])

    def note(self, tenant: str, key_id: str, address: str) -> None:
        """Notes that a key was used now."""
        minute, key = datetime.now(UTC).replace(second=0, microsecond=0), (tenant, key_id)
        if self._last.get(key) == minute:
            return
        if len(self._last) > 10_000:
            self._last.clear()
        self._last[key] = minute
        self._unwritten[key] = Use(minute, address)

    async def of(self, tenant: str, key_ids: Collection[str]) -> Mapping[str, Use]:
        """The last use of each of these keys that was used at all, by its id."""
        async with self.engine.connect() as connection:
            found = await connection.execute(_READ, {"tenant": tenant, "key_ids": list(key_ids)})
            return {key_id: Use(used_at, address) for key_id, used_at, address in found}

    @asynccontextmanager
    async def written(self) -> AsyncGenerator[None]:
        """Writes what is noted for as long as the block lasts, and what is left at its end."""
        task = asyncio.create_task(self._go_on())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self._write()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._write()

    async def _write(self) -> None:
        """Writes what is noted; it stays noted while Postgres is away, unless the key is used again."""
        noted = dict(self._unwritten)
        if not noted:
            return
        values = [
            {"tenant": tenant, "key_id": key_id, "used_at": use.used_at, "address": use.address}
            for (tenant, key_id), use in sorted(noted.items(), key=itemgetter(0))
        ]
        try:
            async with self.engine.begin() as connection:
                await connection.execute(_WRITE, values)
        except SQLAlchemyError as error:
            log.warning("key_uses_not_written", error=repr(error))
            return
        for key, use in noted.items():
            if self._unwritten.get(key) == use:
                del self._unwritten[key]
