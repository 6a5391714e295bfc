"""The routes of signing in and out."""

from collections.abc import Awaitable, Callable
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.identity import begin, describe, end
from gateway.identity.address import CALLBACK
from gateway.pages import page
from gateway.problems import Problem

Endpoint = Callable[[Request], Awaitable[Response]]


def add(router: APIRouter) -> None:
    """Adds /signin and /signout to a router."""
    back, forth = for_people(begin.callback), for_people(begin.begin)
    for method, path, endpoint, name, doc, extra, responses in (
        ("GET", CALLBACK, back, "signin_callback", _CALLBACK, describe.callback(), describe.signed_in()),
        ("GET", "/signin/session", end.who, "signin_session", _WHO, describe.with_session(), describe.session()),
        ("GET", "/signin/{tenant}", forth, "signin", _BEGIN, describe.begin(), describe.sent_on()),
        ("POST", "/signin/{tenant}/backchannel-logout", end.from_provider, "signin_backchannel_logout", _LOGOUT,
         describe.logout_token(), describe.logged_out()),
        ("POST", "/signout", end.sign_out, "signout", _SIGN_OUT, describe.change(), describe.signed_out()),
    ):  # fmt: skip
        router.add_api_route(
            path,
            endpoint,
            methods=[method],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["sign-in"],
            response_class=Response,
            openapi_extra=extra,
            responses=responses,
        )


_BEGIN = "Sends the browser to the tenant's OpenID provider, or shows a form where people sign in by a password."
_CALLBACK = "Where the provider sends the browser back to; it gets a session."
_WHO = "Who is signed in at this browser, and the token that changes must bear."
_SIGN_OUT = "Ends the session of this browser."
_LOGOUT = "For providers: somebody signed out there."


def for_people(endpoint: Endpoint) -> Endpoint:
    """The same, but a refusal is a page where a browser shows the answer to somebody."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Problem as problem:
            if "text/html" not in request.headers.get("accept", ""):
                raise
            body = f"<p>{escape(problem.detail)}</p><p><code>{problem.code}</code></p>"
            told = page("You are not signed in", body, problem.status)
            told.headers.update(problem.headers)
            return told

    return answer
