"""Refusals: RFC 9457 problem details with a stable code. Every error of the gateway passes through here."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from gateway.audit.noted import noted
from infra.log.codec import RegistryUnavailable
from infra.vault import VaultUnavailable
from projections.generations import ModelBuilding
from projections.query import PositionLate, QueryError, SearchUnavailable

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 415: "unsupported_media_type"}
_OUTAGES = (OperationalError, InterfaceError, PoolTimeout, RegistryUnavailable)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a body."""

    field: str
    code: str
    message: str


@dataclass(eq=False)
class Problem(Exception):  # not frozen: Python writes the traceback into an exception
    """A refusal: `status` is HTTP's, `detail` a sentence that says what to do, `more` goes into the body as it is."""

    status: int
    code: str
    detail: str
    field: str | None = None
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


def body_of(problem: Problem) -> dict[str, Any]:
    """The problem as JSON holds it."""
    body: dict[str, Any] = {
        "type": f"urn:nexus360:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.field is not None:
        body["field"] = problem.field
    errors = problem.errors
    if problem.status == 422 and problem.field is not None and not errors:
        errors = (FieldError(problem.field, problem.code, problem.detail),)
    if errors:
        body["errors"] = [{"field": e.field, "code": e.code, "message": e.message} for e in errors]
    return body | dict(problem.more)


class Refusal(Response):
    """A problem as an answer, whose code is noted for the audit unless a closer one is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(orjson.dumps(body_of(problem)), problem.status, dict(problem.headers), MEDIA_TYPE)
        self._code = problem.code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = noted(scope)
        told.code = told.code or self._code  # whoever knows more than the answer may tell has said so
        await super().__call__(scope, receive, send)


def response(problem: Problem) -> Response:
    """The problem as an answer."""
    return Refusal(problem)


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"There is no such {what}; check the address.")


def problem_of(error: Exception, path: str) -> Problem:
    """The problem that whatever was raised stands for. The log is told of what is wrong with the platform; `path` is
    where that came up."""
    match error:
        case Problem():
            return error
        case QueryError():
            return Problem(400, error.code, error.message, error.field)
        case PositionLate():
            detail = f"{error} Ask again with the same position, or without it for what is there now."
            return Problem(504, "position_late", detail, headers={"Retry-After": "1"})
        case SearchUnavailable():
            detail = "Search does not answer now; lists without q do. Try again shortly."
            return Problem(503, "search_unavailable", detail, headers={"Retry-After": "2"})
        case ModelBuilding():
            detail = f"{error} Try again when that is done; other read models answer."
            return Problem(503, "read_model_building", detail, headers={"Retry-After": "10"})
        case VaultUnavailable():
            detail = "Personal values can be neither sealed nor opened now. Nothing was done; try again shortly."
            return Problem(503, "vault_unavailable", detail, headers={"Retry-After": "1"})
        case _ if isinstance(error, _OUTAGES):
            log.warning("unavailable", path=path, error=repr(error))
            detail = "A part of the platform does not answer now; /health/ready says which. Try again shortly."
            return Problem(503, "unavailable", detail, headers={"Retry-After": "1"})
        case _:
            log.error("unexpected", path=path, exc_info=error)
            return Problem(500, "internal_error", "Something broke on our side; it was logged. Try again.")


def install(app: FastAPI) -> None:
    """Turns whatever is raised into a problem."""
    for kind in (Problem, QueryError, PositionLate, SearchUnavailable, ModelBuilding, VaultUnavailable, *_OUTAGES):
        app.add_exception_handler(kind, _told)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _told)


async def _told(request: Request, error: Exception) -> Response:
    return response(problem_of(error, request.url.path))


async def _http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "refused")
    details = {404: "Nothing is here; see /docs for every address.", 405: "This address does not take that method."}
    headers = dict(error.headers or {})
    return response(
        Problem(error.status_code, code, details.get(error.status_code, str(error.detail)), headers=headers)
    )
