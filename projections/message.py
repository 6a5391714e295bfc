"""From a message of the log to an event to fold, or the reason why that cannot be."""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import psycopg

from infra.log import headers as h
from infra.log.codec import RegistryUnavailable
from infra.log.envelope import Codec, Recorded, Vaults, decode_event, parse_key
from infra.vault import VaultUnavailable
from projections.catalog import read_models
from schemas.contract import contracts, fields

OUTAGES = (RegistryUnavailable, VaultUnavailable, psycopg.OperationalError, psycopg.InterfaceError, ConnectionError)
"""What says nothing about the event: try again, never park."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Kafka gave it, whichever client read it. `timestamp` is the broker's, in milliseconds."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int = 0


def ends_command(message: Message) -> bool:
    """Whether no event of the same command comes behind it."""
    return all(name != h.REMAINING for name, _ in message.headers)


def stored(topic: str, partition: int, offset: int, key: bytes, value: bytes | None, headers: bytes) -> Message:
    """A message as tables of parked events keep it."""
    return Message(topic, partition, offset, key, value, header_pairs(headers))


def header_pairs(headers: bytes) -> tuple[tuple[str, bytes], ...]:
    """Headers as tables of parked events keep them."""
    return msgspec.msgpack.decode(headers, type=tuple[tuple[str, bytes], ...])


def message_of(recorded: Recorded) -> Message:
    """An event that was folded before, as a message: with the headers that reading it takes."""
    headers = {
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
    pairs = tuple((name, value.encode()) for name, value in headers.items())
    return Message(recorded.topic, recorded.partition, recorded.offset, recorded.key, recorded.value, pairs)


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What events are ordered and parked by."""

    tenant: str
    domain: str
    aggregate: str
    id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that the database folds."""

    key: Key
    message: Message
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Poison:
    """A message that cannot be folded, now or ever, by this code. `trace` names no personal data."""

    key: Key
    message: Message
    reason: str
    trace: str


Read = Callable[[Message], Fact | Poison | None]


@cache
def _folded(database: str) -> frozenset[tuple[str, str]]:
    return frozenset(m.aggregate for m in read_models(database) if m.aggregate is not None)


def describe(error: Exception) -> tuple[str, str]:
    """(reason, trace) of an exception, without the values of variables and without NUL, which Postgres cannot hold. Of
    what Postgres says the details are left out: they quote rows."""
    said = (error.diag.message_primary if isinstance(error, psycopg.Error) else None) or str(error)
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return f"{type(error).__name__}: {said}".replace("\0", "")[:2000], "".join(frames).replace("\0", "")[-8000:]


def _key(message: Message, domain: str) -> Key:
    try:
        return Key(*(part.replace("\0", "") for part in _split(message.key, domain)))
    except ValueError:
        return Key("", domain, "", f"{message.topic}/{message.partition}/{message.offset}")


def _split(key: bytes, domain: str) -> tuple[str, str, str, str]:
    tenant, aggregate, id = parse_key(key)
    return tenant, domain, aggregate, id


@cache
def _personal() -> Mapping[bytes, bool]:
    """By event type, whether it has fields sealed under the key of the record's own id."""
    types = ((event, c.id_field) for c in contracts().values() for event in c.events)
    return {event.NAME.encode(): any(f.subject == id for f in fields(event)) for event, id in types}


def subjects_of(messages: Iterable[Message]) -> Mapping[str, set[str]]:
    """By tenant, the people whose keys reading these messages will take."""
    found: dict[str, set[str]] = {}
    for message in messages:
        if _personal().get(dict(message.headers).get(h.CE_TYPE, b"")):
            key = _key(message, "")
            found.setdefault(key.tenant, set()).add(key.id)
    return found


def subjects_in(events: Iterable[Mapping[str, Any]]) -> set[str]:
    """The people whose keys opening these rows of the history will take."""
    return {each["id"] for each in events if _personal().get(each["type"].encode())}


def reader(database: str, codec: Codec, vaults: Vaults) -> Read:
    """Reads messages for one database: a Fact, a Poison, or None for what the database does not fold.

    The reading raises OUTAGES; nothing else.
    """
    folded = _folded(database)

    def read(message: Message) -> Fact | Poison | None:
        kind = dict(message.headers).get(h.CE_TYPE, b"").decode(errors="replace")
        key = _key(message, kind.partition(".")[0])
        if kind and key.tenant and (key.domain, key.aggregate) not in folded:
            return None
        try:
            if message.value is None:
                raise ValueError("the message has no value")
            recorded = decode_event(
                message.topic,
                message.partition,
                message.offset,
                message.key,
                message.value,
                message.headers,
                codec,
                vaults,
            )
        except OUTAGES:
            raise
        except Exception as error:  # whatever else decoding raises is about this message
            return Poison(key, message, *describe(error))
        return Fact(key, message, recorded)

    return read
