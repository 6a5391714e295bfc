"""How likely two records are one: the weight of all that they have in common, and have not, whatever kind of records
they are.

The weights are those of Fellegi and Sunter (A Theory for Record Linkage, 1969): for each comparison the binary
logarithm of how much more often it comes out so for one that is there twice than for two.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from jellyfish import damerau_levenshtein_distance, jaro_winkler_similarity, soundex

from projections.folding import folded
from schemas.generated.common import PostalAddress

Level = tuple[int, ...]
"""How a comparison came out: the more, the more alike."""
Weights = Mapping[str, Mapping[Level, float]]
"""In bits, by what is compared and how it came out."""
ADDRESS = ("street", "city", "code", "region")
"""The comparisons of two addresses, which count as one."""
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody gets post, folded as the search folds."""

    street: tuple[str, ...]
    city: str
    region: str
    code: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """`weight` in bits, the sum of the comparisons; `because` names what speaks for the two being one, the strongest
    first. They are suggested from the weight `likely` on."""

    weight: float
    because: tuple[str, ...]
    likely: float

    @property
    def suggested(self) -> bool:
        return self.weight >= self.likely

    @property
    def score(self) -> float:
        """Between 0 and 1; a half where suggestions begin."""
        return round(1 / (1 + 2 ** min(self.likely - self.weight, 100.0)), 4)


def weighed(
    found: Mapping[str, Level], weights: Weights, likely: float, of_address: tuple[float, float] = (-inf, inf)
) -> Likeness:
    """What comparisons come to, of which an address counts no less and no more than `of_address` says. What could not
    be compared counts for nothing."""
    said = {what: weights[what][level] for what, level in found.items() if what not in ADDRESS}
    address = total({what: level for what, level in found.items() if what in ADDRESS}, weights)
    said["address"] = min(max(address, of_address[0]), of_address[1])
    strongest = sorted((what for what, weight in said.items() if weight > 0), key=lambda what: -said[what])
    return Likeness(round(sum(said.values()), 1), tuple(strongest), likely)


def total(levels: Mapping[str, Level], weights: Weights) -> float:
    return sum(weights[what][level] for what, level in levels.items())


def words(text: str | None) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORDS.findall(folded(text)[0])) if text else ()


def digits(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isdigit())


def numbers(given: Iterable[str]) -> frozenset[str]:
    """Telephone numbers by their last nine digits, without extensions."""
    return frozenset(last for each in given if len(last := digits(each.partition(";")[0])[-9:]) >= 6)


def place(given: Mapping[str, Any]) -> Place:
    """A place that has `street`, `city`, `region` and `postal_code`, or some of it."""
    city, region = (" ".join(words(given.get(name))) for name in ("city", "region"))
    return Place(words(given.get("street")), city, region, "".join(words(given.get("postal_code"))))


def as_given(address: PostalAddress) -> Mapping[str, Any]:
    """What of an address makes a place."""
    return {name: getattr(address, name) for name in ("street", "city", "region", "postal_code")}


def sound(word: str) -> str:
    """Soundex, which knows English letters alone; other words stand for themselves."""
    return soundex(word) if word.isascii() and word.isalpha() else word


def halves(at: Place) -> Iterable[tuple[str, str]]:
    """What of a place tells records apart together with how a name sounds: its kind, and what it is."""
    if at.code:
        yield "code", at.code
    if at.city:
        yield "city", sound("".join(at.city.split()))


def addressed(at: Place) -> Iterable[str]:
    """The keys that follow from a place alone."""
    street = next((sound(each) for each in at.street if each.isalpha()), None)
    number = next((each for each in at.street if each.isdigit()), None)
    if street and at.code:
        yield f"street {street} {at.code}"
    if street and number:
        yield f"number {street} {number}"


def compared_places(one: Sequence[Place], other: Sequence[Place], weights: Weights) -> dict[str, Level]:
    """How two addresses compare; of several, those of the two that are most alike."""
    found = (_compared(a, b) for a in one for b in other)
    return max(found, key=lambda levels: total(levels, weights), default=dict[str, Level]())


def corresponding(one: Sequence[str], other: Sequence[str]) -> list[float]:
    """How alike each word of the shorter one is to the word of the longer that it fits best."""
    shorter, left = (one, list(other)) if len(one) <= len(other) else (other, list(one))
    found: list[float] = []
    for word in shorter:
        alike = [jaro_winkler_similarity(word, each) for each in left]
        best = max(alike)
        left.pop(alike.index(best))
        found.append(best)
    return found


def grade(alike: float, bounds: Sequence[float]) -> int:
    return sum(alike >= bound for bound in bounds)


def _compared(one: Place, other: Place) -> dict[str, Level]:
    found: dict[str, Level] = {}
    if one.street and other.street:
        alike = sum(each for each in corresponding(one.street, other.street) if each > 0.85)
        share = alike * 2 / (len(one.street) + len(other.street))
        found["street"] = (5 if one.street == other.street else grade(share, (0.3, 0.55, 0.75, 0.9)),)
    if one.city and other.city:
        alike = jaro_winkler_similarity(one.city, other.city)
        found["city"] = (4 if one.city == other.city else grade(alike, (0.75, 0.88, 0.94)),)
    if one.code and other.code:
        found["code"] = (max(0, 2 - damerau_levenshtein_distance(one.code, other.code)),)
    if one.region and other.region:
        found["region"] = (int(one.region == other.region),)
    return found
