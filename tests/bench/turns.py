"""Sides of a comparison, measured in turns, and the results that come of their numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.bench.result import Goal, Result, Side, alternating, told

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Entrant:
    """One that takes turns. `run` gives its numbers by name; `how` says in a clause what it does."""

    name: str
    kind: Literal["ours", "peer", "limit"]
    how: str
    run: Callable[[], Numbers]


@dataclass(frozen=True, slots=True)
class Told:
    """What an entrant came to, turn by turn."""

    entrant: Entrant
    turns: Sequence[Numbers]

    def side(self, number: str) -> Side:
        return Side(self.entrant.name, self.entrant.kind, self.entrant.how, [turn[number] for turn in self.turns])


def in_turns(entrants: Sequence[Entrant], turns: int) -> list[Told]:
    """Every entrant once in each turn, the order reversed from turn to turn."""
    found: dict[str, list[Numbers]] = {each.name: [] for each in entrants}
    for forward in alternating(turns):
        for each in entrants if forward else reversed(entrants):
            numbers = each.run()
            found[each.name].append(numbers)
            print(f"  {each.name}: {', '.join(f'{name} {told(n)}' for name, n in numbers.items())}", flush=True)
    return [Told(each, found[each.name]) for each in entrants]


def result(
    name: str,
    unit: str,
    better: Literal["more", "less"],
    number: str,
    sides: Sequence[Told],
    goals: Sequence[Goal],
    bound: str,
) -> Result:
    """The result of one of the numbers, among those that have it; the first is ours."""
    first, *others = (each.side(number) for each in sides if number in each.turns[0])
    return Result(name, unit, better, first, others, goals, bound)
