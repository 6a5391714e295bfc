"""How deals go through pipelines that their tenant defined, and what is planned for them."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domains.crm.deal_plan import MOST
from domains.kernel import Rejected
from domains.undoing import WayBack, proved, way_back
from schemas.built_in_pipeline import PROSPECTING, place
from schemas.generated.common import (
    CustomValue,
    FieldKind,
    ForecastCategory,
    Money,
    PipelineRules,
    PipelineStage,
    StageKind,
)
from schemas.generated.crm.deal import (
    ChangeDealAmount,
    DealCompetitorsSet,
    DealEngaged,
    DealFieldsSet,
    DealLost,
    DealMoved,
    DealOpened,
    DealPlanned,
    DealReopened,
    DealWon,
    EngageDeal,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    PlanDeal,
    RecordDeal,
    ReopenDeal,
    SetDealCompetitors,
    Stage,
    WinDeal,
)
from tests.spec import decider_of, fold, given


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


LEAD = PipelineStage(stage_id="lead", name="Lead", kind=StageKind.OPEN, probability=10, rots_after_days=14)
PROPOSAL = PipelineStage(
    stage_id="proposal", name="Proposal", kind=StageKind.OPEN, probability=60, required=("amount", "custom.budget")
)
FINAL = PipelineStage(stage_id="final", name="Final", kind=StageKind.OPEN, probability=90, enter_from=("proposal",))
SIGNED = PipelineStage(
    stage_id="signed",
    name="Signed",
    kind=StageKind.WON,
    probability=100,
    enter_from=("final",),
    required=("won_reason",),
)
GONE = PipelineStage(stage_id="gone", name="Gone", kind=StageKind.LOST, required=("lost_to",))
OLD = PipelineStage(stage_id="old", name="Old", kind=StageKind.OPEN, retired=True)
RULES = PipelineRules(
    pipeline_id="p",
    version=7,
    stages=(LEAD, PROPOSAL, FINAL, SIGNED, GONE, OLD),
    win_reasons=("Price", "Quality"),
    lost_reasons=("Price",),
)
USD = Money(amount=Decimal(500), currency="USD")
OPENED = DealOpened(deal_id="d", name="Renewal", owner_id="anna", amount=USD, place=place(RULES, LEAD), at=day(1))
PLAIN = DealOpened(deal_id="d", name="Renewal", owner_id="anna", amount=USD, at=day(1))
BUDGET = DealFieldsSet(
    deal_id="d", custom=(CustomValue(key="budget", kind=FieldKind.NUMBER, values=("5",)),), at=day(1)
)


def moved(from_: PipelineStage, to: PipelineStage) -> DealMoved:
    return DealMoved(
        deal_id="d",
        owner_id="anna",
        from_pipeline_id="p",
        from_stage_id=from_.stage_id,
        place=place(RULES, to),
        at=day(2),
    )


TO_PROPOSAL, TO_FINAL = moved(LEAD, PROPOSAL), moved(PROPOSAL, FINAL)
FAR = (OPENED, BUDGET, TO_PROPOSAL, TO_FINAL)
WON = DealWon(deal_id="d", owner_id="anna", amount=USD, reason="Price", place=place(RULES, SIGNED), at=day(9))
LOST = DealLost(deal_id="d", owner_id="anna", reason="Price", lost_to="Umbra", place=place(RULES, GONE), at=day(9))
MOVE = functools.partial(MoveDeal, deal_id="d", carried=RULES, at=day(2))
OPEN = functools.partial(
    OpenDeal, deal_id="d", name="Renewal", owner_id="anna", pipeline_id="p", carried=RULES, amount=USD, at=day(1)
)
WIN = functools.partial(WinDeal, deal_id="d", carried=RULES, at=day(9))
LOSE = functools.partial(LoseDeal, deal_id="d", carried=RULES, at=day(9))


def test_a_deal_is_opened_in_a_pipeline_and_goes_through_its_stages() -> None:
    given().when(OPEN()).then(OPENED)
    given().when(OPEN(pipeline_id=None)).then(OPENED)
    given(OPENED, BUDGET).when(MOVE(stage_id="proposal")).then(TO_PROPOSAL)
    given(OPENED, BUDGET, TO_PROPOSAL).when(MOVE(stage_id="final")).then(TO_FINAL)
    given(*FAR).when(WIN(reason=" Price ")).then(WON)
    given(*FAR).when(LOSE(reason="Price", lost_to="Umbra")).then(LOST)
    assert fold(decider_of(WIN()), [*FAR, WON]).stage is Stage.WON
    assert fold(decider_of(WIN()), FAR).stage is Stage.OPEN


def test_the_event_says_by_which_version_of_the_pipeline_it_was_decided() -> None:
    assert (TO_FINAL.place.pipeline_version, TO_FINAL.place.probability) == (7, 90)
    newer = replace(RULES, version=8)
    given(OPENED, BUDGET).when(MOVE(stage_id="proposal", carried=newer)).then(
        replace(TO_PROPOSAL, place=replace(TO_PROPOSAL.place, pipeline_version=8))
    )


@pytest.mark.parametrize(
    ("history", "command", "code", "field"),
    [
        ([], OPEN(stage_id="nowhere"), "stage_unknown", "stage_id"),
        ([], OPEN(stage_id="signed"), "stage_wrong", "stage_id"),
        ([], OPEN(stage_id="old"), "stage_retired", "stage_id"),
        ([], OPEN(stage_id="final"), "stage_not_reached", "stage_id"),
        ([], OPEN(stage_id="proposal"), "stage_fields_missing", "custom.budget"),
        ([], OPEN(pipeline_id="q"), "pipeline_changed", "pipeline_id"),
        ([], OPEN(carried=replace(RULES, retired=True)), "pipeline_retired", "pipeline_id"),
        ([], OPEN(pipeline_id=None, carried=None, stage_id="engaging"), "stage_not_reached", "stage_id"),
        ([OPENED], MOVE(stage_id="proposal"), "stage_fields_missing", "custom.budget"),
        ([replace(OPENED, amount=None)], MOVE(stage_id="proposal"), "stage_fields_missing", "amount"),
        ([OPENED], MOVE(stage_id="final"), "stage_not_reached", "stage_id"),
        ([OPENED], MOVE(stage_id="signed"), "stage_wrong", "stage_id"),
        ([OPENED], MOVE(stage_id="old"), "stage_retired", "stage_id"),
        ([OPENED], MOVE(stage_id="engaging"), "stage_unknown", "stage_id"),
        ([OPENED], MOVE(stage_id="engaging", carried=None), "pipeline_changed", "pipeline_id"),
        ([PLAIN], MOVE(stage_id="lead"), "pipeline_changed", "pipeline_id"),
        ([PLAIN], MOVE(stage_id="final", pipeline_id="p"), "stage_not_reached", "stage_id"),
        ([*FAR, WON], MOVE(stage_id="lead"), "deal_closed", None),
        ([], MOVE(stage_id="lead"), "not_found", None),
        ([OPENED], WIN(reason="Price"), "stage_not_reached", "stage_id"),
        ([*FAR], WIN(), "stage_fields_missing", "won_reason"),
        ([*FAR], WIN(reason="Luck"), "reason_unknown", "reason"),
        ([*FAR], WIN(reason="Price", stage_id="gone"), "stage_wrong", "stage_id"),
        ([*FAR], WIN(reason="Price", carried=None), "pipeline_changed", "pipeline_id"),
        ([*FAR, LOST], WIN(reason="Price"), "deal_not_open", None),
        ([*FAR], LOSE(reason="Luck"), "reason_unknown", "reason"),
        ([*FAR], LOSE(reason="Price"), "stage_fields_missing", "lost_to"),
        ([*FAR, WON], LOSE(reason="Price"), "deal_not_open", None),
        ([OPENED], EngageDeal(deal_id="d", at=day(2)), "deal_in_other_pipeline", None),
        ([*FAR, WON], ReopenDeal(deal_id="d", stage_id="gone", carried=RULES, at=day(10)), "stage_wrong", "stage_id"),
        ([PLAIN], PlanDeal(deal_id="d", next_step_on=date(2026, 2, 1), at=day(2)), "next_step_missing", "next_step"),
        (
            [PLAIN],
            PlanDeal(deal_id="d", forecast_category=ForecastCategory.CLOSED, at=day(2)),
            "forecast_category_wrong",
            "forecast_category",
        ),
        ([*FAR, WON], PlanDeal(deal_id="d", next_step="Call", at=day(10)), "deal_closed", None),
        (
            [PLAIN],
            SetDealCompetitors(deal_id="d", competitors=tuple(f"c{n}" for n in range(MOST + 1)), at=day(2)),
            "competitors_too_many",
            "competitors",
        ),
        (
            [*FAR],
            RecordDeal(deal_id="d", name="Renewal", owner_id="anna", stage=Stage.WON, closed_at=day(3), at=day(3)),
            "deal_in_other_pipeline",
            "stage",
        ),
    ],
)
def test_refusals(history: list[object], command: object, code: str, field: str | None) -> None:
    given(*history).when(command).rejected(code, field)


def test_all_fields_that_are_missing_are_named() -> None:
    bare = fold(decider_of(MOVE(stage_id="proposal")), [replace(OPENED, amount=None)])
    with pytest.raises(Rejected) as caught:
        decider_of(MOVE(stage_id="proposal")).decide(MOVE(stage_id="proposal"), bare)
    assert "amount, custom.budget must be filled in first" in caught.value.message


def test_a_deal_moves_within_the_pipeline_that_is_always_there() -> None:
    engaged = DealEngaged(deal_id="d", owner_id="anna", at=day(2))
    move = functools.partial(MoveDeal, deal_id="d", at=day(2))
    given(PLAIN).when(move(stage_id="engaging")).then(engaged)
    back = DealMoved(
        deal_id="d", owner_id="anna", from_pipeline_id="default", from_stage_id="engaging", place=PROSPECTING, at=day(2)
    )
    given(PLAIN, engaged).when(move(stage_id="prospecting")).then(back)
    given(PLAIN, engaged).when(move(stage_id="engaging")).nothing()
    given(PLAIN, engaged).when(move(stage_id="won")).rejected("stage_wrong", "stage_id")
    given(PLAIN, engaged, back).when(WinDeal(deal_id="d", at=day(9))).rejected("deal_not_engaging")


def test_a_deal_goes_on_in_another_pipeline_and_comes_back() -> None:
    there = replace(moved(LEAD, LEAD), from_pipeline_id="default", from_stage_id="prospecting")
    given(PLAIN).when(MOVE(stage_id="lead", pipeline_id="p")).then(there)
    back = DealMoved(
        deal_id="d", owner_id="anna", from_pipeline_id="p", from_stage_id="lead", place=PROSPECTING, at=day(2)
    )
    given(PLAIN, there).when(MoveDeal(deal_id="d", stage_id="prospecting", pipeline_id="default", at=day(2))).then(back)


def test_a_retired_pipeline_is_entered_by_nobody_and_those_in_it_go_on() -> None:
    retired = replace(RULES, retired=True)
    given(OPENED, BUDGET).when(MOVE(stage_id="proposal", carried=retired)).then(TO_PROPOSAL)
    given(PLAIN).when(MOVE(stage_id="lead", pipeline_id="p", carried=retired)).rejected(
        "pipeline_retired", "pipeline_id"
    )


def test_a_closed_deal_goes_back_to_the_stage_it_was_closed_in_or_to_another_one() -> None:
    reopen = functools.partial(ReopenDeal, deal_id="d", carried=RULES, at=day(10))
    again = DealReopened(deal_id="d", owner_id="anna", place=place(RULES, FINAL), at=day(10))
    given(*FAR, WON).when(reopen()).then(again)
    given(*FAR, LOST).when(reopen(stage_id="lead")).then(replace(again, place=place(RULES, LEAD)))
    without = replace(RULES, stages=(LEAD, SIGNED, GONE, replace(FINAL, retired=True)))
    given(*FAR, LOST).when(reopen(carried=without)).then(replace(again, place=place(RULES, LEAD)))
    state = fold(decider_of(reopen()), [*FAR, LOST, again])
    assert (state.stage, state.lost_to, state.lost_reason, state.closed_at) == (Stage.OPEN, None, None, None)
    first = DealReopened(deal_id="d", owner_id="anna", place=PROSPECTING, at=day(10))
    lost = DealLost(deal_id="d", owner_id="anna", reason="price", at=day(9))
    given(PLAIN, lost).when(reopen(stage_id="prospecting", carried=None)).then(first)


def test_a_step_is_taken_back_by_the_rules_that_its_pipeline_has_now() -> None:
    def taken_back(*events: Any, rules: PipelineRules = RULES) -> Sequence[Any]:
        decider = decider_of(WIN())
        way = way_back(decider, events, len(events), day(12))
        assert isinstance(way, WayBack)
        return proved(decider, way, replace(way.command, carried=rules)).events

    again = DealReopened(deal_id="d", owner_id="anna", place=place(RULES, FINAL), at=day(12))
    assert taken_back(OPENED, BUDGET, TO_PROPOSAL) == [replace(moved(PROPOSAL, LEAD), at=day(12))]
    assert taken_back(*FAR) == [replace(moved(FINAL, PROPOSAL), at=day(12))]
    assert (taken_back(*FAR, LOST), taken_back(*FAR, WON)) == ([again], [again])
    changed = replace(RULES, stages=(LEAD, replace(PROPOSAL, retired=True), FINAL, SIGNED, GONE))
    with pytest.raises(Rejected, match="No deal enters Proposal any more") as caught:
        taken_back(*FAR, rules=changed)
    assert caught.value.code == "stage_retired"


def test_the_reasons_of_the_pipeline_that_is_always_there_are_whatever_is_said() -> None:
    engaged = DealEngaged(deal_id="d", owner_id="anna", at=day(2))
    won = DealWon(deal_id="d", owner_id="anna", amount=USD, reason="Luck", at=day(9))
    given(PLAIN, engaged).when(WinDeal(deal_id="d", reason="Luck", at=day(9))).then(won)


def test_what_is_planned_is_replaced_as_a_whole() -> None:
    plan = PlanDeal(
        deal_id="d",
        expected_close_on=date(2026, 3, 1),
        next_step=" Send the offer ",
        next_step_on=date(2026, 2, 1),
        forecast_category=ForecastCategory.COMMIT,
        at=day(2),
    )
    planned = DealPlanned(
        deal_id="d",
        expected_close_on=date(2026, 3, 1),
        next_step="Send the offer",
        next_step_on=date(2026, 2, 1),
        forecast_category=ForecastCategory.COMMIT,
        at=day(2),
    )
    given(PLAIN).when(plan).then(planned)
    given(PLAIN, planned).when(plan).nothing()
    given(PLAIN, planned).when(PlanDeal(deal_id="d", at=day(3))).then(DealPlanned(deal_id="d", at=day(3)))
    needs = replace(RULES, stages=(replace(LEAD, required=("expected_close_on", "next_step")), *RULES.stages[1:]))
    given().when(OPEN(carried=needs)).rejected("stage_fields_missing", "expected_close_on")
    given().when(OPEN(carried=needs, expected_close_on=date(2026, 3, 1), next_step="Call")).then(
        OPENED, DealPlanned(deal_id="d", expected_close_on=date(2026, 3, 1), next_step="Call", at=day(1))
    )


def test_competitors_are_there_once_however_they_are_written() -> None:
    command = SetDealCompetitors(deal_id="d", competitors=(" Umbra", "Massive", "UMBRA"), at=day(2))
    event = DealCompetitorsSet(deal_id="d", competitors=("Umbra", "Massive"), at=day(2))
    given(PLAIN).when(command).then(event)
    given(PLAIN, event).when(command).nothing()


def test_an_imported_row_leaves_an_open_deal_in_its_pipeline() -> None:
    row = RecordDeal(deal_id="d", name="Renewal", owner_id="anna", stage=Stage.ENGAGING, amount=USD, at=day(3))
    given(*FAR).when(row).nothing()


def test_a_closed_deal_keeps_its_amount_in_every_pipeline() -> None:
    given(*FAR, WON).when(
        ChangeDealAmount(deal_id="d", amount=Money(amount=Decimal(1), currency="USD"), at=day(10))
    ).rejected("deal_closed")
