"""Which people on file are compared at all: those who share a key. Everybody has some two dozen.

Each key is made of two things that are written alike even with a slip in the others, or of one that tells people apart.
"""

from collections.abc import Iterable

from jellyfish import soundex

from projections.crm.likeness import Place, Profile


def codes_of(profile: Profile) -> tuple[str, ...]:
    """How the first and the last of somebody's names sound."""
    return tuple(sorted({_sound(profile.name[0]), _sound(profile.name[-1])})) if profile.name else ()


def keys_of(profile: Profile) -> tuple[str, ...]:
    """All keys of somebody, in order."""
    codes = codes_of(profile)
    return tuple(sorted({*described(profile), *joint(codes, profile.born, profile.company_id)}))


def described(profile: Profile) -> Iterable[str]:
    """The keys that follow from names, addresses and numbers."""
    codes = codes_of(profile)
    yield from (f"email {each}" for each in profile.emails)
    yield from (f"phone {each}" for each in profile.phones)
    if len(codes) == 2:
        yield f"names {' '.join(codes)}"
    for place in profile.places:
        yield from _at(place, codes)


def joint(codes: Iterable[str], born: str, company_id: str | None) -> Iterable[str]:
    """The keys that follow from what is told apart from these, with how the names sound."""
    if born:
        yield f"born {born}"
    for code in codes:
        if len(born) == 8:
            yield f"year {code} {born[:4]}"
            yield f"day {code} {born[4:]}"
        if company_id is not None:
            yield f"company {code} {company_id}"


def _at(place: Place, codes: Iterable[str]) -> Iterable[str]:
    street = next((_sound(each) for each in place.street if each.isalpha()), None)
    number = next((each for each in place.street if each.isdigit()), None)
    city = _sound("".join(place.city.split())) if place.city else None
    for code in codes:
        if place.code:
            yield f"code {code} {place.code}"
        if city:
            yield f"city {code} {city}"
    if street and place.code:
        yield f"street {street} {place.code}"
    if street and number:
        yield f"number {street} {number}"


def _sound(word: str) -> str:
    """Soundex, which knows English letters alone; other words stand for themselves."""
    return soundex(word) if word.isascii() and word.isalpha() else word
