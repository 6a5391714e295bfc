"""`GET …/{id}/merges`: the records whose place one took, and how far each merge is."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import describe, platform
from gateway.access.gate import seen
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import admitted
from gateway.problems import not_found
from gateway.queries import caught_up, only, parameters, record_id, times_of
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.model import ReadModel
from projections.query import Filter
from projections.visible import Sight

_SHOWN = ("other_id", "status", "take", "moved", "created_at", "updated_at")


def add(router: APIRouter, model: ReadModel) -> None:
    """The merges of a read model whose records take one another's place."""
    name = f"merges_{model.database}_{model.name}"
    router.add_api_route(
        f"/{model.database}/{model.name}/{{id}}/merges",
        _merges(model),
        methods=["GET"],
        name=name,
        operation_id=name,
        summary=f"The {model.name} that were merged into this one, and how far each merge is, the newest first.",
        tags=[f"{model.database}: {model.name}"],
        response_class=Response,
        openapi_extra={"parameters": [describe.path("id"), *describe.TIMES, *describe.AFTER]}
        | describe.takes(model.permission),
        responses=describe.answers(describe.items(_merge()), 404),
    )


def _merges(model: ReadModel) -> Callable[[Request], Awaitable[Response]]:
    assert model.aggregate is not None
    domain, aggregate = model.aggregate

    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {"as_of", "known_at", "after"}, "merges")
        who.standing.needed(model.permission, model.access)
        await caught_up(request, here, model.database)
        id, times = record_id(request, model), times_of(asked, model)
        position = await here.reach.token(model.database)
        if not await seen(here, who, [(domain, aggregate, id)]):
            raise not_found(model.name)
        merges = models_by_name(model.database)[f"{aggregate}_merges"]
        async with reading(here.readers[model.database], who.tenant, merges) as connection:
            if await query.get(connection, model, who.tenant, id, times, Sight(hidden=True)) is None:
                raise not_found(model.name)
            of = [Filter("record_id", "eq", id)]
            batches = query.batches(connection, merges, who.tenant, filters=of, times=times)
            rows = [row async for each in batches for row in each]
        items = [{name: row[name] for name in _SHOWN} for row in rows]
        items.sort(key=lambda each: each["created_at"], reverse=True)
        noted(request.scope).shown(each["other_id"] for each in items)
        return ok({"items": items}, headers={**limits, "Nexus-Position": position})

    return endpoint


def _merge() -> dict[str, Any]:
    text, time = {"type": "string"}, {"type": "string", "format": "date-time"}
    status = {
        "type": "string",
        "enum": ["STARTED", "ABSORBED", "DONE", "ABANDONED", "UNMERGED"],
        "description": "ABSORBED while what named the other is moved; ABANDONED if it was gone or merged elsewhere.",
    }
    take = {"type": "object", "additionalProperties": text}
    moved = {"type": "integer", "description": "Records that named the other and name this one now."}
    shapes = {
        "other_id": text, "status": status, "take": take, "moved": moved, "created_at": time, "updated_at": time,
    }  # fmt: skip
    return {"type": "object", "required": list(_SHOWN), "properties": shapes}
