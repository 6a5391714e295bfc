"""Tokens that providers sign: what must hold before a word of one is believed.

Access tokens as in RFC 9068, ID tokens as in OpenID Connect Core 1.0 (3.1.3.7), logout tokens as in OpenID Connect
Back-Channel Logout 1.0 (2.6), all under RFC 8725: what a token says of its own checking, such as its algorithm, only
chooses among what the tenant allows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import jwt

from gateway.identity.directory import Provider
from gateway.identity.issuers import Key

LEEWAY = 30
"""Seconds by which clocks may differ."""
LONGEST = 16 * 1024
"""Characters of a token."""
LONGEST_SUBJECT = 500
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
Claims = Mapping[str, Any]


class BadToken(Exception):
    """The token counts for nothing. `code` is stable; the message says what to do and quotes nothing of the token."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says, before anything is known of it: who is to have signed it, and how."""

    token: str
    issuer: str
    algorithm: str
    key_id: str | None
    type: str


def is_token(text: str) -> bool:
    """Whether it has the form of a signed token (RFC 7515, section 7.1), as no key of ours has."""
    return not text.startswith("nx_") and _TOKEN.fullmatch(text) is not None


def unverified(token: str) -> Unverified:
    """Raises BadToken for what is no token."""
    if len(token) > LONGEST:
        raise BadToken("token_malformed", f"The token is longer than {LONGEST} characters; ask for a smaller one.")
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadToken(
            "token_malformed", "The token cannot be read; send it whole, as the provider gave it."
        ) from error
    given = (claims.get("iss"), header.get("alg"), header.get("kid"), header.get("typ", ""))
    match given:
        case (str(issuer), str(algorithm), str() | None as key_id, str(type)):
            return Unverified(token, issuer, algorithm, key_id, type.lower().removeprefix("application/"))
        case _:
            raise BadToken("token_malformed", "The token does not say who signed it, and how; send one that does.")


def access(said: Unverified, provider: Provider, key: Key | None) -> Claims:
    """What a token for the API says."""
    if not provider.audiences:
        raise BadToken("token_audience", "No tokens of this provider count here; name audiences in its settings.")
    if said.type not in ("", "jwt", "at+jwt"):
        raise BadToken("token_type", "That is no access token; send the one that is for the API.")
    claims = _verified(said, provider, key, provider.audiences, ("exp", "iat"))
    if any(name in claims for name in ("nonce", "at_hash", "c_hash", "events")):
        raise BadToken("token_type", "That token is for signing in or out; send the one that is for the API.")
    return claims


def signed_in(said: Unverified, provider: Provider, key: Key | None, nonce: str) -> Claims:
    """What an ID token says that answers the sign-in of this nonce."""
    if said.type not in ("", "jwt"):
        raise BadToken("token_type", "The provider sent another token than an ID token; ask who runs it.")
    claims = _verified(said, provider, key, (provider.client_id,), ("exp", "iat", "nonce"))
    if claims["nonce"] != nonce:
        raise BadToken("token_nonce", "The provider's answer belongs to another sign-in; sign in again.")
    several = isinstance(claims["aud"], list) and len(cast(list[Any], claims["aud"])) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        raise BadToken("token_audience", "The provider's answer was made for another application; ask who runs it.")
    return claims


def signed_out(said: Unverified, provider: Provider, key: Key | None) -> Claims:
    """What a logout token says: `sub`, `sid` or both say whose sessions end, `jti` is to be seen once."""
    if said.type not in ("", "jwt", "logout+jwt"):
        raise BadToken("token_type", "That is no logout token.")
    claims = _verified(said, provider, key, (provider.client_id,), ("exp", "iat", "jti"))
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(cast(dict[str, Any], events).get(LOGOUT), dict):
        raise BadToken("token_type", "The token does not say that somebody signed out.")
    if "nonce" in claims:
        raise BadToken("token_type", "A logout token has no nonce; that one is for signing in.")
    if not all(isinstance(claims.get(name, ""), str) for name in ("sub", "sid", "jti")):
        raise BadToken("token_malformed", "The token's sub, sid and jti must be texts.")
    if not (claims.get("sid") or claims.get("sub")):
        raise BadToken("token_malformed", "The token does not say who signed out.")
    return claims


def subject(claims: Claims, provider: Provider) -> str:
    """Who it is, at the provider."""
    found = claims.get(provider.subject_claim)
    if not isinstance(found, str) or not 0 < len(found.strip()) <= LONGEST_SUBJECT:
        raise BadToken("token_subject", f"The token has no {provider.subject_claim} that names somebody.")
    return found.strip()


def _verified(
    said: Unverified, provider: Provider, key: Key | None, audiences: Sequence[str], required: Sequence[str]
) -> Claims:
    """The claims of a token that this provider signed for one of these audiences and for now."""
    if said.algorithm not in provider.algorithms:
        raise BadToken("token_algorithm", "The token is signed in a way that is not allowed here; see the provider.")
    if key is None or not key.fits(said.algorithm):
        raise BadToken("token_key", "The token is signed with a key that the provider does not name; get a new one.")
    try:
        claims = jwt.decode(
            said.token,
            key.public,
            algorithms=[said.algorithm],
            audience=list(audiences),
            issuer=provider.issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", *required]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise _bad(error) from error
    if provider.directory_id is not None and claims.get("tid") != provider.directory_id:
        raise BadToken("token_issuer", "The token is of another directory; sign in with an account of this one.")
    return claims


_SAID: Mapping[type[Exception], tuple[str, str]] = {
    jwt.ExpiredSignatureError: ("token_expired", "The token is too old; get a new one."),
    jwt.ImmatureSignatureError: ("token_early", "The token is not valid yet; look at the clocks."),
    jwt.InvalidAudienceError: ("token_audience", "The token is for another application; ask for one that is for this."),
    jwt.InvalidIssuerError: ("token_issuer", "The token is of another provider."),
    jwt.MissingRequiredClaimError: ("token_malformed", "The token lacks a claim; it needs iss, aud, exp and iat."),
    jwt.InvalidSignatureError: ("token_forged", "The token was changed, or signed by somebody else; get a new one."),
}


def _bad(error: Exception) -> BadToken:
    code, message = _SAID.get(type(error), ("token_malformed", "The token cannot be used; get a new one."))
    return BadToken(code, message)
