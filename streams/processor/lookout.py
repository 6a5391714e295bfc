"""Notices a partition whose commands wait although the consumer brings none of them.

Nobody else would: the group hears its heartbeats, and the commands of other partitions are answered.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

EVERY = 3.0
"""Seconds between two looks. A partition is overlooked when two find the same command waiting."""


@dataclass(slots=True)
class Lookout:
    """`end` gives the offset after the last command of a partition, None when the log does not say now; `waits` reads
    whether there is a command at or behind an offset, where only markers of transactions may lie."""

    end: Callable[[int], int | None]
    waits: Callable[[int, int], bool]
    clock: Callable[[], float] = time.monotonic
    _looked: float = float("-inf")
    _emptied: bool = False
    _nexts: Mapping[int, int] = field(default_factory=dict[int, int])
    _waiting: Mapping[int, int] = field(default_factory=dict[int, int])
    _markers: dict[int, int] = field(default_factory=dict[int, int])

    def emptied(self) -> None:
        """All that the consumer had was taken: what waits behind much else is not overlooked."""
        self._emptied = True

    def due(self) -> bool:
        """Whether it is time for a look."""
        return self.clock() - self._looked >= EVERY

    def overlooked(self, nexts: Mapping[int, int]) -> list[int]:
        """Partitions, of these with the offsets of their next commands, that the consumer no longer reads."""
        idle = {number: next for number, next in nexts.items() if self._nexts.get(number) == next}
        ends = self._ends(idle)
        waiting = {n: idle[n] for n, end in ends.items() if end > max(idle[n], self._markers.get(n, 0))}
        twice = [number for number, next in waiting.items() if self._waiting.get(number) == next]
        found = [number for number in twice if self._emptied and self._confirmed(number, waiting[number], ends[number])]
        self._looked, self._nexts, self._waiting, self._emptied = self.clock(), nexts, waiting, False
        return found

    def _ends(self, numbers: Iterable[int]) -> dict[int, int]:
        """As far as the log says: it is not asked on and on while it does not answer."""
        found: dict[int, int] = {}
        for number in numbers:
            end = self.end(number)
            if end is None:
                break
            found[number] = end
        return found

    def _confirmed(self, number: int, next: int, end: int) -> bool:
        if not self.waits(number, next):
            self._markers[number] = end
            return False
        return True
