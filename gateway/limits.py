"""Limits: how often a tenant may ask, counted in Redis, and how large a body may be."""

import time
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request

from gateway.problems import Problem

JSON_BODY = 1024 * 1024
"""Bytes of a JSON body at most."""
LEASES = 20
"""A gateway takes a second's requests in so many portions: a trip to Redis for each portion, not for each request."""
REST_AFTER_FAILURE = 1.0


@dataclass(slots=True)
class Lease:
    """What a gateway may still let in for one tenant in one second."""

    second: int
    left: int
    taken: int


class Limiter:
    """Counts requests of each tenant in windows of a second, over all gateways. Without Redis it lets everyone in."""

    def __init__(self, redis: Redis, prefix: str, limit: int) -> None:
        self._redis, self._prefix, self._limit = redis, prefix, limit
        self._portion = max(1, limit // LEASES)
        self._leases: dict[str, Lease] = {}
        self._resting_until = 0.0

    async def admit(self, tenant: str) -> dict[str, str]:
        """Headers that tell where the tenant stands; raises a 429 problem when the second is used up."""
        second = int(time.time())
        lease = self._leases.get(tenant)
        if lease is None or lease.second != second or lease.left == 0:
            lease = await self._take(tenant, second)
            if lease is None:
                return {"RateLimit-Status": "unavailable"}
        if lease.left == 0:
            detail = f"More than {self._limit} requests came in one second; wait a second and send fewer."
            limits = {"RateLimit-Limit": str(self._limit), "RateLimit-Remaining": "0", "RateLimit-Reset": "1"}
            raise Problem(429, "too_many_requests", detail, headers={**limits, "Retry-After": "1"})
        lease.left -= 1
        remaining = max(0, self._limit - lease.taken) + lease.left
        return {"RateLimit-Limit": str(self._limit), "RateLimit-Remaining": str(remaining), "RateLimit-Reset": "1"}

    async def _take(self, tenant: str, second: int) -> Lease | None:
        now = time.monotonic()
        if now < self._resting_until:
            return None
        key = f"{self._prefix}rate:{tenant}:{second}"
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.incrby(key, self._portion)
                pipe.expire(key, 5)
                taken = int((await pipe.execute())[0])
        except (RedisError, OSError, TimeoutError):
            self._resting_until = now + REST_AFTER_FAILURE
            return None
        allowed = min(self._portion, max(0, self._limit - (taken - self._portion)))
        if len(self._leases) > 10_000:
            self._leases.clear()
        self._leases[tenant] = lease = Lease(second, allowed, taken)
        return lease


async def body_of(request: Request, limit: int = JSON_BODY) -> bytes:
    """The whole body; a 413 problem as soon as it is too large, whatever Content-Length said."""
    too_large = Problem(413, "body_too_large", f"The body is larger than {limit} bytes; send less at once.")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise Problem(400, "body_incomplete", "The body ended before it was whole; send it again.") from error
    return b"".join(chunks)
