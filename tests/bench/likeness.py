"""The weights of `projections/crm/likeness.py`: how often each comparison comes out so for two records of one person in
FEBRL 2, and for records of two, as binary logarithms; and the thresholds that tell its pairs apart best.

python -m tests.bench.likeness
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping

from projections.crm.likeness import Level, compared
from tests.febrl import Pair, People, f1, people, same, weighed

_DRAWN = 300_000
"""Pairs of two people."""
_Counts = Mapping[str, "Counter[Level]"]


def main() -> None:
    of = people("2")
    truth = same(of)
    drawn, ids = random.Random(1), sorted(of)
    others = {(one, other) for one, other in (sorted(drawn.sample(ids, 2)) for _ in range(_DRAWN))}
    ones, twos = _counted(of, truth), _counted(of, others - truth)
    for what in ones:
        print(what, {level: _weight(level, ones[what], twos[what]) for level in sorted(ones[what] | twos[what])})
    weights = weighed(of)
    scores = {half / 2: f1(weights, truth, half / 2) for half in range(80)}
    best = max(scores.values())
    print("threshold", [each for each, score in scores.items() if score == best], "F1", round(best, 4))


def _counted(of: People, pairs: Iterable[Pair]) -> _Counts:
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
