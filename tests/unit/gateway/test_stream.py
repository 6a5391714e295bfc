"""The stream of events: what cannot be read does not end it, and whatever ends it is told."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import feed as feeds
from gateway.access.live import Access
from gateway.access.standing import Standing
from gateway.auth import Caller
from gateway.events import Stream
from gateway.feed import OF_ONE_TENANT, Feed, Interrupted, LogMessage, TooSlow, Wanted
from gateway.reach import Reach
from infra.log import headers as h
from infra.log.codec import RegistryUnavailable, Undecodable
from infra.log.envelope import key_of
from infra.log.position import verify
from infra.settings import Settings
from infra.vault import KeyMissing, SealBroken, VaultUnavailable

SECRET = b"secret"
TOPIC = "crm.events"
ACME = Caller("acme", None, "key:acme", Standing(None))
HEADERS = {
    h.CE_ID: b"e",
    h.CE_TYPE: b"crm.DealWon",
    h.CE_TIME: b"2017-03-31T12:00:00.000000Z",
    h.CE_RECORDEDTIME: b"2017-03-31T12:00:00.000000Z",
    h.AGGREGATE_VERSION: b"1",
    h.COMMAND_ID: b"c",
    h.CORRELATION_ID: b"c",
    h.ACTOR: b"key:acme",
}


class Reading:
    """A feed of a few messages that then ends, or fails."""

    def __init__(self, count: int, failure: Exception | None = None, headers: Any = HEADERS) -> None:
        self._count, self._failure, self._headers = count, failure, headers

    def position(self) -> dict[str, dict[int, int]]:
        return {TOPIC: {0: 0}}

    def heard(self) -> dict[str, dict[int, int]]:
        return {TOPIC: {0: self._count}}

    async def listen(self, wanted: Wanted, since: object) -> AsyncGenerator[Sequence[LogMessage]]:
        for offset in range(self._count):
            yield [
                LogMessage(
                    TOPIC, 0, offset, key_of("acme", "deal", str(offset)), b"%d" % offset, [*self._headers.items()]
                )
            ]
        if self._failure is not None:
            raise self._failure


async def told(decode: Callable[[bytes, object], Any], feed: Reading) -> list[dict[str, Any]]:
    """The events that a client of a stream gets, each as {id, event, data}."""
    here: Any = SimpleNamespace(
        secret=SECRET,
        codec=SimpleNamespace(decode=decode),
        vaults=lambda tenant: None,  # pyright: ignore[reportUnknownLambdaType]
        access=Access({}, Reach({}, SECRET)),
    )
    sent: list[bytes] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    async def still() -> None:
        pass

    stream: Any = Stream(here, feed, ACME, Wanted("acme"), {}, {}, still, nullcontext())  # pyright: ignore[reportArgumentType]
    await stream({"type": "http"}, receive, send)
    blocks = [
        dict(line.split(": ", 1) for line in block.split("\n"))
        for block in b"".join(sent).decode().split("\n\n")
        if block
    ]
    return [{**block, "data": json.loads(block["data"])} for block in blocks if "data" in block]


@pytest.mark.parametrize("error", [Undecodable("x"), KeyMissing("x"), SealBroken("x"), ValueError("x"), KeyError("x")])
async def test_an_event_that_can_never_be_read_is_told_without_data_and_the_next_one_follows(error: Exception) -> None:
    def decode(value: bytes, vault: object) -> Any:
        if value == b"0":
            raise error
        return {"name": "Ann"}

    first, second, end = await told(decode, Reading(2))
    assert (first["data"]["type"], first["data"]["id"], first["data"]["data"]) == ("crm.DealWon", "0", None)
    assert second["data"]["data"] == {"name": "Ann"}
    assert verify(second["id"], SECRET) == {TOPIC: {0: 2}}
    assert end["data"]["code"] == "closing"


@pytest.mark.parametrize("error", [VaultUnavailable("x"), RegistryUnavailable("x")])
async def test_an_event_that_cannot_be_read_now_ends_the_stream_and_is_not_passed_over(error: Exception) -> None:
    def decode(value: bytes, vault: object) -> Any:
        if value == b"1":
            raise error
        return {}

    first, end = await told(decode, Reading(3))
    assert verify(first["id"], SECRET) == {TOPIC: {0: 1}}
    assert (end["event"], end["data"]["code"]) == ("end", "unavailable")


async def test_who_is_too_slow_is_told_so() -> None:
    *_, end = await told(lambda value, vault: {}, Reading(1, TooSlow()))
    assert (end["event"], end["data"]["code"]) == ("end", "too_slow")


async def test_what_is_no_event_of_ours_is_passed_over() -> None:
    (end,) = await told(lambda value, vault: {}, Reading(2, headers={h.CE_TYPE: b"crm.DealWon"}))
    assert end["data"]["code"] == "closing"


async def test_who_begins_now_does_not_wait_for_those_who_catch_up() -> None:
    feed = Feed(Settings(), [])
    for _ in range(OF_ONE_TENANT):
        await feed._turns.wait("acme")  # pyright: ignore[reportPrivateUsage]
    listening = asyncio.create_task(anext(feed.listen(Wanted("acme"), {})))
    await asyncio.sleep(0)
    won = LogMessage(TOPIC, 0, 7, key_of("acme", "deal", "d"), b"", [*HEADERS.items()])
    feed._deliver([won])  # pyright: ignore[reportPrivateUsage]
    assert await asyncio.wait_for(listening, 5) == [won]


class Turn:
    """A turn that is over once somebody reads."""

    def is_over(self, turn: object) -> bool:
        return True

    async def wait(self, tenant: str) -> object:
        return self

    def give_back(self, turn: object) -> None:
        pass


async def test_who_reads_long_while_others_wait_comes_back_where_the_reading_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*_: object) -> Iterator[list[LogMessage]]:
        other = LogMessage(TOPIC, 0, 3, key_of("rival", "deal", "d"), b"", [*HEADERS.items()])
        yield [other]
        raise AssertionError("the turn is over")

    monkeypatch.setattr(feeds, "_between", read)
    feed: Any = Feed(Settings(), [])
    feed._turns, feed._at = Turn(), {(TOPIC, 0): 9, (TOPIC, 1): 5}
    with pytest.raises(Interrupted) as caught:
        await anext(feed.listen(Wanted("acme"), {TOPIC: {0: 2, 1: 4}}))
    assert caught.value.reached == {TOPIC: {0: 4, 1: 4}}


async def test_a_turn_that_is_over_is_told_with_how_far_it_came() -> None:
    first, end = await told(lambda value, vault: {}, Reading(1, Interrupted({TOPIC: {0: 7}, "other": {0: 1}})))
    assert verify(first["id"], SECRET) == {TOPIC: {0: 1}}
    assert (end["event"], end["data"]["code"]) == ("end", "turn_over")
    assert verify(end["id"], SECRET) == {TOPIC: {0: 7}}
