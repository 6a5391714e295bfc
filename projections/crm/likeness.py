"""How likely two people on file are one: the weight of all that two descriptions have in common, and have not.

The weights are those of Fellegi and Sunter (A Theory for Record Linkage, 1969): for each comparison the binary
logarithm of how much more often it comes out so for one person written twice than for two people. Names, addresses and
birth dates have the ratios that were counted in FEBRL 2, on whose pairs the threshold was chosen too
(`tests/bench/likeness.py`). What it has nothing of, email addresses, numbers and companies, has weights that were set
by judgement: an address of one's own outweighs another name, a number does not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jellyfish import damerau_levenshtein_distance, jaro_winkler_similarity

from projections.folding import folded

LIKELY = 13.0
"""The weight from which on two are suggested to be one, at which the pairs of FEBRL 2 are told apart best."""
BORN = frozenset({"born", "birthday", "birthdate", "birth_date", "date_of_birth", "dob"})
"""The keys of a tenant's own field, any of which holds the date of birth."""
_WORDS = re.compile(r"[^\W_]+")

Level = tuple[int, ...]
"""How a comparison came out: the more, the more alike. Of names, how alike the best and the worst pair are."""

WEIGHTS: Mapping[str, Mapping[Level, float]] = {
    "name": {
        (0,): -3.2, (1,): 1.4, (2,): 6.9, (3,): 6.8, (0, 0): -4.6, (1, 0): -0.6, (1, 1): 4.9, (2, 0): 4.0, (2, 1): 9.0,
        (2, 2): 14.3, (3, 0): 4.1, (3, 1): 10.9, (3, 2): 14.9, (3, 3): 15.1,
    },
    "street": {(0,): -5.2, (1,): 2.3, (2,): 8.5, (3,): 15.2, (4,): 17.2, (5,): 16.9},
    "city": {(0,): -3.7, (1,): -0.9, (2,): 6.1, (3,): 11.1, (4,): 9.1},
    "code": {(0,): -4.6, (1,): 3.9, (2,): 9.5},
    "region": {(0,): -4.1, (1,): 2.1},
    "born": {(0,): -4.0, (1,): -2.9, (2,): 4.8, (3,): 15.1},
    "email": {(0,): -1.0, (1,): 18.0},
    "phone": {(0,): -0.5, (1,): 9.0},
    "company": {(0,): -1.0, (1,): 4.0},
}  # fmt: skip
"""In bits, by what is compared and how it came out."""
_ADDRESS = ("street", "city", "code", "region")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody gets post, folded as the search folds."""

    street: tuple[str, ...]
    city: str
    region: str
    code: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What two people are compared by: texts folded, numbers by their last nine digits, the date of birth in digits."""

    name: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    born: str = ""
    company_id: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """`weight` in bits, the sum of the comparisons; `because` names what speaks for the two being one, the strongest
    first: name, email, phone, address, born, company."""

    weight: float
    because: tuple[str, ...]

    @property
    def score(self) -> float:
        """Between 0 and 1; a half at the threshold."""
        return round(1 / (1 + 2 ** min(LIKELY - self.weight, 100.0)), 4)


def words(text: str | None) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORDS.findall(folded(text)[0])) if text else ()


def profile(
    name: str | None,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    places: Iterable[Mapping[str, Any]] = (),
    born: str | None = None,
    company_id: str | None = None,
) -> Profile:
    """The profile of somebody described so; a place has `street`, `city`, `region` and `postal_code`, or some of it."""
    return Profile(
        words(name),
        frozenset(each.lower() for each in emails),
        frozenset(digits for each in phones if len(digits := _digits(each.partition(";")[0])[-9:]) >= 6),
        tuple(_place(each) for each in places),
        _digits(born or ""),
        company_id,
    )


def of_row(row: Mapping[str, Any]) -> Profile:
    """The profile of a contact, from its row as a list shows it."""
    return profile(
        row["name"],
        [each["value"] for each in row["emails"] or ()],
        [each["value"] for each in row["phones"] or ()],
        row["addresses"] or (),
        born_in(row["custom"] or {}),
        row["company_id"],
    )


def born_in(custom: Mapping[str, Any]) -> str | None:
    """The date of birth among values of a tenant's own fields."""
    return next((str(custom[key]) for key in sorted(BORN & custom.keys())), None)


def likeness(one: Profile, other: Profile) -> Likeness:
    """How much speaks for the two being one. What either does not say counts for nothing."""
    found = compared(one, other)
    said = {what: WEIGHTS[what][level] for what, level in found.items() if what not in _ADDRESS}
    said["address"] = _weight({what: level for what, level in found.items() if what in _ADDRESS})
    strongest = sorted((what for what, weight in said.items() if weight > 0), key=lambda what: -said[what])
    return Likeness(round(sum(said.values()), 1), tuple(strongest))


def compared(one: Profile, other: Profile) -> Mapping[str, Level]:
    """How each comparison came out that can be made; of several addresses, those of the two that are most alike."""
    found = max((_places(a, b) for a in one.places for b in other.places), key=_weight, default=dict[str, Level]())
    if one.name and other.name:
        found["name"] = _names(one.name, other.name)
    if one.born and other.born:
        found["born"] = (max(0, 3 - damerau_levenshtein_distance(one.born, other.born)),)
    for what, mine, others in (("email", one.emails, other.emails), ("phone", one.phones, other.phones)):
        if mine and others:
            found[what] = (int(not mine.isdisjoint(others)),)
    if one.company_id is not None and other.company_id is not None:
        found["company"] = (int(one.company_id == other.company_id),)
    return found


def _weight(levels: Mapping[str, Level]) -> float:
    return sum(WEIGHTS[what][level] for what, level in levels.items())


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isdigit())


def _place(given: Mapping[str, Any]) -> Place:
    city, region = (" ".join(words(given.get(name))) for name in ("city", "region"))
    return Place(words(given.get("street")), city, region, "".join(words(given.get("postal_code"))))


def _corresponding(one: Sequence[str], other: Sequence[str]) -> list[float]:
    """How alike each word of the shorter one is to the word of the longer that it fits best."""
    shorter, left = (one, list(other)) if len(one) <= len(other) else (other, list(one))
    found: list[float] = []
    for word in shorter:
        alike = [jaro_winkler_similarity(word, each) for each in left]
        best = max(alike)
        left.pop(alike.index(best))
        found.append(best)
    return found


def _names(one: Sequence[str], other: Sequence[str]) -> Level:
    alike = sorted(_grade(each, (0.8, 0.9, 1.0)) for each in _corresponding(one, other))
    return (alike[0],) if len(alike) == 1 else (alike[-1], alike[0])


def _places(one: Place, other: Place) -> dict[str, Level]:
    found: dict[str, Level] = {}
    if one.street and other.street:
        alike = sum(each for each in _corresponding(one.street, other.street) if each > 0.85)
        share = alike * 2 / (len(one.street) + len(other.street))
        found["street"] = (5 if one.street == other.street else _grade(share, (0.3, 0.55, 0.75, 0.9)),)
    if one.city and other.city:
        alike = jaro_winkler_similarity(one.city, other.city)
        found["city"] = (4 if one.city == other.city else _grade(alike, (0.75, 0.88, 0.94)),)
    if one.code and other.code:
        found["code"] = (max(0, 2 - damerau_levenshtein_distance(one.code, other.code)),)
    if one.region and other.region:
        found["region"] = (int(one.region == other.region),)
    return found


def _grade(alike: float, bounds: Sequence[float]) -> int:
    return sum(alike >= bound for bound in bounds)
