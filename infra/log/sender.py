"""Sends commands and gives back the processor's answer: for the gateway, the importer and workers."""

import asyncio
import contextlib
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, replace
from itertools import count

import structlog
from confluent_kafka import OFFSET_INVALID, KafkaError, KafkaException, Message, TopicPartition

from infra.log import headers as h
from infra.log import replies
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope, LogMessage, Vaults, encode_command
from infra.log.headers import Headers
from infra.log.kafka import GATHERING, arrived, consumer, producer
from infra.log.replies import Reply
from infra.log.topics import replies_topic, settled
from infra.settings import Settings

log = structlog.get_logger()

_REST = 1.0


class LogUnavailable(RuntimeError):
    """The log did not take the command; whether it will still run is unknown only to a retry with the same id."""


class ReplyLate(RuntimeError):
    """The log has taken the command and no answer came in time: ask again with the same id."""


@dataclass(slots=True)
class _Pending:
    """`copies` of the command are on their way. A refusal of one says nothing about those behind it, which are decided
    anew; so that only the answer to the last one counts, and to any that was accepted.

    `superseded` while its caller has sent it once more and that was not accepted: a copy of this one, behind that
    one's refusal, could still come to something that its caller was told did not happen. `asked_at` is in ms since
    1970, None for now."""

    command_id: str
    message: LogMessage
    future: "Future[Reply]"
    give_up_at: float
    on_taken: Callable[[], None] | None = None
    asked_at: int | None = None
    taken: bool = False
    superseded: bool = False
    copies: int = 0


class CommandSender:
    """Sends commands and resolves a future with each answer.

    One idempotent producer and one thread, which reads one partition of the replies. A command without an answer is
    sent again, with the same id, every `resend_after` seconds until `give_up_after`, or until its caller sends it once
    more. Each waits up to `linger_ms` for others to travel with. Any thread may call `send`.
    """

    def __init__(
        self,
        settings: Settings,
        codec: Codec,
        vaults: Vaults,
        instance: str,
        *,
        resend_after: float = 2.0,
        give_up_after: float = 10.0,
        linger_ms: int = 1,
    ) -> None:
        self._prefix = settings.topic_prefix
        self._codec = codec
        self._vaults = vaults
        self._instance = instance
        self._resend_after = resend_after
        self._give_up_after = give_up_after
        timing = {"message.timeout.ms": int(give_up_after * 1000), "linger.ms": linger_ms, **GATHERING}
        self._producer = producer(settings, **timing)
        self._consumer = consumer(settings, f"{self._prefix}replies.{instance}", **{"auto.offset.reset": "latest"})
        self._replies = TopicPartition(replies_topic(self._prefix), zlib.crc32(instance.encode()) % settings.partitions)
        self._tickets = count(1)
        self._pending: dict[str, _Pending] = {}
        self._tickets_of: dict[str, list[str]] = {}
        self._registering = threading.Lock()
        self._due: deque[tuple[float, str]] = deque()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"replies-{instance}", daemon=True)

    def start(self) -> None:
        """Finds the end of the replies and begins to read there. Raises `LogUnavailable`."""
        try:
            _, end = settled(lambda: self._consumer.get_watermark_offsets(self._replies, timeout=10.0, cached=False))
        except KafkaException as error:
            raise LogUnavailable(f"The topic {self._replies.topic} cannot be read: {error}") from error
        if end == OFFSET_INVALID:
            raise LogUnavailable(f"The end of the topic {self._replies.topic} is not known.")
        self._consumer.assign([TopicPartition(self._replies.topic, self._replies.partition, end)])
        self._thread.start()

    def close(self, timeout: float = 5.0) -> None:
        """Hands over what was sent, stops the thread and fails what is still unanswered with `ReplyLate`."""
        self._producer.flush(timeout)
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        self._consumer.close()
        for ticket in list(self._pending):
            self._fail(ticket, ReplyLate("The sender was closed before the answer came."))

    def send(
        self,
        envelope: CommandEnvelope,
        on_taken: Callable[[], None] | None = None,
        *,
        asked_at: int | None = None,
    ) -> "Future[Reply]":
        """Sends a command; `reply_to` is filled in here. `on_taken` is called once, by another thread, when the log
        has the command. `asked_at` is when its caller last asked for it, in ms since 1970, if that is not now: it
        comes to nothing if a copy that was sent after that was refused.

        The future ends with the reply, with `LogUnavailable` or with `ReplyLate`. Raises `LogUnavailable` at once
        when the producer's queue is full.
        """
        ticket = f"{self._instance}/{next(self._tickets)}"
        unaddressed = replace(envelope, reply_to=None)
        message = encode_command(unaddressed, self._codec, self._vaults(envelope.tenant), self._prefix)
        now = time.monotonic()
        pending = _Pending(envelope.command_id, message, Future(), now + self._give_up_after, on_taken, asked_at)
        self._remember(ticket, pending)
        self._due.append((now + self._resend_after, ticket))
        try:
            self._produce(ticket, pending)
        except (BufferError, KafkaException) as error:
            self._forget(ticket)
            raise LogUnavailable("The log cannot take more commands now: try again shortly.") from error
        return pending.future

    async def ask(self, envelope: CommandEnvelope) -> Reply:
        """`send` and wait, in an event loop."""
        return await asyncio.wrap_future(self.send(envelope))

    def _produce(self, ticket: str, pending: _Pending) -> None:
        """Sends one more copy, whose answer will bear its number."""

        def delivered(error: KafkaError | None, _: Message) -> None:
            pending = self._pending.get(ticket)
            if pending is None:
                return
            if error is None:
                if pending.on_taken is not None and not pending.taken:
                    _tell(pending.on_taken)
                pending.taken = True
            elif not pending.taken:
                self._fail(ticket, LogUnavailable(f"The log did not take the command: {error.str()}"))

        message, copy = pending.message, pending.copies + 1
        reply_to = replies.reply_to_text(self._replies.partition, f"{ticket}.{copy}")
        headers: Headers = [*message.headers, (h.REPLY_TO, reply_to)]
        self._producer.produce(
            message.topic,
            message.value,
            message.key,
            headers=headers,
            on_delivery=delivered,
            timestamp=pending.asked_at or 0,
        )
        pending.copies = copy

    def _run(self) -> None:
        """Everybody who waits would wait for ever if this ended: what fails is tried again."""
        while not self._closing.is_set():
            for step in (self._receive, self._report, self._resend):
                try:
                    step()
                except Exception:
                    log.exception("sender_failed", instance=self._instance)
                    self._closing.wait(_REST)

    def _receive(self) -> None:
        mine = f"{self._instance}/".encode()
        for message in arrived(self._consumer, 0.05):
            key, value = message.key(), message.value()
            if message.error() is None and key is not None and value is not None and key.startswith(mine):
                try:
                    self._answer(key.decode(), value)
                except Exception as error:  # it is about this reply; what it answers is asked again
                    log.error("reply_unreadable", instance=self._instance, reason=type(error).__name__)

    def _report(self) -> None:
        """Tells what the log has taken."""
        self._producer.poll(0)

    def _answer(self, to: str, value: bytes) -> None:
        ticket, _, copy = to.rpartition(".")
        pending, reply = self._pending.get(ticket), replies.decode(value)
        if pending is None or (reply.status != 200 and int(copy) < pending.copies):
            return
        self._forget(ticket, accepted=reply.status == 200)
        try:
            pending.future.set_result(reply)
        except InvalidStateError:
            return  # the caller went away

    def _resend(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, ticket = self._due.popleft()
            pending = self._pending.get(ticket)
            if pending is None:
                continue
            if now >= pending.give_up_at:
                self._fail(ticket, _too_late(pending))
                continue
            self._due.append((min(now + self._resend_after, pending.give_up_at), ticket))
            self._send_again(ticket, pending)

    def _send_again(self, ticket: str, pending: _Pending) -> None:
        """One more copy, unless it is answered or its caller sends it once more: that one's copies come behind it, and
        whoever registers it waits until this one is on its way. What is still in the queue need not be there twice."""
        with self._registering:
            if ticket in self._pending and pending.taken and not pending.superseded:
                with contextlib.suppress(BufferError, KafkaException):
                    self._produce(ticket, pending)

    def _remember(self, ticket: str, pending: _Pending) -> None:
        with self._registering:
            earlier = self._tickets_of.setdefault(pending.command_id, [])
            for each in earlier:
                self._pending[each].superseded = True
            earlier.append(ticket)
            self._pending[ticket] = pending

    def _forget(self, ticket: str, *, accepted: bool = False) -> _Pending | None:
        """Takes it from what waits. Once it was accepted, others with its id can only be told so, and may be sent
        again: their own answers may have died with a processor."""
        with self._registering:
            pending = self._pending.pop(ticket, None)
            if pending is None:
                return None
            others = self._tickets_of[pending.command_id]
            others.remove(ticket)
            for each in others if accepted else ():
                self._pending[each].superseded = False
            if not others:
                del self._tickets_of[pending.command_id]
        return pending

    def _fail(self, ticket: str, error: Exception) -> None:
        pending = self._forget(ticket)
        if pending is None:
            return
        try:
            pending.future.set_exception(error)
        except InvalidStateError:
            return


def _tell(on_taken: Callable[[], None]) -> None:
    try:
        on_taken()
    except Exception:  # whoever does not hear it must not keep others from their answers
        log.exception("taken_not_told")


def _too_late(pending: _Pending) -> Exception:
    if pending.taken:
        return ReplyLate("The command was taken and the answer is late: ask again with the same id.")
    return LogUnavailable("The log did not take the command in time: try again with the same id.")
