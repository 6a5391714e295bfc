"""How many keys and passwords from one address were refused, counted in Redis over all gateways: who goes on trying is
slowed."""

import hashlib
import hmac
import ipaddress
import math
import time
from dataclasses import dataclass, field

from redis.asyncio import Redis

from gateway.limits import REST_AFTER_FAILURE, SILENT
from gateway.problems import Problem

WINDOW = 60
"""Seconds in which refusals are counted."""


@dataclass(slots=True)
class Refusals:
    """An address may be refused `limit` times in a minute, and is then sent away for the rest of it; not without Redis.

    `secret` keeps addresses out of Redis: they stand there as HMACs.
    """

    redis: Redis
    prefix: str
    limit: int
    secret: bytes
    _until: dict[str, float] = field(default_factory=dict[str, float])
    _resting_until: float = 0.0

    async def count(self, address: str) -> None:
        """Counts one more; raises a 429 problem when it is one too many."""
        now, whose = time.time(), network_of(address)
        if await self._counted(whose, int(now // WINDOW)) > self.limit:
            if len(self._until) > 10_000:
                self._until.clear()
            self._until[whose] = (now // WINDOW + 1) * WINDOW
            self.slow(address)

    def slow(self, address: str) -> None:
        """Raises a 429 problem for an address that is sent away just now."""
        whose = network_of(address)
        rest = math.ceil(self._until.get(whose, 0.0) - time.time())
        if rest > 0:
            detail = f"More than {self.limit} tries from your address were refused within a minute; wait {rest} s."
            raise Problem(429, "too_many_refused_keys", detail, headers={"Retry-After": str(rest)})
        self._until.pop(whose, None)

    async def _counted(self, whose: str, window: int) -> int:
        """How many there are in this window with this one; 0 while Redis does not answer."""
        if time.monotonic() < self._resting_until:
            return 0
        key = f"{self.prefix}refused:{hidden(self.secret, whose)}:{window}"
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                pipe.incr(key)
                pipe.expire(key, 2 * WINDOW)
                return int((await pipe.execute())[0])
        except SILENT:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE
            return 0


def hidden(secret: bytes, address: str) -> str:
    """What stands for an address in Redis."""
    return hmac.new(secret, f"address {address}".encode(), hashlib.sha256).hexdigest()[:32]


def network_of(address: str) -> str:
    """Whose addresses are taken together: one of IPv4 alone, those of IPv6 by the 64 bits of the network, since whoever
    has one of these has all of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))
