"""What a password must be (NIST SP 800-63B, 3.1.1.2): long, not easy to guess, and nothing else."""

import unicodedata
from collections.abc import Iterable

from zxcvbn import zxcvbn

from gateway.problems import Problem

SHORTEST = 12
LONGEST = 256
STRONG = 3
"""On zxcvbn's scale from 0 to 4: more than 10^8 guesses for whoever knows common passwords, words, names, dates and
keyboards."""
_LOOKED_AT = 72
"""Characters that are estimated: it takes longer than their number, and so many are beyond guessing or no excuse."""


def normalised(password: str) -> str:
    """The same password, whichever keyboard it was typed on (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password)


def chosen(password: str, about: Iterable[str]) -> str:
    """A password that somebody chose, as it is hashed; `about` are words that others would try for them first. A 422
    problem says what is wrong with one that will not do."""
    given = normalised(password)
    if len(given) < SHORTEST:
        raise _refused("password_too_short", f"A password has at least {SHORTEST} characters; some words will do.")
    if len(given) > LONGEST:
        raise _refused("password_too_long", f"A password has at most {LONGEST} characters; shorten it.")
    if zxcvbn(given[:_LOOKED_AT], [each for each in about if each])["score"] < STRONG:
        detail = "Others would guess this password soon; take several words that do not belong together."
        raise _refused("password_easy", detail)
    return given


def _refused(code: str, detail: str) -> Problem:
    return Problem(422, code, detail, "password")
