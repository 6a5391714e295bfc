"""What issuers say of themselves: their addresses (OpenID Connect Discovery 1.0) and their keys (RFC 7517).

Both are looked at together and kept. They are looked at again when they are old, and when a token names a key that is
not among them, which is how a provider changes keys; never more often than once in `PAUSE`.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import InvalidKeyError, PyJWTError

from infra import outward
from infra.outward import WORLD, Unreachable, Within
from infra.settings import is_loopback

log = structlog.get_logger()
FRESH = 3600.0
"""Seconds after which an issuer is looked at again."""
KEPT = 24 * 3600.0
"""Seconds for which what it said counts while it does not answer."""
PAUSE = 10.0
"""Seconds between two looks, whatever tokens say."""
MOST = 500
"""Issuers in memory."""
MOST_KEYS = 100
LEAST_BITS = 2048
"""Of an RSA key (RFC 7518, section 3.3)."""
_READ: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "RSA": RSAAlgorithm.from_jwk,
    "EC": ECAlgorithm.from_jwk,
    "OKP": OKPAlgorithm.from_jwk,
}
KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""The kind of key that an algorithm takes, by how its name begins."""


class IssuerSilent(Exception):
    """What the issuer says of itself cannot be had now."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signatures are checked with. `algorithm` is the only one it is for, if the issuer says so."""

    kind: str
    algorithm: str | None
    public: Any

    def fits(self, algorithm: str) -> bool:
        return KINDS.get(algorithm[:2]) == self.kind and self.algorithm in (None, algorithm)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Addresses of an issuer. `basic` says whether a secret goes into a header; `named` whether the issuer says who it
    is when it sends somebody back (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None
    basic: bool
    named: bool


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Metadata | None
    keys: Mapping[str | None, Key]
    read_at: float
    looked_at: float


@dataclass(frozen=True, slots=True)
class Issuers:
    """All issuers that were asked about, in one event loop. `within` says where issuers may be beside the world
    outside."""

    get: Callable[[str, Within], Awaitable[Mapping[str, Any]]] = outward.get
    clock: Callable[[], float] = time.monotonic
    within: Within = WORLD
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict[str, _Known])
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict[str, asyncio.Lock])

    def within_of(self, issuer: str) -> Within:
        """Where the addresses may be that an issuer names: on this machine those of one alone that is there itself."""
        return replace(self.within, machine=self.within.machine and _is_beside(issuer))

    def refuses(self, issuer: str) -> bool:
        """Whether an issuer is on this machine, where none may be."""
        return _is_beside(issuer) and not self.within.machine

    async def metadata(self, issuer: str) -> Metadata:
        """Raises IssuerSilent."""
        metadata = (await self._of(issuer, lambda known: True)).metadata
        if metadata is None:
            raise IssuerSilent(issuer)
        return metadata

    async def key(self, issuer: str, id: str | None) -> Key | None:
        """The key of that id; without one, the only key there is. Raises IssuerSilent."""
        known = await self._of(issuer, lambda known: id is None or id in known.keys)
        if known.metadata is None:
            raise IssuerSilent(issuer)
        if id is None:
            return next(iter(known.keys.values())) if len(known.keys) == 1 else None
        return known.keys.get(id)

    async def _of(self, issuer: str, serves: Callable[[_Known], bool]) -> _Known:
        known, turn = self._known.get(issuer), self._turns.setdefault(issuer, asyncio.Lock())
        # While one looks again, the others go on with what is known, if that is of use to them.
        if known is not None and serves(known) and (self.clock() - known.read_at < FRESH or turn.locked()):
            return known
        async with turn:
            known = self._known.get(issuer)
            if known is None or self.clock() - known.looked_at >= PAUSE:
                known = await self._look(issuer, known)
                self._known[issuer] = known
                self._known.move_to_end(issuer)
                while len(self._known) > MOST:
                    self._turns.pop(self._known.popitem(last=False)[0], None)
        return known

    async def _look(self, issuer: str, before: _Known | None) -> _Known:
        try:
            within = self.within_of(issuer)
            said = await self.get(issuer.rstrip("/") + "/.well-known/openid-configuration", within)
            metadata = _metadata(issuer, said, within)
            keys = _keys(await self.get(_address(said, "jwks_uri", within), within))
        except Unreachable as error:
            log.warning("issuer_silent", issuer=issuer, reason=str(error))
            now = self.clock()
            if before is not None and now - before.read_at < KEPT:
                return replace(before, looked_at=now)
            return _Known(None, {}, -math.inf, now)
        now = self.clock()
        return _Known(metadata, keys, now, now)


def _is_beside(issuer: str) -> bool:
    """Whether an issuer is on this machine."""
    try:
        return is_loopback(urlsplit(issuer).hostname or "")
    except ValueError:
        return False


def _metadata(issuer: str, said: Mapping[str, Any], within: Within) -> Metadata:
    if said.get("issuer") != issuer:
        raise Unreachable("it says that it is another issuer")
    methods = said.get("token_endpoint_auth_methods_supported")
    ends = said.get("end_session_endpoint")
    return Metadata(
        authorization_endpoint=_address(said, "authorization_endpoint", within),
        token_endpoint=_address(said, "token_endpoint", within),
        end_session_endpoint=ends if isinstance(ends, str) and outward.permitted(ends, within) else None,
        basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        named=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(said: Mapping[str, Any], name: str, within: Within) -> str:
    address = said.get(name)
    if not isinstance(address, str) or not outward.permitted(address, within):
        raise Unreachable(f"it names no {name} that may be asked")
    return address


def _keys(said: Mapping[str, Any]) -> Mapping[str | None, Key]:
    """Those that signatures are made with, by id. What cannot be read is passed over: sets hold keys of many kinds."""
    found: dict[str | None, Key] = {}
    listed = said.get("keys")
    if not isinstance(listed, list):
        raise Unreachable("it names no keys")
    for each in cast(list[Any], listed)[:MOST_KEYS]:
        key = _key(cast(dict[str, Any], each)) if isinstance(each, dict) else None
        if key is not None:
            id = cast(dict[str, Any], each).get("kid")
            found[id if isinstance(id, str) else None] = key
    return found


def _key(said: dict[str, Any]) -> Key | None:
    kind, algorithm = str(said.get("kty")), said.get("alg")
    if kind not in _READ or said.get("use", "sig") != "sig" or "d" in said:
        return None
    try:
        public = _READ[kind](said)
    except (InvalidKeyError, PyJWTError, ValueError, TypeError, KeyError):
        return None
    if isinstance(public, RSAPublicKey) and public.key_size < LEAST_BITS:
        return None
    return Key(kind, algorithm if isinstance(algorithm, str) else None, public)
