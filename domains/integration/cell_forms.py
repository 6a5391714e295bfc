"""How numbers and dates are written in cells. Each reader gives None for what is not written so.

Only what cannot be misread is taken, unless whoever sends the file says how it is written: `decimal` is the sign before
the decimals (then digits may stand in groups of three), `dates` the order of day, month and year.
"""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

DECIMALS = (".", ",")
DATES = ("ymd", "dmy", "mdy")

_PLAIN = re.compile(r"[+-]?\d{1,15}(\.\d{1,4})?", re.ASCII)
_GROUPED = {
    ".": re.compile(r"[+-]?(\d{1,15}|\d{1,3}([, '\u2019\u00a0\u202f])\d{3}(\2\d{3}){0,3})(\.\d{1,4})?", re.ASCII),
    ",": re.compile(r"[+-]?(\d{1,15}|\d{1,3}([. '\u2019\u00a0\u202f])\d{3}(\2\d{3}){0,3})(,\d{1,4})?", re.ASCII),
}
_GROUPS = re.compile(r"[ '\u2019\u00a0\u202f]")
_DAY = re.compile(
    r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]m)?)?",
    re.ASCII | re.IGNORECASE,
)


def number(cell: str, decimal: str | None) -> Decimal | None:
    """An amount of at most 15 digits before the decimals and 4 of them."""
    if decimal is None:
        return Decimal(cell) if _PLAIN.fullmatch(cell) else None
    if not _GROUPED[decimal].fullmatch(cell):
        return None
    digits = _GROUPS.sub("", cell).replace("," if decimal == "." else ".", "")
    return Decimal(digits.replace(",", "."))


def moment(cell: str, dates: str | None) -> datetime | None:
    """A day, which begins at midnight UTC, or a time. One without a zone is UTC where the order of dates is said, and
    none where it is not. A date that begins with its year is understood in any order."""
    at = _iso(cell, dates is not None)
    if at is None and dates is not None:
        at = _ordered(cell, dates)
    return at if at is None or 1 < at.year < 9999 else None


def _iso(cell: str, zoneless: bool) -> datetime | None:
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return None
    if at.tzinfo is not None:
        return at.astimezone(UTC) if 1 < at.year < 9999 else None
    return at.replace(tzinfo=UTC) if zoneless or len(cell) <= 10 else None


def _ordered(cell: str, dates: str) -> datetime | None:
    """A date in this order with its time, if it has one. Years have four digits: two could be anything."""
    found = _DAY.fullmatch(cell)
    if found is None:
        return None
    order = "ymd" if len(found[1]) == 4 else dates
    parts = dict(zip(order, found.group(1, 2, 3), strict=True))
    if len(parts["y"]) != 4 or len(parts["d"]) > 2:
        return None
    hour, half = int(found[4] or 0), (found[7] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        year, month, day = (int(parts[name]) for name in "ymd")
        return datetime(year, month, day, hour, int(found[5] or 0), int(found[6] or 0), tzinfo=UTC)
    except ValueError:
        return None


def same_name(name: str) -> str:
    """The form in which two spellings of one name are equal: case and spaces do not count."""
    return " ".join(name.casefold().split())


def plain(words: str) -> str:
    """The form in which two writings of one name are equal: case, accents and signs do not count."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(letter if letter.isalnum() else " " for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(letters.split())
