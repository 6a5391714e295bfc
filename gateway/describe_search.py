"""What the OpenAPI document says of the box that searches everything."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.describe import AFTER, Responses, answers, query
from projections.asked import LONGEST

_TEXT: Mapping[str, Any] = {"type": "string"}
_DOC = """Each word must be found, whole or as the beginning of a word, or with a slip where nothing is found without.
Case and accents do not count. `"two words"` are found as they stand, `-word` must not be there. Numbers are found
however they are written, records by their ids too. Takes the permission to read each type, and searches what you see of
each record; types that you may not read are left out where none is named. With one type its list's filters are taken
too."""


def search(types: Sequence[str], usual: int, most: int) -> dict[str, Any]:
    """The parameters of a search."""
    of: Mapping[str, Any] = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(types)}}
    asked = query("q", "What to look for.", {**_TEXT, "minLength": 1, "maxLength": LONGEST})
    chosen = query("types", "Only these, with commas between.", of)
    counted: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    return {
        "description": _DOC,
        "parameters": [
            asked | {"required": True},
            chosen | {"style": "form", "explode": False},
            query("limit", "Records in the answer.", counted),
            *AFTER,
        ],
    }


def found() -> Responses:
    """The answers of a search."""
    part = _object({"text": _TEXT, "hit": {"type": "boolean", "description": "Whether it is what was asked."}})
    highlight = _object(
        {
            "field": _TEXT,
            "parts": {
                "type": "array",
                "items": part,
                "description": "The text, cut to where it stands when it is long.",
            },
        }
    )
    item = _object(
        {
            "type": _TEXT,
            "id": _TEXT,
            "path": {"type": "string", "description": "Where the record is."},
            "title": {"type": ["string", "null"], "description": "What names it; null where you may not see that."},
            "highlights": {"type": "array", "items": highlight},
            "parked": {"type": "boolean", "description": "Whether an event of it waits, so that this may be old."},
        }
    )
    count = _object(
        {
            "found": {"type": "integer", "minimum": 0},
            "more": {"type": "boolean", "description": "Whether there are more than were counted."},
        }
    )
    suggest = {"type": "array", "items": _TEXT, "description": "What may have been meant, in words of these records."}
    building = {"type": "array", "items": _TEXT, "description": "Types that are built anew, and were not searched."}
    answer = _object(
        {
            "items": {"type": "array", "items": item, "description": "The best first, whatever their type."},
            "counts": {"type": "object", "additionalProperties": count, "description": "How many there are, by type."},
            "suggest": suggest,
            "building": building,
        }
    )
    return answers(answer)


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object that has all of these, and nothing else."""
    named = {name: dict(schema) for name, schema in properties.items()}
    return {"type": "object", "required": list(named), "properties": named, "additionalProperties": False}
