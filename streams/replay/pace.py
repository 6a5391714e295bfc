"""How fast a replay goes: holding it back, and telling how far it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]

_BURST = 0.1
"""Seconds' worth of events that are let through at once."""
_TELL_EVERY = 2.0


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


@dataclass(slots=True)
class Progress:
    """Tells how far a replay is, at most every two seconds. `size` counts offsets, of which some hold no event."""

    say: Callable[[str], None]
    size: int
    began_with: int
    clock: Clock = time.monotonic
    began: float = 0.0
    told: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.began = self.told = self.clock()

    def tell(self, done: int, read: int, since: int) -> None:
        """`done` events in all, `since` of them in this run; `read` offsets passed."""
        now = self.clock()
        if now - self.told >= _TELL_EVERY:
            self.told = now
            self.say(line(done, read, self.size, read - self.began_with, since, now - self.began))


def line(done: int, read: int, size: int, read_now: int, done_now: int, seconds: float) -> str:
    """One line about a replay. The time left follows from the offsets passed in this run."""
    left = (size - read) * seconds / read_now if read_now else None
    share = 100 * read / size if size else 100.0
    told = "unknown" if left is None else duration(left)
    return f"{done:,} events, {share:.1f}% of {size:,} offsets, {done_now / seconds:,.0f} events a second, {told} left"


def duration(seconds: float) -> str:
    """12 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
