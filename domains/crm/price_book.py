"""A price book: what products cost for some customers, in one currency."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from domains.checks import LONGEST_ID, currency, plain, text
from domains.crm.undo_settings import PRICE_BOOK
from domains.kernel import Decider, Rejected
from schemas.currencies import PLACES
from schemas.generated.common import BillingInterval
from schemas.generated.crm.price_book import (
    CONTRACT,
    BookPrice,
    ChangePrices,
    CreatePriceBook,
    PriceBook,
    PriceBookCommand,
    PriceBookCreated,
    PriceBookEvent,
    PriceBookRenamed,
    PriceBookRestored,
    PriceBookRetired,
    PricesChanged,
    RenamePriceBook,
    RestorePriceBook,
    RetirePriceBook,
)

MOST = 2000
"""Prices that a book has."""
_PRICE = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
Key = tuple[str, BillingInterval | None]


def _prices(given: Sequence[BookPrice]) -> Mapping[Key, BookPrice]:
    """Prices as they are written, by what they are of; raises Rejected."""
    found: dict[Key, BookPrice] = {}
    for each in given:
        product = text(each.product_id, "product_id", LONGEST_ID)
        if not _PRICE.fullmatch(each.unit_price.strip()):
            message = "A price is a number of nothing or more, with 15 digits before the point and 4 after it at most."
            raise Rejected("price_wrong", message, "prices")
        if each.interval is BillingInterval.UNKNOWN:
            raise Rejected("interval_unknown", "Nothing is paid so often; name MONTHLY, QUARTERLY or YEARLY.", "prices")
        if (product, each.interval) in found:
            message = f"Product {product} has two prices that are paid as often; give one of them."
            raise Rejected("prices_repeated", message, "prices")
        price = plain(Decimal(each.unit_price.strip()))
        found[product, each.interval] = BookPrice(product_id=product, unit_price=price, interval=each.interval)
    return found


def _few_enough(prices: Sequence[BookPrice]) -> Sequence[BookPrice]:
    if len(prices) > MOST:
        raise Rejected("prices_too_many", f"A price book has {MOST} prices at most; begin another one.", "prices")
    return prices


def _created(command: CreatePriceBook) -> PriceBookCreated:
    code = currency(command.currency, "currency")
    if code not in PLACES:
        message = f"{code} is no currency that anything is sold in; give one of ISO 4217, such as USD."
        raise Rejected("currency_unknown", message, "currency")
    return PriceBookCreated(
        price_book_id=command.price_book_id,
        name=text(command.name, "name", 100),
        currency=code,
        prices=tuple(_few_enough(tuple(_prices(command.prices).values()))),
        at=command.at,
    )


def _changed(command: ChangePrices, book: PriceBook) -> Sequence[PricesChanged]:
    wanted = _prices(command.prices)
    products = {each.strip() for each in command.drop}
    if unknown := products - {each.product_id for each in book.prices}:
        message = f"The book has no price of {min(unknown)[:LONGEST_ID]!r}; look at those that it has."
        raise Rejected("product_not_in_book", message, "drop")
    dropped = tuple(each for each in book.prices if each.product_id in products and _key(each) not in wanted)
    put = tuple(each for each in wanted.values() if each not in book.prices)
    if not put and not dropped:
        return []
    _few_enough(_after(book.prices, put, dropped))
    return [PricesChanged(price_book_id=book.price_book_id, prices=put, dropped=dropped, at=command.at)]


def _key(price: BookPrice) -> Key:
    return price.product_id, price.interval


def _after(
    prices: Sequence[BookPrice], put: Sequence[BookPrice], dropped: Sequence[BookPrice]
) -> tuple[BookPrice, ...]:
    """The prices after some were put and others dropped. One that was there keeps its place."""
    gone = {_key(each) for each in dropped}
    by_key = {_key(each): each for each in prices} | {_key(each): each for each in put}
    return tuple(each for key, each in by_key.items() if key not in gone)


def decide(command: PriceBookCommand, book: PriceBook) -> Sequence[PriceBookEvent]:
    id = book.price_book_id
    match command:
        case CreatePriceBook():
            created = _created(command)
            if not id:
                return [created]
            if evolve(PriceBook(), created) == book:
                return []
            raise Rejected("price_book_exists", "There is such a price book already; change its prices instead.")
        case RenamePriceBook():
            name = text(command.name, "name", 100)
            return [] if name == book.name else [PriceBookRenamed(price_book_id=id, name=name, at=command.at)]
        case ChangePrices():
            return _changed(command, book)
        case RetirePriceBook():
            return [] if book.retired else [PriceBookRetired(price_book_id=id, at=command.at)]
        case RestorePriceBook():
            return [PriceBookRestored(price_book_id=id, at=command.at)] if book.retired else []
        case _:
            assert_never(command)


def evolve(book: PriceBook, event: PriceBookEvent) -> PriceBook:
    match event:
        case PriceBookCreated():
            return PriceBook(
                price_book_id=event.price_book_id, name=event.name, currency=event.currency, prices=event.prices
            )
        case PriceBookRenamed():
            return replace(book, name=event.name)
        case PricesChanged():
            return replace(book, prices=_after(book.prices, event.prices, event.dropped))
        case PriceBookRetired():
            return replace(book, retired=True)
        case PriceBookRestored():
            return replace(book, retired=False)
        case _:
            assert_never(event)


DECIDER: Decider[PriceBookCommand, PriceBook, PriceBookEvent] = Decider(
    CONTRACT, PriceBook(), decide, evolve, PRICE_BOOK
)
