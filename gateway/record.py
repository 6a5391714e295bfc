"""`GET /crm/deals/{id}`: the record of an id, and beside it what is asked for with it (gateway.beside)."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import asking, beside, describe, describe_beside, platform
from gateway.access.gate import sight_of
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.opened import opened_rows
from gateway.platform import Platform
from gateway.problems import not_found
from gateway.queries import caught_up, only, parameters, record_id, times_of
from infra.plain import dump
from projections import query
from projections.generations import reading
from projections.hidden import TRASHED
from projections.model import ReadModel
from projections.query import Times
from projections.visible import Sight


def add(router: APIRouter, model: ReadModel) -> None:
    """The route of a read model's records."""
    shown, name = model.name.replace("_", "-"), f"get_{model.database}_{model.name}"
    offered = beside.offered(model)
    found = describe.answers(describe_beside.record(model, offered), 404, tagged=True)
    router.add_api_route(
        f"/{model.database}/{shown}/{{id}}",
        _one(model),
        methods=["GET"],
        name=name,
        operation_id=name,
        summary=model.doc,
        tags=[f"{model.database}: {shown}"],
        response_class=Response,
        openapi_extra=describe_beside.asked(model, offered) | describe.takes(model.permission),
        responses=found | (describe.moved() if model.moved else {}),
    )


def _one(model: ReadModel) -> Callable[[Request], Awaitable[Response]]:
    taken = {"after", "trash", *(("as_of", "known_at") if model.times else ())}
    if beside.offered(model):
        taken |= {beside.WITH, beside.LIMIT, *map(beside.limit_of, beside.offered(model))}

    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, taken, model.name)
        trash, wanted = asking.trash(asked, model), beside.wanted(asked, model)
        sight = replace(sight_of(who, model.permission, model), hidden=trash)
        await caught_up(request, here, model.database)
        times, id = times_of(asked, model), record_id(request, model)
        position = await here.reach.token(model.database)
        told = {**limits, "Nexus-Position": position}
        read = await _read(here, who, model, id, wanted, times, sight)
        if read.elsewhere is not None:
            return Response(status_code=308, headers={**told, "Location": _address(request, model, read.elsewhere)})
        found = read.found
        if found is None or (trash and found["row"][TRASHED] is None):
            raise not_found(model.name)
        await opened_rows(here, model, who.tenant, [found["row"]])
        answer = {**found["row"], "parked": found["parked"]}
        if wanted.rows:
            answer["with"] = await beside.told(here, who, model, read.beside)
            noted(request.scope).shown(beside.ids_in(answer["with"]))
        body = dump(answer)
        if found["parked"]:
            told["Nexus-Parked"] = "true"
        if not times:
            told["ETag"] = tag(model, found["version"], body, more="hidden" in answer or "with" in answer)
            if _has(request, told["ETag"]):
                return Response(status_code=304, headers=told)
        return Response(body, headers=told, media_type="application/json")

    return endpoint


@dataclass(frozen=True, slots=True)
class _Read:
    """A record as `query.get` gives it, None where there is none in sight, and what stands beside it; or the id of the
    record that took its place."""

    found: Mapping[str, Any] | None
    beside: beside.Pages
    elsewhere: str | None = None


async def _read(
    here: Platform, who: Caller, model: ReadModel, id: str, wanted: beside.Beside, times: Times, sight: Sight
) -> _Read:
    """All of it in one snapshot, and in one trip where no other is needed. Raises QueryError."""
    tenant, asked_of = who.tenant, (model, *beside.models(model, wanted))
    reader = here.readers[model.database]
    async with reading(reader, tenant, *asked_of, plans="force_generic_plan", waits=False) as connection:
        around = await beside.around(connection, who, model, id, wanted, times)
        its, others = query.one(model, tenant, id, times, sight), beside.questions(here, who, model, id, around, times)
        rows, *around_it = await query.together(connection, [its, *others])
        found = await query.row_of(connection, model, tenant, id, rows, times, sight)
        if found is None:
            return _Read(None, {}, await _elsewhere(connection, model, tenant, id, times, sight))
        return _Read(found, await beside.pages(connection, here, who, model, id, around, around_it, times))


async def _elsewhere(
    connection: AsyncConnection, model: ReadModel, tenant: str, id: str, times: Times, sight: Sight
) -> str | None:
    """The id of the record that took the place of one in sight, if one did."""
    if not model.moved:
        return None
    found = await query.get(connection, model, tenant, id, times, replace(sight, hidden=True))
    return None if found is None else found["row"][model.moved]


def _address(request: Request, model: ReadModel, id: str) -> str:
    """Where the same is asked of another record."""
    place, asked = f"/{model.database}/{model.name.replace('_', '-')}/{quote(id)}", request.url.query
    return f"{place}?{asked}" if asked else place


def tag(model: ReadModel, version: int, body: bytes, *, more: bool = False) -> str:
    """The ETag of a record: its version. Names from other records and formulas change without it, and so does whatever
    `more` an answer depends on, such as what one may see and what stands beside the record: they are counted in."""
    if not model.joins and not model.own and not more:
        return f'"{version}"'
    return f'"{version}.{hashlib.blake2b(body, digest_size=6).hexdigest()}"'


def _has(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the tag (RFC 9110, weak comparison)."""
    said = request.headers.get("if-none-match", "")
    return tag in [each.strip().removeprefix("W/") for each in said.split(",")] or said.strip() == "*"
