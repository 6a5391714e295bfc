# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportPrivateImportUsage=false
"""Topics that are there before the platform makes them: what of them is taken, and what is refused."""

from collections.abc import Iterator, Mapping
from functools import partial
from re import escape
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from infra import settings as infra_settings
from infra.log import kafka
from infra.log.topics import Kind, TopicMismatch, await_leaders, ensure_topics, settled, topic
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


def test_a_client_that_asked_too_early_learns_who_leads_a_new_topic(settings: Settings) -> None:
    """It would say for minutes that there is no leader: about every second topic is met without one."""
    for number in range(16):
        client, name = kafka.admin(settings), f"{settings.topic_prefix}new.{number}"
        client.list_topics(timeout=10)  # it is connected, and asks soon enough to be too early
        made = client.create_topics([NewTopic(name, 16, 1)])[name]
        _ask_until_led_or_not(client, name)
        made.result(10)
        await_leaders(client, [name])
        assert len(settled(partial(_ends, client, name))) == 16


def _ask_until_led_or_not(client: AdminClient, name: str) -> None:
    while True:
        try:
            _ends(client, name)
        except KafkaException as error:
            if error.args[0].code() != KafkaError._NOENT:  # pyright: ignore[reportPrivateUsage]
                continue
        return


def _ends(client: AdminClient, name: str) -> list[int]:
    asked: Any = {TopicPartition(name, number): OffsetSpec.latest() for number in range(16)}
    return [future.result(10).offset for future in client.list_offsets(asked, request_timeout=2).values()]
