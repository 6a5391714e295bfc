"""`GET …/{id}/tree`: what stands above a record and below it, level by level, and what there is in all of that, as far
as the caller may read it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import describe, describe_tree, platform
from gateway.access.gate import sight_of
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.platform import Platform
from gateway.problems import not_found
from gateway.queries import caught_up, number, only, parameters, record_id, shown_fields, times_of
from projections import query
from projections.catalog import read_models, reports
from projections.generations import reading
from projections.model import ReadModel, Report
from projections.query import MAX_LIMIT, WITHIN, Filter, Times
from projections.visible import NOTHING, Sight

_ASKED = {"depth", "limit", "fields", "as_of", "known_at", "after"}


def add(router: APIRouter, model: ReadModel) -> None:
    """The tree of a read model whose records stand above and below one another."""
    shown, name = model.name.replace("_", "-"), f"tree_{model.database}_{model.name}"
    router.add_api_route(
        f"/{model.database}/{shown}/{{id}}/tree",
        _tree(model),
        methods=["GET"],
        name=name,
        operation_id=name,
        summary="What stands above the record and below it, level by level, and what belongs to all of that.",
        tags=[f"{model.database}: {shown}"],
        response_class=Response,
        openapi_extra=describe_tree.asked(model) | describe.takes(model.permission),
        responses=describe_tree.answers(model, belonging(model), totals(model)),
    )


def belonging(model: ReadModel) -> Sequence[ReadModel]:
    """The read models whose rows belong to records of a tree, it the first of them."""
    found = [each for each in read_models(model.database) if each.public and _is_of(each, model)]
    return sorted(found, key=lambda each: each is not model)


def totals(model: ReadModel) -> Sequence[Report]:
    """The reports of what belongs to records of a tree."""
    names = {each.name for each in belonging(model)}
    return [each for each in reports() if each.database == model.database and each.source in names]


def _is_of(model: ReadModel, tree: ReadModel) -> bool:
    trunk = query.trunk_of(model)
    return trunk is not None and trunk.model is tree


def _tree(model: ReadModel) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, _ASKED, "tree")
        sight = sight_of(who, model.permission, model)
        await caught_up(request, here, model.database)
        times, id = times_of(asked, model), record_id(request, model)
        position = await here.reach.token(model.database)
        for other in belonging(model):
            async with reading(here.readers[model.database], who.tenant, other):
                pass  # the tables are those that this program asks for
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            if await query.get(connection, model, who.tenant, id, times, sight) is None:
                raise not_found(model.name)
            above = await query.above(connection, model, who.tenant, id, times)
            levels = await query.branches(
                connection,
                model,
                who.tenant,
                id,
                depth=number(asked.get("depth", "3"), "depth"),
                limit=number(asked.get("limit", "50"), "limit"),
                fields=shown_fields(asked),
                times=times,
                sight=sight,
            )
            known = await rows_of(connection, here, who, model, above.ids, times, sight, shown_fields(asked))
            counts, sums = await _summed(connection, who, model, id, times)
        body: dict[str, Any] = {
            "id": id,
            "above": [
                {"level": -number, "record": known[each]}
                for number, each in enumerate(above.ids, start=1)
                if each in known
            ],
            "below": [{"level": each.level, "count": each.count, "items": each.items} for each in levels],
            "ring": [each for each in above.ring if each == id or each in known],
            "counts": counts,
            "totals": sums,
        }
        noted(request.scope).shown(dict.fromkeys([id, *known, *(item["id"] for of in levels for item in of.items)]))
        return ok(body, headers={**limits, "Nexus-Position": position})

    return endpoint


async def rows_of(
    connection: AsyncConnection,
    here: Platform,
    who: Caller,
    model: ReadModel,
    ids: Sequence[str],
    times: Times,
    sight: Sight,
    fields: Sequence[str] | None,
) -> Mapping[str, Mapping[str, Any]]:
    """The rows of these ids that are in sight, by id."""
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(ids), MAX_LIMIT):
        these = list(ids[start : start + MAX_LIMIT])
        page = await query.list_(
            connection,
            model,
            who.tenant,
            secret=here.secret,
            filters=[Filter("id", "in", these)],
            limit=len(these),
            fields=fields,
            times=times,
            sight=sight,
        )
        found |= {row["id"]: row for row in page.items}
    return found


async def _summed(
    connection: AsyncConnection, who: Caller, model: ReadModel, id: str, times: Times
) -> tuple[Mapping[str, int], Mapping[str, Any]]:
    """How much there is in the whole tree below a record, itself included, and the totals of reports over it; of what
    somebody may not read, nothing is said."""
    counts: dict[str, int] = {}
    for each in belonging(model):
        if who.standing.visible(each.permission, each.access) != NOTHING:
            sight = sight_of(who, each.permission, each)
            counts[each.name] = await query.counted(connection, each, who.tenant, id, times, sight)
    sums: dict[str, Any] = {}
    sources = {each.name: each for each in belonging(model)}
    for each in totals(model):
        source = sources[each.source]
        if each.source in counts and who.standing.visible(each.permission, source.access) != NOTHING:
            sums[each.name] = await query.report(
                connection,
                each,
                who.tenant,
                filters=[Filter(WITHIN, "eq", id)],
                by=lasting(each),
                times=times,
                sight=sight_of(who, each.permission, source),
            )
    return counts, sums


def lasting(report: Report) -> list[str]:
    """The groups of a report when nobody names any, but for months, of which there is no end."""
    months = {each.name for each in report.dimensions if each.month}
    return [name for name in report.by if name not in months]
