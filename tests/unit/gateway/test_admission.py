"""Who may wait: a line before one server, in time that is counted and does not pass."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

import pytest

from gateway.admission import LEAST, Line, Place, is_work, lines


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
    _queue: deque[tuple[float, Place]] = field(default_factory=deque[tuple[float, Place]])
    _free_at: float = 0.0

    def offered(self, rate: float, seconds: float) -> None:
        """So many requests come each second, for so long."""
        began = self.clock.now
        for number in range(int(rate * seconds)):
            self._until(began + number / rate)
            if self.line.refusal() is not None:
                self.refused += 1
                continue
            place = self.line.join()
            if not self._queue:
                self._free_at = self.clock.now
            self._queue.append((self.clock.now, place))
        self._until(began + seconds)

    def _until(self, moment: float) -> None:
        while self._queue and self._free_at + 1 / self.rate <= moment:
            self._free_at += 1 / self.rate
            self.clock.now = self._free_at
            came, place = self._queue.popleft()
            place.leave(True)
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


def crowd(line: Line, count: int) -> list[Place]:
    """So many who wait in a line."""
    return [line.join() for _ in range(count)]


def test_a_short_line_is_never_refused_however_slow_it_is() -> None:
    line = Line("commands", 1.0, Clock())
    crowd(line, LEAST - 1)
    assert line.refusal() is None
    crowd(line, 1)
    refusal = line.refusal()
    assert refusal is not None
    assert (refusal.status, refusal.code, refusal.headers["Retry-After"]) == (503, "overloaded", "5")


def test_the_caller_is_told_how_long_the_line_is() -> None:
    clock = Clock()
    line = Line("queries", 1.0, clock)
    crowd(line, LEAST)
    for _ in range(500):  # for twenty seconds 25 answers each second: whoever comes waits for two
        clock.now += 1 / 25
        line.join().leave(True)
    refusal = line.refusal()
    assert refusal is not None
    assert refusal.headers["Retry-After"] == "2"


def test_refusals_in_passing_do_not_make_a_line_look_fast() -> None:
    clock = Clock()
    line = Line("commands", 1.0, clock)
    crowd(line, LEAST)
    for _ in range(5000):
        clock.now += 1 / 1000
        line.join().leave(is_work(429))
    assert line.refusal() is not None


def test_what_waited_before_the_door_has_waited() -> None:
    clock, late = Clock(), 0.0
    line = Line("commands", 1.0, clock, lambda: late)
    crowd(line, LEAST)
    for _ in range(1000):  # a hundred answers a second: half a second for fifty
        clock.now += 1 / 100
        line.join().leave(True)
    assert line.refusal() is None
    late = 0.6
    assert line.refusal() is not None


def test_a_late_event_loop_refuses_when_many_come_and_nobody_when_few_do() -> None:
    clock, late = Clock(), 2.0
    few, many = (Line(name, 1.0, clock, lambda: late) for name in ("few", "many"))
    assert few.refusal() is None, "a process that was held up has few before its door"
    refused = [many.refusal() is not None for _ in range(LEAST)]
    assert refused[0] is False
    assert refused[-1] is True, "so many stand before the door that they would wait too long"
    clock.now += 10
    assert many.refusal() is None, "those who came long ago are gone"


def test_a_loop_that_is_somewhat_late_refuses_before_the_wait_is_too_long() -> None:
    clock, late = Clock(), 0.0
    line = Line("commands", 1.0, clock, lambda: late)
    for place in crowd(line, 2 * LEAST):
        clock.now += 0.001
        place.leave(True)
    crowd(line, LEAST)
    assert line.refusal() is None
    late = 0.4
    assert line.refusal() is not None


async def test_the_event_loop_is_late_while_something_holds_it_up() -> None:
    here = lines(1.0)
    async with here.lateness.measured():
        await asyncio.sleep(0)
        held = time.monotonic() + 0.2
        while time.monotonic() < held:
            pass
        while not here.lateness.seconds:
            await asyncio.sleep(0)
        assert here.lateness.seconds > 0.1


def test_a_place_is_left_once() -> None:
    line = Line("commands", 1.0, Clock())
    first, *_ = crowd(line, LEAST)
    first.leave(False)
    crowd(line, 1)
    first.leave(False)
    assert line.refusal() is not None


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (("POST", "/crm/deals", False), "commands"),
        (("GET", "/crm/deals", False), "queries"),
        (("GET", "/crm/deals", True), "positions"),
        (("GET", "/health/ready", False), "others"),
        (("POST", "/integration/files", False), "others"),
        (("GET", "/console/assets/index.js", False), "others"),
        (("POST", "/graphql", False), "queries"),
        (("POST", "/graphql", True), "positions"),
    ],
)
def test_each_kind_has_a_line_of_its_own(request_: tuple[str, str, bool], line: str) -> None:
    here = lines(1.0)
    assert here.of(*request_) is getattr(here, line)


def test_others_are_never_refused() -> None:
    here = lines(1.0)
    crowd(here.others, 10 * LEAST)
    assert here.others.refusal() is None
