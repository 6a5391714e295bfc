"""Links that set a password: given to a user by whoever may do as much as they, and good once.

A link is `/signin/<tenant>/welcome?link=<user id>.<secret>`, the secret being 256 random bits of which the log has the
SHA-256. Looking at its page changes nothing, so that programs which look at every link in a message do no harm.
"""

import asyncio
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import outcome, platform
from gateway.access.by_key import address_of
from gateway.access.gate import all_of_them, not_more_than_own
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.bodies import OptionalText, parse
from gateway.commands import ID
from gateway.identity.address import public_address
from gateway.identity.sessions import hashed, secret
from gateway.limits import body_of
from gateway.passwords import forms
from gateway.passwords.asked import UNSEEN, is_form, read
from gateway.passwords.credentials import Known
from gateway.passwords.rules import chosen
from gateway.passwords.signin import Word, not_let_in
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.scim.send import now, settled, tell
from infra import sealing
from infra.keys import TENANT
from schemas.generated.admin.credential import FollowPasswordLink, IssuePasswordLink

INVITE = "admin.user.invite"
"""The permission that giving a link takes."""
MOST_HOURS = 168


class Invite(BaseModel):
    """Gives the user a link that sets a password, once; one that they were given before ends."""

    model_config = ConfigDict(extra="forbid")
    hours: Annotated[int, Field(strict=True, ge=1, le=MOST_HOURS)] = Field(1, description="For how long it is good.")


class Welcome(BaseModel):
    """Sets the password of whoever holds the link."""

    model_config = ConfigDict(extra="forbid")
    password: Word = Field(description="The password.", examples=["several words, not one"])
    repeated: OptionalText = Field(None, description="The same once more, where a person types it.")


async def invite(request: Request) -> Response:
    """Gives a link."""
    who, limits = await admitted(request)
    who.standing.needed(INVITE)
    here, id = platform.of(request), str(request.path_params["id"])
    values = parse(await body_of(request), request.headers.get("content-type"), Invite)
    after = request.headers.get("nexus-after") or request.query_params.get("after")
    theirs = await here.access.standing(who.tenant, id, after) if ID.fullmatch(id) else None
    if theirs is None:
        raise not_found("user who may work here")
    if id == who.user:
        detail = "Your own password is changed at /signin/account, which asks for the one before."
        raise Problem(409, "own_password", detail)
    not_more_than_own(who.standing, all_of_them(theirs))
    if not await here.sign_in.credentials.allowed(who.tenant):
        detail = "People of this tenant sign in through a provider; set-local-sign-in lets them have passwords."
        raise Problem(409, "local_sign_in_off", detail)
    home, at, word = public_address(here.settings), now(), secret()
    expires_at = at + timedelta(hours=values["hours"])
    command = IssuePasswordLink(user_id=id, digest=hashed(word), expires_at=expires_at, at=at)
    reply = await tell(here, who, command)
    position = await settled(here, [reply])
    link = f"{home}/signin/{who.tenant}/welcome?" + urlencode({"link": f"{id}.{word}"})
    told = outcome.told(id, reply, position) | {"link": link, "expires_at": expires_at}
    return ok(told, 201, {**limits, "Nexus-Position": position, "Cache-Control": "no-store"})


async def welcome(request: Request) -> Response:
    """The page that a link leads to."""
    tenant, known, _ = await _followed(request)
    return forms.welcome(tenant, _link(request), known.named)


async def again(request: Request, problem: Problem) -> Response:
    """The same page, once a password would not do; for a link that is none the problem itself."""
    if problem.field not in ("password", "repeated"):
        raise problem
    tenant, known, _ = await _followed(request)
    return forms.welcome(tenant, _link(request), known.named, problem)


async def set_password(request: Request) -> Response:
    """Sets the password that somebody chose."""
    here = platform.of(request)
    tenant, known, digest = await _followed(request)
    standing = await here.access.standing(tenant, known.user)
    if standing is None:
        raise _unknown()
    who = Caller(tenant, known.user, f"user:{known.user}", standing)
    told = noted(request.scope)
    told.caller(tenant, known.user, who.name)
    told.record = known.user
    here.audit.admit()
    values, _ = await read(request, Welcome)
    sealed = await new_password(here, who, known, values)
    command = FollowPasswordLink(user_id=known.user, digest=digest, password=sealed, at=now())
    await settled(here, [await tell(here, who, command)])
    await here.sign_in.lockout.clear(tenant, known.user)
    if is_form(request):
        return forms.welcomed(tenant, known.named)
    return ok({"named": known.named}, headers=UNSEEN)


async def new_password(here: Platform, who: Caller, known: Known, values: Mapping[str, Any]) -> str:
    """The sealed hash of a password that somebody chose, `password` and perhaps `repeated`; 422 and 503 problems."""
    if values["repeated"] not in (None, values["password"]):
        raise Problem(422, "password_differs", "The two are not the same; type both again.", "repeated")
    about = ("nexus360", who.tenant, known.named, *known.named.split("@"))
    password = await asyncio.to_thread(chosen, values["password"], about)
    hash = await here.sign_in.hasher.hash(password)
    return await asyncio.to_thread(sealing.seal_of, here.vaults, who.tenant, known.user, hash)


async def _followed(request: Request) -> tuple[str, Known, str]:
    """(tenant, whose link it is, the digest of its secret); a 401 problem for a link that is none (any more), and 429
    for whoever tries many."""
    here, tenant = platform.of(request), str(request.path_params["tenant"])
    address = address_of(request)
    here.refusals.slow(address)
    await here.limiter.admit(f"signin/{tenant}")  # not at the cost of who is in already
    offered = TENANT.fullmatch(tenant) is not None and await here.sign_in.credentials.offered(tenant)
    user, _, word = _link(request).rpartition(".")
    known = await here.sign_in.credentials.of(tenant, user) if offered and ID.fullmatch(user) else None
    if known is None or known.link is None or not hmac.compare_digest(known.link, hashed(word)):
        if offered:
            not_let_in(request, tenant, known, "link_unknown")
        await here.refusals.count(address)
        raise _unknown()
    if known.link_expires_at is None or known.link_expires_at <= now():
        not_let_in(request, tenant, known, "link_expired")
        raise Problem(401, "link_expired", "The link has ended; ask an administrator for a new one.", "link")
    return tenant, known, hashed(word)


def _link(request: Request) -> str:
    return request.query_params.get("link", "")


def _unknown() -> Problem:
    detail = "The link was used, is cut, or another one took its place; ask an administrator for a new one."
    return Problem(401, "link_unknown", detail, "link")
