"""SCIM 2.0 (RFC 7643, 7644) at /scim/v2: users and teams for a directory that provisions them.

SCIM describes itself, so that its routes are not in the OpenAPI document.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import platform
from gateway.auth import Caller, admitted
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.scim import discovery, errors, groups, rows, search, shapes, tags, users
from gateway.scim.errors import MEDIA_TYPE
from gateway.scim.late import BASE
from gateway.scim.people import Json
from gateway.scim.shapes import Group, Resource, User
from gateway.scim.users import Written
from infra.plain import dump

Endpoint = Callable[[Request], Awaitable[Response]]
_UNSUPPORTED = ("/Bulk", "/Me", "/.search")


@dataclass(frozen=True, slots=True)
class Kind:
    """What the routes of one kind of resource do. `told` says whether a PATCH is answered with the resource."""

    path: str
    shape: type[Resource[Any]]
    table: str
    found: Callable[[Platform, Caller, str, str], Awaitable[Json]]
    create: Callable[[Platform, Caller, Json, str], Awaitable[Written]]
    change: Callable[[Platform, Caller, str, Callable[[Json], Json], str | None, str], Awaitable[Written]]
    remove: Callable[[Platform, Caller, str, str | None, str], Awaitable[str]]
    told: bool


KINDS = (
    Kind("/Users", User, rows.USERS, users.found, users.create, users.change, users.remove, told=True),
    # A group may have thousands of members, and Entra asks for no answer.
    Kind("/Groups", Group, rows.TEAMS, groups.found, groups.create, groups.change, groups.remove, told=False),
)


def add(router: APIRouter) -> None:
    """Adds SCIM to a router."""
    for kind in KINDS:
        one = f"{kind.path}/{{id}}"
        _add(router, "POST", kind.path, _create(kind))
        _add(router, "POST", f"{kind.path}/.search", _search(kind))
        _add(router, "GET", kind.path, _list(kind))
        _add(router, "GET", one, _one(kind))
        _add(router, "PUT", one, _change(kind, shapes.replacing))
        _add(router, "PATCH", one, _change(kind, shapes.patching))
        _add(router, "DELETE", one, _remove(kind))
        for method in ("PUT", "PATCH", "DELETE"):
            _add(router, method, kind.path, _no_method)
        _add(router, "POST", one, _no_method)
    for path, told in discovery.ROUTES:
        _add(router, "GET", path, _described(told))
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            _add(router, method, path, _no_method)
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for path in _UNSUPPORTED:
            _add(router, method, path, _unsupported)
        _add(router, method, "/{path:path}", _nothing)


def _add(router: APIRouter, method: str, path: str, endpoint: Endpoint) -> None:
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception as error:
            return await errors.refused(request, error)

    router.add_api_route(f"{BASE}{path}", answered, methods=[method], include_in_schema=False, response_class=Response)


def _create(kind: Kind) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await _admitted(request, kind)
        asked = shapes.projection(request.query_params)
        wanted = shapes.created(kind.shape, await shapes.body_of(request))
        written = await kind.create(platform.of(request), who, wanted, _base(request))
        location = {"Location": written.resource["meta"]["location"]}
        return _told(kind, asked, written, limits | location, 201)

    return endpoint


def _change(kind: Kind, editing: Callable[[type[Resource[Any]], Json], Callable[[Json], Json]]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await _admitted(request, kind)
        asked = shapes.projection(request.query_params)
        edit = editing(kind.shape, await shapes.body_of(request))
        match, base = request.headers.get("if-match"), _base(request)
        written = await kind.change(platform.of(request), who, request.path_params["id"], edit, match, base)
        if request.method == "PATCH" and not kind.told and not asked.attributes:
            headers = {"ETag": written.resource["meta"]["version"], "Nexus-Position": written.position}
            return Response(status_code=204, headers=limits | headers)
        return _told(kind, asked, written, limits)

    return endpoint


def _remove(kind: Kind) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await _admitted(request, kind)
        match, base = request.headers.get("if-match"), _base(request)
        position = await kind.remove(platform.of(request), who, request.path_params["id"], match, base)
        return Response(status_code=204, headers=limits | {"Nexus-Position": position})

    return endpoint


def _one(kind: Kind) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await _admitted(request, kind)
        here, asked = platform.of(request), shapes.projection(request.query_params)
        position = await here.reach.token(rows.DATABASE)
        found = await kind.found(here, who, request.path_params["id"], _base(request))
        if (said := request.headers.get("if-none-match")) and tags.named(said, found):
            headers = {"ETag": found["meta"]["version"], "Nexus-Position": position}
            return Response(status_code=304, headers=limits | headers)
        return _told(kind, asked, Written(found, position), limits)

    return endpoint


def _list(kind: Kind) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await _admitted(request, kind)
        return await _found(request, kind, who, limits, search.asked(request.query_params))

    return endpoint


def _search(kind: Kind) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await _admitted(request, kind)
        return await _found(request, kind, who, limits, search.asked(await shapes.body_of(request)))

    return endpoint


async def _found(request: Request, kind: Kind, who: Caller, limits: dict[str, str], asked: search.Asked) -> Response:
    here = platform.of(request)
    position = await here.reach.token(rows.DATABASE)
    page = await search.found(here, who, kind.table, kind.shape, asked, _base(request))
    return _json(page, limits | {"Nexus-Position": position})


def _described(told: Callable[[Request, str], Json]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        _, limits = await admitted(request)
        if "filter" in request.query_params:
            raise Problem(
                403, "no_filter_here", "What SCIM says of itself is not filtered; leave filter out.", "filter"
            )
        return _json(told(request, _base(request)), limits)

    return endpoint


async def _no_method(request: Request) -> Response:
    await admitted(request)
    raise Problem(405, "method_not_allowed", "This address does not take that method; see docs/scim.md.")


async def _unsupported(request: Request) -> Response:
    await admitted(request)
    raise Problem(
        501, "not_supported", "This part of SCIM is not supported; /scim/v2/ServiceProviderConfig says what is."
    )


async def _nothing(request: Request) -> Response:
    await admitted(request)
    raise Problem(404, "not_found", "Nothing is here; /scim/v2/ResourceTypes says where resources are.")


async def _admitted(request: Request, kind: Kind) -> tuple[Caller, dict[str, str]]:
    """The caller, who may read this kind of resource, once the position that they name is reached."""
    who, limits = await admitted(request)
    rows.may_read(who, kind.table)
    if token := request.headers.get("nexus-after"):
        await platform.of(request).reach.wait(rows.DATABASE, token)
    return who, limits


def _told(
    kind: Kind, asked: shapes.Projection, written: Written, headers: Mapping[str, str], status: int = 200
) -> Response:
    named = {"ETag": written.resource["meta"]["version"], "Nexus-Position": written.position}
    return _json(shapes.shown(kind.shape, written.resource, asked), {**headers, **named}, status)


def _json(value: Json, headers: Mapping[str, str], status: int = 200) -> Response:
    return Response(dump(value), status, headers, MEDIA_TYPE)


def _base(request: Request) -> str:
    """The address that SCIM is at, for the addresses of resources."""
    return str(request.base_url).rstrip("/") + BASE
