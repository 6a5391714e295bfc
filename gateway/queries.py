"""Routes for read models and reports, all from their declarations."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import asking, describe, describe_lists, exported, own, platform, views
from gateway.access.gate import hidden, seen, sight_of
from gateway.access.masking import masked
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.opened import opened_rows
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from infra.log.codec import Undecodable
from infra.vault import KeyMissing, SealBroken
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.message import subjects_in
from projections.model import ReadModel, Report
from projections.own import NONE
from projections.query import Filter, Own, Times, Where
from projections.visible import Sight

log = structlog.get_logger()
RESERVED = frozenset({
    "sort", "cursor", "limit", "fields", "q", "as_of", "known_at", "after", "by", "where", "view", "zone", "format",
    "trash",
})  # fmt: skip
Endpoint = Callable[[Request], Awaitable[Response]]


def add_model(router: APIRouter, model: ReadModel) -> None:
    """List, history and lineage of a read model."""
    shown = model.name.replace("_", "-")
    base, tags = f"/{model.database}/{shown}", [f"{model.database}: {shown}"]
    listed = describe_lists.filed(describe.answers(describe.page(describe.row(model))))
    name = f"{model.database}_{model.name}"
    takes = describe.takes(model.permission)
    asked = describe_lists.listing(describe.listing(model), model) | takes
    _get(router, base, _list(model), f"list_{name}", model.doc, tags, asked, listed)
    if model.aggregate is None:
        return
    events = describe.answers(describe.page(describe.ref("Event")), 404)
    for kind, endpoint, doc in (
        ("history", _history(model), "The record's events, oldest first."),
        ("lineage", _lineage(model), "What led to the record's newest change, and what followed from it."),
    ):
        asked = describe.story(paged=kind == "history") | takes
        _get(router, f"{base}/{{id}}/{kind}", endpoint, f"{kind}_{name}", doc, tags, asked, events)


def add_report(router: APIRouter, report: Report) -> None:
    """A report's route."""
    path, name = f"/{report.database}/{report.name.replace('_', '-')}", f"report_{report.database}_{report.name}"
    found = describe_lists.filed(describe.answers(describe.items(describe.total(report))))
    source = models_by_name(report.database)[report.source]
    asked = describe_lists.totals(describe.totals(report), source) | describe.takes(report.permission)
    _get(router, path, _totals(report), name, report.doc, [f"{report.database}: reports"], asked, found)


def _get(
    router: APIRouter,
    path: str,
    endpoint: Endpoint,
    name: str,
    doc: str,
    tags: list[Any],
    extra: dict[str, Any],
    responses: describe.Responses,
) -> None:
    router.add_api_route(
        path,
        endpoint,
        methods=["GET"],
        name=name,
        operation_id=name,
        summary=doc,
        tags=tags,
        response_class=Response,
        openapi_extra=extra,
        responses=responses,
    )


def _list(model: ReadModel) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        q, sight = asked.get("q"), sight_of(who, model.permission, model)
        await caught_up(request, here, model.database, search=q is not None)
        times, after = times_of(asked, model), _after(request)
        view = await views.chosen(here, who, model, asked.get("view"), after)
        plain = (*view.filters, *filters_of(request, RESERVED - {"by"}))
        every, sort = asking.conditions(asked, plain), asked.get("sort", view.sort)
        fields = _names(asked["fields"]) if "fields" in asked else view.fields
        fields_own = await _own(here, who, model, times, every, sort, fields, whole="format" in asked)
        filters = asking.dated(every, model, times, asking.zone(asked), fields_own)
        if q is not None and times:
            raise Problem(400, "search_is_of_now", "q searches as of now; leave as_of and known_at out.", "q")
        if asking.trash(asked, model):
            if q is not None:
                raise Problem(400, "trash_not_searched", "q finds nothing in the trash; filter it instead.", "q")
            filters, sight = [*filters, asking.IN_TRASH], replace(sight, hidden=True)
        position = await here.reach.token(model.database, search=q is not None)
        found = None if q is None else await _found(here, model, who, q, filters, sight, fields_own)
        if "format" in asked:
            question = asking.Question(filters, sort, fields, times, found, sight, fields_own)
            told = {**limits, "Nexus-Position": position}
            return await exported.rows(request, who, model, question, asked["format"], told)
        async with reading(here.readers[model.database], who.tenant, model, waits=False) as connection:
            page = await query.list_(
                connection,
                model,
                who.tenant,
                secret=here.secret,
                filters=filters,
                sort=sort,
                cursor=asked.get("cursor"),
                limit=number(asked.get("limit", "50"), "limit"),
                fields=fields,
                times=times,
                search_ids=found,
                sight=sight,
                own=fields_own,
            )
        await opened_rows(here, model, who.tenant, page.items)
        noted(request.scope).shown(item["id"] for item in page.items)
        headers = {**limits, "Nexus-Position": position}
        return ok({"items": page.items, "next_cursor": page.next_cursor}, headers=headers)

    return endpoint


async def _own(
    here: Platform,
    who: Caller,
    model: ReadModel,
    times: Times,
    filters: Sequence[Where],
    sort: str | None,
    fields: Sequence[str] | None,
    *,
    whole: bool,
) -> Own:
    """The fields of the tenant's own, where something asks for one of them or, as a file does, for all."""
    wanted = whole or own.asked_for(filters, sort, *(fields or ()))
    return await own.defined(here, who.tenant, model, times) if wanted else NONE


async def _found(
    here: Platform, model: ReadModel, who: Caller, q: str, filters: Sequence[Where], sight: Sight, own: Own
) -> list[str]:
    prefix, es = here.settings.index_prefix, here.elasticsearch
    said = await asking.for_index(here, who, model, filters, own)
    return await query.search(es, prefix, model, who.tenant, q, filters=said, sight=sight, own=own)


def _totals(report: Report) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        source = models_by_name(report.database)[report.source]
        sight = sight_of(who, report.permission, source)
        await caught_up(request, here, report.database)
        times = times_of(asked, report)
        plain = filters_of(request, {"by", "as_of", "known_at", "after", "where", "zone", "format"})
        every = asking.conditions(asked, plain)
        fields_own = await _own(here, who, source, times, every, None, None, whole=False)
        filters = asking.dated(every, source, times, asking.zone(asked), fields_own)
        by = _names(asked.get("by"))
        position = await here.reach.token(report.database)
        async with reading(here.readers[report.database], who.tenant, source) as connection:
            groups = await query.report(
                connection,
                report,
                who.tenant,
                filters=filters,
                by=by,
                times=times,
                sight=sight,
                own=fields_own,
            )
        told = {**limits, "Nexus-Position": position}
        if "format" in asked:
            return await exported.groups(request, who, report.name, query.report_columns(report, by), groups, told)
        noted(request.scope).found = len(groups)
        return ok({"items": groups}, headers=told)

    return endpoint


def _history(model: ReadModel) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {"limit", "cursor", "after"}, "history")
        who.standing.needed(model.permission, model.access)
        await caught_up(request, here, model.database)
        domain, aggregate = _aggregate(model)
        after, limit = number(asked.get("cursor", "0"), "cursor"), number(asked.get("limit", "50"), "limit")
        id, position = record_id(request, model), await here.reach.token(model.database)
        if not await seen(here, who, [(domain, aggregate, id)]):
            raise not_found(model.name)
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            page = await query.history(connection, who.tenant, domain, aggregate, id, after=after, limit=limit)
        if not page.items and after == 0:
            raise not_found(model.name)
        unseen = await hidden(here, who, {(domain, aggregate, id)})
        items = await asyncio.to_thread(told_events, here, page.items, unseen)
        return ok({"items": items, "next_cursor": page.next_cursor}, headers={**limits, "Nexus-Position": position})

    return endpoint


def _lineage(model: ReadModel) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {"after"}, "lineage")
        who.standing.needed(model.permission, model.access)
        await caught_up(request, here, model.database)
        domain, aggregate = _aggregate(model)
        id, position = record_id(request, model), await here.reach.token(model.database)
        if not await seen(here, who, [(domain, aggregate, id)]):
            raise not_found(model.name)
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            row = await query.get(connection, model, who.tenant, id)
            version = max(0, row["version"] - 1) if row else 0
            newest = await query.history(connection, who.tenant, domain, aggregate, id, after=version, limit=1)
        if not newest.items:
            raise not_found(model.name)
        correlation = str(newest.items[0]["correlation_id"])
        found: dict[str, dict[str, Any]] = {}
        for reader in here.readers.values():
            async with reading(reader, who.tenant) as connection:
                for each in await query.lineage(connection, who.tenant, correlation):
                    found[each["event_id"]] = each
        shown = await seen(here, who, {_record(each) for each in found.values()})
        ordered = sorted(
            (each for each in found.values() if _record(each) in shown),
            key=lambda each: (each["recorded_at"], each["topic"], each["offset"]),
        )
        unseen = await hidden(here, who, shown)
        items = await asyncio.to_thread(told_events, here, ordered, unseen)
        noted(request.scope).shown(dict.fromkeys(each["id"] for each in ordered))
        return ok({"items": items, "next_cursor": None}, headers={**limits, "Nexus-Position": position})

    return endpoint


def _record(event: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(event["type"]).partition(".")[0], event["aggregate"], event["id"]


SHOWN = ("event_id", "type", "aggregate", "id", "version", "occurred_at", "recorded_at", "actor")
CAUSES = ("command_id", "correlation_id", "causation_id")


def told_events(
    here: Platform, rows: Sequence[Mapping[str, Any]], unseen: Mapping[tuple[str, str, str], Collection[str]]
) -> list[dict[str, Any]]:
    """Events of the history as callers see them, with their personal fields opened, and without the classes of fields
    that are `unseen` on their records. Asks for keys: not in the loop."""
    return [
        {name: row[name] for name in (*SHOWN, *CAUSES)}
        | masked(opened(here, bytes(row["value"]), row["tenant"]), unseen[_record(row)])
        for row in rows
    ]


def keys_at_hand(here: Platform, rows: Sequence[Mapping[str, Any]]) -> None:
    """Has all keys in memory that opening these events takes, in one trip rather than in one for each person. Raises
    VaultUnavailable."""
    if rows:
        here.vaults.prefetch(rows[0]["tenant"], subjects_in(rows), make=False)


def opened(here: Platform, value: bytes, tenant: str) -> Any:
    """An event's record; None where it can never be read. Raises RegistryUnavailable or VaultUnavailable where it
    cannot be read now."""
    try:
        return here.codec.decode(value, here.vaults(tenant))
    except (Undecodable, KeyMissing, SealBroken, ValueError, KeyError) as error:
        log.warning("event_unreadable", tenant=tenant, error=type(error).__name__)
        return None


def record_id(request: Request, model: ReadModel) -> str:
    """The id in the address; nothing has one with a NUL, which Postgres does not take."""
    id = str(request.path_params["id"])
    if "\0" in id or len(id) > 200:
        raise not_found(model.name)
    return id


def _aggregate(model: ReadModel) -> tuple[str, str]:
    assert model.aggregate is not None
    return model.aggregate


def parameters(request: Request) -> dict[str, str]:
    """The query parameters that are not filters; each may stand once."""
    items = request.query_params.multi_items()
    asked: dict[str, str] = {}
    for name, value in items:
        if "\0" in value or "\0" in name:
            raise Problem(400, "bad_value", "A parameter holds a NUL character; leave it out.", name.replace("\0", ""))
        if name in asked:
            detail = f"The parameter {name[:80]!r} stands twice; give it once, or several values with .in."
            raise Problem(400, "parameter_twice", detail, name[:80])
        asked[name] = value
    return asked


def only(asked: Mapping[str, str], known: set[str], what: str) -> None:
    """Refuses parameters that are not known."""
    for name in asked:
        if name not in known:
            raise Problem(400, "unknown_filter", f"{what} does not take {name!r} here.", name)


def filters_of(request: Request, not_filters: frozenset[str] | set[str]) -> list[Filter]:
    """`stage=WON`, `amount.gte=100`, `stage.in=WON,LOST`, `custom.budget.gte=100 USD`; the read model refuses what it
    does not know."""
    found: list[Filter] = []
    for name, value in request.query_params.multi_items():
        if name in not_filters:
            continue
        field, op = _asked(name)
        found.append(Filter(field, op or "eq", value.split(",") if op == "in" else value))
    return found


def _asked(name: str) -> tuple[str, str]:
    """The column and the operator of a parameter. The names of the tenant's own columns have points in them."""
    first, *rest = name.split(".")
    if query.is_own(name):
        parts = 2 if rest[1:2] == ["currency"] else 1
        first, rest = ".".join((first, *rest[:parts])), rest[parts:]
    return first, ".".join(rest)


def times_of(asked: Mapping[str, str], what: ReadModel | Report) -> Times:
    """As of when, and known when; a 400 problem for what keeps no past."""
    if not what.times and ("as_of" in asked or "known_at" in asked):
        raise Problem(400, "no_times", f"{what.name} is not kept over time; leave as_of and known_at out.", "as_of")
    return query.parse_times(asked.get("as_of"), asked.get("known_at"))


def shown_fields(asked: Mapping[str, str]) -> Sequence[str] | None:
    """The fields that are asked for; None for all."""
    return _names(asked.get("fields"))


def _names(value: str | None) -> Sequence[str] | None:
    return None if value is None else [name for name in value.split(",") if name]


def number(value: str, field: str) -> int:
    """A parameter that is a whole number."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise Problem(400, f"bad_{field.partition('.')[0]}", f"{field} must be a whole number.", field)
    return int(value)


async def caught_up(request: Request, here: Platform, database: str, *, search: bool = False) -> None:
    """Waits until the database has reached the position that the caller names, if one is named."""
    if token := _after(request):
        await here.reach.wait(database, token, search=search)


def _after(request: Request) -> str | None:
    """The position that the caller names."""
    return request.headers.get("nexus-after") or request.query_params.get("after") or None
