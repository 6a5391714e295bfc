"""Which people on file are compared at all: those who share a key. Everybody has some two dozen.

Each key is made of two things that are written alike even with a slip in the others, or of one that tells people apart.
"""

from collections.abc import Iterable

from projections.crm.comparing import addressed, halves, sound
from projections.crm.likeness import Profile


def codes_of(profile: Profile) -> tuple[str, ...]:
    """How the first and the last of somebody's names sound."""
    return tuple(sorted({sound(profile.name[0]), sound(profile.name[-1])})) if profile.name else ()


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
        yield from (f"{what} {code} {which}" for what, which in halves(place) for code in codes)
        yield from addressed(place)


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
