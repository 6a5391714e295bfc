"""Who may still join a line: a request that would wait too long is refused before anything is done for it.

How long a newcomer would wait is known by Little's law: those who wait, divided by those answered in a second. They are
counted at the door, before anything is known of them but method, address and headers, so that all waiting counts: for
a connection, the log, a processor. What they waited before the door, until the event loop had time for them, is added.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from prometheus_client import Counter, Gauge
from starlette.types import Scope

from gateway.problems import Problem

LEAST = 50
"""So many may always wait, before the door too: a line that short is no overload, and its rate may not be known yet."""
MEMORY = 1.0
"""Seconds after which an answer counts for a third of what it did."""
LATEST = 0.25
"""How late the event loop may be, as a share of the longest wait: while it is later it refuses, which is cheap, until
it has read what stands before the door. What it does not come to accept, the kernel makes wait for seconds."""
BEAT = 0.05
"""Seconds between two looks at how late the event loop is."""
FORGIVEN = 0.8
"""What is left of a lateness at the next look: connections that came meanwhile are read in the rounds that follow."""
LONGEST_REST = 5
"""Seconds at most for which a caller is sent away."""
PLACE = "nexus360.place"
"""Under which a request knows its place."""
WAITING = Gauge("nexus_waiting", "Requests without an answer yet.", ["line"])
REFUSED = Counter("nexus_refused_total", "Requests refused because they would have waited too long.", ["line"])


class Line:
    """Requests of one kind that wait in this process. `longest` is how many seconds one may have to wait.

    The rate is of answers over the time in which somebody waited: nobody's questions say nothing about the speed of
    answers. When no answers come any more it falls, and with it how many may wait, down to `LEAST`.
    """

    def __init__(
        self,
        name: str,
        longest: float,
        clock: Callable[[], float] = time.monotonic,
        late: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._name, self._longest, self._clock, self._late = name, longest, clock, late
        self._waiting = 0
        self._answered = 0.0
        self._busy = 0.0
        self._at = self._came_at = clock()
        self._came = 0.0
        self._gauge, self._refused = WAITING.labels(name), REFUSED.labels(name)

    def refusal(self) -> Problem | None:
        """Why a newcomer is sent away, if so: a 503 problem that says for how long. To be asked once for each."""
        late = self._late()
        if self._waiting + late * self._newcomers() < LEAST:
            return None
        self._age()
        wait = late + (self._waiting * self._busy / self._answered if self._answered else math.inf)
        if wait <= self._longest and late <= LATEST * self._longest:
            return None
        self._refused.inc()
        rest = math.ceil(min(wait, LONGEST_REST))
        detail = f"Too many {self._name} wait for an answer. Nothing was done: send it again after {rest} s."
        return Problem(503, "overloaded", detail, headers={"Retry-After": str(rest)})

    def join(self) -> "Place":
        """Counts one who waits, until the place is left. It does not refuse."""
        self._age()
        self._waiting += 1
        self._gauge.set(self._waiting)
        return Place(self)

    @contextmanager
    def joined(self) -> Generator[None]:
        """Counts one who waits for as long as the block lasts, and is answered then."""
        place = self.join()
        try:
            yield
        finally:
            place.leave(True)

    def leave(self, answered: bool) -> None:
        """For a `Place` alone."""
        self._age()
        self._waiting -= 1
        self._answered += answered
        self._gauge.set(self._waiting)

    def _newcomers(self) -> float:
        """How many came in the last second or so, this one too: as many again stand before the door for each second
        that the event loop is late."""
        now = self._clock()
        self._came = self._came * math.exp((self._came_at - now) / MEMORY) + 1
        self._came_at = now
        return self._came

    def _age(self) -> None:
        """Lets what is remembered fade. Time counts while somebody waits."""
        now = self._clock()
        if self._waiting:
            kept = math.exp((self._at - now) / MEMORY)
            self._answered *= kept
            self._busy = self._busy * kept + MEMORY * (1 - kept)
        self._at = now


class Place:
    """One who waits in a line. It is left once; later times count for nothing."""

    __slots__ = ("_line",)

    def __init__(self, line: Line) -> None:
        self._line: Line | None = line

    def leave(self, answered: bool) -> None:
        """`answered` says whether it was work: only that tells how fast the line is."""
        if self._line is not None:
            self._line.leave(answered)
            self._line = None


@dataclass(slots=True)
class Lateness:
    """How late the event loop came to its last regular task: so long waits whatever it has to read."""

    seconds: float = 0.0

    @asynccontextmanager
    async def measured(self) -> AsyncGenerator[None]:
        """Measures for as long as the block lasts."""
        task = asyncio.create_task(self._measure())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _measure(self) -> None:
        while True:
            due = time.monotonic() + BEAT
            await asyncio.sleep(BEAT)
            self.seconds = max(time.monotonic() - due, self.seconds * FORGIVEN)


@dataclass(frozen=True, slots=True)
class Lines:
    """Each has a rate of its own. `positions` are queries that wait until a read model has come so far; `others` are
    never refused: what operators need in an overload, what lasts as long as its caller wants, and the console's files,
    which wait for nothing and without one of which a page does not come up."""

    commands: Line
    queries: Line
    positions: Line
    others: Line
    lateness: Lateness

    def of(self, method: str, path: str, after: bool) -> Line:
        """The line of a request, known by what can be seen at the door; `after` says that it names a position."""
        if path.startswith(_OTHERS):
            return self.others
        if method in _CHANGES and path != _GRAPHQL:
            return self.commands
        return self.positions if after else self.queries


_CHANGES = ("POST", "PUT", "PATCH", "DELETE")
_GRAPHQL = "/graphql"
"""Most of what is asked of it are queries, whatever the method."""
_OTHERS = ("/health", "/metrics", "/operations", "/events", "/integration/files", "/console")


def lines(longest: float) -> Lines:
    """Empty lines in which nobody shall wait longer than so many seconds."""
    lateness = Lateness()
    named = (Line(name, longest, late=lambda: lateness.seconds) for name in ("commands", "queries", "positions"))
    return Lines(*named, others=Line("others", math.inf), lateness=lateness)


def leave(scope: Scope) -> None:
    """Of a request that takes long by itself, as a file of all rows does: it says nothing about how fast others are
    answered, and is counted among those who wait no more."""
    place: Place | None = scope.get(PLACE)
    if place is not None:
        place.leave(False)


def is_work(status: int) -> bool:
    """Whether an answer was more than a refusal in passing, or a promise as 202 is."""
    return status in (404, 409, 412) or (status < 400 and status != 202)
