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
    monkeypatch.setattr(files, "SLOWEST_RATE", 1)
    assert await taken(0.0, parts=100) == 100
