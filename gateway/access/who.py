"""`GET /access/who`: who could do something to a record, such as read it, at some moment; answered from the log.

Users, service accounts, teams, roles and the record are taken as the read models had them at that moment, which is what
was asked then: not in business order, for what was recorded later changed nothing of what somebody saw.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import platform
from gateway.access import describe, live
from gateway.access.directory import ACCOUNT, Directory
from gateway.access.gate import model_of, seen
from gateway.access.routes import ABOUT_OTHERS, contract_of, permissions
from gateway.access.rules import Rules
from gateway.access.standing import Standing
from gateway.answers import ok
from gateway.auth import Caller, admitted
from gateway.describe import takes
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import only, parameters
from projections import query
from projections.generations import ModelBuilding, reading
from projections.model import ReadModel
from projections.query import NOW, Times
from projections.question import parse_time
from projections.visible import Attribute

_DOC = "Who could do something to a record at some moment, and which permit of which role was the reason."
KEYS = "Whoever had the tenant's own key could, too."
PROGRAMS = "A service account comes in by its keys, each of which may be good for less than its roles permit."
BUILT_IN = "What built-in roles permit is taken from this version of the platform."
NO_PAST = "Records of this kind keep no past: it is taken as it is now."


def add(router: APIRouter) -> None:
    """GET /access/who."""
    router.add_api_route(
        "/access/who",
        _who,
        methods=["GET"],
        name="access_who",
        operation_id="access_who",
        summary=_DOC,
        tags=["access"],
        response_class=Response,
        openapi_extra=describe.who() | takes(ABOUT_OTHERS),
        responses=describe.everybody(),
    )


async def _who(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked = platform.of(request), parameters(request)
    only(asked, {"permission", "id", "at", "after"}, "access/who")
    who.standing.needed(ABOUT_OTHERS)
    permission, id = asked.get("permission", ""), asked.get("id", "")
    model = _model(permission)
    at, times = _moment(asked.get("at"))
    if token := request.headers.get("nexus-after") or asked.get("after"):
        for database in (live.DATABASE, model.database):
            await here.reach.wait(database, token)
    record = await _record(here, who, model, id, times if model.times else NOW)
    directory = await live.read(here.readers[live.DATABASE], who.tenant, times)
    if directory.building:
        raise ModelBuilding("Service accounts of this version are not live yet; `nexus360 rebuild` builds them.")
    users, accounts = await asyncio.to_thread(_everybody, directory, permission, record)
    said = [KEYS, PROGRAMS, BUILT_IN, *(() if model.times else (NO_PAST,))]
    told = {"permission": permission, "id": id, "at": at, "users": users, "accounts": accounts, "notes": said}
    return ok(told, headers=limits)


def _model(permission: str) -> ReadModel:
    """The read model of the records that a permission is about."""
    if permission not in permissions():
        detail = "There is no such permission; /docs names that of each address."
        raise Problem(400, "unknown_permission", detail, "permission")
    contract = contract_of(permission)
    model = None if contract is None else model_of(contract.domain, contract.aggregate)
    if model is None:
        raise Problem(400, "no_records", f"{permission} is not about records.", "permission")
    return model


def _moment(text: str | None) -> tuple[datetime, Times]:
    """The moment that counts: now, where it is left out or has not come yet. A date means its end, UTC."""
    now = datetime.now(UTC)
    asked = now if text is None else parse_time(text, "at", end_of_day=True)
    return (now, NOW) if asked >= now else (asked, Times(known_at=asked))


async def _record(here: Platform, who: Caller, model: ReadModel, id: str, times: Times) -> Mapping[str, Attribute]:
    """What rules speak of in the record as it was; a 404 problem for one that was not there, or that whoever asks may
    not read."""
    assert model.aggregate is not None
    if "\0" in id or not await seen(here, who, [(*model.aggregate, id)]):
        raise not_found(model.name)
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        found = await query.get(connection, model, who.tenant, id, times)
    if found is None:
        raise not_found(model.name)
    return {attribute: found["row"][column] for attribute, column in model.access.items()}


def _everybody(
    directory: Directory, permission: str, record: Mapping[str, Attribute]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The users and the service accounts who could, each with why. Takes some tenth of a millisecond for each."""
    why = partial(_why, directory, Rules(directory.roles), permission, record)
    users = [{"user": id, "because": found} for id in sorted(directory.members) if (found := why(id))]
    programs = ((id, why(ACCOUNT + id)) for id in sorted(directory.accounts))
    return users, [{"account": id, "because": found} for id, found in programs if found]


def _why(
    directory: Directory, rules: Rules, permission: str, record: Mapping[str, Attribute], name: str
) -> tuple[str, ...]:
    """The permits by which somebody could; none where they could not."""
    principal = directory.principal(name)
    if principal is None:
        return ()
    decision = Standing(principal, rules, directory.apps_off).decide(permission, record)
    return decision.because if decision.allowed else ()
