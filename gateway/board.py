"""`GET /crm/deals/board`: a pipeline as its sellers look at it. Each stage with how many deals stand in it, what they
are worth, and the first of them, all as of one moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import asking, describe, describe_board, own, platform
from gateway.access.gate import sight_of
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import admitted
from gateway.chosen_pipeline import chosen
from gateway.problems import not_found
from gateway.queries import caught_up, filters_of, number, parameters
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.model import Dimension, Measure, Report
from projections.own import NONE
from projections.query import Filter, Page, Times
from schemas.built_in_pipeline import BUILT_IN, RULES
from schemas.generated.common import PipelineStage, StageKind
from schemas.wire import read_value

PATH = "/crm/deals/board"
DATABASE = "crm"
CARDS = 20
"""Deals that are shown of each stage when nobody says how many."""
SORT = "-updated_at"
_OURS = {"pipeline", "cards", "sort", "fields", "as_of", "known_at", "after", "where", "zone"}


def add(router: APIRouter) -> None:
    """The board's route. It stands before that of a deal, whose id could be anything."""
    deals = models_by_name(DATABASE)["deals"]
    router.add_api_route(
        PATH,
        board,
        methods=["GET"],
        name="board_crm_deals",
        operation_id="board_crm_deals",
        summary="A pipeline, stage by stage: how many deals stand there, what they are worth, and the first of them.",
        tags=["crm: deals"],
        response_class=Response,
        openapi_extra=describe_board.asked(deals) | describe.takes(deals.permission),
        responses=describe_board.answers(deals),
    )


async def board(request: Request) -> Response:
    """Stages in the order of the pipeline; a retired one while deals stand in it."""
    who, limits = await admitted(request)
    here, asked = platform.of(request), parameters(request)
    model = models_by_name(DATABASE)["deals"]
    sight = sight_of(who, model.permission, model)
    await caught_up(request, here, DATABASE)
    times = query.parse_times(asked.get("as_of"), asked.get("known_at"))
    cards = number(asked.get("cards", str(CARDS)), "cards")
    narrowed = asking.conditions(asked, filters_of(request, _OURS))
    fields_own = await own.defined(here, who.tenant, model, times) if own.asked_for(narrowed) else NONE
    filters = asking.dated(narrowed, model, times, asking.zone(asked), fields_own)
    fields = [name for name in asked["fields"].split(",") if name] if "fields" in asked else None
    position = await here.reach.token(DATABASE)
    async with reading(here.readers[DATABASE], who.tenant, model, waits=False) as connection:
        id = asked["pipeline"] if "pipeline" in asked else await chosen(connection, who.tenant, times)
        mine, pipeline = Filter("pipeline_id", "eq", id), await _pipeline(connection, who.tenant, id, times)
        groups = await query.report(
            connection,
            totals_of_stages(),
            who.tenant,
            filters=[mine, *filters],
            times=times,
            sight=sight,
            own=fields_own,
        )
        totals = _totals(groups)
        stages = [*pipeline["stages"], *_besides(totals, pipeline["stages"])]
        pages: Mapping[str, Page] = {}
        if cards:
            pages = await query.related(
                connection,
                model,
                who.tenant,
                "stage_id",
                [stage.stage_id for stage in stages if stage.stage_id in totals],
                secret=here.secret,
                filters=[mine, *filters],
                sort=asked.get("sort", SORT),
                limit=cards,
                fields=fields,
                times=times,
                sight=sight,
                own=fields_own,
            )
    shown: list[dict[str, Any]] = []
    for stage in stages:
        held = totals.get(stage.stage_id, {"count": 0, "totals": [], "home_totals": []})
        if stage.retired and not held["count"]:
            continue
        page = pages.get(stage.stage_id, Page((), None))
        shown.append({**_said(stage), **held, "cards": page.items, "next_cursor": page.next_cursor})
    noted(request.scope).shown(card["id"] for stage in shown for card in stage["cards"] if "id" in card)
    told = {"pipeline": {"id": id, "name": pipeline["name"], "version": pipeline["version"]}, "stages": shown}
    return ok(told, headers={**limits, "Nexus-Position": position})


async def _pipeline(connection: AsyncConnection, tenant: str, id: str, times: Times) -> Mapping[str, Any]:
    """Name, version and stages of a pipeline then; a 404 problem where there is none."""
    found = await query.get(connection, models_by_name(DATABASE)["pipelines"], tenant, id, times)
    if found is None and id == BUILT_IN:
        return {"name": None, "version": RULES.version, "stages": RULES.stages}
    if found is None:
        raise not_found("pipeline")
    stages = [read_value(PipelineStage, each) for each in found["row"]["stages"] or ()]
    return {"name": found["row"]["name"], "version": found["version"], "stages": stages}


def _besides(totals: Iterable[str], stages: Sequence[PipelineStage]) -> list[PipelineStage]:
    """Stages in which deals stand and which the pipeline has no more: dropped at the moment at which somebody came."""
    ids = sorted({*totals} - {each.stage_id for each in stages})
    return [PipelineStage(stage_id=id, name=id, kind=StageKind.OPEN, probability=0, retired=True) for id in ids]


def totals_of_stages() -> Report:
    """Totals by stage of what the list would show. The currency of its groups is that of the last sum."""
    return Report(
        name="board",
        database=DATABASE,
        source="deals",
        dimensions=(Dimension("stage", ("stage_id",)), Dimension("home", ("home_currency",))),
        measures=(
            Measure("count", "count"),
            Measure("home_count", "count", "home_amount"),
            Measure("home_amount", "sum", "home_amount"),
            Measure("home_weighted", "sum", "home_weighted"),
            Measure("amount", "sum", "amount"),
            Measure("weighted", "sum", "weighted"),
        ),
        by=("stage", "home"),
        filters=models_by_name(DATABASE)["deals"].filters,
    )


def _totals(groups: Sequence[Mapping[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """By stage the number of deals, sums by currency, and what is known of all in the tenant's own: one sum, unless
    that was another currency before."""
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    at_home: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for group in groups:
        id = group["stage_id"]
        counts[id] += group["count"]
        if group["currency"] is not None:
            _add(sums[id], group["currency"], group, "")
        if group["home_count"]:
            _add(at_home[id], group["home_currency"], group, "home_")
    return {
        id: {"count": count, "totals": _listed(sums[id]), "home_totals": _listed(at_home[id])}
        for id, count in counts.items()
    }


def _add(sums: dict[str, dict[str, Any]], currency: str, group: Mapping[str, Any], of: str) -> None:
    known = sums.setdefault(currency, {"currency": currency, "count": 0, "amount": 0, "weighted": 0})
    for name in ("count", "amount", "weighted"):
        known[name] += group[f"{of}{name}"] or 0


def _listed(sums: Mapping[str, Any]) -> list[Any]:
    return [sums[currency] for currency in sorted(sums)]


def _said(stage: PipelineStage) -> dict[str, Any]:
    return {
        "stage_id": stage.stage_id,
        "name": stage.name,
        "kind": stage.kind,
        "probability": stage.probability,
        "retired": stage.retired,
    }
