"""`GET /crm/contacts/{id}/merges`: the contacts whose place one took, and how far each merge is."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import describe, platform
from gateway.access.gate import seen
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import admitted
from gateway.duplicates import contacts
from gateway.problems import not_found
from gateway.queries import caught_up, only, parameters, record_id
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import Filter
from projections.visible import Sight

_DOC = "The contacts that were merged into this one, and how far each merge is, the newest first."
_SHOWN = ("other_id", "status", "take", "moved", "created_at", "updated_at")


def add(router: APIRouter) -> None:
    """GET /crm/contacts/{id}/merges."""
    router.add_api_route(
        "/crm/contacts/{id}/merges",
        _merges,
        methods=["GET"],
        name="merges_crm_contacts",
        operation_id="merges_crm_contacts",
        summary=_DOC,
        tags=["crm: contacts"],
        response_class=Response,
        openapi_extra={"parameters": [describe.path("id"), *describe.AFTER]} | describe.takes(contacts().permission),
        responses=describe.answers(describe.items(_merge()), 404),
    )


async def _merges(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked, model = platform.of(request), parameters(request), contacts()
    only(asked, {"after"}, "merges")
    who.standing.needed(model.permission, model.access)
    await caught_up(request, here, model.database)
    id, position = record_id(request, model), await here.reach.token(model.database)
    assert model.aggregate is not None
    if not await seen(here, who, [(*model.aggregate, id)]):
        raise not_found(model.name)
    merges = models_by_name(model.database)["contact_merges"]
    async with reading(here.readers[model.database], who.tenant, merges) as connection:
        if await query.get(connection, model, who.tenant, id, sight=Sight(hidden=True)) is None:
            raise not_found(model.name)
        _, rows = await query.numbered(connection, merges, who.tenant, filters=[Filter("contact_id", "eq", id)])
    items = [{name: row[name] for name in _SHOWN} for row in rows]
    items.sort(key=lambda each: each["created_at"], reverse=True)
    noted(request.scope).shown(each["other_id"] for each in items)
    return ok({"items": items}, headers={**limits, "Nexus-Position": position})


def _merge() -> dict[str, Any]:
    text, time = {"type": "string"}, {"type": "string", "format": "date-time"}
    status = {
        "type": "string",
        "enum": ["STARTED", "ABSORBED", "DONE", "ABANDONED", "UNMERGED"],
        "description": "ABSORBED while activities and deals move; ABANDONED if the other was gone or merged elsewhere.",
    }
    take = {"type": "object", "additionalProperties": text}
    moved = {"type": "integer", "description": "Activities and deals that came with the other."}
    shapes = {
        "other_id": text, "status": status, "take": take, "moved": moved, "created_at": time, "updated_at": time,
    }  # fmt: skip
    return {"type": "object", "required": list(_SHOWN), "properties": shapes}
