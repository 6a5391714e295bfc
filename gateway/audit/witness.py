"""Where the audit sees requests: once for each, when its answer begins. Whoever asks and is known is in it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi.routing import APIRoute
from starlette.types import Scope

from gateway.audit.noted import Noted
from gateway.audit.queue import Answered
from gateway.platform import Platform


def answered(scope: Scope, headers: Mapping[bytes, bytes], noted: Noted, status: int) -> None:
    """Puts a request into the queue of the audit. It costs microseconds; all else is done later."""
    if noted.tenant is None:
        return
    here: Platform = scope["app"].state.platform
    client: tuple[str, int] | None = scope.get("client")
    route: APIRoute = scope["route"]
    here.audit.add(
        noted.tenant,
        Answered(
            at=datetime.now(UTC),
            noted=noted,
            method=scope["method"],
            path=route.path,
            permission=(route.openapi_extra or {}).get("x-permission"),
            parts=scope["path_params"],
            query=scope["query_string"],
            address=client[0] if client else None,
            agent=headers.get(b"user-agent", b""),
            traceparent=headers.get(b"traceparent", b""),
            status=status,
        ),
    )
