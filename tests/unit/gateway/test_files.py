"""A file is taken as it comes, and no longer than one that comes at all."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from gateway import files


async def taken(pause: float, parts: int) -> int:
    """How many bytes come of a body whose sender waits so long before each of them."""
    left = parts

    async def receive() -> Any:
        nonlocal left
        await asyncio.sleep(pause)
        left -= 1
        return {"type": "http.request", "body": b"x", "more_body": left > 0}

    request = files.bounded(Request({"type": "http", "method": "POST", "headers": []}, receive))
    return sum([len(chunk) async for chunk in request.stream()])


async def test_who_sends_a_byte_now_and_then_is_waited_for_no_longer_than_who_sends_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "SLOWEST_PART", 0.05)
    with pytest.raises(TimeoutError):
        await taken(0.01, parts=100)
    with pytest.raises(TimeoutError):
        await taken(60, parts=1)


def test_what_comes_at_the_slowest_rate_may_take_as_long_as_it_takes() -> None:
    part, rate = files.SLOWEST_PART, files.SLOWEST_RATE
    assert files.latest(1000, 1000, 0) == 1000 + part
    assert files.latest(1000, 1000 + 3600, 3600 * rate) == 1000 + 3600 + part
    assert files.latest(1000, 1000 + 3600, 1800 * rate) < 1000 + 3600, "it is over"
    assert files.latest(1000, 1001, 3600 * rate) == 1001 + part, "no part is waited for longer"


async def test_who_is_fast_enough_is_read_to_the_end() -> None:
    assert await taken(0, parts=100) == 100
