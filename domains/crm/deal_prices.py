"""Where the prices of a deal's lines come from: from what is said, from the line itself, from a list. The functions
raise Rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domains.checks import currency, money, reference
from domains.kernel import Rejected
from schemas.currencies import PLACES
from schemas.generated.common import BillingInterval, ListedPrice, Money, PriceList
from schemas.generated.crm.deal import AskedLine, ChooseDealPriceBook, Deal, DealLine, DealPriceBookChosen, PricedBy


@dataclass(frozen=True, slots=True)
class Priced:
    """What one costs, how often and how many times that is paid, and what said so if it was left out."""

    price: Money
    interval: BillingInterval | None
    terms: int | None
    by: PricedBy | None = None


def priced(asked: AskedLine, before: DealLine | None, prices: PriceList | None, deal: Deal) -> Priced:
    """The price of a line: what is said; or what the line has, if it is of the same product and paid as often; or what
    the deal's price book says, or without one the product."""
    found = _priced(asked, before, prices, deal)
    code = currency(found.price.currency, "unit_price")
    if code not in PLACES:
        message = f"{code} is no currency that anything is sold in; give one of ISO 4217, such as USD."
        raise Rejected("currency_unknown", message, "unit_price")
    return found


def _priced(asked: AskedLine, before: DealLine | None, prices: PriceList | None, deal: Deal) -> Priced:
    product = reference(asked.product_id, "product_id")
    if asked.unit_price is not None:
        return Priced(money(asked.unit_price, "unit_price"), asked.interval, asked.terms)
    if before is not None and before.product_id == product and asked.interval in (None, before.interval):
        price = Money(amount=Decimal(before.unit_price), currency=before.currency)
        return Priced(price, before.interval, before.terms if asked.terms is None else asked.terms)
    listed = None if product is None else _listed(product, asked.interval, prices, deal)
    if listed is None or listed.unit_price is None:
        id = asked.line_id.strip()
        if product is not None and deal.price_book_id is not None:
            message = f"The deal's price book has no such price for line {id}; say what one costs, or put it there."
            raise Rejected("product_not_in_book", message, "lines")
        message = f"Line {id} is of no product that has a price; say what one costs."
        raise Rejected("unit_price_missing", message, "unit_price")
    by = PricedBy(line_id=asked.line_id.strip(), record=listed.record, version=listed.version)
    interval = asked.interval if deal.price_book_id is None else listed.interval
    return Priced(listed.unit_price, interval, asked.terms, by)


def _listed(product: str, interval: BillingInterval | None, prices: PriceList | None, deal: Deal) -> ListedPrice | None:
    """What a list says of a product that is paid so often; its only price, where nobody says how often."""
    if prices is not None and prices.price_book_id != deal.price_book_id:
        message = "Another price book was chosen for the deal by now; look at it, and send this again with Nexus-After."
        raise Rejected("price_book_changed", message, "lines")
    of_it = [each for each in prices.prices if each.product_id == product and each.unit_price] if prices else []
    if deal.price_book_id is None or (interval is None and len(of_it) == 1):
        return next(iter(of_it), None)
    return next((each for each in of_it if each.interval is interval), None)


def chosen(command: ChooseDealPriceBook, deal: Deal, worth: Money | None) -> Sequence[DealPriceBookChosen]:
    """Lines that there are keep their prices."""
    id = reference(command.price_book_id, "price_book_id")
    if id == deal.price_book_id:
        return []
    if id is None:
        return [DealPriceBookChosen(deal_id=deal.deal_id, at=command.at)]
    book = command.book
    if book is None or book.price_book_id != id:
        message = "What that price book says is not known here; choose it by a command of its own."
        raise Rejected("price_book_unread", message, "price_book_id")
    if book.retired:
        message = "No deal takes that price book up any more; restore it, or choose another one."
        raise Rejected("price_book_retired", message, "price_book_id")
    if worth is not None and worth.currency != book.currency:
        message = f"The deal is in {worth.currency}, and the price book in {book.currency}; choose one that fits."
        raise Rejected("currency_differs", message, "price_book_id")
    told = DealPriceBookChosen(
        deal_id=deal.deal_id,
        price_book_id=id,
        book_version=book.version,
        book_currency=book.currency,
        at=command.at,
    )
    return [told]
