"""Why a record was found: where in its texts what was asked stands. Marked are texts that the answer shows anyway, so
that nothing that is hidden can show through; and as parts rather than markup, so that nothing in a text can become any.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jellyfish import damerau_levenshtein_distance

from projections.asked import LEAST_SLIPPED, Asked
from projections.folding import folded, unspaced

LONGEST = 160
"""Characters that are shown of a text at most."""
_BEFORE = 40
_LOOKED_AT = 2000
"""Characters in which what was asked is looked for, so that a long text takes no long time."""
_WORD = re.compile(r"[^\W_]+")
_SLIPS = ((8, 2), (LEAST_SLIPPED, 1))
"""As many slips as the search forgives, by the least length of a word."""
_LEAST_SLIPPED_BEGINNING = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `hit` says that it is what was asked."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, and where it stands in the folded text."""

    folded: str
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and what it is to the search: folded, with the place that each folded character came from."""

    shown: str
    folded: str
    places: Sequence[int]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """A stretch of the folded text as one of the text itself, accents that are characters of their own included."""
        after = self.places[end] if end < len(self.places) else len(self.shown)
        return self.places[begin], max(after, self.places[end - 1] + 1)

    def words(self, letter: str = "") -> Iterator[Word]:
        """Its words, in order, or those that begin with a letter: to find these takes less than to look at each."""
        for found in (_beginning(letter) if letter else _WORD).finditer(self.folded):
            yield Word(found[0], found.start())

    def span_of(self, word: Word) -> tuple[int, int]:
        """Where a word stands in the text itself."""
        return self.span(word.at, word.at + len(word.folded))


@lru_cache(maxsize=1024)
def _beginning(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(letter)}[^\W_]*")


@dataclass(frozen=True, slots=True)
class _Sought:
    """What was asked, as it is looked for in folded texts: parts of words, and phrases in parts."""

    words: Sequence[str]
    phrases: Sequence[Sequence[str]]
    digits: str


def text_of(shown: str) -> Text:
    """The text as the search sees it."""
    return Text(shown, *folded(shown))


def highlights(asked: Asked, texts: Mapping[str, str], most: int) -> list[tuple[str, list[Part]]]:
    """The first texts, `most` of them, in which something of what was asked stands: by name, each in parts, long ones
    cut to where it stands."""
    found: list[tuple[str, list[Part]]] = []
    words, phrases = [part for word in asked.words for part in _parts(word)], [_parts(each) for each in asked.phrases]
    sought = _Sought(words, phrases, asked.digits)
    for name, shown in texts.items():
        if len(found) == most:
            break
        if spans := _joined(_spans(sought, text_of(shown[:_LOOKED_AT]))):
            found.append((name, _cut(shown, spans)))
    return found


def completed(asked: Asked, texts: Sequence[str]) -> str | None:
    """What was asked with each word as these texts have it, such as "Acme gamma" for "acm gama"; None where one of the
    words does not stand in them."""
    read = [text_of(each[:_LOOKED_AT]) for each in texts]
    said: list[str] = []
    for word in asked.words:
        (whole, *more) = _parts(word) or [""]
        candidates = ((*each, at) for at, text in enumerate(read) for each in _candidates(whole, text))
        best = min(candidates, key=lambda each: (each[0], each[-1]), default=None)
        if more or best is None:
            return None
        said.append(best[1])
    return " ".join(said)


def _candidates(asked: str, text: Text) -> Iterator[tuple[int, str]]:
    """Words of the text that are what was asked: (how well, the word as it is shown)."""
    for word in text.words(asked[:1]):
        rank = _rank(asked, word.folded)
        if rank is not None and not unspaced(word.folded):
            yield rank, text.shown[slice(*text.span_of(word))]


def _rank(asked: str, word: str) -> int | None:
    """0 for the word itself, 1 for a word that begins so, 2 for a near one, 3 for one that nearly begins so."""
    if not asked or asked[0] != word[0]:
        return None
    if word == asked:
        return 0
    if word.startswith(asked):
        return 1
    if any(map(str.isdigit, asked)):
        return None
    slips = next((slips for least, slips in _SLIPS if len(asked) >= least), 0)
    if within(asked, word, slips):
        return 2
    beginnings = (word[: len(asked) + change] for change in (-1, 0, 1))
    nearly = len(asked) >= _LEAST_SLIPPED_BEGINNING and any(within(asked, each, 1) for each in beginnings)
    return 3 if nearly else None


def within(asked: str, word: str, slips: int) -> bool:
    """Whether so many slips lead from one word to the other: a letter more, less, another, or two changed round
    (optimal string alignment)."""
    if abs(len(asked) - len(word)) > slips or damerau_levenshtein_distance(asked, word) > slips:
        return False  # that counts no more, since it may change letters round that were changed already
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, letter in enumerate(asked, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(word, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == word[j - 2] and other == asked[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1] <= slips


def _spans(sought: _Sought, text: Text) -> Iterator[tuple[int, int]]:
    for word in sought.words:
        yield from _standing(word, text) if unspaced(word) else _words(word, text)
    for phrase in sought.phrases:
        yield from _phrase(phrase, text)
    if sought.digits:
        yield from _digits(sought.digits, text)


def _parts(word: str) -> list[str]:
    return _WORD.findall(folded(word)[0])


def _words(asked: str, text: Text) -> Iterator[tuple[int, int]]:
    """Of a word that begins so, the beginning; of a near one, all of it. The near ones only where there is no other."""
    ranked = [(rank, word) for word in text.words(asked[0]) if (rank := _rank(asked, word.folded)) is not None]
    best = min((rank for rank, _ in ranked), default=0)
    for rank, word in ranked:
        if rank <= 1:
            yield text.span(word.at, word.at + len(asked))
        elif rank == best:
            yield text.span_of(word)


def _standing(asked: str, text: Text) -> Iterator[tuple[int, int]]:
    at = text.folded.find(asked)
    while at >= 0:
        yield text.span(at, at + len(asked))
        at = text.folded.find(asked, at + len(asked))


def _phrase(asked: Sequence[str], text: Text) -> Iterator[tuple[int, int]]:
    if len(asked) == 1 and unspaced(asked[0]):
        yield from _standing(asked[0], text)
        return
    words = list(text.words())
    for at in range(len(words) - len(asked) + 1 if asked else 0):
        stretch = words[at : at + len(asked)]
        if [word.folded for word in stretch] == [*asked]:
            yield text.span(stretch[0].at, stretch[-1].at + len(asked[-1]))


def _digits(asked: str, text: Text) -> Iterator[tuple[int, int]]:
    places = [at for at, character in enumerate(text.folded) if character in "0123456789"]
    at = "".join(text.folded[place] for place in places).find(asked)
    if at >= 0:
        yield text.span(places[at], places[at + len(asked) - 1] + 1)


def _joined(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, and those that touch as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined


def _cut(shown: str, spans: Sequence[tuple[int, int]]) -> list[Part]:
    """The text in parts; of a long one, what stands around the first span, with … where something is left out."""
    first = 0 if len(shown) <= LONGEST else max(0, spans[0][0] - _BEFORE)
    last = min(len(shown), first + LONGEST)
    parts = [Part("…", False)] if first else []
    at = first
    for begin, end in spans:
        if begin >= last:
            break
        parts += [Part(shown[at:begin], False)] if begin > at else []
        parts.append(Part(shown[begin : min(end, last)], True))
        at = min(end, last)
    parts += [Part(shown[at:last], False)] if last > at else []
    return [*parts, Part("…", False)] if last < len(shown) else parts
