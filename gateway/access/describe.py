"""What the OpenAPI document says of the questions about access."""

from typing import Any

from pydantic import BaseModel

from gateway.describe import (
    AFTER,
    POSITION,
    Responses,
    answers,
    command,
    items,
    json_answer,
    path,
    problems,
    query,
    ref,
)


def me() -> dict[str, Any]:
    """The parameters of who I am."""
    return {"parameters": [*AFTER]}


def check() -> dict[str, Any]:
    """The parameters of a check."""
    permission = query("permission", "Such as crm.deal.win.", {"type": "string", "examples": ["crm.deal.win"]})
    return {
        "parameters": [
            permission | {"required": True},
            query("id", "To this record; without it, to any at all."),
            query("user", "Whether this user, or account:<id>, may, rather than you; it takes admin.access.read."),
            *AFTER,
        ]
    }


def standing() -> Responses:
    """The answers of who I am."""
    return {200: json_answer("Found.", ref("Standing")), **problems(400, 414, 503, 504)}


def decision() -> Responses:
    """The answers of a check."""
    return {200: json_answer("Decided.", ref("Decision")), **problems(400, 404, 414, 503, 504)}


def who() -> dict[str, Any]:
    """The parameters of who could."""
    permission = query("permission", "Such as crm.deal.read.", {"type": "string", "examples": ["crm.deal.read"]})
    return {
        "parameters": [
            permission | {"required": True},
            query("id", "To this record.") | {"required": True},
            query("at", "When; a date means its end, UTC. Now, when left out."),
            *AFTER,
        ]
    }


def everybody() -> Responses:
    """The answers of who could."""
    return {200: json_answer("Decided.", ref("Everybody")), **problems(400, 404, 414, 503, 504)}


# ---- keys of service accounts

_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_KEY = {
    "type": "object",
    "required": ["id", "name", "permits", "created_at", "expires_at", "expired", "last_used_at", "last_used_from"],
    "properties": {
        "id": _TEXT,
        "name": _TEXT,
        "permits": {"type": "array", "items": _TEXT, "description": "What it is narrowed to; empty for nothing less."},
        "created_at": _TIME,
        "expires_at": _TIME,
        "expired": {"type": "boolean"},
        "replaced_by": {**_MAYBE_TEXT, "description": "The key that it was rotated to."},
        "last_used_at": {**_TIME, "type": ["string", "null"], "description": "The minute; null when it never was."},
        "last_used_from": {**_MAYBE_TEXT, "description": "The address that it came from then."},
    },
}
_ISSUED = {
    "type": "object",
    "required": ["id", "version", "position", "events", "key_id", "key", "expires_at"],
    "properties": {
        "id": {"type": "string", "description": "The service account."},
        "version": {"type": "integer", "minimum": 0},
        "position": {"type": "string", "description": "Send it as Nexus-After where the key is used at once."},
        "events": {"type": "array", "items": {"type": "object"}},
        "key_id": _TEXT,
        "key": {"type": "string", "description": "The key, told this once: send it as `Authorization: Bearer <key>`."},
        "expires_at": _TIME,
    },
}


def keys() -> dict[str, Any]:
    """The parameters of the list of keys."""
    return {"parameters": [path("id"), *AFTER]}


def listed_keys() -> Responses:
    """The answers of the list of keys."""
    return answers(items(_KEY), 404)


def key_command(body: type[BaseModel]) -> dict[str, Any]:
    """The parts of an operation that gives a key: those of a command whose answer is waited for."""
    told = command(body, creates=False)
    return {**told, "parameters": [each for each in told["parameters"] if each["name"] != "Prefer"]}


def issued_key() -> Responses:
    """The answers of an operation that gives a key."""
    issued = json_answer("Issued; its secret is in no other answer.", _ISSUED, "ETag", POSITION)
    return {201: issued, **problems(400, 404, 409, 412, 413, 415, 422, 500, 503, 504)}
