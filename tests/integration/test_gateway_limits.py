"""Rate limits, counted in Redis over all gateways."""

import uuid
from collections.abc import AsyncGenerator

import pytest

from gateway.access.refusals import Refusals
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


async def test_refused_keys_are_counted_over_all_gateways_and_forgotten_with_the_minute(
    counter: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gateway.access.refusals.time.time", lambda: 1_000_000.0
    )  # twenty seconds before the minute ends
    prefix = f"test-{uuid.uuid4().hex}"
    gateways = [Refusals(counter, prefix, 4, b"secret") for _ in range(2)]
    for number in range(4):
        await gateways[number % 2].count("10.0.0.1")
    with pytest.raises(Problem) as caught:
        await gateways[0].count("10.0.0.1")
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "20")
    await gateways[0].count("10.0.0.2")
    monkeypatch.setattr("gateway.access.refusals.time.time", lambda: 1_000_020.0)
    await gateways[0].count("10.0.0.1")
