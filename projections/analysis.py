"""How the index takes texts apart. A searched column is indexed four ways, for what is asked of it:

- its words, and for the column that names a record its text as a whole, and how that begins;
- beginnings of words, so that "acm" finds Acme;
- digits, four at a time, so that a number is found however it was written.

Folded alike are case, accents, ß and ss, the Turkish i's, the Greek sigmas, the two Russian e's. "O'Brien", "Kan-code",
"AT&T" and "jane.doe@acme.com" are found by each part, and by the parts as one word. Chinese, Japanese and Korean are
found by any two characters that follow each other. Only what every Elasticsearch 8 has is used: no plugins.
"""

from collections.abc import Mapping
from typing import Any

from projections.model import ReadModel

LONGEST_BEGINNING = 20
_LONGEST_NAME = 256
# The tokenizer parts words at hyphens for good, while at underscores it leaves that to the filters, which put the parts
# together as well. And the Russian e that has dots is the one without.
_LETTERS = ("\u0451 => \u0435", "\u0401 => \u0415", "- => _", "& => _")
_APART: Mapping[str, Any] = {"type": "word_delimiter_graph", "split_on_case_change": False, "split_on_numerics": False}
# Parts first, while words are as they were written. Folding comes last, since pairs are made of what is not Latin.
_FOLDS = ("cjk_width", "lower", "cjk_bigram", "asciifolding")
_BARE: Mapping[str, Any] = {"norms": False, "index_options": "docs"}
_NAME_FOLDS = ("cjk_width", "lower", "asciifolding")


def _analyzer(*filters: str) -> dict[str, Any]:
    return {"type": "custom", "char_filter": ["letters"], "tokenizer": "standard", "filter": list(filters)}


def _whole(*filters: str) -> dict[str, Any]:
    return {"type": "custom", "tokenizer": "keyword", "filter": [*_NAME_FOLDS, *filters]}


def analysis() -> dict[str, Any]:
    """The `analysis` of an index's settings. Texts go through `words` and `beginnings`, what is asked of them through
    `asked` and `begun`; how a name begins through `name_beginnings` and `name_begun`."""
    together = ("apart_and_together", "flatten_graph", *_FOLDS)
    return {
        "char_filter": {
            "letters": {"type": "mapping", "mappings": list(_LETTERS)},
            "only_digits": {"type": "pattern_replace", "pattern": "[^0-9]+", "replacement": ""},
        },
        "tokenizer": {"fours": {"type": "ngram", "min_gram": 4, "max_gram": 4}},
        "filter": {
            "apart": _APART,
            "apart_and_together": {**_APART, "catenate_all": True},
            "lower": {"type": "lowercase", "language": "greek"},  # as any other, and Greek without its accents
            "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": LONGEST_BEGINNING},
            "begun": {"type": "truncate", "length": LONGEST_BEGINNING},
        },
        "analyzer": {
            "words": _analyzer(*together),
            "beginnings": _analyzer(*together, "beginnings"),
            "asked": _analyzer("apart", *_FOLDS),
            "begun": _analyzer("apart", *_FOLDS, "begun"),
            "name_beginnings": _whole("beginnings"),
            "name_begun": _whole("begun"),
            "digits": {"type": "custom", "char_filter": ["only_digits"], "tokenizer": "fours", "filter": []},
        },
        "normalizer": {"name": {"type": "custom", "filter": list(_NAME_FOLDS)}},
    }


def text_field(model: ReadModel, name: str) -> dict[str, Any]:
    """The mapping of a searched column."""
    fields: dict[str, Any] = {
        "begin": {"type": "text", "analyzer": "beginnings", "search_analyzer": "begun", "norms": False},
        "digits": {"type": "text", "analyzer": "digits", "norms": False},
    }
    if name == title_of(model):
        fields["whole"] = {"type": "keyword", "normalizer": "name", "ignore_above": _LONGEST_NAME}
        # A question after a beginning would look up each name that begins so; this looks up one term.
        fields["starts"] = {"type": "text", "analyzer": "name_beginnings", "search_analyzer": "name_begun", **_BARE}
    return {"type": "text", "analyzer": "words", "search_analyzer": "asked", "norms": False, "fields": fields}


def title_of(model: ReadModel) -> str:
    """The searched column that names a record: the first one."""
    return model.search[0]
