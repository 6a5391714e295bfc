"""Reads spans of the log and touches nobody: with a consumer of its own that joins no group and commits nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import cast

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka import Message as Received

from infra.log import kafka
from infra.log.kafka import ClientSetting
from infra.settings import Settings
from projections.message import Message
from projections.positions import Partition

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """Messages in the order of each partition, and the partitions that ended after them."""

    messages: list[Message] = field(default_factory=list[Message])
    ended: list[Partition] = field(default_factory=list[Partition])


def consumer(settings: Settings, name: str, **extra: ClientSetting) -> Consumer:
    """A reader. The broker sees its client id, `nexus-replay-…`, by which quotas can hold it back.

    librdkafka wants a group's name from every consumer; without a subscription or a commit the broker never hears it.
    """
    return kafka.consumer(
        settings,
        f"{settings.topic_prefix}nexus.replay",
        **{
            "client.id": f"nexus-replay-{name}",
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 50,
            "queued.max.messages.kbytes": 16_384,
            **extra,
        },
    )


def read(
    settings: Settings, name: str, spans: Mapping[Partition, tuple[int, int]], stopped: Callable[[], bool]
) -> Iterator[Step]:
    """What lies in the spans (first, end). Ends with them, or when stopped; raises KafkaException."""
    left = {partition for partition, (start, end) in spans.items() if start < end}
    if not left:
        return
    with closing(consumer(settings, name)) as reader:
        kafka.read_from(reader, [TopicPartition(*partition, spans[partition][0]) for partition in sorted(left)])
        while left and not stopped():
            step = Step()
            for received in kafka.arrived(reader, 0.2, _AT_ONCE):
                partition = received.topic() or "", received.partition() or 0
                if partition not in left:
                    continue
                offset, end, over = received.offset() or 0, spans[partition][1], kafka.at_end(received)
                if not over and received.error() is None and offset < end:
                    step.messages.append(message_of(received))
                if over or (received.error() is None and offset + 1 >= end):
                    left.discard(partition)
                    step.ended.append(partition)
                    reader.pause([TopicPartition(*partition)])
            yield step


def message_of(received: Received) -> Message:
    """What was received, as whoever reads events knows it."""
    headers = cast("list[tuple[str, bytes]]", received.headers() or [])
    _, timestamp = received.timestamp()
    return Message(
        received.topic() or "",
        received.partition() or 0,
        received.offset() or 0,
        received.key() or b"",
        received.value(),
        tuple(headers),
        timestamp,
    )
