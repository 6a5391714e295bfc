"""The routes that a request may be for, by how its path begins.

Routes are tried one after another, in an order that counts where a path could be for two. There are hundreds, and to
try them all takes a third of the time of a small answer. So those whose paths begin alike are put together, in the same
order, and a request is tried against these.
"""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

DEPTH = 2
"""Segments of a path that are looked at."""
Place = tuple[str, ...]
"""The first segments of a path, as far as a route has them literally."""


def place_of(path: str) -> Place:
    """Of a route's path, such as `/crm/contacts/{id}`, or of a request's."""
    segments: list[str] = []
    for segment in path.split("/")[1 : DEPTH + 1]:
        if "{" in segment:
            break
        segments.append(segment)
    return tuple(segments)


def places(router: APIRouter) -> Mapping[Place, APIRouter]:
    """For each place the routes that paths beginning so may be for: those of the place, and of all above it."""
    of = [(place_of(_path(route)), route) for route in router.routes]
    return {
        place: APIRouter(
            routes=[route for its, route in of if place[: len(its)] == its],
            default=router.default,
            redirect_slashes=router.redirect_slashes,
        )
        for place in {place for place, _ in of}
    }


def _path(route: BaseRoute) -> str:
    return getattr(route, "path", "")


class ByPlace:
    """Has the routes of a request's place try it, or all of them where nothing is known of that. Plain ASGI."""

    def __init__(self, router: APIRouter) -> None:
        self._all: ASGIApp = router.middleware_stack
        self._places = places(router)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.of(scope)(scope, receive, send)

    def of(self, scope: Scope) -> ASGIApp:
        """The routes that are tried for a request."""
        if scope["type"] != "http" or scope.get("root_path"):
            return self._all
        place = tuple(scope["path"].split("/")[1 : DEPTH + 1])
        while place and place not in self._places:
            place = place[:-1]
        return self._places[place] if place else self._all
