"""Who is signed in, and signing out: by oneself, or by the provider (OpenID Connect Back-Channel Logout 1.0)."""

import time
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import Response

from gateway import platform
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import admitted, unauthenticated
from gateway.identity import cookies, tokens
from gateway.identity.address import public_address
from gateway.identity.begin import provider_session, with_query
from gateway.identity.directory import Provider
from gateway.identity.door import by_session, identity_of, key_of
from gateway.identity.issuers import IssuerSilent
from gateway.identity.sessions import Session
from gateway.identity.tokens import BadToken, Claims
from gateway.limits import body_of
from gateway.platform import Platform
from gateway.problems import Problem
from infra.keys import TENANT

UNSEEN = {"Cache-Control": "no-store"}
LOGOUT_BODY = 32 * 1024
"""Bytes of a provider's word that somebody signed out."""


async def who(request: Request) -> Response:
    """Who is signed in, and what their changes must bear."""
    here, session = platform.of(request), await _own(request)
    _, limits = await admitted(request)
    left = session.ends - int(here.sign_in.sessions.clock())
    told = {"tenant": session.tenant, "user": session.user, "csrf": session.csrf, "seconds": max(0, left)}
    return ok(told, headers={**limits, **UNSEEN})


async def sign_out(request: Request) -> Response:
    """Ends the session. `end_session` is where the browser may go to end the provider's own, if there is one."""
    here, session = platform.of(request), await _own(request)
    noted(request.scope).caller(session.tenant, session.user, f"user:{session.user}")
    if (id := cookies.read(request, here.settings, "session")) is not None:
        await here.sign_in.sessions.end(id)
    answer = ok({"end_session": await _end_session(here, session)}, headers=UNSEEN)
    cookies.take(answer, here.settings, "session")
    return answer


async def _own(request: Request) -> Session:
    session = await by_session(platform.of(request), request)
    if session is None:
        raise unauthenticated("Nobody is signed in here; begin at /signin/ and the tenant's name.")
    return session


async def _end_session(here: Platform, session: Session) -> str | None:
    """OpenID Connect RP-Initiated Logout 1.0, section 2, without a word about who it is."""
    provider = await here.sign_in.identities.provider(session.tenant, session.provider)
    try:
        metadata = None if provider is None else await here.sign_in.issuers.metadata(provider.issuer)
    except IssuerSilent:
        return None
    if provider is None or metadata is None or metadata.end_session_endpoint is None:
        return None
    home = f"{public_address(here.settings)}/"
    return with_query(
        metadata.end_session_endpoint, {"client_id": provider.client_id, "post_logout_redirect_uri": home}
    )


async def from_provider(request: Request) -> Response:
    """A provider says that somebody signed out there: their sessions here end."""
    here, tenant = platform.of(request), request.path_params["tenant"]
    form = parse_qs((await body_of(request, LOGOUT_BODY)).decode(errors="replace"))
    try:
        said = tokens.unverified(form.get("logout_token", [""])[0])
        provider, claims = await _told(here, tenant, said)
    except BadToken as error:
        raise Problem(400, error.code, error.message, "logout_token", headers=UNSEEN) from error
    seconds = int(claims["exp"]) - int(time.time()) + 2 * tokens.LEEWAY
    token_id = f"{provider.id}\0{claims['jti']}"
    if await here.sign_in.sessions.seen(tenant, token_id):
        raise Problem(400, "token_replayed", "This logout token came before.", "logout_token", headers=UNSEEN)
    for name in await _sessions(here, tenant, provider, claims):
        await here.sign_in.sessions.end_all(tenant, name)
    # Only now, so that a provider that was answered by a failure may send it once more.
    await here.sign_in.sessions.first(tenant, token_id, seconds)
    return Response(status_code=200, headers=UNSEEN)


async def _told(here: Platform, tenant: str, said: tokens.Unverified) -> tuple[Provider, Claims]:
    """The provider that a logout token is of, and what it says; raises BadToken."""
    providers = await here.sign_in.identities.providers(tenant) if TENANT.fullmatch(tenant) else ()
    refusal = BadToken("token_issuer", "The token is of a provider that is not connected to this tenant.")
    for provider in providers:
        if provider.issuer == said.issuer:
            try:
                return provider, tokens.signed_out(said, provider, await key_of(here, said))
            except BadToken as error:
                refusal = error
    raise refusal


async def _sessions(here: Platform, tenant: str, provider: Provider, claims: Claims) -> list[str]:
    """Whose sessions end: those of the provider's session where it is named, else all of who it is.

    Where another claim than `sub` says who somebody is, a logout token has it too or ends the named session alone.
    """
    await here.tenant_secret(tenant)
    if claims.get("sid"):
        return [provider_session(here, tenant, provider, claims["sid"])]
    try:
        subject = tokens.subject(claims, provider)
    except BadToken:
        return []
    return [await identity_of(here, tenant, provider.issuer, subject)]
