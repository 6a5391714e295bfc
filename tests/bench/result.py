"""What a benchmark gives: a ratio of ours to a limit that was measured in turns with it, on the same machine."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Result:
    """`turns` are pairs (ours, limit), in `unit`, measured one right after the other. `bound` says what it is that
    keeps the ratio where it is, as found with a profiler."""

    name: str
    ours: str
    limit: str
    unit: str
    goal: float
    side: Literal["at least", "at most"]
    turns: Sequence[tuple[float, float]]
    bound: str

    @property
    def ratios(self) -> list[float]:
        return [ours / limit for ours, limit in self.turns]

    @property
    def ratio(self) -> float:
        """The median of the turns' ratios: what slows the machine for longer than a turn slows both sides of it."""
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.side == "at least" else self.ratio <= self.goal


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`measure` may give several results; it takes the number of turns."""

    name: str
    measure: Callable[[int], Sequence[Result]]


def told(value: float) -> str:
    """A number with three digits that matter, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def row(result: Result) -> tuple[str, ...]:
    """Name, both sides with their spread, ratio with its spread, goal, and whether it is met."""
    ours, limit = zip(*result.turns, strict=True)
    return (
        result.name,
        spread(ours, result.unit),
        spread(limit, result.unit),
        spread(result.ratios),
        f"{result.side} {result.goal:g}",
        "met" if result.met else "**not met**",
    )


def spread(values: Sequence[float], unit: str = "") -> str:
    """`median (least to most) unit`."""
    return f"{told(statistics.median(values))} ({told(min(values))} to {told(max(values))}) {unit}".rstrip()


def alternating(turns: int) -> Iterator[bool]:
    """For each turn, whether ours goes first: so that neither side always finds the machine as the other left it."""
    for turn in range(turns):
        yield turn % 2 == 0
