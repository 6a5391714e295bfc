"""Limits: how often a tenant may ask, counted in Redis, and how large a body may be."""

import asyncio
import time
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request

from gateway.problems import Problem

JSON_BODY = 1024 * 1024
"""Bytes of a JSON body at most."""
SLOWEST_BODY = 10.0
"""Seconds in which a JSON body must be whole: until then it holds a place that others could have."""
LEASES = 20
"""A gateway takes a second's requests in so many portions: a trip to Redis for each portion, not for each request."""
REST_AFTER_FAILURE = 1.0
# A connection that is reset while it is written to tells it by uvloop's own RuntimeError, which the client passes on.
SILENT = (RedisError, OSError, TimeoutError, RuntimeError)


@dataclass(slots=True)
class Account:
    """What a gateway may still let in for one tenant in one second. `asking` is there while Redis is asked for more."""

    second: int = 0
    left: int = 0
    taken: int = 0
    used_up: bool = False
    asking: "asyncio.Task[bool] | None" = None

    def knows(self, second: int) -> bool:
        """Whether a request of that second can be answered without asking Redis."""
        return self.second == second and (self.left > 0 or self.used_up)


class Limiter:
    """Counts requests of each tenant in windows of a second, over all gateways. Without Redis it lets everyone in."""

    def __init__(self, redis: Redis, prefix: str, limit: int) -> None:
        self._redis, self._prefix, self._limit = redis, prefix, limit
        self._portion = max(1, limit // LEASES)
        self._accounts: dict[str, Account] = {}
        self._resting_until = 0.0

    async def admit(self, tenant: str) -> dict[str, str]:
        """Headers that tell where the tenant stands; raises a 429 problem when the second is used up."""
        account = self._account(tenant)
        while not account.knows(second := int(time.time())):
            # Those who come meanwhile share the portion: if each took one, most of it would be lost. All go on at once
            # when it is there: through a lock they would come one by one, each a round of the event loop later.
            if account.asking is None:
                account.asking = asyncio.create_task(self._asked(account, tenant, second))
            if not await asyncio.shield(account.asking):
                return {"RateLimit-Status": "unavailable"}
        if account.left == 0:
            detail = f"More than {self._limit} requests came in one second; wait a second and send fewer."
            limits = {"RateLimit-Limit": str(self._limit), "RateLimit-Remaining": "0", "RateLimit-Reset": "1"}
            raise Problem(429, "too_many_requests", detail, headers={**limits, "Retry-After": "1"})
        account.left -= 1
        remaining = max(0, self._limit - account.taken) + account.left
        return {"RateLimit-Limit": str(self._limit), "RateLimit-Remaining": str(remaining), "RateLimit-Reset": "1"}

    def _account(self, tenant: str) -> Account:
        if len(self._accounts) > 10_000:
            self._accounts.clear()
        return self._accounts.setdefault(tenant, Account())

    async def _asked(self, account: Account, tenant: str, second: int) -> bool:
        try:
            return await self._take(account, tenant, second)
        finally:
            account.asking = None

    async def _take(self, account: Account, tenant: str, second: int) -> bool:
        """Takes a portion; False when Redis does not answer, or did not a moment ago."""
        now = time.monotonic()
        if now < self._resting_until:
            return False
        key = f"{self._prefix}rate:{tenant}:{second}"
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.incrby(key, self._portion)
                pipe.expire(key, 5)
                taken = int((await pipe.execute())[0])
        except SILENT:
            self._resting_until = now + REST_AFTER_FAILURE
            return False
        account.second, account.taken = second, taken
        account.left = min(self._portion, max(0, self._limit - (taken - self._portion)))
        account.used_up = taken >= self._limit
        return True


async def body_of(request: Request, limit: int = JSON_BODY, seconds: float = SLOWEST_BODY) -> bytes:
    """The whole body; a 413 problem as soon as it is too large, whatever Content-Length said, and a 408 problem when it
    is not whole in time."""
    too_large = Problem(413, "body_too_large", f"The body is larger than {limit} bytes; send less at once.")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large
                chunks.append(chunk)
    except TimeoutError as error:
        raise too_slow() from error
    except ClientDisconnect as error:
        raise Problem(400, "body_incomplete", "The body ended before it was whole; send it again.") from error
    return b"".join(chunks)


def too_slow() -> Problem:
    """What a body is answered that does not come; the connection is of no more use."""
    detail = "The body did not come in time; send it again, faster or in smaller parts."
    return Problem(408, "body_too_slow", detail, headers={"Connection": "close"})
