"""How fast a replay goes: holding it back, and telling how far it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]

_BURST = 0.1
"""Seconds' worth of events that are let through at once."""


@dataclass(slots=True)
class Throttle:
    """At most `rate` events a second on average, None for as fast as it goes. `wait(seconds)` ends early to stop."""

    rate: float | None
    wait: Callable[[float], object] = time.sleep
    clock: Clock = time.monotonic
    due: float = 0.0

    def share(self, most: int) -> int:
        """How many events to hand over at once: few, where few are allowed."""
        return most if self.rate is None else max(1, min(most, int(self.rate * _BURST)))

    def passed(self, count: int) -> None:
        """Waits until so many more events were allowed."""
        if self.rate is None:
            return
        now = self.clock()
        self.due = max(self.due, now) + count / self.rate
        self.wait(self.due - now)


@dataclass(frozen=True, slots=True)
class Told:
    """How far a replay is: `done` events in all, and `passed` offsets of `size`, not all of which hold one.

    `rate` is in events a second, `left` in seconds, None where that cannot be told yet; both of this run alone.
    """

    done: int
    passed: int
    size: int
    rate: float
    left: float | None

    def __str__(self) -> str:
        share = 100 * self.passed / self.size if self.size else 100.0
        left = "unknown" if self.left is None else duration(self.left)
        events, rate = f"{self.done:,} events", f"{self.rate:,.0f} events a second"
        return f"{events}, {share:.1f}% of {self.size:,} offsets, {rate}, {left} left"


@dataclass(slots=True)
class Progress:
    """Tells how far a replay is, at most every so many seconds. It began with `done` events and `passed` offsets."""

    tell: Callable[[Told], None]
    every: float
    size: int
    done: int
    passed: int
    clock: Clock = time.monotonic
    began: float = field(init=False)
    told: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.told = self.clock()

    def note(self, done: int, passed: int) -> None:
        """Tells it, if it is time."""
        now = self.clock()
        if now - self.told < self.every:
            return
        self.told, seconds, passed_now = now, now - self.began, passed - self.passed
        left = (self.size - passed) * seconds / passed_now if passed_now else None
        self.tell(Told(done, passed, self.size, (done - self.done) / seconds, left))


def duration(seconds: float) -> str:
    """12 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
