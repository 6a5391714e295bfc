# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateImportUsage=false
"""Replays into a topic: the same bytes, keys, headers and times, each on the partition it came from.

Exactly once: every transaction carries, beside the events, the checkpoint after them, on a compacted topic of its own.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from typing import Any, get_args

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from infra.log import kafka
from infra.log.topics import Kind, await_leaders, replies_topic, settled, topic
from infra.settings import Settings
from schemas.contract import domains
from streams.replay import checkpoint as checkpoints
from streams.replay.bounds import Found
from streams.replay.checkpoint import Checkpoint
from streams.replay.reading import consumer
from streams.replay.refused import Refused
from streams.replay.sink import Often

_TIMEOUT = 30.0
_ANSWERED_WITHIN = 2.0
"""Seconds for which a client waits for leaders that a new topic did not have when it asked: it does not ask again by
itself."""
_ATTEMPTS = 10


def checkpoints_topic(prefix: str) -> str:
    """The compacted topic that holds the checkpoint of every replay into a topic, by that topic's name."""
    return f"{prefix}replay.checkpoints"


class TopicSink:
    """A topic of events that belongs to this replay. Its transactional id ends a replay into it that hangs."""

    def __init__(self, settings: Settings, target: str) -> None:
        self._settings, self._target = settings, target
        self._checkpoints = checkpoints_topic(settings.topic_prefix)
        self._client = kafka.admin(settings)
        self._producer: Producer | None = None
        self._begun = False

    @property
    def name(self) -> str:
        return f"the topic {self._target}"

    @property
    def often(self) -> Often:
        return Often(1000, 1.0)

    @contextmanager
    def open(self) -> Generator["TopicSink"]:
        self._refuse_live()
        _create(self._client, self._checkpoints, 1, self._settings.replication, {"cleanup.policy": "compact"})
        producer = kafka.transactional_producer(
            self._settings, f"{self._settings.topic_prefix}nexus.replay.{self._target}"
        )
        _persist(lambda: producer.init_transactions(_TIMEOUT))
        self._producer = producer
        try:
            yield self
        finally:
            self._abort()

    def last(self) -> Checkpoint | None:
        """The newest one of this topic. What an earlier owner left open was ended when this was opened."""
        found: bytes | None = None
        with closing(
            consumer(self._settings, f"{self._settings.topic_prefix}nexus.replay", **{"auto.offset.reset": "earliest"})
        ) as reader:
            kafka.read_from(reader, [TopicPartition(self._checkpoints, 0, 0)])
            while True:
                message = reader.poll(0.2)
                if message is None:
                    continue
                if kafka.at_end(message):
                    return None if found is None else checkpoints.decode(found, self._checkpoints)
                if message.error() is None and message.key() == self._target.encode():
                    found = message.value()

    def prepare(self, checkpoint: Checkpoint, *, resumed: bool) -> None:
        partitions = self._partitions(checkpoint)
        there = self._client.list_topics(timeout=_TIMEOUT).topics
        if self._target not in there and not resumed:
            # For ever: the times of the events are kept, and any shorter retention would remove old ones at once.
            config = {"retention.ms": "-1", "retention.bytes": "-1", "message.timestamp.type": "CreateTime"}
            _create(self._client, self._target, partitions, self._settings.replication, config)
        else:
            self._check(len(there[self._target].partitions) if self._target in there else 0, checkpoint, resumed)
        if not resumed:
            self.keep(checkpoint)

    def take(self, events: Sequence[Found]) -> int:
        for event in events:
            m = event.message
            self._produce(self._target, m.partition, m.key, m.value, list(m.headers), m.timestamp)
        return 0

    def keep(self, checkpoint: Checkpoint) -> None:
        self._produce(self._checkpoints, 0, self._target.encode(), checkpoints.encode(checkpoint), [], 0)
        _persist(lambda: self._sending().commit_transaction(_TIMEOUT))
        self._begun = False

    def _produce(
        self, name: str, partition: int, key: bytes, value: bytes | None, headers: list[Any], timestamp: int
    ) -> None:
        producer = self._sending()
        if not self._begun:
            producer.begin_transaction()
            self._begun = True
        while True:
            try:
                return producer.produce(name, value, key, partition, headers=headers, timestamp=timestamp)
            except BufferError:  # the queue is full: wait for room
                producer.poll(0.05)

    def _sending(self) -> Producer:
        assert self._producer is not None, "the sink is not open"
        return self._producer

    def _abort(self) -> None:
        """Leaves nothing open where it can; a broker ends what is left after a minute, the next replay at once."""
        if self._begun:
            try:
                self._sending().flush(2.0)
                self._sending().abort_transaction(_TIMEOUT)
            except KafkaException:
                return

    def _refuse_live(self) -> None:
        prefix = self._settings.topic_prefix
        live = {topic(prefix, domain, kind) for domain in domains() for kind in get_args(Kind)}
        if self._target in live | {replies_topic(prefix), self._checkpoints} or self._target.startswith("__"):
            raise Refused("topic_live", f"{self._target} belongs to the platform: choose a topic of your own.")

    def _partitions(self, checkpoint: Checkpoint) -> int:
        there = self._client.list_topics(timeout=_TIMEOUT).topics
        counts = {len(there[place.topic].partitions) for place in checkpoint.places}
        if len(counts) > 1:
            raise Refused(
                "partitions_differ", "The domains have different numbers of partitions: replay each into its own topic."
            )
        return counts.pop() if counts else self._settings.partitions

    def _check(self, count: int, checkpoint: Checkpoint, resumed: bool) -> None:
        """Refuses a topic that holds what is not of this replay, or no longer what is."""
        empty = count == 0 or _empty(self._client, self._target, count)
        if resumed and checkpoint.done and empty:
            raise Refused(
                "topic_changed",
                f"The topic {self._target} does not hold the {checkpoint.done:,} events that were replayed: remove it "
                "and begin anew, without --resume.",
            )
        if not resumed and not empty:
            raise Refused(
                "topic_not_empty", f"The topic {self._target} is not empty: choose another, or go on with --resume."
            )
        if count not in (0, wanted := self._partitions(checkpoint)):
            raise Refused(
                "partitions_differ",
                f"The topic {self._target} has {count} partitions and the log has {wanted}: remove it, and it is made.",
            )


def _empty(client: AdminClient, name: str, count: int) -> bool:
    ends: list[int] = []
    for spec in (OffsetSpec.earliest(), OffsetSpec.latest()):
        asked: Any = {TopicPartition(name, number): spec for number in range(count)}
        futures = client.list_offsets(
            asked, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_ANSWERED_WITHIN
        )
        ends.append(sum(int(future.result(_TIMEOUT).offset) for future in futures.values()))
    return ends[0] == ends[1]


def _create(client: AdminClient, name: str, partitions: int, replication: int, config: dict[str, str]) -> None:
    """Makes a topic unless it is there, and waits until it can be used."""
    for future in client.create_topics([NewTopic(name, partitions, replication, config=config)]).values():
        try:
            future.result(_TIMEOUT)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    await_leaders(client, [name])
    settled(lambda: _empty(client, name, partitions))


def _persist(step: Callable[[], Any]) -> None:
    """Repeats a step of a transaction while the broker asks for that."""
    for attempt in range(_ATTEMPTS):
        try:
            step()
            return
        except KafkaException as error:
            if not error.args[0].retriable() or attempt == _ATTEMPTS - 1:
                raise
