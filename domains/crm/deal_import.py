"""What an imported row says of a deal: the events that lead from what was so to what the row says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

from domains.checks import optional_money, optional_text
from domains.crm.deal_fold import evolve
from domains.crm.deal_lines import said, worth_of
from domains.crm.deal_moves import CLOSED, absent, assigned, lost_for, moved_to, opened, won_for
from domains.crm.deal_reasons import told_as
from domains.crm.stage_rules import first_stage, rules_for, stage_named
from domains.kernel import Rejected
from schemas.built_in_pipeline import BUILT_IN, ENGAGING, engages, place, stage_in
from schemas.generated.common import DealOutcome, Money, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.deal import (
    Deal,
    DealAmountChanged,
    DealChanged,
    DealEngaged,
    DealEvent,
    DealLost,
    DealPlanned,
    DealWon,
    RecordDeal,
    Stage,
)

KNOWN = (Stage.PROSPECTING, Stage.ENGAGING, *CLOSED)
"""The stages that a row may name."""


def _worth(command: RecordDeal) -> Money | None:
    """The amount an imported row gives. That a lost deal closed at nothing does not say what it could have been."""
    amount = optional_money(command.amount, "amount")
    return None if command.stage is Stage.LOST and amount is not None and not amount.amount else amount


def _advanced(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """The steps from where the deal stands to where an imported row says it stands, each on the row's own date."""
    if deal.pipeline_id != BUILT_IN and command.stage in (*KNOWN, Stage.OPEN):
        return _elsewhere(command, deal)
    if command.stage not in KNOWN:
        raise Rejected("stage_unknown", "The stage is none of Prospecting, Engaging, Won and Lost.", "stage")
    if command.stage is Stage.PROSPECTING or deal.stage in CLOSED:
        raise Rejected("deal_is_further", "The deal is further in the log than in the row; reopen it first.", "stage")
    if command.stage in CLOSED and command.closed_at is None:
        raise Rejected("closed_at_missing", "A closed deal has a closing date; give it.", "closed_at")
    events: list[DealEvent] = []
    if deal.stage is Stage.PROSPECTING and (command.engaged_at is not None or command.stage is not Stage.LOST):
        engaged = DealEngaged(deal_id=deal.deal_id, owner_id=deal.owner_id, at=command.engaged_at or command.at)
        events.append(engaged)
        deal = evolve(deal, engaged)
    closed_at = command.closed_at or command.at
    if command.stage is Stage.WON:
        return [*events, _won(command, deal, closed_at)]
    if command.stage is Stage.LOST:
        return [*events, *_revalued(command, deal, closed_at), _lost(command, deal, closed_at)]
    return [*events, *_revalued(command, deal, command.at)]


def _won(command: RecordDeal, deal: Deal, at: datetime) -> DealWon:
    event, said = won_for(deal, command.amount, at), optional_text(command.won_reason, "won_reason")
    if said is None:
        return event
    why = told_as(said, DealOutcome.WON, command.reasons)
    return replace(event, reason=why.name, reason_id=why.reason_id, reason_version=why.version)


def _lost(command: RecordDeal, deal: Deal, at: datetime) -> DealLost:
    said = optional_text(command.lost_reason, "lost_reason") or "Not given"
    why = told_as(said, DealOutcome.LOST, command.reasons)
    return replace(lost_for(deal, why.name, at), reason_id=why.reason_id, reason_version=why.version)


def _elsewhere(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """A row knows nothing of the stages of other pipelines: whether the deal is open is all that it can say."""
    if command.stage in CLOSED or deal.stage in CLOSED:
        message = "The deal goes through a pipeline whose stages a row cannot name; win, lose or reopen it there."
        raise Rejected("deal_in_other_pipeline", message, "stage")
    return _revalued(command, deal, command.at)


def _revalued(command: RecordDeal, deal: Deal, at: datetime) -> Sequence[DealEvent]:
    worth = said(_worth(command), deal)
    if worth is None or worth == worth_of(deal):
        return []
    return [DealAmountChanged(deal_id=deal.deal_id, amount=worth, at=at)]


def _planned(command: RecordDeal, deal: Deal, at: datetime) -> Sequence[DealPlanned]:
    """What a row says of an open deal's plan. What it leaves out stays; another step is not due when the last was."""
    closing, said = command.expected_close_on or deal.expected_close_on, optional_text(command.next_step, "next_step")
    step = said or deal.next_step
    if deal.stage in CLOSED or (closing, step) == (deal.expected_close_on, deal.next_step):
        return []
    told = DealPlanned(
        deal_id=deal.deal_id,
        expected_close_on=closing,
        next_step=step,
        next_step_on=deal.next_step_on if step == deal.next_step else None,
        forecast_category=deal.forecast_category,
        at=at,
    )
    return [told]


def _corrected(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """What an imported row says of names and owner that was not so. What it leaves out stays."""
    wanted = opened(command, command.at)
    company, product = wanted.company_id or deal.company_id, wanted.product_id or deal.product_id
    events: list[DealEvent] = []
    if (wanted.name, company, product) != (deal.name, deal.company_id, deal.product_id):
        changed = DealChanged(
            deal_id=deal.deal_id, name=wanted.name, company_id=company, product_id=product, at=command.at
        )
        events.append(changed)
    if wanted.owner_id != deal.owner_id:
        events.append(assigned(deal, wanted.owner_id, command.at))
    return events


def recorded(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """What an imported row says that was not so."""
    events = _stands(command, deal)
    at = events[-1].at if absent(deal) else command.at  # one that is new is planned no earlier than it is there
    return [*events, *_planned(command, reduce(evolve, events, deal), at)]


def _stands(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """Where a row says that a deal stands. What one closed at was not known when it was opened."""
    pipeline = command.pipeline_id or BUILT_IN
    if pipeline != BUILT_IN or (command.carried is not None and _goes_through(command, deal)):
        return _stands_in(pipeline, command, deal)
    if absent(deal):
        known = replace(command, amount=None) if command.stage in CLOSED else command
        events: Sequence[DealEvent] = [opened(known, command.engaged_at or command.closed_at or command.at)]
    else:
        events = _corrected(command, deal)
    for event in events:
        deal = evolve(deal, event)
    if command.stage is deal.stage:
        return [*events, *_revalued(command, deal, command.at)]
    return [*events, *_advanced(command, deal)]


def _goes_through(command: RecordDeal, deal: Deal) -> bool:
    """Whether a deal is, or is to be, in the pipeline that is always there, which a row need not name."""
    return command.pipeline_id is not None or absent(deal) or deal.pipeline_id == BUILT_IN


def _stands_in(pipeline: str, command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """The same by the rules of a pipeline: one of the tenant's, or the one that is always there as they changed it.
    What that asks of deals which enter its stages is not asked here: they stood there before anybody could."""
    if absent(deal):
        return _opened_in(rules_for(command.carried, pipeline), command, deal)
    events = list(_corrected(command, deal))
    deal = reduce(evolve, events, deal)
    here = deal.pipeline_id == pipeline
    if here and command.stage_id in (None, deal.stage_id):
        return [*events, *_revalued(command, deal, command.at)]
    rules = rules_for(command.carried, pipeline)
    stage = _stage(rules, command)
    if deal.stage in CLOSED:
        message = "The deal is closed in the log and elsewhere in the row; reopen it first."
        raise Rejected("deal_is_further", message, "stage")
    if not here:
        _must_take_deals(rules)
    if stage.kind is not StageKind.OPEN:
        return [*events, *_closed_in(rules, stage, command, deal)]
    entered = place(rules, stage)
    at = (command.engaged_at if engages(entered) else None) or command.at
    return [*events, moved_to(entered, deal, at), *_revalued(command, deal, command.at)]


def _must_take_deals(rules: PipelineRules) -> None:
    if rules.retired:
        message = "No deal enters this pipeline any more; restore it, or name another one."
        raise Rejected("pipeline_retired", message, "pipeline_id")


def _opened_in(rules: PipelineRules, command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    _must_take_deals(rules)
    stage, at = _stage(rules, command), command.engaged_at or command.closed_at or command.at
    if stage.kind is StageKind.OPEN:
        return [opened(command, at, place(rules, stage))]
    begun = [opened(replace(command, amount=None), at, place(rules, _first(rules)))]
    return [*begun, *_closed_in(rules, stage, command, reduce(evolve, begun, deal))]


def _closed_in(rules: PipelineRules, stage: PipelineStage, command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    at, entered = command.closed_at, place(rules, stage)
    if at is None:
        raise Rejected("closed_at_missing", "A closed deal has a closing date; give it.", "closed_at")
    said = replace(command, stage=stage_in(entered))
    way = _engaged_in(rules, command, deal)
    deal = reduce(evolve, way, deal)
    if stage.kind is StageKind.WON:
        return [*way, replace(_won(said, deal, at), place=entered)]
    return [*way, *_revalued(said, deal, at), replace(_lost(said, deal, at), place=entered)]


def _engaged_in(rules: PipelineRules, command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """That the customer of a deal engaged before it closed, where a row says when and the pipeline knows of that."""
    if rules.pipeline_id != BUILT_IN or command.engaged_at is None or deal.engaged_at is not None:
        return []
    stages = [each for each in rules.stages if each.stage_id == ENGAGING.stage_id and not each.retired]
    return [moved_to(place(rules, each), deal, command.engaged_at) for each in stages]


def _stage(rules: PipelineRules, command: RecordDeal) -> PipelineStage:
    if command.stage_id is None:
        return _first(rules)
    return stage_named(rules, command.stage_id, StageKind.OPEN, StageKind.WON, StageKind.LOST)


def _first(rules: PipelineRules) -> PipelineStage:
    return first_stage(rules, StageKind.OPEN, entered_from_anywhere=True)
