"""Who is looked into when."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from infra.log.board import Job
from schemas.generated.integration.mailbox import Mailbox, MailboxStatus
from streams.mailer.main import AT_ONCE, LONGEST_REST, OF_A_TENANT, Shift


def job(tenant: str = "acme", id: str = "m", **state: Any) -> Job[Mailbox]:
    return Job(tenant, id, replace(Mailbox(mailbox_id=id, status=MailboxStatus.CONNECTED), **state))


class Hall:
    """Where looks are begun; `ends` lets the one on a mailbox end, well or not."""

    def __init__(self) -> None:
        self.now = 0.0
        self.begun: list[str] = []
        self.looks: dict[str, tuple[Future[bool], Callable[[], bool]]] = {}
        self.shift = Shift(self._submit, 60.0, lambda: self.now)

    def _submit(self, job: Job[Mailbox], going_on: Callable[[], bool]) -> "Future[bool]":
        self.begun.append(job.id)
        self.looks[job.id] = Future(), going_on
        return self.looks[job.id][0]

    def go_on(self, *jobs: Job[Mailbox]) -> list[str]:
        """Those that are begun now."""
        self.begun = []
        self.shift.go_on({job.key: job for job in jobs})
        return self.begun

    def ends(self, id: str, *, well: bool = True) -> None:
        self.looks[id][0].set_result(well)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_mailbox_is_looked_into_now_and_then(hall: Hall) -> None:
    assert hall.go_on(job()) == ["m"]
    assert hall.go_on(job()) == []
    hall.ends("m")
    hall.now = 10
    assert hall.go_on(job()) == []
    hall.now = 69
    assert hall.go_on(job()) == []
    hall.now = 70
    assert hall.go_on(job()) == ["m"]


def test_one_that_fails_is_tried_later_and_later(hall: Hall) -> None:
    rests: list[float] = []
    for _ in range(9):
        assert hall.go_on(job()) == ["m"]
        hall.ends("m", well=False)
        began, failed = hall.now, job(code="login_refused", reason="Check it.")
        while hall.go_on(failed) == []:
            hall.now += 60
        rests.append(hall.now - began)
        hall.ends("m", well=False)
        hall.go_on(failed)
        hall.now += LONGEST_REST
    assert rests[:2] == [120, 480]
    assert max(rests) == LONGEST_REST


def test_what_was_changed_is_looked_into_at_once(hall: Hall) -> None:
    hall.go_on(job())
    hall.ends("m", well=False)
    assert hall.go_on(job()) == []
    assert hall.go_on(job(code="login_refused", reason="Check it.")) == []
    assert hall.go_on(job(secret="another")) == ["m"]
    assert hall.looks["m"][1]()
    hall.go_on(job(secret="a third"))
    assert not hall.looks["m"][1]()


def test_one_that_rests_or_is_gone_is_let_alone(hall: Hall) -> None:
    assert hall.go_on(job(status=MailboxStatus.PAUSED)) == []
    hall.go_on(job())
    assert hall.go_on(job(status=MailboxStatus.PAUSED)) == []
    assert not hall.looks["m"][1]()
    hall.ends("m")
    assert hall.go_on() == []
    assert hall.go_on(job()) == ["m"]


def test_nobody_keeps_the_others_waiting(hall: Hall) -> None:
    many = [job("acme", f"a{number}") for number in range(20)]
    others = [job(f"t{number}", f"b{number}") for number in range(20)]
    begun = hall.go_on(*many, *others)
    assert len(begun) == AT_ONCE
    assert sum(id.startswith("a") for id in begun) == OF_A_TENANT
