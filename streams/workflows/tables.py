"""The tables of workflows, in the platform database, and the marks before which they do not react."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from infra import postgres
from infra.settings import Settings
from projections.dead_letters import tables as dead_letters
from projections.dead_letters.tables import DATABASE
from projections.positions import Partition

_TABLES = """
create table if not exists positions (
    grp text, topic text, partition int, next_offset bigint not null, primary key (grp, topic, partition));
create table if not exists workflow_marks (
    workflow text, topic text, partition int, react_from bigint not null, primary key (workflow, topic, partition));
create table if not exists workflow_states (
    tenant text, workflow text, key text, state bytea not null, primary key (tenant, workflow, key));
create table if not exists workflow_outbox (
    tenant text, seq bigint generated always as identity, workflow text not null, key text not null,
    command_id text not null, domain text not null, aggregate text not null, id text not null, value bytea not null,
    causation_id text not null, correlation_id text not null, source_time timestamptz not null,
    attempts int not null default 0, due timestamptz not null default now(), outcome text, reason text,
    primary key (tenant, seq), unique (tenant, command_id));
create index if not exists workflow_outbox_waiting on workflow_outbox (tenant, domain, aggregate, id, seq)
    where outcome is null;
alter table workflow_outbox add column if not exists asked text;
alter table workflow_outbox add column if not exists not_before timestamptz;
create index if not exists workflow_outbox_due on workflow_outbox (due) where outcome is null;
create table if not exists workflow_parked (
    tenant text, workflow text, key text, seq bigint generated always as identity, topic text not null,
    partition int not null, "offset" bigint not null, reason text not null, trace text not null,
    headers bytea not null, message_key bytea not null, value bytea, parked_at timestamptz not null default now(),
    primary key (tenant, workflow, key, seq), unique (tenant, workflow, key, topic, partition, "offset"));
create table if not exists workflow_discarded (
    tenant text, workflow text, key text, topic text, partition int, "offset" bigint, reason text not null,
    trace text not null, headers bytea not null, message_key bytea not null, value bytea, who text not null,
    why text not null, discarded_at timestamptz not null default now(),
    primary key (tenant, workflow, key, topic, partition, "offset"));
"""
# In the outbox, `asked` is the dead letter of which somebody asked that the command be sent once more; one that is for
# later has `not_before`, while `due` is when any is tried next.
_WITH_TENANT = ("workflow_states", "workflow_outbox", "workflow_parked", "workflow_discarded")


def ensure_tables(settings: Settings) -> None:
    """Makes the tables that are missing; safe to call at every start."""
    dead_letters.ensure_tables(settings)
    writer = sql.Identifier(postgres.role_name(settings, "writer"))
    with postgres.connect(settings, DATABASE, "owner") as connection:
        postgres.lock_setup(connection)
        connection.execute(_TABLES)
        for name in ("positions", "workflow_marks", *_WITH_TENANT):
            connection.execute(
                sql.SQL("grant select, insert, update, delete on {} to {}").format(sql.Identifier(name), writer)
            )
        for name in _WITH_TENANT:
            _secure(connection, sql.Identifier(name), writer)


def _secure(connection: psycopg.Connection, table: sql.Identifier, writer: sql.Identifier) -> None:
    for statement in (
        "alter table {} enable row level security",
        "alter table {} force row level security",
        "drop policy if exists writer on {}",
    ):
        connection.execute(sql.SQL(statement).format(table))
    connection.execute(sql.SQL("create policy writer on {} to {} using (true)").format(table, writer))


def mark(connection: psycopg.Connection, workflow: str, ends: Mapping[Partition, int]) -> None:
    """Notes where the log ends when a workflow is first seen: it does not react to what happened before it was there.

    A workflow that has marks keeps them.
    """
    with connection.transaction():
        if connection.execute("select 1 from workflow_marks where workflow = %s limit 1", [workflow]).fetchone():
            ends = dict.fromkeys(ends, 0)  # a partition that came later is new: all in it is news
        for (topic, number), offset in ends.items():
            connection.execute(
                "insert into workflow_marks values (%s, %s, %s, %s) on conflict do nothing",
                [workflow, topic, number, offset],
            )


def marks(connection: psycopg.Connection, workflow: str) -> dict[Partition, int]:
    """From which offset a workflow reacts, by partition."""
    with connection.transaction():
        rows = connection.execute(
            "select topic, partition, react_from from workflow_marks where workflow = %s", [workflow]
        ).fetchall()
    return {(topic, number): offset for topic, number, offset in rows}


def start_again(connection: psycopg.Connection, workflow: str, group: str) -> None:
    """Lets a workflow fold the log again from its beginning. It reacts only from where it had come to.

    Stop the runner first, or it ends by itself at its next batch.
    """
    with connection.transaction():
        connection.execute("select 1 from positions where grp = %s order by topic, partition for update", [group])
        connection.execute(
            "update workflow_marks m set react_from = greatest(m.react_from, p.next_offset) from positions p "
            "where p.grp = %s and m.workflow = %s and m.topic = p.topic and m.partition = p.partition",
            [group, workflow],
        )
        for table in ("workflow_states", "workflow_parked"):
            connection.execute(sql.SQL("delete from {} where workflow = %s").format(sql.Identifier(table)), [workflow])
        connection.execute("update positions set next_offset = 0 where grp = %s", [group])
