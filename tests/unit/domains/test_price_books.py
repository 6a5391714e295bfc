"""What products cost by a price book."""

import functools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domains.crm.price_book import MOST
from schemas.generated.common import BillingInterval
from schemas.generated.crm.price_book import (
    BookPrice,
    ChangePrices,
    CreatePriceBook,
    PriceBookCreated,
    PriceBookRenamed,
    PriceBookRestored,
    PriceBookRetired,
    PricesChanged,
    RenamePriceBook,
    RestorePriceBook,
    RetirePriceBook,
)
from tests.spec import decider_of, fold, given

AT = datetime(2026, 1, 2, tzinfo=UTC)
CHAIR = BookPrice(product_id="chair", unit_price="9.5")
CARE = BookPrice(product_id="care", unit_price="5", interval=BillingInterval.MONTHLY)
BY_YEAR = BookPrice(product_id="care", unit_price="50", interval=BillingInterval.YEARLY)
MADE = PriceBookCreated(price_book_id="b", name="Partners", currency="EUR", prices=(CHAIR, CARE), at=AT)
CREATE = functools.partial(CreatePriceBook, price_book_id="b", name=" Partners ", currency="EUR", at=AT)
CHANGE = functools.partial(ChangePrices, price_book_id="b", at=AT)


def test_a_book_begins_with_prices_or_without() -> None:
    given().when(CREATE(prices=(replace(CHAIR, unit_price="9.50"), CARE))).then(MADE)
    given().when(CREATE()).then(replace(MADE, prices=()))
    given(MADE).when(CREATE(prices=(CHAIR, CARE))).nothing()
    given(MADE).when(CREATE()).rejected("price_book_exists")


def test_prices_are_set_and_taken_out() -> None:
    dearer = replace(CHAIR, unit_price="10")
    given(MADE).when(CHANGE(prices=(dearer, CARE, BY_YEAR))).then(
        PricesChanged(price_book_id="b", prices=(dearer, BY_YEAR), at=AT)
    )
    given(MADE).when(CHANGE(prices=(CHAIR,))).nothing()
    gone = PricesChanged(price_book_id="b", dropped=(CARE,), at=AT)
    given(MADE).when(CHANGE(drop=(" care ",))).then(gone)
    anew = PricesChanged(price_book_id="b", prices=(BY_YEAR,), dropped=(CARE,), at=AT)
    given(MADE).when(CHANGE(prices=(BY_YEAR,), drop=("care",))).then(anew)
    book = fold(decider_of(CHANGE()), [MADE, PricesChanged(price_book_id="b", prices=(dearer,), at=AT), anew])
    assert book.prices == (dearer, BY_YEAR)


def test_a_book_is_renamed_and_retired_and_restored() -> None:
    given(MADE).when(RenamePriceBook(price_book_id="b", name="Friends", at=AT)).then(
        PriceBookRenamed(price_book_id="b", name="Friends", at=AT)
    )
    given(MADE).when(RenamePriceBook(price_book_id="b", name="Partners ", at=AT)).nothing()
    retired = PriceBookRetired(price_book_id="b", at=AT)
    given(MADE).when(RetirePriceBook(price_book_id="b", at=AT)).then(retired)
    given(MADE, retired).when(RetirePriceBook(price_book_id="b", at=AT)).nothing()
    given(MADE, retired).when(RestorePriceBook(price_book_id="b", at=AT)).then(
        PriceBookRestored(price_book_id="b", at=AT)
    )
    given(MADE).when(RestorePriceBook(price_book_id="b", at=AT)).nothing()


@pytest.mark.parametrize(
    ("prices", "code", "field"),
    [
        ((replace(CHAIR, unit_price="-1"),), "price_wrong", "prices"),
        ((replace(CHAIR, unit_price="1.00001"),), "price_wrong", "prices"),
        ((replace(CHAIR, unit_price="1" * 16),), "price_wrong", "prices"),
        ((replace(CHAIR, unit_price="much"),), "price_wrong", "prices"),
        ((replace(CHAIR, product_id=" "),), "product_id_missing", "product_id"),
        ((replace(CHAIR, interval=BillingInterval.UNKNOWN),), "interval_unknown", "prices"),
        ((CHAIR, replace(CHAIR, unit_price="8")), "prices_repeated", "prices"),
        (tuple(replace(CHAIR, product_id=str(number)) for number in range(MOST + 1)), "prices_too_many", "prices"),
    ],
)
def test_what_no_price_can_be(prices: tuple[BookPrice, ...], code: str, field: str) -> None:
    given(MADE).when(CHANGE(prices=prices)).rejected(code, field)
    given().when(CREATE(prices=prices)).rejected(code, field)


def test_what_no_book_can_be() -> None:
    given().when(CREATE(currency="XXX")).rejected("currency_unknown", "currency")
    given().when(CREATE(currency="eur")).rejected("currency_malformed", "currency")
    given().when(CREATE(name=" ")).rejected("name_missing", "name")
    given(MADE).when(CHANGE(drop=("sofa",))).rejected("product_not_in_book", "drop")
