"""Rate limits, counted in Redis over all gateways."""

import uuid
from collections.abc import AsyncGenerator

import pytest

from gateway.access.refusals import Refusals, network_of
from gateway.identity.knocks import Knocks
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


async def test_whoever_has_a_network_is_refused_by_all_of_its_addresses(counter: Redis) -> None:
    gateway = Refusals(counter, f"test-{uuid.uuid4().hex}", 4, b"secret")
    for number in range(1, 5):
        await gateway.count(f"2001:db8:1:2::{number}")
    with pytest.raises(Problem):
        await gateway.count("2001:db8:1:2::5")
    with pytest.raises(Problem):
        gateway.slow("2001:db8:1:2::6")
    gateway.slow("2001:db8:1:3::1")


async def refused(gateway: Knocks, address: str) -> str | None:
    """When to come back, for who is refused."""
    try:
        await gateway.count(address)
    except Problem as problem:
        return problem.headers["Retry-After"] if problem.code == "too_many_sign_ins" else problem.code
    return None


async def test_requests_to_sign_in_are_counted_by_address_over_all_gateways(counter: Redis) -> None:
    now, prefix = [1_000_000.0], f"test-{uuid.uuid4().hex}"
    gateways = [Knocks(counter, prefix, 4, b"secret", lambda: now[0]) for _ in range(2)]
    assert [await refused(gateways[number % 2], "10.0.0.1") for number in range(6)] == [None] * 4 + ["20"] * 2
    assert await refused(gateways[0], "10.0.0.2") is None
    now[0] = 1_000_020.0
    assert await refused(gateways[0], "10.0.0.1") is None


async def test_without_redis_a_gateway_goes_by_its_own_count() -> None:
    nowhere = redis.client(load().model_copy(update={"redis": "redis://127.0.0.1:9"}))
    gateways = [Knocks(nowhere, "test", 2, b"secret", lambda: 1_000_000.0) for _ in range(2)]
    for gateway in gateways:
        assert [await refused(gateway, "10.0.0.1") for _ in range(3)] == [None, None, "20"]
    await nowhere.aclose()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_of_one_network_are_one(address: str, network: str) -> None:
    assert network_of(address) == network
