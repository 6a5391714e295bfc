"""What imported rows say of deals in a pipeline that the tenant defined."""

import functools
from dataclasses import replace
from typing import Any

import pytest

from schemas.built_in_pipeline import place
from schemas.generated.common import PipelineStage
from schemas.generated.crm.deal import DealAmountChanged, DealLost, DealMoved, DealWon, RecordDeal, Stage
from tests.spec import decider_of, fold, given
from tests.unit.domains.test_deal_stages import (
    FAR,
    FINAL,
    GONE,
    LEAD,
    OPENED,
    PLAIN,
    PROPOSAL,
    RULES,
    SIGNED,
    USD,
    WON,
    day,
)

ROW = functools.partial(
    RecordDeal, deal_id="d", name="Renewal", owner_id="anna", stage=Stage.OPEN, amount=USD, pipeline_id="p",
    carried=RULES, at=day(20),
)  # fmt: skip


def row(stage: PipelineStage, **more: Any) -> RecordDeal:
    stands = {SIGNED.stage_id: Stage.WON, GONE.stage_id: Stage.LOST}.get(stage.stage_id, Stage.OPEN)
    return ROW(stage_id=stage.stage_id, stage=stands, **more)


def moved(to: PipelineStage, from_pipeline: str = "p", from_stage: str = "lead") -> DealMoved:
    return DealMoved(
        deal_id="d", owner_id="anna", from_pipeline_id=from_pipeline, from_stage_id=from_stage, place=place(RULES, to),
        at=day(20),
    )  # fmt: skip


def test_a_new_deal_stands_where_the_row_says_whatever_the_stage_asks() -> None:
    """It stood there, elsewhere, before anybody here asked for a budget."""
    given().when(row(FINAL)).then(replace(OPENED, place=place(RULES, FINAL), at=day(20)))
    given().when(row(FINAL, engaged_at=day(2))).then(replace(OPENED, place=place(RULES, FINAL), at=day(2)))
    given().when(ROW()).then(replace(OPENED, at=day(20)))


def test_a_closed_one_was_open_before_and_closed_on_its_day() -> None:
    begun = replace(OPENED, amount=None, at=day(2))
    won = DealWon(deal_id="d", owner_id="anna", amount=USD, reason="Luck", place=place(RULES, SIGNED), at=day(9))
    closed = {"engaged_at": day(2), "closed_at": day(9)}
    given().when(row(SIGNED, won_reason="Luck", **closed)).then(begun, won)
    lost = DealLost(deal_id="d", owner_id="anna", reason="Not given", place=place(RULES, GONE), at=day(9))
    given().when(row(GONE, amount=None, **closed)).then(begun, lost)
    worth = DealAmountChanged(deal_id="d", amount=USD, at=day(9))
    given().when(row(GONE, **closed)).then(begun, worth, lost)
    after = fold(decider_of(ROW()), [begun, won])
    assert (after.stage, after.stage_id, after.pipeline_id) == (Stage.WON, "signed", "p")


def test_one_that_is_known_goes_where_the_row_says() -> None:
    given(OPENED).when(row(PROPOSAL)).then(moved(PROPOSAL))
    given(OPENED).when(row(LEAD)).nothing()
    given(OPENED).when(ROW()).nothing()
    given(*FAR).when(ROW()).nothing()
    given(PLAIN).when(row(PROPOSAL)).then(moved(PROPOSAL, "default", "prospecting"))
    given(PLAIN).when(ROW()).then(moved(LEAD, "default", "prospecting"))
    won = replace(WON, reason=None, at=day(9))
    given(OPENED).when(row(SIGNED, closed_at=day(9))).then(won)
    given(OPENED, won).when(row(SIGNED, closed_at=day(9))).nothing()


def test_the_same_row_twice_says_nothing_new() -> None:
    for stage in (PROPOSAL, SIGNED, GONE):
        said = row(stage, engaged_at=day(2), closed_at=day(9))
        events = decider_of(said).decide(said, fold(decider_of(said), []))
        given(*events).when(said).nothing()


@pytest.mark.parametrize(
    ("history", "command", "code", "field"),
    [
        ([], row(PROPOSAL, pipeline_id="q"), "pipeline_changed", "pipeline_id"),
        ([], replace(ROW(), stage_id="nowhere"), "stage_unknown", "stage_id"),
        ([], replace(ROW(), stage_id="old"), "stage_retired", "stage_id"),
        ([], row(SIGNED), "closed_at_missing", "closed_at"),
        ([], row(LEAD, carried=replace(RULES, retired=True)), "pipeline_retired", "pipeline_id"),
        ([PLAIN], row(LEAD, carried=replace(RULES, retired=True)), "pipeline_retired", "pipeline_id"),
        ([OPENED, WON], row(PROPOSAL), "deal_is_further", "stage"),
        ([OPENED, WON], row(GONE, closed_at=day(9)), "deal_is_further", "stage"),
    ],
)
def test_refusals(history: list[object], command: object, code: str, field: str) -> None:
    given(*history).when(command).rejected(code, field)


def test_one_goes_on_in_a_pipeline_that_was_retired() -> None:
    given(OPENED).when(row(PROPOSAL, carried=replace(RULES, retired=True))).then(moved(PROPOSAL))


def test_a_row_that_says_what_is_there_needs_no_rules() -> None:
    """As one that fills in what is blank, which says of the rest what the record has."""
    given(*FAR).when(replace(row(FINAL), carried=None)).nothing()
    plain = replace(ROW(), pipeline_id="default", stage=Stage.PROSPECTING, carried=None)
    given().when(plain).then(replace(PLAIN, at=day(20)))
