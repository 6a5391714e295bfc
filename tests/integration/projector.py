"""What the projector's tests share: databases of their own, a codec without a registry, and messages as on the log."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from string import ascii_letters
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from infra import settings as infra_settings
from infra.log import headers as h
from infra.log.codec import Codec
from infra.log.envelope import Recorded
from infra.postgres import connect
from infra.settings import Settings
from projections import generations, positions
from projections.message import Message
from projections.store import Projection, apply, projection
from projections.tables import tables_of
from schemas import avro
from schemas.contract import PlainVault, Vault

VAULT = PlainVault()
TOO_LONG = "".join(Random(1).choices(ascii_letters, k=4000))
"""A text that no index holds, not even compressed."""


@dataclass(frozen=True, slots=True)
class MemoryIds:
    """Schema ids as a registry would give them, kept in memory."""

    names: list[str] = field(default_factory=list[str])

    def id_of(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name) + 1

    def text_of(self, id: int) -> str:
        return avro.published(self.names[id - 1])


CODEC = Codec(MemoryIds())


def plain_vaults(tenant: str) -> Vault:
    return VAULT


@contextmanager
def own_databases(*names: str) -> Generator[Settings]:
    """Settings with a database prefix of their own and these databases made; all of it is dropped in the end."""
    prefix = f"t{uuid4().hex[:10]}"
    settings = infra_settings.read(database_prefix=prefix, topic_prefix=f"{prefix}.", index_prefix=prefix)
    try:
        generations.ensure(settings, *names)
        yield settings
    finally:
        with psycopg.connect(settings.postgres, dbname="postgres", autocommit=True) as admin:
            for name in (*names, "platform"):
                database = sql.Identifier(f"{prefix}_{name}")
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(database))
            for role in ("owner", "writer", "reader"):
                admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(f"{prefix}_{role}")))


@contextmanager
def filled(*statements: str) -> Generator[Settings]:
    """The CRM's databases, with rows that were never folded, of which Postgres knows how many there are."""
    with own_databases("crm") as made:
        with generations.connected(made, "crm") as connection:
            for statement in statements:
                connection.execute(statement.encode())
        with connect(made, "crm", "owner") as owner:
            owner.autocommit = True
            owner.execute("vacuum (analyze)")
        yield made


def message(settings: Settings, recorded: Recorded, codec: Codec = CODEC, vault: Vault = VAULT) -> Message:
    """The event as the log would carry it."""
    headers: Mapping[str, str] = {
        h.CE_ID: recorded.event_id,
        h.CE_TYPE: recorded.type,
        h.CE_TIME: h.time_text(recorded.occurred_at),
        h.CE_RECORDEDTIME: h.time_text(recorded.recorded_at),
        h.TENANT: recorded.tenant,
        h.AGGREGATE_VERSION: str(recorded.version),
        h.COMMAND_ID: recorded.command_id,
        h.CORRELATION_ID: recorded.correlation_id,
        h.CAUSATION_ID: recorded.causation_id,
        h.ACTOR: recorded.actor,
    }
    return Message(
        settings.topic_prefix + recorded.topic,
        recorded.partition,
        recorded.offset,
        recorded.key,
        codec.encode(recorded.event, vault),
        tuple((name, value.encode()) for name, value in headers.items()),
    )


@dataclass(slots=True)
class Folder:
    """Folds into one database of a test, and remembers where it is; `later` are messages that a test may fold."""

    settings: Settings
    database: str
    projection: Projection
    connection: psycopg.Connection
    at: dict[positions.Partition, int] = field(default_factory=dict[positions.Partition, int])
    later: list[Message] = field(default_factory=list[Message])

    def fold(self, log: Iterable[Recorded]) -> None:
        """Folds one batch."""
        self.fold_messages([message(self.settings, r) for r in log])

    def fold_messages(self, messages: Sequence[Message]) -> None:
        new = {(m.topic, m.partition) for m in messages} - set(self.at)
        self.at |= positions.ensure(self.connection, self.projection.group, new)
        self.at |= apply(self.connection, self.projection, self.at, messages)

    def clear(self) -> None:
        """Empties every table and forgets the positions."""
        own = [t.name for t in tables_of(self.database).metadata.sorted_tables]
        names = ", ".join([*own, "positions", "search_positions", "erased_positions"])
        with self.connection.transaction():
            self.connection.execute(f"truncate {names}".encode())
        self.at.clear()

    def ask(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query by the writer, who sees every tenant."""
        with self.connection.transaction():
            return self.connection.execute(statement.encode(), parameters).fetchall()


@contextmanager
def folder(settings: Settings, database: str = "crm") -> Generator[Folder]:
    """A folder with the codec and the vault of these tests."""
    live = generations.live(settings, database)
    with generations.connected(settings, database, generation=live) as connection:
        folding = projection(settings, database, live.number, CODEC, plain_vaults)
        yield Folder(settings, database, folding, connection)
