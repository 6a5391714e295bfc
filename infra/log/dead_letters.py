# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateImportUsage=false
"""Reads the topics on which processors set commands aside."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec

from infra.log import kafka
from infra.settings import Settings

Partition = tuple[str, int]
_TIMEOUT = 10.0


class Unreadable(RuntimeError):
    """The log does not answer now; try again shortly."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A command that was set aside, as the topic holds it."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def ends(settings: Settings, topics: Iterable[str]) -> dict[Partition, int]:
    """Up to where each partition can be read now, open transactions left out; nothing of topics that are not there.

    Raises Unreadable.
    """
    client, latest = kafka.lasting_admin(settings), OffsetSpec.latest()
    try:
        there = client.list_topics(timeout=_TIMEOUT).topics
        asked: dict[TopicPartition, Any] = {
            TopicPartition(name, number): latest
            for name in topics
            if name in there
            for number in range(settings.partitions)
        }
        if not asked:
            return {}
        found = client.list_offsets(asked, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=_TIMEOUT)
        return {(p.topic, p.partition): future.result(timeout=_TIMEOUT).offset for p, future in found.items()}
    except (KafkaException, TimeoutError) as error:
        raise Unreadable(f"The dead letters' topics do not answer: {error}") from error


def between(settings: Settings, starts: Mapping[Partition, int], ends: Mapping[Partition, int]) -> list[Letter]:
    """What lies from the starts up to the ends, in order within each partition. Raises Unreadable."""
    left = {partition for partition, end in ends.items() if starts.get(partition, 0) < end}
    if not left:
        return []
    reader = kafka.consumer(
        settings,
        f"{settings.topic_prefix}nexus.dead-letters",
        **{"enable.partition.eof": True, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 10},
    )
    try:
        kafka.read_from(reader, [TopicPartition(*p, starts.get(p, 0)) for p in left])
        return _read(reader, left, ends)
    finally:
        reader.close()


def _read(reader: Consumer, left: set[Partition], ends: Mapping[Partition, int]) -> list[Letter]:
    letters: list[Letter] = []
    give_up_at = time.monotonic() + _TIMEOUT
    while left:
        if time.monotonic() > give_up_at:
            raise Unreadable("The dead letters' topics cannot be read to their end now.")
        message = reader.poll(0.1)
        if message is None:
            continue
        give_up_at = time.monotonic() + _TIMEOUT
        partition, offset = (message.topic() or "", message.partition() or 0), message.offset() or 0
        error = message.error()
        if error is None:
            if offset < ends[partition]:
                letters.append(_letter(message))
            offset += 1
        elif error.code() != KafkaError._PARTITION_EOF:  # pyright: ignore[reportPrivateUsage]
            if not error.retriable():
                raise Unreadable(f"The dead letters' topics cannot be read: {error.str()}")
            continue
        if offset >= ends[partition]:
            left.discard(partition)
    return letters


def one(settings: Settings, topic: str, partition: int, offset: int) -> Letter:
    """The letter at an offset. Raises Unreadable."""
    place = topic, partition
    found = between(settings, {place: offset}, {place: offset + 1})
    if not found:
        raise Unreadable(f"{topic}[{partition}] {offset} is not in the log any more.")
    return found[0]


def _letter(message: Message) -> Letter:
    headers: Any = message.headers() or ()
    return Letter(
        message.topic() or "",
        message.partition() or 0,
        message.offset() or 0,
        message.key() or b"",
        message.value() or b"",
        tuple((name, value if isinstance(value, bytes) else str(value).encode()) for name, value in headers),
    )
