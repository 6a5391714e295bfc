"""What a sender makes of the answers to a command of which it has sent several copies."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Message, TopicPartition

from infra.log import headers as h
from infra.log import kafka, replies
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import CommandSender
from infra.log.topics import replies_topic
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


def answer_the_later_request(stage: Stage, sender: CommandSender, command: CommandEnvelope, status: int) -> None:
    """Sends the command once more and answers that request alone."""
    again = sender.send(command)
    answer_all(stage, status, again.done, but=_ticket(stage.messages("commands")[0]))
    assert again.result().status == status


def _ticket(command: Message) -> str:
    return replies.parse_reply_to(h.as_mapping(command.headers())[h.REPLY_TO])[1].rpartition(".")[0]
