"""Who stands at the door with a token or a session: which user of which tenant they are, or why they are nobody."""

import hmac
from collections.abc import Iterable

from fastapi import Request

from gateway.identity import cookies, tokens
from gateway.identity.address import is_own
from gateway.identity.directory import Provider
from gateway.identity.endings import DATABASE, Basis
from gateway.identity.issuers import IssuerSilent, Key
from gateway.identity.sessions import Session, secret
from gateway.identity.tokens import BadToken, Unverified
from gateway.passwords.credentials import PASSWORD
from gateway.platform import Platform
from gateway.problems import Problem
from infra.keys import TENANT, Holder

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


async def by_token(here: Platform, request: Request, token: str) -> Holder:
    """The user who bears an access token, in the tenant that the request names; a 401 problem for one that counts for
    nothing there."""
    tenant = request.headers.get("nexus-tenant", "")
    if not TENANT.fullmatch(tenant):
        detail = "Say in the header Nexus-Tenant for which tenant the token is; one provider may serve several."
        raise _refused("tenant_missing", detail)
    try:
        said = tokens.unverified(token)
        trusted = [each for each in await here.sign_in.identities.providers(tenant) if each.issuer == said.issuer]
        if not trusted:
            raise BadToken("token_issuer", "The token is of a provider that is not connected to this tenant.")
        subject, issuer = _whose(said, trusted, await key_of(here, said)), said.issuer
    except BadToken as error:
        raise _refused(error.code, error.message) from error
    identity = await identity_of(here, tenant, issuer, subject)
    user = await here.sign_in.identities.user(tenant, identity, _after(request))
    if user is None:
        raise _refused("identity_unknown", UNKNOWN)
    return Holder(tenant, user)


UNKNOWN = "Nobody here is linked to this identity; ask an administrator to link it (POST /admin/identities)."


def _whose(said: Unverified, trusted: Iterable[Provider], key: Key | None) -> str:
    """The subject of a token that one of these vouches for; raises BadToken, with what the last of them lacks."""
    refusal = BadToken("token_issuer", "The token is of another provider.")
    for provider in trusted:
        try:
            return tokens.subject(tokens.access(said, provider, key), provider)
        except BadToken as error:
            refusal = error
    raise refusal


async def by_session(here: Platform, request: Request) -> Session | None:
    """The session that the browser holds, None without one; a 401 problem for one that is over, a 403 problem for a
    change that no page of ours sent."""
    session = await held(here, request)
    if session is not None and request.method not in SAFE:
        not_forged(here, request, session, request.headers.get("nexus-csrf", ""))
    return session


async def held(here: Platform, request: Request) -> Session | None:
    """The session that the browser holds, whatever it is for; None without one, a 401 problem for one that is over."""
    id = cookies.read(request, here.settings, "session")
    if id is None:
        return None
    session = await here.sign_in.sessions.find(id)
    if session is not None and not await _still(here, session, _after(request)):
        await here.sign_in.sessions.end(id)
        session = None
    if session is None:
        raise Problem(401, "session_over", "The session is over; sign in again.")
    return session


async def begun(here: Platform, of: Basis) -> Session | None:
    """A session that begins now, which is not kept yet; None for somebody who may not work here any more."""
    before = await here.sign_in.endings.by_now(of)
    session = Session(of.tenant, of.user, of.provider, of.identity, secret(), here.sign_in.sessions.ends(), before)
    await here.reach.now(DATABASE)  # whoever was deactivated before that was read is seen to be
    return session if await _still(here, session, None) else None


async def _still(here: Platform, session: Session, after: str | None) -> bool:
    """Whether what the session began with still counts, and the user is at work, and all of that ever since it began.
    Of a provider's: whether it is still connected, and the identity still that user's."""
    identities = here.sign_in.identities
    if session.provider == PASSWORD:
        counts = await here.sign_in.credentials.still(session, after)
    else:
        counts = (
            await identities.user(session.tenant, session.identity, after) == session.user
            and await identities.provider(session.tenant, session.provider) is not None
        )
    return (
        counts
        and await here.access.standing(session.tenant, session.user) is not None
        and await here.sign_in.endings.number(_basis(session)) <= session.taken_back
    )


def _basis(session: Session) -> Basis:
    return Basis(session.tenant, session.provider, session.identity, session.user)


def not_forged(here: Platform, request: Request, session: Session, given: str) -> None:
    """Comes back for a change that a page of ours sent, with the session's csrf; else a 403 problem."""
    if not hmac.compare_digest(given.encode(), session.csrf.encode()):
        detail = "Send the session's csrf, which GET /signin/session tells, as Nexus-CSRF with every change."
        raise Problem(403, "csrf_missing", detail, "Nexus-CSRF")
    if not is_own(request, here.settings):
        raise Problem(403, "csrf_origin", "A session changes things from the gateway's own pages; use those.", "Origin")


def _after(request: Request) -> str | None:
    return request.headers.get("nexus-after") or request.query_params.get("after")


async def key_of(here: Platform, said: Unverified) -> Key | None:
    """The key that a token names; a 503 problem while its issuer, who must be a connected one, does not answer."""
    try:
        return await here.sign_in.issuers.key(said.issuer, said.key_id)
    except IssuerSilent as error:
        raise silent() from error


async def identity_of(here: Platform, tenant: str, issuer: str, subject: str) -> str:
    """The id of an identity: as `LinkIdentity` names it."""
    await here.tenant_secret(tenant)
    return here.vaults.id_from(tenant, "identity", f"{issuer}\0{subject}")


def silent() -> Problem:
    detail = "The sign-in provider does not answer now. Try again shortly."
    return Problem(503, "provider_unavailable", detail, headers={"Retry-After": "5"})


def _refused(code: str, detail: str) -> Problem:
    """As RFC 6750, section 3.1, wants it."""
    return Problem(401, code, detail, headers={"WWW-Authenticate": 'Bearer realm="nexus360", error="invalid_token"'})
