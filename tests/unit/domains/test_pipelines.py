"""What may be said of a pipeline."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domains.crm.pipeline import MOST
from schemas.built_in_pipeline import STAGES
from schemas.generated.common import ForecastCategory, PipelineStage, StageKind
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
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
LEAD = PipelineStage(stage_id="lead", name="Lead", kind=StageKind.OPEN, probability=10, rots_after_days=14)
PROPOSAL = PipelineStage(
    stage_id="proposal",
    name="Proposal",
    kind=StageKind.OPEN,
    probability=60,
    category=ForecastCategory.BEST_CASE,
    required=("amount", "custom.budget"),
    enter_from=("lead",),
)
WON = PipelineStage(stage_id="signed", name="Signed", kind=StageKind.WON, probability=100)
LOST = PipelineStage(stage_id="gone", name="Gone", kind=StageKind.LOST)
ALL = (LEAD, PROPOSAL, WON, LOST)
DEFINED = PipelineDefined(pipeline_id="p", name="Renewals", stages=ALL, at=AT)


def define(*stages: PipelineStage, **more: Any) -> DefinePipeline:
    said: dict[str, Any] = {"name": "Renewals", **more}
    return DefinePipeline(pipeline_id="p", stages=stages, at=AT, **said)


def change(*stages: PipelineStage, **more: Any) -> ChangePipeline:
    said: dict[str, Any] = {"name": "Renewals", **more}
    return ChangePipeline(pipeline_id="p", stages=stages, at=AT, **said)


def test_a_pipeline_is_defined_with_its_stages_or_with_those_that_are_always_there() -> None:
    won = replace(WON, probability=0)
    given().when(define(LEAD, PROPOSAL, won, LOST, name=" Renewals ")).then(DEFINED)
    given().when(define()).then(replace(DEFINED, stages=STAGES))
    given(DEFINED).when(define(*ALL)).nothing()
    given(DEFINED).when(define(*ALL, name="Other")).rejected("pipeline_exists")


def test_stages_that_are_left_out_are_retired_and_come_back_when_they_are_named() -> None:
    offer = replace(PROPOSAL, stage_id="offer", name="Offer")
    gone = replace(PROPOSAL, retired=True)
    changed = PipelineChanged(pipeline_id="p", name="Renewals", stages=(LEAD, offer, WON, LOST, gone), at=AT)
    given(DEFINED).when(change(LEAD, offer, WON, LOST)).then(changed)
    given(DEFINED, changed).when(change(LEAD, offer, WON, LOST)).nothing()
    given(DEFINED, changed).when(change(LEAD, PROPOSAL, offer, WON, LOST)).then(
        replace(changed, stages=(LEAD, PROPOSAL, offer, WON, LOST))
    )


def test_stages_that_are_dropped_are_gone_where_no_deal_stands_in_them() -> None:
    offer = replace(PROPOSAL, stage_id="offer", name="Offer", enter_from=("proposal",))
    wide = PipelineChanged(pipeline_id="p", name="Renewals", stages=(LEAD, PROPOSAL, offer, WON, LOST), at=AT)
    gone = replace(wide, stages=(LEAD, WON, LOST, replace(offer, retired=True, enter_from=())))
    drop = change(LEAD, WON, LOST, drop=("proposal",))
    given(DEFINED, wide).when(drop).then(gone)
    given(DEFINED, wide, gone).when(drop).nothing()
    given(DEFINED, wide).when(replace(drop, occupied=("proposal",))).rejected("stage_occupied", "drop")
    given(DEFINED, wide).when(replace(drop, occupied=("offer",))).then(gone)
    given(DEFINED).when(change(*ALL, drop=("proposal",))).rejected("stage_kept", "drop")
    given(DEFINED).when(change(*ALL, drop=("nowhere",))).nothing()
    lacking = change(LEAD, PROPOSAL, LOST, drop=("signed",))
    given(DEFINED).when(lacking).rejected("stages_incomplete", "stages")
    again = replace(PROPOSAL, kind=StageKind.WON, probability=100, category=None, required=(), enter_from=())
    given(DEFINED, wide, gone).when(change(LEAD, again, WON, LOST)).then(
        replace(wide, stages=(LEAD, again, WON, LOST, gone.stages[-1]))
    )


def test_a_pipeline_is_retired_and_taken_up_again() -> None:
    retired, restored = PipelineRetired(pipeline_id="p", at=AT), PipelineRestored(pipeline_id="p", at=AT)
    given(DEFINED).when(RetirePipeline(pipeline_id="p", at=AT)).then(retired)
    given(DEFINED, retired).when(RetirePipeline(pipeline_id="p", at=AT)).nothing()
    given(DEFINED, retired).when(RestorePipeline(pipeline_id="p", at=AT)).then(restored)
    given(DEFINED).when(RestorePipeline(pipeline_id="p", at=AT)).nothing()
    given().when(RetirePipeline(pipeline_id="p", at=AT)).rejected("not_found")


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        ((LEAD, LEAD, WON, LOST), "stage_repeated"),
        ((replace(LEAD, stage_id="Lead"), WON, LOST), "stage_id_malformed"),
        ((LEAD, WON), "stages_incomplete"),
        ((replace(PROPOSAL, enter_from=("signed",)), WON, LOST), "stages_incomplete"),
        ((LEAD, replace(WON, retired=True), LOST), "stages_incomplete"),
        ((LEAD, replace(PROPOSAL, enter_from=("nowhere",)), WON, LOST), "enter_from_unknown"),
        ((LEAD, replace(PROPOSAL, enter_from=("proposal",)), WON, LOST), "enter_from_unknown"),
        ((replace(LEAD, kind=StageKind.UNKNOWN), WON, LOST), "stage_kind_fixed"),
        ((replace(LEAD, probability=101), WON, LOST), "stage_wrong"),
        ((replace(LEAD, probability=-1), WON, LOST), "stage_wrong"),
        ((replace(LEAD, rots_after_days=0), WON, LOST), "stage_wrong"),
        ((replace(LEAD, category=ForecastCategory.CLOSED), WON, LOST), "stage_wrong"),
        ((LEAD, replace(WON, probability=90), LOST), "stage_wrong"),
        ((LEAD, WON, replace(LOST, probability=10)), "stage_wrong"),
        ((LEAD, WON, replace(LOST, rots_after_days=3)), "stage_wrong"),
        ((replace(LEAD, required=("colour",)), WON, LOST), "required_unknown"),
        ((replace(LEAD, required=("amount", "amount")), WON, LOST), "required_unknown"),
        ((*(replace(LEAD, stage_id=f"s{number}") for number in range(MOST)), WON, LOST), "stages_too_many"),
    ],
)
def test_stages_that_make_no_pipeline(stages: tuple[PipelineStage, ...], code: str) -> None:
    given().when(define(*stages)).rejected(code, "stages")
    given(DEFINED).when(change(*stages)).rejected(code, "stages")


def test_what_else_is_refused() -> None:
    given(DEFINED).when(change(replace(LEAD, kind=StageKind.WON, probability=100), PROPOSAL, WON, LOST)).rejected(
        "stage_kind_fixed", "stages"
    )
    given().when(define(name=" ")).rejected("name_missing", "name")
    given().when(define(win_reasons=("Price", "price"))).rejected("reasons_wrong", "win_reasons")
    given().when(define(lost_reasons=(" ",))).rejected("lost_reasons_missing", "lost_reasons")
