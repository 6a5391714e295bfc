"""How a deal goes from stage to stage: what is asked, and the events of it. The functions raise Rejected.

What happens in the pipeline that is always there is told without a place where it follows from the event: as long as
nobody changed the stage.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domains.checks import optional_money, optional_text, reference, text
from domains.crm.deal_fold import evolve
from domains.crm.deal_lines import said, worth_of
from domains.crm.deal_reasons import reason_of
from domains.crm.stage_rules import first_stage, must_be_filled, must_be_reachable, rules_for, stage_named
from domains.kernel import Rejected
from schemas.built_in_pipeline import BUILT_IN, ENGAGING, LOST, PROSPECTING, RULES, WON, engages, place
from schemas.generated.common import DealOutcome, Money, StageKind
from schemas.generated.crm.deal import (
    Deal,
    DealAssigned,
    DealEngaged,
    DealEvent,
    DealLost,
    DealMoved,
    DealOpened,
    DealReopened,
    DealWon,
    EngageDeal,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    Place,
    RecordDeal,
    ReopenDeal,
    Stage,
    WinDeal,
)

OPEN = (Stage.PROSPECTING, Stage.ENGAGING, Stage.OPEN)
CLOSED = (Stage.WON, Stage.LOST)


def absent(deal: Deal) -> bool:
    return deal.stage is Stage.NEW or deal.removed_at is not None


def opened(command: OpenDeal | RecordDeal, at: datetime, entered: Place | None = None) -> DealOpened:
    """That a deal is there, in the first stage of the pipeline that is always there if in no other."""
    return DealOpened(
        deal_id=command.deal_id,
        name=text(command.name, "name"),
        company_id=reference(command.company_id, "company_id"),
        product_id=reference(command.product_id, "product_id"),
        owner_id=text(command.owner_id, "owner_id"),
        amount=optional_money(command.amount, "amount"),
        place=_unless(entered, PROSPECTING),
        at=at,
    )


def assigned(deal: Deal, owner: str, at: datetime) -> DealAssigned:
    previous, is_open = deal.owner_id, deal.stage in OPEN
    return DealAssigned(deal_id=deal.deal_id, owner_id=owner, previous_owner_id=previous, open=is_open, at=at)


def placed(command: OpenDeal) -> Place:
    """Where a deal begins: in the pipeline that is carried, where none is named. Raises Rejected(pipeline_changed,
    stage_unknown, stage_not_reached, …)."""
    carried = command.carried or RULES
    rules = rules_for(carried, reference(command.pipeline_id, "pipeline_id") or carried.pipeline_id)
    if command.stage_id is None:
        stage = first_stage(rules, StageKind.OPEN, entered_from_anywhere=True)
    else:
        stage = stage_named(rules, command.stage_id, StageKind.OPEN)
    must_be_reachable(rules, stage, Deal())
    return place(rules, stage)


def complete(command: OpenDeal, deal: Deal) -> None:
    """Raises Rejected(stage_fields_missing) where an opened deal lacks what its stage requires."""
    rules = rules_for(command.carried, deal.pipeline_id)
    must_be_filled(stage_named(rules, deal.stage_id, StageKind.OPEN), deal)


def moved(command: MoveDeal, deal: Deal) -> Sequence[DealEvent]:
    pipeline = reference(command.pipeline_id, "pipeline_id") or deal.pipeline_id
    if (pipeline, command.stage_id.strip()) == (deal.pipeline_id, deal.stage_id):
        return []
    if deal.stage in CLOSED:
        raise Rejected("deal_closed", "The deal is closed; reopen it first.")
    rules = rules_for(command.carried, pipeline)
    stage = stage_named(rules, command.stage_id, StageKind.OPEN)
    must_be_reachable(rules, stage, deal)
    must_be_filled(stage, deal)
    return [moved_to(place(rules, stage), deal, command.at)]


def moved_to(entered: Place, deal: Deal, at: datetime) -> DealEngaged | DealMoved:
    """That a deal entered another open stage."""
    if engages(entered):
        return DealEngaged(deal_id=deal.deal_id, owner_id=deal.owner_id, place=_unless(entered, ENGAGING), at=at)
    return DealMoved(
        deal_id=deal.deal_id,
        owner_id=deal.owner_id,
        from_pipeline_id=deal.pipeline_id,
        from_stage_id=deal.stage_id,
        place=entered,
        at=at,
    )


def engaged(command: EngageDeal, deal: Deal) -> Sequence[DealEvent]:
    """A move within the pipeline that is always there."""
    if deal.stage is Stage.ENGAGING:
        return []
    if deal.stage not in OPEN:
        raise Rejected("deal_closed", "The deal is closed; reopen it first.")
    if deal.pipeline_id != BUILT_IN:
        message = "The pipeline that the deal goes through has no stage Engaging; move the deal instead."
        raise Rejected("deal_in_other_pipeline", message)
    return moved(
        MoveDeal(deal_id=deal.deal_id, stage_id=ENGAGING.stage_id, carried=command.carried, at=command.at), deal
    )


def won(command: WinDeal, deal: Deal) -> Sequence[DealEvent]:
    if deal.stage is Stage.WON:
        return []
    if deal.pipeline_id == BUILT_IN and command.carried is None and deal.stage is not Stage.ENGAGING:
        raise Rejected("deal_not_engaging", f"The deal is {deal.stage}; only one in stage ENGAGING can be won.")
    if deal.stage not in OPEN:
        raise Rejected("deal_not_open", "The deal is lost; reopen it before it can be won.")
    rules = rules_for(command.carried, deal.pipeline_id)
    event = won_for(deal, command.amount, command.at)
    if reason := optional_text(command.reason, "reason"):
        why = reason_of(reason, DealOutcome.WON, rules.win_reasons, command.reasons)
        event = replace(event, reason=why.name, reason_id=why.reason_id, reason_version=why.version)
    if command.stage_id is None:
        stage = first_stage(rules, StageKind.WON)
    else:
        stage = stage_named(rules, command.stage_id, StageKind.WON)
    must_be_reachable(rules, stage, deal)
    must_be_filled(stage, evolve(deal, event))
    return [replace(event, place=_unless(place(rules, stage), WON))]


def won_for(deal: Deal, amount: Money | None, at: datetime) -> DealWon:
    _must_not_precede(at, deal)
    worth = said(optional_money(amount, "amount"), deal) or worth_of(deal)
    if worth is None:
        raise Rejected("amount_missing", "A won deal has an amount; give what it was sold for.", "amount")
    return DealWon(deal_id=deal.deal_id, owner_id=deal.owner_id, amount=worth, at=at)


def lost(command: LoseDeal, deal: Deal) -> Sequence[DealEvent]:
    if deal.stage is Stage.LOST:
        return []
    if deal.stage not in OPEN:
        raise Rejected("deal_not_open", "The deal is won; reopen it before it can be lost.")
    rules = rules_for(command.carried, deal.pipeline_id)
    why = reason_of(text(command.reason, "reason"), DealOutcome.LOST, rules.lost_reasons, command.reasons)
    event = lost_for(deal, why.name, command.at)
    event = replace(event, reason_id=why.reason_id, reason_version=why.version)
    event = replace(event, lost_to=optional_text(command.lost_to, "lost_to", 100))
    if command.stage_id is None:
        stage = first_stage(rules, StageKind.LOST)
    else:
        stage = stage_named(rules, command.stage_id, StageKind.LOST)
    must_be_reachable(rules, stage, deal)
    must_be_filled(stage, evolve(deal, event))
    return [replace(event, place=_unless(place(rules, stage), LOST))]


def lost_for(deal: Deal, reason: str, at: datetime) -> DealLost:
    _must_not_precede(at, deal)
    return DealLost(deal_id=deal.deal_id, owner_id=deal.owner_id, reason=text(reason, "reason"), at=at)


def reopened(command: ReopenDeal, deal: Deal) -> Sequence[DealEvent]:
    """A closed deal may enter whichever open stage it is told to: it has been further before."""
    if deal.stage in OPEN:
        return []
    rules = rules_for(command.carried, deal.pipeline_id)
    if command.stage_id is not None:
        stage = stage_named(rules, command.stage_id, StageKind.OPEN)
    elif rules == RULES:
        stage = stage_named(rules, ENGAGING.stage_id, StageKind.OPEN)
    else:
        before = [each for each in rules.stages if each.stage_id == deal.open_stage_id and not each.retired]
        stage = before[0] if before else first_stage(rules, StageKind.OPEN)
    must_be_filled(stage, deal)
    entered = _unless(place(rules, stage), ENGAGING)
    return [DealReopened(deal_id=deal.deal_id, owner_id=deal.owner_id, place=entered, at=command.at)]


def _unless(entered: Place | None, understood: Place) -> Place | None:
    """What need not be told is left out."""
    return None if entered == understood else entered


def _must_not_precede(at: datetime, deal: Deal) -> None:
    if deal.engaged_at is not None and at < deal.engaged_at:
        raise Rejected(
            "closed_before_engaged", "A deal cannot close before the customer engaged; correct the date.", "at"
        )
