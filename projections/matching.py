"""What of a document makes it found, and how well: the one place where a search is said in Elasticsearch's terms.

Each word must be found in some column: whole, as the beginning of a word or, where slips are forgiven, nearly. What a
find is worth is a constant, whatever else there is in the index: so that types, tenants and shards are measured alike,
and equals are ordered by when they changed. A whole word is worth more than a beginning, a beginning more than a near
word, and each more in the column that names the record.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from projections.analysis import title_of
from projections.asked import LEAST_SLIPPED, Asked
from projections.folding import unspaced
from projections.model import ReadModel
from projections.select import class_of, names_above
from projections.visible import EVERYTHING, Sight, Visible, all_of, as_search

Query = dict[str, Any]

# All are halves, which add up exactly: equals are equal.
_ID = 40
_WHOLE_NAME = 20
_PHONE = 10
_WORD_OF_NAME, _WORD = 8, 5
_BEGINNING_OF_NAME, _BEGINNING = 4, 2.5
_NEAR_NAME, _NEAR = 1.5, 1
_NEAR_BEGINNING = 0.5
_NAME_BEGINS_SO = _TOGETHER = 0.5

_SLIPS = f"AUTO:{LEAST_SLIPPED},8"
"""One slip in words of some length, two in those of eight characters and more."""
_LEAST_SLIPPED_BEGINNING = 5
_NEAREST = 20
"""Words that are taken for one with a slip, at most: each is a question of its own to the index, which bounds them."""
_LEAST_ID = 6
_LONGEST_ID = 200
"""Characters: of more, Elasticsearch makes no question about beginnings."""


def matching(model: ReadModel, asked: Asked, sight: Sight, *, slips: bool = False) -> Query:
    """Which documents are found. A record is found by what is seen of it: by all columns where all are seen, elsewhere
    by those that everybody sees, and not by what one above it is called where that may not be in sight. With `slips`
    near words are found as well, which costs many times as much."""
    if not asked:
        return {"match_none": {}}
    above = names_above(model, sight)
    names = [name for name in model.search if name not in above]
    open_ = [name for name in names if sight.of(class_of(model, name)) == EVERYTHING]
    if len(open_) == len(names):
        return _found(model, open_, asked, slips)
    all_seen = records(model, all_of(*(sight.of(class_of(model, name)) for name in names)))
    either: list[Query] = [{"bool": {"must": [_found(model, names, asked, slips)], "filter": [all_seen]}}]
    if open_:
        either.append({"bool": {"must": [_found(model, open_, asked, slips)], "must_not": [all_seen]}})
    return {"bool": {"should": either, "minimum_should_match": 1}}


def records(model: ReadModel, visible: Visible) -> Query:
    """A condition on records, as a filter on documents."""
    return as_search(visible, lambda attribute: f"exact.{model.access[attribute]}")


def _found(model: ReadModel, names: Sequence[str], asked: Asked, slips: bool) -> Query:
    title = title_of(model) if title_of(model) in names else None
    words = {
        "bool": {
            "must": [
                *(_word(title, names, word, slips) for word in asked.words),
                *(_best(_exact(title, names, phrase)) for phrase in asked.phrases),
            ],
            "should": _closer(title, names, asked),
            "must_not": [_phrase(_fields(names), each) for each in asked.without],
        }
    }
    return _best([words, *_number(names, asked), *_id(asked)])


def _word(title: str | None, names: Sequence[str], word: str, slips: bool) -> Query:
    ways = [*_exact(title, names, word), *_standing(title, names, ".begin", word, _BEGINNING_OF_NAME, _BEGINNING)]
    if not slips or any(map(str.isdigit, word)):
        return _best(ways)  # another number is another thing
    ways += [_worth(_NEAR_NAME if name == title else _NEAR, _near(f"text.{name}", word, _SLIPS)) for name in names]
    if title is not None and len(word) >= _LEAST_SLIPPED_BEGINNING and not unspaced(word):
        ways.append(_worth(_NEAR_BEGINNING, _near(f"text.{title}.begin", word, 1)))
    return _best(ways)


def _exact(title: str | None, names: Sequence[str], phrase: str) -> list[Query]:
    """The ways in which the words stand as they are. A word may be several to the index, as an address is."""
    return _standing(title, names, "", phrase, _WORD_OF_NAME, _WORD)


def _standing(
    title: str | None, names: Sequence[str], of: str, text: str, worth_of_name: float, worth: float
) -> list[Query]:
    """Where a text stands: in the column that names the record, which is looked into once, or in another."""
    others = [name for name in names if name != title]
    found = [] if title is None else [_worth(worth_of_name, _phrase(_fields([title], of), text))]
    return [*found, _worth(worth, _phrase(_fields(others, of), text))] if others else found


def _closer(title: str | None, names: Sequence[str], asked: Asked) -> list[Query]:
    """What is better than words anywhere."""
    closer: list[Query] = []
    if title is not None:
        closer.append(_worth(_WHOLE_NAME, {"term": {f"text.{title}.whole": {"value": asked.text}}}))
        closer.append(_worth(_NAME_BEGINS_SO, {"match": {f"text.{title}.starts": {"query": asked.text}}}))
    if len(asked.words) + len(asked.phrases) > 1:
        closer.append(_worth(_TOGETHER, _phrase(_fields(names, ".begin"), asked.text)))
    return closer


def _number(names: Sequence[str], asked: Asked) -> list[Query]:
    return [_worth(_PHONE, _phrase(_fields(names, ".digits"), asked.digits))] if asked.digits else []


def _id(asked: Asked) -> list[Query]:
    """By a record's id, or the beginning of one, where that is all that is asked."""
    if asked.words != (asked.text,) or asked.without or len(asked.text) > _LONGEST_ID:
        return []
    found = [_worth(_ID, {"term": {"id": {"value": asked.text}}})]
    if len(asked.text) >= _LEAST_ID:
        found.append(_worth(_BEGINNING, {"prefix": {"id": {"value": asked.text, "case_insensitive": True}}}))
    return found


def _fields(names: Sequence[str], of: str = "") -> list[str]:
    return [f"text.{name}{of}" for name in names]


def _phrase(fields: Sequence[str], text: str) -> Query:
    return {"multi_match": {"query": text, "type": "phrase", "fields": list(fields)}}


def _near(field: str, word: str, slips: str | int) -> Query:
    """The nearest words of a column. The first letter is as it was typed, so that few words are compared."""
    slipped = {"fuzziness": slips, "prefix_length": 1, "max_expansions": _NEAREST, "operator": "and"}
    return {"match": {field: {"query": word, **slipped}}}


def _worth(worth: float, query: Mapping[str, Any]) -> Query:
    return {"constant_score": {"filter": dict(query), "boost": worth}}


def _best(ways: Sequence[Query]) -> Query:
    return {"dis_max": {"queries": list(ways)}}
