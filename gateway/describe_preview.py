"""What the OpenAPI document says of the preview of a file."""

from collections.abc import Sequence
from typing import Any

from gateway.describe import Responses, json_answer, path, problems

_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}
_NUMBER = {"type": "integer", "minimum": 0}
_LOOKS = ["blank", "integer", "number", "date", "email", "phone", "yes_no", "text"]


def preview(targets: Sequence[str]) -> dict[str, Any]:
    """The parameters of a preview."""
    target = {
        "name": "target",
        "in": "query",
        "required": True,
        "description": "What the rows are to become.",
        "schema": {"type": "string", "enum": list(targets)},
    }
    encoding = {
        "name": "encoding",
        "in": "query",
        "description": "What lines are in that are no UTF-8; found from the file when left out.",
        "schema": {**_TEXT, "examples": ["cp1252"]},
    }
    hash = path("hash", {"type": "string", "pattern": "^[0-9a-f]{64}$"})
    return {"parameters": [hash, target, encoding]}


def previewed() -> Responses:
    """The answers of a preview."""
    seen = _object(
        target=_TEXT,
        format={"type": "string", "enum": ["csv", "xlsx"]},
        encoding=_MAYBE,
        fallback={**_MAYBE, "description": "What lines that are no UTF-8 are read in."},
        delimiter=_MAYBE,
        rows={**_NUMBER, "description": "Rows that were gone through."},
        more={"type": "boolean", "description": "Whether there are others beyond them."},
        columns={
            "type": "array",
            "items": _object(name=_TEXT, looks={"type": "string", "enum": _LOOKS}, samples=_TEXTS, field={**_MAYBE}),
        },
        first={"type": "array", "items": _TEXTS, "description": "The first rows."},
        problems={"type": "array", "items": _object(line=_NUMBER, code=_TEXT, reason=_TEXT)},
        guessed={"type": "array", "items": _NUMBER, "description": "Lines that are no UTF-8, the first of them."},
        missing={**_TEXTS, "description": "Fields that every record needs and no column fills."},
        ignored={**_TEXTS, "description": "Columns that fill no field."},
        undecided={**_TEXTS, "description": "What is left open: decimal, dates or pipeline. Say it when you start."},
        suggested=_object(
            target=_TEXT,
            mapping={"type": "object", "additionalProperties": _TEXT},
            values={"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _TEXT}},
            decimal=_MAYBE,
            dates=_MAYBE,
        ),
    )
    return {200: json_answer("What the file holds.", seen), **problems(400, 404, 410, 414, 422, 503)}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
