"""The tables of one database, derived from its read models, and the rights on them.

Most stand in the schema of a generation, and are found by the search path of the connection. What tells the generations
apart, and how far each has come, is shared and stands in `public`.

Every table with a tenant has it first in its primary key, and row-level security enabled and forced: the reader sees
the tenant of `nexus.tenant` alone, the writer all. Neither role owns a table or may bypass the policies.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import CreateIndex, CreateTable

from projections.catalog import read_models
from projections.columns import SYSTEM, Column, Kind, columns_of
from projections.model import ReadModel

_TIME = sa.DateTime(timezone=True)
_TYPES: dict[Kind, sa.types.TypeEngine[object]] = {
    "text": sa.Text(),
    "enum": sa.Text(),
    "integer": sa.BigInteger(),
    "number": sa.Numeric(19, 4),
    "boolean": sa.Boolean(),
    "time": _TIME,
    "date": sa.Date(),
    "texts": ARRAY(sa.Text()),
    "records": postgresql.JSONB(none_as_null=True),
    "object": postgresql.JSONB(none_as_null=True),
}  # type: ignore[assignment]

_DIALECT = postgresql.dialect()
_FOLDED_BY = "folded_by"
"""Marks an index that folding looks into. It finds everything else by primary keys."""

_TRIGRAMS = "gin_trgm_ops"
_NEEDS_TRIGRAMS = "needs_trigrams"
"""Marks an index by what stands in a text: made by the extension pg_trgm, which a server may not have."""

_KNOWN = "known"
"""Marks a column of which Postgres is to know how often each value stands there, not only the most frequent ones. Of
whom it does not know it believes that they own as many records as others do on average, and goes through all records in
their order to find the first fifty of somebody who has three."""
_VALUES_KNOWN = 1000

OPEN_END = "9999-12-31 23:59:59.999999+00"
"""The end of a range that has none; the greatest time that Python and Postgres both hold."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of one database. `rows` and `versions` are by read model name."""

    metadata: sa.MetaData
    rows: dict[str, sa.Table]
    versions: dict[str, sa.Table]
    history: sa.Table
    parked: sa.Table
    dirty: sa.Table

    @property
    def with_tenant(self) -> Sequence[sa.Table]:
        """Tables on which row-level security is forced."""
        return [t for t in self.metadata.sorted_tables if "tenant" in t.c]


def _column(column: Column, *, known: bool = False) -> "sa.Column[object]":
    return sa.Column(column.name, _TYPES[column.kind], nullable=column.nullable, info={_KNOWN: known})


def _text(name: str, *, primary: bool = False, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), primary_key=primary, nullable=nullable)


def _rows(metadata: sa.MetaData, model: ReadModel) -> sa.Table:
    name = model.name
    own = {c.name: c for c in (*columns_of(model.row), *SYSTEM)}
    indexed = dict.fromkeys((*(j.column for j in model.joins if j.column in own), *model.indexed))
    return sa.Table(
        name,
        metadata,
        _text("tenant", primary=True),
        _text("id", primary=True),
        *(_column(c, known=c.name == model.access.get("owner")) for c in (*columns_of(model.row), *SYSTEM)),
        *(
            _index(name, [own[each] for each in columns], model.covered.get(columns, ()))
            for columns in ((column,) if isinstance(column, str) else column for column in indexed)
        ),
        *(_beginnings(name, own[column]) for column in model.begun),
        *(_contents(name, own[column]) for column in model.contained),
        *_moved(name, model),
    )


def _index(table: str, columns: Sequence[Column], covered: Sequence[str]) -> sa.Index:
    """By the tenant and some columns, with others beside them; of a list, by what it holds."""
    first, names = columns[0], [column.name for column in columns]
    if first.kind in ("texts", "records"):
        ops = {first.name: "jsonb_path_ops"} if first.kind == "records" else {}
        return sa.Index(f"{table}_by_{first.name}", first.name, postgresql_using="gin", postgresql_ops=ops)
    return sa.Index(f"{table}_by_{'_'.join(names)}", "tenant", *names, postgresql_include=list(covered))


def _beginnings(table: str, column: Column) -> sa.Index:
    """By the tenant and how a text begins, in small letters: as `projections.values` asks for a prefix."""
    small, ops = sa.func.lower(sa.column(column.name)).label("small"), {"small": "text_pattern_ops"}
    return sa.Index(f"{table}_begun_{column.name}", "tenant", small, postgresql_ops=ops)


def _contents(table: str, column: Column) -> sa.Index:
    """By what stands anywhere in a text, in small letters: as `projections.values` asks for what it contains."""
    small = sa.func.lower(sa.column(column.name)).label("small")
    ops, info = {"small": _TRIGRAMS}, {_NEEDS_TRIGRAMS: True}
    return sa.Index(f"{table}_in_{column.name}", small, postgresql_using="gin", postgresql_ops=ops, info=info)


def _moved(table: str, model: ReadModel) -> Sequence[sa.Index]:
    """Of the few rows whose place others took, by whom: a generation that has none yet is asked more slowly."""
    if not model.moved:
        return []
    where = sa.column(model.moved).is_not(None)
    return [sa.Index(f"{table}_by_{model.moved}", "tenant", model.moved, postgresql_where=where)]


def _versions(metadata: sa.MetaData, model: ReadModel) -> sa.Table:
    name, own = f"{model.name}_versions", {c.name: c for c in columns_of(model.row)}
    known = sa.text(f"known_to = '{OPEN_END}' and valid_to = '{OPEN_END}'")
    return sa.Table(
        name,
        metadata,
        _text("tenant", primary=True),
        _text("id", primary=True),
        sa.Column("known_from", _TIME, primary_key=True),
        sa.Column("valid_from", _TIME, primary_key=True),
        sa.Column("valid_to", _TIME, nullable=False),
        sa.Column("known_to", _TIME, nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        *(_column(c) for c in (*columns_of(model.row), *SYSTEM)),
        sa.Index(f"{name}_last", "tenant", "id", postgresql_where=known, info={_FOLDED_BY: True}),
        *([sa.Index(f"{name}_by_{model.tree}", "tenant", model.tree)] if model.tree else []),
        *(_index(name, [own[column]], ()) for column in model.indexed_then),
        *_moved(name, model),
    )


def _history(metadata: sa.MetaData) -> sa.Table:
    texts = ("event_id", "type", "command_id", "correlation_id", "causation_id", "actor")
    return sa.Table(
        "history",
        metadata,
        _text("tenant", primary=True),
        _text("domain", primary=True),
        _text("aggregate", primary=True),
        _text("id", primary=True),
        # Business time comes before the position, so that the newest one of a record is found without reading it all.
        sa.Column("occurred_at", _TIME, primary_key=True),
        sa.Column("offset", sa.BigInteger(), primary_key=True),
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        _text("topic", primary=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", _TIME, nullable=False),
        *(_text(name) for name in texts),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        # The tenant last: first, it would look to a plan made while the table was empty like a way to find a record.
        *(sa.Index(f"history_by_{name}", name, "tenant") for name in ("event_id", "command_id", "correlation_id")),
    )


def _positions(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        _text("grp", primary=True),
        _text("topic", primary=True),
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        schema="public",
    )


_SHARED = sa.MetaData()
POSITIONS = _positions(_SHARED, "positions")
SEARCH_POSITIONS = _positions(_SHARED, "search_positions")
# Behind the last erasure of each partition that a group has folded.
ERASED_POSITIONS = _positions(_SHARED, "erased_positions")
GENERATIONS = sa.Table(
    "generations",
    _SHARED,
    sa.Column("number", sa.Integer(), sa.Identity(always=False), primary_key=True),
    _text("grp"),
    _text("state"),
    sa.Column("declared", postgresql.JSONB(), nullable=False),
    sa.Column("taken", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("made_at", _TIME, nullable=False, server_default=sa.func.now()),
    sa.Column("live_since", _TIME, nullable=True),
    sa.Index("one_live_generation", "state", unique=True, postgresql_where=sa.text("state = 'live'")),
    schema="public",
)


def _event() -> "list[sa.Column[Any]]":
    """An event as the log holds it, and why it is not folded. Its place is unique within its record."""
    return [
        sa.Column("offset", sa.BigInteger(), primary_key=True),
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        _text("topic", primary=True),
        _text("reason"),
        _text("trace"),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
    ]


# A discarded event counts for no generation, so that a rebuild does not bring it back.
DISCARDED = sa.Table(
    "discarded",
    _SHARED,
    *(_text(name, primary=True) for name in ("tenant", "domain", "aggregate", "id")),
    *_event(),
    _text("who"),
    _text("why"),
    sa.Column("discarded_at", _TIME, nullable=False, server_default=sa.func.now()),
    sa.Index("discarded_by_place", "topic", "partition", "offset"),
    schema="public",
)
REQUESTS = sa.Table(
    "dead_letter_requests",
    _SHARED,
    _text("tenant", primary=True),
    sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
    _text("letter"),
    _text("topic"),
    sa.Column("partition", sa.Integer(), nullable=False),
    sa.Column("offset", sa.BigInteger(), nullable=False),
    _text("action"),
    _text("who"),
    _text("why"),
    sa.Column("requested_at", _TIME, nullable=False, server_default=sa.func.now()),
    _text("outcome", nullable=True),
    _text("told", nullable=True),
    sa.Column("settled_at", _TIME, nullable=True),
    sa.Index("one_open_request", "tenant", "letter", unique=True, postgresql_where=sa.text("outcome is null")),
    sa.Index("open_requests", "seq", postgresql_where=sa.text("outcome is null")),
    schema="public",
)


@cache
def tables_of(database: str) -> Tables:
    """The tables of the database with this short name (admin, crm, …)."""
    metadata = sa.MetaData()
    models = read_models(database)
    parked = sa.Table(
        "parked",
        metadata,
        *(_text(name, primary=True) for name in ("tenant", "domain", "aggregate", "id")),
        *_event(),
        sa.Column("parked_at", _TIME, nullable=False, server_default=sa.func.now()),
    )
    dirty = sa.Table(
        "dirty",
        metadata,
        _text("tenant", primary=True),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        _text("model"),
        _text("id"),
        sa.Column("names", sa.Boolean(), nullable=False),
    )
    return Tables(
        metadata=metadata,
        rows={m.name: _rows(metadata, m) for m in models},
        versions={m.name: _versions(metadata, m) for m in models if m.times},
        history=_history(metadata),
        parked=parked,
        dirty=dirty,
    )


def furniture(database: str) -> str:
    """A digest of the tables of a generation that are no read model's."""
    tables = tables_of(database)
    own = {t.name for t in (*tables.rows.values(), *tables.versions.values())}
    texts = [str(CreateTable(t).compile(dialect=_DIALECT)) for t in tables.metadata.sorted_tables if t.name not in own]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def create_shared(connection: psycopg.Connection, writer: str, reader: str) -> None:
    """Makes the tables that all generations share and that are missing, in the transaction that is open."""
    make(connection, _SHARED.sorted_tables, writer, reader)


def make(connection: psycopg.Connection, wanted: Iterable[sa.Table], writer: str, reader: str) -> None:
    """Makes those of these tables of the schema `public` that are missing, in the transaction that is open."""
    for table in wanted:
        name = f"public.{table.name}"
        if connection.execute("select to_regclass(%s)", [name]).fetchone() != (None,):
            continue
        guarded = _guarded(name, writer, reader) if "tenant" in table.c else []
        rights = [f'grant usage on schema public to "{writer}", "{reader}"', *_granted(name, writer, reader)]
        for statement in (*_made(connection, [table]), *rights, *guarded):
            connection.execute(statement.encode())


def create(
    connection: psycopg.Connection, tables: Tables, schema: str, writer: str, reader: str, *, asked: bool
) -> None:
    """Makes a generation's schema with its tables, indexes, policies and rights, in the transaction that is open. Of
    one that is not `asked` yet only the indexes that folding looks into; `complete` makes the others."""
    connection.execute(f'create schema "{schema}"'.encode())
    connection.execute("select set_config('search_path', %s, true)", [f"{schema}, public"])
    made = _made(connection, tables.metadata.sorted_tables, asked=asked)
    statements = [f'grant usage on schema "{schema}" to "{writer}", "{reader}"', *made]
    for table in tables.metadata.sorted_tables:
        statements += _granted(f'"{table.name}"', writer, reader)
    for table in tables.with_tenant:
        statements += _guarded(f'"{table.name}"', writer, reader)
        statements += _counted(table)
    statements += [
        "create sequence search_revision",
        f'grant usage on all sequences in schema "{schema}" to "{writer}"',
    ]
    for statement in statements:
        connection.execute(statement.encode())
    connection.execute("select set_config('search_path', 'public', true)")


def complete(connection: psycopg.Connection, tables: Tables, schema: str) -> int:
    """Makes the indexes that a generation lacks and gives their number, those of each table in a transaction: who
    writes to it waits, and nobody for two tables. They are safe on disk with what is committed after them."""
    with connection.transaction():
        found = connection.execute("select indexname from pg_indexes where schemaname = %s", [schema])
        there = {name for (name,) in found}
        lacking = [i for i in _indexes(connection, tables.metadata.sorted_tables) if i.name not in there]
    for _, of_table in groupby(lacking, lambda index: index.table):
        with connection.transaction():
            connection.execute("set local synchronous_commit = off")
            connection.execute("select set_config('search_path', %s, true)", [f"{schema}, public"])
            for index in of_table:
                connection.execute(str(CreateIndex(index).compile(dialect=_DIALECT)).encode())
    return len(lacking)


def _made(connection: psycopg.Connection, wanted: Sequence[sa.Table], *, asked: bool = True) -> list[str]:
    indexes = [index for index in _indexes(connection, wanted) if asked or _FOLDED_BY in index.info]
    return [str(made.compile(dialect=_DIALECT)) for made in (*map(CreateTable, wanted), *map(CreateIndex, indexes))]


def _indexes(connection: psycopg.Connection, wanted: Sequence[sa.Table]) -> list[sa.Index]:
    """Those that this server can make, table by table."""
    visible = "select exists (select from pg_opclass where opcname = %s and pg_opclass_is_visible(oid))"
    trigrams = connection.execute(visible, [_TRIGRAMS]).fetchone() == (True,)
    indexes = [index for table in wanted for index in sorted(table.indexes, key=lambda i: str(i.name))]
    return [index for index in indexes if trigrams or _NEEDS_TRIGRAMS not in index.info]


def _counted(table: sa.Table) -> list[str]:
    return [
        f'alter table "{table.name}" alter column "{column.name}" set statistics {_VALUES_KNOWN}'
        for column in table.columns
        if column.info.get(_KNOWN)
    ]


def _granted(name: str, writer: str, reader: str) -> list[str]:
    return [
        f'grant select, insert, update, delete, truncate on {name} to "{writer}"',
        f'grant select on {name} to "{reader}"',
    ]


def _guarded(name: str, writer: str, reader: str) -> list[str]:
    return [
        f"alter table {name} enable row level security",
        f"alter table {name} force row level security",
        f'create policy reader on {name} for select to "{reader}" '
        "using (tenant = current_setting('nexus.tenant', true))",
        f'create policy writer on {name} to "{writer}" using (true) with check (true)',
    ]
