"""The cookies: one for a session, one that ties a sign-in to the browser where it began, one for who owes a code.

No script reads them, and no other site sends them with a change (RFC 6265bis). Over https they bear the prefix
`__Host-`, which keeps every other host from setting them.
"""

from typing import Literal

from fastapi import Request
from fastapi.responses import Response

from gateway.identity.address import is_secure
from infra.settings import Settings

Name = Literal["session", "signin", "code"]
_LONGEST = 100


def read(request: Request, settings: Settings, name: Name) -> str | None:
    """What the browser holds, if anything."""
    value = request.cookies.get(_full(settings, name))
    return value if value and len(value) <= _LONGEST else None


def give(response: Response, settings: Settings, name: Name, value: str, seconds: int) -> None:
    response.set_cookie(
        _full(settings, name),
        value,
        max_age=seconds,
        path="/",
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def take(response: Response, settings: Settings, name: Name) -> None:
    give(response, settings, name, "", 0)


def _full(settings: Settings, name: Name) -> str:
    return f"__Host-nexus-{name}" if is_secure(settings) else f"nexus-{name}"
