# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Where the log begins and ends: for the broker, and for readers of committed messages, who never come as far."""

from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec  # pyright: ignore[reportPrivateImportUsage]

from infra.log import kafka
from infra.log.position import Position
from infra.settings import Settings

_TIMEOUT = 10.0
Partition = tuple[str, int]


def broker_ends(settings: Settings, topics: Sequence[str]) -> dict[Partition, int]:
    """The offset that the next message of each partition will have, markers and open transactions counted in."""
    return _offsets(settings, topics, OffsetSpec.latest())


def broker_starts(settings: Settings, topics: Sequence[str]) -> dict[Partition, int]:
    """The offset before which each partition holds nothing: 0 for as long as nothing was taken out of it."""
    return _offsets(settings, topics, OffsetSpec.earliest())


def _offsets(settings: Settings, topics: Sequence[str], which: Any) -> dict[Partition, int]:
    asked: dict[TopicPartition, Any] = {
        TopicPartition(name, number): which for name in topics for number in range(settings.partitions)
    }
    client = kafka.admin(settings)
    futures = client.list_offsets(asked)
    return {(p.topic, p.partition): future.result(timeout=_TIMEOUT).offset for p, future in futures.items()}


def log_end(settings: Settings, topics: Sequence[str], have: Position) -> Position:
    """One past the last committed message of each partition, found by reading on from `have`.

    The broker's own end is no use to who waits for a reader: behind the last message lie markers of transactions, to
    which no reader's position comes. Transactions that are open now are waited for.
    """
    ends = broker_ends(settings, topics)
    at = _read_through(settings, {p: have.get(p[0], {}).get(p[1], 0) for p in ends}, ends)
    position: dict[str, dict[int, int]] = {}
    for (name, number), offset in at.items():
        position.setdefault(name, {})[number] = offset
    return position


def _read_through(
    settings: Settings, starts: Mapping[Partition, int], ends: Mapping[Partition, int]
) -> dict[Partition, int]:
    at = dict(starts)
    left = {partition for partition, offset in at.items() if offset < ends[partition]}
    if not left:
        return at
    group = f"{settings.topic_prefix}nexus.end"
    reader = kafka.consumer(settings, group, **{"enable.partition.eof": True, "fetch.wait.max.ms": 10})
    try:
        kafka.read_from(reader, [TopicPartition(name, number, at[name, number]) for name, number in left])
        while left:
            message = reader.poll(0.1)
            if message is None:
                continue
            partition, offset = (message.topic() or "", message.partition() or 0), message.offset() or 0
            error = message.error()
            if error is None:
                at[partition] = offset = offset + 1
            elif error.code() != KafkaError._PARTITION_EOF:  # pyright: ignore[reportPrivateUsage]
                if not error.retriable():
                    raise KafkaException(error)
                continue
            if offset >= ends[partition]:
                left.discard(partition)
    finally:
        reader.close()
    return at
