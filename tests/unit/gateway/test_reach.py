import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway import reach
from gateway.reach import Reach
from infra.log.position import Position, verify
from projections.model import ReadModel

SECRET = b"secret"
OLD: Position = {"crm.events": {0: 1}}
NEW: Position = {"crm.events": {0: 2}}


@dataclass
class Database:
    """Answers when it is told what, an error too, in whatever order; `now` is what the clock says."""

    asked: list[asyncio.Future[Position]] = field(default_factory=list[asyncio.Future[Position]])
    now: float = 100.0

    async def position_of(self, _: Any, database: str, *, search: bool) -> Position:
        assert (database, search) == ("crm", False)
        self.asked.append(asyncio.get_running_loop().create_future())
        return await self.asked[-1]

    async def tells(self, number: int, answer: Position | Exception) -> None:
        if isinstance(answer, Exception):
            self.asked[number].set_exception(answer)
        else:
            self.asked[number].set_result(answer)
        for _ in range(4):
            await asyncio.sleep(0)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    made = Database()
    monkeypatch.setattr(reach, "position_of", made.position_of)
    monkeypatch.setattr(reach, "time", SimpleNamespace(monotonic=lambda: made.now))
    return made


async def known(database: Database, position: Position) -> Reach:
    """One that knows a position."""
    here = Reach(cast(Any, {"crm": None}), SECRET)
    first = asyncio.create_task(here.token("crm"))
    await asyncio.sleep(0)
    await database.tells(0, position)
    assert verify(await first, SECRET) == position
    return here


async def told(here: Reach) -> Position:
    """What is told at once."""
    return verify(await asyncio.wait_for(here.token("crm"), 1), SECRET)


async def test_while_one_asks_how_far_it_is_the_others_are_told_what_is_known(database: Database) -> None:
    here = await known(database, OLD)
    database.now += 2 * reach.FRESH
    one = asyncio.create_task(here.token("crm"))
    await asyncio.sleep(0)
    assert await told(here) == OLD
    await database.tells(1, NEW)
    assert verify(await one, SECRET) == NEW
    assert await told(here) == NEW
    assert len(database.asked) == 2


async def test_where_many_ask_none_waits(database: Database) -> None:
    here = await known(database, OLD)
    database.now += 1.1 * reach.EARLY
    assert [await told(here), await told(here)] == [OLD, OLD]
    await asyncio.sleep(0)
    assert len(database.asked) == 2
    await database.tells(1, NEW)
    assert await told(here) == NEW


async def test_where_nothing_answers_the_old_one_stays_and_who_waits_is_told(database: Database) -> None:
    here = await known(database, OLD)
    database.now += 1.1 * reach.EARLY
    assert await told(here) == OLD
    await asyncio.sleep(0)
    await database.tells(1, ConnectionError("away"))
    assert await told(here) == OLD
    database.now += 1.1 * reach.FRESH
    waiting = asyncio.create_task(here.token("crm"))
    await asyncio.sleep(0)
    await database.tells(2, ConnectionError("away"))
    with pytest.raises(ConnectionError):
        await waiting


async def test_what_was_asked_later_is_not_forgotten_for_an_answer_that_comes_late(database: Database) -> None:
    here = await known(database, OLD)
    database.now += 1.1 * reach.EARLY
    assert await told(here) == OLD
    await asyncio.sleep(0)
    database.now += 0.01
    later = asyncio.create_task(here.now("crm"))
    await asyncio.sleep(0)
    await database.tells(2, NEW)
    assert verify(await later, SECRET) == NEW
    await database.tells(1, OLD)
    assert await told(here) == NEW


async def test_which_read_models_are_live_is_asked_once_in_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    building = [["deals"], []]

    async def not_live(_: Any, models: Sequence[ReadModel]) -> Sequence[ReadModel]:
        return [model for model in models if model.name in building[0]]

    monkeypatch.setattr(reach, "not_live", not_live)
    here = Reach(cast(Any, {"crm": None}), SECRET)
    assert await here.building("crm") == {"deals"}
    building.pop(0)
    assert await here.building("crm") == {"deals"}
    database.now += 1.1 * reach.FRESH
    assert await here.building("crm") == set()
