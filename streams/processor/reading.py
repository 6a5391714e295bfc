# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Reads stretches of topics to their end: what restoring and rebuilding are made of."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # pyright: ignore[reportPrivateImportUsage]

from infra.log.kafka import arrived, read_from

_TIMEOUT = 4.0
_AT_ONCE = 2000
_LOOK_BACK = 64

Alive = Callable[[], None]
"""Called at least once a second while something long is under way; may raise to end it."""


def ends(client: AdminClient, topic: str, partitions: list[int]) -> dict[int, int]:
    """The offset after the last message of each partition, whether or not its transaction has ended.

    Not what a read-committed reader calls the end: a transaction that was committed before we got a partition may
    still be on its way to it. Reading through this offset waits for that.
    """
    latest: Any = OffsetSpec.latest()
    futures = client.list_offsets({TopicPartition(topic, number): latest for number in partitions})
    return {asked.partition: future.result(timeout=_TIMEOUT).offset for asked, future in futures.items()}


def first_since(client: AdminClient, topic: str, partitions: list[int], millis: int) -> dict[int, int]:
    """The offset of each partition's first message of a time in ms since 1970, or later; none where there is none."""
    since: Any = OffsetSpec.for_timestamp(millis)
    futures = client.list_offsets({TopicPartition(topic, number): since for number in partitions})
    offsets = {asked.partition: future.result(timeout=_TIMEOUT).offset for asked, future in futures.items()}
    return {number: offset for number, offset in offsets.items() if offset >= 0}


def read_through(
    reader: Consumer, topic: str, starts: Mapping[int, int], ends: Mapping[int, int], alive: Alive
) -> Iterator[list[Message]]:
    """Yields committed messages from `starts` until every partition has come to its end in `ends`.

    `reader` is made with `enable.partition.eof`: an end may lie behind a transaction's marker, which is no message.
    """
    left = {number for number, start in starts.items() if start < ends[number]}
    if not left:
        return
    read_from(reader, [TopicPartition(topic, number, starts[number]) for number in left])
    told = time.monotonic()
    while left:
        messages: list[Message] = []
        for message in arrived(reader, 0.2, _AT_ONCE):
            error, number, offset = message.error(), message.partition(), message.offset()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:  # pyright: ignore[reportPrivateUsage]
                if not error.retriable():
                    raise KafkaException(error)
                continue
            assert number is not None
            assert offset is not None
            at = offset if error is not None else offset + 1
            if error is None and offset < ends[number]:
                messages.append(message)
            if at >= ends[number]:
                left.discard(number)
        if messages:
            yield messages
        if time.monotonic() - told > 0.5:
            alive()
            told = time.monotonic()
    reader.unassign()


def last_message_end(reader: Consumer, topic: str, number: int, end: int, alive: Alive) -> int:
    """One past the last committed message before `end`, 0 if there is none.

    Readers of messages never come further than this, even where markers of transactions follow.
    """
    start, back = end, _LOOK_BACK
    while start > 0:
        start = max(0, end - back)
        last = 0
        for messages in read_through(reader, topic, {number: start}, {number: end}, alive):
            last = (messages[-1].offset() or 0) + 1
        if last:
            return last
        back *= 8
    return 0


def asked_ends(client: AdminClient, topic: str, partitions: list[int]) -> Callable[[], dict[int, int]]:
    """Asks for the same and does not wait: what comes back gives the answers that have come by then."""
    latest: Any = OffsetSpec.latest()
    futures = client.list_offsets({TopicPartition(topic, number): latest for number in partitions})

    def answers() -> dict[int, int]:
        come = {asked.partition: future for asked, future in futures.items() if future.done()}
        return {number: future.result().offset for number, future in come.items() if future.exception() is None}

    return answers


def any_from(reader: Consumer, topic: str, number: int, start: int) -> bool | None:
    """Whether a committed message lies at `start` or behind it; None when the log does not say within 2 s. `reader` is
    made as for `read_through`."""
    read_from(reader, [TopicPartition(topic, number, start)])
    for message in reader.consume(1, 2.0):
        error = message.error()
        if error is None:
            return True
        if error.code() == KafkaError._PARTITION_EOF:  # pyright: ignore[reportPrivateUsage]
            return False
    return None
