"""SCIM, made when a directory first asks for something: its models take half as long to import as the rest of the
gateway, and who waits for a gateway to start again waits for a deal, not for a directory."""

import asyncio

from fastapi import APIRouter
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

BASE = "/scim/v2"


def add(router: APIRouter) -> None:
    """Adds SCIM to a router."""
    router.routes.append(Route(f"{BASE}/{{path:path}}", Late(), include_in_schema=False))


class Late:
    """All of SCIM's routes, by ASGI. The first request waits for them to be made, in a thread."""

    def __init__(self) -> None:
        self._made: asyncio.Task[APIRouter] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._made is None:
            self._made = asyncio.create_task(asyncio.to_thread(_routes))
        router = await asyncio.shield(self._made)
        scope["path_params"] = {}  # what the address holds is said by the route behind this one
        await router(scope, receive, send)


def _routes() -> APIRouter:
    from gateway.scim import routes

    made = APIRouter()
    routes.add(made)
    return made
