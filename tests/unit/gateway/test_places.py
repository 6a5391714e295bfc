"""A request is answered by the route that would answer it if all were tried, in their order."""

from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match

from gateway.app import create_app
from gateway.places import ByPlace, place_of
from infra import settings

ROUTES = create_app(settings.read()).router
OTHERS = [
    "/", "", "/crm", "/crm/", "/crm//", "/crm/nothing", "/crm/contacts/", "/crm/contacts/c1/nothing", "/CRM/contacts",
    "/health", "/health/live/", "/console", "/console/a/b", "/scim/v2/Users/u1", "/{id}", "/crm/{id}", "//crm/contacts",
]  # fmt: skip


def scope(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", **more}


def found(router: APIRouter, method: str, path: str) -> list[tuple[Match, Any]]:
    """The routes that match, the whole path first: the first of them answers."""
    tried = [(route.matches(scope(method, path))[0], route) for route in router.routes]
    return [each for match in (Match.FULL, Match.PARTIAL) for each in tried if each[0] == match][:1]


def of(path: str) -> APIRouter:
    """The routes that a path is tried against."""
    chosen = ByPlace(ROUTES).of(scope("GET", path))
    return chosen if isinstance(chosen, APIRouter) else ROUTES


def test_a_path_comes_to_the_same_route_as_if_all_were_tried() -> None:
    paths = [route.path for route in ROUTES.routes if isinstance(route, APIRoute)]
    assert len(paths) > 300
    for template in {*paths, *OTHERS}:
        path = template.replace("{id}", "board").replace("{path:path}", "x/y") if template in paths else template
        tried = of(path)
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert found(tried, method, path) == found(ROUTES, method, path), (method, path)


def test_few_are_tried() -> None:
    assert len(of("/crm/contacts/c1/rename").routes) < len(ROUTES.routes) / 5
    assert len(of("/graphql").routes) < 10


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/crm/contacts/{id}", ("crm", "contacts")),
        ("/crm/contacts", ("crm", "contacts")),
        ("/signin/{tenant}", ("signin",)),
        ("/search", ("search",)),
        ("/{path:path}", ()),
        ("/", ("",)),
    ],
)
def test_a_place_is_as_deep_as_a_path_is_literal(path: str, place: tuple[str, ...]) -> None:
    assert place_of(path) == place


def test_behind_a_prefix_all_are_tried() -> None:
    behind = scope("GET", "/search/crm/contacts", root_path="/search")
    assert not isinstance(ByPlace(ROUTES).of(behind), APIRouter)
