"""What currencies were worth on a day, for rows of deals."""

from datetime import UTC, date, datetime
from decimal import Decimal

from schemas.generated.common import Conversion, Money
from streams.importer.rates import NONE, rates
from tests.unit.streams.importer.memory import Memory, csv_of
from tests.unit.streams.importer.test_run import DEAL_HEADER, DEALS, deal, imported, with_people_and_products

FIRST, SECOND = date(2017, 1, 1), date(2017, 2, 1)
ROWS = [
    ("r2", 3, "EUR", "USD", SECOND, "1.2"),
    ("r1", 1, "EUR", "USD", FIRST, "1.1"),
    ("r3", 1, "EUR", "GBP", FIRST, "0.9"),
]
KNOWN = rates("USD", ROWS)
LATER = Conversion(currency="EUR", to_currency="USD", rate="1.2", from_day=SECOND, exchange_rate_id="r2", version=3)


def money(currency: str) -> Money:
    return Money(amount=Decimal(5), currency=currency)


def test_the_rate_of_a_day_is_the_last_one_before_it_or_of_it() -> None:
    found = [KNOWN.of(money("EUR"), datetime(2017, month, day, 23, tzinfo=UTC)) for month, day in ((1, 31), (2, 1))]
    assert [[each.rate for each in rates] for rates in found] == [["1.1"], ["1.2"]]
    assert found[1] == (LATER,)
    assert KNOWN.of(money("EUR"), datetime(2016, 12, 31, 23, tzinfo=UTC)) == ()
    assert KNOWN.of(money("JPY"), datetime(2017, 1, 1, tzinfo=UTC)) == ()
    assert KNOWN.of(None, datetime(2017, 1, 1, tzinfo=UTC)) == ()
    own = Conversion(currency="USD", to_currency="USD", rate="1")
    assert KNOWN.of(money("USD"), datetime(2016, 1, 1, tzinfo=UTC)) == (own,)
    assert NONE.of(money("USD"), datetime(2016, 1, 1, tzinfo=UTC)) == ()


def test_an_imported_deal_has_the_rate_of_the_day_it_closed(memory: Memory) -> None:
    with_people_and_products(memory)
    memory.rates = KNOWN
    header = (*DEAL_HEADER, "currency")
    euros = [[*deal(1), "EUR"], [*deal(2, close_date="2017-01-31"), "EUR"]]
    rows = csv_of(header, *euros, [*deal(3), "JPY"])
    imported(memory, "crm.deal", rows, DEALS | {"currency": "currency"}, "deals")
    found = {each.name: each.conversion for each in memory.all("crm", "deal")}
    assert {name: each and each.rate for name, each in found.items()} == {"D1": "1.2", "D2": "1.1", "D3": None}
