"""The pipeline that is always there, changed by its tenant: what is told of it, and what becomes of deals in it."""

import functools
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domains.kernel import Rejected, deciders
from domains.undoing import Undone, undone
from projections.crm.deals import view
from schemas.built_in_pipeline import BUILT_IN, STAGES, place
from schemas.generated.common import Money, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.deal import (
    CloneDeal,
    Deal,
    DealCloned,
    DealEngaged,
    DealLost,
    DealMoved,
    DealOpened,
    DealReopened,
    DealWon,
    EngageDeal,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    PlanDeal,
    RecordDeal,
    ReopenDeal,
    Stage,
    WinDeal,
)
from schemas.generated.crm.pipeline import (
    ChangePipeline,
    DefinePipeline,
    PipelineChanged,
    PipelineDefined,
    PipelineRestored,
    PipelineRetired,
    RestorePipeline,
    RetirePipeline,
)
from schemas.generated.crm.pipeline_choice import ChoosePipeline
from tests.spec import decider_of, fold, given


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


AT = day(1)
FIRST, SECOND, WON, LOST = STAGES
DEMO = PipelineStage(stage_id="demo", name="Demo", kind=StageKind.OPEN, probability=70)
DEEP = replace(SECOND, name="Deep", probability=60, required=("next_step",))
SOLD = replace(WON, enter_from=("engaging", "demo"))
CHANGED = (FIRST, DEEP, DEMO, SOLD, LOST)
RULES = PipelineRules(pipeline_id=BUILT_IN, version=2, stages=CHANGED)
BEGUN = PipelineDefined(pipeline_id=BUILT_IN, name="Default", stages=STAGES, at=AT)
TOLD = PipelineChanged(pipeline_id=BUILT_IN, name="Sales", stages=CHANGED, at=AT)
CHANGE = functools.partial(ChangePipeline, pipeline_id=BUILT_IN, name="Sales", at=AT)

USD = Money(amount=Decimal(500), currency="USD")
OPENED = DealOpened(deal_id="d", name="Chairs", owner_id="ann", amount=USD, at=day(1))
ENGAGED = DealEngaged(deal_id="d", owner_id="ann", at=day(2))
MOVE = functools.partial(MoveDeal, deal_id="d", carried=RULES, at=day(3))
ROW = functools.partial(RecordDeal, deal_id="d", name="Chairs", owner_id="ann", amount=USD, carried=RULES, at=day(9))
PLANNED = PlanDeal(deal_id="d", next_step="Call", at=day(2))


THIRD = day(3)


def to(stage: PipelineStage, from_stage: str, at: datetime = THIRD) -> DealMoved:
    return DealMoved(
        deal_id="d", owner_id="ann", from_pipeline_id=BUILT_IN, from_stage_id=from_stage, place=place(RULES, stage),
        at=at,
    )  # fmt: skip


def deal(*events: Any) -> Deal:
    return fold(decider_of(MOVE(stage_id="demo")), events)


def test_the_first_change_tells_what_it_was_before() -> None:
    given().when(CHANGE(stages=CHANGED)).then(BEGUN, TOLD)
    given(BEGUN, TOLD).when(CHANGE(stages=CHANGED)).nothing()
    given().when(CHANGE(name="Default", stages=STAGES)).nothing()
    retired, restored = PipelineRetired(pipeline_id=BUILT_IN, at=AT), PipelineRestored(pipeline_id=BUILT_IN, at=AT)
    given().when(RetirePipeline(pipeline_id=BUILT_IN, at=AT)).then(BEGUN, retired)
    given(BEGUN, retired).when(RestorePipeline(pipeline_id=BUILT_IN, at=AT)).then(restored)
    given().when(RestorePipeline(pipeline_id=BUILT_IN, at=AT)).nothing()


def test_it_is_changed_by_the_rules_of_all_pipelines_and_defined_by_nobody() -> None:
    given().when(CHANGE(stages=(FIRST, SECOND, LOST))).rejected("stages_incomplete", "stages")
    given().when(CHANGE(stages=(replace(FIRST, kind=StageKind.LOST), SECOND, WON, LOST))).rejected(
        "stage_kind_fixed", "stages"
    )
    given().when(DefinePipeline(pipeline_id=BUILT_IN, name="Mine", at=AT)).rejected("pipeline_exists")
    left = CHANGE(stages=(FIRST, replace(WON, enter_from=()), LOST))
    told = decider_of(left).decide(left, fold(decider_of(left), []))[1]
    assert isinstance(told, PipelineChanged)
    assert [each.stage_id for each in told.stages if each.retired] == ["engaging"]


def test_its_first_stages_are_retired_and_not_dropped() -> None:
    left = CHANGE(stages=(FIRST, replace(WON, enter_from=()), LOST), drop=("engaging",))
    given().when(left).rejected("stage_built_in", "drop")
    less = PipelineChanged(pipeline_id=BUILT_IN, name="Sales", stages=(FIRST, DEEP, WON, LOST), at=AT)
    given(BEGUN, TOLD).when(CHANGE(stages=less.stages, drop=("demo",))).then(less)


def test_another_that_nobody_made_is_not_there() -> None:
    given().when(CHANGE(pipeline_id="p", stages=CHANGED)).rejected("not_found")


def test_a_change_is_taken_back() -> None:
    decider = deciders("crm")["pipeline"]
    renamed = PipelineChanged(pipeline_id=BUILT_IN, name="Sales", stages=(FIRST, DEEP, WON, LOST), at=AT)
    way = undone(decider, [BEGUN, renamed], 2, day(9))
    assert isinstance(way, Undone)
    assert way.events == [replace(renamed, name="Default", stages=STAGES, at=day(9))]
    with pytest.raises(Rejected) as rejected:
        undone(decider, [BEGUN], 1, day(9))
    assert rejected.value.code == "no_inverse"


def test_nobody_chooses_it_while_it_is_retired() -> None:
    choice = ChoosePipeline(tenant_id="acme", pipeline_id=None, carried=replace(RULES, retired=True), at=AT)
    given().when(choice).rejected("pipeline_retired", "pipeline_id")


def test_deals_go_by_its_new_rules() -> None:
    entered = place(RULES, FIRST)
    given().when(OpenDeal(deal_id="d", name="Chairs", owner_id="ann", amount=USD, carried=RULES, at=day(1))).then(
        replace(OPENED, place=entered)
    )
    given(OPENED).when(MOVE(stage_id="engaging")).rejected("stage_fields_missing", "next_step")
    given(OPENED).when(EngageDeal(deal_id="d", carried=RULES, at=day(3))).rejected("stage_fields_missing", "next_step")
    plan = decider_of(PLANNED).decide(PLANNED, deal(OPENED))
    deep = DealEngaged(deal_id="d", owner_id="ann", place=place(RULES, DEEP), at=day(3))
    given(OPENED, *plan).when(EngageDeal(deal_id="d", carried=RULES, at=day(3))).then(deep)
    given(OPENED, *plan).when(MOVE(stage_id="engaging")).then(deep)
    given(OPENED).when(MOVE(stage_id="demo")).then(to(DEMO, "prospecting"))
    given(OPENED, to(DEMO, "prospecting"), *plan).when(EngageDeal(deal_id="d", carried=RULES, at=day(3))).rejected(
        "stage_not_reached", "stage_id"
    )
    sold = DealWon(deal_id="d", owner_id="ann", amount=USD, place=place(RULES, SOLD), at=day(4))
    win = WinDeal(deal_id="d", carried=RULES, at=day(4))
    given(OPENED, to(DEMO, "prospecting")).when(win).then(sold)
    given(OPENED).when(win).rejected("stage_not_reached", "stage_id")
    given(OPENED).when(replace(win, carried=None)).rejected("deal_not_engaging")
    lost = DealLost(deal_id="d", owner_id="ann", reason="Price", place=place(RULES, LOST), at=day(4))
    given(OPENED).when(LoseDeal(deal_id="d", reason="Price", carried=RULES, at=day(4))).then(lost)


def test_a_deal_is_reopened_where_it_was_closed() -> None:
    sold = DealWon(deal_id="d", owner_id="ann", amount=USD, place=place(RULES, SOLD), at=day(4))
    again = DealReopened(deal_id="d", owner_id="ann", place=place(RULES, DEMO), at=day(5))
    given(OPENED, to(DEMO, "prospecting"), sold).when(ReopenDeal(deal_id="d", carried=RULES, at=day(5))).then(again)
    given(OPENED, ENGAGED, DealWon(deal_id="d", owner_id="ann", amount=USD, at=day(4))).when(
        ReopenDeal(deal_id="d", at=day(5))
    ).then(DealReopened(deal_id="d", owner_id="ann", at=day(5)))


def test_a_stage_that_was_retired_is_entered_by_nobody() -> None:
    gone = replace(RULES, stages=(FIRST, replace(SECOND, retired=True), DEMO, SOLD, LOST))
    given(OPENED).when(EngageDeal(deal_id="d", carried=gone, at=day(3))).rejected("stage_retired", "stage_id")
    given(OPENED, ENGAGED).when(WinDeal(deal_id="d", carried=gone, at=day(4))).then(
        DealWon(deal_id="d", owner_id="ann", amount=USD, place=place(gone, SOLD), at=day(4))
    )


def test_copies_begin_where_it_begins_now() -> None:
    first = (replace(FIRST, enter_from=("demo",)), DEEP, DEMO, SOLD, LOST)
    clone = CloneDeal(deal_id="d", clone_id="7f2d3f0e-9a4e-4c1c-8a5b-6d9d0f1b2c3d", at=day(3))
    (made,) = decider_of(clone).decide(replace(clone, carried=replace(RULES, stages=first)), deal(OPENED))
    assert isinstance(made, DealCloned)
    assert made.place.stage_id == "demo"


def test_how_a_deal_stands_there() -> None:
    in_demo, deep = (
        deal(OPENED, to(DEMO, "prospecting")),
        DealEngaged(deal_id="d", owner_id="ann", place=place(RULES, DEEP), at=day(3)),
    )
    assert (in_demo.stage, in_demo.stage_id, in_demo.engaged_at) == (Stage.OPEN, "demo", None)
    engaged = deal(OPENED, deep)
    assert (engaged.stage, engaged.stage_id, engaged.engaged_at) == (Stage.ENGAGING, "engaging", day(3))
    row = view.evolve(view.evolve(None, OPENED), deep)
    assert row is not None
    assert (row.stage_name, row.probability, row.engaged_at) == ("Deep", 60, day(3))
    before = view.evolve(view.evolve(None, OPENED), ENGAGED)
    assert before is not None
    assert (before.stage_name, before.probability) == ("Engaging", 50)


def test_rows_that_name_no_pipeline_stand_in_its_stages() -> None:
    begun = replace(OPENED, amount=None, place=place(RULES, FIRST), at=day(2))
    deep = DealEngaged(deal_id="d", owner_id="ann", place=place(RULES, DEEP), at=day(2))
    sold = DealWon(deal_id="d", owner_id="ann", amount=USD, place=place(RULES, SOLD), at=day(5))
    closed = ROW(stage=Stage.WON, stage_id="won", engaged_at=day(2), closed_at=day(5))
    given().when(closed).then(begun, deep, sold)
    given(begun, deep, sold).when(closed).nothing()
    given().when(ROW(stage=Stage.OPEN, stage_id="demo")).then(replace(OPENED, place=place(RULES, DEMO), at=day(9)))
    given(OPENED).when(ROW(stage=Stage.OPEN, stage_id="demo")).then(to(DEMO, "prospecting", day(9)))
    given(OPENED).when(ROW(stage=Stage.ENGAGING, stage_id="engaging", engaged_at=day(2))).then(deep)
    given().when(ROW(stage=Stage.OPEN)).then(replace(OPENED, place=place(RULES, FIRST), at=day(9)))


def test_a_row_that_names_none_leaves_a_deal_in_another_pipeline() -> None:
    other = PipelineRules(pipeline_id="p", version=1, stages=(DEMO, replace(WON, enter_from=()), LOST))
    there = replace(OPENED, place=place(other, DEMO))
    given(there).when(ROW(stage=Stage.OPEN, stage_id="demo")).nothing()
    given(there).when(ROW(stage=Stage.WON, stage_id="won", closed_at=day(5))).rejected(
        "deal_in_other_pipeline", "stage"
    )
    given(there).when(ROW(stage=Stage.OPEN, stage_id="demo", pipeline_id=BUILT_IN)).then(
        replace(to(DEMO, "demo", day(9)), from_pipeline_id="p")
    )
