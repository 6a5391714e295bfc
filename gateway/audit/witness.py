"""Where the audit sees requests: once for each, when its answer begins. Whoever asks and is known is in it.

A request of GraphQL asks for several things at once, each of which is seen as well, as if it had been asked for alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi.routing import APIRoute
from starlette.types import Scope

from gateway.audit.noted import Noted
from gateway.audit.purpose import BY_GRAPHQL
from gateway.audit.queue import Answered
from gateway.platform import Platform


@dataclass(frozen=True, slots=True)
class Part:
    """What a route does, whoever asks for it: its method and path, the permission that it takes, what stands in the
    places of the path, and parameters."""

    method: str
    path: str
    permission: str | None
    parts: Mapping[str, Any]
    query: bytes = b""


def answered(scope: Scope, headers: Mapping[bytes, bytes], noted: Noted, status: int) -> None:
    """Puts a request into the queue of the audit. It costs microseconds; all else is done later."""
    if noted.tenant is None:
        return
    route: APIRoute = scope["route"]
    permission = (route.openapi_extra or {}).get("x-permission")
    whole = Part(scope["method"], route.path, permission, scope["path_params"], scope["query_string"])
    _add(scope, headers, noted, status, whole)


def part_answered(scope: Scope, noted: Noted, status: int, part: Part) -> None:
    """Puts one of the things that a request of GraphQL asks for into the queue. `noted` is of this one alone."""
    by_graphql = Part(f"{BY_GRAPHQL}{part.method}", part.path, part.permission, part.parts, part.query)
    _add(scope, dict(scope["headers"]), noted, status, by_graphql)


def _add(scope: Scope, headers: Mapping[bytes, bytes], noted: Noted, status: int, part: Part) -> None:
    here: Platform = scope["app"].state.platform
    client: tuple[str, int] | None = scope.get("client")
    assert noted.tenant is not None
    here.audit.add(
        noted.tenant,
        Answered(
            at=datetime.now(UTC),
            noted=noted,
            method=part.method,
            path=part.path,
            permission=part.permission,
            parts=part.parts,
            query=part.query,
            address=client[0] if client else None,
            agent=headers.get(b"user-agent", b""),
            traceparent=headers.get(b"traceparent", b""),
            status=status,
        ),
    )
