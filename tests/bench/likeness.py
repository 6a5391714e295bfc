"""The weights of `projections/crm/likeness.py` and of `company_likeness.py`: how often each comparison comes out so for
two records of one, in FEBRL 2 and in companies that are invented, and for records of two, as binary logarithms; and the
thresholds that tell their pairs apart best.

python -m tests.bench.likeness
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from projections.crm import company_likeness, likeness
from projections.crm.comparing import Level
from projections.crm.duplicates import COMPANIES, CONTACTS, Kind
from tests.companies import companies
from tests.febrl import people
from tests.pairs import Pair, f1, same, weighed

_DRAWN = 300_000
"""Pairs of two."""
SEED = 2
"""Of the companies that weights are counted in."""
_Counts = Mapping[str, "Counter[Level]"]
_Compared = Callable[[Any, Any], Mapping[str, Level]]


def main() -> None:
    _show(CONTACTS, people("2"), likeness.compared)
    _show(COMPANIES, companies(SEED), company_likeness.compared)


def _show(kind: Kind[Any], of: Mapping[str, Any], compared: _Compared) -> None:
    print(kind.rows, len(of))
    truth = same(of)
    drawn, ids = random.Random(1), sorted(of)
    others = {(one, other) for one, other in (sorted(drawn.sample(ids, 2)) for _ in range(_DRAWN))}
    ones, twos = _counted(of, compared, truth), _counted(of, compared, others - truth)
    for what in ones:
        print(what, {level: _weight(level, ones[what], twos[what]) for level in sorted(ones[what] | twos[what])})
    weights = weighed(kind, of)
    scores = {half / 2: f1(weights, truth, half / 2) for half in range(80)}
    best = max(scores.values())
    print("threshold", [each for each, score in scores.items() if score == best], "F1", round(best, 4))


def _counted(of: Mapping[str, Any], compared: _Compared, pairs: Iterable[Pair]) -> _Counts:
    counts: dict[str, Counter[Level]] = {}
    for one, other in pairs:
        for what, level in compared(of[one], of[other]).items():
            counts.setdefault(what, Counter())[level] += 1
    return counts


def _weight(level: Level, ones: Mapping[Level, int], twos: Mapping[Level, int]) -> float:
    """With half a pair added to each, so that what never came is not ruled out."""
    levels = len(ones.keys() | twos.keys())
    of_ones = (ones.get(level, 0) + 0.5) / (sum(ones.values()) + 0.5 * levels)
    of_twos = (twos.get(level, 0) + 0.5) / (sum(twos.values()) + 0.5 * levels)
    return round(math.log2(of_ones / of_twos), 1)


if __name__ == "__main__":
    main()
