"""Notices a partition whose commands wait although the consumer brings none of them.

Nobody else would: the group hears its heartbeats, and the commands of other partitions are answered.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

EVERY = 3.0
"""Seconds between two looks."""
BRINGS_WITHIN = 2.0
"""Seconds in which a consumer that had nothing left brings what waits in any of its partitions."""

Asked = Callable[[], Mapping[int, int]]
"""The offsets after the last command of partitions, as far as the log has said by now. Does not wait."""


@dataclass(slots=True)
class Lookout:
    """At each look the ends are asked for, and at the next one compared: what was there by then and is still the next
    command is overlooked, if the consumer had nothing left twice meanwhile, far enough apart: had it been brought after
    the first time, it would have been taken by the second. `waits` reads whether there is a command at or behind an
    offset, where only markers of transactions may lie; None when the log does not say."""

    ask: Callable[[], Asked]
    waits: Callable[[int, int], bool | None]
    clock: Callable[[], float] = time.monotonic
    _looked: float = float("-inf")
    _emptied: tuple[float, float] | None = None
    _ends: Asked = dict[int, int]
    _nexts: Mapping[int, int] = field(default_factory=dict[int, int])
    _markers: dict[int, int] = field(default_factory=dict[int, int])

    def emptied(self) -> None:
        """All that the consumer had was taken: what waits behind much else is not overlooked."""
        now = self.clock()
        self._emptied = (self._emptied[0] if self._emptied else now, now)

    def anew(self) -> None:
        """The consumer was told where to read: whether it brings anything is seen from now on."""
        self._emptied = None

    def due(self) -> bool:
        """Whether it is time for a look."""
        return self.clock() - self._looked >= EVERY

    def overlooked(self, nexts: Mapping[int, int]) -> list[int]:
        """Partitions, of these with the offsets of their next commands, that the consumer no longer reads."""
        found: list[int] = []
        first, last = self._emptied or (0.0, 0.0)
        for number, end in self._ends().items() if last - first >= BRINGS_WITHIN else ():
            next = nexts.get(number)
            if next is None or next != self._nexts.get(number) or end <= max(next, self._markers.get(number, 0)):
                continue
            match self.waits(number, next):
                case True:
                    found.append(number)
                case False:
                    self._markers[number] = end
                case None:
                    pass
        self._looked, self._nexts, self._emptied, self._ends = self.clock(), dict(nexts), None, self.ask()
        return found
