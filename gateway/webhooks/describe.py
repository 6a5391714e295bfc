"""What the OpenAPI document says of a webhook's secret and of what its requests were answered."""

from typing import Any

from gateway.describe import Responses, answers, items, path, query
from projections.query import MAX_LIMIT

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_SECRET = {
    "type": "object",
    "required": ["secret", "generation"],
    "properties": {
        "secret": {
            **_TEXT,
            "description": "whsec_ and 32 bytes in base64, as libraries for Standard Webhooks take it.",
        },
        "generation": {"type": "integer", "minimum": 0, "description": "How often it was changed."},
    },
}
_DELIVERY = {
    "type": "object",
    "required": ["sent_at", "event_id", "type", "aggregate", "id", "attempt", "status", "reason", "milliseconds"],
    "properties": {
        "sent_at": {"type": "string", "format": "date-time"},
        "event_id": _TEXT,
        "type": _TEXT,
        "aggregate": _TEXT,
        "id": {**_TEXT, "description": "The record that the event is of."},
        "attempt": {"type": "integer", "minimum": 1},
        "status": {"type": ["integer", "null"], "description": "Null where there was no answer."},
        "reason": {**_MAYBE_TEXT, "description": "What there was instead of an answer."},
        "milliseconds": {"type": "integer", "minimum": 0},
    },
}


def secret() -> dict[str, Any]:
    """The parameters of the secret."""
    return {"parameters": [path("id")]}


def shown_secret() -> Responses:
    """The answers of the secret."""
    return answers(_SECRET, 404)


def deliveries() -> dict[str, Any]:
    """The parameters of the list of requests."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}
    return {
        "parameters": [
            path("id"),
            query("failed", "Only those that were not taken.", {"type": "string", "enum": ["true", "false"]}),
            query("limit", "So many.", limit),
        ]
    }


def listed_deliveries() -> Responses:
    """The answers of the list of requests."""
    return answers(items(_DELIVERY), 404)
