"""How often one address may ask to sign in, whichever tenant it names: who shares a tenant with a flood still comes in.

Counted in Redis over all gateways, and by each gateway for itself, so that without Redis nobody is slowed beyond that.
"""

import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from redis.asyncio import Redis

from gateway.access.refusals import WINDOW, hidden, network_of
from gateway.limits import REST_AFTER_FAILURE, SILENT
from gateway.problems import Problem

MOST = 50_000
"""Addresses that are counted here at once."""


@dataclass(slots=True)
class Knocks:
    """An address may ask `limit` times in a minute. In Redis HMACs under `secret` stand for addresses."""

    redis: Redis
    prefix: str
    limit: int
    secret: bytes
    clock: Callable[[], float] = time.time
    _window: int = 0
    _here: Counter[str] = field(default_factory=Counter[str])
    _resting_until: float = 0.0

    async def count(self, address: str) -> None:
        """Counts one more; raises a 429 problem when it is one too many."""
        now, whose = self.clock(), network_of(address)
        window = int(now // WINDOW)
        here = self._count_here(whose, window)
        # Who is too many here already is not worth a trip to Redis.
        if here > self.limit or await self._counted(whose, window) > self.limit:
            rest = math.ceil((window + 1) * WINDOW - now)
            detail = f"More than {self.limit} requests to sign in came from your address in a minute; wait {rest} s."
            raise Problem(429, "too_many_sign_ins", detail, headers={"Retry-After": str(rest)})

    def _count_here(self, whose: str, window: int) -> int:
        if window != self._window or len(self._here) > MOST:
            self._window = window
            self._here.clear()
        self._here[whose] += 1
        return self._here[whose]

    async def _counted(self, whose: str, window: int) -> int:
        """How many there are in this window with this one, over all gateways; 0 while Redis does not answer."""
        if time.monotonic() < self._resting_until:
            return 0
        key = f"{self.prefix}knocks:{hidden(self.secret, whose)}:{window}"
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                pipe.incr(key)
                pipe.expire(key, 2 * WINDOW)
                return int((await pipe.execute())[0])
        except SILENT:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE
            return 0
