"""What currencies are worth in others, and by which rate deals are worth what in the tenant's own."""

import functools
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from domains.crm.deal_fold import evolve
from domains.workflows import open_clones
from schemas.built_in_pipeline import PROSPECTING
from schemas.generated.admin.tenant import SetTenantCurrency, TenantCreated, TenantCurrencySet
from schemas.generated.common import Conversion, Money
from schemas.generated.crm.deal import (
    AskedLine,
    ChangeDealAmount,
    ChangeDealLines,
    CloneDeal,
    ConvertDeal,
    Deal,
    DealAmountChanged,
    DealCloned,
    DealConverted,
    DealEngaged,
    DealLine,
    DealLinesChanged,
    DealLost,
    DealOpened,
    DealPlanned,
    DealReopened,
    DealWon,
    LoseDeal,
    OpenDeal,
    RecordDeal,
    ReopenDeal,
    Stage,
    WinDeal,
)
from schemas.generated.crm.exchange_rate import (
    DropExchangeRate,
    ExchangeRateDropped,
    ExchangeRateSet,
    SetExchangeRate,
)
from tests.spec import given

AT = datetime(2026, 1, 2, tzinfo=UTC)
DAY = date(2026, 1, 1)
SAID = ExchangeRateSet(exchange_rate_id="r", currency="EUR", to_currency="USD", from_day=DAY, rate="1.0837", at=AT)
SET = functools.partial(
    SetExchangeRate, exchange_rate_id="r", currency="EUR", to_currency="USD", from_day=DAY, rate="1.0837", at=AT
)


def test_a_rate_is_said_corrected_and_taken_back() -> None:
    given().when(SET(rate=" 1.08370 ")).then(SAID)
    given(SAID).when(SET()).nothing()
    given(SAID).when(SET(rate="1.1")).then(replace(SAID, rate="1.1"))
    dropped = ExchangeRateDropped(exchange_rate_id="r", at=AT)
    given(SAID).when(DropExchangeRate(exchange_rate_id="r", at=AT)).then(dropped)
    given(SAID, dropped).when(DropExchangeRate(exchange_rate_id="r", at=AT)).nothing()
    given(SAID, dropped).when(SET()).then(SAID)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"rate": "0"}, "rate_wrong", "rate"),
        ({"rate": "0.0"}, "rate_wrong", "rate"),
        ({"rate": "-1"}, "rate_wrong", "rate"),
        ({"rate": "1.00000000001"}, "rate_wrong", "rate"),
        ({"rate": "1234567890"}, "rate_wrong", "rate"),
        ({"rate": "1e3"}, "rate_wrong", "rate"),
        ({"rate": "1,08"}, "rate_wrong", "rate"),
        ({"rate": "NaN"}, "rate_wrong", "rate"),
        ({"currency": "XXX"}, "currency_unknown", "currency"),
        ({"to_currency": "ABC"}, "currency_unknown", "to_currency"),
        ({"currency": "eur"}, "currency_malformed", "currency"),
        ({"to_currency": "EUR"}, "currencies_same", "to_currency"),
    ],
)
def test_what_no_rate_can_be(said: dict[str, Any], code: str, field: str) -> None:
    given().when(SET(**said)).rejected(code, field)


def test_a_tenant_takes_another_currency_as_its_own() -> None:
    made = TenantCreated(tenant_id="t", name="Tea", currency="USD", at=AT)
    euro = TenantCurrencySet(tenant_id="t", currency="EUR", at=AT)
    given(made).when(SetTenantCurrency(tenant_id="t", currency="EUR", at=AT)).then(euro)
    given(made).when(SetTenantCurrency(tenant_id="t", currency="USD", at=AT)).nothing()
    given(made, euro).when(SetTenantCurrency(tenant_id="t", currency="EUR", at=AT)).nothing()
    given(made).when(SetTenantCurrency(tenant_id="t", currency="XXX", at=AT)).rejected("currency_unknown", "currency")


RATE = Conversion(currency="EUR", to_currency="USD", rate="1.0837", from_day=DAY, exchange_rate_id="r", version=1)
OTHER = replace(RATE, rate="1.2", version=2)
OWN = Conversion(currency="USD", to_currency="USD", rate="1")


def eur(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


OPENED = DealOpened(deal_id="d", name="Tea", owner_id="ann", amount=eur(100), conversion=RATE, at=AT)
ENGAGED = DealEngaged(deal_id="d", owner_id="ann", at=AT)
OPEN = functools.partial(OpenDeal, deal_id="d", name="Tea", owner_id="ann", amount=eur(100), at=AT)
CONVERT = functools.partial(ConvertDeal, deal_id="d", at=AT)


def folded(*events: Any) -> Deal:
    return reduce(evolve, events, Deal())


def test_what_decides_on_worth_or_closing_has_the_rate_that_fits() -> None:
    rates = (OWN, OTHER)
    given().when(OPEN(rates=(OWN, RATE))).then(OPENED)
    given().when(OPEN(rates=(RATE,), next_step="Call")).then(OPENED, DealPlanned(deal_id="d", next_step="Call", at=AT))
    given().when(OPEN(rates=(OWN,))).then(replace(OPENED, conversion=None))
    given().when(OPEN(rates=(RATE,), amount=None)).then(replace(OPENED, conversion=None, amount=None))
    given(OPENED).when(ChangeDealAmount(deal_id="d", amount=eur(5), rates=rates, at=AT)).then(
        DealAmountChanged(deal_id="d", amount=eur(5), conversion=OTHER, at=AT)
    )
    won = DealWon(deal_id="d", owner_id="ann", amount=eur(100), conversion=OTHER, at=AT)
    given(OPENED, ENGAGED).when(WinDeal(deal_id="d", rates=rates, at=AT)).then(won)
    given(OPENED, ENGAGED, won).when(WinDeal(deal_id="d", rates=(RATE,), at=AT)).nothing()
    given(OPENED).when(LoseDeal(deal_id="d", reason="Price", rates=rates, at=AT)).then(
        DealLost(deal_id="d", owner_id="ann", reason="Price", conversion=OTHER, at=AT)
    )
    given(OPENED, ENGAGED, won).when(ReopenDeal(deal_id="d", rates=(RATE,), at=AT)).then(
        DealReopened(deal_id="d", owner_id="ann", conversion=RATE, at=AT)
    )
    line = AskedLine(line_id="1", name="Tea", unit_price=eur(5))
    sold = DealLine(line_id="1", name="Tea", quantity="1", unit_price="5", currency="EUR", net="5", total="5")
    given(OPENED).when(ChangeDealLines(deal_id="d", lines=(line,), rates=rates, at=AT)).then(
        DealLinesChanged(deal_id="d", lines=(sold,), conversion=OTHER, at=AT)
    )


def test_of_several_events_the_last_about_worth_has_the_rate() -> None:
    row = RecordDeal(
        deal_id="d", name="Tea", owner_id="ann", stage=Stage.WON, amount=eur(100), closed_at=AT, rates=(RATE,), at=AT
    )
    won = DealWon(deal_id="d", owner_id="ann", amount=eur(100), conversion=RATE, at=AT)
    given().when(row).then(replace(OPENED, conversion=None, amount=None), ENGAGED, won)


def test_a_deal_opened_again_in_the_same_way_is_there_already_whatever_the_rate() -> None:
    given(OPENED).when(OPEN(rates=(OTHER,))).nothing()


def test_the_last_rate_holds_until_another_is_said() -> None:
    changed = DealAmountChanged(deal_id="d", amount=eur(5), at=AT)
    assert folded(OPENED, changed).conversion == RATE
    assert folded(OPENED, replace(changed, conversion=OTHER)).conversion == OTHER


def test_a_deal_is_converted_anew() -> None:
    given(OPENED).when(CONVERT(rates=(OWN, OTHER))).then(DealConverted(deal_id="d", conversion=OTHER, at=AT))
    given(OPENED).when(CONVERT(rates=(RATE,))).nothing()
    given(OPENED).when(CONVERT(rates=(OWN,))).rejected("exchange_rate_missing")
    given(replace(OPENED, amount=None)).when(CONVERT(rates=(OWN,))).rejected("amount_missing")
    won = DealWon(deal_id="d", owner_id="ann", amount=eur(100), conversion=RATE, at=AT)
    given(OPENED, ENGAGED, won).when(CONVERT(rates=(OTHER,))).then(DealConverted(deal_id="d", conversion=OTHER, at=AT))


def test_a_copy_has_the_rate() -> None:
    clone = "6f9b1f0e-0000-4000-8000-000000000001"
    told = DealCloned(
        deal_id="d",
        clone_id=clone,
        name="Tea",
        owner_id="ann",
        amount=eur(100),
        conversion=RATE,
        place=PROSPECTING,
        at=AT,
    )
    given(OPENED).when(CloneDeal(deal_id="d", clone_id=clone, at=AT)).then(told)
    (copy,) = open_clones.react(open_clones.Nothing(), told, clone)
    given().when(copy).then(replace(OPENED, deal_id=clone, cloned_from="d"))
