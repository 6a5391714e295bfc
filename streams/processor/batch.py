"""Decides a batch of commands against the partitions they came from, and collects everything to be written."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from infra.log import headers as h
from infra.log.codec import Codec
from infra.log.envelope import Vaults
from infra.log.partitioner import partition_of
from schemas.contract import Vault
from streams.processor import records, seen
from streams.processor.command import Command, Incoming, Unreadable, parse
from streams.processor.decide import (
    UNAVAILABLE,
    Accepted,
    Failed,
    Held,
    Outcome,
    Rules,
    broken,
    decide,
    unreadable,
)
from streams.processor.partition import Partition
from streams.processor.store import Stored

_log = structlog.get_logger("processor")

Written = tuple[bytes, bytes, h.Headers]
"""Key, value, headers."""


@dataclass(frozen=True, slots=True)
class Domain:
    """What deciding a domain's commands takes. `source` is the events' ce_source; `vaults` gives a tenant's vault, and
    `prefetch` reads the keys of many of its subjects at once."""

    name: str
    commands_topic: str
    partitions: int
    rules: Mapping[str, Rules]
    codec: Codec
    vaults: Vaults
    prefetch: Callable[[str, Iterable[str]], None]

    @property
    def personal(self) -> frozenset[bytes]:
        """The types of the commands that hold personal values about their own aggregate."""
        return frozenset(name.encode() for rules in self.rules.values() for name in rules.personal)

    @property
    def source(self) -> bytes:
        return f"/{self.name}".encode()


@dataclass(slots=True)
class Batch:
    """The work of one transaction, by partition. `nexts` are the offsets it comes to.

    A partition in `stalled` has a command that cannot be decoded or sealed now; nothing behind it was decided.
    """

    events: dict[int, list[Written]] = field(default_factory=dict[int, list[Written]])
    snapshots: dict[int, list[Written]] = field(default_factory=dict[int, list[Written]])
    dead_letters: dict[int, list[Written]] = field(default_factory=dict[int, list[Written]])
    stored: dict[int, dict[bytes, Stored]] = field(default_factory=dict[int, dict[bytes, Stored]])
    outcomes: list[tuple[Incoming, Outcome]] = field(default_factory=list[tuple[Incoming, Outcome]])
    nexts: dict[int, int] = field(default_factory=dict[int, int])
    recorded: dict[int, int] = field(default_factory=dict[int, int])
    stalled: set[int] = field(default_factory=set[int])


def decide_batch(domain: Domain, incoming: Sequence[Incoming], partitions: Mapping[int, Partition], now: int) -> Batch:
    """Decides commands in order. Changed aggregates lie in the partitions' overlays until they are settled.

    `now` is the time in µs; what is recorded in a partition is never earlier than before.
    """
    batch = Batch()
    stamps: dict[int, tuple[int, bytes]] = {}
    source = domain.source
    _prefetch(domain, incoming)
    for each in incoming:
        number = each.partition
        partition = partitions[number]
        if number in batch.stalled or each.offset < partition.next:
            continue
        if number not in stamps:
            at = max(now, partition.recorded_at)
            stamps[number] = at, records.time_of(at)
            batch.recorded[number] = at
        at, recorded = stamps[number]
        try:
            outcome = _outcome(domain, each, partition, at)
        except UNAVAILABLE as error:
            _log.warning("a command waits", partition=number, offset=each.offset, error=str(error))
            batch.stalled.add(number)
            continue
        batch.outcomes.append((each, outcome))
        batch.nexts[number] = each.offset + 1
        if type(outcome) is Accepted:
            partition.overlay[each.key] = outcome.held
            if outcome.events:
                _write_events(batch.events.setdefault(number, []), each, outcome, source, recorded)
        elif type(outcome) is Failed:
            headers = records.dead_letter_headers(each, outcome, domain.commands_topic, recorded)
            batch.dead_letters.setdefault(number, []).append((each.key, each.value, headers))
            _log.error("a command was set aside", partition=number, offset=each.offset, reason=outcome.reason)
    for number, (_, recorded) in stamps.items():
        if partitions[number].overlay:
            stored = batch.stored[number] = _stored(domain, partitions[number])
            batch.snapshots[number] = [
                (key, each.state, records.snapshot_headers(each, recorded)) for key, each in stored.items()
            ]
    return batch


def _prefetch(domain: Domain, incoming: Sequence[Incoming]) -> None:
    """Reads the keys of the people these commands are about, all at once rather than one by one."""
    subjects: dict[str, set[str]] = {}
    personal = domain.personal
    for each in incoming:
        if each.headers.get(h.CE_TYPE) in personal:
            tenant, _, rest = each.key.decode(errors="replace").partition("/")
            subjects.setdefault(tenant, set()).add(rest.partition("/")[2])
    for tenant, ids in subjects.items():
        with contextlib.suppress(*UNAVAILABLE):  # each command will find out for itself
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
    return decide(rules, command, incoming.value, held, now, domain.codec, vault)


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


def _write_events(into: list[Written], incoming: Incoming, accepted: Accepted, source: bytes, recorded: bytes) -> None:
    shared = records.shared_headers(incoming, source, recorded)
    before = accepted.held.version - len(accepted.events)
    for number, event in enumerate(accepted.events, 1):
        into.append((incoming.key, event.value, records.event_headers(shared, event, before + number)))


def _stored(domain: Domain, partition: Partition) -> dict[bytes, Stored]:
    """The aggregates that the batch changed, as the local store keeps them."""
    rules = domain.rules
    return {
        key: Stored(held.version, rules[aggregate_of(key)].state_version, held.seen, held.value)
        for key, held in partition.overlay.items()
    }


def aggregate_of(key: bytes) -> str:
    """The aggregate in a key that was parsed before."""
    return key.split(b"/", 2)[1].decode()
