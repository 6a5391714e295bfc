"""Rate limits, counted in Redis over all gateways."""

import uuid
from collections.abc import AsyncGenerator

import pytest

from gateway.limits import Limiter
from gateway.problems import Problem
from infra import redis
from infra.redis import Redis
from infra.settings import load


@pytest.fixture
async def counter() -> AsyncGenerator[Redis]:
    made = redis.client(load())
    yield made
    await made.aclose()


async def admitted(limiters: list[Limiter], tenant: str, tries: int) -> tuple[int, Problem | None]:
    """How many of so many requests came in, one gateway after the other, and the last refusal."""
    count, refusal = 0, None
    for number in range(tries):
        try:
            await limiters[number % len(limiters)].admit(tenant)
            count += 1
        except Problem as problem:
            refusal = problem
    return count, refusal


async def test_a_tenant_has_its_share_over_all_gateways_and_no_more(counter: Redis, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gateway.limits.time.time", lambda: 1_000_000.0)  # one and the same second
    prefix = f"test-{uuid.uuid4().hex}"
    gateways = [Limiter(counter, prefix, 40) for _ in range(2)]
    count, refusal = await admitted(gateways, "acme", 60)
    assert count == 40
    assert refusal is not None
    assert (refusal.status, refusal.code, refusal.headers["Retry-After"]) == (429, "too_many_requests", "1")
    assert refusal.headers["RateLimit-Remaining"] == "0"
    assert (await admitted(gateways, "rival", 10))[0] == 10
    monkeypatch.setattr("gateway.limits.time.time", lambda: 1_000_001.0)
    assert (await admitted(gateways, "acme", 10))[0] == 10
