"""What could not be done for a tenant and waits for people: listed, shown, redriven, discarded."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import describe_dead_letters as describe
from gateway import platform
from gateway.answers import ok
from gateway.auth import admitted
from gateway.bodies import OptionalText, parse
from gateway.describe import takes
from gateway.limits import body_of
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.queries import number, only, parameters
from infra.log.dead_letters import Unreadable
from infra.settings import Settings
from projections.dead_letters import desk as desks
from projections.dead_letters.desk import Desk
from projections.dead_letters.letter import WHATS, Action, AlreadySettled, UnknownLetter, Wanted, Who
from projections.dead_letters.requests import Pending, Result
from projections.generations import NoGeneration
from projections.query import MAX_LIMIT

PATIENCE = 5.0
"""Seconds for which an answer waits for what comes of a request."""
COUNTED_FOR = 5.0
BASE = "/operations/dead-letters"
_LONGEST_REASON = 1000

# Some of this waits for other processes: it must not hold up what else is done in threads.
_THREADS = ThreadPoolExecutor(4, "dead-letters")
# On a new platform tables are missing until the processes that make them have started.
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable, NoGeneration)
T = TypeVar("T")


class Why(BaseModel):
    """The body of a redrive and of a discard."""

    model_config = ConfigDict(extra="forbid")
    reason: OptionalText = Field(None, max_length=_LONGEST_REASON)


def permission(verb: str) -> str:
    return f"admin.dead-letter.{verb}"


def add(router: APIRouter) -> None:
    """Adds the list, the letter and its two verbs to a router."""
    one, settled = f"{BASE}/{{id:path}}", describe.settled()
    redriven, discarded = describe.settle(reason=False), describe.settle(reason=True)
    for path, endpoint, method, verb, name, doc, extra, responses in (
        (BASE, _list, "GET", "read", "list_dead_letters", _LIST, describe.listing(), describe.listed()),
        (one, _show, "GET", "read", "show_dead_letter", _SHOW, describe.one(), describe.shown()),
        (f"{one}/redrive", _redrive, "POST", "redrive", "redrive_dead_letter", _REDRIVE, redriven, settled),
        (f"{one}/discard", _discard, "POST", "discard", "discard_dead_letter", _DISCARD, discarded, settled),
    ):
        router.add_api_route(
            path,
            endpoint,
            methods=[method],
            name=name,
            operation_id=name,
            summary=doc,
            tags=["operations"],
            response_class=Response,
            openapi_extra=extra | takes(permission(verb)),
            responses=responses,
        )


_LIST = "What could not be done and waits: events that a view or a workflow cannot fold, and commands that failed."
_SHOW = "One of them, with its trace and what it holds; personal values stay sealed."
_REDRIVE = "Does it again: what waits is done in order, and what fails again stays."
_DISCARD = "Takes out for good what stops it, and does what waits behind it."


async def _list(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(permission("read"))
    asked = parameters(request)
    only(asked, {"what", "where", "limit", "cursor"}, "dead letters")
    what, where = asked.get("what"), asked.get("where")
    known = {place for place, _ in desks.sources()}
    if what is not None and what not in WHATS:
        raise Problem(400, "bad_value", f"what must be one of {', '.join(WHATS)}.", "what")
    if where is not None and where not in known:
        raise Problem(400, "bad_value", f"where must be one of {', '.join(sorted(known))}.", "where")
    limit = number(asked.get("limit", "50"), "limit")
    if not 1 <= limit <= MAX_LIMIT:
        raise Problem(400, "bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}.", "limit")
    wanted = Wanted(who.tenant, what, where, asked.get("cursor"), limit)
    try:
        found = await _worked(partial(desks.page, _desk(request), wanted))
    except UnknownLetter as error:
        raise Problem(400, "bad_cursor", "No page ends with this cursor; begin at the first.", "cursor") from error
    items = [desks.described(letter) for letter in found.letters]
    return ok({"items": items, "next_cursor": found.next}, headers=limits)


async def _show(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(permission("read"))
    only(parameters(request), set(), "A dead letter")
    try:
        shown = await _worked(partial(desks.show, _desk(request), _id(request), who.tenant))
    except UnknownLetter as error:
        raise _unknown(error) from error
    except AlreadySettled as error:
        raise Problem(404, "already_settled", str(error)) from error
    return ok(desks.described_whole(shown), headers=limits)


async def _redrive(request: Request) -> Response:
    return await _settle(request, "redrive")


async def _discard(request: Request) -> Response:
    return await _settle(request, "discard")


async def _settle(request: Request, action: Action) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(permission(action))
    body = parse(await body_of(request), request.headers.get("content-type"), Why)
    reason = (body["reason"] or "").strip()
    if action == "discard" and not reason:
        raise Problem(422, "reason_missing", "Say in `reason` why it may go; it is kept with your name.", "reason")
    asker, id = Who(who.name, reason, who.tenant), _id(request)
    try:
        result = await _worked(partial(desks.settle, _desk(request), id, action, asker, PATIENCE))
    except UnknownLetter as error:
        raise _unknown(error) from error
    except AlreadySettled as error:
        raise Problem(409, "already_settled", str(error)) from error
    except Pending as error:
        raise Problem(409, "request_pending", str(error)) from error
    return _answer(id, result, limits)


def _answer(id: str, result: Result | None, limits: Mapping[str, str]) -> Response:
    later = {**limits, "Retry-After": "1"}
    if result is None:
        told = "Its owner has not taken the request yet; it stays until that is done. Ask again, or look at the list."
        return ok({"id": id, "outcome": "pending", "told": told}, 202, later)
    if result.outcome == "late":
        raise Problem(504, "answer_late", result.told, headers={"Retry-After": "1"})
    return ok({"id": id, "outcome": result.outcome, "told": result.told}, headers=limits)


def _unknown(error: UnknownLetter) -> Problem:
    return Problem(404, "unknown_dead_letter", f"There is no such dead letter of yours; GET {BASE} lists them.")


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _desk(request: Request) -> Desk:
    here: Platform = platform.of(request)
    return Desk(here.settings, here.codec, here.vaults, here.sender.send)


async def _worked(work: Callable[[], T]) -> T:
    """What comes of working in a thread; 503 problems while a part is away."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_THREADS, work)
    except Unreadable as error:
        raise Problem(503, "log_unavailable", str(error), headers={"Retry-After": "1"}) from error
    except _AWAY as error:
        detail = "Dead letters cannot be looked at now; /health/ready says what is away. Try again shortly."
        raise Problem(503, "unavailable", detail, headers={"Retry-After": "1"}) from error


@dataclass(slots=True)
class Counted:
    """How many dead letters of all tenants wait, and where, asked anew every few seconds."""

    until: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def part(self, settings: Settings) -> dict[str, Any]:
        """The part of /health/ready. Raises what keeps it from being counted."""
        async with self.turn:
            if time.monotonic() > self.until:
                self.counts = await asyncio.to_thread(desks.counts, settings)
                self.until = time.monotonic() + COUNTED_FOR
        status = {"status": "waiting"} if self.counts else {}
        return {**status, "open": sum(self.counts.values()), "places": dict(self.counts)}
