"""What is between two steps of a person at a browser, in Redis: who gave the right password and still owes a code, and
an authenticator that nobody has shown to work."""

from dataclasses import dataclass
from typing import Any

import msgspec
from redis.asyncio import Redis

from gateway.identity.sessions import answering, decoded, hashed, secret

OWED = 300
"""Seconds in which a code must follow the password."""
OFFERED = 600
"""Seconds in which an authenticator must show that it works."""


class Half(msgspec.Struct, frozen=True):
    """Somebody who gave the right password, the one that was set then (`mark`), and where they go on to."""

    tenant: str
    user: str
    mark: str
    return_to: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Every method raises a 503 problem while Redis does not answer."""

    redis: Redis
    prefix: str

    async def owe(self, half: Half) -> str:
        """What the browser holds until the code comes."""
        id = secret()
        async with answering():
            await self.redis.set(self._half(id), msgspec.msgpack.encode(half), ex=OWED)
        return id

    async def owed(self, id: str) -> Half | None:
        async with answering():
            found: Any = await self.redis.get(self._half(id))
        return decoded(found, Half)

    async def paid(self, id: str) -> bool:
        """Ends it, for whoever comes first."""
        async with answering():
            return bool(await self.redis.delete(self._half(id)))

    async def offer(self, tenant: str, whose: str, sealed: str) -> None:
        """The sealed secret of an authenticator, in the place of any before: of a user who is signed in, or of a
        browser that is to be."""
        async with answering():
            await self.redis.set(self._offer(tenant, whose), sealed.encode(), ex=OFFERED)

    async def offered(self, tenant: str, whose: str) -> str | None:
        async with answering():
            found: Any = await self.redis.get(self._offer(tenant, whose))
        return None if found is None else found.decode()

    async def take_back(self, tenant: str, user: str) -> None:
        async with answering():
            await self.redis.delete(self._offer(tenant, user))

    def _half(self, id: str) -> str:
        return f"{self.prefix}half:{hashed(id)}"

    def _offer(self, tenant: str, whose: str) -> str:
        return f"{self.prefix}authenticator:{tenant}:{whose}"
