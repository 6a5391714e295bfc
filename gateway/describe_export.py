"""What the OpenAPI document says of the export of a person."""

from typing import Any

from gateway.describe import AFTER, Responses, json_answer, path, problems, ref

_ROW: dict[str, Any] = {"type": "object", "additionalProperties": True}


def export() -> dict[str, Any]:
    """The parameters of an export."""
    return {"parameters": [path("id"), *AFTER]}


def exported() -> Responses:
    """The answers of an export."""
    record = {
        "type": "object",
        "required": ["database", "read_model", "record"],
        "properties": {
            "database": {"type": "string"},
            "read_model": {"type": "string"},
            "record": _ROW,
            "withheld": {"const": True, "description": "Its words are null, since others take part in it."},
        },
        "additionalProperties": False,
    }
    manifest = {
        "type": "object",
        "description": "How many there are in the document: records, and events of each type.",
        "required": ["records", "events"],
        "properties": {
            "records": {"type": "integer", "minimum": 0},
            "events": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
        },
        "additionalProperties": False,
    }
    document = {
        "type": "object",
        "required": ["id", "exported_at", "subject", "records", "events", "manifest"],
        "properties": {
            "id": {"type": "string"},
            "exported_at": {"type": "string", "format": "date-time"},
            "subject": {"anyOf": [_ROW, {"type": "null"}], "description": "Holds, consents, and the proof of erasure."},
            "records": {"type": "array", "items": record},
            "events": {"type": "array", "items": ref("Event")},
            "manifest": manifest,
        },
        "additionalProperties": False,
    }
    return {200: json_answer("All that is known.", document), **problems(400, 404, 414, 503, 504)}
