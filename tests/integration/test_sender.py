"""What a sender makes of the answers to a command of which it has sent several copies."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from infra.log import headers as h
from infra.log import kafka, replies
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import CommandSender, ReplyLate
from infra.log.topics import ensure_topics, replies_topic
from tests.integration.processor import Stage, drop, envelope, new_stage, opened, plain
from tests.integration.projector_log import until

OFTEN = 0.1


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = new_stage(tmp_path, partitions=1)
    yield made
    drop(made)


@pytest.fixture
def sender(stage: Stage) -> Iterator[CommandSender]:
    """One that sends again ten times a second; no processor answers it."""
    made = CommandSender(stage.settings, stage.codec, plain, "test", resend_after=OFTEN, give_up_after=20.0)
    made.start()
    yield made
    made.close()


def copies(stage: Stage, least: int) -> list[Message]:
    """The copies of the command, once there are so many."""
    found: list[Message] = []

    def there() -> bool:
        found[:] = stage.messages("commands")
        return len(found) >= least

    until(there)
    return found


def answer(stage: Stage, command: Message, status: int) -> None:
    headers = h.as_mapping(command.headers())
    number, instance = replies.parse_reply_to(headers[h.REPLY_TO])
    reply = Reply(headers[h.CE_ID].decode(), instance, status, code=None if status == 200 else "deal_not_open")
    stage.producer.produce(replies_topic(stage.settings.topic_prefix), replies.encode(reply), instance, number)
    stage.flush()


def answer_all(stage: Stage, status: int, done: Callable[[], bool], but: str = "") -> None:
    """Answers every copy, as a processor that decides each anew, until it is done; but those with this ticket."""
    reader = kafka.consumer(stage.settings, "test", **{"fetch.wait.max.ms": 10})
    reader.assign([TopicPartition(stage.topic("commands"), 0, 0)])

    def answered() -> bool:
        message = reader.poll(0.05)
        if message is not None and message.error() is None and _ticket(message) != but:
            answer(stage, message, status)
        return done()

    until(answered)
    reader.close()


def test_a_refusal_of_an_earlier_copy_is_not_the_answer_when_a_later_one_is_accepted(
    stage: Stage, sender: CommandSender
) -> None:
    future = sender.send(envelope(opened("d1")))
    first, *_, last = copies(stage, 3)
    answer(stage, first, 409)
    answer(stage, last, 200)
    assert future.result(20).status == 200


def test_the_refusal_of_the_last_copy_is_the_answer(stage: Stage, sender: CommandSender) -> None:
    future = sender.send(envelope(opened("d1")))
    copies(stage, 2)
    answer_all(stage, 409, future.done)
    assert future.result().status == 409


def test_what_its_caller_sends_again_is_sent_by_that_alone(stage: Stage, sender: CommandSender) -> None:
    command = envelope(opened("d1"))
    sender.send(command)
    [early, *_] = copies(stage, 2)
    again = sender.send(command)
    until(lambda: sum(_ticket(each) != _ticket(early) for each in stage.messages("commands")) > 4)
    tickets = [_ticket(each) for each in stage.messages("commands")]
    assert set(tickets[tickets.index(max(tickets)) :]) == {max(tickets)}
    answer(stage, stage.messages("commands")[-1], 200)
    assert again.result(20).status == 200


def test_an_answer_that_was_lost_is_asked_for_again_once_the_same_command_was_accepted(
    stage: Stage, sender: CommandSender
) -> None:
    command = envelope(opened("d1"))
    early = sender.send(command)
    copies(stage, 1)
    answer_the_later_request(stage, sender, command, 200)
    ticket = _ticket(stage.messages("commands")[0])
    until(lambda: _ticket(stage.messages("commands")[-1]) == ticket)
    answer(stage, stage.messages("commands")[-1], 200)
    assert early.result(20).status == 200


def test_an_earlier_request_is_not_sent_behind_the_refusal_of_a_later_one(stage: Stage, sender: CommandSender) -> None:
    command = envelope(opened("d1"))
    early = sender.send(command)
    copies(stage, 1)
    answer_the_later_request(stage, sender, command, 409)
    before = len(stage.messages("commands"))
    beside = sender.send(envelope(opened("d2")))
    copies(stage, before + 5)
    tickets = [_ticket(each) for each in stage.messages("commands")]
    assert set(tickets[before:]) == {tickets[-1]} != {tickets[0]}
    assert not early.done()
    assert not beside.done()


def test_every_copy_says_when_its_caller_asked(stage: Stage, sender: CommandSender) -> None:
    sender.send(envelope(opened("d1")), asked_at=1_700_000_000_000)
    assert {message.timestamp()[1] for message in copies(stage, 3)} == {1_700_000_000_000}


def test_no_copy_of_an_earlier_request_comes_behind_a_later_one(
    stage: Stage, sender: CommandSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = envelope(opened("d1"))
    later: list[threading.Thread] = []
    addressed = replies.reply_to_text

    def meanwhile(partition: int, instance: str) -> bytes:
        """While the first request is about to be sent again, its caller sends the command once more."""
        if instance.endswith(".2") and not later:
            later.append(threading.Thread(target=sender.send, args=(command,)))
            later[0].start()
            later[0].join(1.0)
        return addressed(partition, instance)

    monkeypatch.setattr(replies, "reply_to_text", meanwhile)
    sender.send(command)
    [early, *_] = copies(stage, 1)
    until(lambda: sum(_ticket(each) != _ticket(early) for each in stage.messages("commands")) > 2)
    tickets = [_ticket(each) for each in stage.messages("commands")]
    assert set(tickets[tickets.index(max(tickets)) :]) == {max(tickets)}
    later[0].join()


def test_a_reply_that_cannot_be_read_holds_no_other_up(stage: Stage, sender: CommandSender) -> None:
    future = sender.send(envelope(opened("d1")))
    [first, *_] = copies(stage, 1)
    number, instance = replies.parse_reply_to(h.as_mapping(first.headers())[h.REPLY_TO])
    stage.producer.produce(replies_topic(stage.settings.topic_prefix), b"rubbish", instance, number)
    stage.flush()
    answer(stage, first, 200)
    assert future.result(20).status == 200


def test_whoever_cannot_be_told_that_the_log_has_a_command_holds_no_other_up(
    stage: Stage, sender: CommandSender
) -> None:
    def deaf() -> None:
        raise RuntimeError("its loop is closed")

    future = sender.send(envelope(opened("d1")), deaf)
    answer(stage, copies(stage, 2)[0], 200)
    assert future.result(20).status == 200


def test_replies_that_could_not_be_read_for_a_moment_are_read_afterwards(
    stage: Stage, sender: CommandSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [KafkaError.UNKNOWN, KafkaError.UNKNOWN]

    def arrived(reader: Consumer, timeout: float) -> list[Message]:
        if failures:
            raise KafkaException(KafkaError(failures.pop()))
        return kafka.arrived(reader, timeout)

    monkeypatch.setattr("infra.log.sender.arrived", arrived)
    future = sender.send(envelope(opened("d1")))
    # Until then a reading that had begun before might still take the answer.
    until(lambda: not failures)
    answer(stage, copies(stage, 1)[0], 200)
    assert future.result(20).status == 200


def test_a_sender_waits_for_the_broker_to_set_up_the_topic_of_replies(stage: Stage) -> None:
    settings = stage.settings.model_copy(update={"topic_prefix": f"{stage.settings.topic_prefix}late."})
    started = CommandSender(settings, stage.codec, plain, "test")
    starting = threading.Thread(target=started.start)
    starting.start()
    starting.join(0.5)
    assert starting.is_alive()
    ensure_topics(settings, [])
    starting.join(30.0)
    sent = started.send(envelope(opened("d1")))
    started.close()
    assert isinstance(sent.exception(), ReplyLate)


def answer_the_later_request(stage: Stage, sender: CommandSender, command: CommandEnvelope, status: int) -> None:
    """Sends the command once more and answers that request alone."""
    again = sender.send(command)
    answer_all(stage, status, again.done, but=_ticket(stage.messages("commands")[0]))
    assert again.result().status == status


def _ticket(command: Message) -> str:
    return replies.parse_reply_to(h.as_mapping(command.headers())[h.REPLY_TO])[1].rpartition(".")[0]
