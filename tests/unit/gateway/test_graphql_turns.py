"""A large answer is told in parts, between which others have the event loop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from gateway.graphql.pages import BREATH, in_turns
from gateway.graphql.reading import Level, Reader
from projections.crm.deals import READ_MODEL as DEALS
from projections.query import NOW


@asynccontextmanager
async def others() -> AsyncGenerator[list[int]]:
    """Counts how often others have their turn for as long as the block lasts."""
    turns = [0]

    async def take() -> None:
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(take())
    await asyncio.sleep(0)
    try:
        yield turns
    finally:
        task.cancel()


async def test_of_many_records_others_wait_for_a_few() -> None:
    few = list(range(BREATH))
    assert in_turns(few) is few
    many = in_turns(range(5 * BREATH))
    assert isinstance(many, AsyncGenerator)
    async with others() as turns:
        before = turns[0]
        assert [each async for each in many] == list(range(5 * BREATH))
        assert turns[0] - before == 4


async def test_records_that_wait_for_the_same_go_on_one_after_the_other() -> None:
    nobody: Any = None
    reader, level, asked = Reader(nobody, nobody, nobody, None), Level(DEALS, NOW), list[str]()

    async def read() -> str:
        asked.append("once")
        return "found"

    async with others() as turns:
        before = turns[0]
        waiting = (reader._of_all(level, "question", read) for _ in range(20))  # pyright: ignore[reportPrivateUsage]
        assert await asyncio.gather(*waiting) == ["found"] * 20
        assert turns[0] - before >= 20
    assert asked == ["once"]
