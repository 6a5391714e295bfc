"""`nexus360 rebuild DATABASE`: throws a database's read models away and folds the log again from its beginning.

The same fold as live, in large batches. Workers of the database are stopped first, or waited for; questions meanwhile
see what has been folded so far.
"""

import time
from collections.abc import Callable, Iterator

import psycopg
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from infra.log import kafka, registry
from infra.log.headers import as_mapping
from infra.postgres import connect
from infra.search import blocking_client
from infra.settings import Settings
from infra.vault import Vaults
from projections import positions
from projections.documents import searchable
from projections.message import Message
from projections.positions import Partition
from projections.store import Projection, apply, ensure_tables, projection
from projections.tables import tables_of
from streams.projector import indexer
from streams.projector.app import topics_of

Say = Callable[[str], None]

BATCH = 5000
_WAIT_FOR_WORKERS = 15.0
_SAY_EVERY = 2.0


class StillFolding(RuntimeError):
    """A worker of the database runs."""


def run(database: str, settings: Settings, say: Say) -> None:
    """Rebuilds; `say` gets a line now and then. Raises StillFolding when the database's projector is not stopped."""
    ensure_tables(settings, database)
    vaults = Vaults(settings)
    folded = projection(settings, database, registry.codec(settings), vaults)
    with connect(settings, database) as connection:
        _take_alone(connection, database)
        _empty(connection, database)
        count = _fold(connection, settings, folded, database, say)
    say(f"{database}: {count} events folded.")
    if searchable(database):
        _index(settings, database, say)
    vaults.close()


def _take_alone(connection: psycopg.Connection, database: str) -> None:
    deadline = time.monotonic() + _WAIT_FOR_WORKERS
    while not positions.take_alone(connection):
        if time.monotonic() > deadline:
            raise StillFolding(f"The projector of {database} runs. Stop it, then rebuild; start it again after.")
        time.sleep(0.2)


def _empty(connection: psycopg.Connection, database: str) -> None:
    names = ", ".join(f'"{t.name}"' for t in tables_of(database).metadata.sorted_tables)
    with connection.transaction():
        connection.execute(f"truncate {names}".encode())


def _fold(connection: psycopg.Connection, settings: Settings, folded: Projection, database: str, say: Say) -> int:
    topics = topics_of(settings, database)
    at = positions.ensure(connection, folded.group, [(t, p) for t in topics for p in range(settings.partitions)])
    started = said = time.monotonic()
    count = 0
    for batch in _log(settings, list(at)):
        touched = {p: at[p] for p in {(m.topic, m.partition) for m in batch}}
        at |= apply(connection, folded, touched, batch)
        count += len(batch)
        if time.monotonic() - said > _SAY_EVERY:
            said = time.monotonic()
            say(f"{database}: {count} events, {count / (said - started):.0f} a second")
    return count


def _log(settings: Settings, partitions: list[Partition]) -> Iterator[list[Message]]:
    """The committed messages of these partitions from the beginning to where each ends now, in batches."""
    consumer = kafka.consumer(
        settings,
        f"{settings.topic_prefix}nexus.rebuild",
        **{"enable.partition.eof": True, "auto.offset.reset": "earliest"},
    )
    try:
        consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in partitions])
        unfinished = set(partitions)
        while unfinished:
            batch = _batch(consumer, unfinished)
            if batch:
                yield batch
    finally:
        consumer.close()


def _batch(consumer: Consumer, unfinished: set[Partition]) -> list[Message]:
    batch: list[Message] = []
    for message in consumer.consume(BATCH, 0.5):
        error = message.error()
        topic, partition, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
        if error is None:
            headers = tuple(as_mapping(message.headers()).items())
            batch.append(Message(topic, partition, offset, message.key() or b"", message.value(), headers))
        elif error.code() == KafkaError._PARTITION_EOF:
            unfinished.discard((topic, partition))
        else:
            raise KafkaException(error)
    return batch


def _index(settings: Settings, database: str, say: Say) -> None:
    es = blocking_client(settings)
    try:
        with connect(settings, database) as connection:
            indexer.take_turn(connection)
            indexer.drop_indices(es, settings.index_prefix, database)
            indexer.ensure_indices(connection, es, settings.index_prefix, database)
            while indexer.cycle(connection, es, settings.index_prefix, database):
                pass
        say(f"{database}: search documents are written.")
    except indexer.SILENT as error:
        say(f"{database}: Elasticsearch does not answer ({error}); its projector writes the documents when it does.")
    finally:
        es.close()
