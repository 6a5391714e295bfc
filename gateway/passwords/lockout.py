"""Who guesses passwords waits longer and longer: counted in Redis, for each account and over all gateways.

The first tries are free. From then on a try takes the account for some time, and whoever comes meanwhile is refused,
however many come at once: whoever takes it has one try. Nobody is refused for ever, and nothing is let in while Redis
does not answer.
"""

import hashlib
import hmac
from dataclasses import dataclass

from redis.asyncio import Redis

from gateway.identity.sessions import answering

FREE = 4
"""Wrong tries in a row after which each further one makes the next wait."""
SHORTEST = 15
LONGEST = 900
"""Seconds to wait, doubled with every try."""
REMEMBERED = 86_400
"""Seconds without a try after which all is forgotten."""


def wait_after(tries: int) -> int:
    """Seconds that the try with this number, counted from 1, makes the next one wait."""
    return 0 if tries <= FREE else min(LONGEST, SHORTEST * 2 ** min(tries - FREE - 1, 16))


@dataclass(frozen=True, slots=True)
class Lockout:
    """`secret` keeps names out of Redis: accounts stand there as HMACs. Every method raises a 503 problem while Redis
    does not answer."""

    redis: Redis
    prefix: str
    secret: bytes

    async def admit(self, tenant: str, account: str) -> bool:
        """Takes a try; False where one must wait."""
        tries, lock = self._keys(tenant, account)
        async with answering():
            if await self.redis.exists(lock):
                return False
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.incr(tries)
                pipe.expire(tries, REMEMBERED)
                number = int((await pipe.execute())[0])
            wait = wait_after(number)
            return wait == 0 or bool(await self.redis.set(lock, b"", ex=wait, nx=True))

    async def forgive(self, tenant: str, account: str) -> None:
        """The try that was taken last was right, and more is asked before somebody is in: it counts no more."""
        tries, lock = self._keys(tenant, account)
        async with answering(), self.redis.pipeline(transaction=True) as pipe:
            pipe.decr(tries)
            pipe.expire(tries, REMEMBERED)
            pipe.delete(lock)
            await pipe.execute()

    async def clear(self, tenant: str, account: str) -> None:
        """Somebody is in: all is forgotten."""
        async with answering():
            await self.redis.delete(*self._keys(tenant, account))

    def _keys(self, tenant: str, account: str) -> tuple[str, str]:
        """(how often it was tried, that one must wait)."""
        said = hmac.new(self.secret, f"account {tenant}\0{account}".encode(), hashlib.sha256).hexdigest()[:32]
        return f"{self.prefix}tries:{said}", f"{self.prefix}waits:{said}"
