from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable, ReplyLate
from schemas.generated.crm.deal import EngageDeal
from streams.importer.deliver import Parcel, Stopped, deliver
from tests.unit.streams.importer.memory import AT


def envelope(number: int) -> CommandEnvelope:
    command = EngageDeal(deal_id=str(number), at=AT)
    return CommandEnvelope(command, "acme", "deal", str(number), f"c{number}", "corr", "import:i", "00")


def parcels(count: int, each: int = 1) -> Iterator[Parcel[int]]:
    for number in range(count):
        yield Parcel(number, [envelope(number * 10 + part) for part in range(each)])


class Log:
    """Answers at once, late for the first `late` commands, and takes nothing for the first `full` sends."""

    def __init__(self, late: int = 0, full: int = 0) -> None:
        self.late, self.full = late, full
        self.sent: list[str] = []
        self.pauses: list[float] = []

    def send(self, each: CommandEnvelope) -> "Future[Reply]":
        if self.full:
            self.full -= 1
            raise LogUnavailable
        self.sent.append(each.command_id)
        future: Future[Reply] = Future()
        if self.late:
            self.late -= 1
            future.set_exception(ReplyLate("late"))
        else:
            future.set_result(Reply(each.command_id, "", 200))
        return future

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def test_answers_come_in_the_order_of_the_rows() -> None:
    log = Log()
    found = [
        (about, [r.command_id for r in replies]) for about, replies in deliver(parcels(30, 3), log.send, log.pause, 5)
    ]
    assert found == [(n, [f"c{n * 10 + part}" for part in range(3)]) for n in range(30)]


def test_no_more_are_under_way_than_allowed() -> None:
    log = Log()
    given = 0
    for _ in deliver(parcels(100), log.send, log.pause, 10):
        given += 1
        assert len(log.sent) - given <= 10
    assert given == 100


def test_a_window_that_is_late_is_asked_again_at_once_and_with_the_same_ids() -> None:
    log = Log(late=500)
    replies = [r for _, rs in deliver(parcels(500), log.send, log.pause, 1000) for r in rs]
    assert [r.command_id for r in replies] == log.sent[:500] == log.sent[500:]
    assert log.pauses == [0.5]


def test_a_full_log_is_waited_for() -> None:
    log = Log(full=3)
    assert len(list(deliver(parcels(2), log.send, log.pause))) == 2
    assert log.pauses == [0.1, 0.1, 0.1]


def test_a_worker_that_is_told_to_end_ends() -> None:
    def pause(_: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        list(deliver(parcels(1), Log(late=10).send, pause))
