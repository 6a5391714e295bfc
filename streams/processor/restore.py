# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Brings a partition's local store up to the end of its snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Consumer, Message, TopicCollection
from confluent_kafka.admin import AdminClient
from rocksdict import Cache

from infra.log import headers as h
from infra.log.envelope import parse_key
from streams.processor.decide import Rules
from streams.processor.reading import Alive, read_through
from streams.processor.records import micros_of
from streams.processor.store import Meta, Store, Stored, throw_away


class NewerState(RuntimeError):
    """A newer release has written states that this one would not understand."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which cluster a snapshot topic is in, and which incarnation of the topic it is."""

    cluster: str
    topic_id: str


def source(client: AdminClient, topic: str) -> Source:
    """Asks the broker who it and the topic are."""
    described = client.describe_topics(TopicCollection([topic]))[topic].result(timeout=4.0)
    cluster = client.list_topics(topic, timeout=4.0).cluster_id
    return Source(cluster or "", str(described.topic_id))


def open_store(folder: Path, cache: Cache, source: Source, end: int) -> tuple[Store, Meta]:
    """The store in `folder`, emptied if it is of another topic or past this one's end."""
    store = Store(folder, cache)
    meta = store.meta()
    if meta is not None and (meta.cluster, meta.topic_id) == (source.cluster, source.topic_id) and meta.position <= end:
        return store, meta
    if meta is not None:
        store.close()
        throw_away(folder)
        store = Store(folder, cache)
    return store, Meta(source.cluster, source.topic_id)


def restore(
    reader: Consumer,
    topic: str,
    stores: Mapping[int, tuple[Store, Meta]],
    ends: Mapping[int, int],
    rules: Mapping[str, Rules],
    alive: Alive,
) -> dict[int, Meta]:
    """Writes into each store the snapshots that it lacks; returns where each now stands.

    Raises `NewerState`. A state older than the rules' is kept as it is: see `stale`.
    """
    metas = {number: meta for number, (_, meta) in stores.items()}
    for meta in metas.values():
        _refuse_newer(meta.states, rules)
    starts = {number: meta.position for number, meta in metas.items()}
    for messages in read_through(reader, topic, starts, ends, alive):
        for number, mine in _by_partition(messages).items():
            metas[number] = _write(stores[number][0], metas[number], mine, rules)
    for number, meta in metas.items():
        states = {**{aggregate: each.state_version for aggregate, each in rules.items()}, **meta.states}
        metas[number] = Meta(meta.cluster, meta.topic_id, ends[number], meta.recorded_at, states)
        stores[number][0].write({}, metas[number])
    return metas


def stale(meta: Meta, rules: Mapping[str, Rules]) -> set[str]:
    """The aggregates some of whose states an older release folded."""
    return {a for a, each in rules.items() if meta.states.get(a, each.state_version) < each.state_version}


def _write(store: Store, meta: Meta, messages: list[Message], rules: Mapping[str, Rules]) -> Meta:
    changes: dict[bytes, Stored] = {}
    states, recorded_at = dict(meta.states), meta.recorded_at
    for message in messages:
        headers = h.as_mapping(message.headers())  # pyright: ignore[reportArgumentType]
        key, value = message.key() or b"", message.value() or b""
        stored = Stored(int(headers[h.AGGREGATE_VERSION]), int(headers[h.STATE_VERSION]), headers[h.SEEN], value)
        changes[key] = stored
        aggregate = parse_key(key)[1]
        states[aggregate] = min(stored.state_version, states.get(aggregate, stored.state_version))
        _refuse_newer({aggregate: stored.state_version}, rules)
        recorded_at = max(recorded_at, micros_of(headers[h.RECORDED_AT]))
    position = (messages[-1].offset() or 0) + 1
    after = Meta(meta.cluster, meta.topic_id, position, recorded_at, states)
    store.write(changes, after)
    return after


def _refuse_newer(states: Mapping[str, int], rules: Mapping[str, Rules]) -> None:
    for aggregate, version in states.items():
        if aggregate in rules and version > rules[aggregate].state_version:
            raise NewerState(
                f"The snapshots of {aggregate} have state version {version}, and this release knows "
                f"{rules[aggregate].state_version}: a newer release is at work. Start that one."
            )


def _by_partition(messages: list[Message]) -> dict[int, list[Message]]:
    found: dict[int, list[Message]] = {}
    for message in messages:
        found.setdefault(message.partition() or 0, []).append(message)
    return found
