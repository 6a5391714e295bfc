"""Records of which it is known which are one, and how well that is found out."""

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any

from projections.crm.duplicates import Kind

Pair = tuple[str, str]
_COMMON = 50


def same(ids: Collection[str]) -> set[Pair]:
    """The pairs of records that are one, which their ids tell: rec-7-org, rec-7-dup-0."""
    of_one: dict[str, list[str]] = {}
    for id in sorted(ids):
        of_one.setdefault(id.split("-")[1], []).append(id)
    return {pair for each in of_one.values() for pair in combinations(each, 2)}


def blocked(kind: Kind[Any], of: Mapping[str, Any]) -> set[Pair]:
    """The pairs of profiles that share a key which few have."""
    by_key: dict[str, list[str]] = {}
    for id in sorted(of):
        for key in kind.keys_of(of[id]):
            by_key.setdefault(key, []).append(id)
    return {pair for ids in by_key.values() if len(ids) <= _COMMON for pair in combinations(ids, 2)}


def weighed(kind: Kind[Any], of: Mapping[str, Any]) -> Mapping[Pair, float]:
    """What speaks for the two of a pair being one, of the pairs that are compared."""
    return {(one, other): kind.likeness(of[one], of[other]).weight for one, other in blocked(kind, of)}


def precision_and_recall(
    weights: Mapping[Pair, float], truth: Collection[Pair], threshold: float
) -> tuple[float, float]:
    """Which part of what is suggested is so, and which part of what is so is suggested, of pairs."""
    found = {pair for pair, weight in weights.items() if weight >= threshold}
    right = len(found & set(truth))
    return right / max(1, len(found)), right / len(truth)


def f1(weights: Mapping[Pair, float], truth: Collection[Pair], threshold: float) -> float:
    """The harmonic mean of precision and recall, of pairs."""
    precision, recall = precision_and_recall(weights, truth, threshold)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
