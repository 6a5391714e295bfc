"""Sessions of people at a browser, and sign-ins that have begun, in Redis.

Ids are random and known to the browser alone: Redis has only their hashes, so that who reads it can be nobody. When it
loses them people sign in again; while it does not answer, nobody who comes with a session is let in.
"""

import hashlib
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.problems import Problem

STARTED = 600
"""Seconds in which a sign-in that has begun must be over."""
T = TypeVar("T")
# As in gateway.limits: uvloop tells a reset connection by a RuntimeError.
_SILENT = (RedisError, OSError, TimeoutError, RuntimeError)


class Session(msgspec.Struct, frozen=True):
    """Somebody who signed in. `csrf` is what their console sends with a change. `ends` is when they must sign in again,
    whatever they do, in seconds since 1970; `taken_back` how often its provider, its identity or the user had been
    taken back before it began."""

    tenant: str
    user: str
    provider: str
    identity: str
    csrf: str
    ends: int
    taken_back: int


class Started(msgspec.Struct, frozen=True):
    """A sign-in that has begun: for whom, where, what the answer must bear, and the hash of what the browser holds."""

    tenant: str
    provider: str
    nonce: str
    verifier: str
    return_to: str
    browser: str


def secret() -> str:
    """256 random bits, as 43 characters."""
    return secrets.token_urlsafe(32)


def hashed(value: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(value.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sessions:
    """`idle` and `longest` are seconds without a request, and altogether. Every method raises a 503 problem while
    Redis does not answer."""

    redis: Redis
    prefix: str
    idle: int
    longest: int
    clock: Callable[[], float] = time.time

    async def begin(self, session: Session, provider_session: str | None) -> str:
        """The id of a new session. It can be ended by its identity, and by the provider's own session where there is
        one, which is named by an id that says nothing of it."""
        id = secret()
        key = self._key("session", hashed(id))
        groups = [self._group(session.tenant, name) for name in (session.identity, provider_session) if name]
        async with answering(), self.redis.pipeline(transaction=True) as pipe:
            pipe.set(key, msgspec.msgpack.encode(session), ex=self.idle)
            for group in groups:
                pipe.sadd(group, key)
                pipe.expire(group, self.longest)
            await pipe.execute()
        return id

    async def find(self, id: str) -> Session | None:
        """The session, which then lasts `idle` seconds more; None for one that ended or never was."""
        async with answering():
            found: Any = await self.redis.getex(self._key("session", hashed(id)), ex=self.idle)
        session = decoded(found, Session)
        return session if session is not None and session.ends > self.clock() else None

    async def end(self, id: str) -> None:
        async with answering():
            await self.redis.delete(self._key("session", hashed(id)))

    async def end_all(self, tenant: str, name: str) -> None:
        """Ends the sessions of an identity, or of a provider's session."""
        group = self._group(tenant, name)
        async with answering():
            keys: Any = await self.redis.smembers(group)  # pyright: ignore[reportGeneralTypeIssues]
            await self.redis.delete(group, *keys)

    async def start(self, state: str, started: Started) -> None:
        async with answering():
            await self.redis.set(self._key("signin", hashed(state)), msgspec.msgpack.encode(started), ex=STARTED)

    async def take(self, state: str) -> Started | None:
        """The sign-in of a state, once."""
        async with answering():
            found: Any = await self.redis.getdel(self._key("signin", hashed(state)))
        return decoded(found, Started)

    async def first(self, tenant: str, token_id: str, seconds: int) -> bool:
        """Whether a token is seen for the first time in so many seconds; from now on it was seen."""
        async with answering():
            return bool(await self.redis.set(self._seen(tenant, token_id), b"", ex=max(1, seconds), nx=True))

    async def seen(self, tenant: str, token_id: str) -> bool:
        """Whether a token was seen before."""
        async with answering():
            return bool(await self.redis.exists(self._seen(tenant, token_id)))

    def ends(self) -> int:
        """When a session that begins now ends."""
        return int(self.clock()) + self.longest

    def _key(self, kind: str, name: str) -> str:
        return f"{self.prefix}{kind}:{name}"

    def _seen(self, tenant: str, token_id: str) -> str:
        return self._key("seen", f"{tenant}:{hashed(token_id)}")

    def _group(self, tenant: str, name: str) -> str:
        return self._key("sessions", f"{tenant}:{name}")


def decoded(found: Any, kind: type[T]) -> T | None:
    """None for nothing, and for what an older version wrote."""
    try:
        return None if found is None else msgspec.msgpack.decode(found, type=kind)
    except msgspec.DecodeError:
        return None


@asynccontextmanager
async def answering() -> AsyncGenerator[None]:
    """A block that asks Redis; raises a 503 problem when it does not answer."""
    try:
        yield
    except _SILENT as error:
        detail = "Sessions cannot be looked at now. Nothing was done; try again shortly."
        raise Problem(503, "sessions_unavailable", detail, headers={"Retry-After": "1"}) from error
