import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway import reach
from gateway.reach import Reach
from infra.log.position import Position, verify

SECRET = b"secret"
OLD: Position = {"crm.events": {0: 1}}
NEW: Position = {"crm.events": {0: 2}}


async def test_while_one_asks_how_far_it_is_the_others_are_told_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, asked, now = asyncio.Queue[Position](), list[str](), 0.0

    async def position_of(_: Any, database: str, **__: Any) -> Position:
        asked.append(database)
        return await answers.get()

    monkeypatch.setattr(reach, "position_of", position_of)
    monkeypatch.setattr(reach, "time", SimpleNamespace(monotonic=lambda: now))
    here = Reach(cast(Any, {"crm": None}), SECRET)
    answers.put_nowait(OLD)
    assert verify(await here.token("crm"), SECRET) == OLD
    now = 2 * reach.FRESH
    one = asyncio.create_task(here.token("crm"))
    await asyncio.sleep(0)
    assert verify(await here.token("crm"), SECRET) == OLD
    answers.put_nowait(NEW)
    assert verify(await one, SECRET) == NEW
    assert verify(await here.token("crm"), SECRET) == NEW
    assert asked == ["crm", "crm"]
