"""Texts that begin so, or have this in them, as Elasticsearch is asked for them."""

from typing import Any

LONGEST = 200
"""Characters of a pattern: of many more, Elasticsearch makes no question."""


def like(field: str, before: str, text: str, *, wide: bool) -> dict[str, Any]:
    """Values of a field that begin with a pattern and this text, whose own characters mean nothing but themselves. The
    case of ASCII alone is ignored there: for other characters any will do where that lets more in (`wide`), and so will
    any end of a long text."""
    if len(text) > LONGEST and not wide:
        return {"match_none": {}}
    said = "".join(_literally(each, wide=wide) for each in text[:LONGEST])
    return {"wildcard": {field: {"value": f"{before}{said}*", "case_insensitive": True}}}


def _literally(letter: str, *, wide: bool) -> str:
    if wide and not letter.isascii():
        return "?"
    return f"\\{letter}" if letter in "\\*?" else letter
