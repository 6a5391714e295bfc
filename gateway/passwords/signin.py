"""Signing in by name and password, and by the code of an authenticator where one is asked for.

Whoever does not come in is told the same whatever was wrong, and it takes as long: whether there is such a user,
whether they have a password and whether they must wait is nobody's business. The audit has the reason.
"""

import asyncio
import contextlib
import time
import unicodedata
from typing import Annotated

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import platform
from gateway.access.by_key import address_of
from gateway.audit.noted import noted
from gateway.auth import Caller
from gateway.bodies import Text
from gateway.identity import cookies
from gateway.identity.address import local_path
from gateway.identity.door import begun
from gateway.identity.endings import Basis
from gateway.passwords import codes, forms
from gateway.passwords.asked import read, went
from gateway.passwords.credentials import PASSWORD, Known
from gateway.passwords.pending import OWED, Half
from gateway.passwords.rules import normalised
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.scim.send import now, tell
from infra import sealing
from infra.keys import TENANT
from schemas.generated.admin.credential import RehashPassword, SpendRecoveryCode

ANYBODY = "anybody"
"""Who asks, as long as nobody knows: the actor of tries in the audit."""
REFUSED = (
    "That does not let you in: the name, the password or the code is wrong, or it was tried too often. Try again, or "
    "in some minutes; an administrator sends you a link that sets another password."
)
Word = Annotated[Text, Field(max_length=1000)]


class SignIn(BaseModel):
    """Signs in by name and password."""

    model_config = ConfigDict(extra="forbid")
    name: Word = Field(description="User name, email address or id.", examples=["ann@example.com"])
    password: Word = Field(description="The password.", examples=["several words, not one"])


class Code(BaseModel):
    """Gives the code that is asked for after the password."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[Text, Field(max_length=100)] = Field(
        description="Six digits of the authenticator, or a recovery code.", examples=["123456"]
    )


async def by_password(request: Request) -> Response:
    """The first step; the only one for whoever has no authenticator."""
    here, tenant = platform.of(request), await tenant_of(request)
    values, _ = await read(request, SignIn)
    back = local_path(request.query_params.get("return_to"))
    await here.tenant_secret(tenant)  # from here on it is in memory
    known = await here.sign_in.credentials.named(tenant, values["name"], here.vaults)
    hash = await opened(here, tenant, known, known and known.password)
    tried, right = await compared(here, tenant, _account(known, values["name"]), hash, values["password"])
    standing = None if known is None else await here.access.standing(tenant, known.user)
    if known is None or hash is None or not tried or not right or standing is None:
        raise await _refused(request, tenant, known, _reason(known, hash, right=right, tried=tried))
    if here.sign_in.hasher.outgrown(hash):
        await _rehash(here, Caller(tenant, known.user, f"user:{known.user}", standing), known, values["password"])
    if known.totp is None and not await here.sign_in.credentials.asks_for_codes(tenant):
        return await enter(request, tenant, known, back)
    await here.sign_in.lockout.forgive(tenant, known.user)
    id = await here.sign_in.pending.owe(Half(tenant, known.user, known.mark, back))
    answer = went(request, f"/signin/{tenant}/{'code' if known.totp else 'authenticator'}")
    cookies.give(answer, here.settings, "code", id, OWED)
    return answer


async def code_asked(request: Request) -> Response:
    """The page of the second step."""
    return forms.code(await tenant_of(request))


async def by_code(request: Request) -> Response:
    """The second step."""
    here, tenant = platform.of(request), await tenant_of(request)
    values, _ = await read(request, Code)
    id, half, known = await halfway(request, tenant)
    if known.totp is None:
        raise over(tenant)
    standing = await here.access.standing(tenant, known.user)
    if standing is None or not await here.sign_in.lockout.admit(tenant, known.user):
        raise await _refused(request, tenant, known, "signin_wait" if standing else "signin_deactivated")
    who = Caller(tenant, known.user, f"user:{known.user}", standing)
    if not await fits_code(here, who, known, values["code"]):
        raise await _refused(request, tenant, known, "signin_wrong_code")
    if not await here.sign_in.pending.paid(id):
        raise over(tenant)
    answer = await enter(request, tenant, known, half.return_to)
    cookies.take(answer, here.settings, "code")
    return answer


async def halfway(request: Request, tenant: str) -> tuple[str, Half, Known]:
    """Who gave the right password a moment ago, with what their browser holds; a 401 problem for anybody else."""
    here = platform.of(request)
    id = cookies.read(request, here.settings, "code") or ""
    half = await here.sign_in.pending.owed(id) if id else None
    known = None if half is None or half.tenant != tenant else await here.sign_in.credentials.of(tenant, half.user)
    if half is None or known is None or known.password is None or known.mark != half.mark:
        raise over(tenant)
    return id, half, known


async def enter(request: Request, tenant: str, known: Known, back: str) -> Response:
    """On to where somebody goes, who is in now."""
    answer = went(request, back)
    await let_in(request, answer, tenant, known)
    return answer


async def let_in(request: Request, answer: Response, tenant: str, known: Known) -> None:
    """Gives the browser a session, in the place of the one it had."""
    here = platform.of(request)
    told = noted(request.scope)
    told.caller(tenant, known.user, f"user:{known.user}")
    told.record = known.user
    here.audit.admit()
    await begin_session(request, answer, tenant, known)
    await here.sign_in.lockout.clear(tenant, known.user)


async def begin_session(request: Request, answer: Response, tenant: str, known: Known) -> None:
    """Begins a session that counts for as long as the password does, and ends the one that the browser had."""
    here = platform.of(request)
    if (before := cookies.read(request, here.settings, "session")) is not None:
        await here.sign_in.sessions.end(before)
    session = await begun(here, Basis(tenant, PASSWORD, known.mark, known.user))
    if session is None:
        raise Problem(401, "unauthenticated", "The user may not work here any more; ask an administrator.")
    id = await here.sign_in.sessions.begin(session, None)
    cookies.give(answer, here.settings, "session", id, here.sign_in.sessions.longest)


async def opened(here: Platform, tenant: str, known: Known | None, sealed: str | None) -> str | None:
    """A secret that somebody signs in by; None where there is none, or where it went with an erasure."""
    if known is None or sealed is None:
        return None
    return await asyncio.to_thread(sealing.unseal_of, here.vaults, tenant, known.user, sealed)


async def compared(here: Platform, tenant: str, account: str, hash: str | None, password: str) -> tuple[bool, bool]:
    """(whether a try was left, whether it is the password). It is compared either way, so that it takes as long."""
    tried = await here.sign_in.lockout.admit(tenant, account)
    try:
        return tried, await here.sign_in.hasher.fits(hash, normalised(password))
    except Problem:  # nothing was compared, for too many come at once
        if tried:
            await here.sign_in.lockout.forgive(tenant, account)
        raise


async def fits_code(here: Platform, who: Caller, known: Known, code: str) -> bool:
    """Whether it is a code of the authenticator or a recovery code, which counts no more then."""
    shared = await opened(here, who.tenant, known, known.totp)
    step = None if shared is None else codes.step_of(shared, code, time.time())
    if step is not None:
        return await here.sign_in.sessions.first(who.tenant, f"code\0{known.user}\0{step}", codes.GOOD_FOR)
    digest = codes.digest_of(code)
    if digest not in known.recovery:
        return False
    try:
        await tell(here, who, SpendRecoveryCode(user_id=known.user, digest=digest, at=now()))
    except Problem as problem:
        if problem.status >= 500:
            raise
        return False  # somebody was faster
    return True


async def tenant_of(request: Request) -> str:
    """A tenant whose people may sign in by a password; a 404 problem for any other, 429 for whoever comes too often."""
    here, tenant = platform.of(request), str(request.path_params["tenant"])
    here.refusals.slow(address_of(request))
    await here.limiter.admit(f"signin/{tenant}")  # not at the cost of who is in already
    if not TENANT.fullmatch(tenant) or not await here.sign_in.credentials.offered(tenant):
        raise not_found("tenant whose people sign in by a password")
    return tenant


def _account(known: Known | None, name: str) -> str:
    """What is tried: a user, by whichever of their names, or a name that nobody has, which no user's id can be."""
    return known.user if known is not None else f"?{unicodedata.normalize('NFKC', name.strip()).casefold()}"


def _reason(known: Known | None, hash: str | None, *, right: bool, tried: bool) -> str:
    """Why somebody does not come in, as the audit says it."""
    if known is None:
        return "signin_unknown"
    if hash is None:
        return "signin_no_password"
    if not tried:
        return "signin_wait_right_password" if right else "signin_wait"
    return "signin_deactivated" if right else "signin_wrong_password"


def not_let_in(request: Request, tenant: str, known: Known | None, reason: str) -> None:
    """Tells the audit that somebody tried to come in, as whom, and why they do not."""
    told = noted(request.scope)
    told.caller(tenant, None, ANYBODY)
    told.record, told.code = ANYBODY if known is None else known.user, reason
    platform.of(request).audit.admit()


async def _refused(request: Request, tenant: str, known: Known | None, reason: str) -> Problem:
    """What everybody is told, whatever the reason; raises a 429 problem for one too many."""
    not_let_in(request, tenant, known, reason)
    await platform.of(request).refusals.count(address_of(request))
    return Problem(401, "signin_refused", REFUSED)


def over(tenant: str) -> Problem:
    return Problem(401, "signin_over", f"The password was given too long ago; begin again at /signin/{tenant}.")


async def _rehash(here: Platform, who: Caller, known: Known, password: str) -> None:
    """Keeps the password as a hash that costs what new ones cost, unless it is another one by now. What goes wrong is
    done at the next sign-in."""
    hash = await here.sign_in.hasher.hash(normalised(password))
    sealed = await asyncio.to_thread(sealing.seal_of, here.vaults, who.tenant, known.user, hash)
    command = RehashPassword(user_id=known.user, password=sealed, at=now())
    with contextlib.suppress(Problem):
        await tell(here, who, command, known.version)
