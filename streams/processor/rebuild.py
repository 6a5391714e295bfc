"""Folds a partition's states again from its events: the code that folds them has changed, or the snapshots are lost."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, groupby

import structlog
from confluent_kafka import Message

from infra.log import headers as h
from infra.log.envelope import parse_key
from streams.processor import seen
from streams.processor.batch import Domain, aggregate_of
from streams.processor.command import WORKFLOW, uuid_bytes
from streams.processor.decide import Held
from streams.processor.records import micros_of
from streams.processor.store import Store, Stored

_log = structlog.get_logger("processor")
_AT_ONCE = 2000


class Disagreement(RuntimeError):
    """Events and snapshots tell different stories; neither may be overwritten by guessing."""


def fold(messages: Iterator[list[Message]], domain: Domain, aggregates: Collection[str], into: Store) -> int:
    """Folds events, in order from the first or on from those in the store; returns the last recorded time in µs.

    Command ids are kept too, for the case that there is no snapshot to take them from.
    """
    held: dict[bytes, Held] = {}
    recorded_at = 0
    for (key, command_id), group in groupby(chain.from_iterable(messages), _key_and_command):
        aggregate = aggregate_of(key)
        if aggregate not in aggregates:
            continue
        before = held.get(key) or _load(key, domain, into)
        state, version, types, actor = before.state, before.version, list[str](), b""
        for message in group:
            headers = h.as_mapping(message.headers())
            event = domain.codec.decode(message.value() or b"", domain.vaults(parse_key(key)[0]))
            state = domain.rules[aggregate].decider.evolve(state, event)
            version = int(headers[h.AGGREGATE_VERSION])
            types.append(headers[h.CE_TYPE].decode())
            recorded_at = max(recorded_at, micros_of(headers[h.CE_RECORDEDTIME]))
            actor = headers.get(h.ACTOR, b"")
        source = recorded_at if actor.startswith(WORKFLOW) else None  # or earlier, which no event tells
        ids = seen.add(before.seen, uuid_bytes(command_id), seen.UNKNOWN, recorded_at, version, types, source)
        held[key] = Held(version, ids, state, b"")
        if len(held) >= _AT_ONCE:
            into.write(_encoded(held, domain), None)
            held.clear()
    into.write(_encoded(held, domain), None)
    return recorded_at


def merged(old: Store, folded: Store, domain: Domain, aggregates: Collection[str]) -> Iterator[Mapping[bytes, Stored]]:
    """The folded states with the command ids that the snapshots hold, some thousands at a time.

    Raises `Disagreement` when a snapshot's version is not that of the last event.
    """
    chunk: dict[bytes, Stored] = {}
    for key, new in chain(folded.items(), _without_events(old, folded, domain, aggregates)):
        was = old.get(key)
        if was is not None and was.version != new.version:
            tenant, aggregate, id = parse_key(key)
            raise Disagreement(
                f"The snapshot of {aggregate} {id} of {tenant} has version {was.version} and its events end at "
                f"{new.version}. Compare both topics before starting this domain again."
            )
        chunk[key] = Stored(new.version, new.state_version, new.seen if was is None else was.seen, new.state)
        if len(chunk) >= _AT_ONCE:
            yield chunk
            chunk = {}
    if chunk:
        yield chunk


def _without_events(
    old: Store, folded: Store, domain: Domain, aggregates: Collection[str]
) -> Iterator[tuple[bytes, Stored]]:
    """Aggregates that only remember command ids: something was accepted and nothing happened."""
    for key in old.keys():  # noqa: SIM118 - no mapping
        if aggregate_of(key) in aggregates and folded.get(key) is None:
            yield key, _encoded({key: _load(key, domain, folded)}, domain)[key]


def _load(key: bytes, domain: Domain, store: Store) -> Held:
    tenant, aggregate, _ = parse_key(key)
    stored = store.get(key)
    if stored is None:
        return Held(0, seen.EMPTY, domain.rules[aggregate].decider.initial, b"")
    return Held(stored.version, stored.seen, domain.codec.decode(stored.state, domain.vaults(tenant)), stored.state)


def _encoded(held: Mapping[bytes, Held], domain: Domain) -> dict[bytes, Stored]:
    encoded: dict[bytes, Stored] = {}
    for key, each in held.items():
        tenant, aggregate, _ = parse_key(key)
        value = domain.codec.encode(each.state, domain.vaults(tenant))
        encoded[key] = Stored(each.version, domain.rules[aggregate].state_version, each.seen, value)
    return encoded


def _key_and_command(message: Message) -> tuple[bytes, bytes]:
    return message.key() or b"", h.as_mapping(message.headers())[h.COMMAND_ID]
