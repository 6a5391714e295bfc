"""Commands and events with everything that travels around them in key and headers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from infra.log import headers as h
from infra.log.codec import Codec
from infra.log.replies import reply_to_text
from infra.log.topics import topic
from schemas.contract import Record, Vault

Vaults = Callable[[str], Vault]
"""The vault of a tenant."""


@dataclass(frozen=True, slots=True)
class CommandEnvelope:
    """A command on its way to a processor.

    `command_id` is a uuid as text. `fingerprint` is 16 hex digits over what the caller sent: the same id with another
    fingerprint is refused. `reply_to` is (partition of the replies, instance); `CommandSender` fills it in.
    `source_time` is the recorded time of the event that a workflow reacts to, None for everyone else. `on_behalf_of`
    is the user for whom the actor does it, where that is another.
    """

    command: Any
    tenant: str
    aggregate: str
    id: str
    command_id: str
    correlation_id: str
    actor: str
    fingerprint: str
    causation_id: str | None = None
    expected_version: int | None = None
    reply_to: tuple[int, str] | None = None
    traceparent: str | None = None
    source_time: datetime | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the log holds it. `version` is the aggregate's with this event; the first is 1."""

    event: Record
    tenant: str
    aggregate: str
    id: str
    version: int
    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    topic: str
    partition: int
    offset: int
    command_id: str
    correlation_id: str
    causation_id: str
    actor: str
    value: bytes
    key: bytes


class LogMessage(NamedTuple):
    """A message ready to be produced."""

    topic: str
    key: bytes
    value: bytes
    headers: h.Headers


def key_of(tenant: str, aggregate: str, id: str) -> bytes:
    """The key of everything about one aggregate."""
    return f"{tenant}/{aggregate}/{id}".encode()


def parse_key(key: bytes) -> tuple[str, str, str]:
    """(tenant, aggregate, id); raises ValueError. Ids may hold slashes, tenants and aggregates may not."""
    tenant, aggregate, id = key.decode().split("/", 2)
    return tenant, aggregate, id


def encode_command(envelope: CommandEnvelope, codec: Codec, vault: Vault, prefix: str = "") -> LogMessage:
    """The message that carries a command. `prefix` is the topic prefix."""
    domain = envelope.command.NAME.partition(".")[0]
    headers: h.Headers = [
        (h.CE_ID, envelope.command_id.encode()),
        (h.CE_TYPE, envelope.command.NAME.encode()),
        (h.CE_SOURCE, envelope.actor.encode()),
        (h.CE_TIME, h.time_text(envelope.command.at).encode()),
        (h.CE_SUBJECT, f"{envelope.aggregate}/{envelope.id}".encode()),
        (h.CE_SPECVERSION, h.SPEC_VERSION),
        (h.TENANT, envelope.tenant.encode()),
        (h.ACTOR, envelope.actor.encode()),
        (h.CORRELATION_ID, envelope.correlation_id.encode()),
        (h.FINGERPRINT, envelope.fingerprint.encode()),
    ]
    if envelope.causation_id is not None:
        headers.append((h.CAUSATION_ID, envelope.causation_id.encode()))
    if envelope.on_behalf_of is not None:
        headers.append((h.ON_BEHALF_OF, envelope.on_behalf_of.encode()))
    if envelope.expected_version is not None:
        headers.append((h.EXPECTED_VERSION, str(envelope.expected_version).encode()))
    if envelope.reply_to is not None:
        headers.append((h.REPLY_TO, reply_to_text(*envelope.reply_to)))
    if envelope.traceparent is not None:
        headers.append((h.TRACEPARENT, envelope.traceparent.encode()))
    if envelope.source_time is not None:
        headers.append((h.SOURCE_TIME, h.time_text(envelope.source_time).encode()))
    key = key_of(envelope.tenant, envelope.aggregate, envelope.id)
    return LogMessage(topic(prefix, domain, "commands"), key, codec.encode(envelope.command, vault), headers)


def decode_command(key: bytes, value: bytes, headers: h.Received, codec: Codec, vaults: Vaults) -> CommandEnvelope:
    """A command out of a message, to be sent once more, without whoever waited for it. Raises ValueError or KeyError
    for what is no command of ours, and whatever the codec raises."""
    found = h.as_mapping(headers)
    tenant, aggregate, id = parse_key(key)
    text = {name: value.decode() for name, value in found.items() if name in _OPTIONAL}
    return CommandEnvelope(
        command=codec.decode(value, vaults(tenant)),
        tenant=tenant,
        aggregate=aggregate,
        id=id,
        command_id=h.text(found, h.CE_ID),
        correlation_id=h.text(found, h.CORRELATION_ID),
        actor=h.text(found, h.ACTOR),
        fingerprint=h.text(found, h.FINGERPRINT),
        causation_id=text.get(h.CAUSATION_ID),
        expected_version=int(text[h.EXPECTED_VERSION]) if h.EXPECTED_VERSION in text else None,
        traceparent=text.get(h.TRACEPARENT),
        source_time=h.parse_time(text[h.SOURCE_TIME]) if h.SOURCE_TIME in text else None,
        on_behalf_of=text.get(h.ON_BEHALF_OF),
    )


_OPTIONAL = frozenset({h.CAUSATION_ID, h.EXPECTED_VERSION, h.TRACEPARENT, h.SOURCE_TIME, h.ON_BEHALF_OF})


def decode_event(
    topic: str,
    partition: int,
    offset: int,
    key: bytes,
    value: bytes,
    headers: h.Received,
    codec: Codec,
    vaults: Vaults,
) -> Recorded:
    """An event out of a message; raises ValueError for what is no event of ours, and whatever the codec raises."""
    found = h.as_mapping(headers)
    tenant, aggregate, id = parse_key(key)
    command_id = h.text(found, h.COMMAND_ID)
    return Recorded(
        event=codec.decode(value, vaults(tenant)),
        tenant=tenant,
        aggregate=aggregate,
        id=id,
        version=int(h.text(found, h.AGGREGATE_VERSION)),
        event_id=h.text(found, h.CE_ID),
        type=h.text(found, h.CE_TYPE),
        occurred_at=h.parse_time(h.text(found, h.CE_TIME)),
        recorded_at=h.parse_time(h.text(found, h.CE_RECORDEDTIME)),
        topic=topic,
        partition=partition,
        offset=offset,
        command_id=command_id,
        correlation_id=h.text(found, h.CORRELATION_ID),
        causation_id=found.get(h.CAUSATION_ID, found[h.COMMAND_ID]).decode(),
        actor=h.text(found, h.ACTOR),
        value=value,
        key=key,
    )
