"""How likely two companies on file are one.

How names, legal forms, addresses and countries come out has the ratios that were counted in companies that were
invented and written down twice (`tests/companies.py`), on whose pairs the threshold was chosen too
(`tests/bench/likeness.py`). What tells companies apart by itself, and regions, which no address there has, have weights
that were set by judgement: a domain, a VAT number or a page outweighs another name, a telephone number does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jellyfish import damerau_levenshtein_distance

from projections.crm.company_names import UNNAMED, Name, name_of
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
from projections.crm.hosts import hosts_of

LIKELY = 11.5
"""The weight from which on two are suggested to be one, at which the pairs that were drawn are told apart best."""

WEIGHTS: Weights = {
    "name": {(0,): -7.1, (1,): 3.3, (2,): 9.1, (3,): 8.8, (4,): 13.8, (5,): 13.6},
    "form": {(0,): -5.7, (1,): 3.2},
    "street": {(0,): -3.5, (1,): -4.5, (2,): 1.6, (3,): 7.7, (4,): 10.6, (5,): 12.2},
    "city": {(0,): -3.6, (1,): -2.3, (2,): 1.2, (3,): 4.7, (4,): 4.1},
    "code": {(0,): -3.6, (1,): -3.6, (2,): 9.6},
    "region": {(0,): -2.0, (1,): 2.0},
    "country": {(0,): -2.9, (1,): 2.6},
    "domain": {(0,): -2.0, (1,): 6.0, (2,): 19.0},
    "linkedin": {(0,): -4.0, (1,): 19.0},
    "phone": {(0,): -0.5, (1,): 9.0},
    "vat_number": {(0,): -18.0, (1,): -3.0, (2,): 20.0},
    "registration_number": {(0,): -6.0, (1,): 14.0},
}
"""Levels of names are those of `_names`; of domains, 1 is the same name under another suffix; of VAT numbers, 1 is
another country's, or a slip."""
OF_ADDRESS = (-5.0, 8.0)
"""What an address counts at least and at most: one company is in several places, and many are in one house."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What two companies are compared by. `hosts` are the domains that are their own, `parent_id` is the company above
    it."""

    name: Name = UNNAMED
    hosts: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    vat_number: str = ""
    registration_number: str = ""
    linkedin: str = ""
    places: tuple[Place, ...] = ()
    country: str = ""
    parent_id: str | None = None


def profile(
    name: str | None,
    hosts: Iterable[str] = (),
    phones: Iterable[str] = (),
    vat_number: str | None = None,
    registration_number: str | None = None,
    linkedin: str | None = None,
    places: Iterable[Mapping[str, Any]] = (),
    country: str | None = None,
    parent_id: str | None = None,
) -> Profile:
    """The profile of a company described so; a place has `street`, `city`, `region`, `postal_code`, or some of it."""
    return Profile(
        name_of(name),
        frozenset(hosts),
        numbers(phones),
        "".join(words(vat_number)),
        _registered(registration_number),
        (linkedin or "").rstrip("/").rpartition("/")[2].casefold(),
        tuple(place(each) for each in places),
        "".join(words(country)),
        parent_id,
    )


def of_row(row: Mapping[str, Any]) -> Profile:
    """The profile of a company, from its row as a list shows it."""
    return profile(
        row["name"],
        hosts_of(row["domains"], row["website"]),
        [each["value"] for each in row["phones"] or ()],
        row["vat_number"],
        row["registration_number"],
        row["linkedin"],
        row["addresses"] or (),
        row["location"],
        row["parent_id"],
    )


def likeness(one: Profile, other: Profile) -> Likeness:
    """How much speaks for the two being one. What either does not say counts for nothing. Reasons are name, form,
    domain, phone, vat_number, registration_number, linkedin, address and country."""
    return weighed(compared(one, other), WEIGHTS, LIKELY, OF_ADDRESS)


def compared(one: Profile, other: Profile) -> Mapping[str, Level]:
    """How each comparison came out that can be made. That two subsidiaries of one company have a domain or a number in
    common says nothing: they have it from that one."""
    found = compared_places(one.places, other.places, WEIGHTS)
    sisters = one.parent_id is not None and one.parent_id == other.parent_id
    if one.name.words and other.name.words:
        found["name"] = (_names(one.name, other.name),)
    if one.name.forms and other.name.forms:
        found["form"] = (int(not one.name.forms.isdisjoint(other.name.forms)),)
    if one.hosts and other.hosts and not sisters:
        found["domain"] = (_hosts(one.hosts, other.hosts),)
    if one.phones and other.phones and not sisters:
        found["phone"] = (int(not one.phones.isdisjoint(other.phones)),)
    if one.vat_number and other.vat_number:
        found["vat_number"] = (_vat_numbers(one.vat_number, other.vat_number),)
    for what in ("registration_number", "linkedin", "country"):
        mine, others = getattr(one, what), getattr(other, what)
        if mine and others:
            found[what] = (int(mine == others),)
    return found


def _registered(number: str | None) -> str:
    """A number of a register by its digits, where there are enough of them: HRB 12345 B is 12345."""
    said = digits(number or "").lstrip("0")
    return said if len(said) > 4 else "".join(words(number))


def _vat_numbers(one: str, other: str) -> int:
    if one == other:
        return 2
    one_office = one[:2] == other[:2] and one[:2].isalpha()
    return int(not one_office or damerau_levenshtein_distance(one, other) == 1)


def _names(one: Name, other: Name) -> int:
    """5: the same letters. 4: a slip, or the same words in another order. 3: words that are alike, or slips. 2: all
    words of the one, of which there are several, are in the other, or it is its initials. 1: its only word is, or half
    of its words are. 0: another name."""
    if one.joined == other.joined:
        return 5
    if sorted(one.words) == sorted(other.words):
        return 4
    slips = damerau_levenshtein_distance(one.joined, other.joined)
    share = 1 - slips / max(len(one.joined), len(other.joined))
    fits = corresponding(one.words, other.words)
    if share >= 0.88:
        return 4
    if share >= 0.8 or (len(one.words) == len(other.words) and min(fits) >= 0.88):
        return 3
    within = min(fits) >= 0.9
    if (within and len(fits) > 1) or one.joined == _initials(other) or other.joined == _initials(one):
        return 2
    return int(within or sum(grade(each, (0.9,)) for each in fits) * 2 >= max(len(one.words), len(other.words)))


def _initials(name: Name) -> str | None:
    """The first letters of three words or more."""
    return "".join(each[0] for each in name.words) if len(name.words) > 2 else None


def _hosts(one: frozenset[str], other: frozenset[str]) -> int:
    if not one.isdisjoint(other):
        return 2
    return int(not {each.partition(".")[0] for each in one}.isdisjoint(each.partition(".")[0] for each in other))
