"""What the OpenAPI document says of the catalogue of events."""

from typing import Any

from gateway.describe import Responses, items, json_answer, problems, query, ref

_TEXT = {"type": "string"}
_NAMES = {"type": "array", "items": _TEXT}
_ENTRY: dict[str, Any] = {
    "type": _TEXT,
    "domain": _TEXT,
    "aggregate": _TEXT,
    "description": _TEXT,
    "schema_version": {
        "type": "integer",
        "minimum": 1,
        "description": "The version of its schema that is written.",
    },
    "retired": {"type": "boolean", "description": "Whether it is found in the log and written no more."},
    "permission": {"type": "string", "description": "What it takes to receive it, of the record that it is of."},
    "permitted": {"type": "boolean", "description": "Whether you receive it, of some record at least."},
    "personal": {**_NAMES, "description": "Fields about a person: null once that person was erased."},
    "secret": {**_NAMES, "description": "Fields that hold sealed text which only the platform opens."},
    "hidden_without": {
        "type": "object",
        "description": "Fields that are null, and named in `hidden`, for whoever lacks a permission.",
        "additionalProperties": _NAMES,
    },
    "schema": {"type": "object", "description": "The JSON Schema of `data`. `x-since` of a field is a version."},
    "example": ref("Event"),
}


def asked() -> dict[str, Any]:
    """The parameters of the catalogue."""
    return {
        "parameters": [
            query("domain", "Only events of this domain, such as crm."),
            query("aggregate", "Only events of this aggregate, such as deal."),
            query("types", "Only these, with commas between, such as crm.DealWon."),
        ]
    }


def answers() -> Responses:
    """The answers of the catalogue."""
    entry = {"type": "object", "required": list(_ENTRY), "properties": _ENTRY}
    return {200: json_answer("Found.", items(entry)), **problems(400, 414)}
