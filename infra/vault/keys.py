"""The table of wrapped keys, one for each (tenant, subject), in the platform database."""

from collections.abc import Callable, Mapping, Sequence

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from infra import postgres
from infra.settings import Settings
from infra.vault.cipher import new_key

DATABASE = "platform"
Wrap = Callable[[str, str, bytes], bytes]
"""(tenant, subject, key) → the key, wrapped."""
_TABLE = """
create table if not exists subject_keys (
    tenant text not null, subject text not null, wrapped bytea, created_at timestamptz not null default now(),
    destroyed_at timestamptz, primary key (tenant, subject), check ((wrapped is null) = (destroyed_at is not null)));
alter table subject_keys enable row level security;
alter table subject_keys force row level security;
"""


class VaultUnavailable(Exception):
    """The key table cannot be asked now: wait and try again."""


def ensure_vault(settings: Settings) -> None:
    """Makes the platform database and the table; safe to call at every start."""
    postgres.ensure_database(settings, DATABASE)
    writer = sql.Identifier(postgres.role_name(settings, "writer"))
    with postgres.connect(settings, DATABASE, "owner") as connection:
        postgres.lock_setup(connection)
        connection.execute(_TABLE)
        connection.execute(sql.SQL("grant select, insert, update on subject_keys to {}").format(writer))
        connection.execute("drop policy if exists keeper on subject_keys")
        connection.execute(sql.SQL("create policy keeper on subject_keys to {} using (true)").format(writer))


def read_or_make(
    pool: ConnectionPool[psycopg.Connection], wrap: Wrap, tenant: str, subjects: Sequence[str]
) -> Mapping[str, bytes | None]:
    """The wrapped key of every subject, made where there is none; None where it was destroyed.

    Two processes that make the same key meet at the primary key, and both read the one that won.
    """
    fresh = [wrap(tenant, subject, new_key()) for subject in subjects]
    try:
        with pool.connection() as connection:
            connection.execute(
                "insert into subject_keys (tenant, subject, wrapped) select %s, * from unnest(%s::text[], %s::bytea[]) "
                "on conflict do nothing",
                [tenant, list(subjects), fresh],
            )
        return read(pool, tenant, subjects)
    except (psycopg.Error, PoolTimeout) as error:
        raise VaultUnavailable(f"The key table cannot be written: {error}.") from error


def read(pool: ConnectionPool[psycopg.Connection], tenant: str, subjects: Sequence[str]) -> Mapping[str, bytes | None]:
    """The wrapped keys there are; None where one was destroyed."""
    try:
        with pool.connection() as connection:
            rows = connection.execute(
                "select subject, wrapped from subject_keys where tenant = %s and subject = any(%s)",
                [tenant, list(subjects)],
            ).fetchall()
    except (psycopg.Error, PoolTimeout) as error:
        raise VaultUnavailable(f"The key table cannot be read: {error}.") from error
    return dict(rows)
