"""Turns at what few can do at once: so many altogether, so many of one tenant, and for so long while others wait."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Turn:
    """Somebody's turn, or their place in the line. `came` is set when it begins."""

    tenant: str
    came: asyncio.Event = field(default_factory=asyncio.Event)
    began: float = 0.0


@dataclass(slots=True)
class Turns:
    """`most` have a turn at once, `most_of_tenant` of one tenant. It may last `longest` seconds while others wait. Used
    in one event loop."""

    most: int
    most_of_tenant: int
    longest: float
    clock: Callable[[], float] = time.monotonic
    _taken: Counter[str] = field(default_factory=Counter[str])
    _line: list[Turn] = field(default_factory=list[Turn])

    async def wait(self, tenant: str) -> Turn:
        """A turn, in the order in which they are asked for; whoever gets it gives it back."""
        turn = Turn(tenant)
        self._line.append(turn)
        self._let_in()
        try:
            await turn.came.wait()
        except BaseException:
            self.give_back(turn)
            raise
        return turn

    def give_back(self, turn: Turn) -> None:
        """Ends a turn, or the waiting for it."""
        if turn.came.is_set():
            self._taken = self._without(turn)
            self._let_in()
        else:
            self._line.remove(turn)

    def is_over(self, turn: Turn) -> bool:
        """Whether it has lasted long enough, and somebody waits who could have it."""
        if self.clock() - turn.began <= self.longest:
            return False
        without = self._without(turn)
        return any(self._fits(waiting, without) for waiting in self._line)

    def _let_in(self) -> None:
        for waiting in [*self._line]:
            if self._fits(waiting, self._taken):
                self._line.remove(waiting)
                self._taken[waiting.tenant] += 1
                waiting.began = self.clock()
                waiting.came.set()

    def _fits(self, waiting: Turn, taken: Counter[str]) -> bool:
        return taken.total() < self.most and taken[waiting.tenant] < self.most_of_tenant

    def _without(self, turn: Turn) -> Counter[str]:
        return self._taken - Counter({turn.tenant: 1})
