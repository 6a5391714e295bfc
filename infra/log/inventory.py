# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateImportUsage=false
"""What the topics hold now, for people to look at."""

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.log.kafka import admin
from infra.log.topics import Kind, replies_topic, topic
from infra.settings import Settings

KEPT: dict[Kind, str] = {
    "commands": "7 days",
    "events": "for ever",
    "snapshots": "the newest of each key",
    "dead-letters": "for ever",
}


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is. `offsets` are those in use: one for each message and one for each transaction's marker."""

    name: str
    partitions: int
    offsets: int
    kept: str


def describe(settings: Settings, domains: Iterable[str]) -> list[TopicState]:
    """Every topic of the platform that exists."""
    client, prefix = admin(settings), settings.topic_prefix
    names = [(topic(prefix, domain, kind), kept) for domain in domains for kind, kept in KEPT.items()]
    there = client.list_topics(timeout=30).topics
    wanted = [*names, (replies_topic(prefix), "1 hour")]
    return [
        TopicState(name, len(there[name].partitions), _offsets(client, name, len(there[name].partitions)), kept)
        for name, kept in wanted
        if name in there
    ]


def _offsets(client: AdminClient, name: str, partitions: int) -> int:
    places = [TopicPartition(name, number) for number in range(partitions)]
    return _sum(client, places, OffsetSpec.latest()) - _sum(client, places, OffsetSpec.earliest())


def _sum(client: AdminClient, places: list[TopicPartition], which: Any) -> int:
    asked: dict[TopicPartition, Any] = dict.fromkeys(places, which)
    futures: Iterable[Future[Any]] = client.list_offsets(asked).values()
    return sum(int(future.result(timeout=30).offset) for future in futures)
