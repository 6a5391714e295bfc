"""One Kafka transaction around what a processor writes and the offsets it has come to."""

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition

from infra.log.headers import Headers

_log = structlog.get_logger("processor")
_TIMEOUT = 10.0
_FLUSH_BEFORE_ABORT = 2.0

Delivered = Callable[[KafkaError | None, Message], None]


class Aborted(Exception):
    """Nothing of the transaction was committed, and the producer may go on."""


class Broken(Exception):
    """The producer cannot go on, and whether the transaction was committed is unknown."""


def transact(producer: Producer, write: Callable[[], None], offsets: Sequence[TopicPartition], group: Any) -> None:
    """Commits what `write` produces together with `offsets`, fenced by the group's metadata.

    Waits for the broker as long as it takes. Raises `Aborted` or `Broken`.
    """
    try:
        producer.begin_transaction()
        write()
        _persist(lambda: producer.send_offsets_to_transaction(list(offsets), group, _TIMEOUT))
        _persist(lambda: producer.commit_transaction(_TIMEOUT))
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        if not reason.txn_requires_abort():
            raise Broken(reason.str()) from error
        abort(producer)
        raise Aborted(reason.str()) from error


def abort(producer: Producer) -> None:
    """Ends the transaction without effect; raises `Broken`.

    Flushed before, because aborting a transaction of which the broker has heard nothing yet is fatal.
    """
    try:
        producer.flush(_FLUSH_BEFORE_ABORT)
        _persist(lambda: producer.abort_transaction(_TIMEOUT))
    except KafkaException as error:
        raise Broken(error.args[0].str()) from error


def begin_as(producer: Producer, stopped: Callable[[], bool]) -> None:
    """Takes over the transactional id, ending what a namesake left open. Waits for the broker; raises `Broken`."""
    while not stopped():
        try:
            return producer.init_transactions(_TIMEOUT)
        except KafkaException as error:
            if not error.args[0].retriable():
                raise Broken(error.args[0].str()) from error
            _log.warning("waiting for the broker", error=error.args[0].str())
    return None


def put(
    producer: Producer,
    topic: str,
    partition: int,
    key: bytes | None,
    value: bytes,
    headers: Headers | None,
    delivered: Delivered | None = None,
) -> None:
    """Hands over one message, waiting for room in the producer's queue."""
    while True:
        try:
            if delivered is None:
                producer.produce(topic, value, key, partition, headers=headers)
            else:
                producer.produce(topic, value, key, partition, headers=headers, on_delivery=delivered)
            return
        except BufferError:
            producer.poll(0.05)


def _persist(step: Callable[[], Any]) -> None:
    """Repeats a step for as long as the broker asks to; these steps may be repeated, by their contract."""
    while True:
        try:
            step()
            return
        except KafkaException as error:
            if not error.args[0].retriable():
                raise
            _log.warning("retrying a transaction's step", error=error.args[0].str())
