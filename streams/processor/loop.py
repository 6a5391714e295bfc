"""The command processor: takes what commands are waiting, decides them, commits, answers, and again.

One slot name is both the transactional id, which fences an older process of the same slot, and the group's static
member id, which gives a process that died its partitions back without a rebalance. One that is stopped gives them away.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from infra.log.kafka import Complaints
from streams.processor import answers, metrics
from streams.processor.assign import Place, Written, prepare
from streams.processor.batch import Batch, Domain, decide_batch
from streams.processor.decide import UNAVAILABLE
from streams.processor.lookout import Asked, Lookout
from streams.processor.partition import Partition
from streams.processor.reading import any_from, asked_ends
from streams.processor.transaction import Aborted, Broken, Ends, Put, begin_as, let_go, transact

_log = structlog.get_logger("processor")
_AT_ONCE = 1000
_IDLE = 0.1
_GATHER = 0.02
"""Seconds between two batches when commands come faster than one by one: a transaction costs the broker as much as
dozens of commands, so that all wait less when few commands do not have one each."""
_STALLED_FOR = 1.0
_ASK_AGAIN = 0.5
_ASTRAY_AFTER = 8.0
_LEAVES_WITHIN = 2.0
"""Seconds; without a broker the good-bye never comes through."""


class Reassigned(Exception):
    """The partitions changed while they were being made ready."""


class Fenced(RuntimeError):
    """The group has given this slot's membership to another, or to a request of our own whose answer was lost."""


class Astray(RuntimeError):
    """The clients do not find their way back to a broker; new ones may."""


class Gone(RuntimeError):
    """The consumer cannot go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Clients:
    """What a processor talks through. A broken producer is replaced, so this makes them; each tells what it has to
    complain of."""

    place: Place
    transactional: Callable[[Complaints], Producer]
    replies: Producer
    replies_topic: str


class Processor:
    """Runs in one thread until `stopped`, which any may set, or a signal handler.

    `turned` is the `time.monotonic()` at which it was last seen to go on, until it has `ended`. It `was_cut_off` when
    there was no broker at some time.
    """

    def __init__(self, clients: Clients, stopped: threading.Event, clock: Callable[[], int] = time.time_ns) -> None:
        self._clients = clients
        self._place = clients.place
        self._domain: Domain = clients.place.domain
        self._consumer: Consumer = clients.place.consumer
        self._clock = clock
        self._assigned: list[int] = []
        self._partitions: dict[int, Partition] = {}
        self._stalled: dict[int, float] = {}
        self._unready = False
        self._cut_off = False
        self._failing_since: float | None = None
        self._gather_until = 0.0
        self._asking = clients.place.admin()
        self._lookout = Lookout(self._ask_ends, self._waits)
        self._stop = stopped
        self._producer: Producer
        self.turned = time.monotonic()
        self.ended = False
        self.was_cut_off = False

    def stop(self) -> None:
        """Ends `run` after the batch at hand."""
        self._stop.set()

    def run(self) -> None:
        """Works until stopped. Raises what no retry can heal, with a sentence that says what to do."""
        self._begin()
        self._consumer.subscribe(
            [self._domain.commands_topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_revoke
        )
        try:
            while not self._stop.is_set():
                self._turn()
            self._leave()
        finally:
            self._close_partitions()
            self._close_consumer()
            self._clients.replies.flush(2.0)
            self.ended = True

    def _leave(self) -> None:
        """Others take the partitions at once. A static member that closes without this keeps them until its session
        ends, and nobody decides their commands until then."""
        until = time.monotonic() + _LEAVES_WITHIN
        self._consumer.unsubscribe()
        while self._assigned and time.monotonic() < until:
            self._consumer.poll(0.05)
        self._consumer.poll(0.05)  # the client says good-bye once it knows that its partitions were given up

    def _close_consumer(self) -> None:
        """Leaves no rebalance to be told while the client closes: what its callback asks of it then is never answered,
        and all threads wait with it."""
        with suppress(KafkaException):  # a client that was fenced takes no more calls
            self._consumer.unsubscribe()
            self._consumer.poll(0)
        self._consumer.close()

    def _turn(self) -> None:
        self.turned = time.monotonic()
        self._producer.poll(0)
        if self._cut_off:
            _log.warning("no broker was there, beginning with a new producer")
            self._renew()
        messages = self._take()
        if self._unready:
            self._make_ready()  # what was taken belongs to an older assignment and will come again
            return
        self._wake()
        if messages:
            self._work(messages)
        if self._lookout.due():
            self._look_out()

    def _take(self) -> list[Message]:
        """What is waiting; a short while for the first command, and for others as long as several come together."""
        taken = self._consumer.consume(1, _IDLE)
        if taken:
            time.sleep(max(0.0, self._gather_until - time.monotonic()))
            taken += self._consumer.consume(_AT_ONCE - 1, 0)
            self._gather_until = time.monotonic() + _GATHER if len(taken) > 1 else 0.0
        if len(taken) < _AT_ONCE:
            self._lookout.emptied()
        return [message for message in taken if not self._is_error(message)]

    def _is_error(self, message: Message) -> bool:
        """Whether this is no command but news. Raises `Fenced` and `Gone` for news that end the processor."""
        error = message.error()
        if error is None:
            return False
        match error.code():
            case KafkaError.FENCED_INSTANCE_ID | KafkaError._FATAL:  # pyright: ignore[reportPrivateUsage]
                raise Fenced(
                    "Another process has taken this slot: stop one of them, or give it another --slot. "
                    f"If there is none, start this one again. {error.str()}"
                )
            case KafkaError._AUTO_OFFSET_RESET if not self._unready:  # pyright: ignore[reportPrivateUsage]
                raise Gone(
                    "The next command lies before the first that is kept, or behind the last. Set where the group goes "
                    f"on, by what its snapshots hold. {error.str()}"
                )
            case _:  # where a group goes on is asked when its partitions are made ready, and said then if it is lost
                _log.warning("consumer", error=error.str())
                return True

    def _work(self, messages: list[Message]) -> None:
        began = time.perf_counter()
        batch = Batch()

        def work(put: Put) -> list[TopicPartition]:
            nonlocal batch
            batch = decide_batch(self._domain, messages, self._partitions, self._clock() // 1000, put)
            return [self._commands(number, next) for number, next in batch.nexts.items()]

        try:
            ends = transact(self._producer, work, self._group())
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
        metrics.SECONDS.labels(self._domain.name).observe(time.perf_counter() - began)

    def _settle(self, batch: Batch, ends: Ends) -> None:
        """After the commit: answers, keeps what was decided, goes on."""
        for number in batch.nexts:
            end = ends.get((self._domain.events_topic, number))
            if end is not None:
                self._partitions[number].events_end = end
        answers.send(self._clients.replies, self._clients.replies_topic, self._domain, batch.answers, self._partitions)
        answers.count(self._domain, batch.answers)
        for number, next in batch.nexts.items():
            partition = self._partitions[number]
            partition.next = next
            if number in batch.stored:
                position = ends[self._domain.snapshots_topic, number]
                partition.settle(batch.stored[number], position, batch.recorded[number])
        if batch.stalled:
            for number in batch.stalled:
                self._stalled[number] = time.monotonic() + _STALLED_FOR
            self._reposition()

    def _look_out(self) -> None:
        nexts = {number: partition.next for number, partition in self._partitions.items()}
        if overlooked := self._lookout.overlooked({n: next for n, next in nexts.items() if n not in self._stalled}):
            raise Astray(f"Commands wait in the partitions {overlooked}, and the consumer does not bring them.")

    def _ask_ends(self) -> Asked:
        return asked_ends(self._asking, self._domain.commands_topic, list(range(self._domain.partitions)))

    def _waits(self, number: int, offset: int) -> bool | None:
        reader = self._place.reader()
        try:
            return any_from(reader, self._domain.commands_topic, number, offset)
        finally:
            reader.close()

    def _commands(self, number: int, offset: int) -> TopicPartition:
        return TopicPartition(self._domain.commands_topic, number, offset)

    def _group(self) -> Any:
        return self._consumer.consumer_group_metadata()

    # Partitions come and go. Callbacks only take note; the work is done between batches.

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._assigned = sorted(each.partition for each in partitions)
        self._unready = True
        consumer.assign([])  # nothing is read before it is known from where
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
        except UNAVAILABLE as error:
            self._ask_again(error)
        except KafkaException as error:
            self._failing_since = self._failing_since or time.monotonic()
            if time.monotonic() - self._failing_since > _ASTRAY_AFTER:
                raise Astray(str(error)) from error
            self._ask_again(error)
        else:
            self._failing_since = None
            self._reposition()
            self._lookout.anew()

    def _ask_again(self, error: Exception) -> None:
        _log.warning("partitions are not ready", error=str(error))
        self._unready = True
        self._stop.wait(_ASK_AGAIN)

    def _stay(self) -> None:
        """Keeps the group informed while partitions are made ready."""
        self.turned = time.monotonic()
        self._consumer.poll(0)
        if self._unready or self._stop.is_set():
            raise Reassigned

    def _publish(self, number: int, next: int, snapshots: list[Written]) -> int:
        topic = self._domain.snapshots_topic

        def work(put: Put) -> list[TopicPartition]:
            for key, value, headers in snapshots:
                put(topic, number, key, value, headers)
            return [self._commands(number, next)]

        return transact(self._producer, work, self._group())[topic, number]

    def _reposition(self) -> None:
        """Goes on from each partition's next command; a stalled one is not read for now.

        Partitions are given and taken by `assign` alone. One that is paused as well may never be read again: the client
        numbers what it is asked of a partition in two threads, and takes a resumption for outdated whose number was
        drawn before that of a new start and is heard behind it (librdkafka, issue 5591)."""
        read = [partition for partition in self._partitions.values() if partition.number not in self._stalled]
        self._consumer.assign([self._commands(partition.number, partition.next) for partition in read])

    def _wake(self) -> None:
        now = time.monotonic()
        over = [number for number, until in self._stalled.items() if until <= now]
        for number in over:
            del self._stalled[number]
        if over:
            self._reposition()

    def _rewind(self) -> None:
        for partition in self._partitions.values():
            partition.forget()
        self._reposition()

    def _renew(self) -> None:
        """A new producer, and partitions as if newly assigned: what the old one committed last is not known. Raises
        `Astray` where the group took the partitions meanwhile: a consumer whose coordinator was not ready when it asked
        to join again rests for two seconds, and a new one does not."""
        self._close_partitions()
        let_go(self._producer)
        had = bool(self._assigned)
        self._begin()
        if had and not self._assigned and not self._stop.is_set():
            raise Astray("The session with the group ended while a broker was waited for.")

    def _begin(self) -> None:
        self._unready = True
        self._producer = self._clients.transactional(self._complaint)
        begin_as(self._producer, self._stopped)
        self._producer.poll(0)  # it has a broker now, whatever it complained of while it looked for one
        self._cut_off = False

    def _complaint(self, error: KafkaError) -> None:
        """Takes note that there was no broker: the next transaction of a producer that outlived a broker may never come
        back from the client, whatever its timeout says."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # pyright: ignore[reportPrivateUsage]
            self._cut_off = self.was_cut_off = True

    def _stopped(self) -> bool:
        """Lets the consumer speak meanwhile. One that was without a broker for a session must be able to give up its
        partitions: until then it sends heartbeats that belong to no member, and the broker that comes back ends it as
        fenced. What it brings will come again, from where the partitions are made ready."""
        self.turned = time.monotonic()
        heard = self._consumer.poll(0)
        if heard is not None:
            self._is_error(heard)
        return self._stop.is_set()

    def _close_partitions(self) -> None:
        for partition in self._partitions.values():
            partition.store.close()
        self._partitions = {}
        self._stalled = {}
