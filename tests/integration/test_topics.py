# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportPrivateImportUsage=false
"""Topics that are there before the platform makes them: what of them is taken, and what is refused."""

from collections.abc import Iterator, Mapping
from re import escape
from uuid import uuid4

import pytest
from confluent_kafka.admin import NewTopic

from infra import settings as infra_settings
from infra.log import kafka
from infra.log.topics import Kind, TopicMismatch, ensure_topics, topic
from infra.settings import Settings

DAY = {"retention.ms": "86400000"}
FOR_EVER = {"retention.ms": "-1"}


@pytest.fixture
def settings() -> Iterator[Settings]:
    made = infra_settings.read(topic_prefix=f"t{uuid4().hex[:10]}.", partitions=1)
    yield made
    client = kafka.admin(made)
    names = [name for name in client.list_topics(timeout=10).topics if name.startswith(made.topic_prefix)]
    for future in client.delete_topics(names).values():
        future.result(10)


def make(settings: Settings, kind: Kind, config: Mapping[str, str]) -> str:
    name, client = topic(settings.topic_prefix, "crm", kind), kafka.admin(settings)
    client.create_topics([NewTopic(name, 1, 1, config=dict(config))])[name].result(10)
    return name


@pytest.mark.parametrize(
    ("kind", "config", "told"),
    [
        ("events", DAY, "retention.ms=86400000, and it must be -1"),
        ("events", FOR_EVER | {"retention.bytes": "1000000"}, "retention.bytes=1000000, and it must be -1"),
        ("events", FOR_EVER | {"cleanup.policy": "compact"}, "cleanup.policy=compact, and it must be delete"),
        ("dead-letters", DAY, "retention.ms=86400000, and it must be -1"),
        ("snapshots", FOR_EVER, "cleanup.policy=delete, and it must be compact"),
        ("snapshots", {"cleanup.policy": "compact,delete"}, "cleanup.policy=compact,delete, and it must be compact"),
    ],
)
def test_a_topic_that_would_lose_what_nothing_else_holds_is_refused(
    settings: Settings, kind: Kind, config: Mapping[str, str], told: str
) -> None:
    name = make(settings, kind, config)
    with pytest.raises(TopicMismatch, match=escape(f"The topic {name} has {told}")):
        ensure_topics(settings, ["crm"])


def test_topics_that_keep_what_they_must_are_taken_as_they_are(settings: Settings) -> None:
    make(settings, "events", FOR_EVER)
    make(settings, "commands", DAY)
    ensure_topics(settings, ["crm"])
    ensure_topics(settings, ["crm"])
