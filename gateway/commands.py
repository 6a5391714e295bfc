"""Routes for commands, one for each command of the contracts that is not internal. No rule of a domain stands here."""

import asyncio
import hashlib
import hmac
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from gateway import describe, outcome, platform, status, views
from gateway.access.gate import may_command, must_be_new
from gateway.answers import ok
from gateway.audit.noted import Noted, noted
from gateway.auth import Caller, admitted
from gateway.bodies import model, parse
from gateway.carried import carrying
from gateway.custom import custom_values
from gateway.cycles import must_close_no_ring
from gateway.limits import body_of
from gateway.persons import is_person, keys_at_hand
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from infra import sealing
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable, ReplyLate
from infra.plain import dump
from infra.vault import VaultUnavailable
from schemas.contract import AggregateContract, CommandContract, fields, is_custom, minted

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# A version as commands answer it, or the ETag of a record that shows names from others.
VERSION = re.compile(r'"([0-9]{1,18})(?:\.[0-9a-f]{12})?"')
KEY = re.compile(r"[\x21-\x7e]{1,255}")
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Route:
    """One command's route. `secret` are the fields whose text is sealed before anything else is done with it, `custom`
    those that hold values of the tenant's own fields, with what stands there if there are none."""

    aggregate: AggregateContract
    command: CommandContract
    body: type[BaseModel]
    path: str
    secret: frozenset[str]
    custom: Mapping[str, tuple[()] | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of a command beside its values. `path` is that of its route with the `id` that it names, if it names
    one; `key` makes a retry safe, `expected` is the version that its caller saw, `after` the position up to which what
    it is decided by has been read."""

    path: str
    id: str | None = None
    key: str | None = None
    expected: int | None = None
    traceparent: str | None = None
    after: str | None = None


Prepare = Callable[[Platform, Caller, dict[str, Any], Asked, Noted], Awaitable[CommandEnvelope]]
"""Makes a command of checked values, ready to be sent. Raises problems."""


def routes(contract: AggregateContract) -> list[Route]:
    """The routes of an aggregate's commands."""
    base = f"/{contract.domain}/{contract.plural}"
    return [
        Route(
            contract,
            command,
            model(command.cls, contract.id_field, creates=command.creates and not command.named_by),
            base if command.creates else f"{base}/{{id}}/{command.verb}",
            frozenset(each.name for each in fields(command.cls) if each.secret),
            {each.name: None if each.subject else () for each in fields(command.cls) if is_custom(each)},
        )
        for command in contract.commands
        if not command.internal
    ]


def add(router: APIRouter, contract: AggregateContract) -> None:
    """Adds an aggregate's commands to a router."""
    for route in routes(contract):
        router.add_api_route(
            route.path,
            _endpoint(route),
            methods=["POST"],
            name=route.command.cls.NAME,
            operation_id=f"{contract.domain}_{contract.aggregate}_{route.command.verb}".replace("-", "_"),
            summary=route.command.cls.__doc__,
            tags=[f"{contract.domain}: {contract.plural}"],
            response_class=Response,
            status_code=201 if route.command.creates else 200,
            openapi_extra=describe.command(route.body, creates=route.command.creates)
            | describe.takes(route.command.permission),
            responses=describe.command_responses(creates=route.command.creates),
        )


def _endpoint(route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here = platform.of(request)
        values = parse(await body_of(request), request.headers.get("content-type"), route.body)
        envelope = await prepared(route, here, who, values, asked_by(request), noted(request.scope))
        if "respond-async" in request.headers.get("prefer", "").lower():
            return await status.accept(here, envelope, limits)
        return answer(here, route.command.creates, envelope, await ask(here, envelope), limits)

    return endpoint


def asked_by(request: Request) -> Asked:
    """What a request says beside its body."""
    headers = request.headers
    return Asked(
        path=request.url.path,
        id=request.path_params.get("id"),
        key=idempotency_key(headers.get("idempotency-key")),
        expected=expected_version(headers.get("if-match")),
        traceparent=traceparent(headers.get("traceparent")),
        after=headers.get("nexus-after"),
    )


async def prepared(
    route: Route, here: Platform, who: Caller, values: dict[str, Any], asked: Asked, told: Noted
) -> CommandEnvelope:
    """The command of these checked values, ready to be sent: its caller may send it, and it can be sealed. `told` notes
    it for the audit. Raises problems."""
    chosen = values.get(route.aggregate.id_field) is not None
    for field, nothing in route.custom.items():
        permission, given = route.command.permission, values[field]
        values[field] = await custom_values(here, who, route.aggregate, permission, given) or nothing
    envelope = await _envelope(here, who, route, values, asked)
    told.command(envelope)
    await may_command(here, who, route.aggregate, route.command, envelope.id, envelope.command, asked.after)
    views.must_be_askable(envelope.command, await views.own_of(here, who, envelope.command))
    await must_close_no_ring(here, who, envelope, new=not chosen)
    envelope = replace(envelope, command=await carrying(here, who.tenant, envelope.command, asked.after))
    if chosen and await must_be_new(here, who, route.aggregate, envelope.id):
        envelope = replace(envelope, expected_version=0)
    await keys_at_hand(here, who.tenant, route.aggregate, route.command, envelope.command)
    if route.command.person and not await is_person(here, who.tenant, envelope.id):
        raise not_found("person")
    return envelope


async def ask(here: Platform, envelope: CommandEnvelope) -> Reply:
    """Sends a command and waits for its reply; 503 and 504 problems when that does not come."""
    again = {"command_id": envelope.command_id}
    try:
        reply = await here.sender.ask(envelope)
    except LogUnavailable as error:
        detail = "The log cannot take commands now. Nothing was lost: send it again with the same Idempotency-Key."
        raise Problem(503, "log_unavailable", detail, headers={"Retry-After": "1"}, more=again) from error
    except VaultUnavailable as error:
        detail = "Personal values cannot be sealed now. Send the command again shortly."
        raise Problem(503, "vault_unavailable", detail, headers={"Retry-After": "1"}, more=again) from error
    except ReplyLate as error:
        detail = "The log has taken the command and its answer is late. Send it again with the same Idempotency-Key"
        watched = await status.watch(here, envelope)
        detail += f", or ask {watched['Location']} how it went." if watched else "."
        raise Problem(504, "answer_late", detail, headers={"Retry-After": "1", **watched}, more=again) from error
    except ValueError as error:
        raise Problem(422, "invalid_field", f"A value cannot be written: {error}") from error
    if reply.status != 200:
        await status.refused(here, envelope, reply)
    return reply


def answer(
    here: Platform, creates: bool, envelope: CommandEnvelope, reply: Reply, limits: Mapping[str, str]
) -> Response:
    """What the caller is told; raises the problem that the reply stands for."""
    token = outcome.token_of(reply, here.secret)
    tag = {"ETag": f'"{reply.version}"', "Nexus-Position": token} | dict(limits)
    if reply.status != 200:
        raise outcome.refusal(reply, tag, new=envelope.expected_version == 0)
    if reply.repeated:
        tag["Idempotent-Replayed"] = "true"
    if creates:
        tag["Location"] = f"/{envelope.command.NAME.split('.')[0]}/{plural_of(envelope)}/{envelope.id}"
    told = outcome.told(envelope.id, reply, token) | outcome.made_by(envelope.command)
    return ok(told, 201 if creates else 200, tag)


def plural_of(envelope: CommandEnvelope) -> str:
    from schemas.contract import contracts

    return contracts()[envelope.command.NAME.split(".")[0], envelope.aggregate].plural


async def _envelope(here: Platform, who: Caller, route: Route, values: dict[str, Any], asked: Asked) -> CommandEnvelope:
    """The command that a request stands for."""
    contract, now = route.aggregate, datetime.now(UTC)
    seed = "\0".join((who.tenant, who.sender, asked.path, asked.key)) if asked.key else None
    given = values.pop(contract.id_field, None) if route.command.creates else asked.id
    if route.command.named_by:
        given = await _named(here, who.tenant, route, values)
    id = _record_id(contract, who.tenant, given, seed, creates=route.command.creates)
    secret = await here.tenant_secret(who.tenant)
    fingerprint = hmac.new(secret, dump([asked.path, id, values]), hashlib.sha256).hexdigest()[:16]
    values["at"] = business_time(values.get("at"), now)
    if (made := minted(route.command.cls)) is not None and values[made] is None:
        values[made] = _fresh(seed)
    for field in route.secret:
        if values[field]:
            about = (who.tenant, contract.aggregate, id, values[field])
            values[field] = await asyncio.to_thread(sealing.seal, here.vaults, *about)
    command = route.command.cls(**{contract.id_field: id}, **values)
    command_id = str(uuid.uuid5(uuid.NAMESPACE_URL, seed) if seed else uuid.uuid4())
    return CommandEnvelope(
        command=command,
        tenant=who.tenant,
        aggregate=contract.aggregate,
        id=id,
        command_id=command_id,
        correlation_id=command_id,
        actor=who.name,
        on_behalf_of=who.on_behalf_of,
        fingerprint=fingerprint,
        expected_version=asked.expected,
        traceparent=asked.traceparent,
    )


async def _named(here: Platform, tenant: str, route: Route, values: Mapping[str, Any]) -> str:
    """The id that follows from what a command names."""
    await here.tenant_secret(tenant)  # from here on it is in memory
    name = "\0".join(_written(values[each]) for each in route.command.named_by)
    return here.vaults.id_from(tenant, route.aggregate.aggregate, name)


def _written(value: Any) -> str:
    """What a command names, in one form: a day as 2026-03-31."""
    return "" if value is None else str(value).strip()


def _record_id(contract: AggregateContract, tenant: str, given: str | None, seed: str | None, *, creates: bool) -> str:
    """The id a command is about. A tenant's own record bears its name, and no other is to be seen."""
    noun = contract.aggregate.replace("_", " ")
    if contract.id_field == "tenant_id":
        if given not in (None, tenant):
            raise not_found(noun)
        return tenant
    if not creates:
        if given is None or not ID.fullmatch(given):
            raise not_found(noun)
        return given
    if given is None:
        return _fresh(seed)
    try:
        return str(uuid.UUID(given))
    except ValueError as error:
        detail = f"{contract.id_field} must be a uuid; leave it out and one is given."
        raise Problem(422, "invalid_id", detail, contract.id_field) from error


def _fresh(seed: str | None) -> str:
    """A new id, or the one that a retry gets once more."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, seed) if seed else uuid.uuid4())


def idempotency_key(value: str | None) -> str | None:
    if value is not None and not KEY.fullmatch(value):
        detail = "An Idempotency-Key has 1 to 255 visible ASCII characters."
        raise Problem(400, "idempotency_key_malformed", detail, "Idempotency-Key")
    return value


def traceparent(value: str | None) -> str | None:
    """What travels on as the trace: anything but W3C Trace Context is left out."""
    return value if value is not None and TRACEPARENT.fullmatch(value) else None


def expected_version(value: str | None) -> int | None:
    if value is None or value == "*":
        return None
    version = VERSION.fullmatch(value.strip())
    if version is None:
        raise Problem(400, "if_match_malformed", 'If-Match is a version in quotes, such as "3".', "If-Match")
    return int(version[1])


def business_time(given: datetime | None, now: datetime) -> datetime:
    """When something took place: now, where nothing is said; a 422 problem for what is more than a day ahead."""
    if given is not None and given > now + FUTURE:
        raise Problem(422, "at_in_future", "The business time is more than a day ahead; correct it.", "at")
    return given or now
