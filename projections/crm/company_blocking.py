"""Which companies on file are compared at all: those who share a key. Each has a dozen or so.

A key is a domain or a number, the name or how it begins, how two of its words sound, or how one sounds together with
the postal code or the place; or street and postal code, or street and number.
"""

from collections.abc import Iterable
from itertools import combinations

from projections.crm.company_likeness import Profile
from projections.crm.company_names import Name
from projections.crm.comparing import addressed, halves, sound

_WORDS = 3
"""Of a name, those that come first, by which it is looked for."""
_BEGIN = 5
"""Letters that a name begins with."""


def codes_of(name: Name) -> tuple[str, ...]:
    """How the first words of a name sound, in order."""
    return tuple(dict.fromkeys(sound(each) for each in name.words[:_WORDS]))


def keys_of(profile: Profile) -> tuple[str, ...]:
    """All keys of a company, in order."""
    codes = codes_of(profile.name)
    return tuple(sorted({*named(profile.name), *described(profile), *joint(codes, places_of(profile))}))


def named(name: Name) -> Iterable[str]:
    """The keys that follow from the name alone."""
    codes = codes_of(name)
    if codes:
        yield f"name {name.joined}"
        yield f"first {codes[0]}"
        yield f"begin {name.joined[:_BEGIN]}"
    if len(name.words) > 2:
        yield f"name {''.join(each[0] for each in name.words)}"
    yield from (f"names {one} {other}" for one, other in combinations(sorted(codes), 2))


def described(profile: Profile) -> Iterable[str]:
    """The keys that follow from all but the name."""
    yield from (f"domain {each}" for each in profile.hosts)
    yield from (f"phone {each}" for each in profile.phones)
    for what in ("vat_number", "registration_number", "linkedin"):
        if which := getattr(profile, what):
            yield f"{what} {which}"
    for place in profile.places:
        yield from addressed(place)


def places_of(profile: Profile) -> tuple[str, ...]:
    """The places that tell companies apart together with how their names sound."""
    return tuple(sorted({f"{what} {which}" for place in profile.places for what, which in halves(place)}))


def joint(codes: Iterable[str], places: Iterable[str]) -> Iterable[str]:
    """The keys that follow from the name and a place."""
    known = tuple(places)
    yield from (f"{place} {code}" for code in codes for place in known)
