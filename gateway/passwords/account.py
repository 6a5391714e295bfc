"""What somebody who is signed in does to their own password and authenticator. Each takes the password once more:
whoever finds a browser open, or takes a session, does not stay."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import platform
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, unauthenticated
from gateway.bodies import OptionalText
from gateway.identity.door import held, not_forged
from gateway.identity.sessions import Session
from gateway.passwords import codes, forms
from gateway.passwords.asked import UNSEEN, is_form, read, went
from gateway.passwords.credentials import PASSWORD, Known
from gateway.passwords.links import new_password
from gateway.passwords.signin import Code, Word, begin_session, compared, opened
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.scim.send import now, settled, tell
from gateway.web import HOME
from infra import sealing
from schemas.generated.admin.credential import ChangePassword, EnrolTotp, RemoveTotp


class Change(BaseModel):
    """Sets another password, and ends every other session that began with the one before."""

    model_config = ConfigDict(extra="forbid")
    old: Word = Field(description="The password now.", examples=["several words, not one"])
    password: Word = Field(description="The new one.", examples=["several other words"])
    repeated: OptionalText = Field(None, description="The new one once more, where a person types it.")


class Confirmed(BaseModel):
    """Says the password once more."""

    model_config = ConfigDict(extra="forbid")
    password: Word = Field(description="The password.", examples=["several words, not one"])


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody who is signed in, and what they sign in by."""

    session: Session
    who: Caller
    known: Known


async def own(request: Request) -> Own:
    """Who is signed in; a 401 problem for nobody, 409 for somebody who has no password."""
    here = platform.of(request)
    session = await held(here, request)
    standing = None if session is None else await here.access.standing(session.tenant, session.user)
    if session is None or standing is None:
        raise unauthenticated("Nobody is signed in here; begin at /signin/ and the tenant's name.")
    await here.limiter.admit(session.tenant)
    name = f"user:{session.user}"
    noted(request.scope).caller(session.tenant, session.user, name)
    here.audit.admit()
    known = await here.sign_in.credentials.of(session.tenant, session.user)
    if known is None or known.password is None:
        detail = "You have no password here; you sign in through a provider, which has its own page for this."
        raise Problem(409, "no_password", detail)
    return Own(session, Caller(session.tenant, session.user, name, standing), known)


async def shown(request: Request) -> Response:
    """What somebody signs in by."""
    mine = await own(request)
    if "text/html" in request.headers.get("accept", ""):
        return forms.account(mine.known, mine.session.csrf)
    known = mine.known
    told = {"named": known.named, "authenticator": known.totp is not None, "recovery_codes": len(known.recovery)}
    return ok(told, headers=UNSEEN)


async def again(request: Request, problem: Problem) -> Response:
    """The same page, once something was refused; the problem itself where nobody is signed in."""
    if problem.status == 401 or problem.code.startswith("csrf"):
        raise problem
    mine = await own(request)
    return forms.account(mine.known, mine.session.csrf, problem)


async def change_password(request: Request) -> Response:
    """Sets another password."""
    here, mine = platform.of(request), await own(request)
    values = await _asked(request, mine, Change)
    await _sure(request, mine, values["old"])
    sealed = await new_password(here, mine.who, mine.known, values)
    command = ChangePassword(user_id=mine.known.user, password=sealed, at=now())
    await settled(here, [await tell(here, mine.who, command, mine.known.version)])
    known = await here.sign_in.credentials.of(mine.who.tenant, mine.known.user)
    answer = went(request, forms.ACCOUNT)
    if known is not None and mine.session.provider == PASSWORD:
        await begin_session(request, answer, mine.who.tenant, known)
    return answer


async def add_authenticator(request: Request) -> Response:
    """Offers the secret of an authenticator, which counts once a code has shown that it works."""
    here, mine = platform.of(request), await own(request)
    values = await _asked(request, mine, Confirmed)
    await _sure(request, mine, values["password"])
    if mine.known.totp is not None:
        raise Problem(409, "totp_enrolled", "Codes of an authenticator are asked for already; remove that one first.")
    secret = codes.new_secret()
    sealed = await asyncio.to_thread(sealing.seal_of, here.vaults, mine.who.tenant, mine.known.user, secret)
    await here.sign_in.pending.offer(mine.who.tenant, mine.known.user, sealed)
    return _offered(request, mine, secret, None)


async def again_code(request: Request, problem: Problem) -> Response:
    """The offer once more, after a wrong code; what `again` shows after anything else."""
    if problem.code != "code_wrong":
        return await again(request, problem)
    mine = await own(request)
    return _offered(request, mine, await _offer(request, mine), problem)


async def confirm_authenticator(request: Request) -> Response:
    """Asks for codes from now on, once one was given that is right."""
    here, mine = platform.of(request), await own(request)
    values, secret = await _asked(request, mine, Code), await _offer(request, mine)
    given = await enrolled(here, mine.who, mine.known, secret, values["code"])
    await here.sign_in.pending.take_back(mine.who.tenant, mine.known.user)
    if is_form(request):
        return forms.recovery_codes(given, HOME)
    return ok({"recovery_codes": given}, headers=UNSEEN)


async def enrolled(here: Platform, who: Caller, known: Known, secret: str, code: str) -> Sequence[str]:
    """The recovery codes of an authenticator that counts from now on; a 422 problem for a code that is not its."""
    tenant, user = who.tenant, known.user
    step = codes.step_of(secret, code, time.time())
    if step is None or not await here.sign_in.sessions.first(tenant, f"code\0{user}\0{step}", codes.GOOD_FOR):
        detail = "That is not the code that the authenticator shows now; look at the clock of the telephone, and again."
        raise Problem(422, "code_wrong", detail, "code")
    given = codes.new_recovery_codes()
    sealed = await asyncio.to_thread(sealing.seal_of, here.vaults, tenant, user, secret)
    command = EnrolTotp(user_id=user, secret=sealed, recovery=tuple(map(codes.digest_of, given)), at=now())
    await settled(here, [await tell(here, who, command, known.version)])
    return given


async def remove_authenticator(request: Request) -> Response:
    """Asks for no codes any more."""
    here, mine = platform.of(request), await own(request)
    values = await _asked(request, mine, Confirmed)
    await _sure(request, mine, values["password"])
    await settled(here, [await tell(here, mine.who, RemoveTotp(user_id=mine.known.user, at=now()))])
    return went(request, forms.ACCOUNT)


async def _asked(request: Request, mine: Own, expected: type[BaseModel]) -> dict[str, Any]:
    """What a page of the session sent; a 403 problem for what another one did."""
    values, csrf = await read(request, expected)
    not_forged(platform.of(request), request, mine.session, csrf)
    return values


async def _sure(request: Request, mine: Own, password: str) -> None:
    """Comes back when it is the password; a 403 problem, counted as a try to sign in, when it is not."""
    here, tenant, user = platform.of(request), mine.who.tenant, mine.known.user
    hash = await opened(here, tenant, mine.known, mine.known.password)
    tried, right = await compared(here, tenant, user, hash, password)
    if not tried or not right:
        detail = "That is not your password, or it was tried too often; try again in some minutes."
        raise Problem(403, "password_wrong", detail, "password")
    await here.sign_in.lockout.clear(tenant, user)


async def _offer(request: Request, mine: Own) -> str:
    """The secret that was offered; a 409 problem once that is too long ago."""
    here, tenant, user = platform.of(request), mine.who.tenant, mine.known.user
    sealed = await here.sign_in.pending.offered(tenant, user)
    secret = await opened(here, tenant, mine.known, sealed)
    if secret is None:
        raise Problem(409, "offer_over", "That took too long; begin again to add an authenticator.")
    return secret


def _offered(request: Request, mine: Own, secret: str, problem: Problem | None) -> Response:
    address = codes.address(secret, mine.known.named, f"Nexus360-{mine.who.tenant}")
    if is_form(request):
        return forms.authenticator(secret, address, mine.session.csrf, problem)
    return ok({"secret": secret, "address": address}, headers=UNSEEN)
