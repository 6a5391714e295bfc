"""Texts as the search compares them: without case, accents and characters that show nothing.

The index folds by filters of its own (`projections.analysis`). What is marked in an answer is found by the folding
here, which folds no less.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_LETTERS = {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
"""Letters that Unicode takes apart no further, as Lucene's ASCII folding has them."""


def plain(text: str) -> str:
    """The text composed (NFC), with control characters as spaces, and without marks of direction, joiners and whatever
    else shows nothing. Documents hold texts so, and questions are asked so."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text  # as nearly all are
    return unicodedata.normalize("NFC", "".join(map(_shown, text)))


def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" | "Co":
            return ""
        case _:
            return character


def folded(text: str) -> tuple[str, Sequence[int]]:
    """(the folded text, for each of its characters the index of the one in `text` that it came from)."""
    if text.isascii() and text.isprintable():
        return text.lower(), range(len(text))  # as most are
    parts = [_folded(character) for character in text]
    places = [place for place, part in enumerate(parts) for _ in part]
    return "".join(parts), places


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character.casefold())
    return "".join(_LETTERS.get(c, c) for c in parts if not unicodedata.combining(c) and _shown(c))


def unspaced(text: str) -> bool:
    """Whether it holds Chinese, Japanese or Korean, which is not written, or not asked for, word by word. Of folded
    text too, in which Korean is taken apart into letters."""
    if text.isascii():
        return False
    return any("\u1100" <= c <= "\u11ff" or "\u2e80" <= c <= "\ud7ff" or "\uf900" <= c <= "\ufaff" for c in text)
