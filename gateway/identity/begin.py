"""Signing in with a browser: the authorization code flow of OpenID Connect Core 1.0 (3.1), with PKCE (RFC 7636).

`GET /signin/{tenant}` sends the browser to the provider, `GET /signin/callback` takes it back. What the provider sends
is good once, for ten minutes, and in the browser that was sent there.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from gateway import platform
from gateway.access.by_key import address_of
from gateway.audit.noted import noted
from gateway.identity import cookies, tokens
from gateway.identity.address import CALLBACK, local_path, public_address
from gateway.identity.directory import Provider
from gateway.identity.door import UNKNOWN, begun, identity_of, key_of, silent
from gateway.identity.endings import Basis
from gateway.identity.issuers import IssuerSilent, Metadata
from gateway.identity.sessions import STARTED, Session, Started, hashed, secret
from gateway.identity.tokens import BadToken
from gateway.passwords import forms
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from infra import outward, sealing
from infra.keys import TENANT
from infra.outward import Unreachable

UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_ERROR = re.compile(r"[a-z_]{1,50}")


async def begin(request: Request) -> Response:
    """Sends the browser to the provider, or shows a form where people sign in by a password."""
    here, asked = platform.of(request), _asked(request, {"provider", "return_to"})
    tenant, back = request.path_params["tenant"], local_path(asked.get("return_to"))
    await here.sign_in.knocks.count(address_of(request))
    if "provider" not in asked and await _takes_passwords(here, tenant):
        await here.limiter.admit(f"signin/{tenant}")
        return forms.sign_in(tenant, back, await here.sign_in.identities.providers(tenant))
    provider = await _chosen(here, tenant, asked.get("provider"))
    limits = await here.limiter.admit(f"signin/{tenant}")  # not at the cost of who is in already
    metadata, home = await _metadata(here, provider), public_address(here.settings)
    state, verifier, nonce = secret(), secret(), secret()
    browser = cookies.read(request, here.settings, "signin") or secret()
    await here.sign_in.sessions.start(state, Started(tenant, provider.id, nonce, verifier, back, hashed(browser)))
    asks = {
        "response_type": "code",
        # Entra ID tells the object id to those alone who ask for the profile.
        "scope": "openid profile" if provider.directory_id else "openid",
        "client_id": provider.client_id,
        "redirect_uri": home + CALLBACK,
        "state": state,
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    answer = RedirectResponse(with_query(metadata.authorization_endpoint, asks), 302, {**limits, **UNSEEN})
    cookies.give(answer, here.settings, "signin", browser, STARTED)
    return answer


async def callback(request: Request) -> Response:
    """Takes the browser back from the provider, and gives it a session."""
    here, asked = platform.of(request), dict(request.query_params)
    await here.sign_in.knocks.count(address_of(request))
    started = await _started(here, request, asked.get("state"))
    provider = await here.sign_in.identities.provider(started.tenant, started.provider)
    if provider is None:
        raise Problem(401, "provider_disconnected", "That provider was disconnected; sign in through another.")
    metadata = await _metadata(here, provider)
    if asked.get("iss", None if metadata.named else provider.issuer) != provider.issuer:  # RFC 9207
        raise Problem(401, "provider_other", "Another provider than the one that was asked answered; sign in again.")
    if "code" not in asked:
        told = asked.get("error", "")
        why = f" ({told})" if _ERROR.fullmatch(told) else ""
        detail = f"The provider did not let you in{why}; sign in again, or ask who runs it."
        raise Problem(401, "signin_refused", detail)
    token = await _redeemed(here, provider, metadata, started, asked["code"])
    session, theirs = await _session(here, provider, started, token)
    here.audit.admit()
    noted(request.scope).caller(session.tenant, session.user, f"user:{session.user}")
    if (before := cookies.read(request, here.settings, "session")) is not None:
        await here.sign_in.sessions.end(before)
    id = await here.sign_in.sessions.begin(session, theirs)
    answer = RedirectResponse(started.return_to, 303, UNSEEN)
    cookies.give(answer, here.settings, "session", id, here.sign_in.sessions.longest)
    cookies.take(answer, here.settings, "signin")
    return answer


def with_query(address: str, asks: Mapping[str, str]) -> str:
    """An address of a provider, which may have a query of its own, with more asked."""
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asks)}"


def _asked(request: Request, known: set[str]) -> dict[str, str]:
    asked = dict(request.query_params)
    if unknown := asked.keys() - known:
        raise Problem(400, "unknown_parameter", f"The parameters are {', '.join(sorted(known))}.", min(unknown)[:80])
    return asked


async def _takes_passwords(here: Platform, tenant: str) -> bool:
    return TENANT.fullmatch(tenant) is not None and await here.sign_in.credentials.offered(tenant)


async def _chosen(here: Platform, tenant: str, id: str | None) -> Provider:
    """The provider that is asked for, or the only one."""
    providers = await here.sign_in.identities.providers(tenant) if TENANT.fullmatch(tenant) else ()
    if id is None and len(providers) > 1:
        detail = "There are several providers; say which by `provider`, an id of /admin/providers."
        raise Problem(400, "which_provider", detail, "provider")
    found = next((each for each in providers if id in (None, each.id)), None)
    if found is None:
        raise not_found("provider to sign in through")
    return found


async def _metadata(here: Platform, provider: Provider) -> Metadata:
    try:
        return await here.sign_in.issuers.metadata(provider.issuer)
    except IssuerSilent as error:
        raise silent() from error


async def _started(here: Platform, request: Request, state: str | None) -> Started:
    """The sign-in that this answers."""
    again = "Begin again at /signin/ and the tenant's name."
    started = await here.sign_in.sessions.take(state) if state else None
    if started is None:
        raise Problem(400, "signin_unknown", f"This sign-in never began, is over, or took too long. {again}", "state")
    browser = cookies.read(request, here.settings, "signin") or ""
    if not hmac.compare_digest(hashed(browser), started.browser):
        raise Problem(400, "signin_elsewhere", f"This sign-in began in another browser. {again}", "state")
    return started


async def _redeemed(here: Platform, provider: Provider, metadata: Metadata, started: Started, code: str) -> str:
    """The ID token that a code stands for."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": public_address(here.settings) + CALLBACK,
        "code_verifier": started.verifier,
    }
    sealed, basic = await here.sign_in.identities.secret(started.tenant, provider.id), None
    if sealed is None:
        form["client_id"] = provider.client_id
    else:
        about = (here.vaults, started.tenant, "provider", provider.id, sealed)
        password = await asyncio.to_thread(sealing.unseal, *about)
        if password is None:
            detail = "The provider's secret cannot be read; an administrator gives it anew."
            raise Problem(503, "provider_unavailable", detail)
        if metadata.basic:  # RFC 6749, section 2.3.1
            basic = quote_plus(provider.client_id), quote_plus(password)
        else:
            form |= {"client_id": provider.client_id, "client_secret": password}
    within = here.sign_in.issuers.within_of(provider.issuer)
    try:
        token = (await outward.post(metadata.token_endpoint, form, basic, within)).get("id_token")
    except Unreachable as error:
        if error.status not in (400, 401):
            raise silent() from error
        detail = "The provider does not take this sign-in; sign in again. If that does not help, its secret is wrong."
        raise Problem(401, "code_refused", detail) from error
    if not isinstance(token, str):
        raise Problem(401, "code_refused", "The provider sent no ID token; ask who runs it.")
    return token


async def _session(here: Platform, provider: Provider, started: Started, token: str) -> tuple[Session, str | None]:
    """The session of who an ID token says it is, and the id of the provider's own session, if it has one."""
    try:
        said = tokens.unverified(token)
        if said.issuer != provider.issuer:
            raise BadToken("token_issuer", "The provider's answer is of another provider; ask who runs it.")
        claims = tokens.signed_in(said, provider, await key_of(here, said), started.nonce)
        subject = tokens.subject(claims, provider)
    except BadToken as error:
        raise Problem(401, error.code, error.message) from error
    identity = await identity_of(here, started.tenant, provider.issuer, subject)
    user = await here.sign_in.identities.user(started.tenant, identity)
    if user is None:
        raise Problem(401, "identity_unknown", UNKNOWN)
    session = await begun(here, Basis(started.tenant, provider.id, identity, user))
    if session is None:
        raise Problem(401, "unauthenticated", "The user may not work here any more; ask an administrator.")
    sid = claims.get("sid")
    return session, provider_session(here, started.tenant, provider, sid) if isinstance(sid, str) else None


def provider_session(here: Platform, tenant: str, provider: Provider, sid: str) -> str:
    """An id for a provider's session that says nothing of it; the tenant's secret must be in memory."""
    return here.vaults.id_from(tenant, "sid", f"{provider.id}\0{sid}")
