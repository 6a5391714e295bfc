"""Who guesses passwords waits: counted in Redis, one try at a time however many come at once."""

import asyncio
import uuid
from collections.abc import AsyncGenerator

import pytest

from gateway.passwords.lockout import FREE, REMEMBERED, SHORTEST, Lockout
from gateway.passwords.pending import OWED, Half, Pending
from gateway.problems import Problem
from infra import redis
from infra.redis import Redis
from infra.settings import load


@pytest.fixture
async def store() -> AsyncGenerator[Redis]:
    made = redis.client(load())
    yield made
    await made.aclose()


@pytest.fixture
def lockout(store: Redis) -> Lockout:
    return Lockout(store, f"test-{uuid.uuid4().hex}:", b"secret")


async def _keys(of: Lockout | Pending) -> list[str]:
    found = await of.redis.keys(f"{of.prefix}*")  # pyright: ignore[reportUnknownMemberType]
    return [key.decode() if isinstance(key, bytes) else key for key in found]


async def _over(lockout: Lockout) -> None:
    """As if the time to wait had passed."""
    [waits] = [key for key in await _keys(lockout) if ":waits:" in key]
    await lockout.redis.delete(waits)


async def test_some_tries_are_free_and_each_further_one_makes_the_next_wait(lockout: Lockout) -> None:
    assert [await lockout.admit("acme", "anna") for _ in range(FREE + 3)] == [True] * (FREE + 1) + [False] * 2
    [waits] = [key for key in await _keys(lockout) if ":waits:" in key]
    assert 0 < await lockout.redis.ttl(waits) <= SHORTEST
    await _over(lockout)
    assert [await lockout.admit("acme", "anna") for _ in range(2)] == [True, False]
    assert SHORTEST < await lockout.redis.ttl(waits) <= 2 * SHORTEST


async def test_of_many_who_come_at_once_one_tries(lockout: Lockout) -> None:
    for _ in range(FREE + 1):
        await lockout.admit("acme", "anna")
    await _over(lockout)
    assert sum(await asyncio.gather(*(lockout.admit("acme", "anna") for _ in range(30)))) == 1


async def test_others_do_not_wait(lockout: Lockout) -> None:
    for _ in range(FREE + 2):
        await lockout.admit("acme", "anna")
    assert await lockout.admit("acme", "bert")
    assert await lockout.admit("rival", "anna")


async def test_who_came_in_begins_anew(lockout: Lockout) -> None:
    for _ in range(FREE + 1):
        await lockout.admit("acme", "anna")
    await lockout.clear("acme", "anna")
    assert await _keys(lockout) == []
    assert all([await lockout.admit("acme", "anna") for _ in range(FREE)])


async def test_a_right_password_before_a_code_counts_no_try_and_no_more(lockout: Lockout) -> None:
    for _ in range(FREE):
        await lockout.admit("acme", "anna")
    for _ in range(3):
        assert await lockout.admit("acme", "anna")
        await lockout.forgive("acme", "anna")
    assert [await lockout.admit("acme", "anna") for _ in range(2)] == [True, False]


async def test_what_is_kept_names_nobody_and_is_forgotten(lockout: Lockout) -> None:
    for _ in range(FREE + 1):
        await lockout.admit("acme", "?anna@example.com")
    keys = await _keys(lockout)
    assert len(keys) == 2
    assert not any("anna" in key or "acme" in key for key in keys)
    assert all([0 < await lockout.redis.ttl(key) <= REMEMBERED for key in keys])


async def test_without_redis_nobody_tries() -> None:
    silent = redis.client(load().model_copy(update={"redis": "redis://127.0.0.1:1/0"}))
    with pytest.raises(Problem) as caught:
        await Lockout(silent, "", b"secret").admit("acme", "anna")
    assert (caught.value.status, caught.value.code) == (503, "sessions_unavailable")
    await silent.aclose()


async def test_a_code_is_owed_for_some_minutes_and_paid_once(store: Redis) -> None:
    pending, half = Pending(store, f"test-{uuid.uuid4().hex}:"), Half("acme", "anna", "m", "/docs")
    id = await pending.owe(half)
    assert await pending.owed(id) == half
    assert await pending.owed(f"{id}x") is None
    [key] = await _keys(pending)
    assert id not in key
    assert 0 < await store.ttl(key) <= OWED
    assert [await pending.paid(id) for _ in range(2)] == [True, False]
    assert await pending.owed(id) is None
