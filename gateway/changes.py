"""`GET …/{id}/changes`, what each event changed of a record, and `GET …/changes`, which records of a list became others
between two dates."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import describe, describe_changes, platform
from gateway.access.gate import Record, hidden, seen
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import admitted
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import SHOWN, caught_up, number, only, opened, parameters, record_id
from infra.log.envelope import Recorded
from projections import cursor as cursors
from projections import query
from projections.changed import Change, Difference, changed, changes
from projections.generations import reading
from projections.model import ReadModel
from projections.query import MAX_LIMIT
from projections.question import parse_time
from projections.segments import business_order
from projections.select import class_of

Endpoint = Callable[[Request], Awaitable[Response]]
BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(microsecond=0, tzinfo=UTC)
_ASKED = {"from", "until", "known_at", "limit", "cursor", "after"}


def offered(model: ReadModel) -> bool:
    """Whether it is told of a read model's records what changed."""
    return model.public and model.times and model.aggregate is not None


def add(router: APIRouter, model: ReadModel) -> None:
    """Both routes of a read model; before its records', whose ids would be taken for them otherwise."""
    base = f"/{model.database}/{model.name.replace('_', '-')}"
    for path, endpoint, name, doc, said, answers in (
        (f"{base}/changes", _list(model), "changed", "The records that became others between two dates.",
         describe_changes.of_list(), describe_changes.listed()),
        (f"{base}/{{id}}/changes", _one(model), "changes", "What each change of the record changed, oldest first.",
         describe_changes.of_one(), describe_changes.told()),
    ):  # fmt: skip
        id = f"{name}_{model.database}_{model.name}"
        router.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            name=id,
            operation_id=id,
            summary=doc,
            tags=[f"{model.database}: {model.name.replace('_', '-')}"],
            response_class=Response,
            openapi_extra=said | describe.takes(model.permission),
            responses=answers,
        )


def _one(model: ReadModel) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, _ASKED, "changes")
        who.standing.needed(model.permission, model.access)
        await caught_up(request, here, model.database)
        since, until, known_at = _range(asked)
        id, position = record_id(request, model), await here.reach.token(model.database)
        record = _record(model, id)
        if not await seen(here, who, [record]):
            raise not_found(model.name)
        rows = await history(here, who.tenant, model, id)
        if not rows:
            raise not_found(model.name)
        events = await asyncio.to_thread(read, here, rows)
        found = changes(model, [each for each in events if known_at is None or each.recorded_at <= known_at])
        wanted = [each for each in found if since <= each.recorded.occurred_at <= until]
        question = cursors.question_digest(["changes", model.name, who.tenant, id, since, until, known_at])
        if "cursor" in asked:
            (moment,), offset = cursors.read(asked["cursor"], question, ["time"], here.secret)
            wanted = [each for each in wanted if business_order(each.recorded) > (moment, int(offset))]
        limit = _limit(asked)
        page, following = wanted[:limit], None
        if len(wanted) > limit:
            last = page[-1].recorded
            following = cursors.write(question, [last.occurred_at], str(last.offset), here.secret)
        unseen = (await hidden(here, who, {record}))[record]
        items = [_told(model, each, unseen) for each in page]
        return ok({"items": items, "next_cursor": following}, headers={**limits, "Nexus-Position": position})

    return endpoint


def _list(model: ReadModel) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, _ASKED, "changes")
        visible = who.standing.needed(model.permission, model.access)
        await caught_up(request, here, model.database)
        since, until, known_at = _range(asked)
        if since == BEGINNING:
            raise Problem(400, "from_missing", "Say from when on: from=2026-01-01.", "from")
        position = await here.reach.token(model.database)
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            page = await changed(
                connection,
                model,
                who.tenant,
                since,
                until,
                secret=here.secret,
                known_at=known_at,
                visible=visible,
                cursor=asked.get("cursor"),
                limit=_limit(asked),
            )
        unseen = await hidden(here, who, {_record(model, each["id"]) for each in page.items})
        items = [
            {"id": each["id"], "change": each["change"]}
            | _masked(model, each["differences"], unseen[_record(model, each["id"])])
            for each in page.items
        ]
        noted(request.scope).shown(each["id"] for each in items)
        told = {**limits, "Nexus-Position": position}
        return ok({"items": items, "next_cursor": page.next_cursor}, headers=told)

    return endpoint


def _record(model: ReadModel, id: str) -> Record:
    assert model.aggregate is not None
    return (*model.aggregate, id)


def _range(asked: Mapping[str, str]) -> tuple[datetime, datetime, datetime | None]:
    """(from, until, known_at). Dates count with their whole days, UTC."""
    since = parse_time(asked["from"], "from") if "from" in asked else BEGINNING
    until = min(END, parse_time(asked["until"], "until", end_of_day=True)) if "until" in asked else END
    if since > until:
        raise Problem(400, "range_reversed", "from is later than until; exchange them.", "from")
    known_at = parse_time(asked["known_at"], "known_at", end_of_day=True) if "known_at" in asked else None
    return since, until, known_at


def _limit(asked: Mapping[str, str]) -> int:
    limit = number(asked.get("limit", "50"), "limit")
    if not 1 <= limit <= MAX_LIMIT:
        raise Problem(400, "bad_limit", f"limit must be between 1 and {MAX_LIMIT}.", "limit")
    return limit


async def history(here: Platform, tenant: str, model: ReadModel, id: str) -> list[dict[str, Any]]:
    """All events of a record, in the order of its versions."""
    domain, aggregate, _ = _record(model, id)
    found: list[dict[str, Any]] = []
    after: str | None = "0"
    async with reading(here.readers[model.database], tenant, model) as connection:
        while after is not None:
            page = await query.history(connection, tenant, domain, aggregate, id, after=int(after), limit=MAX_LIMIT)
            found += page.items
            after = page.next_cursor
    return found


def read(here: Platform, rows: Sequence[Mapping[str, Any]]) -> list[Recorded]:
    """These events with what they say, but for those that can never be read. Asks for keys: not in the loop."""
    found = ((row, opened(here, bytes(row["value"]), row["tenant"])) for row in rows)
    return [Recorded(event=event, **row) for row, event in found if event is not None]


def _told(model: ReadModel, change: Change, unseen: Collection[str]) -> dict[str, Any]:
    return {name: getattr(change.recorded, name) for name in SHOWN} | _masked(model, change.differences, unseen)


def _masked(model: ReadModel, differences: Sequence[Difference], unseen: Collection[str]) -> dict[str, Any]:
    """`fields`, before and after, without the values of the classes that are unseen; `hidden` names those."""
    hides = [each.field for each in differences if class_of(model, each.field) in unseen]
    fields = [
        {"field": each.field, "before": None, "after": None}
        if each.field in hides
        else {"field": each.field, "before": each.before, "after": each.after}
        for each in differences
    ]
    return {"fields": fields, "hidden": hides} if hides else {"fields": fields}
