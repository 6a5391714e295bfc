"""A constant load of questions: records, lists, searches, and a reader who wants to see what it has just written.

Each is asked at its time whether or not those before it are answered, and its time counts from then: an answer that is
late because the one before it was late is late too.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.bench.preload import deal_id
from tests.platform import Platform

_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: when it was due (`time.perf_counter()`), seconds to its answer, and what was wrong, if anything."""

    due: float
    seconds: float
    wrong: str | None


@dataclass(slots=True)
class Load:
    asked: list[Asked] = field(default_factory=list[Asked])

    def between(self, start: float, end: float) -> list[Asked]:
        """The questions that were due in this time."""
        return [each for each in list(self.asked) if start <= each.due < end]


@contextmanager
def questions(here: Platform, tenant: str, deals: int, rate: float) -> Generator[Load]:
    """So many questions a second about the deals of a tenant, to the end of the block; then the last are awaited."""
    load, stop = Load(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_ask_all(here, tenant, deals, rate, load, stop)))
    thread.start()
    try:
        yield load
    finally:
        stop.set()
        thread.join()


async def _ask_all(here: Platform, tenant: str, deals: int, rate: float, load: Load, stop: threading.Event) -> None:
    random, under_way = Random(360), set[asyncio.Task[None]]()
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    key = {"Authorization": f"Bearer {here.key(tenant)}"}
    async with httpx.AsyncClient(base_url=here.url, headers=key, timeout=_TIMEOUT, limits=limits) as client:
        due = time.perf_counter()
        while not stop.is_set():
            question = _drawn(client, random, deals)
            task = asyncio.create_task(_ask(question, due, load))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await asyncio.gather(*under_way)


Question = Callable[[], Awaitable[str | None]]


async def _ask(question: Question, due: float, load: Load) -> None:
    try:
        wrong = await question()
    except httpx.HTTPError as error:
        wrong = f"{type(error).__name__}: {error}"
    load.asked.append(Asked(due, time.perf_counter() - due, wrong))


def _drawn(client: httpx.AsyncClient, random: Random, deals: int) -> Question:
    """Half are records; one in ten writes and reads its own write."""
    number = random.randrange(deals)
    drawn = random.random()
    if drawn < 0.5:
        return lambda: _got(client, f"/crm/deals/{deal_id(number)}")
    if drawn < 0.7:
        return lambda: _got(client, f"/crm/deals?owner_id=u{number % 50}&sort=-closed_at&limit=20")
    if drawn < 0.8:
        return lambda: _got(client, "/crm/deals?stage=WON&limit=20")
    if drawn < 0.9:
        return lambda: _got(client, f"/crm/deals?q=number%20{number}&limit=20")
    return lambda: _own_write(client, number)


async def _got(client: httpx.AsyncClient, path: str, after: str | None = None) -> str | None:
    """None, or why the answer is none."""
    answer = await client.get(path, headers={} if after is None else {"Nexus-After": after})
    return None if answer.is_success else f"GET {path}: {answer.status_code} {answer.text[:200]}"


async def _own_write(client: httpx.AsyncClient, number: int) -> str | None:
    written = await client.post("/crm/deals", json={"name": f"New deal {number}", "owner_id": "u1"})
    if not written.is_success:
        return f"POST /crm/deals: {written.status_code} {written.text[:200]}"
    made = written.json()
    return await _got(client, f"/crm/deals/{made['id']}", made["position"])
