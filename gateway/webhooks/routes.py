"""Routes about one webhook beside its commands: its secret, and what its last requests were answered."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import platform
from gateway.answers import ok
from gateway.auth import Caller, admitted
from gateway.describe import takes
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import number, only, parameters, record_id
from gateway.webhooks import describe
from gateway.webhooks.places import Places
from gateway.webhooks.signing import secret_of, written
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import MAX_LIMIT

BASE = "/integration/webhooks/{id}"
PERMISSION = "integration.webhook"
_SIGNS = "The secret that a webhook's events are signed with. `rotate-secret` changes it."
_DELIVERIES = "What a webhook's last requests were answered, the newest first."


def add(router: APIRouter) -> None:
    """GET of a webhook's secret, and of its deliveries."""
    for path, endpoint, verb, name, doc, extra, responses in (
        ("secret", _secret, "rotate-secret", "webhook_secret", _SIGNS, describe.secret(), describe.shown_secret()),
        (
            "deliveries",
            _deliveries,
            "read",
            "webhook_deliveries",
            _DELIVERIES,
            describe.deliveries(),
            describe.listed_deliveries(),
        ),
    ):
        router.add_api_route(
            f"{BASE}/{path}",
            endpoint,
            methods=["GET"],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["integration: webhooks"],
            response_class=Response,
            openapi_extra=extra | takes(f"{PERMISSION}.{verb}"),
            responses=responses,
        )


async def _secret(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(f"{PERMISSION}.rotate-secret")
    only(parameters(request), set(), "A webhook's secret")
    here = platform.of(request)
    row = await _row(request, here, who)
    secret = secret_of(await here.tenant_secret(who.tenant), row["id"], row["generation"])
    told = {"secret": written(secret), "generation": row["generation"]}
    return ok(told, headers={**limits, "Cache-Control": "no-store"})


async def _deliveries(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(f"{PERMISSION}.read")
    asked = parameters(request)
    only(asked, {"limit", "failed"}, "A list of deliveries")
    limit, failed = number(asked.get("limit", "50"), "limit"), asked.get("failed", "false")
    if not 1 <= limit <= MAX_LIMIT:
        raise Problem(400, "bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}.", "limit")
    if failed not in ("true", "false"):
        raise Problem(400, "bad_value", "failed is true or false.", "failed")
    here = platform.of(request)
    row = await _row(request, here, who)
    found = await Places(here.platform_database).last(who.tenant, row["id"], limit, failed=failed == "true")
    return ok({"items": found}, headers=limits)


async def _row(request: Request, here: Platform, who: Caller) -> Any:
    """The webhook, at the position of `Nexus-After` or later; a 404 problem where there is none."""
    model = models_by_name("integration")["webhooks"]
    id = record_id(request, model)
    if after := request.headers.get("nexus-after"):
        await here.reach.wait(model.database, after)
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        found = await query.get(connection, model, who.tenant, id)
    if found is None:
        raise not_found(model.name)
    return {**found["row"], "id": id}
