"""What the OpenAPI document says of changes."""

from typing import Any

from pydantic import BaseModel

from gateway.describe import AFTER, Responses, command, command_responses, page, path, query, ref
from gateway.describe import answers as answered
from projections.query import MAX_LIMIT

_DATE = {"type": "string", "examples": ["2026-01-01"]}
_FIELD = {
    "type": "object",
    "required": ["field", "before", "after"],
    "properties": {
        "field": {"type": "string"},
        "before": {"description": "Null where there was nothing, or where you may not see it."},
        "after": {"description": "Null where there is nothing, or where you may not see it."},
    },
}
_FIELDS: dict[str, Any] = {
    "fields": {"type": "array", "items": _FIELD},
    "hidden": {
        "type": "array",
        "items": {"type": "string"},
        "description": "The fields whose values you may not see; absent when there are none.",
    },
}
_EVENT: dict[str, Any] = {
    **{name: {"type": "string"} for name in ("event_id", "type", "aggregate", "id", "actor")},
    "version": {"type": "integer", "minimum": 1},
    **{name: {"type": "string", "format": "date-time"} for name in ("occurred_at", "recorded_at")},
}
_RANGE = (
    query("until", "Until when (business time). A date means its end, UTC; everything when left out.", _DATE),
    query("known_at", "What was known then (recorded time). A date means its end, UTC."),
    query("limit", "Changes on a page.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
    query("cursor", "The next_cursor of the page before."),
    *AFTER,
)


def of_one() -> dict[str, Any]:
    """The parameters of a record's changes."""
    since = query("from", "From when on (business time). A date means its beginning, UTC.", _DATE)
    return {"parameters": [path("id"), since, *_RANGE]}


def of_list() -> dict[str, Any]:
    """The parameters of a list's changes."""
    since = query("from", "From when on (business time). A date means its beginning, UTC.", _DATE)
    return {"parameters": [since | {"required": True}, *_RANGE]}


def told() -> Responses:
    """The answers about a record's changes."""
    shown = {"type": "object", "required": [*_EVENT, "fields"], "properties": {**_EVENT, **_FIELDS}}
    return answered(page(shown), 404)


def listed() -> Responses:
    """The answers about a list's changes."""
    kinds = ["added", "changed", "removed", "restored"]
    properties = {"id": {"type": "string"}, "change": {"type": "string", "enum": kinds}, **_FIELDS}
    shown = {"type": "object", "required": ["id", "change", "fields"], "properties": properties}
    return answered(page(shown))


def undo(body: type[BaseModel]) -> dict[str, Any]:
    """The parts of an operation that takes a change back."""
    said = command(body, creates=False)
    dry_run = query("dry_run", "Whether only to tell what it would do.", {"type": "string", "enum": ["true", "false"]})
    return {**said, "parameters": [*said["parameters"], dry_run]}


def undone() -> Responses:
    """The answers of an undo."""
    text: dict[str, Any] = {"type": "string"}
    told = {
        "type": "object",
        "description": "What the undo would do.",
        "required": ["id", "version", "undoes", "command", "permission", "data", "events"],
        "properties": {
            "id": text,
            "version": {"type": "integer"},
            "undoes": {"type": "object", "required": [*_EVENT], "properties": _EVENT},
            "command": text | {"description": "The command that would be sent, such as crm.ChangeDealAmount."},
            "permission": text | {"description": "What it takes."},
            "data": {"type": "object", "description": "The command's fields."},
            "hidden": {"type": "array", "items": text, "description": "Fields of it that you may not see."},
            "events": {"type": "array", "items": {"type": "object", "properties": {"type": text}}},
        },
    }
    answers = command_responses(creates=False)
    found = {"schema": {"anyOf": [ref("Accepted"), told]}}
    return {**answers, 200: {**answers[200], "content": {"application/json": found}}}
