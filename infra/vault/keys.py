"""The table of wrapped keys, one for each (tenant, subject), in the platform database.

A destroyed key leaves its row behind without the key, so that no new key is made for an erased person. Postgres keeps
the old row until vacuum, and a backup keeps it as long as itself: keep backups of this database short.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from infra import postgres
from infra.settings import Settings
from infra.vault.errors import VaultUnavailable
from infra.vault.master import Wrapped

DATABASE = "platform"
_TABLES = """
create table if not exists master_keys (id text primary key, first_used_at timestamptz not null default now());
alter table master_keys add column if not exists wrapped bytea, add column if not exists wrapped_by text;
create table if not exists subject_keys (
    tenant text not null, subject text not null, wrapped bytea, master_key_id text,
    created_at timestamptz not null default now(), destroyed_at timestamptz,
    primary key (tenant, subject), check ((wrapped is null) = (destroyed_at is not null)));
alter table subject_keys add column if not exists fingerprint text;
do $$ begin
    if not exists (select from pg_constraint where conname = 'subject_keys_wrapped_by') then
        alter table subject_keys no force row level security;
        alter table subject_keys alter column master_key_id drop not null;
        update subject_keys set master_key_id = null where wrapped is null;
        alter table subject_keys
            add constraint subject_keys_wrapped_by_one check (wrapped is null or master_key_id is not null) not valid,
            add constraint subject_keys_wrapped_by foreign key (master_key_id) references master_keys not valid;
    end if;
end $$;
alter table subject_keys enable row level security;
alter table subject_keys force row level security;
"""
"""No key is written that none of the platform's master keys wraps: it could never be read. What was written before that
was asked stays as it is, for a rotation to wrap anew."""
_READ = "select subject, wrapped, coalesce(master_key_id, '') from subject_keys where tenant = %s and subject = any(%s)"
_ADD = """
insert into subject_keys (tenant, subject, wrapped, master_key_id)
select %s, new.* from unnest(%s::text[], %s::bytea[], %s::text[]) as new on conflict do nothing
"""
_HAVING = "select tenant from subject_keys where subject = %s and wrapped is not null order by tenant"
_MASTER_KEYS = "select id, wrapped, wrapped_by from master_keys order by first_used_at, id"
_DESTROY = """
insert into subject_keys as k (tenant, subject, destroyed_at) values (%s, %s, now())
on conflict (tenant, subject) do update set wrapped = null, master_key_id = null,
    destroyed_at = coalesce(k.destroyed_at, excluded.destroyed_at),
    fingerprint = case when k.wrapped is null then k.fingerprint else %s end
returning destroyed_at, fingerprint
"""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """When a key was destroyed, and the fingerprint it had, None for a key that was never made."""

    at: datetime
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class MasterKeyRow:
    """A master key of the platform. `wrapped` is the key itself, wrapped by the key of a vault, whose identifier and
    version are `wrapped_by`; both are None where the master key is in a file."""

    id: str
    wrapped: bytes | None
    wrapped_by: str | None


class MasterKeyTable(Protocol):
    """Where the platform's master keys are known."""

    def master_keys(self) -> Sequence[MasterKeyRow]:
        """All of them, the newest last. Raises VaultUnavailable."""
        ...


class Keys(Protocol):
    """Where wrapped keys lie. Every method raises VaultUnavailable while that cannot be asked."""

    def read(self, tenant: str, subjects: Sequence[str]) -> Mapping[str, Wrapped]:
        """The rows there are."""
        ...

    def add(self, tenant: str, keys: Mapping[str, Wrapped]) -> None:
        """Adds rows for the subjects that have none, and leaves the others as they are."""
        ...

    def destroy(self, tenant: str, subject: str, fingerprint: str | None) -> Destroyed:
        """Forgets a key for good, even one that was never made; tells of the first time, ever after."""
        ...


@dataclass(frozen=True, slots=True)
class PostgresKeys:
    """The table in Postgres. It connects when first asked."""

    settings: Settings
    pools: list[ConnectionPool[psycopg.Connection]] = field(default_factory=list[ConnectionPool[psycopg.Connection]])
    lock: Lock = field(default_factory=Lock)

    def read(self, tenant: str, subjects: Sequence[str]) -> Mapping[str, Wrapped]:
        rows = self._rows(_READ, [tenant, list(subjects)])
        return {subject: Wrapped(key, master) for subject, key, master in rows}

    def add(self, tenant: str, keys: Mapping[str, Wrapped]) -> None:
        subjects = sorted(keys)  # always in one order, so that two processes never wait for each other in a circle
        held = [keys[subject] for subject in subjects]
        values = [tenant, subjects, [each.key for each in held], [each.master_key_id for each in held]]
        self._rows(_ADD, values, writes=True)

    def destroy(self, tenant: str, subject: str, fingerprint: str | None) -> Destroyed:
        (row,) = self._rows(_DESTROY, [tenant, subject, fingerprint], writes=True)
        return Destroyed(*row)

    def having(self, subject: str) -> Sequence[str]:
        """The tenants in which a subject of this id has a key that is not destroyed."""
        return [tenant for (tenant,) in self._rows(_HAVING, [subject])]

    def master_keys(self) -> Sequence[MasterKeyRow]:
        return [MasterKeyRow(*row) for row in self._rows(_MASTER_KEYS)]

    def close(self) -> None:
        for pool in self.pools:
            pool.close()

    def _rows(
        self, statement: LiteralString, values: Sequence[Any] = (), *, writes: bool = False
    ) -> Sequence[tuple[Any, ...]]:
        """The rows of a statement, which may be said twice. One that only reads takes one trip: keys are waited for
        wherever somebody is shown. Raises VaultUnavailable."""
        pool = self._pool()
        try:
            try:
                return _asked(pool, statement, values, writes=writes)
            except PoolTimeout:
                raise
            except psycopg.OperationalError:  # a connection was lost while it rested, and others may be
                pool.check()
                return _asked(pool, statement, values, writes=writes)
        except psycopg.errors.ForeignKeyViolation as error:
            raise VaultUnavailable(
                f"The master key in {self.settings.key_vault or self.settings.master_key} is none of the platform's, or"
                " is no more. `nexus360 vault status` tells which is: where it is a file, put that one there;"
                " `vault rotate --switch` takes the one prepared."
            ) from error
        except psycopg.Error as error:
            raise VaultUnavailable(f"The key table cannot be asked: {error}") from error

    def _pool(self) -> ConnectionPool[psycopg.Connection]:
        with self.lock:
            if not self.pools:
                self.pools.append(postgres.pool(self.settings, DATABASE))
            return self.pools[0]


def _asked(
    pool: ConnectionPool[psycopg.Connection], statement: LiteralString, values: Sequence[Any], *, writes: bool
) -> Sequence[tuple[Any, ...]]:
    """What is written is committed apart: it must not come about once whoever waits for it was killed."""
    with pool.connection() as connection, connection.transaction() if writes else nullcontext():
        found = connection.execute(statement, values)
        return found.fetchall() if found.description else ()


def known_master_keys(connection: psycopg.Connection) -> Sequence[MasterKeyRow]:
    """The newest last."""
    return [MasterKeyRow(*row) for row in connection.execute(_MASTER_KEYS)]


def add_master_key(connection: psycopg.Connection, row: MasterKeyRow) -> None:
    """Makes a master key one of the platform's."""
    connection.execute(
        "insert into master_keys (id, wrapped, wrapped_by) values (%s, %s, %s) on conflict do nothing",
        [row.id, row.wrapped, row.wrapped_by],
    )


def make_tables(connection: psycopg.Connection, writer: str) -> None:
    """Makes the tables where there are none, for a role that writes keys and reads which master keys there are."""
    role = sql.Identifier(writer)
    connection.execute(_TABLES)
    connection.execute(sql.SQL("grant select, insert, update on subject_keys to {}").format(role))
    connection.execute(sql.SQL("grant select on master_keys to {}").format(role))
    connection.execute("drop policy if exists keeper on subject_keys")
    connection.execute(sql.SQL("create policy keeper on subject_keys to {} using (true)").format(role))
