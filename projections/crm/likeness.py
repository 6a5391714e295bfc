"""How likely two people on file are one.

Names, addresses and birth dates have the ratios that were counted in FEBRL 2, on whose pairs the threshold was chosen
too (`tests/bench/likeness.py`). What it has nothing of, email addresses, numbers and companies, has weights that were
set by judgement: an address of one's own outweighs another name, a number does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jellyfish import damerau_levenshtein_distance

from projections.crm.comparing import (
    Level,
    Likeness,
    Place,
    Weights,
    compared_places,
    corresponding,
    digits,
    grade,
    numbers,
    place,
    weighed,
    words,
)

LIKELY = 13.0
"""The weight from which on two are suggested to be one, at which the pairs of FEBRL 2 are told apart best."""
BORN = frozenset({"born", "birthday", "birthdate", "birth_date", "date_of_birth", "dob"})
"""The keys of a tenant's own field, any of which holds the date of birth."""

WEIGHTS: Weights = {
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
"""Of names a level says how alike the best and the worst pair of words are."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What two people are compared by: texts folded, numbers by their last nine digits, the date of birth in digits."""

    name: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    born: str = ""
    company_id: str | None = None


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
        numbers(phones),
        tuple(place(each) for each in places),
        digits(born or ""),
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
    """How much speaks for the two being one. What either does not say counts for nothing. Reasons are name, email,
    phone, address, born and company."""
    return weighed(compared(one, other), WEIGHTS, LIKELY)


def compared(one: Profile, other: Profile) -> Mapping[str, Level]:
    """How each comparison came out that can be made."""
    found = compared_places(one.places, other.places, WEIGHTS)
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


def _names(one: Sequence[str], other: Sequence[str]) -> Level:
    alike = sorted(grade(each, (0.8, 0.9, 1.0)) for each in corresponding(one, other))
    return (alike[0],) if len(alike) == 1 else (alike[-1], alike[0])
