"""What the OpenAPI document says of signing in by a password."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from gateway.describe import POSITION, Responses, command, json_answer, path, problems, query
from gateway.passwords.asked import FORM
from gateway.passwords.links import Invite

_OPEN: list[Any] = []
_WITH_SESSION: list[Any] = [{"session": []}]
_TENANT = path("tenant", {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"})
_LINK = query("link", "What the link has.") | {"required": True}
_RETURN = query("return_to", "The path here to go on to.", {"type": "string", "examples": ["/docs"]})
_CSRF = {"name": "Nexus-CSRF", "in": "header", "description": "The session's csrf.", "schema": {"type": "string"}}
_TEXT = {"type": "string"}
_NAME = {**_TEXT, "description": "What one signs in as."}
_NEXT = {
    "type": "object",
    "required": ["next"],
    "properties": {
        "next": {
            **_TEXT,
            "description": "Where to go on: the page of a code or an authenticator while that is asked for.",
        }
    },
}
_NAMED = {
    "type": "object",
    "required": ["named"],
    "properties": {"named": _NAME},
}
_ACCOUNT = {
    "type": "object",
    "required": ["named", "authenticator", "recovery_codes"],
    "properties": {
        "named": _NAME,
        "authenticator": {"type": "boolean", "description": "Whether a code is asked for."},
        "recovery_codes": {"type": "integer", "minimum": 0, "description": "How many are left."},
    },
}
_OFFERED = {
    "type": "object",
    "required": ["secret", "address"],
    "properties": {
        "secret": {**_TEXT, "description": "The secret that codes follow from, in base32."},
        "address": {**_TEXT, "description": "The same as authenticators read it, as a QR code say."},
    },
}
_CODES = {"type": "array", "items": _TEXT, "description": "Told this once."}
_RECOVERY = {"type": "object", "required": ["recovery_codes"], "properties": {"recovery_codes": _CODES}}
_LET_IN = {
    "type": "object",
    "required": ["recovery_codes", "next"],
    "properties": {"recovery_codes": _CODES, "next": {**_TEXT, "description": "Where to go on."}},
}
_INVITED = {
    "type": "object",
    "required": ["id", "version", "position", "events", "link", "expires_at"],
    "properties": {
        "id": {**_TEXT, "description": "The user."},
        "version": {"type": "integer", "minimum": 0},
        "position": _TEXT,
        "events": {"type": "array", "items": {"type": "object"}},
        "link": {**_TEXT, "description": "Where a browser sets the password, told this once."},
        "expires_at": {"type": "string", "format": "date-time"},
    },
}


def step(body: type[BaseModel] | None = None, *, linked: bool = False, back: bool = False) -> dict[str, Any]:
    """The parts of an operation of somebody who is not in yet."""
    asked = [_TENANT, *([_LINK] if linked else ()), *([_RETURN] if back else ())]
    return {"security": _OPEN, "parameters": asked, **_body(body)}


def own(body: type[BaseModel] | None = None) -> dict[str, Any]:
    """The parts of an operation of somebody who is signed in."""
    return {"security": _WITH_SESSION, "parameters": [] if body is None else [_CSRF], **_body(body)}


def paged() -> Responses:
    """The answers that are a page for people."""
    content = {"text/html": {"schema": _TEXT}}
    return {200: {"description": "A page.", "content": content}, **problems(400, 404, 414, 503, 504)}


def on() -> Responses:
    """The answers that lead on: programs are told where to, browsers go there."""
    gone = {"description": "On.", "headers": {"Location": {"$ref": "#/components/headers/Location"}}}
    return {303: gone, **_told("On.", _NEXT)}


def named() -> Responses:
    return _told("The password is set.", _NAMED)


def account() -> Responses:
    return _told("Found.", _ACCOUNT)


def offered() -> Responses:
    return _told("Offered; it counts once a code was given.", _OFFERED)


def enrolled() -> Responses:
    return _told("A code is asked for from now on.", _RECOVERY)


def let_in() -> Responses:
    return _told("Signed in; a code is asked for from now on.", _LET_IN)


def invite() -> dict[str, Any]:
    """The parts of giving a link: those of a command whose answer is waited for, and that makes another each time."""
    told = command(Invite, creates=False)
    return {**told, "parameters": [each for each in told["parameters"] if each["in"] == "path"]}


def invited() -> Responses:
    issued = json_answer("Given; no other answer has it.", _INVITED, POSITION)
    return {201: issued, **problems(400, 404, 408, 409, 413, 415, 422, 500, 503, 504)}


def _told(description: str, schema: Mapping[str, Any]) -> Responses:
    return {
        200: json_answer(description, schema),
        **problems(400, 404, 408, 409, 412, 413, 414, 415, 422, 500, 503, 504),
    }


def _body(body: type[BaseModel] | None) -> dict[str, Any]:
    if body is None:
        return {}
    content = command(body, creates=True)["requestBody"]["content"]
    form = {"schema": content["application/json"]["schema"]}
    return {"requestBody": {"required": True, "content": {**content, FORM: form}}}
