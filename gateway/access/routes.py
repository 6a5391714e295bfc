"""Questions about access itself: what may I do, may somebody do this, and why."""

from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domains.admin.permits import FIELD_CLASSES
from domains.integration.importable import IMPORTABLE
from gateway import export, platform
from gateway.access import describe
from gateway.access.beyond import imported
from gateway.access.gate import model_of, seen
from gateway.access.standing import ACT_FOR, Standing
from gateway.answers import ok
from gateway.auth import Caller, admitted
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import only, parameters
from projections import query
from projections.catalog import read_models, reports
from projections.generations import reading
from projections.model import ReadModel
from projections.visible import EVERYTHING, NOTHING, Attribute
from schemas.contract import AggregateContract, contracts

ABOUT_OTHERS = "admin.access.read"


def add(router: APIRouter) -> None:
    """GET /access/me and GET /access/check."""
    for path, endpoint, name, doc, extra, responses in (
        ("/access/me", _me, "access_me", "Who you are, and what you may do.", describe.me(), describe.standing()),
        ("/access/check", _check, "access_check", _CHECK, describe.check(), describe.decision()),
    ):
        router.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["access"],
            response_class=Response,
            openapi_extra=extra,
            responses=responses,
        )


_CHECK = "Whether you, or a user whom you may ask about, may do something, to a record or at all, and why."


@cache
def permissions() -> frozenset[str]:
    """Every permission that something takes."""
    commands = {c.permission for contract in contracts().values() for c in contract.commands if not c.internal}
    questions = {each.permission for each in (*read_models(), *reports()) if each.permission}
    fields = {f"{domain}.{kind}.see" for domain, _ in contracts() for kind in FIELD_CLASSES}
    others = {f"admin.dead-letter.{verb}" for verb in ("read", "redrive", "discard")}
    ways_in = {*(f"admin.service-account.{verb}" for verb in ("issue-key", "rotate-key")), "admin.user.invite"}
    in_bulk = {f"integration.bulk-change.{verb}" for verb in ("start", "revert")}
    of_files = {permit for target in IMPORTABLE for permit in imported(target, "record")}
    return frozenset(
        commands
        | questions
        | fields
        | others
        | ways_in
        | in_bulk
        | of_files
        | {ABOUT_OTHERS, ACT_FOR, export.PERMISSION}
    )


async def _me(request: Request) -> Response:
    who, limits = await admitted(request)
    only(parameters(request), {"after"}, "access/me")
    it = who.standing.who
    return ok(
        {
            "tenant": who.tenant,
            "user": who.user,
            "on_behalf_of": who.on_behalf_of,
            "roles": sorted(it.roles) if it is not None else ["owner"],
            "team": sorted(it.people) if it is not None else [],
            "territories": sorted(it.territories) if it is not None else [],
            "apps_off": sorted(who.standing.apps_off),
            "permissions": {name: reach for name in sorted(permissions()) if (reach := _reach(who.standing, name))},
        },
        headers=limits,
    )


def _reach(standing: Standing, permission: str) -> str | None:
    """`all` records of its kind, `some` of them, or None for none."""
    visible = standing.visible(permission, _declared(permission))
    return None if visible == NOTHING else "all" if visible == EVERYTHING else "some"


async def _check(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked = platform.of(request), parameters(request)
    only(asked, {"permission", "id", "user", "after"}, "access/check")
    permission, id = asked.get("permission", ""), asked.get("id")
    if permission not in permissions():
        raise Problem(
            400, "unknown_permission", "There is no such permission; /docs names that of each address.", "permission"
        )
    standing = await _standing(here, who, asked.get("user"))
    if id is None:
        reach = _reach(standing, permission)
        because = [str(each) for each in standing.permits() if each.covers(permission)] if reach else []
        return ok(
            {"permission": permission, "allowed": reach is not None, "reach": reach, "because": because}, headers=limits
        )
    decision = standing.decide(permission, await _record(here, who, permission, id))
    told = {"permission": permission, "allowed": decision.allowed, "because": decision.because}
    return ok(told, headers=limits)


async def _standing(here: Platform, who: Caller, user: str | None) -> Standing:
    if user is None or user == who.user:
        return who.standing
    who.standing.needed(ABOUT_OTHERS)
    found = await here.access.standing(who.tenant, user)
    if found is None:
        raise not_found("user who may work here")
    return found


async def _record(here: Platform, who: Caller, permission: str, id: str) -> dict[str, Attribute]:
    """What rules speak of in a record that the caller may read; a 404 problem for any other."""
    contract = contract_of(permission)
    model = model_of(contract.domain, contract.aggregate) if contract is not None else None
    if contract is None or model is None:
        detail = f"{permission} is not about records; leave id out."
        raise Problem(400, "no_records", detail, "id")
    if not await seen(here, who, [(contract.domain, contract.aggregate, id)]):
        raise not_found(model.name)
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        found = await query.get(connection, model, who.tenant, id)
    if found is None:
        raise not_found(model.name)
    return {attribute: found["row"][column] for attribute, column in model.access.items()}


def _declared(permission: str) -> Any:
    contract = contract_of(permission)
    model: ReadModel | None = model_of(contract.domain, contract.aggregate) if contract is not None else None
    return model.access if model is not None else ()


@cache
def contract_of(permission: str) -> AggregateContract | None:
    """The aggregate whose records a permission is about."""
    for contract in contracts().values():
        model = model_of(contract.domain, contract.aggregate)
        mine = {command.permission for command in contract.commands} | ({model.permission} if model else set[str]())
        if permission in mine:
            return contract
    return None
