"""What is to be sold by a deal, line by line, and what it comes to."""

import functools
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domains.crm.deal import decide
from domains.crm.deal_fold import evolve
from domains.crm.deal_lines import LONGEST_LINE_ID, MOST, MOST_TERMS, asked, lines_changed, worth_of
from domains.kernel import Rejected
from domains.workflows import open_clones
from schemas.currencies import PLACES
from schemas.generated.common import (
    BillingInterval,
    BookTerms,
    Conversion,
    ListedPrice,
    Money,
    PipelineRules,
    PipelineStage,
    PriceList,
    StageKind,
)
from schemas.generated.crm.deal import (
    AskedLine,
    ChangeDealAmount,
    ChangeDealLines,
    ChooseDealPriceBook,
    CloneDeal,
    CopyDeal,
    Deal,
    DealAmountChanged,
    DealCloned,
    DealEngaged,
    DealLine,
    DealLinesChanged,
    DealLost,
    DealMoved,
    DealOpened,
    DealPriceBookChosen,
    DealReopened,
    DealWon,
    MoveDeal,
    OpenDeal,
    PricedBy,
    RecordDeal,
    Stage,
    WinDeal,
)
from schemas.line_totals import one_off, per_month, per_year, worth
from tests.log import round_trip
from tests.spec import given

AT = datetime(2026, 1, 2, tzinfo=UTC)


def usd(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


OPENED = DealOpened(deal_id="d", name="Chairs", owner_id="anna", amount=usd(500), at=AT)
CHAIRS = DealLine(
    product_id="chair",
    line_id="1",
    name="Chair",
    quantity="10",
    unit_price="19.99",
    currency="USD",
    discount_percent="10",
    net="179.91",
    total="179.91",
)
CARE = DealLine(
    line_id="care",
    name="Care",
    quantity="1",
    unit_price="25",
    currency="USD",
    interval=BillingInterval.MONTHLY,
    terms=24,
    net="25",
    total="600",
)
PUT = DealLinesChanged(deal_id="d", lines=(CHAIRS, CARE), at=AT)
LISTED = PriceList(
    prices=(
        ListedPrice(product_id="chair", name="Chair", unit_price=usd("19.99"), record="crm/product/chair", version=3),
        ListedPrice(product_id="sample", name="Sample", record="crm/product/sample", version=1),
    )
)
CHANGE = functools.partial(ChangeDealLines, deal_id="d", price_list=LISTED, at=AT)
ENGAGED = DealEngaged(deal_id="d", owner_id="anna", at=AT)


def line(**said: Any) -> AskedLine:
    plain: dict[str, Any] = {"line_id": "1", "name": "Chair", "unit_price": usd("19.99")}
    return AskedLine(**(plain | said))


def test_a_line_has_its_price_from_the_product_unless_it_says_one() -> None:
    chairs = AskedLine(line_id="1", product_id="chair", quantity="10", discount_percent="10")
    by = PricedBy(line_id="1", record="crm/product/chair", version=3)
    given(OPENED).when(CHANGE(lines=(chairs, asked(CARE)))).then(replace(PUT, priced=(by,)))
    given(OPENED).when(CHANGE(lines=(replace(chairs, unit_price=usd("19.99")), asked(CARE)))).then(PUT)
    cheaper = replace(CHAIRS, unit_price="10", net="90", total="90")
    given(OPENED).when(CHANGE(lines=(replace(chairs, unit_price=usd(10)),))).then(replace(PUT, lines=(cheaper,)))


def test_the_price_of_a_line_stays_when_something_else_of_it_changes() -> None:
    dearer = PriceList(prices=(replace(LISTED.prices[0], unit_price=usd(99), version=4),))
    more = AskedLine(line_id="1", product_id="chair", quantity="20")
    twenty = replace(CHAIRS, quantity="20", discount_percent=None, net="399.8", total="399.8")
    given(OPENED, PUT).when(CHANGE(lines=(more,), price_list=dearer)).then(
        DealLinesChanged(deal_id="d", lines=(twenty,), at=AT)
    )
    other = AskedLine(line_id="care", product_id="chair")
    by = PricedBy(line_id="care", record="crm/product/chair", version=4)
    chair = DealLine(
        product_id="chair", line_id="care", name="Chair", quantity="1", unit_price="99", currency="USD", net="99",
        total="99",
    )  # fmt: skip
    given(OPENED, PUT).when(CHANGE(lines=(other,), price_list=dearer)).then(
        DealLinesChanged(deal_id="d", lines=(chair,), priced=(by,), at=AT)
    )


def test_what_is_so_already_is_no_event_and_what_is_dropped_is_gone() -> None:
    given(OPENED, PUT).when(CHANGE(lines=(asked(CHAIRS), asked(CARE)))).nothing()
    given(OPENED).when(CHANGE()).nothing()
    gone = DealLinesChanged(deal_id="d", dropped=("1",), at=AT)
    given(OPENED, PUT).when(CHANGE(drop=("1", " 1 "))).then(gone)
    assert folded(OPENED, PUT, gone).lines == (CARE,)
    again = replace(CHAIRS, quantity="20", net="359.82", total="359.82")
    assert folded(OPENED, PUT, DealLinesChanged(deal_id="d", lines=(again,), at=AT)).lines == (again, CARE)


def folded(*events: Any) -> Deal:
    return functools.reduce(evolve, events, Deal())


def test_what_a_deal_is_worth_follows_its_lines_while_it_has_any() -> None:
    assert worth_of(folded(OPENED)) == usd(500)
    assert worth_of(folded(OPENED, PUT)) == usd("779.91")
    assert worth_of(folded(OPENED, PUT, DealLinesChanged(deal_id="d", dropped=("1", "care"), at=AT))) == usd(500)
    assert (one_off((CHAIRS, CARE)), per_month((CHAIRS, CARE))) == (usd("179.91"), usd(25))
    assert (per_year((CHAIRS, CARE)), worth(()), per_month(())) == (usd(300), None, None)
    quarterly = replace(CARE, interval=BillingInterval.QUARTERLY, net="10", total="40", terms=4)
    yearly = replace(CARE, line_id="y", interval=BillingInterval.YEARLY, net="1", total="3", terms=3)
    assert (per_year((quarterly, yearly)), per_month((quarterly, yearly))) == (usd(41), usd("3.4167"))


def test_an_amount_said_by_hand_does_not_go_with_lines() -> None:
    given(OPENED, PUT).when(ChangeDealAmount(deal_id="d", amount=usd(1), at=AT)).rejected(
        "amount_follows_lines", "amount"
    )
    given(OPENED, PUT).when(ChangeDealAmount(deal_id="d", amount=usd("779.91"), at=AT)).nothing()
    win = functools.partial(WinDeal, deal_id="d", at=AT)
    given(OPENED, PUT, ENGAGED).when(win(amount=usd(700))).rejected("amount_follows_lines", "amount")
    won = DealWon(deal_id="d", owner_id="anna", amount=usd("779.91"), at=AT)
    given(OPENED, PUT, ENGAGED).when(win()).then(won)
    again = DealReopened(deal_id="d", owner_id="anna", at=AT)
    bare = DealLinesChanged(deal_id="d", dropped=("1", "care"), at=AT)
    assert worth_of(folded(OPENED, PUT, ENGAGED, won, again, bare)) == usd(500), "what was said before there were lines"
    row = RecordDeal(deal_id="d", name="Chairs", owner_id="anna", stage=Stage.ENGAGING, amount=usd(3), at=AT)
    given(OPENED, PUT, ENGAGED).when(row).rejected("amount_follows_lines", "amount")
    given(OPENED, PUT, ENGAGED).when(replace(row, amount=usd("779.91"))).nothing()
    given(OPENED, PUT, ENGAGED).when(replace(row, amount=None)).nothing()


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"quantity": "0"}, "quantity_wrong", "quantity"),
        ({"quantity": "-1"}, "quantity_wrong", "quantity"),
        ({"quantity": "0.00001"}, "quantity_wrong", "quantity"),
        ({"quantity": "many"}, "quantity_wrong", "quantity"),
        ({"quantity": "1" * 10}, "quantity_wrong", "quantity"),
        ({"discount_percent": "100.01"}, "discount_wrong", "discount_percent"),
        ({"discount_percent": "-1"}, "discount_wrong", "discount_percent"),
        ({"discount_percent": "half"}, "discount_wrong", "discount_percent"),
        ({"discount_amount": usd("20")}, "discount_wrong", "discount_amount"),
        ({"discount_amount": usd("-1")}, "discount_amount_negative", "discount_amount"),
        ({"discount_amount": usd("1"), "discount_percent": "1"}, "discount_wrong", "discount_percent"),
        ({"discount_amount": Money(amount=Decimal(1), currency="EUR")}, "currency_differs", "discount_amount"),
        ({"unit_price": usd("-1")}, "unit_price_negative", "unit_price"),
        ({"unit_price": Money(amount=Decimal(1), currency="XXX")}, "currency_unknown", "unit_price"),
        ({"unit_price": Money(amount=Decimal(1), currency="usd")}, "currency_malformed", "unit_price"),
        ({"unit_price": Money(amount=Decimal(1), currency="EUR")}, "currency_differs", "lines"),
        ({"unit_price": None}, "unit_price_missing", "unit_price"),
        ({"unit_price": None, "product_id": "sample"}, "unit_price_missing", "unit_price"),
        ({"unit_price": None, "product_id": "nobody's"}, "unit_price_missing", "unit_price"),
        ({"unit_price": usd("9" * 15), "quantity": "2"}, "amount_too_large", "lines"),
        ({"unit_price": usd("9" * 14), "interval": BillingInterval.MONTHLY}, "amount_too_large", "lines"),
        ({"unit_price": usd("9" * 14), "interval": BillingInterval.YEARLY, "terms": 20}, "amount_too_large", "lines"),
        ({"name": " "}, "line_name_missing", "lines"),
        ({"name": None, "product_id": "nobody's"}, "line_name_missing", "lines"),
        ({"line_id": " "}, "line_id_missing", "line_id"),
        ({"line_id": "l" * (LONGEST_LINE_ID + 1)}, "line_id_too_long", "line_id"),
        ({"terms": 2}, "terms_wrong", "terms"),
        ({"terms": 0, "interval": BillingInterval.MONTHLY}, "terms_wrong", "terms"),
        ({"terms": MOST_TERMS + 1, "interval": BillingInterval.MONTHLY}, "terms_wrong", "terms"),
        ({"interval": BillingInterval.UNKNOWN}, "interval_unknown", "interval"),
    ],
)
def test_what_no_line_can_be(said: dict[str, Any], code: str, field: str) -> None:
    given(OPENED).when(CHANGE(lines=(line(**said),))).rejected(code, field)


def test_what_lines_cannot_be_together() -> None:
    given(OPENED).when(CHANGE(lines=(line(), line(line_id=" 1 ")))).rejected("lines_repeated", "lines")
    given(OPENED, PUT).when(CHANGE(lines=(line(),), drop=("1",))).rejected("lines_repeated", "lines")
    given(OPENED, PUT).when(CHANGE(drop=("2",))).rejected("line_unknown", "drop")
    most = tuple(line(line_id=str(number)) for number in range(MOST))
    given(OPENED, replace(PUT, lines=(CARE,))).when(CHANGE(lines=most)).rejected("lines_too_many", "lines")
    huge = line(line_id="2", unit_price=usd("9" * 14), quantity="9")
    given(OPENED).when(CHANGE(lines=(huge, replace(huge, line_id="3")))).rejected("amount_too_large", "lines")
    euros = Money(amount=Decimal(5), currency="EUR")
    given(OPENED, PUT).when(CHANGE(lines=(line(unit_price=euros),))).rejected("currency_differs", "lines")
    both = (line(unit_price=euros), line(line_id="care", unit_price=euros))
    _, care = lines_changed(CHANGE(lines=both), folded(OPENED, PUT))[0].lines
    assert care.currency == "EUR", "all of them at once, and nothing is mixed"


def test_what_a_closed_deal_sold_stands() -> None:
    lost = DealLost(deal_id="d", owner_id="anna", reason="Price", at=AT)
    given(OPENED, PUT, lost).when(CHANGE(drop=("1",))).rejected("deal_closed")


def test_a_stage_may_require_lines() -> None:
    stages = (
        PipelineStage(stage_id="early", name="Early", kind=StageKind.OPEN),
        PipelineStage(stage_id="late", name="Late", kind=StageKind.OPEN, required=("lines", "amount")),
    )
    move = MoveDeal(
        deal_id="d", stage_id="late", pipeline_id="p", carried=PipelineRules(pipeline_id="p", version=1, stages=stages),
        at=AT,
    )  # fmt: skip
    opened = replace(OPENED, amount=None)
    given(opened).when(move).rejected("stage_fields_missing", "lines")
    assert [each.place.stage_id for each in decide(move, folded(opened, PUT)) if isinstance(each, DealMoved)] == [
        "late"
    ]


EUROS = DealPriceBookChosen(deal_id="d", price_book_id="b", book_version=2, book_currency="EUR", at=AT)
BOOK = BookTerms(price_book_id="b", version=2, currency="EUR")
CHOOSE = functools.partial(ChooseDealPriceBook, deal_id="d", price_book_id="b", book=BOOK, at=AT)
PLAIN = replace(OPENED, amount=None)


def of_book(*prices: tuple[str, str, BillingInterval | None]) -> PriceList:
    listed = (
        ListedPrice(
            product_id=product,
            name=product.title(),
            unit_price=Money(amount=Decimal(price), currency="EUR"),
            interval=interval,
            record="crm/price_book/b",
            version=5,
        )
        for product, price, interval in prices
    )
    return PriceList(price_book_id="b", prices=tuple(listed))


def test_a_deal_takes_up_a_price_book_and_lets_it_go() -> None:
    given(PLAIN).when(CHOOSE(price_book_id=" b ")).then(EUROS)
    given(PLAIN, EUROS).when(CHOOSE()).nothing()
    none = DealPriceBookChosen(deal_id="d", at=AT)
    given(PLAIN, EUROS).when(CHOOSE(price_book_id=None, book=None)).then(none)
    assert folded(PLAIN, EUROS, none).book_currency is None
    given(PLAIN).when(CHOOSE(book=None)).rejected("price_book_unread", "price_book_id")
    given(PLAIN).when(CHOOSE(book=replace(BOOK, retired=True))).rejected("price_book_retired", "price_book_id")
    given(OPENED).when(CHOOSE()).rejected("currency_differs", "price_book_id")
    given(PLAIN, replace(PUT, lines=(CARE,))).when(CHOOSE()).rejected("currency_differs", "price_book_id")
    lost = DealLost(deal_id="d", owner_id="anna", reason="Price", at=AT)
    given(PLAIN, lost).when(CHOOSE()).rejected("deal_closed")


def test_a_deal_is_opened_with_lines_and_at_the_prices_of_a_book() -> None:
    said, chairs = {"name": "Chairs", "owner_id": "anna"}, AskedLine(line_id="1", product_id="chair", quantity="10")
    open_ = functools.partial(OpenDeal, deal_id="d", **said, at=AT)
    ten = replace(CHAIRS, discount_percent=None, net="199.9", total="199.9")
    by = PricedBy(line_id="1", record="crm/product/chair", version=3)
    put = DealLinesChanged(deal_id="d", lines=(ten,), priced=(by,), at=AT)
    given().when(open_(lines=(chairs,), price_list=LISTED)).then(PLAIN, put)
    given(PLAIN, put).when(open_(lines=(chairs,), price_list=LISTED)).nothing()
    given(PLAIN, put).when(open_()).rejected("deal_exists")
    worth_it = replace(PLAIN, amount=usd("199.90"))
    given().when(open_(lines=(chairs,), price_list=LISTED, amount=usd("199.90"))).then(worth_it, put)
    given().when(open_(lines=(chairs,), price_list=LISTED, amount=usd(5))).rejected("amount_follows_lines", "amount")
    rate = Conversion(currency="USD", to_currency="EUR", rate="0.9")
    given().when(open_(lines=(chairs,), price_list=LISTED, rates=(rate,))).then(PLAIN, replace(put, conversion=rate))
    twice = (chairs, replace(chairs, quantity="1"))
    given().when(open_(lines=twice, price_list=LISTED)).rejected("lines_repeated", "lines")

    prices = of_book(("chair", "9", None))
    euros = replace(ten, unit_price="9", currency="EUR", net="90", total="90")
    by_book = replace(put, lines=(euros,), priced=(replace(by, record="crm/price_book/b", version=5),))
    in_book = functools.partial(open_, price_book_id=" b ", book=BOOK)
    given().when(in_book(lines=(chairs,), price_list=prices)).then(PLAIN, EUROS, by_book)
    given().when(in_book()).then(PLAIN, EUROS)
    given().when(in_book(lines=(line(),))).rejected("currency_differs", "lines")
    given().when(in_book(amount=usd(5))).rejected("currency_differs", "price_book_id")
    given().when(in_book(book=replace(BOOK, retired=True))).rejected("price_book_retired", "price_book_id")
    given().when(in_book(lines=(chairs,), price_list=LISTED)).rejected("price_book_changed", "lines")


def test_prices_come_from_the_book_of_the_deal() -> None:
    monthly, yearly = BillingInterval.MONTHLY, BillingInterval.YEARLY
    prices = of_book(("care", "5", monthly), ("care", "50", yearly), ("chair", "9", None), ("coat", "3", monthly))

    def put(**asked: Any) -> Any:
        command = CHANGE(lines=(AskedLine(line_id="1", **asked),), price_list=prices)
        ((line,), (by,)) = (getattr(lines_changed(command, folded(PLAIN, EUROS))[0], n) for n in ("lines", "priced"))
        return line.unit_price, line.currency, line.interval, line.terms, by.record, by.version

    assert put(product_id="chair") == ("9", "EUR", None, 1, "crm/price_book/b", 5)
    assert put(product_id="care", interval=yearly, terms=3)[:4] == ("50", "EUR", yearly, 3)
    assert put(product_id="coat", terms=12)[:4] == ("3", "EUR", monthly, 12), "the only price that there is"
    in_book = given(PLAIN, EUROS)
    for said in ({"product_id": "care"}, {"product_id": "chair", "interval": yearly}, {"product_id": "sofa"}):
        wanted: dict[str, Any] = {"line_id": "1", "name": "Thing"} | said
        in_book.when(CHANGE(lines=(AskedLine(**wanted),), price_list=prices)).rejected("product_not_in_book", "lines")
    chair = AskedLine(line_id="1", product_id="chair")
    in_book.when(CHANGE(lines=(chair,))).rejected("price_book_changed", "lines")
    given(PLAIN).when(CHANGE(lines=(chair,), price_list=prices)).rejected("price_book_changed", "lines")
    in_book.when(CHANGE(lines=(line(),))).rejected("currency_differs", "lines")
    in_book.when(ChangeDealAmount(deal_id="d", amount=usd(5), at=AT)).rejected("currency_differs", "amount")


def test_a_line_keeps_how_often_it_is_paid_with_its_price() -> None:
    care = replace(CARE, product_id="care")
    more = AskedLine(line_id="care", product_id="care", quantity="2")
    twice = replace(care, quantity="2", net="50", total="1200")
    given(OPENED, replace(PUT, lines=(care,))).when(CHANGE(lines=(more,))).then(
        DealLinesChanged(deal_id="d", lines=(twice,), at=AT)
    )


def test_a_copy_has_the_lines() -> None:
    clone = "6f9b1f0e-0000-4000-8000-000000000001"
    (told,) = decide(CloneDeal(deal_id="d", clone_id=clone, at=AT), folded(OPENED, PUT))
    assert isinstance(told, DealCloned)
    assert (told.lines, told.amount) == (PUT.lines, usd(500))
    (copy,) = open_clones.react(open_clones.Nothing(), told, clone)
    assert isinstance(copy, CopyDeal)
    given().when(copy).then(
        replace(OPENED, deal_id=clone, cloned_from="d"), DealLinesChanged(deal_id=clone, lines=PUT.lines, at=AT)
    )


AMOUNTS = st.decimals(0, 10**6, places=4)
INTERVALS = st.none() | st.sampled_from([BillingInterval.MONTHLY, BillingInterval.QUARTERLY, BillingInterval.YEARLY])


@st.composite
def drawn_lines(draw: st.DrawFn) -> tuple[AskedLine, ...]:
    code = draw(st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
    made: list[AskedLine] = []
    for number in range(draw(st.integers(1, 6))):
        interval = draw(INTERVALS)
        percent = draw(st.none() | st.decimals(0, 100, places=4).map(str))
        taken_off = None if percent is not None else draw(st.none() | AMOUNTS)
        made.append(
            AskedLine(
                line_id=str(number),
                name="Thing",
                quantity=str(draw(st.decimals("0.0001", 10**4, places=4))),
                unit_price=Money(amount=draw(AMOUNTS), currency=code),
                discount_percent=percent,
                discount_amount=None if taken_off is None else Money(amount=taken_off, currency=code),
                interval=interval,
                terms=None if interval is None else draw(st.none() | st.integers(1, 60)),
            )
        )
    return tuple(made)


@drawn(drawn_lines())
def test_totals_are_the_exact_sum_of_lines_each_rounded_once(lines: tuple[AskedLine, ...]) -> None:
    """Reckoned once more in fractions, which round nothing."""
    expected = Fraction()
    for each in lines:
        assert each.unit_price is not None
        gross = Fraction(each.quantity) * Fraction(each.unit_price.amount)
        net = gross * (1 - Fraction(each.discount_percent or 0) / 100)
        net -= Fraction(each.discount_amount.amount) if each.discount_amount else 0
        if net < 0:
            with pytest.raises(Rejected) as caught:
                lines_changed(CHANGE(lines=lines), Deal(deal_id="d"))
            assert caught.value.code == "discount_wrong"
            return
        places = 10 ** PLACES[each.unit_price.currency]
        expected += Fraction(round(net * places), places) * (each.terms or 1)
    opened = DealOpened(deal_id="d", name="Things", owner_id="anna", at=AT)
    (event,) = lines_changed(CHANGE(lines=lines), folded(opened))
    deal = folded(opened, round_trip(event))
    total = worth_of(deal)
    assert total is not None
    assert Fraction(total.amount) == expected
    assert all(Decimal(each.net) >= 0 and Decimal(each.total) >= 0 for each in deal.lines)
    yearly, monthly = per_year(deal.lines), per_month(deal.lines)
    assert yearly is not None
    assert monthly is not None
    assert monthly.amount == (yearly.amount / 12).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    assert lines_changed(CHANGE(lines=tuple(asked(each) for each in deal.lines)), deal) == [], "as it is, said again"


def test_an_amount_said_before_there_were_lines_can_be_another_one_by_then() -> None:
    changed = DealAmountChanged(deal_id="d", amount=usd(9), at=AT)
    given(OPENED, changed).when(CHANGE(lines=(line(),))).then(
        DealLinesChanged(
            deal_id="d",
            lines=(
                DealLine(
                    line_id="1", name="Chair", quantity="1", unit_price="19.99", currency="USD", net="19.99",
                    total="19.99",
                ),
            ),
            at=AT,
        )
    )  # fmt: skip
