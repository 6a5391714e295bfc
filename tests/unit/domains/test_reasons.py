"""Why deals are won and lost: a tenant's list, and what a deal says of it."""

import functools
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domains.crm.reason import LAST, LONGEST, MOST
from schemas.built_in_pipeline import place
from schemas.generated.common import DealOutcome, ListedReason, Money, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.deal import DealLost, DealOpened, DealWon, LoseDeal, WinDeal
from schemas.generated.crm.reason import (
    DefineReason,
    PlaceReason,
    ReasonDefined,
    ReasonPlaced,
    ReasonRenamed,
    ReasonRestored,
    ReasonRetired,
    RenameReason,
    RestoreReason,
    RetireReason,
)
from tests.spec import given

AT = datetime(2026, 1, 2, tzinfo=UTC)
PRICE = ReasonDefined(reason_id="r", outcome=DealOutcome.LOST, name="Price", at=AT)
RETIRED = ReasonRetired(reason_id="r", at=AT)
DEFINE = functools.partial(DefineReason, reason_id="r", outcome=DealOutcome.LOST, name=" Price ", at=AT)
RENAME = functools.partial(RenameReason, reason_id="r", at=AT)


def listed(id: str, name: str, outcome: DealOutcome = DealOutcome.LOST, *, retired: bool = False) -> ListedReason:
    return ListedReason(reason_id=id, version=3, outcome=outcome, name=name, retired=retired)


def test_a_reason_is_defined_renamed_retired_and_restored() -> None:
    given().when(DEFINE()).then(PRICE)
    given(PRICE).when(DEFINE()).nothing()
    given(PRICE).when(DEFINE(name="Timing")).rejected("reason_exists")
    given(PRICE).when(RENAME(name="Too dear ")).then(ReasonRenamed(reason_id="r", name="Too dear", at=AT))
    given(PRICE).when(RENAME(name="Price")).nothing()
    given(PRICE).when(RetireReason(reason_id="r", at=AT)).then(RETIRED)
    given(PRICE, RETIRED).when(RetireReason(reason_id="r", at=AT)).nothing()
    given(PRICE, RETIRED).when(RestoreReason(reason_id="r", at=AT)).then(ReasonRestored(reason_id="r", at=AT))
    given(PRICE).when(RestoreReason(reason_id="r", at=AT)).nothing()


def test_a_reason_has_a_place_among_those_of_its_outcome() -> None:
    placed = ReasonPlaced(reason_id="r", place=2, at=AT)
    given().when(DEFINE(place=2)).then(replace(PRICE, place=2))
    given(PRICE).when(PlaceReason(reason_id="r", place=2, at=AT)).then(placed)
    given(PRICE, placed).when(PlaceReason(reason_id="r", place=2, at=AT)).nothing()
    given(replace(PRICE, place=2)).when(PlaceReason(reason_id="r", place=2, at=AT)).nothing()
    given(PRICE, placed).when(PlaceReason(reason_id="r", place=None, at=AT)).then(replace(placed, place=None))


@pytest.mark.parametrize("place", [0, -1, LAST + 1])
def test_a_place_that_is_none_is_refused(place: int) -> None:
    given(PRICE).when(PlaceReason(reason_id="r", place=place, at=AT)).rejected("place_wrong", "place")
    given().when(DEFINE(place=place)).rejected("place_wrong", "place")


@pytest.mark.parametrize("retired", [False, True])
def test_two_reasons_of_an_outcome_are_not_called_the_same(retired: bool) -> None:
    others = (listed("s", "PRICE", retired=retired),)
    given().when(DEFINE(reasons=others)).rejected("reason_exists", "name")
    given(replace(PRICE, name="Timing")).when(RENAME(name="price", reasons=others)).rejected("reason_exists", "name")
    won = (listed("s", "Price", DealOutcome.WON, retired=retired),)
    given().when(DEFINE(reasons=won)).then(PRICE)
    itself = (listed("r", "Price"),)
    given(PRICE).when(RENAME(name="price", reasons=itself)).then(ReasonRenamed(reason_id="r", name="price", at=AT))


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (DEFINE(outcome=DealOutcome.UNKNOWN), "outcome_wrong", "outcome"),
        (DEFINE(name=" "), "name_missing", "name"),
        (DEFINE(name="x" * (LONGEST + 1)), "name_too_long", "name"),
        (DEFINE(reasons=tuple(listed(f"s{n}", f"Reason {n}") for n in range(MOST))), "reasons_too_many", None),
    ],
)
def test_what_no_reason_can_be(command: Any, code: str, field: str | None) -> None:
    given().when(command).rejected(code, field)


LEAD = PipelineStage(stage_id="lead", name="Lead", kind=StageKind.OPEN, probability=10)
SIGNED = PipelineStage(stage_id="signed", name="Signed", kind=StageKind.WON, probability=100)
GONE = PipelineStage(stage_id="gone", name="Gone", kind=StageKind.LOST)
OWN = PipelineRules(pipeline_id="p", version=1, stages=(LEAD, SIGNED, GONE), lost_reasons=("Budget", "Price"))
USD = Money(amount=Decimal(5), currency="USD")
PLAIN = DealOpened(deal_id="d", name="Tea", owner_id="ann", amount=USD, at=AT)
OPENED = replace(PLAIN, place=place(OWN, LEAD))
KNOWN = (
    listed("r", "Price"),
    listed("s", "Timing", retired=True),
    listed("w", "Quality", DealOutcome.WON),
    listed("x", "Luck", DealOutcome.WON, retired=True),
)
LOSE = functools.partial(LoseDeal, deal_id="d", reasons=KNOWN, at=AT)
LOST = DealLost(deal_id="d", owner_id="ann", reason="Price", reason_id="r", reason_version=3, at=AT)


@pytest.mark.parametrize("said", ["Price", " price ", "r"])
def test_a_deal_is_lost_for_a_reason_of_the_list_by_name_or_id(said: str) -> None:
    given(PLAIN).when(LOSE(reason=said)).then(LOST)


def test_a_reason_that_is_not_on_the_list_or_no_longer_is_refused() -> None:
    given(PLAIN).when(LOSE(reason="Luck")).rejected("reason_unknown", "reason")
    given(PLAIN).when(LOSE(reason="Quality")).rejected("reason_unknown", "reason")
    given(PLAIN).when(LOSE(reason="timing")).rejected("reason_retired", "reason")
    given(PLAIN).when(LOSE(reason="s")).rejected("reason_retired", "reason")
    anew = (*KNOWN, listed("t", "Timing"))
    given(PLAIN).when(LOSE(reason="Timing", reasons=anew)).then(replace(LOST, reason="Timing", reason_id="t"))


@pytest.mark.parametrize("reasons", [(), KNOWN[1:]])
def test_anything_may_be_said_where_nothing_is_on_the_list(reasons: tuple[ListedReason, ...]) -> None:
    said = replace(LOST, reason="Luck", reason_id=None, reason_version=None)
    given(PLAIN).when(LOSE(reason="Luck", reasons=reasons)).then(said)


def test_a_pipeline_s_own_reasons_go_before_the_list_outcome_by_outcome() -> None:
    said = replace(LOST, reason_id=None, reason_version=None, place=place(OWN, GONE))
    given(OPENED).when(LOSE(reason="Price", carried=OWN)).then(said)
    given(OPENED).when(LOSE(reason="PRICE", carried=OWN)).then(said)
    given(OPENED).when(LOSE(reason="r", carried=OWN)).rejected("reason_unknown", "reason")
    win = functools.partial(WinDeal, deal_id="d", carried=OWN, reasons=KNOWN, at=AT)
    won = DealWon(deal_id="d", owner_id="ann", amount=USD, place=place(OWN, SIGNED), at=AT)
    given(OPENED).when(win(reason="quality")).then(replace(won, reason="Quality", reason_id="w", reason_version=3))
    given(OPENED).when(win(reason="Budget")).rejected("reason_unknown", "reason")
    given(OPENED).when(win()).then(won)
