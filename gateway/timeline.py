"""What happened to a record and around it, newest first, as far as the caller may read each of the records that it
happened to: `GET …/{id}/timeline`, and the same for GraphQL."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import describe, describe_timeline, platform
from gateway.access.gate import Record, hidden, seen, shown_of
from gateway.access.masking import masked
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.platform import Platform
from gateway.problems import not_found
from gateway.queries import SHOWN, caught_up, keys_at_hand, number, only, opened, parameters, record_id
from projections import query
from projections.generations import reading
from projections.model import ReadModel
from projections.query import Page
from projections.timeline import CALLED, Asked, concerning, members
from projections.visible import Sight
from schemas.contract import record_types

_ASKED = {"kinds", "types", "limit", "cursor", "as_of", "known_at", "after"}


def add(router: APIRouter, model: ReadModel) -> None:
    """The timeline of a read model that has one."""
    shown, name = model.name.replace("_", "-"), f"timeline_{model.database}_{model.name}"
    router.add_api_route(
        f"/{model.database}/{shown}/{{id}}/timeline",
        _timeline(model),
        methods=["GET"],
        name=name,
        operation_id=name,
        summary="What happened to the record and around it, newest first.",
        tags=[f"{model.database}: {shown}"],
        response_class=Response,
        openapi_extra=describe_timeline.asked(model) | describe.takes(model.permission),
        responses=describe_timeline.answers(),
    )


def _timeline(model: ReadModel) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, _ASKED, "timeline")
        who.standing.needed(model.permission, model.access)
        await caught_up(request, here, model.database)
        id, position = record_id(request, model), await here.reach.token(model.database)
        question = Asked(
            _names(asked.get("kinds")),
            _names(asked.get("types")),
            query.parse_times(asked.get("as_of"), asked.get("known_at")),
            asked.get("cursor"),
            number(asked.get("limit", "50"), "limit"),
        )
        page = await timeline(here, who, model, id, question)
        if page is None:
            raise not_found(model.name)
        noted(request.scope).shown(dict.fromkeys(each["id"] for each in page.items))
        return ok(
            {"items": page.items, "next_cursor": page.next_cursor}, headers={**limits, "Nexus-Position": position}
        )

    return endpoint


async def timeline(here: Platform, who: Caller, model: ReadModel, id: str, asked: Asked) -> Page | None:
    """A page of entries as the caller sees them; None where there is no such record, or none in sight. Raises
    QueryError."""
    assert model.aggregate is not None
    its = (*model.aggregate, id)
    if not await seen(here, who, [its]):
        return None
    reader, around = here.readers[model.database], (model, *concerning(model))
    async with reading(reader, who.tenant, *around, plans="force_generic_plan", waits=False) as connection:
        page = await query.timeline(
            connection, model, who.tenant, id, asked, secret=here.secret, sights=sights(who, model)
        )
        if its not in map(_record, page.items) and not await _ever_was(connection, who.tenant, its):
            return None
    return await told(here, who, page)


def sights(who: Caller, model: ReadModel) -> Mapping[str, Sight]:
    """What somebody sees of each read model whose events stand on timelines of this one's."""
    return {each.name: shown_of(who, each.permission, each) for each in members(model)}


async def told(here: Platform, who: Caller, page: Page) -> Page:
    """A page of the entries that were found, as the caller sees them."""
    unseen = await hidden(here, who, {_record(each) for each in page.items})
    return replace(page, items=await asyncio.to_thread(_entries, here, page.items, unseen))


def _names(value: str | None) -> tuple[str, ...]:
    return () if value is None else tuple(name for name in value.split(",") if name)


def _record(entry: Mapping[str, Any]) -> Record:
    return entry["domain"], entry["aggregate"], entry["id"]


async def _ever_was(connection: AsyncConnection, tenant: str, record: Record) -> bool:
    return bool((await query.history(connection, tenant, *record, limit=1)).items)


def _entries(
    here: Platform,
    rows: Sequence[Mapping[str, Any]],
    unseen: Mapping[Record, Collection[str]],
) -> list[dict[str, Any]]:
    """Entries as callers see them. Asks for keys: not in the loop."""
    keys_at_hand(here, rows)
    return [
        {name: row[name] for name in (*SHOWN, "actor_name")}
        | {"sentence": _sentence(row["type"]), "name": row[CALLED]}
        | masked(opened(here, bytes(row["value"]), row["tenant"]), unseen[_record(row)])
        for row in rows
    ]


def _sentence(type: str) -> str | None:
    """What events of a type say, as their schema has it."""
    known = record_types().get(type)
    return None if known is None else " ".join((known.__doc__ or "").split())
