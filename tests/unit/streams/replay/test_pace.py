"""Holding back and telling how far: against a clock that a test moves."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streams.replay.pace import Progress, Throttle, Told, duration


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


@given(st.floats(0.1, 10_000), st.lists(st.integers(1, 50), min_size=1, max_size=30), st.floats(0, 0.5))
def test_no_more_than_the_rate_passes(rate: float, portions: list[int], pause: float) -> None:
    clock = Clock()
    throttle = Throttle(rate, clock.wait, clock)
    began, passed = clock.now, 0
    for portion in portions:
        throttle.passed(portion)
        passed += portion
        assert passed <= rate * (clock.now - began) * 1.000001 + 1e-6
        clock.now += pause
    assert clock.now - began <= passed / rate + pause * len(portions) + 1e-6


def test_portions_are_small_where_the_rate_is() -> None:
    assert [Throttle(rate).share(500) for rate in (None, 0.5, 5, 500, 100_000)] == [500, 1, 1, 50, 500]
    clock = Clock()
    Throttle(None, clock.wait, clock).passed(1000)
    assert clock.now == 100


def test_progress_is_told_now_and_then() -> None:
    clock, told = Clock(), list[Told]()
    progress = Progress(told.append, 2, 2000, 0, 0, clock)
    progress.note(10, 20)
    clock.now += 2
    progress.note(400, 500)
    progress.note(401, 501)
    assert list(map(str, told)) == ["400 events, 25.0% of 2,000 offsets, 200 events a second, 6 s left"]


def test_a_resumed_replay_reckons_by_what_it_did_itself() -> None:
    clock, told = Clock(), list[Told]()
    progress = Progress(told.append, 2, 2000, 900, 1000, clock)
    clock.now += 10
    progress.note(900, 1000)
    clock.now += 10
    progress.note(1000, 1500)
    assert list(map(str, told)) == [
        "900 events, 50.0% of 2,000 offsets, 0 events a second, unknown left",
        "1,000 events, 75.0% of 2,000 offsets, 5 events a second, 20 s left",
    ]


def test_durations_for_people() -> None:
    assert [duration(s) for s in (0.4, 59, 61, 3599, 7500)] == ["0 s", "59 s", "1 min 1 s", "59 min 59 s", "2 h 5 min"]
