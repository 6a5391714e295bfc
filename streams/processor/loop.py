"""The command processor: takes what commands are waiting, decides them, commits, answers, and again.

One slot name is both the transactional id, which fences an older process of the same slot, and the group's static
member id, which gives a restarted process its partitions back without a rebalance.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from infra.log import headers as h
from infra.log import replies
from streams.processor import metrics, records
from streams.processor.assign import Place, prepare
from streams.processor.batch import Batch, Domain, Written, decide_batch
from streams.processor.command import Incoming, reply_to
from streams.processor.decide import UNAVAILABLE, Accepted, Failed, Outcome, Refused, Repeated
from streams.processor.partition import Partition
from streams.processor.transaction import Aborted, Broken, Delivered, begin_as, put, transact

_log = structlog.get_logger("processor")
_AT_ONCE = 1000
_IDLE = 0.1
_STALLED_FOR = 1.0
_ASK_AGAIN = 0.5


class Reassigned(Exception):
    """The partitions changed while they were being made ready."""


class Gone(RuntimeError):
    """The consumer cannot go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Clients:
    """What a processor talks through. A broken producer is replaced, so this makes them."""

    place: Place
    transactional: Callable[[], Producer]
    replies: Producer
    replies_topic: str
    dead_letters_topic: str


class Processor:
    """Runs in one thread; `stop` may be called from any, or from a signal handler."""

    def __init__(self, clients: Clients, clock: Callable[[], int] = time.time_ns) -> None:
        self._clients = clients
        self._place = clients.place
        self._domain: Domain = clients.place.domain
        self._consumer: Consumer = clients.place.consumer
        self._clock = clock
        self._assigned: list[int] = []
        self._partitions: dict[int, Partition] = {}
        self._stalled: dict[int, float] = {}
        self._unready = False
        self._stop = threading.Event()
        self._producer: Producer

    def stop(self) -> None:
        """Ends `run` after the batch at hand."""
        self._stop.set()

    def run(self) -> None:
        """Works until stopped. Raises what no retry can heal, with a sentence that says what to do."""
        self._renew()
        self._consumer.subscribe(
            [self._domain.commands_topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_revoke
        )
        try:
            while not self._stop.is_set():
                self._turn()
        finally:
            self._close_partitions()
            self._consumer.close()
            self._clients.replies.flush(2.0)

    def _turn(self) -> None:
        messages = self._take()
        if self._unready:
            self._make_ready()  # what was taken belongs to an older assignment and will come again
            return
        self._wake()
        if messages:
            self._work(messages)

    def _take(self) -> list[Incoming]:
        """What is waiting; a short while for the first command, no time for others."""
        taken = self._consumer.consume(1, _IDLE)
        if taken:
            taken += self._consumer.consume(_AT_ONCE - 1, 0)
        return [_incoming(message) for message in taken if not _is_error(message)]

    def _work(self, messages: list[Incoming]) -> None:
        began = time.perf_counter()
        owned = [each for each in messages if each.partition in self._partitions]
        batch = decide_batch(self._domain, owned, self._partitions, self._clock() // 1000)
        ends: dict[tuple[str, int], int] = {}
        try:
            if batch.nexts:
                transact(self._producer, lambda: self._write(batch, ends), self._offsets(batch), self._group())
        except Aborted as error:
            _log.warning("transaction aborted, doing its commands again", error=str(error))
            metrics.ABORTED.labels(self._domain.name).inc()
            self._rewind()
            return
        except Broken as error:
            _log.warning("producer broken, starting as if newly assigned", error=str(error))
            metrics.ABORTED.labels(self._domain.name).inc()
            self._renew()
            return
        self._settle(batch, ends)
        metrics.BATCH.labels(self._domain.name).observe(len(owned))
        metrics.SECONDS.labels(self._domain.name).observe(time.perf_counter() - began)

    def _write(self, batch: Batch, ends: dict[tuple[str, int], int]) -> None:
        """Produces a batch. `ends` gets, of each topic and partition, the offset after its last message."""
        for topic, by_partition in (
            (self._place.events_topic, batch.events),
            (self._place.snapshots_topic, batch.snapshots),
            (self._clients.dead_letters_topic, batch.dead_letters),
        ):
            for number, written in by_partition.items():
                self._put_all(topic, number, written, ends)

    def _put_all(self, topic: str, number: int, written: list[Written], ends: dict[tuple[str, int], int]) -> None:
        for key, value, headers in written[:-1]:
            put(self._producer, topic, number, key, value, headers)
        key, value, headers = written[-1]
        put(self._producer, topic, number, key, value, headers, _note(ends, topic, number))

    def _settle(self, batch: Batch, ends: dict[tuple[str, int], int]) -> None:
        """After the commit: answers, keeps what was decided, goes on."""
        self._producer.poll(0)  # runs the callbacks that fill `ends`
        for number in batch.events:
            self._partitions[number].events_end = ends[self._place.events_topic, number]
        self._answer(batch)
        for number, next in batch.nexts.items():
            partition = self._partitions[number]
            partition.next = next
            if number in batch.stored:
                position = ends[self._place.snapshots_topic, number]
                partition.settle(batch.stored[number], position, batch.recorded[number])
        if batch.stalled:
            for number in batch.stalled:
                self._stalled[number] = time.monotonic() + _STALLED_FOR
            self._reposition()

    def _answer(self, batch: Batch) -> None:
        counts: Counter[str] = Counter()
        events = 0
        for incoming, outcome in batch.outcomes:
            counts[_status(outcome)] += 1
            waiting = reply_to(incoming.headers)
            if waiting is not None:
                self._reply(incoming, outcome, *waiting)
            match outcome:
                case Accepted():
                    events += len(outcome.events)
                case Repeated():
                    metrics.REPEATED.labels(self._domain.name).inc()
                case _:
                    pass
        for status, count in counts.items():
            metrics.COMMANDS.labels(self._domain.name, status).inc(count)
        metrics.EVENTS.labels(self._domain.name).inc(events)
        self._clients.replies.poll(0)

    def _reply(self, incoming: Incoming, outcome: Outcome, number: int, instance: str) -> None:
        command_id = incoming.headers.get(h.CE_ID, b"").decode(errors="replace")
        events_end = self._partitions[incoming.partition].events_end
        reply = records.reply(outcome, command_id, instance, self._place.events_topic, incoming.partition, events_end)
        try:
            self._clients.replies.produce(self._clients.replies_topic, replies.encode(reply), instance.encode(), number)
        except (BufferError, KafkaException) as error:  # whoever waits will ask again
            _log.warning("a reply was not sent", error=str(error))

    def _offsets(self, batch: Batch) -> list[TopicPartition]:
        return [TopicPartition(self._domain.commands_topic, number, next) for number, next in batch.nexts.items()]

    def _group(self) -> Any:
        return self._consumer.consumer_group_metadata()

    # Partitions come and go. Callbacks only take note; the work is done between batches.

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._assigned = sorted(each.partition for each in partitions)
        self._unready = True
        consumer.assign(partitions)
        if partitions:
            consumer.pause(partitions)
        _log.info("assigned", partitions=self._assigned)

    def _on_revoke(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        _log.info("revoked", partitions=sorted(each.partition for each in partitions))
        self._assigned = []
        self._unready = True
        self._close_partitions()

    def _make_ready(self) -> None:
        self._unready = False
        self._close_partitions()
        if not self._assigned:
            return
        try:
            self._partitions = prepare(self._place, self._assigned, self._publish, self._stay)
        except Reassigned:
            self._unready = True
        except (Aborted, Broken) as error:
            _log.warning("partitions are not ready", error=str(error))
            self._renew()
        except (KafkaException, *UNAVAILABLE) as error:
            _log.warning("partitions are not ready", error=str(error))
            self._unready = True
            self._stop.wait(_ASK_AGAIN)
        else:
            self._reposition()

    def _stay(self) -> None:
        """Keeps the group informed while partitions are made ready."""
        self._consumer.poll(0)
        if self._unready or self._stop.is_set():
            raise Reassigned

    def _publish(self, number: int, next: int, snapshots: list[Written]) -> int:
        ends: dict[tuple[str, int], int] = {}
        topic = self._place.snapshots_topic
        offsets = [TopicPartition(self._domain.commands_topic, number, next)]
        transact(self._producer, lambda: self._put_all(topic, number, snapshots, ends), offsets, self._group())
        self._producer.poll(0)
        return ends[topic, number]

    def _reposition(self) -> None:
        """Goes on from each partition's next command; a stalled one is not read for now."""
        topic = self._domain.commands_topic
        self._consumer.assign([TopicPartition(topic, p.number, p.next) for p in self._partitions.values()])
        stalled = [TopicPartition(topic, number) for number in self._partitions if number in self._stalled]
        running = [TopicPartition(topic, number) for number in self._partitions if number not in self._stalled]
        if running:
            self._consumer.resume(running)
        if stalled:
            self._consumer.pause(stalled)

    def _wake(self) -> None:
        now = time.monotonic()
        for number in [number for number, until in self._stalled.items() if until <= now]:
            del self._stalled[number]
            if number in self._partitions:
                self._consumer.resume([TopicPartition(self._domain.commands_topic, number)])

    def _rewind(self) -> None:
        for partition in self._partitions.values():
            partition.forget()
        self._reposition()

    def _renew(self) -> None:
        """A new producer, and partitions as if newly assigned: what the old one committed last is not known."""
        self._close_partitions()
        self._producer = self._clients.transactional()
        begin_as(self._producer, self._stop.is_set)
        self._unready = True

    def _close_partitions(self) -> None:
        for partition in self._partitions.values():
            partition.store.close()
        self._partitions = {}
        self._stalled = {}


def _note(ends: dict[tuple[str, int], int], topic: str, number: int) -> Delivered:
    def delivered(error: KafkaError | None, message: Message) -> None:
        offset = message.offset()
        if error is None and offset is not None:
            ends[topic, number] = offset + 1

    return delivered


def _incoming(message: Message) -> Incoming:
    return Incoming(
        message.partition() or 0,
        message.offset() or 0,
        message.key() or b"",
        message.value() or b"",
        h.as_mapping(message.headers()),
    )


def _is_error(message: Message) -> bool:
    """Whether this is no command but news. Raises `Gone` for news that end the processor."""
    error = message.error()
    if error is None:
        return False
    match error.code():
        case KafkaError.FENCED_INSTANCE_ID:
            raise Gone("Another process has taken this slot. Stop one of them, or give it another --slot.")
        case KafkaError._AUTO_OFFSET_RESET:  # pyright: ignore[reportPrivateUsage]
            raise Gone(
                "The group's offset lies outside of the commands topic: commands that were not decided have expired. "
                f"Set the offset by hand where to go on. {error.str()}"
            )
        case KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise Gone(f"The commands topic is not there: run `nexus360 serve`, which makes it. {error.str()}")
        case _ if error.fatal():
            raise Gone(f"The consumer cannot go on: {error.str()}")
        case _:
            _log.warning("consumer", error=error.str())
            return True


def _status(outcome: Outcome) -> str:
    match outcome:
        case Refused() | Failed():
            return str(outcome.status)
        case Accepted() | Repeated():
            return "200"
