"""What may happen to a deal."""

import functools
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domains.crm.sharing import MOST
from schemas.generated.common import ForecastCategory, Money
from schemas.generated.crm.deal import (
    AssignDeal,
    ChangeDeal,
    ChangeDealAmount,
    DealAmountChanged,
    DealAssigned,
    DealChanged,
    DealEngaged,
    DealLost,
    DealOpened,
    DealPlanned,
    DealRemoved,
    DealReopened,
    DealShared,
    DealUnshared,
    DealWon,
    EngageDeal,
    LoseDeal,
    OpenDeal,
    RecordDeal,
    RemoveDeal,
    ReopenDeal,
    ShareDeal,
    Stage,
    UnshareDeal,
    WinDeal,
)
from tests.spec import given


def day(number: int) -> datetime:
    return datetime(2017, 1, number, tzinfo=UTC)


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


OPENED = DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", amount=usd("500"), at=day(1))
BARE = DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(1))
ENGAGED = DealEngaged(deal_id="d", owner_id="anna", at=day(3))
WON = DealWon(deal_id="d", owner_id="anna", amount=usd("450"), at=day(9))
LOST = DealLost(deal_id="d", owner_id="anna", reason="price", at=day(9))
REMOVED = DealRemoved(deal_id="d", owner_id="anna", at=day(9))


def row(stage: Stage, **more: object) -> RecordDeal:
    given_: dict[str, object] = {"deal_id": "d", "name": "GTX for Umbra", "owner_id": "anna", "at": day(20)}
    return RecordDeal(stage=stage, **(given_ | more))  # type: ignore[arg-type]


def test_a_deal_goes_from_prospecting_through_engaging_to_won() -> None:
    opening = OpenDeal(deal_id="d", name=" GTX for Umbra ", owner_id="anna", amount=usd("500"), at=day(1))
    given().when(opening).then(OPENED)
    given(OPENED).when(EngageDeal(deal_id="d", at=day(3))).then(ENGAGED)
    given(OPENED, ENGAGED).when(WinDeal(deal_id="d", amount=usd("450"), at=day(9))).then(WON)


def test_a_deal_is_won_for_its_own_amount_when_none_is_given() -> None:
    won = DealWon(deal_id="d", owner_id="anna", amount=usd("500"), at=day(9))
    given(OPENED, ENGAGED).when(WinDeal(deal_id="d", at=day(9))).then(won)


@pytest.mark.parametrize(
    ("history", "command", "code", "field"),
    [
        ([], EngageDeal(deal_id="d", at=day(1)), "not_found", None),
        ([], OpenDeal(deal_id="d", name=" ", owner_id="anna", at=day(1)), "name_missing", "name"),
        ([], OpenDeal(deal_id="d", name="n", owner_id="", at=day(1)), "owner_id_missing", "owner_id"),
        ([], OpenDeal(deal_id="d", name="n", owner_id="a", amount=usd("-1"), at=day(1)), "amount_negative", "amount"),
        ([OPENED], OpenDeal(deal_id="d", name="Other", owner_id="anna", at=day(1)), "deal_exists", None),
        ([OPENED], WinDeal(deal_id="d", at=day(2)), "deal_not_engaging", None),
        ([BARE, ENGAGED], WinDeal(deal_id="d", at=day(9)), "amount_missing", "amount"),
        ([OPENED, ENGAGED], WinDeal(deal_id="d", at=day(2)), "closed_before_engaged", "at"),
        ([OPENED, ENGAGED], LoseDeal(deal_id="d", reason="price", at=day(2)), "closed_before_engaged", "at"),
        ([OPENED, ENGAGED], LoseDeal(deal_id="d", reason=" ", at=day(9)), "reason_missing", "reason"),
        ([OPENED, ENGAGED, LOST], WinDeal(deal_id="d", at=day(9)), "deal_not_engaging", None),
        ([OPENED, ENGAGED, WON], LoseDeal(deal_id="d", reason="price", at=day(9)), "deal_not_open", None),
        ([OPENED, ENGAGED, WON], EngageDeal(deal_id="d", at=day(10)), "deal_closed", None),
        ([OPENED, ENGAGED, WON], ChangeDealAmount(deal_id="d", amount=usd("1"), at=day(10)), "deal_closed", None),
        ([OPENED, REMOVED], EngageDeal(deal_id="d", at=day(10)), "deal_removed", None),
        ([OPENED, ENGAGED, WON], row(Stage.ENGAGING, engaged_at=day(3)), "deal_is_further", "stage"),
        ([OPENED, ENGAGED], row(Stage.PROSPECTING), "deal_is_further", "stage"),
        ([OPENED], row(Stage.WON, engaged_at=day(3)), "closed_at_missing", "closed_at"),
        ([], row(Stage.UNKNOWN), "stage_unknown", "stage"),
    ],
)
def test_refusals(history: list[object], command: object, code: str, field: str | None) -> None:
    given(*history).when(command).rejected(code, field)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        ([OPENED], OpenDeal(deal_id="d", name="GTX for Umbra", owner_id="anna", amount=usd("500"), at=day(1))),
        ([OPENED, ENGAGED], EngageDeal(deal_id="d", at=day(5))),
        ([OPENED, ENGAGED, WON], WinDeal(deal_id="d", amount=usd("1"), at=day(5))),
        ([OPENED, ENGAGED, LOST], LoseDeal(deal_id="d", reason="other", at=day(5))),
        ([OPENED], ReopenDeal(deal_id="d", at=day(5))),
        ([OPENED], ChangeDealAmount(deal_id="d", amount=usd("500.0000"), at=day(5))),
        ([OPENED], ChangeDeal(deal_id="d", name="GTX for Umbra", at=day(5))),
        ([OPENED], AssignDeal(deal_id="d", owner_id="anna", at=day(5))),
        ([OPENED], AssignDeal(deal_id="d", owner_id="bert", from_owner_id="carl", at=day(5))),
        ([OPENED, REMOVED], RemoveDeal(deal_id="d", at=day(5))),
        ([OPENED, ENGAGED, WON], row(Stage.WON, engaged_at=day(3), closed_at=day(9))),
        ([OPENED], row(Stage.PROSPECTING)),
    ],
)
def test_what_is_so_already_is_no_event(history: list[object], command: object) -> None:
    given(*history).when(command).nothing()


def test_a_closed_deal_is_reopened_and_can_be_won_again() -> None:
    reopened = DealReopened(deal_id="d", owner_id="anna", at=day(12))
    given(OPENED, ENGAGED, LOST).when(ReopenDeal(deal_id="d", at=day(12))).then(reopened)
    won = DealWon(deal_id="d", owner_id="anna", amount=usd("500"), at=day(14))
    given(OPENED, ENGAGED, LOST, reopened).when(WinDeal(deal_id="d", at=day(14))).then(won)


def test_an_open_deal_says_so_when_it_passes_to_somebody_else() -> None:
    passing = AssignDeal(deal_id="d", owner_id="bert", from_owner_id="anna", at=day(5))
    passed = DealAssigned(deal_id="d", owner_id="bert", previous_owner_id="anna", open=True, at=day(5))
    given(OPENED, ENGAGED).when(passing).then(passed)
    closed = DealAssigned(deal_id="d", owner_id="bert", previous_owner_id="anna", open=False, at=day(5))
    given(OPENED, ENGAGED, WON).when(passing).then(closed)


def test_an_imported_row_brings_a_deal_in_with_its_own_dates() -> None:
    won = row(Stage.WON, amount=usd("450"), engaged_at=day(3), closed_at=day(9))
    opened = DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(3))
    given().when(won).then(opened, ENGAGED, WON)
    given().when(row(Stage.PROSPECTING)).then(
        DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(20))
    )
    lost = row(Stage.LOST, engaged_at=day(3), closed_at=day(9))
    given().when(lost).then(
        DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(3)),
        ENGAGED,
        DealLost(deal_id="d", owner_id="anna", reason="Not given", at=day(9)),
    )


def test_what_an_imported_deal_closed_at_is_known_from_its_closing_on() -> None:
    opened = DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(3))
    lost = DealLost(deal_id="d", owner_id="anna", reason="Not given", at=day(9))
    worth = DealAmountChanged(deal_id="d", amount=usd("450"), at=day(9))
    row_of = functools.partial(row, Stage.LOST, engaged_at=day(3), closed_at=day(9))
    given().when(row_of(amount=usd("450"))).then(opened, ENGAGED, worth, lost)
    given().when(row_of(amount=usd("0"))).then(opened, ENGAGED, lost)
    given(OPENED, ENGAGED).when(row_of(amount=usd("0"))).then(lost)
    given(opened, ENGAGED, lost).when(row_of(amount=usd("0"))).nothing()


def test_an_imported_row_changes_only_what_differs() -> None:
    other = row(Stage.ENGAGING, engaged_at=day(4), owner_id="bert", product_id="p", amount=usd("700"))
    given(OPENED).when(other).then(
        DealChanged(deal_id="d", name="GTX for Umbra", product_id="p", at=day(20)),
        DealAssigned(deal_id="d", owner_id="bert", previous_owner_id="anna", open=True, at=day(20)),
        DealEngaged(deal_id="d", owner_id="bert", at=day(4)),
        DealAmountChanged(deal_id="d", amount=usd("700"), at=day(20)),
    )
    given(OPENED).when(row(Stage.PROSPECTING, amount=usd("700"))).then(
        DealAmountChanged(deal_id="d", amount=usd("700"), at=day(20))
    )


def test_an_imported_row_says_what_is_planned_for_an_open_deal() -> None:
    hoped = functools.partial(row, Stage.ENGAGING, engaged_at=day(3), expected_close_on=date(2017, 6, 30))
    plan = functools.partial(DealPlanned, deal_id="d", expected_close_on=date(2017, 6, 30))
    opened = DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(3))
    given().when(hoped(next_step="Call")).then(opened, ENGAGED, plan(next_step="Call", at=day(3)))
    given(OPENED, ENGAGED).when(hoped()).then(plan(at=day(20)))
    said = plan(next_step="Call", next_step_on=date(2017, 2, 1), forecast_category=ForecastCategory.COMMIT, at=day(4))
    given(OPENED, ENGAGED, said).when(hoped(next_step=" Call ")).nothing()
    other = plan(next_step="Write", forecast_category=ForecastCategory.COMMIT, at=day(20))
    given(OPENED, ENGAGED, said).when(hoped(next_step="Write")).then(other)
    later = replace(said, expected_close_on=date(2017, 7, 31), at=day(20))
    given(OPENED, ENGAGED, said).when(hoped(expected_close_on=date(2017, 7, 31))).then(later)
    given(OPENED, ENGAGED).when(row(Stage.WON, amount=usd("450"), closed_at=day(9), next_step="Call")).then(WON)


def test_a_removed_deal_can_come_back() -> None:
    given(OPENED, REMOVED).when(row(Stage.PROSPECTING)).then(
        DealOpened(deal_id="d", name="GTX for Umbra", owner_id="anna", at=day(20))
    )


def shared(change: bool = False, **whom: str) -> DealShared:
    return DealShared(deal_id="d", change=change, at=day(2), **whom)


def test_a_deal_is_shared_with_a_user_or_a_team_and_no_longer() -> None:
    share = functools.partial(ShareDeal, deal_id="d", at=day(2))
    given(OPENED).when(share(user_id=" cleo ")).then(shared(user_id="cleo"))
    given(OPENED).when(share(team_id="east", change=True)).then(shared(team_id="east", change=True))
    given(OPENED, shared(user_id="cleo")).when(share(user_id="cleo")).then()
    given(OPENED, shared(user_id="cleo")).when(share(user_id="cleo", change=True)).then(shared(True, user_id="cleo"))
    given(OPENED, shared(True, user_id="cleo")).when(share(user_id="cleo")).then(shared(user_id="cleo"))
    ended = DealUnshared(deal_id="d", user_id="cleo", at=day(3))
    given(OPENED, shared(user_id="cleo")).when(UnshareDeal(deal_id="d", user_id="cleo", at=day(3))).then(ended)
    given(OPENED, shared(user_id="cleo"), ended).when(UnshareDeal(deal_id="d", user_id="cleo", at=day(3))).then()
    given(OPENED, shared(team_id="cleo")).when(UnshareDeal(deal_id="d", user_id="cleo", at=day(3))).then()


def test_a_deal_is_shared_with_one_at_a_time_and_with_a_hundred_at_most() -> None:
    given(OPENED).when(ShareDeal(deal_id="d", at=day(2))).rejected("share_with_one", "user_id")
    given(OPENED).when(ShareDeal(deal_id="d", user_id="a", team_id="b", at=day(2))).rejected(
        "share_with_one", "user_id"
    )
    given(OPENED).when(UnshareDeal(deal_id="d", at=day(2))).rejected("share_with_one", "user_id")
    many = [shared(user_id=f"user-{number}") for number in range(MOST)]
    given(OPENED, *many).when(ShareDeal(deal_id="d", user_id="one-more", at=day(2))).rejected(
        "shared_too_often", "user_id"
    )
    again = ShareDeal(deal_id="d", user_id="user-7", change=True, at=day(2))
    given(OPENED, *many).when(again).then(shared(True, user_id="user-7"))
    given(REMOVED).when(ShareDeal(deal_id="d", user_id="a", at=day(2))).rejected("deal_removed")
