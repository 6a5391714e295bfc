"""Refusals in SCIM's form (RFC 7644, section 3.12): whatever the app would answer, as SCIM clients read it."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

MEDIA_TYPE = "application/scim+json"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_TYPES: Mapping[str, str] = {
    "user_name_taken": "uniqueness",
    "user_exists": "uniqueness",
    "malformed_json": "invalidSyntax",
    "nested_too_deeply": "invalidSyntax",
    "invalid_syntax": "invalidSyntax",
    "invalid_filter": "invalidFilter",
    "invalid_path": "invalidPath",
    "no_target": "noTarget",
    "not_mutable": "mutability",
    "too_many_found": "tooMany",
    "invalid_value": "invalidValue",
}
"""The scimType of a problem's code, where it has one. All that is wrong with a field is an invalid value."""


async def refused(request: Request, error: Exception) -> Response:
    """Whatever was raised, as an answer."""
    handlers = request.app.exception_handlers
    answer: Response = await next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)(request, error)
    problem: dict[str, Any] = orjson.loads(answer.body)
    headers = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
    return told(answer.status_code, problem["code"], problem["detail"], headers)


def told(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as SCIM writes it. 422 is none of SCIM's: what is wrong with a value is 400 there."""
    kind = "invalidValue" if status == 422 else _TYPES.get(code)
    status = 400 if status == 422 else status
    body = {"schemas": [ERROR], "status": str(status), "detail": detail} | ({"scimType": kind} if kind else {})
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)
