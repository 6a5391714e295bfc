"""The limit of a tenant, when many ask at once."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis.exceptions import RedisError
from starlette.requests import Request

from gateway import limits
from gateway.limits import Limiter
from gateway.problems import Problem


@dataclass
class Counters:
    """What Redis does here: counts by key, and takes a moment for it."""

    counts: dict[str, int] = field(default_factory=dict[str, int])
    trips: int = 0
    broken: Exception | None = None

    def pipeline(self, transaction: bool) -> "Pipeline":
        return Pipeline(self)


class Pipeline:
    def __init__(self, counters: Counters) -> None:
        self._counters, self._added = counters, ("", 0)

    async def __aenter__(self) -> "Pipeline":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def incrby(self, key: str, amount: int) -> None:
        self._added = (key, amount)

    def expire(self, key: str, seconds: int) -> None:
        pass

    async def execute(self) -> list[int]:
        await asyncio.sleep(0)
        if self._counters.broken is not None:
            raise self._counters.broken
        key, amount = self._added
        self._counters.trips += 1
        self._counters.counts[key] = self._counters.counts.get(key, 0) + amount
        return [self._counters.counts[key], 1]


@pytest.fixture(autouse=True)
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, so that all requests come in the same second."""
    monkeypatch.setattr(limits.time, "time", lambda: 1000.0)


async def let_in(limiters: list[Limiter], requests: int) -> int:
    async def one(number: int) -> bool:
        try:
            await limiters[number % len(limiters)].admit("acme")
        except Problem as problem:
            return (problem.status, problem.headers["Retry-After"]) != (429, "1")
        return True

    return sum(await asyncio.gather(*(one(number) for number in range(requests))))


async def test_those_who_wait_for_the_same_answer_go_on_at_once() -> None:
    """Rounds of the event loop are long when hundreds wait: with one more for each the last are seconds late."""
    counters = Counters()
    limiter = Limiter(counters, "", 10_000)  # type: ignore[arg-type]
    waiting = [asyncio.create_task(limiter.admit("acme")) for _ in range(200)]
    for _ in range(8):
        await asyncio.sleep(0)
    assert all(task.done() for task in waiting)
    assert counters.trips == 1


async def test_a_caller_who_leaves_while_redis_is_asked_takes_the_answer_from_nobody() -> None:
    counters = Counters()
    limiter = Limiter(counters, "", 10_000)  # type: ignore[arg-type]
    first, other = (asyncio.create_task(limiter.admit("acme")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await other)["RateLimit-Remaining"] == "9999"
    assert first.cancelled()
    assert counters.trips == 1


@pytest.mark.parametrize("limit", [1, 7, 20, 600, 1000])
async def test_whoever_asks_all_at_once_gets_the_whole_limit_and_no_more(limit: int) -> None:
    counters: Any = Counters()
    assert await let_in([Limiter(counters, "", limit)], limit + 100) == limit


async def test_gateways_share_one_limit() -> None:
    counters: Any = Counters()
    limiters = [Limiter(counters, "", 100) for _ in range(3)]
    assert await let_in(limiters, 300) == 100


async def test_who_is_refused_costs_redis_nothing() -> None:
    counters: Any = Counters()
    limiter = Limiter(counters, "", 100)
    await let_in([limiter], 100)
    trips = counters.trips
    assert await let_in([limiter], 500) == 0
    assert counters.trips <= trips + 1


@pytest.mark.parametrize(
    "error",
    [
        RedisError("Connection closed by server."),
        ConnectionResetError(),
        TimeoutError(),
        RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed"),  # uvloop's
    ],
)
async def test_without_redis_everyone_is_let_in(error: Exception) -> None:
    redis: Any = Counters(broken=error)
    assert await Limiter(redis, "", 5).admit("acme") == {"RateLimit-Status": "unavailable"}


async def test_a_body_that_does_not_come_is_given_up() -> None:
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Any:
        for part in parts:
            return part
        return await asyncio.Event().wait()

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(Problem) as refused:
        await limits.body_of(request, seconds=0.01)
    assert (refused.value.status, refused.value.code) == (408, "body_too_slow")
