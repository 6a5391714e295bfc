"""What a benchmark gives: ours beside the peers and limits that were measured in turns with it, on the same machine."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

BEST_PEER = "the best peer"
EVERY_PEER = "every peer"


@dataclass(frozen=True, slots=True)
class Side:
    """One that does the work. `turns` are its numbers in the result's unit, one for each turn; `how` says in a clause
    what was measured. A limit is what the machine does at that moment without the platform."""

    name: str
    kind: Literal["ours", "peer", "limit"]
    how: str
    turns: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.turns)


@dataclass(frozen=True, slots=True)
class Goal:
    """What ours divided by another side is to be. `against` is a side's name, `BEST_PEER` or `EVERY_PEER`."""

    side: Literal["at least", "at most"]
    ratio: float
    against: str

    def __str__(self) -> str:
        return f"{self.side} {self.ratio:g} times {self.against}"


@dataclass(frozen=True, slots=True)
class Result:
    """One kind of work. `better` says which numbers are, `bound` what keeps ours where it is, as a profiler shows."""

    name: str
    unit: str
    better: Literal["more", "less"]
    ours: Side
    others: Sequence[Side]
    goals: Sequence[Goal]
    bound: str

    def ratios(self, other: Side) -> list[float]:
        """Of each turn: what slows the machine for longer than a turn slows both sides of it."""
        return [ours / its for ours, its in zip(self.ours.turns, other.turns, strict=False)]

    def ratio(self, other: Side) -> float:
        return statistics.median(self.ratios(other))

    def met(self, goal: Goal) -> bool | None:
        """None when nothing of what the goal speaks of was measured."""
        found = [self.ratio(each) for each in self._of(goal)]
        if not found:
            return None
        return all(ratio >= goal.ratio if goal.side == "at least" else ratio <= goal.ratio for ratio in found)

    def _of(self, goal: Goal) -> list[Side]:
        peers = [each for each in self.others if each.kind == "peer"]
        match goal.against:
            case "every peer":
                return peers
            case "the best peer":
                best = max if self.better == "more" else min
                return [best(peers, key=lambda side: side.median)] if peers else []
            case name:
                return [each for each in self.others if each.name == name]


Suite = Literal["bench", "bench-apps", "bench-long", "bench-apps-long"]
"""What make calls it: the log and its read models beside peers, and HTTP; what parts of the platform cost; a million
events and the soak; the CRM with a million contacts."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`measure` may give several results; it takes the number of turns. Those of a suite run the shortest first, by
    about how many `minutes` they take: a run that is stopped has most of them."""

    name: str
    measure: Callable[[int], Sequence[Result]]
    suite: Suite = "bench"
    minutes: int = 1


def against_limit(
    name: str,
    unit: str,
    ours: tuple[str, Sequence[float]],
    limit: tuple[str, str, Sequence[float]],
    goal: tuple[Literal["at least", "at most"], float],
    bound: str,
) -> Result:
    """The commonest result: ours, as (how, turns), beside one limit, as (name, how, turns)."""
    return Result(
        name=name,
        unit=unit,
        better="more" if goal[0] == "at least" else "less",
        ours=Side("Nexus360", "ours", *ours),
        others=[Side(limit[0], "limit", *limit[1:])],
        goals=[Goal(*goal, limit[0])],
        bound=bound,
    )


def told(value: float) -> str:
    """A number with three digits that matter, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(values: Sequence[float], unit: str = "") -> str:
    """`median (least to most) unit`."""
    middle = told(statistics.median(values))
    if len(values) > 1:
        middle += f" ({told(min(values))} to {told(max(values))})"
    return f"{middle} {unit}".rstrip()


def alternating(turns: int) -> Iterator[bool]:
    """For each turn, whether ours goes first: so that neither side always finds the machine as the other left it."""
    for turn in range(turns):
        yield turn % 2 == 0
