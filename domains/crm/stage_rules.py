"""What it takes to enter a stage of a pipeline."""

import re
from collections.abc import Callable, Mapping, Sequence

from domains.crm.deal_lines import worth_of
from domains.kernel import Rejected
from schemas.built_in_pipeline import RULES
from schemas.generated.common import PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.deal import Deal

REQUIRABLE: Mapping[str, Callable[[Deal], object]] = {
    "amount": worth_of,
    "company_id": lambda deal: deal.company_id,
    "product_id": lambda deal: deal.product_id,
    "expected_close_on": lambda deal: deal.expected_close_on,
    "next_step": lambda deal: deal.next_step,
    "competitors": lambda deal: deal.competitors,
    "contacts": lambda deal: deal.contacts,
    "splits": lambda deal: deal.splits,
    "lines": lambda deal: deal.lines,
    "won_reason": lambda deal: deal.won_reason,
    "lost_to": lambda deal: deal.lost_to,
}
"""The fields that a stage may require, with what stands in them. Those that a tenant defined are custom.<key>."""
_CUSTOM = re.compile(r"custom\.[a-z][a-z0-9_]{0,39}")


def is_requirable(field: str) -> bool:
    return field in REQUIRABLE or _CUSTOM.fullmatch(field) is not None


def rules_for(carried: PipelineRules | None, pipeline: str) -> PipelineRules:
    """The rules that a command is decided by; None stands for those of the pipeline that is always there. Raises
    Rejected(pipeline_changed) where they are of another pipeline than the deal goes through."""
    rules = carried or RULES
    if rules.pipeline_id != pipeline:
        message = "The deal goes through another pipeline by now; look at it, and send this again with Nexus-After."
        raise Rejected("pipeline_changed", message, "pipeline_id")
    return rules


def stage_named(rules: PipelineRules, id: str, *kinds: StageKind) -> PipelineStage:
    """The stage of this id; raises Rejected(stage_unknown, stage_wrong, stage_retired)."""
    stage = next((each for each in rules.stages if each.stage_id == id.strip()), None)
    if stage is None:
        listed = ", ".join(each.stage_id for each in rules.stages if not each.retired)
        raise Rejected("stage_unknown", f"The pipeline has no such stage; it has {listed}.", "stage_id")
    if stage.kind not in kinds:
        wanted = " or ".join(kinds)
        message = f"Deals in {stage.name} are {stage.kind}, and this asks for a stage whose deals are {wanted}."
        raise Rejected("stage_wrong", message, "stage_id")
    if stage.retired:
        raise Rejected("stage_retired", f"No deal enters {stage.name} any more; name another stage.", "stage_id")
    return stage


def first_stage(rules: PipelineRules, kind: StageKind, *, entered_from_anywhere: bool = False) -> PipelineStage:
    """The first stage of a kind that is not retired; every pipeline has one, and an open one to begin in. Raises
    Rejected(stages_incomplete) for rules that are no pipeline's."""
    for each in rules.stages:
        if each.kind is kind and not each.retired and not (entered_from_anywhere and each.enter_from):
            return each
    raise Rejected(
        "stages_incomplete", "The pipeline has no such stage; change it, or name another one.", "pipeline_id"
    )


def must_be_reachable(rules: PipelineRules, stage: PipelineStage, deal: Deal) -> None:
    """Raises Rejected(pipeline_retired, stage_not_reached) where a deal may not go on to the stage from where it
    stands; one that is not there yet, or stands in another pipeline, comes from nowhere."""
    within = deal.pipeline_id == rules.pipeline_id and bool(deal.stage_id)
    if rules.retired and not within:
        raise Rejected("pipeline_retired", "No deal enters this pipeline any more; name another one.", "pipeline_id")
    if stage.enter_from and not (within and deal.stage_id in stage.enter_from):
        message = f"{stage.name} is entered from {' or '.join(stage.enter_from)} only; move the deal there first."
        raise Rejected("stage_not_reached", message, "stage_id")


def must_be_filled(stage: PipelineStage, deal: Deal) -> None:
    """Raises Rejected(stage_fields_missing), which names every field that the stage requires and the deal lacks."""
    missing = _missing(stage.required, deal)
    if missing:
        message = f"{stage.name} requires {', '.join(stage.required)}; {', '.join(missing)} must be filled in first."
        raise Rejected("stage_fields_missing", message, missing[0])


def _missing(required: Sequence[str], deal: Deal) -> list[str]:
    own = {f"custom.{each.key}" for each in deal.custom if each.values}
    return [each for each in required if not (REQUIRABLE[each](deal) if each in REQUIRABLE else each in own)]
