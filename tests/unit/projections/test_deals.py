"""Rows of deals: what follows from the stage in which one stands, and from what is planned."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.deals.stays import MOST
from projections.crm.pipelines import READ_MODEL as PIPELINES
from projections.crm.reasons import READ_MODEL as REASONS
from projections.crm.reasons.view import ReasonRow
from projections.fold import fold
from projections.select import check_declaration
from schemas.built_in_pipeline import PROSPECTING, STAGES
from schemas.generated.common import BillingInterval, Conversion, DealOutcome, ForecastCategory, Money
from schemas.generated.crm.deal import (
    DealAmountChanged,
    DealCompetitorsSet,
    DealConverted,
    DealEngaged,
    DealLine,
    DealLinesChanged,
    DealLost,
    DealMoved,
    DealPlanned,
    DealReopened,
    DealWon,
    Stage,
)
from schemas.generated.crm.pipeline import PipelineChanged, PipelineDefined, PipelineRestored, PipelineRetired
from schemas.generated.crm.reason import ReasonDefined, ReasonRenamed, ReasonRestored, ReasonRetired
from tests.unit.projections.log import PLACE, day, log_of, opened, usd

ENGAGED = DealEngaged(deal_id="d1", owner_id="u1", at=day(2))


def row_of(*events: Any) -> Any:
    current = fold(DEALS, log_of(events))
    return None if current is None else current.row


def moved(at: float) -> DealMoved:
    return DealMoved(
        deal_id="d1", owner_id="u1", from_pipeline_id="default", from_stage_id="engaging", place=PLACE, at=day(at)
    )


def test_events_that_say_nothing_of_a_pipeline_are_of_the_one_that_is_always_there() -> None:
    won = DealWon(deal_id="d1", owner_id="u1", amount=usd(12), at=day(5))
    lost = DealLost(deal_id="d1", owner_id="u1", reason="price", at=day(5))
    again = DealReopened(deal_id="d1", owner_id="u1", at=day(6))
    rows = [row_of(opened(at=day(1)), *more) for more in ((), (ENGAGED,), (ENGAGED, won), (lost,), (lost, again))]
    assert [row.stage_id for row in rows] == ["prospecting", "engaging", "won", "lost", "engaging"]
    assert [row.stage for row in rows] == [Stage.PROSPECTING, Stage.ENGAGING, Stage.WON, Stage.LOST, Stage.ENGAGING]
    assert {row.pipeline_id for row in rows} == {"default"}
    assert [row.probability for row in rows] == [stage.probability for stage in STAGES] + [50]


def test_what_a_deal_is_worth_is_weighted_by_the_probability_of_its_stage() -> None:
    deal = opened(at=day(1), amount=usd("0.0101"))
    assert row_of(deal).weighted == usd("0.0020")
    assert row_of(deal, moved(3)).weighted == usd("0.0033")
    assert row_of(deal, moved(3), DealAmountChanged(deal_id="d1", amount=usd(200), at=day(4))).weighted == usd(66)
    assert row_of(opened(at=day(1))).weighted is None
    won = DealWon(deal_id="d1", owner_id="u1", amount=usd(12), at=day(5))
    assert row_of(deal, ENGAGED, won).weighted == usd(12)


def test_what_a_deal_is_worth_is_what_its_lines_come_to() -> None:
    chairs = DealLine(
        line_id="1", name="Chair", quantity="3", unit_price="9.5", currency="EUR", net="28.5", total="28.5"
    )
    care = replace(chairs, line_id="2", name="Care", interval=BillingInterval.MONTHLY, terms=24, net="5", total="120")
    put = DealLinesChanged(deal_id="d1", lines=(chairs, care), at=day(2))
    deal = opened(at=day(1), amount=usd(7))
    row = row_of(deal, put)
    assert [(each.amount, each.currency) for each in (row.amount, row.weighted, row.one_off, row.mrr, row.arr)] == [
        (Decimal(number), "EUR") for number in ("148.5", "29.7", "28.5", "5", "60")
    ]
    assert (row.lines, row.amount_said) == ((chairs, care), usd(7))
    won = DealWon(deal_id="d1", owner_id="u1", amount=row.amount, at=day(5))
    assert row_of(deal, put, ENGAGED, won).amount_said == usd(7)
    none = row_of(deal, put, DealLinesChanged(deal_id="d1", dropped=("1", "2"), at=day(3)))
    assert (none.amount, none.lines, none.one_off, none.mrr, none.arr) == (usd(7), (), None, None, None)


def test_what_a_deal_is_worth_in_the_tenant_s_own_currency() -> None:
    rate = Conversion(currency="USD", to_currency="EUR", rate="0.8765432101", from_day=day(1).date(), version=1)
    deal = replace(opened(at=day(1), amount=usd("10.01")), conversion=rate)
    row = row_of(deal)
    assert row.home_amount == Money(amount=Decimal("8.7742"), currency="EUR")
    assert row.home_weighted == Money(amount=Decimal("1.7548"), currency="EUR")
    assert (row.home_currency, row.home_rate, row.home_rate_from) == ("EUR", "0.8765432101", day(1).date())
    again = DealConverted(deal_id="d1", conversion=replace(rate, rate="2"), at=day(2))
    assert row_of(deal, again).home_amount == Money(amount=Decimal("20.02"), currency="EUR")
    pounds = DealAmountChanged(deal_id="d1", amount=Money(amount=Decimal(5), currency="GBP"), at=day(2))
    assert (row_of(deal, pounds).home_amount, row_of(deal, pounds).home_weighted) == (None, None)
    huge = DealAmountChanged(deal_id="d1", amount=usd("9" * 15), at=day(2))
    assert row_of(deal, again, huge).home_amount is None, "more than an amount can be"
    assert row_of(opened(at=day(1), amount=usd(7))).home_amount is None


def test_an_open_deal_rots_to_which_nothing_happens() -> None:
    assert row_of(opened(at=day(1))).rots_at is None
    assert row_of(opened(at=day(1)), moved(3)).rots_at == day(13)
    planned = DealPlanned(deal_id="d1", next_step="Call", at=day(7))
    assert row_of(opened(at=day(1)), moved(3), planned).rots_at == day(17)
    late = DealPlanned(deal_id="d1", next_step="Call", at=day(2))
    assert row_of(opened(at=day(1)), moved(3), late).rots_at == day(13)
    later = DealAmountChanged(deal_id="d1", amount=usd(9), at=day(5))
    assert row_of(opened(at=day(1)), moved(3), planned, later).rots_at == day(17), (
        "what comes late rots nothing earlier"
    )
    lost = DealLost(deal_id="d1", owner_id="u1", reason="price", at=day(9))
    assert row_of(opened(at=day(1)), moved(3), lost).rots_at is None


def test_the_category_is_the_stage_s_unless_the_deal_says_otherwise_while_it_is_open() -> None:
    said = DealPlanned(deal_id="d1", forecast_category=ForecastCategory.COMMIT, at=day(4))
    assert row_of(opened(at=day(1)), moved(3)).forecast_category is ForecastCategory.BEST_CASE
    assert row_of(opened(at=day(1)), moved(3), said).forecast_category is ForecastCategory.COMMIT
    won = DealWon(deal_id="d1", owner_id="u1", amount=usd(12), at=day(5))
    assert row_of(opened(at=day(1)), moved(3), said, won).forecast_category is ForecastCategory.CLOSED
    again = DealReopened(deal_id="d1", owner_id="u1", at=day(6))
    assert row_of(opened(at=day(1)), moved(3), said, won, again).forecast_category is ForecastCategory.COMMIT
    nothing = DealPlanned(deal_id="d1", at=day(5))
    assert row_of(opened(at=day(1)), moved(3), said, nothing).forecast_category is ForecastCategory.BEST_CASE


def test_how_long_a_deal_stayed_in_each_stage() -> None:
    row = row_of(opened(at=day(1)), ENGAGED, moved(4.5))
    day_long = int(timedelta(days=1).total_seconds())
    assert [(stay.stage_id, stay.seconds) for stay in row.stays] == [
        ("prospecting", day_long),
        ("engaging", 2 * day_long + day_long // 2),
        ("two", None),
    ]
    assert row.entered_at == day(4.5)
    assert [stay.left_at for stay in row.stays] == [day(2).isoformat(), day(4.5).isoformat(), None]
    backwards = row_of(opened(at=day(3)), moved(1))
    assert [stay.seconds for stay in backwards.stays] == [0, None]
    wandering = row_of(opened(at=day(1)), *(moved(2 + number) for number in range(2 * MOST)))
    assert len(wandering.stays) == MOST


def test_what_was_said_of_a_closing_goes_with_the_next_one() -> None:
    won = DealWon(deal_id="d1", owner_id="u1", amount=usd(1), reason="Quality", at=day(5))
    again = DealReopened(deal_id="d1", owner_id="u1", place=PROSPECTING, at=day(6))
    lost = DealLost(deal_id="d1", owner_id="u1", reason="Price", lost_to="Umbra", at=day(7))
    row = row_of(opened(at=day(1)), DealCompetitorsSet(deal_id="d1", competitors=("Umbra",), at=day(2)), won)
    assert (row.won_reason, row.lost_reason, row.competitors) == ("Quality", None, ("Umbra",))
    row = row_of(opened(at=day(1)), won, again)
    assert (row.won_reason, row.stage_id, row.engaged_at) == (None, "prospecting", None)
    row = row_of(opened(at=day(1)), won, again, lost)
    assert (row.won_reason, row.lost_reason, row.lost_to) == (None, "Price", "Umbra")
    assert row_of(opened(at=day(1)), replace(lost, reason_id="r1")).reason_id == "r1"
    assert row_of(opened(at=day(1)), replace(won, reason_id="r1"), again).reason_id is None
    assert row_of(opened(at=day(1)), replace(won, reason_id="r1"), again, lost).reason_id is None, "it is another one"


@pytest.mark.parametrize("otherwise", [{"reason_name": ("nothing",)}, {"nothing": ("won_reason",)}])
def test_what_stands_in_place_of_a_name_must_be_there(otherwise: dict[str, tuple[str, ...]]) -> None:
    check_declaration(DEALS)
    *others, reason = DEALS.joins
    with pytest.raises(ValueError, match="in place of a name"):
        check_declaration(replace(DEALS, joins=(*others, replace(reason, otherwise=otherwise))))


def test_a_reason_is_what_was_last_said_of_it() -> None:
    defined = ReasonDefined(reason_id="r", outcome=DealOutcome.LOST, name="Price", at=day(1))
    renamed, retired = ReasonRenamed(reason_id="r", name="Cost", at=day(2)), ReasonRetired(reason_id="r", at=day(3))

    def last(*events: Any) -> Any:
        current = fold(REASONS, log_of(events))
        return current and current.row

    assert last(defined, renamed, retired) == ReasonRow(DealOutcome.LOST, "Cost", retired=True)
    assert last(defined, retired, ReasonRestored(reason_id="r", at=day(4))).retired is False
    assert last(renamed) is None


def test_a_pipeline_is_what_was_last_said_of_it() -> None:
    defined = PipelineDefined(pipeline_id="p", name="One", stages=STAGES, win_reasons=("Price",), at=day(1))
    retired = PipelineRetired(pipeline_id="p", at=day(2))
    changed = PipelineChanged(pipeline_id="p", name="Two", stages=STAGES[:2], at=day(3))

    def last(*events: Any) -> Any:
        current = fold(PIPELINES, log_of(events))
        assert current is not None
        return current.row

    assert (last(defined).name, last(defined).win_reasons, last(defined).retired) == ("One", ("Price",), False)
    assert (last(defined, retired, changed).name, last(defined, retired, changed).retired) == ("Two", True)
    assert last(defined, retired, PipelineRestored(pipeline_id="p", at=day(4))).retired is False
