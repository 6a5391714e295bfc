# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportPrivateImportUsage=false
"""The topics: their names, and making them as the design says, or refusing what is there instead."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Literal, TypeVar

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from infra.log.kafka import admin, consumer
from infra.settings import Settings

Kind = Literal["commands", "events", "snapshots", "dead-letters"]

_DAY = 24 * 3_600_000
_TIMEOUT = 30.0
_ONE_ANSWER = 3.0

_FOR_EVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_NEWEST = {"cleanup.policy": "compact"}

Answer = TypeVar("Answer")


class TopicRefused(RuntimeError):
    """The broker does not make a topic; the message says which and why."""


class TopicMismatch(RuntimeError):
    """A topic is not as the settings say and cannot be changed in place."""


def topic(prefix: str, domain: str, kind: Kind) -> str:
    """The name of a domain's topic."""
    return f"{prefix}{domain}.{kind}"


def replies_topic(prefix: str) -> str:
    """The topic on which processors answer."""
    return f"{prefix}gateway.replies"


def processor_group(prefix: str, domain: str) -> str:
    """The consumer group of a domain's processors."""
    return f"{prefix}nexus.{domain}"


def ensure_topics(settings: Settings, domains: Iterable[str]) -> None:
    """Makes the topics that are missing, and sets where each domain's processors start.

    Safe to call at every start. Raises `TopicMismatch` when a topic has another number of partitions or would lose what
    it must keep, and `TopicRefused` when one cannot be made or looked at.
    """
    client = admin(settings)
    wanted = dict(_wanted(settings, domains))
    there = client.list_topics(timeout=_TIMEOUT).topics
    missing = [new for name, new in wanted.items() if name not in there]
    made = _create(client, missing) if missing else set[str]()
    await_leaders(client, [new.topic for new in missing])
    others = {name: new for name, new in wanted.items() if name not in made}
    partitions = settled(lambda: _partitions(client, others))
    for name, new in others.items():
        if (count := partitions[name]) != new.num_partitions:
            raise TopicMismatch(
                f"The topic {name} has {count} partitions and the settings say {new.num_partitions}. "
                "A key's partition must never change: set the partition count back to what it was."
            )
    _check_kept(client, others)
    for domain in domains:
        _set_start(settings, domain, made)


def _wanted(settings: Settings, domains: Iterable[str]) -> Iterable[tuple[str, NewTopic]]:
    prefix = settings.topic_prefix

    def new(name: str, **config: str | int) -> tuple[str, NewTopic]:
        texts = {key.replace("_", "."): str(value) for key, value in config.items()}
        return name, NewTopic(name, settings.partitions, settings.replication, config=texts)

    for domain in domains:
        yield new(topic(prefix, domain, "commands"), retention_ms=7 * _DAY)
        yield new(topic(prefix, domain, "events"), **_FOR_EVER)
        yield new(topic(prefix, domain, "snapshots"), **_NEWEST, min_cleanable_dirty_ratio="0.2")
        yield new(topic(prefix, domain, "dead-letters"), **_FOR_EVER, max_message_bytes=2_000_000)
    yield new(replies_topic(prefix), retention_ms=3_600_000, segment_ms=600_000)


def _partitions(client: AdminClient, names: Iterable[str]) -> Mapping[str, int]:
    """How many partitions topics have; KafkaException for one that the broker does not tell of yet, since somebody has
    just made it."""
    there = client.list_topics(timeout=_TIMEOUT).topics
    counts = {name: len(there[name].partitions) if name in there else 0 for name in names}
    if not all(counts.values()):
        raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART))
    return counts


def _must_keep(new: NewTopic) -> Mapping[str, str]:
    """What must be so lest a topic loses what nobody else has. Commands and replies may be kept as one likes."""
    config = new.config or {}
    return next((kept for kept in (_FOR_EVER, _NEWEST) if kept.items() <= config.items()), dict[str, str]())


def _check_kept(client: AdminClient, wanted: Mapping[str, NewTopic]) -> None:
    """Raises `TopicMismatch` when a topic that was there is not kept as the platform needs it."""
    must = {name: kept for name, new in wanted.items() if (kept := _must_keep(new))}
    try:
        found = settled(lambda: _described(client, must)) if must else {}
    except KafkaException as error:
        raise TopicRefused(f"How topics are kept cannot be read: {_why(error.args[0])}") from error
    for name, kept in must.items():
        for setting, value in kept.items():
            if found[name][setting] != value:
                raise TopicMismatch(
                    f"The topic {name} has {setting}={found[name][setting]}, and it must be {value}, or it loses what "
                    f"nothing else holds. Set it with Kafka's own tools: kafka-configs --alter --topic {name} "
                    f"--add-config {setting}={value}. `nexus360 verify` tells what is gone already."
                )


def _described(client: AdminClient, names: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    asked = client.describe_configs([ConfigResource(ResourceType.TOPIC, name) for name in names])
    answers = {resource.name: future.result(timeout=_TIMEOUT) for resource, future in asked.items()}
    return {name: {entry.name: entry.value for entry in answer.values()} for name, answer in answers.items()}


def _create(client: AdminClient, topics: list[NewTopic]) -> set[str]:
    """Makes topics; gives the names of those that nobody else made meanwhile."""
    made: set[str] = set()
    for name, future in client.create_topics(topics).items():
        try:
            future.result(timeout=_TIMEOUT)
            made.add(name)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise TopicRefused(f"The topic {name} could not be made: {_why(error.args[0])}") from error
    return made


def _why(error: KafkaError) -> str:
    if error.code() in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED):
        return "the user has no right to it. Give NEXUS_KAFKA_USER the rights that docs/security.md names."
    return error.str()


def _set_start(settings: Settings, domain: str, made: set[str]) -> None:
    """Gives the processors' group a committed offset 0 in every partition that has none.

    Processors have `auto.offset.reset=error`, so that a lost offset stops them rather than running old commands
    again. Only a topic that still holds its first command, and of which nothing was decided, may be started from 0.

    Asked as a consumer that subscribes to nothing, and not by the admin client: that one waits for ever on a
    coordinator that was not there when it first asked, and brings the process down when it is dropped while it waits.
    """
    group, commands = processor_group(settings.topic_prefix, domain), topic(settings.topic_prefix, domain, "commands")
    partitions = [TopicPartition(commands, p) for p in range(settings.partitions)]
    asking = consumer(settings, group, **{"isolation.level": "read_uncommitted", "log_level": 0})
    try:
        found = settled(lambda: _checked(asking.committed(partitions, _ONE_ANSWER)))
        unset = [TopicPartition(commands, p.partition, 0) for p in found if p.offset < 0]
        for partition in unset if commands not in made else ():
            number = partition.partition
            decided = TopicPartition(topic(settings.topic_prefix, domain, "snapshots"), number)
            first, _ = settled(partial(asking.get_watermark_offsets, partition, _ONE_ANSWER))
            _, kept = settled(partial(asking.get_watermark_offsets, decided, _ONE_ANSWER))
            if first > 0 or kept > 0:
                why = "whose first commands have expired" if first > 0 else "though commands of it were decided"
                raise TopicMismatch(
                    f"The group {group} has no offset in partition {number} of {commands}, {why}. "
                    "Set the group's offset by hand to where it left off; it must not guess."
                )
        if unset:
            settled(lambda: _checked(asking.commit(offsets=unset, asynchronous=False)))
    finally:
        asking.close()


def _checked(partitions: list[TopicPartition]) -> list[TopicPartition]:
    """A partition that refuses does so in the answer, not by failing the request."""
    for partition in partitions:
        if partition.error is not None:
            raise KafkaException(partition.error)
    return partitions


_NOT_YET = {
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError._NOENT,  # pyright: ignore[reportPrivateUsage]  # the client's word for partitions without a leader
    KafkaError._UNKNOWN_PARTITION,  # pyright: ignore[reportPrivateUsage]  # and for what it has not heard of yet
    KafkaError._TIMED_OUT,  # pyright: ignore[reportPrivateUsage]
    KafkaError._WAIT_COORD,  # pyright: ignore[reportPrivateUsage]
}
"""What a broker says of a partition or a group that was made a moment ago, or the client while it waits for it."""


def await_leaders(client: AdminClient, names: Collection[str]) -> None:
    """Waits until each partition of topics that were just made has a leader. Raises KafkaException after 30 s.

    A client that was told once that a partition has none believes it for minutes, and fails whatever needs one without
    a question to the broker. Only what asks the broker for its topics, as this does, makes it learn better.
    """
    settled(lambda: _led(client, names))


def _led(client: AdminClient, names: Collection[str]) -> None:
    there = client.list_topics(timeout=_TIMEOUT).topics if names else {}
    partitions = {name: there[name].partitions.values() if name in there else () for name in names}
    if not all(each and all(partition.leader >= 0 for partition in each) for each in partitions.values()):
        raise KafkaException(KafkaError(KafkaError.LEADER_NOT_AVAILABLE))


def settled(ask: Callable[[], Answer]) -> Answer:
    """The answer, asked again for as long as the broker is still setting up what it is asked about."""
    give_up_at = time.monotonic() + _TIMEOUT
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in _NOT_YET or time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
