"""One Kafka transaction around what a processor writes and the offsets it has come to."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition

from infra.log.headers import Headers

_log = structlog.get_logger("processor")
_INIT_TIMEOUT = 0.1
"""Seconds. Each call asks at once; by itself the client asks a coordinator that is not ready twice a second."""
_TIMEOUT = 4.0
_FLUSH_BEFORE_ABORT = 2.0
_GIVE_UP_AFTER = 8.0
_TELL_AGAIN_AFTER = 4.0

_CUT_OFF = (KafkaError._TIMED_OUT, KafkaError._TRANSPORT)  # pyright: ignore[reportPrivateUsage]

Put = Callable[[str, int, bytes, bytes, Headers], None]
"""Writes one message: topic, partition, key, value, headers."""
Work = Callable[[Put], Sequence[TopicPartition]]
"""Writes what is to be written and gives the offsets it has come to; none mean that nothing was done."""
Ends = dict[tuple[str, int], int]
"""The offset after the last message written, of each (topic, partition)."""


class Aborted(Exception):
    """Nothing of the transaction was committed, and the producer may go on."""


class Broken(Exception):
    """The producer cannot go on, and whether the transaction was committed is unknown."""


def transact(producer: Producer, work: Work, group: Any) -> Ends:
    """Commits what `work` writes together with the offsets it gives, fenced by the group's metadata.

    Raises `Aborted` or `Broken`.
    """
    transaction = _Transaction(producer)
    try:
        offsets = work(transaction.put)
        return transaction.commit(offsets, group) if offsets else {}
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        if not (transaction.begun and reason.txn_requires_abort()):
            raise Broken(reason.str()) from error
        abort(producer)
        raise Aborted(reason.str()) from error


class _Transaction:
    """Begins with the first message, so that one with nothing in it need not be ended.

    The last message of each topic and partition is held back until the end: its delivery tells the offset for all, and
    no other message pays for a callback.
    """

    def __init__(self, producer: Producer) -> None:
        self.begun = False
        self._producer = producer
        self._last: dict[tuple[str, int], tuple[bytes, bytes, Headers]] = {}
        self._ends: Ends = {}

    def put(self, topic: str, number: int, key: bytes, value: bytes, headers: Headers) -> None:
        before = self._last.get((topic, number))
        self._last[topic, number] = key, value, headers
        if before is not None:
            self._produce(topic, number, *before)

    def commit(self, offsets: Sequence[TopicPartition], group: Any) -> Ends:
        for (topic, number), last in self._last.items():
            self._produce(topic, number, *last, delivered=self._note(topic, number))
        self._begin()
        _persist(lambda: self._producer.send_offsets_to_transaction(list(offsets), group, _TIMEOUT))
        _persist(lambda: self._producer.commit_transaction(_TIMEOUT))
        self._producer.poll(0)  # runs the callbacks of what was delivered
        return self._ends

    def _begin(self) -> None:
        if not self.begun:
            self._producer.begin_transaction()
            self.begun = True

    def _produce(
        self,
        topic: str,
        number: int,
        key: bytes,
        value: bytes,
        headers: Headers,
        delivered: Callable[[KafkaError | None, Message], None] | None = None,
    ) -> None:
        self._begin()
        while True:
            try:
                if delivered is None:
                    self._producer.produce(topic, value, key, number, headers=headers)
                else:
                    self._producer.produce(topic, value, key, number, headers=headers, on_delivery=delivered)
                return
            except BufferError:  # the queue is full: wait for room
                self._producer.poll(0.05)

    def _note(self, topic: str, number: int) -> Callable[[KafkaError | None, Message], None]:
        def delivered(error: KafkaError | None, message: Message) -> None:
            offset = message.offset()
            if error is None and offset is not None:
                self._ends[topic, number] = offset + 1

        return delivered


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
    """Takes over the transactional id, ending what a namesake left open. Waits for the broker, and asks ten times a
    second whether it was `stopped`; raises `Broken`."""
    told = time.monotonic()
    while not stopped():
        try:
            return producer.init_transactions(_INIT_TIMEOUT)
        except KafkaException as error:
            if not error.args[0].retriable():
                raise Broken(error.args[0].str()) from error
            if time.monotonic() - told > _TELL_AGAIN_AFTER:
                _log.warning("waiting for the broker", error=error.args[0].str())
                told = time.monotonic()
    return None


def let_go(producer: Producer) -> None:
    """Has a producer forget what it could not write. Messages without a broker's word hold it through their callbacks,
    and it would look for brokers for as long as the process lives."""
    producer.purge()
    with suppress(KafkaException):  # one that is broken for good says so once more
        producer.poll(0)


def _persist(step: Callable[[], Any]) -> None:
    """Repeats a step when told to, which these allow; raises `Broken` when it does not come to an end.

    A step that timed out, or whose connection broke, is not repeated: the second call may never come back, whatever its
    timeout says. A new producer finds out what became of the transaction.
    """
    give_up_at = time.monotonic() + _GIVE_UP_AFTER
    while True:
        try:
            step()
            return
        except KafkaException as error:
            reason: KafkaError = error.args[0]
            if reason.code() in _CUT_OFF or (reason.retriable() and time.monotonic() > give_up_at):
                raise Broken(reason.str()) from error
            if not reason.retriable():
                raise
            _log.warning("retrying a transaction's step", error=reason.str())
