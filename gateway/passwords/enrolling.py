"""Adding an authenticator between the password and the session, where a tenant lets nobody in without one.

What is offered is the browser's own: whoever else knows the password is offered another secret, and the first who gives
a code has the user's authenticator.
"""

import asyncio

from fastapi import Request
from fastapi.responses import Response

from gateway import platform
from gateway.answers import ok
from gateway.auth import Caller
from gateway.identity import cookies
from gateway.identity.sessions import hashed
from gateway.passwords import codes, forms
from gateway.passwords.account import enrolled
from gateway.passwords.asked import UNSEEN, is_form, read
from gateway.passwords.credentials import Known
from gateway.passwords.pending import Half
from gateway.passwords.signin import Code, halfway, let_in, opened, over, tenant_of
from gateway.platform import Platform
from gateway.problems import Problem
from infra import sealing


async def offered(request: Request) -> Response:
    """The secret of an authenticator, the same however often the page is shown."""
    tenant = await tenant_of(request)
    id, _, known = await _without(request, tenant)
    secret = await _secret(platform.of(request), tenant, id, known)
    if "text/html" in request.headers.get("accept", ""):
        return _page(tenant, known, secret)
    return ok({"secret": secret, "address": _address(tenant, known, secret)}, headers=UNSEEN)


async def confirmed(request: Request) -> Response:
    """Lets somebody in who has shown a code of the authenticator, which is asked for from now on."""
    here, tenant = platform.of(request), await tenant_of(request)
    values, _ = await read(request, Code)
    id, half, known = await _without(request, tenant)
    standing = await here.access.standing(tenant, known.user)
    if standing is None:
        raise over(tenant)
    who = Caller(tenant, known.user, f"user:{known.user}", standing)
    given = await enrolled(here, who, known, await _secret(here, tenant, id, known), values["code"])
    await here.sign_in.pending.paid(id)
    if is_form(request):
        answer = forms.recovery_codes(given, half.return_to)
    else:
        answer = ok({"recovery_codes": given, "next": half.return_to}, headers=UNSEEN)
    await let_in(request, answer, tenant, known)
    cookies.take(answer, here.settings, "code")
    return answer


async def again(request: Request, problem: Problem) -> Response:
    """The page once more, after a code that was wrong."""
    if problem.code != "code_wrong":
        raise problem
    tenant = await tenant_of(request)
    id, _, known = await _without(request, tenant)
    return _page(tenant, known, await _secret(platform.of(request), tenant, id, known), problem)


async def _without(request: Request, tenant: str) -> tuple[str, Half, Known]:
    """Who gave the right password and has no authenticator; a 401 problem for anybody else."""
    found = await halfway(request, tenant)
    if found[2].totp is not None:
        raise over(tenant)
    return found


async def _secret(here: Platform, tenant: str, id: str, known: Known) -> str:
    """What this browser is offered."""
    whose = hashed(id)
    sealed = await here.sign_in.pending.offered(tenant, whose)
    secret = await opened(here, tenant, known, sealed)
    if secret is None:
        secret = codes.new_secret()
        sealed = await asyncio.to_thread(sealing.seal_of, here.vaults, tenant, known.user, secret)
        await here.sign_in.pending.offer(tenant, whose, sealed)
    return secret


def _address(tenant: str, known: Known, secret: str) -> str:
    return codes.address(secret, known.named, f"Nexus360-{tenant}")


def _page(tenant: str, known: Known, secret: str, problem: Problem | None = None) -> Response:
    return forms.required(tenant, secret, _address(tenant, known, secret), problem)
