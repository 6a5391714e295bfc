"""What the OpenAPI document says of signing in and out."""

from typing import Any

from gateway.describe import Responses, json_answer, path, problems, query, ref

_OPEN: list[Any] = []
_WITH_SESSION: list[Any] = [{"session": []}]
_TOKEN = {"type": "string", "minLength": 1, "maxLength": 16384}


def begin() -> dict[str, Any]:
    return {
        "security": _OPEN,
        "parameters": [
            path("tenant", {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"}),
            query("provider", "The provider's id, where there are several."),
            query("return_to", "The path here to go on to.", {"type": "string", "examples": ["/docs"]}),
        ],
    }


def sent_on() -> Responses:
    page = {"text/html": {"schema": {"type": "string"}}}
    form = {"description": "A form, where people sign in by a password.", "content": page}
    return {200: form, 302: _redirect("To the provider."), **problems(400, 404, 414, 503, 504)}


def callback() -> dict[str, Any]:
    names = {"state": "As it was sent.", "code": "What the provider gives.", "iss": "Who the provider is (RFC 9207)."}
    asked = [query(name, doc) for name, doc in names.items()]
    return {"security": _OPEN, "parameters": [*asked, query("error", "Why the provider gives none.")]}


def signed_in() -> Responses:
    return {303: _redirect("Signed in."), **problems(400, 414, 503, 504)}


def with_session() -> dict[str, Any]:
    return {"security": _WITH_SESSION}


def session() -> Responses:
    return {200: json_answer("Signed in.", ref("Session")), **problems(400, 503, 504)}


def change() -> dict[str, Any]:
    csrf = {"name": "Nexus-CSRF", "in": "header", "description": "The session's csrf.", "schema": {"type": "string"}}
    return {"security": _WITH_SESSION, "parameters": [csrf]}


def signed_out() -> Responses:
    return {200: json_answer("Signed out.", ref("SignedOut")), **problems(503, 504)}


def logout_token() -> dict[str, Any]:
    schema = {"type": "object", "required": ["logout_token"], "properties": {"logout_token": _TOKEN}}
    return {
        "security": _OPEN,
        "parameters": [path("tenant")],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}},
    }


def logged_out() -> Responses:
    return {200: {"description": "Their sessions ended."}, **problems(400, 413, 503, 504)}


def _redirect(description: str) -> dict[str, Any]:
    return {"description": description, "headers": {"Location": {"$ref": "#/components/headers/Location"}}}
