"""`GET /events`: a tenant's events as they are recorded, as server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html. The id of each event is a signed position; a client that
comes back with it as Last-Event-ID misses nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from confluent_kafka import KafkaException
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from gateway import describe, platform, problems
from gateway.access.gate import Record, hidden, seen
from gateway.access.live import DATABASE as DIRECTORY
from gateway.access.masking import masked
from gateway.auth import Caller, admitted, still, unauthenticated
from gateway.feed import Feed, Interrupted, LogMessage, TooSlow, Unreachable, Wanted
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.queries import opened
from gateway.seats import Seats
from infra.log import headers as h
from infra.log.codec import RegistryUnavailable
from infra.log.envelope import parse_key
from infra.log.position import BadPosition, Position, sign, verify
from infra.plain import dump
from infra.vault import VaultUnavailable
from projections.catalog import read_models
from projections.query import PositionLate, wait_for
from schemas.contract import contracts, domains

SLOWEST_WRITE = 30.0
"""Seconds after which a client that does not read is let go."""
_PARAMETERS = ("types", "aggregate", "id", "after")


@asynccontextmanager
async def running(here: Platform, ending: Callable[[], bool]) -> AsyncGenerator[Feed]:
    """The feed, for as long as the block lasts, or until `ending` says that the server is about to go.

    The block lasts until every connection is gone, so that streams would hold it up, and never be told why they end.
    """
    feed = Feed(here.settings, domains(), here.vaults.forget)
    await feed.start()
    watching = asyncio.create_task(_close_when(ending, feed))
    try:
        yield feed
    finally:
        watching.cancel()
        await feed.close()


async def _close_when(ending: Callable[[], bool], feed: Feed) -> None:
    while not ending():  # noqa: ASYNC110 - uvicorn has a flag for it, and no event
        await asyncio.sleep(0.1)
    await feed.close()


def add(router: APIRouter) -> None:
    """Adds GET /events to a router."""
    router.add_api_route(
        "/events",
        _endpoint,
        methods=["GET"],
        operation_id="events",
        summary="Live events as server-sent events, from Last-Event-ID on or from now on.",
        tags=["events"],
        response_class=Response,
        openapi_extra=describe.events(),
        responses=describe.stream(),
    )


async def _endpoint(request: Request) -> Response:
    who, limits = await admitted(request)
    here, wanted = platform.of(request), _wanted(request, who.tenant)
    since = _since(request, here)
    feed: Feed = request.app.state.feed
    if since is not None:
        try:
            await feed.check(since)
        except Unreachable as error:
            raise Problem(400, "position_unreachable", str(error), "Last-Event-ID") from error
    began = feed.position() if since is None else since
    seats: Seats = request.app.state.seats
    seat = seats.taken(who.tenant, who.name)
    return Stream(here, feed, who, wanted, began, limits, partial(still, request, who), seat)


def _wanted(request: Request, tenant: str) -> Wanted:
    asked: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in _PARAMETERS or name in asked:
            offered = ", ".join(_PARAMETERS)
            raise Problem(400, "unknown_parameter", f"The parameters are {offered}, each once.", name[:80])
        if "\0" in value:
            raise Problem(400, "bad_value", "A parameter holds a NUL character; leave it out.", name)
        asked[name] = value
    types = frozenset(name for name in asked.get("types", "").split(",") if name)
    for name in types:
        if name not in _event_types():
            raise Problem(400, "unknown_type", f"There is no event {name[:80]!r}; crm.DealWon is one.", "types")
    aggregate = asked.get("aggregate")
    if aggregate is not None and aggregate not in {name for _, name in contracts()}:
        raise Problem(400, "unknown_aggregate", f"There is no aggregate {aggregate[:80]!r}; deal is one.", "aggregate")
    return Wanted(tenant, types, aggregate, asked.get("id"))


def _event_types() -> frozenset[str]:
    return frozenset(event.NAME for contract in contracts().values() for event in contract.events)


def _since(request: Request, here: Platform) -> Position | None:
    token = request.headers.get("last-event-id") or request.query_params.get("after")
    if not token:
        return None
    try:
        return verify(token, here.secret)
    except BadPosition as error:
        raise Problem(400, "bad_position", str(error), "Last-Event-ID") from error


class Stream(Response):
    """The answer that does not end by itself, unless `still` raises because its caller may no longer listen."""

    def __init__(
        self,
        here: Platform,
        feed: Feed,
        who: Caller,
        wanted: Wanted,
        since: Position,
        headers: Mapping[str, str],
        still: Callable[[], Awaitable[None]],
        seat: AbstractContextManager[None],
    ) -> None:
        super().__init__(None, 200, {**headers, "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self.raw_headers = [pair for pair in self.raw_headers if pair[0] != b"content-length"]
        self.raw_headers.append((b"content-type", b"text/event-stream; charset=utf-8"))
        self._here, self._feed, self._who, self._wanted, self._since = here, feed, who, wanted, since
        self._still, self._seat = still, seat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._seat:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            telling = asyncio.create_task(self._tell(send))
            leaving = asyncio.create_task(_left(receive))
            await asyncio.wait([telling, leaving], return_when=asyncio.FIRST_COMPLETED)
            for task in (telling, leaving):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, TimeoutError, OSError):
                await telling

    async def _tell(self, send: Send) -> None:
        async def write(text: bytes, *, more: bool = True) -> None:
            message = {"type": "http.response.body", "body": text, "more_body": more}
            await asyncio.wait_for(send(message), SLOWEST_WRITE)

        at = {topic: dict(partitions) for topic, partitions in self._since.items()}
        for topic, partitions in self._feed.position().items():
            at[topic] = {**partitions, **at.get(topic, {})}
        await write(f"retry: 2000\nid: {self._token(at)}\n\n".encode())
        try:
            async with contextlib.aclosing(self._feed.listen(self._wanted, at)) as batches:
                async for batch in batches:
                    await self._still()
                    unseen = await permitted(self._here, self._who, batch, self._feed.heard())
                    await write(await asyncio.to_thread(self._lines, batch, unseen, at))
            last = Problem(503, "closing", "The gateway ends; come back with Last-Event-ID.")
        except Problem as error:
            last = error
        except PositionLate:
            last = Problem(503, "unavailable", "Read models do not keep up now; come back with Last-Event-ID.")
        except Interrupted as error:
            # Maybe nothing was to be told for long: what was read is not read again.
            await write(f"id: {self._token(_further(at, error.reached))}\n".encode())
            last = Problem(503, "turn_over", "Others wait to read from the log; come back with Last-Event-ID.")
        except TooSlow:
            last = Problem(503, "too_slow", "Events came faster than you read them; come back with Last-Event-ID.")
        except (VaultUnavailable, RegistryUnavailable):
            last = Problem(503, "unavailable", "Events cannot be opened now; come back with Last-Event-ID.")
        except KafkaException:
            last = Problem(503, "log_unavailable", "The log cannot be read now; come back with Last-Event-ID.")
        await write(b"event: end\ndata: " + dump(problems.body_of(last)) + b"\n\n", more=False)

    def _lines(
        self, batch: Sequence[LogMessage], unseen: Mapping[Record, Collection[str]], at: dict[str, dict[int, int]]
    ) -> bytes:
        """The events of records that are in `unseen`, without the classes of fields that it names, as text; a comment
        when there are none. Moves the position on."""
        lines: list[bytes] = []
        for message in batch:
            if message.offset < at[message.topic][message.partition]:
                continue  # another gateway told it already
            at[message.topic][message.partition] = message.offset + 1
            with contextlib.suppress(ValueError, KeyError):  # no event of ours, and never will be
                record = record_of(message)
                if record not in unseen:
                    continue
                told = described(message) | masked(self._opened(message), unseen[record])
                lines.append(f"id: {self._token(at)}\ndata: ".encode() + dump(told) + b"\n\n")
        return b"".join(lines) or b": nothing new\n\n"

    def _opened(self, message: LogMessage) -> Any:
        return opened(self._here, message.value, self._wanted.tenant)

    def _token(self, at: Position) -> str:
        return sign(at, self._here.secret)


async def permitted(
    here: Platform, who: Caller, batch: Sequence[LogMessage], heard: Position
) -> Mapping[Record, Collection[str]]:
    """The records whose events somebody may still see, with the classes of fields that they do not see of each.
    Records are judged by how they are once these have happened, and callers by what they were given until then, so that
    rows are waited for: an event is told once, and cannot be asked for again a moment later. `heard` is how far events
    have come. Raises a 401 problem when nobody is to see any more, and PositionLate."""
    if batch and who.user is not None:
        await here.reach.come(DIRECTORY, heard)
    standing = await here.access.standing(who.tenant, who.user, key=who.key, whom=who.on_behalf_of)
    if standing is None:
        raise unauthenticated("The user, or the key, may not work here any more; ask an administrator.")
    about = {record_of(message) for message in batch}
    if standing.who is None or not batch:
        return dict.fromkeys(about, ())
    position: dict[str, dict[int, int]] = {}
    for message in batch:
        position.setdefault(message.topic, {})[message.partition] = message.offset + 1
    for database in {model.database for model in read_models() if model.public}:
        await wait_for(here.readers[database], database, position)
    now = replace(who, standing=standing)
    return await hidden(here, now, await seen(here, now, about))


def record_of(message: LogMessage) -> tuple[str, str, str]:
    """(domain, aggregate, id) of what an event is about."""
    _, aggregate, id = parse_key(message.key)
    return message.topic.removesuffix(".events").rpartition(".")[2], aggregate, id


def described(message: LogMessage) -> dict[str, Any]:
    """What the key and the headers tell of an event; raises ValueError or KeyError for what is no event of ours."""
    found = h.as_mapping(message.headers)
    _, aggregate, id = parse_key(message.key)
    command_id = h.text(found, h.COMMAND_ID)
    return {
        "event_id": h.text(found, h.CE_ID),
        "type": h.text(found, h.CE_TYPE),
        "aggregate": aggregate,
        "id": id,
        "version": int(h.text(found, h.AGGREGATE_VERSION)),
        "occurred_at": h.parse_time(h.text(found, h.CE_TIME)),
        "recorded_at": h.parse_time(h.text(found, h.CE_RECORDEDTIME)),
        "actor": h.text(found, h.ACTOR),
        **({"on_behalf_of": found[h.ON_BEHALF_OF].decode()} if h.ON_BEHALF_OF in found else {}),
        "command_id": command_id,
        "correlation_id": h.text(found, h.CORRELATION_ID),
        "causation_id": found.get(h.CAUSATION_ID, command_id.encode()).decode(),
    }


def _further(at: Position, reached: Position) -> Position:
    """The later of two positions in each partition of the first."""
    return {
        topic: {number: max(offset, reached.get(topic, {}).get(number, 0)) for number, offset in partitions.items()}
        for topic, partitions in at.items()
    }


async def _left(receive: Receive) -> None:
    """Returns when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
