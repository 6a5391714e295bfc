"""Makes partitions ready to decide in, in the one order that is right.

First the committed offsets, once no transaction is pending on them: what came before was then decided by someone else,
for good. Only then the end of the snapshots, before which lies everything those offsets stand for. Then the local store
is read through to there. Only then may a command be decided.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from rocksdict import Cache

from infra.log.headers import Headers
from streams.processor import rebuild, refusals
from streams.processor.batch import Domain
from streams.processor.partition import Partition
from streams.processor.reading import Alive, ends, last_message_end, read_through
from streams.processor.records import snapshot_headers, time_of
from streams.processor.restore import open_store, restore, source, stale
from streams.processor.store import Meta, Store, throw_away

_log = structlog.get_logger("processor")
_TIMEOUT = 4.0
_LOST_AFTER = 10.0

Written = tuple[bytes, bytes, Headers]
"""Key, value, headers."""
Publish = Callable[[int, int, list[Written]], int]
"""Writes snapshots of a partition, whose next command has this offset, in one fenced transaction; gives the offset
after the last."""


class NoStart(RuntimeError):
    """The group has no committed offset: to guess one would run commands again, or skip some."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a processor works: clients and the folder of its stores.

    `admin` and `reader` make clients for one preparation: an older one may hold leader epochs from before a restart."""

    domain: Domain
    folder: Path
    cache: Cache
    admin: Callable[[], AdminClient]
    consumer: Consumer
    reader: Callable[[], Consumer]


def prepare(place: Place, numbers: list[int], publish: Publish, alive: Alive) -> dict[int, Partition]:
    """Partitions ready to decide in, with their stores open.

    `alive` is called now and then and may raise to end it; nothing stays open then. Raises `NoStart`, `NewerState`,
    `StoreInUse`, KafkaException.
    """
    starts = _committed(place, numbers, alive)
    admin = place.admin()
    alive()
    snapshot_ends = ends(admin, place.domain.snapshots_topic, numbers)
    alive()
    event_ends = ends(admin, place.domain.events_topic, numbers)
    alive()
    from_topic = source(admin, place.domain.snapshots_topic)
    alive()
    stores: dict[int, tuple[Store, Meta]] = {}
    reader = place.reader()
    began = time.monotonic()
    try:
        for number in numbers:
            stores[number] = open_store(place.folder / str(number), place.cache, from_topic, snapshot_ends[number])
        missing = sum(snapshot_ends[number] - meta.position for number, (_, meta) in stores.items())
        rules = place.domain.rules
        metas = restore(reader, place.domain.snapshots_topic, stores, snapshot_ends, rules, alive)
        refused = refusals.recall(admin, reader, place.domain.commands_topic, starts, int(time.time() * 1000), alive)
        partitions: dict[int, Partition] = {}
        for number in numbers:
            store, end = stores[number][0], event_ends[number]
            again = stale(metas[number], rules) if snapshot_ends[number] or not end else set(rules)
            if again:
                job = _Rebuild(number, end, starts[number], store, metas[number], again)
                metas[number] = _rebuild(place, reader, job, publish, alive)
            known = last_message_end(reader, place.domain.events_topic, number, end, alive)
            partitions[number] = Partition(
                number, store, metas[number], starts[number], known, metas[number].recorded_at, refused[number]
            )
    except BaseException:
        for store, _ in stores.values():
            store.close()
        raise
    finally:
        reader.close()
    _log.info("partitions ready", partitions=numbers, restored=missing, seconds=round(time.monotonic() - began, 3))
    return partitions


@dataclass(frozen=True, slots=True)
class _Rebuild:
    """What is to be folded again: these aggregates of this partition, from its events up to `end`."""

    number: int
    end: int
    next: int
    store: Store
    meta: Meta
    aggregates: set[str]


def _rebuild(place: Place, reader: Consumer, job: _Rebuild, publish: Publish, alive: Alive) -> Meta:
    """Until its last step the store counts as stale, so a rebuild that was cut short starts over."""
    number, store, meta, aggregates = job.number, job.store, job.meta, job.aggregates
    _log.info("rebuilding from events", partition=number, aggregates=sorted(aggregates))
    folder = place.folder / f"{number}.rebuild"
    throw_away(folder)
    folded = Store(folder, place.cache)
    try:
        messages = read_through(reader, place.domain.events_topic, {number: 0}, {number: job.end}, alive)
        recorded_at = max(meta.recorded_at, rebuild.fold(messages, place.domain, aggregates, folded))
        position, recorded = meta.position, time_of(recorded_at)
        for chunk in rebuild.merged(store, folded, place.domain, aggregates):
            alive()
            written = [(key, stored.state, snapshot_headers(stored, recorded)) for key, stored in chunk.items()]
            position = publish(number, job.next, written)
            store.write(chunk, None)
    finally:
        folded.close()
        throw_away(folder)
    states = {**meta.states, **{aggregate: place.domain.rules[aggregate].state_version for aggregate in aggregates}}
    after = Meta(meta.cluster, meta.topic_id, position, recorded_at, states)
    store.write({}, after)
    return after


def _committed(place: Place, numbers: list[int], alive: Alive) -> dict[int, int]:
    """The group's offsets, once no transaction that may still change them is open.

    A group without an offset is asked again for a while: a broker that comes back from a crash may know less at first.
    """
    topic, give_up_at = place.domain.commands_topic, time.monotonic() + _LOST_AFTER
    while True:
        try:
            found = place.consumer.committed([TopicPartition(topic, number) for number in numbers], _TIMEOUT)
            unstable = any(_unstable(each.error) for each in found)
        except KafkaException as error:
            if not _unstable(error.args[0]):
                raise
            found, unstable = [], True
        lost = not unstable and any(each.error is None and each.offset < 0 for each in found)
        if not unstable and not (lost and time.monotonic() < give_up_at):
            break
        alive()
        time.sleep(0.05)
    for each in found:
        if each.error is not None:
            raise KafkaException(each.error)
        if each.offset < 0:
            raise NoStart(
                f"The processors of {place.domain.name} have no offset in partition {each.partition} of {topic}. "
                "Run `nexus360 serve`, which sets it when it makes the topics."
            )
    return {each.partition: each.offset for each in found}


def _unstable(error: KafkaError | None) -> bool:
    return error is not None and error.code() == KafkaError.UNSTABLE_OFFSET_COMMIT
