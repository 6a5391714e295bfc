"""Decides a batch of commands against the partitions they came from, writing each one's events as it goes."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from confluent_kafka import Message

from infra.log import headers as h
from infra.log.codec import Codec
from infra.log.envelope import Vaults
from infra.log.partitioner import partition_of
from schemas.contract import Vault
from streams.processor import records, refusals, seen
from streams.processor.command import Command, Incoming, Unreadable, parse
from streams.processor.decide import (
    UNAVAILABLE,
    Accepted,
    Answer,
    Failed,
    Held,
    Outcome,
    Refused,
    Rules,
    broken,
    decide,
    unreadable,
)
from streams.processor.partition import Partition
from streams.processor.store import Stored
from streams.processor.transaction import Put

_log = structlog.get_logger("processor")


@dataclass(frozen=True, slots=True)
class Domain:
    """What deciding a domain's commands takes. `vaults` gives a tenant's vault, and `prefetch` reads the keys of many
    of its subjects at once."""

    name: str
    commands_topic: str
    events_topic: str
    snapshots_topic: str
    dead_letters_topic: str
    partitions: int
    rules: Mapping[str, Rules]
    codec: Codec
    vaults: Vaults
    prefetch: Callable[[str, Iterable[str]], None]

    @property
    def source(self) -> bytes:
        """The events' ce_source."""
        return f"/{self.name}".encode()


@dataclass(slots=True)
class Batch:
    """What came of a batch, by partition. `nexts` are the offsets it comes to, `recorded` its time in µs.

    A partition in `stalled` has a command that cannot be decoded or sealed now; nothing behind it was decided.
    """

    answers: list[Answer] = field(default_factory=list[Answer])
    stored: dict[int, dict[bytes, Stored]] = field(default_factory=dict[int, dict[bytes, Stored]])
    nexts: dict[int, int] = field(default_factory=dict[int, int])
    recorded: dict[int, int] = field(default_factory=dict[int, int])
    stalled: set[int] = field(default_factory=set[int])


def decide_batch(
    domain: Domain, messages: Sequence[Message], partitions: Mapping[int, Partition], now: int, put: Put
) -> Batch:
    """Decides commands in order. Changed aggregates lie in the partitions' overlays until they are settled.

    `now` is the time in µs; what is recorded in a partition is never earlier than before. Messages of partitions that
    are not ours, or that were decided before, are passed over.
    """
    batch = Batch()
    texts: dict[int, bytes] = {}
    source = domain.source
    _prefetch(domain, messages)
    for message in messages:
        number, offset = message.partition() or 0, message.offset() or 0
        partition = partitions.get(number)
        if partition is None or number in batch.stalled or offset < partition.next:
            continue
        if number not in texts:
            batch.recorded[number] = max(now, partition.recorded_at)
            texts[number] = records.time_of(batch.recorded[number])
        incoming = _incoming(message)
        try:
            outcome = _outcome(domain, incoming, partition, batch.recorded[number])
        except UNAVAILABLE as error:
            _log.warning("a command waits", partition=number, offset=offset, error=str(error))
            batch.stalled.add(number)
            continue
        _write(domain, incoming, outcome, partition, source, texts[number], put)
        headers = incoming.headers
        batch.answers.append(Answer(number, headers.get(h.CE_ID, b""), headers.get(h.REPLY_TO), outcome))
        batch.nexts[number] = offset + 1
    for number, recorded in texts.items():
        if partitions[number].overlay:
            batch.stored[number] = _stored(domain, partitions[number])
            for key, stored in batch.stored[number].items():
                put(domain.snapshots_topic, number, key, stored.state, records.snapshot_headers(stored, recorded))
    return batch


def _incoming(message: Message) -> Incoming:
    return Incoming(
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        key=message.key() or b"",
        value=message.value() or b"",
        headers=h.as_mapping(message.headers()),
        sent_at=refusals.sent_at(message),
    )


def aggregate_of(key: bytes) -> str:
    """The aggregate in a key that was parsed before."""
    return key.split(b"/", 2)[1].decode()


def _prefetch(domain: Domain, messages: Sequence[Message]) -> None:
    """Reads the keys of the people these commands are about, all at once rather than one by one."""
    personal = {aggregate.encode() for aggregate, rules in domain.rules.items() if rules.personal}
    if not personal:
        return
    subjects: dict[str, set[str]] = {}
    for message in messages:
        tenant, _, rest = (message.key() or b"").partition(b"/")
        aggregate, _, id = rest.partition(b"/")
        if aggregate in personal:
            subjects.setdefault(tenant.decode(errors="replace"), set()).add(id.decode(errors="replace"))
    for tenant, ids in subjects.items():
        with contextlib.suppress(Exception):  # each command will find out for itself
            domain.prefetch(tenant, ids)


def _outcome(domain: Domain, incoming: Incoming, partition: Partition, now: int) -> Outcome:
    try:
        command = parse(incoming)
        rules = domain.rules.get(command.aggregate)
        if rules is None:
            raise Unreadable(f"{domain.name} has no aggregate {command.aggregate[:100]}.")
        vault = domain.vaults(command.tenant)
        held = partition.cached(incoming.key)
        if held is None:
            held = _load(domain, incoming.key, command, partition, rules, vault)
    except Unreadable as error:
        return unreadable(error)
    except UNAVAILABLE:
        raise
    except Exception as error:
        return broken(error)
    late = refusals.is_late(partition.refusals, command.command_id, incoming.sent_at)
    outcome = decide(rules, command, incoming.value, held, now, domain.codec, vault, late=late)
    if isinstance(outcome, Refused | Failed):
        refusals.note(partition.refusals, command.command_id, incoming.sent_at)
    return outcome


def _load(domain: Domain, key: bytes, command: Command, partition: Partition, rules: Rules, vault: Vault) -> Held:
    """The aggregate from disk. A key is checked against its partition here, once for as long as it is in memory."""
    if partition_of(key, domain.partitions) != partition.number:
        raise Unreadable(f"The key of this {command.aggregate} belongs to another partition.")
    stored = partition.store.get(key)
    if stored is None:
        held = Held(0, seen.EMPTY, rules.decider.initial, b"")
    else:
        held = Held(stored.version, stored.seen, domain.codec.decode(stored.state, vault), stored.state)
    partition.cache(key, held)
    return held


def _write(
    domain: Domain,
    incoming: Incoming,
    outcome: Outcome,
    partition: Partition,
    source: bytes,
    recorded: bytes,
    put: Put,
) -> None:
    """Events or a dead letter at once; what becomes of the aggregate into the overlay."""
    key, number = incoming.key, incoming.partition
    match outcome:
        case Accepted():
            partition.overlay[key] = outcome.held
            if not outcome.events:
                return
            shared = records.shared_headers(incoming, source, recorded)
            first = outcome.held.version - len(outcome.events) + 1
            for version, event in enumerate(outcome.events, first):
                headers = records.event_headers(shared, event, version, outcome.held.version - version)
                put(domain.events_topic, number, key, event.value, headers)
        case Failed():
            headers = records.dead_letter_headers(incoming, outcome, domain.commands_topic, recorded)
            put(domain.dead_letters_topic, number, key, incoming.value, headers)
            _log.error("a command was set aside", partition=number, offset=incoming.offset, reason=outcome.reason)
        case _:
            pass


def _stored(domain: Domain, partition: Partition) -> dict[bytes, Stored]:
    """The aggregates that the batch changed, as the local store keeps them."""
    rules = domain.rules
    return {
        key: Stored(held.version, rules[aggregate_of(key)].state_version, held.seen, held.value)
        for key, held in partition.overlay.items()
    }
