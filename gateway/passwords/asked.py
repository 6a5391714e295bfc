"""What a page of ours or a program sends to sign in, as a form or as JSON, and how either is answered."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from gateway import platform
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.bodies import parse
from gateway.identity.address import is_own
from gateway.limits import body_of
from gateway.problems import Problem
from infra.plain import dump

FORM = "application/x-www-form-urlencoded"
UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""With no referrer at all browsers would say `Origin: null` of a form, and nobody could tell whose it is."""
_LARGEST = 16 * 1024
_MOST_FIELDS = 20
Endpoint = Callable[[Request], Awaitable[Response]]
Form = Callable[[Request, Problem], Awaitable[Response]]


def is_form(request: Request) -> bool:
    """Whether a form of a page was sent, so that a person reads the answer."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


async def read(request: Request, expected: type[BaseModel]) -> tuple[dict[str, Any], str]:
    """(the checked values, the csrf of a session that was sent with them). 403 for what no page of ours sent, 400, 413,
    415 and 422 problems."""
    if not is_own(request, platform.of(request).settings):
        detail = "People sign in from the gateway's own pages; a program says in Origin that it comes from there."
        raise Problem(403, "csrf_origin", detail, "Origin")
    body, csrf = await body_of(request, _LARGEST), request.headers.get("nexus-csrf", "")
    if not is_form(request):
        return parse(body, request.headers.get("content-type"), expected), csrf
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise Problem(400, "malformed_form", "The form cannot be read; send it again from its page.") from error
    csrf = fields.pop("csrf", csrf)
    return parse(dump(fields), "application/json", expected), csrf


def went(request: Request, path: str) -> Response:
    """On to a path here: browsers go there, programs are told."""
    if is_form(request):
        return RedirectResponse(path, 303, UNSEEN)
    return ok({"next": path}, headers=UNSEEN)


def or_again(endpoint: Endpoint, form: Form) -> Endpoint:
    """The same, but what is refused of a form is told on its page, for another try."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Problem as problem:
            if not is_form(request):
                raise
            told = noted(request.scope)
            told.code = told.code or problem.code
            return await form(request, problem)

    return answer
