"""A builder: folds some partitions of the log into a generation that is not the workers' yet, until they take it.

The same fold as live, in large batches. It reads with a consumer of its own that commits nothing, sends nothing, and
touches no other generation.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from multiprocessing.synchronize import Event

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from infra.collector import spare_the_collector
from infra.log import kafka, registry
from infra.log.headers import as_mapping
from infra.logs import configure
from infra.settings import Settings
from infra.vault import Vaults
from projections import generations, positions
from projections.generations import Generation
from projections.message import OUTAGES, Message
from projections.positions import OutOfLog, Partition, PositionMoved
from projections.store import Projection, apply, projection

log = structlog.get_logger()

BATCH = 5000
_QUEUED_KB = 32 * 1024
_NICE = 5
"""Where there is not CPU enough for all, the live platform has about three times as much as a builder."""
_PAUSE = 0.5


def run(
    settings: Settings,
    database: str,
    generation: Generation,
    partitions: list[Partition],
    ended: Event,
    bounds: Mapping[Partition, int] | None = None,
) -> None:
    """Folds until the workers take the generation, or `ended` is set, or whoever started this process is gone, or all
    partitions have come to `bounds`. What has been folded stays."""
    configure(settings.log_level)
    os.nice(_NICE)
    spare_the_collector()
    parent = os.getppid()
    vaults = Vaults(settings)
    folded = projection(settings, database, generation.number, registry.codec(settings), vaults)
    with closing(vaults):
        while not ended.is_set() and os.getppid() == parent:
            try:
                if _fold(settings, folded, generation, partitions, ended, bounds):
                    return
            except PositionMoved as error:
                log.info("builder_ends", database=database, reason=str(error))
                return
            except OUTAGES as error:
                log.warning("builder_waits", database=database, reason=str(error))
                time.sleep(_PAUSE)


def _fold(
    settings: Settings,
    folded: Projection,
    generation: Generation,
    partitions: list[Partition],
    ended: Event,
    bounds: Mapping[Partition, int] | None,
) -> bool:
    """True when there is nothing left to do for a builder."""
    parent = os.getppid()
    with closing(generations.connected(settings, folded.database, generation=generation)) as connection:
        generations.build(connection, generation)
        at = positions.ensure(connection, folded.group, partitions)
        with closing(reader(settings, at)) as source:
            while not ended.is_set() and os.getppid() == parent:
                if generations.taken(connection, generation):
                    return True
                if bounds is not None and all(at[p] >= bounds.get(p, 0) for p in partitions):
                    return True
                batch = [m for m in arrived(source) if bounds is None or m.offset < bounds[m.topic, m.partition]]
                if batch:
                    touched = {p: at[p] for p in {(m.topic, m.partition) for m in batch}}
                    at |= apply(connection, folded, touched, batch)
    return True


def reader(settings: Settings, at: Mapping[Partition, int]) -> Consumer:
    """A consumer of these partitions from these offsets on, in no group that anybody else is in."""
    source = kafka.consumer(
        settings,
        f"{settings.topic_prefix}nexus.rebuild",
        **{"queued.max.messages.kbytes": _QUEUED_KB, "fetch.wait.max.ms": 50},
    )
    kafka.read_from(source, [TopicPartition(topic, number, offset) for (topic, number), offset in at.items()])
    return source


def arrived(source: Consumer) -> list[Message]:
    """A batch of what has arrived, as projections take it. Raises OutOfLog."""
    return list(_messages(source))


def _messages(source: Consumer) -> Iterator[Message]:
    for message in kafka.arrived(source, 0.1, BATCH):
        error = message.error()
        if error is None:
            headers = tuple(as_mapping(message.headers()).items())
            topic, number, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
            yield Message(topic, number, offset, message.key() or b"", message.value(), headers)
        elif error.code() == KafkaError._AUTO_OFFSET_RESET:  # pyright: ignore[reportPrivateUsage]
            raise OutOfLog(message.topic() or "", message.partition() or 0, message.offset() or 0)
        elif not error.retriable() and error.code() != KafkaError._ALL_BROKERS_DOWN:  # pyright: ignore[reportPrivateUsage]
            raise KafkaException(error)
