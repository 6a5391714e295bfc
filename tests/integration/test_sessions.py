"""Sessions in Redis: they end when they are ended, when nobody uses them, and after a day's work; ids are not kept."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.identity.sessions import Session, Sessions, Started, hashed
from gateway.problems import Problem
from infra import redis
from infra.redis import Redis
from infra.settings import load


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def store() -> AsyncGenerator[Redis]:
    made = redis.client(load())
    yield made
    await made.aclose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(store: Redis, clock: Clock) -> Sessions:
    return Sessions(store, f"test-{uuid.uuid4().hex}:", idle=60, longest=600, clock=clock)


def session(sessions: Sessions, identity: str = "i") -> Session:
    return Session("acme", "anna", "p", identity, "csrf", sessions.ends(), 0)


async def test_a_session_is_found_until_it_is_ended(sessions: Sessions) -> None:
    id = await sessions.begin(session(sessions), None)
    assert await sessions.find(id) == session(sessions)
    assert await sessions.find(id + "x") is None
    assert await sessions.find(hashed(id)) is None
    await sessions.end(id)
    assert await sessions.find(id) is None


async def test_a_session_ends_after_its_time_and_its_key_when_nobody_comes(
    sessions: Sessions, store: Redis, clock: Clock
) -> None:
    id = await sessions.begin(session(sessions), None)
    key = f"{sessions.prefix}session:{hashed(id)}"
    await store.expire(key, 5)
    assert await sessions.find(id) is not None
    assert 50 < await store.ttl(key) <= 60
    clock.now += 600
    assert await sessions.find(id) is None


async def test_redis_has_no_id_of_a_session(sessions: Sessions, store: Redis) -> None:
    id = await sessions.begin(session(sessions), "provider's")
    await sessions.start("state", Started("acme", "p", "nonce", "verifier", "/", hashed("browser")))
    keys: list[Any] = await store.keys(f"{sessions.prefix}*")  # pyright: ignore[reportUnknownMemberType]
    assert len(keys) == 4
    assert not any(id.encode() in key or b"state" in key for key in keys)


async def test_all_sessions_of_an_identity_or_of_a_providers_session_end_together(sessions: Sessions) -> None:
    ids = [await sessions.begin(session(sessions), name) for name in ("one", "two", None)]
    other = await sessions.begin(session(sessions, "j"), None)
    await sessions.end_all("rival", "one")
    await sessions.end_all("acme", "one")
    assert [await sessions.find(id) is not None for id in ids] == [False, True, True]
    await sessions.end_all("acme", "i")
    assert [await sessions.find(id) is not None for id in (*ids, other)] == [False, False, False, True]


async def test_a_sign_in_that_began_is_taken_once(sessions: Sessions) -> None:
    began = Started("acme", "p", "nonce", "verifier", "/", hashed("browser"))
    await sessions.start("state", began)
    assert await sessions.take("state") == began
    assert await sessions.take("state") is None


async def test_a_token_is_seen_once(sessions: Sessions) -> None:
    assert await sessions.first("acme", "jti", 60)
    assert not await sessions.first("acme", "jti", 60)
    assert await sessions.first("rival", "jti", 60)
    assert await sessions.seen("acme", "jti")
    assert not await sessions.seen("acme", "another")


async def test_what_an_older_version_kept_is_as_if_it_were_lost(sessions: Sessions, store: Redis) -> None:
    await store.set(f"{sessions.prefix}session:{hashed('id')}", b"nonsense")
    assert await sessions.find("id") is None


async def test_redis_may_take_longer_with_a_session_than_with_a_count() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while b"GETEX" not in (asked := await reader.read(1000)):  # before that the client says who it is
            writer.write(b"+OK\r\n" * asked.count(b"CLIENT\r\n"))
        await asyncio.sleep(3 * redis.COUNTING)
        writer.write(b"$-1\r\n")  # RESP, which Redis speaks: nothing is there
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(late, "127.0.0.1", 0) as server:
        there = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0?protocol=2"
        patient = redis.client(load().model_copy(update={"redis": there}), redis.NEEDED)
        assert await Sessions(patient, "", 60, 600).find("id") is None
        await patient.aclose()


async def test_while_redis_is_away_nobody_is_let_in_and_told_so() -> None:
    away = redis.client(load().model_copy(update={"redis": "redis://127.0.0.1:1/0"}))
    for wanted in (Sessions(away, "", 60, 600).find("id"), Sessions(away, "", 60, 600).take("state")):
        with pytest.raises(Problem) as caught:
            await wanted
        assert (caught.value.status, caught.value.code) == (503, "sessions_unavailable")
    await away.aclose()
