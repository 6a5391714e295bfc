"""Who may still join a line: a request that would wait too long is refused before anything is done for it.

How long a newcomer would wait is known by Little's law: those who wait, divided by those answered in a second.
"""

import math
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import Counter, Gauge

from gateway.problems import Problem

LEAST = 100
"""So many may always wait: a line that short is no overload, and its rate may not be known yet."""
MEMORY = 1.0
"""Seconds after which an answer counts for a third of what it did."""
LONGEST_REST = 5
"""Seconds at most for which a caller is sent away."""
WAITING = Gauge("nexus_waiting", "Requests that wait for the log's answer, for rows, or for a position.", ["line"])
REFUSED = Counter("nexus_refused_total", "Requests refused because they would have waited too long.", ["line"])


class Line:
    """Requests of one kind that wait in this process. `longest` is how many seconds one may have to wait.

    The rate is of answers over the time in which somebody waited: nobody's questions say nothing about the speed of
    answers. When no answers come any more it falls, and with it how many may wait, down to `LEAST`.
    """

    def __init__(self, name: str, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._longest, self._clock = name, longest, clock
        self._waiting = 0
        self._answered = 0.0
        self._busy = 0.0
        self._at = clock()
        self._gauge, self._refused = WAITING.labels(name), REFUSED.labels(name)

    def admit(self) -> None:
        """Raises a 503 problem when the newcomer would wait too long."""
        if (problem := self.refusal()) is not None:
            raise problem

    def refusal(self) -> Problem | None:
        """The problem that `admit` raises."""
        if self._waiting < LEAST:
            return None
        self._age()
        wait = self._waiting * self._busy / self._answered if self._answered else math.inf
        if wait <= self._longest:
            return None
        self._refused.inc()
        rest = math.ceil(min(wait, LONGEST_REST))
        detail = f"Too many {self._name} wait for an answer. Nothing was done: send it again after {rest} s" + (
            ", with the same Idempotency-Key." if self._name == "commands" else "."
        )
        return Problem(503, "overloaded", detail, headers={"Retry-After": str(rest)})

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Counts one who waits, for as long as the block lasts. It does not refuse."""
        self._age()
        self._waiting += 1
        self._gauge.set(self._waiting)
        try:
            yield
        finally:
            self._age()
            self._waiting -= 1
            self._answered += 1
            self._gauge.set(self._waiting)

    def _age(self) -> None:
        """Lets what is remembered fade. Time counts while somebody waits."""
        now = self._clock()
        if self._waiting:
            kept = math.exp((self._at - now) / MEMORY)
            self._answered *= kept
            self._busy = self._busy * kept + MEMORY * (1 - kept)
        self._at = now


@dataclass(frozen=True, slots=True)
class Lines:
    """`commands` that the log was given, until their answer; `queries` until their rows are read; `positions` until a
    read model has come so far."""

    commands: Line
    queries: Line
    positions: Line


def lines(longest: float) -> Lines:
    """Empty lines in which nobody shall wait longer than so many seconds."""
    return Lines(Line("commands", longest), Line("queries", longest), Line("positions", longest))


_ALWAYS = ("/health", "/metrics", "/operations", "/events")


def refused_at_the_door(lines: Lines, method: str, path: str) -> Problem | None:
    """The problem of a request that would be refused anyway, before it costs more than this look. What operators need
    in an overload is never refused here."""
    if path.startswith(_ALWAYS):
        return None
    return (lines.commands if method == "POST" else lines.queries).refusal()
