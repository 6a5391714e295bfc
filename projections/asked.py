"""What somebody typed into a search box, taken apart. No text is wrong: quotes and a minus mean something, nothing else
does, and what has no letter or digit is passed over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from projections.folding import plain
from projections.question import QueryError

LONGEST = 500
"""Characters at most."""
MOST = 20
"""Words and phrases at most: each is some twenty questions to the index."""

LEAST_SLIPPED = 4
"""Characters of a word in which a slip is forgiven."""

_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»\uff02〝〞", '"'), "\u2212": "-"})
_PIECE = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)')
_BETWEEN = re.compile(r"[,;/|]+")
_PHONE = re.compile(r"\+?[0-9 ().\-/]{5,40}")
_LEAST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` are each to be found, whole, as a beginning, or nearly; `phrases` as they stand; nothing of `without`.

    `text` is all that is looked for in the order in which it was typed. `digits` are those of what looks like a phone
    number, without what callers dial before it; empty for anything else.
    """

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    without: tuple[str, ...]
    digits: str

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)

    @property
    def may_hold_slips(self) -> bool:
        """Whether some word may be another one by a slip: numbers and short words are as they are."""
        return any(len(word) >= LEAST_SLIPPED and not any(map(str.isdigit, word)) for word in self.words)


def taken_apart(q: str) -> Asked:
    """What is asked by `q`; false when there is nothing to look for. Raises QueryError(bad_value) for what is empty,
    too long, or only leaves something out."""
    if not q.strip() or len(q) > LONGEST:
        raise QueryError("bad_value", f"q must be some words, at most {LONGEST} characters", "q")
    text = plain(q).translate(_QUOTES).strip()
    found = list(_pieces(text))
    if len(found) > MOST:
        raise QueryError("bad_value", f"q holds more than {MOST} words; leave out some", "q")
    asked = Asked(
        text=" ".join(said for kind, said in found if kind != "without"),
        words=tuple(said for kind, said in found if kind == "word"),
        phrases=tuple(said for kind, said in found if kind == "phrase"),
        without=tuple(said for kind, said in found if kind == "without"),
        digits=_digits(text),
    )
    if asked.without and not asked:
        raise QueryError("bad_value", "q only leaves something out; say as well what to look for", "q")
    return asked


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(word, phrase or without; what was said)."""
    for piece in _PIECE.finditer(text):
        phrase, word = piece["phrase"], piece["word"]
        if phrase is not None:
            if _says_something(phrase):
                yield "without" if piece["minus"] else "phrase", phrase.strip()
            continue
        left_out = word.startswith("-")
        for part in _BETWEEN.split(word.removeprefix("-")):
            if _says_something(part):
                yield "without" if left_out else "word", part


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _digits(text: str) -> str:
    """A number as somebody abroad and somebody at home write it ends in the same digits: those before are let go, the
    international and the national zeros."""
    if not _PHONE.fullmatch(text):
        return ""
    digits = re.sub(r"[^0-9]", "", text.replace("(0)", "")).lstrip("0")
    return digits if len(digits) >= _LEAST_DIGITS else ""
