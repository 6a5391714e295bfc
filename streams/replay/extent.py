# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateImportUsage=false
"""Where a replay's events lie: the offsets of each partition, found before anything is replayed.

A replay ends where the log ended when it began, so that it ends at all, and so that a resumed one is the same replay.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from confluent_kafka import Consumer, IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.log import headers as h
from infra.log import kafka
from infra.log.partitioner import partition_of
from infra.log.topics import topic
from infra.settings import Settings
from projections.positions import Partition
from streams.replay.bounds import Bounds, Range, domains_of, keys_of
from streams.replay.reading import consumer
from streams.replay.refused import Refused

_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets from `start` to before `end`."""

    start: int
    end: int


def extent(settings: Settings, bounds: Bounds, name: str) -> dict[Partition, Span]:
    """The span of every partition in which something wanted may lie. Raises Refused or KafkaException."""
    client = kafka.admin(settings)
    partitions = list(_partitions(client, settings, bounds))
    first = _offsets(client, dict.fromkeys(partitions, OffsetSpec.earliest()))
    last = _offsets(client, dict.fromkeys(partitions, OffsetSpec.latest()))
    spans = {each: _narrowed(Span(first[each], last[each]), each, settings, bounds) for each in partitions}
    with closing(consumer(settings, name, **{"fetch.message.max.bytes": 65_536})) as reader:
        for wanted, end in ((bounds.recorded_from, False), (bounds.recorded_until, True)):
            if wanted is not None:
                spans = _cut(client, reader, spans, wanted, end=end)
    return {each: span for each, span in spans.items() if span.start < span.end}


def _partitions(client: AdminClient, settings: Settings, bounds: Bounds) -> Iterator[Partition]:
    there = client.list_topics(timeout=_TIMEOUT).topics
    keys = keys_of(bounds)
    for domain in domains_of(bounds):
        name = topic(settings.topic_prefix, domain, "events")
        if name not in there:
            raise Refused("topic_missing", f"There is no topic {name}: `nexus360 topics` lists and makes them.")
        count = len(there[name].partitions)
        wanted = {each.partition for each in bounds.offsets if each.domain == domain} or set(range(count))
        for number in sorted(wanted - set(range(count))):
            raise Refused("partition_missing", f"{name} has no partition {number}; it has {count}, the first is 0.")
        if keys is not None:
            wanted &= {partition_of(key, count) for key in keys}
        yield from ((name, number) for number in sorted(wanted))


def _offsets(client: AdminClient, asked: Mapping[Partition, Any]) -> dict[Partition, int]:
    """As readers of committed messages see them: an open transaction ends the log."""
    if not asked:
        return {}
    wished: Any = {TopicPartition(*each): spec for each, spec in asked.items()}
    futures = client.list_offsets(wished, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=_TIMEOUT)
    return {(p.topic, p.partition): int(future.result(_TIMEOUT).offset) for p, future in futures.items()}


def _narrowed(span: Span, partition: Partition, settings: Settings, bounds: Bounds) -> Span:
    """From the first offset wanted to the last; what lies between ranges is sorted out as it is read."""
    wanted = [
        each
        for each in bounds.offsets
        if (topic(settings.topic_prefix, each.domain, "events"), each.partition) == partition
    ]
    if not wanted:
        return span
    start = min(each.start for each in wanted)
    return Span(max(span.start, start), min(span.end, max(_end(each, span) for each in wanted)))


def _end(wanted: Range, span: Span) -> int:
    return span.end if wanted.end is None else wanted.end


def _cut(
    client: AdminClient, reader: Consumer, spans: Mapping[Partition, Span], wanted: datetime, *, end: bool
) -> dict[Partition, Span]:
    """The spans cut at a recorded time. The broker's own time of a message is but near it: a first guess."""
    millis = int(wanted.timestamp() * 1000)
    guesses = _offsets(client, dict.fromkeys(spans, OffsetSpec.for_timestamp(millis)))
    text = h.time_text(wanted).encode()
    cut: dict[Partition, Span] = {}
    for partition, span in spans.items():

        def late(offset: int, partition: Partition = partition, span: Span = span) -> bool:
            return offset >= span.end or (offset >= span.start and _late(reader, partition, offset, span.end, text))

        guess = guesses[partition] if guesses[partition] >= 0 else span.end
        at = first_late(late, min(max(guess, span.start), span.end))
        cut[partition] = Span(span.start, min(at, span.end)) if end else Span(max(at, span.start), span.end)
    return cut


def first_late(late: Callable[[int], bool], guess: int) -> int:
    """The least offset that is `late`, where every offset after a late one is late too, asked near the guess first."""
    early, found, step = guess - 1, guess, 1
    while late(early):
        early, found, step = early - step, early, step * 4
    while not late(found):
        early, found, step = found, found + step, step * 4
    while found - early > 1:
        middle = (early + found) // 2
        early, found = (early, middle) if late(middle) else (middle, found)
    return found


def _late(reader: Consumer, partition: Partition, offset: int, end: int, wanted: bytes) -> bool:
    """Whether the first event at the offset or after it was recorded at the wanted time or later."""
    kafka.read_from(reader, [TopicPartition(*partition, offset)])
    while True:
        message = reader.poll(0.2)
        if message is None:
            continue
        if kafka.at_end(message) or (message.offset() or 0) >= end:
            return True
        if message.error() is None and (at := h.as_mapping(message.headers()).get(h.CE_RECORDEDTIME)) is not None:
            return at >= wanted


def reason_of(error: KafkaException) -> str:
    """What the broker or the client says, as text."""
    return str(error.args[0].str())
