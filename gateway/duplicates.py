"""Contacts who may be one person: of one contact, of somebody who is not on file yet, and all pairs of a tenant.

Who is alike tells what names and addresses are, so that it takes seeing those: of contacts whose personal fields one
does not see, nothing is found.
"""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import describe_duplicates as describe
from gateway import platform
from gateway.access.gate import sight_of
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.describe import takes
from gateway.problems import Problem, not_found
from gateway.queries import caught_up, number, only, parameters, record_id
from projections import cursor as cursors
from projections import query
from projections.catalog import models_by_name
from projections.crm import duplicates
from projections.crm.blocking import keys_of
from projections.crm.likeness import Likeness, Profile, of_row, profile
from projections.generations import reading
from projections.model import ReadModel
from projections.visible import Sight, all_of

MOST = 100
"""Suggestions on a page."""
OF_NOBODY = frozenset({"name", "email", "phone", "street", "city", "region", "postal_code", "born", "company_id"})
"""What can be said of somebody who is not on file yet."""
_PLACE = ("street", "city", "region", "postal_code")


def add(router: APIRouter) -> None:
    """GET /crm/contacts/duplicates, /crm/contacts/{id}/duplicates and /crm/duplicates. Before the route of a contact,
    which would take the first for one."""
    permission = contacts().permission
    for path, endpoint, doc, extra, answers in (
        ("/crm/contacts/duplicates", _of_nobody, "Contacts who may be somebody whom one is about to put on file.",
         describe.of_nobody(), describe.alike()),
        ("/crm/contacts/{id}/duplicates", _of_contact, "Contacts who may be the same person, the likeliest first.",
         describe.of_contact(), describe.alike()),
        ("/crm/duplicates", _pairs, "Pairs of contacts who may be the same person, the likeliest first.",
         describe.of_all(), describe.pairs()),
    ):  # fmt: skip
        name = endpoint.__name__.strip("_") + "_duplicates"
        router.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["crm: contacts"],
            response_class=Response,
            openapi_extra=extra | takes(permission),
            responses=answers,
        )


def contacts() -> ReadModel:
    """The contacts, as they are shown."""
    return models_by_name(duplicates.DATABASE)[duplicates.CONTACTS]


def _sight(who: Caller) -> Sight:
    """The contacts that somebody sees, and sees the personal fields of; a 403 problem where no contact may be read."""
    model = contacts()
    sight = sight_of(who, model.permission, model)
    return Sight(all_of(sight.records, sight.of("personal")))


async def _of_contact(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked, model = platform.of(request), parameters(request), contacts()
    only(asked, {"limit", "after"}, "duplicates")
    sight, limit, id = _sight(who), _limit(asked), record_id(request, model)
    await caught_up(request, here, model.database)
    position = await here.reach.token(model.database)
    readable = sight_of(who, model.permission, model)
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        if await query.get(connection, model, who.tenant, id, sight=readable) is None:
            raise not_found(model.name)
        own = await query.get(connection, model, who.tenant, id, sight=sight)
        person = Profile() if own is None else of_row(own["row"])
        found = await duplicates.candidates(connection, who.tenant, keys_of(person), sight, but=id)
    return await _told(request, person, found, limit, {**limits, "Nexus-Position": position})


async def _of_nobody(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked, model = platform.of(request), parameters(request), contacts()
    only(asked, {*OF_NOBODY, "limit", "after"}, "duplicates")
    sight, limit = _sight(who), _limit(asked)
    await caught_up(request, here, model.database)
    position = await here.reach.token(model.database)
    place = {name: asked[name] for name in _PLACE if name in asked}
    person = profile(
        asked.get("name"),
        _one(asked, "email"),
        _one(asked, "phone"),
        [place] if place else [],
        asked.get("born"),
        asked.get("company_id"),
    )
    if not (keys := keys_of(person)):
        detail = "Say more of the person: an email address, a number, or a name of two words."
        raise Problem(400, "too_little_said", detail, "name")
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        found = await duplicates.candidates(connection, who.tenant, keys, sight)
    return await _told(request, person, found, limit, {**limits, "Nexus-Position": position})


def _one(asked: Mapping[str, str], name: str) -> Sequence[str]:
    return [asked[name]] if asked.get(name) else []


async def _told(
    request: Request, person: Profile, found: Sequence[duplicates.Row], limit: int, headers: Mapping[str, str]
) -> Response:
    alike = await asyncio.to_thread(duplicates.likely, person, found, limit)
    noted(request.scope).shown(row["id"] for row, _ in alike)
    return ok({"items": [_said(each) | {"contact": row} for row, each in alike]}, headers=headers)


async def _pairs(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked, model = platform.of(request), parameters(request), contacts()
    only(asked, {"limit", "cursor", "after"}, "duplicates")
    sight, limit = _sight(who), _limit(asked)
    await caught_up(request, here, model.database)
    position = await here.reach.token(model.database)
    question = cursors.question_digest(["duplicates", who.tenant])
    behind = _behind(asked["cursor"], question, here.secret) if "cursor" in asked else None
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        candidates = await duplicates.pairs(connection, who.tenant, sight)
    found = await asyncio.to_thread(duplicates.twins, candidates)
    left = [each for each in found if behind is None or _place(each) > behind]
    page = left[:limit]
    cursor = None
    if len(left) > limit:
        weight, one, other = _place(page[-1])
        cursor = cursors.write(question, [Decimal(str(weight)), one], other, here.secret)
    noted(request.scope).shown(dict.fromkeys(row["id"] for each in page for row in (each.one, each.other)))
    items = [_said(each.likeness) | {"contacts": [each.one, each.other]} for each in page]
    return ok({"items": items, "next_cursor": cursor}, headers={**limits, "Nexus-Position": position})


def _place(each: duplicates.Twins) -> tuple[float, str, str]:
    return -each.likeness.weight, each.one["id"], each.other["id"]


def _behind(cursor: str, question: str, secret: bytes) -> tuple[float, str, str]:
    (weight, one), other = cursors.read(cursor, question, ["number", "text"], secret)
    return float(weight), one, other


def _said(alike: Likeness) -> dict[str, Any]:
    return {"score": alike.score, "because": list(alike.because)}


def _limit(asked: Mapping[str, str]) -> int:
    limit = number(asked.get("limit", "20"), "limit")
    if not 1 <= limit <= MOST:
        raise Problem(400, "bad_limit", f"limit must be between 1 and {MOST}.", "limit")
    return limit
