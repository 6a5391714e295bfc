"""Which pipeline a tenant's deals enter whose opening names none."""

from collections.abc import Sequence
from datetime import datetime

from domains.checks import reference
from domains.crm.stage_rules import rules_for
from domains.kernel import Decider, Rejected, Undo
from schemas.built_in_pipeline import BUILT_IN
from schemas.generated.crm.pipeline_choice import CONTRACT, ChoosePipeline, PipelineChoice, PipelineChosen


def decide(command: ChoosePipeline, choice: PipelineChoice) -> Sequence[PipelineChosen]:
    named = reference(command.pipeline_id, "pipeline_id")
    pipeline = None if named == BUILT_IN else named
    if rules_for(command.carried, pipeline or BUILT_IN).retired:
        message = "No deal enters this pipeline any more; choose another one, or restore it."
        raise Rejected("pipeline_retired", message, "pipeline_id")
    chosen = PipelineChosen(tenant_id=command.tenant_id, pipeline_id=pipeline, at=command.at)
    return [] if evolve(choice, chosen) == choice else [chosen]


def evolve(choice: PipelineChoice, event: PipelineChosen) -> PipelineChoice:
    return PipelineChoice(tenant_id=event.tenant_id, pipeline_id=event.pipeline_id)


def _undo(event: PipelineChosen, now: PipelineChoice, wanted: PipelineChoice, at: datetime) -> ChoosePipeline:
    return ChoosePipeline(tenant_id=now.tenant_id, pipeline_id=wanted.pipeline_id, at=at)


UNDO: Undo[ChoosePipeline, PipelineChoice, PipelineChosen] = Undo(_undo, {})
DECIDER: Decider[ChoosePipeline, PipelineChoice, PipelineChosen] = Decider(
    CONTRACT, PipelineChoice(), decide, evolve, UNDO
)
