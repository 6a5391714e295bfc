"""A broker killed while transactions are open: each is ended when it is back, and none holds back who comes after."""

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, TopicPartition

from infra.log import kafka
from infra.log.topics import ensure_topics, topic
from infra.settings import Settings
from infra.stack import kafka as broker
from infra.stack import ports, process
from infra.stack.part import Place
from tests.integration.projector_log import until

DOMAIN = "crm"
OPEN = 8
"""So many transactions are open in each kill: a broker that forgets one of them now and then is found."""


@dataclass(frozen=True, slots=True)
class Broker:
    """One of our own, to kill."""

    place: Place
    settings: Settings

    def start(self) -> None:
        process.start(broker.PART.prepare(self.place, print), self.place.pid_file("kafka"))

    def kill(self) -> None:
        process.stop(self.place.pid_file("kafka"), signal.SIGKILL)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    place = Place(Settings(data=tmp_path), ports.choose(tmp_path, lambda _: False))
    made = Broker(place, Settings(data=tmp_path, kafka=ports.addresses(place.ports)["kafka"], partitions=OPEN))
    made.start()
    yield made
    made.kill()


def test_transactions_that_were_open_when_the_broker_died_hold_nobody_back(own_broker: Broker) -> None:
    """Their offsets are pending; a reader that wants stable ones must be answered once they are aborted. Brokers from
    4.3 to 4.4 abort some without telling the partition, and it waits for ever."""
    settings = own_broker.settings
    ensure_topics(settings, [DOMAIN])
    commands = [TopicPartition(topic("", DOMAIN, "commands"), number) for number in range(OPEN)]
    for _ in range(2):
        left_open = [_with_open_offsets(settings, each) for each in commands]
        own_broker.kill()
        own_broker.start()
        until(lambda: len(_stable(settings, commands)) == OPEN)
        del left_open


def _stable(settings: Settings, commands: Sequence[TopicPartition]) -> list[TopicPartition]:
    """The partitions whose group's offset is known: a broker that has just come back may not know it yet."""
    found: list[TopicPartition] = []
    for each in commands:
        reader = kafka.consumer(settings, _group(each))
        with contextlib.suppress(KafkaException):
            found += [at for at in reader.committed([each], 3) if at.error is None]
        reader.close()
    return found


def _with_open_offsets(settings: Settings, command: TopicPartition) -> kafka.Producer:
    """A producer with a transaction that holds an offset of a group and will never be ended by it."""
    name = _group(command)
    producer = kafka.transactional_producer(settings, name, **{"transaction.timeout.ms": 2000})
    producer.init_transactions(30)
    reader = kafka.consumer(settings, name)
    producer.begin_transaction()
    at = TopicPartition(command.topic, command.partition, 1)
    producer.send_offsets_to_transaction([at], reader.consumer_group_metadata(), 30)
    reader.close()
    return producer


def _group(command: TopicPartition) -> str:
    return f"left-open-{command.partition}-{os.getpid()}"
