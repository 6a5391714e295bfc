"""Routes for the keys of service accounts. A key's secret is made here, told once, and kept nowhere."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from domains.admin.permits import Permit
from gateway import describe, outcome, platform
from gateway.access import describe as describe_access
from gateway.access.directory import Key
from gateway.access.gate import not_more_than_own, parsed
from gateway.access.uses import Use
from gateway.answers import ok
from gateway.auth import Caller, admitted
from gateway.bodies import OptionalMoment, Text, parse
from gateway.commands import ID, ask, expected_version, idempotency_key, traceparent
from gateway.describe import takes
from gateway.limits import body_of
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import only, parameters
from infra import api_keys
from infra.log.envelope import CommandEnvelope
from schemas.generated.admin.service_account import IssueApiKey, RotateApiKey

BASE = "/admin/service-accounts/{id}/keys"
PERMISSION = "admin.service-account"
LIFE = timedelta(days=90)
"""Of a key for which no other is asked."""
DAY = 24 * 60 * 60
_NOUN = "service account"


class Issue(BaseModel):
    """Gives the service account a key."""

    model_config = ConfigDict(extra="forbid")
    name: Text = Field(description="What the key is for.", examples=["Nightly import"])
    permits: Annotated[list[Text], Field(max_length=1000)] = Field(
        [],
        description="What the key is narrowed to, written as in a role, such as crm.deal.read; all that the service "
        "account's roles permit, when left out.",
    )
    expires_at: OptionalMoment = Field(
        None, description=f"When it ends, within a year. In {LIFE.days} days, when left out."
    )


class Rotate(BaseModel):
    """Gives the service account a key in the place of this one, for the same and narrowed to the same."""

    model_config = ConfigDict(extra="forbid")
    expires_at: OptionalMoment = Field(
        None, description=f"When the new key ends, within a year. In {LIFE.days} days, when left out."
    )
    overlap_seconds: Annotated[int, Field(strict=True, ge=0, le=30 * DAY)] = Field(
        DAY, description="For how long the old key is still good, unless it ends before."
    )


def add(router: APIRouter) -> None:
    """The list of keys, and issuing and rotating one. Revoking is a command like others."""
    issued = describe_access.issued_key()
    issue, rotate = describe_access.key_command(Issue), f"{BASE}/{{key_id}}/rotate"
    for path, endpoint, method, verb, name, doc, extra, responses in (
        (BASE, _list, "GET", "read", "list_api_keys", _LIST, describe_access.keys(), describe_access.listed_keys()),
        (BASE, _issue, "POST", "issue-key", "issue_api_key", Issue.__doc__, issue, issued),
        (rotate, _rotate, "POST", "rotate-key", "rotate_api_key", Rotate.__doc__, _rotation(), issued),
    ):
        router.add_api_route(
            path,
            endpoint,
            methods=[method],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["admin: service-accounts"],
            response_class=Response,
            status_code=200 if method == "GET" else 201,
            openapi_extra=extra | takes(f"{PERMISSION}.{verb}"),
            responses=responses,
        )


_LIST = "The service account's keys, when each was last used and from where. Their secrets are kept nowhere."


def _rotation() -> dict[str, Any]:
    extra = describe_access.key_command(Rotate)
    return {**extra, "parameters": [*extra["parameters"], describe.path("key_id")]}


async def _list(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(f"{PERMISSION}.read")
    here, asked, id = platform.of(request), parameters(request), str(request.path_params["id"])
    only(asked, {"after"}, "API keys")
    position = await here.reach.token("admin")
    directory = await here.access.directory(who.tenant, request.headers.get("nexus-after") or asked.get("after"))
    if id not in directory.accounts:
        raise not_found(_NOUN)
    keys = sorted((key for key in directory.keys.values() if key.account_id == id), key=lambda key: key.issued_at)
    uses = await here.uses.of(who.tenant, [key.id for key in keys])
    items = [_shown(key, uses.get(key.id)) for key in keys]
    return ok({"items": items}, headers={**limits, "Nexus-Position": position})


def _shown(key: Key, use: Use | None) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "permits": key.permits,
        "created_at": key.issued_at,
        "expires_at": key.expires_at,
        "expired": key.expires_at <= datetime.now(UTC),
        "replaced_by": key.replaced_by,
        "last_used_at": None if use is None else use.used_at,
        "last_used_from": None if use is None else use.address,
    }


async def _issue(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(f"{PERMISSION}.issue-key")
    here, id, now = platform.of(request), _id(request, "id"), datetime.now(UTC)
    values = parse(await body_of(request), request.headers.get("content-type"), Issue)
    permits = tuple(map(str, parsed(values["permits"])))
    await _not_more_than_own(here, who, id, permits)
    key_id, secret = _new_id(request, who), api_keys.new_secret()
    command = IssueApiKey(
        service_account_id=id,
        key_id=key_id,
        name=values["name"],
        digest=api_keys.digest_of(secret),
        permits=permits,
        expires_at=values["expires_at"] or now + LIFE,
        at=now,
    )
    return await _told(request, who, command, key_id, secret, limits)


async def _rotate(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(f"{PERMISSION}.rotate-key")
    here, id, old, now = platform.of(request), _id(request, "id"), _id(request, "key_id"), datetime.now(UTC)
    values = parse(await body_of(request), request.headers.get("content-type"), Rotate)
    key = (await here.access.directory(who.tenant)).keys.get(old)
    await _not_more_than_own(here, who, id, key.permits if key is not None and key.account_id == id else ())
    key_id, secret = _new_id(request, who), api_keys.new_secret()
    command = RotateApiKey(
        service_account_id=id,
        key_id=old,
        new_key_id=key_id,
        digest=api_keys.digest_of(secret),
        expires_at=values["expires_at"] or now + LIFE,
        ends_at=now + timedelta(seconds=values["overlap_seconds"]),
        at=now,
    )
    return await _told(request, who, command, key_id, secret, limits)


async def _not_more_than_own(here: Platform, who: Caller, id: str, narrowed: tuple[str, ...]) -> None:
    """Whoever gets a key can do what it is good for, so that all of this must be theirs."""
    if any(own.includes(_EVERYTHING) for own in who.standing.permits()):
        return
    directory = await here.access.directory(who.tenant)
    account = directory.accounts.get(id)
    if account is None:
        detail = "There is no such service account. If it was created a moment ago, send that answer's position as "
        raise Problem(404, "not_found", detail + "Nexus-After.")
    given = who.standing.rules.permits(directory.machine(account, narrowed))
    not_more_than_own(who.standing, (permit for _, permit in given))


_EVERYTHING = Permit("*", "*", "*")


def _id(request: Request, name: str) -> str:
    id = str(request.path_params[name])
    if not ID.fullmatch(id):
        raise not_found(_NOUN if name == "id" else "key")
    return id


def _new_id(request: Request, who: Caller) -> str:
    """The id of a key that is asked for: a retry has that of its first try, and is refused, since nobody knows that
    key's secret any more but who asked for it first."""
    key = idempotency_key(request.headers.get("idempotency-key"))
    if key is None:
        return str(uuid.uuid4())
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\0".join((who.tenant, who.sender, request.url.path, key))))


async def _told(
    request: Request,
    who: Caller,
    command: IssueApiKey | RotateApiKey,
    key_id: str,
    secret: str,
    limits: Mapping[str, str],
) -> Response:
    """Sends the command, and tells the key if it was accepted.

    The command's id is a new one for every request: were it remembered as accepted, a retry would be told so, and given
    a secret that is good for nothing.
    """
    here, id, command_id = platform.of(request), command.service_account_id, str(uuid.uuid4())
    envelope = CommandEnvelope(
        command=command,
        tenant=who.tenant,
        aggregate="service_account",
        id=id,
        command_id=command_id,
        correlation_id=command_id,
        actor=who.name,
        on_behalf_of=who.on_behalf_of,
        fingerprint=command.digest[:16],
        expected_version=expected_version(request.headers.get("if-match")),
        traceparent=traceparent(request.headers.get("traceparent")),
    )
    reply = await ask(here, envelope)
    token = outcome.token_of(reply, here.secret)
    headers = {**limits, "ETag": f'"{reply.version}"', "Nexus-Position": token, "Cache-Control": "no-store"}
    if reply.status != 200:
        problem = outcome.refusal(reply, headers)
        if reply.code == "key_exists":
            problem.more = {"key_id": key_id}
        raise problem
    written = api_keys.written(who.tenant, key_id, secret)
    told = outcome.told(id, reply, token) | {"key_id": key_id, "key": written, "expires_at": command.expires_at}
    return ok(told, 201, headers)
