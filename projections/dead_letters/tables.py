"""The tables of dead letters that lie in the platform database."""

import sqlalchemy as sa

from infra.postgres import connect, ensure_database, lock_setup, role_name
from infra.settings import Settings
from projections.tables import POSITIONS, REQUESTS, make

DATABASE = "platform"
_TIME = sa.DateTime(timezone=True)
_ONCE = "settled is null and command_id is not null"

COMMANDS = sa.Table(
    "dead_commands",
    sa.MetaData(),
    sa.Column("tenant", sa.Text(), primary_key=True),
    sa.Column("domain", sa.Text(), primary_key=True),
    sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("offset", sa.BigInteger(), primary_key=True),
    # Where the newest dead letter of the same command lies, and how many there have been.
    sa.Column("last_offset", sa.BigInteger(), nullable=False),
    sa.Column("failures", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("command_id", sa.Text(), nullable=True),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("type", sa.Text(), nullable=False),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("trace", sa.Text(), nullable=False),
    sa.Column("since", _TIME, nullable=False),
    sa.Column("settled", sa.Text(), nullable=True),
    sa.Column("who", sa.Text(), nullable=True),
    sa.Column("why", sa.Text(), nullable=True),
    sa.Column("settled_at", _TIME, nullable=True),
    sa.Index("one_open_dead_command", "tenant", "domain", "command_id", unique=True, postgresql_where=sa.text(_ONCE)),
    sa.Index("open_dead_commands", "domain", "partition", "offset", postgresql_where=sa.text("settled is null")),
    schema="public",
)
"""What the topics of dead letters hold, read up to `positions`, and what was done about it. A command that fails more
than once is one row as long as it is not settled."""


def ensure_tables(settings: Settings) -> None:
    """Makes the tables that are missing; safe to call at every start."""
    ensure_database(settings, DATABASE)
    with connect(settings, DATABASE, "owner") as connection:
        lock_setup(connection)
        wanted = (POSITIONS, REQUESTS, COMMANDS)
        make(connection, wanted, role_name(settings, "writer"), role_name(settings, "reader"))
