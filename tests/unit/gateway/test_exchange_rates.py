"""Which rates a decision on a deal takes: of which currencies, and of which day."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from gateway.exchange_rates import currencies, day
from gateway.price_lists import products
from schemas.generated.common import ListedPrice, Money, PriceList
from schemas.generated.crm.deal import (
    AskedLine,
    ChangeDealAmount,
    ChangeDealLines,
    ConvertDeal,
    LoseDeal,
    OpenDeal,
    WinDeal,
)

AT = datetime(2026, 2, 1, 1, tzinfo=timezone(timedelta(hours=2)))
CLOSED = datetime(2026, 1, 15, 9, tzinfo=UTC)


def money(currency: str) -> Money:
    return Money(amount=Decimal(1), currency=currency)


def deal(**held: Any) -> dict[str, Any]:
    return {"closed_at": None, "amount": None, "amount_said": None} | held


LINES = ChangeDealLines(
    deal_id="d",
    lines=(
        AskedLine(line_id="1", unit_price=money("CHF")),
        AskedLine(line_id="2", product_id=" tea "),
        AskedLine(line_id="3", product_id="tea", name="Tea"),
        AskedLine(line_id="4", product_id="cup", name="Cup", unit_price=money("CHF")),
    ),
    price_list=PriceList(
        prices=(
            ListedPrice(product_id="tea", name="Tea", unit_price=money("EUR"), record="crm/product/tea", version=1),
        )
    ),
    at=AT,
)


@pytest.mark.parametrize(
    ("command", "held", "wanted"),
    [
        (ChangeDealAmount(deal_id="d", amount=money("EUR"), at=AT), None, ["EUR"]),
        (WinDeal(deal_id="d", at=AT), deal(amount={"currency": "GBP"}), ["GBP"]),
        (LoseDeal(deal_id="d", reason="Price", at=AT), deal(), []),
        (LINES, deal(amount={"currency": "JPY"}, amount_said={"currency": "EUR"}), ["CHF", "EUR", "JPY"]),
        (LINES, None, ["CHF", "EUR"]),
        (OpenDeal(deal_id="d", name="Tea", owner_id="ann", amount=money("GBP"), at=AT), None, ["GBP"]),
        (
            OpenDeal(deal_id="d", name="Tea", owner_id="ann", lines=LINES.lines, price_list=LINES.price_list, at=AT),
            None,
            ["CHF", "EUR"],
        ),
    ],
)
def test_rates_are_of_what_a_deal_could_be_in(command: Any, held: Any, wanted: list[str]) -> None:
    assert currencies(command, held) == wanted


def test_the_day_is_that_of_the_decision_and_of_a_closed_deal_converted_anew_that_of_its_closing() -> None:
    assert day(WinDeal(deal_id="d", at=AT), deal(closed_at=CLOSED)) == date(2026, 1, 31), "in UTC"
    assert day(ConvertDeal(deal_id="d", at=AT), deal(closed_at=CLOSED)) == date(2026, 1, 15)
    assert day(ConvertDeal(deal_id="d", at=AT), deal()) == date(2026, 1, 31)
    assert day(ConvertDeal(deal_id="d", at=AT), None) == date(2026, 1, 31)


def test_prices_are_looked_up_of_products_of_which_something_is_left_out() -> None:
    assert products(LINES) == ["tea"]
