"""A pipeline: the stages that a tenant's deals go through, and what it takes to enter each of them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import text
from domains.crm.stage_rules import is_requirable
from domains.crm.undo_settings import PIPELINE
from domains.kernel import Decider, Rejected
from schemas.built_in_pipeline import BUILT_IN, NAME, STAGES
from schemas.generated.common import ForecastCategory, PipelineStage, StageKind
from schemas.generated.crm.pipeline import (
    CONTRACT,
    ChangePipeline,
    DefinePipeline,
    Pipeline,
    PipelineChanged,
    PipelineCommand,
    PipelineDefined,
    PipelineEvent,
    PipelineRestored,
    PipelineRetired,
    RestorePipeline,
    RetirePipeline,
)

MOST = 50
"""Stages that a pipeline has, retired ones among them, and reasons of each kind."""
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KINDS = (StageKind.OPEN, StageKind.WON, StageKind.LOST)
_CATEGORIES = (
    None,
    ForecastCategory.OMITTED,
    ForecastCategory.PIPELINE,
    ForecastCategory.BEST_CASE,
    ForecastCategory.COMMIT,
)


def _stages(
    given: Sequence[PipelineStage], known: Sequence[PipelineStage], dropped: Collection[str] = ()
) -> tuple[PipelineStage, ...]:
    """The stages as they are then, those that are left out retired and last, or gone."""
    ids = [each.stage_id for each in given]
    if len(set(ids)) < len(ids):
        raise Rejected("stage_repeated", "Two stages have the same id; give each its own.", "stages")
    before = {each.stage_id: each for each in known}
    left = [_left(each, dropped) for each in known if each.stage_id not in ids and each.stage_id not in dropped]
    stages = (*(_stage(each, before.get(each.stage_id)) for each in given), *left)
    if len(stages) > MOST:
        message = f"A pipeline has {MOST} stages at most, retired ones among them; use those that are there."
        raise Rejected("stages_too_many", message, "stages")
    live = [each for each in stages if not each.retired]
    if not set(_KINDS) <= {each.kind for each in live} or not any(_begins(each) for each in live):
        message = "A pipeline has an open stage that is entered from anywhere, one for won and one for lost deals."
        raise Rejected("stages_incomplete", message, "stages")
    for stage in stages:
        if not set(stage.enter_from) <= {each.stage_id for each in stages} - {stage.stage_id}:
            message = f"{stage.name} is entered from a stage that is not another one of the pipeline; name one that is."
            raise Rejected("enter_from_unknown", message, "stages")
    return stages


def _left(stage: PipelineStage, dropped: Collection[str]) -> PipelineStage:
    return replace(stage, retired=True, enter_from=tuple(each for each in stage.enter_from if each not in dropped))


def _dropped(command: DefinePipeline | ChangePipeline, known: Pipeline) -> frozenset[str]:
    """The stages that go altogether; one that is not there is gone already. Raises Rejected."""
    ids = frozenset(each.strip() for each in command.drop) if isinstance(command, ChangePipeline) else frozenset[str]()
    if ids & {each.stage_id for each in command.stages}:
        raise Rejected("stage_kept", "A stage is given and dropped; do one or the other.", "drop")
    if known.pipeline_id == BUILT_IN and ids & {each.stage_id for each in STAGES}:
        message = "The stages that the platform came with are what some events mean; leave them out to retire them."
        raise Rejected("stage_built_in", message, "drop")
    occupied = {each.strip() for each in command.occupied} if isinstance(command, ChangePipeline) else set[str]()
    names = [each.name for each in known.stages if each.stage_id in ids & occupied]
    if names:
        message = f"Deals stand in {', '.join(names)}, perhaps in the trash; move them first, or retire the stage."
        raise Rejected("stage_occupied", message, "drop")
    return ids


def _begins(stage: PipelineStage) -> bool:
    return stage.kind is StageKind.OPEN and not stage.enter_from


def _stage(given: PipelineStage, known: PipelineStage | None) -> PipelineStage:
    """A stage as it is written; raises Rejected."""
    if not _ID.fullmatch(given.stage_id):
        message = "A stage's id has small letters, digits and underscores, 40 at most, and begins with a letter."
        raise Rejected("stage_id_malformed", message, "stages")
    name = text(given.name, "name", 100)
    if given.kind not in _KINDS or (known is not None and known.kind is not given.kind):
        message = f"Whether deals in {name} are OPEN, WON or LOST is said once and never changes; add another stage."
        raise Rejected("stage_kind_fixed", message, "stages")
    if not _is_fitting(given):
        message = (
            f"Deals in {name} are {given.kind}: of open ones the probability is from 0 to 100, of won ones 100, of"
        )
        message += (
            " lost ones 0, and only open ones rot, after a day or more, and have a category, which is not CLOSED."
        )
        raise Rejected("stage_wrong", message, "stages")
    unknown = [each for each in given.required if not is_requirable(each)]
    if unknown or len(set(given.required)) < len(given.required):
        message = f"What {name} requires must be fields of deals, each once, such as amount or custom.budget."
        raise Rejected("required_unknown", message, "stages")
    return replace(given, name=name, probability=_certain(given))


def _is_fitting(stage: PipelineStage) -> bool:
    if stage.kind is StageKind.OPEN:
        rots = stage.rots_after_days
        return 0 <= stage.probability <= 100 and (rots is None or 1 <= rots <= 3650) and stage.category in _CATEGORIES
    certain = stage.probability in (0, _certain(stage))
    return certain and stage.rots_after_days is None and stage.category is None


def _certain(stage: PipelineStage) -> int:
    """The probability of a stage, which of one that closes deals follows from its kind."""
    match stage.kind:
        case StageKind.WON:
            return 100
        case StageKind.LOST:
            return 0
        case _:
            return stage.probability


def _reasons(given: Sequence[str], field: str) -> tuple[str, ...]:
    reasons = tuple(text(each, field, 200) for each in given)
    if len(reasons) > MOST or len({each.casefold() for each in reasons}) < len(reasons):
        raise Rejected("reasons_wrong", f"There are {MOST} reasons at most, each once; leave the others out.", field)
    return reasons


def _said(command: DefinePipeline | ChangePipeline, known: Pipeline) -> Pipeline:
    """The pipeline with what a command says of it."""
    return replace(
        known,
        pipeline_id=command.pipeline_id,
        name=text(command.name, "name", 100),
        stages=_stages(command.stages, known.stages, _dropped(command, known)),
        win_reasons=_reasons(command.win_reasons, "win_reasons"),
        lost_reasons=_reasons(command.lost_reasons, "lost_reasons"),
    )


def decide(command: PipelineCommand, pipeline: Pipeline) -> Sequence[PipelineEvent]:
    """Of the pipeline that is always there the first change tells first what it was."""
    if command.pipeline_id != BUILT_IN or pipeline.pipeline_id:
        return _decided(command, pipeline)
    begun = PipelineDefined(pipeline_id=BUILT_IN, name=NAME, stages=STAGES, at=command.at)
    events = _decided(command, evolve(pipeline, begun))
    return [begun, *events] if events else []


def _decided(command: PipelineCommand, pipeline: Pipeline) -> Sequence[PipelineEvent]:
    match command:
        case DefinePipeline():
            said = _said(replace(command, stages=command.stages or STAGES), Pipeline())
            if not pipeline.pipeline_id:
                return [_told(said, command)]
            if said == pipeline:
                return []
            raise Rejected("pipeline_exists", "There is such a pipeline already; change it instead.")
        case ChangePipeline():
            said = _said(command, pipeline)
            return [] if said == pipeline else [_told_anew(said, command)]
        case RetirePipeline():
            return [] if pipeline.retired else [PipelineRetired(pipeline_id=pipeline.pipeline_id, at=command.at)]
        case RestorePipeline():
            return [PipelineRestored(pipeline_id=pipeline.pipeline_id, at=command.at)] if pipeline.retired else []
        case _:
            assert_never(command)


def _told(said: Pipeline, command: DefinePipeline) -> PipelineDefined:
    return PipelineDefined(
        pipeline_id=said.pipeline_id,
        name=said.name,
        stages=said.stages,
        win_reasons=said.win_reasons,
        lost_reasons=said.lost_reasons,
        at=command.at,
    )


def _told_anew(said: Pipeline, command: ChangePipeline) -> PipelineChanged:
    return PipelineChanged(
        pipeline_id=said.pipeline_id,
        name=said.name,
        stages=said.stages,
        win_reasons=said.win_reasons,
        lost_reasons=said.lost_reasons,
        at=command.at,
    )


def evolve(pipeline: Pipeline, event: PipelineEvent) -> Pipeline:
    match event:
        case PipelineDefined() | PipelineChanged():
            return replace(
                pipeline,
                pipeline_id=event.pipeline_id,
                name=event.name,
                stages=event.stages,
                win_reasons=event.win_reasons,
                lost_reasons=event.lost_reasons,
            )
        case PipelineRetired():
            return replace(pipeline, retired=True)
        case PipelineRestored():
            return replace(pipeline, retired=False)
        case _:
            assert_never(event)


DECIDER: Decider[PipelineCommand, Pipeline, PipelineEvent] = Decider(
    CONTRACT, Pipeline(), decide, evolve, PIPELINE, always=BUILT_IN
)
