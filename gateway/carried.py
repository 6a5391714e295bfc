"""What a command carries of another aggregate, because a rule needs it: read where the caller's position is, and never
taken from callers. The event says by which version it was decided."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.chosen_pipeline import chosen
from gateway.exchange_rates import rates
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.price_lists import book_terms, price_list
from gateway.problems import Problem
from gateway.reasons import reasons
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from schemas.built_in_pipeline import BUILT_IN
from schemas.contract import fields
from schemas.generated.common import PipelineRules, PipelineStage
from schemas.generated.crm.company import MergeCompany
from schemas.generated.crm.deal import MoveDeal, OpenDeal
from schemas.generated.crm.pipeline import ChangePipeline
from schemas.generated.crm.pipeline_choice import ChoosePipeline
from schemas.wire import read_value

DATABASE = "crm"


@cache
def _wanted(command: type[Any]) -> tuple[tuple[str, str], ...]:
    """The fields of a command that carry something, each with the aggregate that it is of."""
    return tuple((each.name, each.carried) for each in fields(command) if each.carried is not None)


def by_pipeline(command: type[Any]) -> bool:
    """Whether a command carries the rules of the pipeline that its deal goes through."""
    return any(aggregate == "pipeline" for _, aggregate in _wanted(command))


async def carrying(here: Platform, tenant: str, command: Any, after: str | None) -> Any:
    """The command with what it carries, as it stands at the position `after` or later. A 422 problem where that is
    named and is not there. Raises PositionLate where the read models are far behind."""
    for field, aggregate in _wanted(command.__class__):
        command = replace(command, **{field: await READ[aggregate](here, tenant, command, after)})
    return command


async def carrying_each(
    here: Platform, tenant: str, command: Any, pipelines: Collection[str], after: str | None
) -> Mapping[str, Any]:
    """A command for many deals, by the pipeline that a deal goes through, one of these, with the rules of that one; of
    the one that it names itself, and none where it needs none; and with the reasons that hold there, and the price book
    that it names. Rates are each deal's own, and left to the worker (`streams.bulk.carried`). Raises as `carrying`
    does."""
    command = await _filled(here, tenant, command, "price_book", after)
    if not by_pipeline(command.__class__):
        return {"": command}
    if getattr(command, "pipeline_id", None):
        return dict.fromkeys(pipelines, replace(command, carried=await _pipeline(here, tenant, command, after)))
    rules = {each: await _rules(here, tenant, each) for each in pipelines}
    filled = {each: replace(command, carried=found) for each, found in rules.items()}
    return {each: await _filled(here, tenant, known, "reason", after) for each, known in filled.items()}


async def _filled(here: Platform, tenant: str, command: Any, of: str, after: str | None) -> Any:
    """The command with what it carries of an aggregate, if it does."""
    wanted = [field for field, aggregate in _wanted(command.__class__) if aggregate == of]
    return replace(command, **{field: await READ[of](here, tenant, command, after) for field in wanted})


async def _pipeline(here: Platform, tenant: str, command: Any, after: str | None) -> PipelineRules | None:
    """The rules of the pipeline that a deal goes through or is to go through; None for the one that is always there,
    unless the tenant changed it."""
    if after is not None:
        await here.reach.wait(DATABASE, after)
    match command:
        case OpenDeal() if not command.pipeline_id:
            pipeline, rules = await _chosen(here, tenant)
        case OpenDeal() | ChoosePipeline():
            pipeline = command.pipeline_id or BUILT_IN
            rules = await _rules(here, tenant, pipeline)
        case MoveDeal() if command.pipeline_id:
            pipeline = command.pipeline_id
            rules = await _rules(here, tenant, pipeline)
        case _:
            pipeline, rules = await _standing(here, tenant, command.deal_id)
    if rules is None and pipeline != BUILT_IN:  # it may have been defined a moment ago
        await up_to_now(here, DATABASE)
        rules = await _rules(here, tenant, pipeline)
        if rules is None:
            detail = "There is no such pipeline; define it first, or check the id."
            raise Problem(422, "no_such_pipeline", detail, "pipeline_id")
    return rules


async def _chosen(here: Platform, tenant: str) -> tuple[str, PipelineRules | None]:
    """The pipeline that deals enter whose opening names none."""
    async with reading(here.readers[DATABASE], tenant, models_by_name(DATABASE)["pipelines"]) as connection:
        pipeline = await chosen(connection, tenant)
        return pipeline, await _read(connection, tenant, pipeline)


async def _standing(here: Platform, tenant: str, deal: str) -> tuple[str, PipelineRules | None]:
    """The pipeline that a deal goes through. Where there is none but the one that is always there, as it always was,
    nobody waits for a deal that was opened a moment ago: it cannot be in another one, since that was read before the
    deal was opened."""
    if not await _any(here, tenant):
        return BUILT_IN, None
    pipeline = await _pipeline_of(here, tenant, deal)
    if pipeline is None:
        await up_to_now(here, DATABASE)
        pipeline = await _pipeline_of(here, tenant, deal)
    pipeline = pipeline or BUILT_IN  # of a deal that is not there the processor says so
    return pipeline, await _rules(here, tenant, pipeline)


async def _any(here: Platform, tenant: str) -> bool:
    model = models_by_name(DATABASE)["pipelines"]
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        return bool(await query.every(connection, model, tenant, ("id",)))


async def _pipeline_of(here: Platform, tenant: str, deal: str) -> str | None:
    model = models_by_name(DATABASE)["deals"]
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        found = await query.get(connection, model, tenant, deal)
    return None if found is None else found["row"]["pipeline_id"]


async def _rules(here: Platform, tenant: str, pipeline: str) -> PipelineRules | None:
    async with reading(here.readers[DATABASE], tenant, models_by_name(DATABASE)["pipelines"]) as connection:
        return await _read(connection, tenant, pipeline)


async def _read(connection: AsyncConnection, tenant: str, pipeline: str) -> PipelineRules | None:
    found = await query.get(connection, models_by_name(DATABASE)["pipelines"], tenant, pipeline)
    if found is None:
        return None
    row = found["row"]
    return PipelineRules(
        pipeline_id=pipeline,
        version=found["version"],
        stages=tuple(read_value(PipelineStage, each) for each in row["stages"] or ()),
        win_reasons=tuple(row["win_reasons"]),
        lost_reasons=tuple(row["lost_reasons"]),
        retired=row["retired"],
    )


async def _upper(here: Platform, tenant: str, command: MergeCompany, after: str | None) -> str | None:
    """Which of two companies stands above the other, `own` or `other`, as the log has the tree now: no company knows
    the others (docs/adr/0037-trees-are-looked-at-before.md)."""
    await up_to_now(here, DATABASE)
    model, id, other = models_by_name(DATABASE)["companies"], command.company_id, command.other_id.strip()
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        if other in (await query.above(connection, model, tenant, id)).ids:
            return "other"
        return "own" if id in (await query.above(connection, model, tenant, other)).ids else None


async def _occupied(here: Platform, tenant: str, command: ChangePipeline, after: str | None) -> tuple[str, ...]:
    """The stages to be dropped in which deals stand, in the trash too, as the log has them now."""
    if not command.drop:
        return ()
    await up_to_now(here, DATABASE)
    model, pipeline = models_by_name(DATABASE)["deals"], command.pipeline_id
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        ids = [each.strip() for each in command.drop]
        held = [await query.held_by_any(connection, model, tenant, pipeline_id=pipeline, stage_id=id) for id in ids]
        return tuple(id for id, occupied in zip(ids, held, strict=True) if occupied)


READ: Mapping[str, Callable[[Platform, str, Any, str | None], Awaitable[Any]]] = {
    "exchange_rate": rates,
    "pipeline": _pipeline,
    "price_book": book_terms,
    "product": price_list,
    "reason": reasons,
    "company": _upper,
    "deal": _occupied,
}
"""How what is carried of an aggregate is read, by the aggregate."""
