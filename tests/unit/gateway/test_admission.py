"""Who may wait: a line before one server, in time that is counted and does not pass."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

import pytest

from gateway.admission import LEAST, Line, lines, refused_at_the_door
from gateway.problems import Problem


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Server:
    """Answers one request after the other, `rate` a second, for `line`. `waits` are how long the admitted waited."""

    line: Line
    clock: Clock
    rate: float
    waits: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    refused: int = 0
    _queue: deque[tuple[float, AbstractContextManager[None]]] = field(
        default_factory=deque[tuple[float, AbstractContextManager[None]]]
    )
    _free_at: float = 0.0

    def offered(self, rate: float, seconds: float) -> None:
        """So many requests come each second, for so long."""
        began = self.clock.now
        for number in range(int(rate * seconds)):
            self._until(began + number / rate)
            try:
                self.line.admit()
            except Problem:
                self.refused += 1
                continue
            waiting = self.line.waiting()
            waiting.__enter__()
            if not self._queue:
                self._free_at = self.clock.now
            self._queue.append((self.clock.now, waiting))
        self._until(began + seconds)

    def _until(self, moment: float) -> None:
        while self._queue and self._free_at + 1 / self.rate <= moment:
            self._free_at += 1 / self.rate
            self.clock.now = self._free_at
            came, waiting = self._queue.popleft()
            waiting.__exit__(None, None, None)
            self.waits.append((came, self.clock.now - came))
        self.clock.now = moment

    def longest(self, since: float = 0.0) -> float:
        return max(wait for came, wait in self.waits if came >= since)


@pytest.fixture
def busy() -> Server:
    """A server that has worked at half of its rate for a while."""
    clock = Clock()
    made = Server(Line("commands", 1.0, clock), clock, rate=400)
    made.offered(200, 5)
    return made


def test_nobody_is_refused_where_nobody_waits_long(busy: Server) -> None:
    busy.offered(390, 5)
    assert busy.refused == 0


@pytest.mark.parametrize("times", [1.5, 3, 10])
def test_past_its_rate_a_server_goes_on_at_its_rate_and_nobody_waits_longer_than_said(
    busy: Server, times: float
) -> None:
    began = busy.clock.now
    busy.offered(400 * times, 10)
    answered = sum(came >= began for came, _ in busy.waits)
    assert busy.refused > 0
    assert answered > 0.9 * 400 * 10
    assert busy.longest() < 1.1


def test_after_the_overload_it_is_as_before(busy: Server) -> None:
    before = busy.longest()
    busy.offered(1200, 5)
    refused, over = busy.refused, busy.clock.now
    busy.offered(200, 10)
    assert busy.refused - refused < 100
    assert busy.longest(since=over + 3) == pytest.approx(before)


def test_a_server_that_stops_answering_gets_no_more(busy: Server) -> None:
    busy.rate = 1e-9
    waited = len(busy.waits)
    busy.offered(400, 10)
    accepted = 4000 - busy.refused
    assert len(busy.waits) == waited
    assert LEAST <= accepted < 400


def test_an_idle_line_keeps_what_it_knows(busy: Server) -> None:
    busy.clock.now += 3600
    busy.offered(2000, 0.09)
    assert busy.refused == 0


@pytest.fixture
def crowd() -> Iterator[Callable[[Line, int], None]]:
    """Puts so many into a line, who wait until the test ends."""
    with ExitStack() as until_the_end:

        def put(line: Line, count: int) -> None:
            for _ in range(count):
                until_the_end.enter_context(line.waiting())

        yield put


def test_a_short_line_is_never_refused_however_slow_it_is(crowd: Callable[[Line, int], None]) -> None:
    line = Line("commands", 1.0, Clock())
    crowd(line, LEAST - 1)
    line.admit()
    crowd(line, 1)
    with pytest.raises(Problem) as refusal:
        line.admit()
    assert (refusal.value.status, refusal.value.code, refusal.value.headers["Retry-After"]) == (503, "overloaded", "5")


def test_the_caller_is_told_how_long_the_line_is(crowd: Callable[[Line, int], None]) -> None:
    clock = Clock()
    line = Line("queries", 1.0, clock)
    crowd(line, LEAST)
    for _ in range(500):  # for ten seconds 50 answers each second: whoever comes waits for two
        clock.now += 1 / 50
        with line.waiting():
            pass
    refusal = line.refusal()
    assert refusal is not None
    assert refusal.headers["Retry-After"] == "2"


def test_at_the_door_each_kind_meets_its_own_line(crowd: Callable[[Line, int], None]) -> None:
    here = lines(1.0)
    crowd(here.queries, LEAST)
    assert refused_at_the_door(here, "POST", "/crm/deals") is None
    assert refused_at_the_door(here, "GET", "/health/ready") is None
    refused = refused_at_the_door(here, "GET", "/crm/deals")
    assert refused is not None
    assert refused.code == "overloaded"
