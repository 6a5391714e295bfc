"""What is to be sold by a deal, line by line. The functions give the events of a command; raise Rejected.

A line's price is fixed when it is put: what the product's list says later changes nothing. What is paid each time is
quantity times price less the discount, reckoned exactly and rounded once, half to even, to the places of the currency.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from domains.checks import money, optional_text, plain, reference, text
from domains.crm.deal_prices import Priced, priced
from domains.kernel import Rejected
from schemas.currencies import PLACES
from schemas.generated.common import BillingInterval, Money, PriceList
from schemas.generated.crm.deal import AskedLine, ChangeDealLines, Deal, DealLine, DealLinesChanged, PricedBy
from schemas.line_totals import changed, per_year, worth

MOST = 200
"""Lines that a deal has."""
MOST_TERMS = 1200
LONGEST_LINE_ID = 40
_TOO_MUCH = Decimal(10) ** 15
"""What an amount is less than."""
_DIGITS = 60
"""More than any product of a quantity, a price and a percentage has."""
_QUANTITY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")


def worth_of(deal: Deal) -> Money | None:
    """What a deal is worth: what its lines come to, or, without any, what somebody said."""
    return worth(deal.lines) if deal.lines else deal.amount


def said(amount: Money | None, deal: Deal) -> Money | None:
    """An amount that somebody says a deal is worth. Raises Rejected(amount_follows_lines, currency_differs) where its
    lines or its price book say another."""
    if amount is not None and deal.lines and amount != worth_of(deal):
        message = "What the deal is worth follows from its lines; change these, or drop all of them first."
        raise Rejected("amount_follows_lines", message, "amount")
    if amount is not None and deal.book_currency not in (None, amount.currency):
        message = f"The deal's price book is in {deal.book_currency}; give the amount so, or choose another one first."
        raise Rejected("currency_differs", message, "amount")
    return amount


def lines_changed(command: ChangeDealLines, deal: Deal) -> Sequence[DealLinesChanged]:
    """Raises Rejected(line_unknown, lines_repeated, lines_too_many, currency_differs, …)."""
    known = {each.line_id: each for each in deal.lines}
    dropped = tuple(dict.fromkeys(each.strip() for each in command.drop))
    if unknown := [each for each in dropped if each not in known]:
        message = f"The deal has no line {unknown[0][:LONGEST_LINE_ID]!r}; look at those that it has."
        raise Rejected("line_unknown", message, "drop")
    put: list[DealLine] = []
    origins: list[PricedBy] = []
    for each in command.lines:
        line, by = _line(each, known, command.price_list, deal)
        if line != known.get(line.line_id):
            put.append(line)
            origins += [] if by is None else [by]
    ids = [each.line_id.strip() for each in command.lines]
    if len(set(ids)) < len(ids) or set(ids) & set(dropped):
        raise Rejected(
            "lines_repeated", "Two lines have the same id, or one is dropped as well; name each once.", "lines"
        )
    if not put and not dropped:
        return []
    _must_fit(changed(deal.lines, put, dropped), deal)
    return [
        DealLinesChanged(deal_id=deal.deal_id, lines=tuple(put), dropped=dropped, priced=tuple(origins), at=command.at)
    ]


def asked(line: DealLine) -> AskedLine:
    """What is said to get a line as it is."""
    taken_off = line.discount_amount
    return AskedLine(
        line_id=line.line_id,
        product_id=line.product_id,
        name=line.name,
        quantity=line.quantity,
        unit_price=Money(amount=Decimal(line.unit_price), currency=line.currency),
        discount_percent=line.discount_percent,
        discount_amount=None if taken_off is None else Money(amount=Decimal(taken_off), currency=line.currency),
        interval=line.interval,
        terms=line.terms,
    )


def _must_fit(lines: Sequence[DealLine], deal: Deal) -> None:
    """What holds for all lines together."""
    if len(lines) > MOST:
        raise Rejected("lines_too_many", f"A deal has {MOST} lines at most; put some of them together.", "lines")
    wanted = deal.book_currency or (None if deal.lines or deal.amount is None else deal.amount.currency)
    for line in lines:
        wanted = wanted or line.currency
        if line.currency != wanted:
            message = f"The deal is in {wanted}, and {line.name} in {line.currency}; give all prices in one currency."
            raise Rejected("currency_differs", message, "lines")
    if any(each is not None and each.amount >= _TOO_MUCH for each in (worth(lines), per_year(lines))):
        raise Rejected(
            "amount_too_large", "All lines together come to more than an amount can be; correct them.", "lines"
        )


def _line(
    asked: AskedLine, known: Mapping[str, DealLine], prices: PriceList | None, deal: Deal
) -> tuple[DealLine, PricedBy | None]:
    """The line, and where its price came from if it was left out."""
    id = text(asked.line_id, "line_id", LONGEST_LINE_ID)
    product, before = reference(asked.product_id, "product_id"), known.get(id)
    name = optional_text(asked.name, "name") or _name(product, before, prices)
    if name is None:
        raise Rejected("line_name_missing", f"Line {id} is of no product that is known; say what is sold.", "lines")
    found = priced(asked, before, prices, deal)
    terms = _terms(found)
    percent, amount = _discount(asked, found.price.currency)
    quantity = _number(asked.quantity, _QUANTITY)
    if not quantity:
        message = "A quantity is more than 0, with nine digits before the point and four after it at most."
        raise Rejected("quantity_wrong", message, "quantity")
    net = _net(quantity, found.price, percent, amount)
    total = net * terms
    if total >= _TOO_MUCH:
        raise Rejected("amount_too_large", f"Line {id} comes to more than an amount can be; correct it.", "lines")
    line = DealLine(
        product_id=product,
        line_id=id,
        name=name,
        quantity=plain(quantity),
        unit_price=plain(found.price.amount),
        currency=found.price.currency,
        discount_percent=plain(percent) if percent else None,
        discount_amount=plain(amount) if amount else None,
        interval=found.interval,
        terms=terms,
        net=plain(net),
        total=plain(total),
    )
    return line, found.by


def _name(product: str | None, before: DealLine | None, prices: PriceList | None) -> str | None:
    """What is sold, where nobody says it: what the product is called, or what the line was called."""
    called = (each.name for each in (prices.prices if prices else ()) if each.product_id == product)
    kept = before.name if before is not None and before.product_id == product else None
    return next(called, kept)


def _terms(found: Priced) -> int:
    terms = 1 if found.terms is None else found.terms
    if found.interval is BillingInterval.UNKNOWN:
        raise Rejected("interval_unknown", "Nothing is paid so often; name MONTHLY, QUARTERLY or YEARLY.", "interval")
    if not 1 <= terms <= MOST_TERMS or (found.interval is None and terms != 1):
        message = f"What is paid once has no terms; else they are from 1 to {MOST_TERMS}, or an interval is missing."
        raise Rejected("terms_wrong", message, "terms")
    return terms


def _discount(asked: AskedLine, of: str) -> tuple[Decimal | None, Decimal | None]:
    """In percent, or as an amount, or neither."""
    percent, amount = asked.discount_percent, asked.discount_amount
    if percent is not None and amount is not None:
        message = "A discount is in percent or an amount, and not both; leave one of them out."
        raise Rejected("discount_wrong", message, "discount_percent")
    if percent is not None:
        number = _number(percent, _PERCENT)
        if number is None or number > 100:
            message = "A discount is from 0 to 100 percent, with four places at most, such as 12.5."
            raise Rejected("discount_wrong", message, "discount_percent")
        return number, None
    if amount is None:
        return None, None
    if money(amount, "discount_amount").currency != of:
        message = f"The price is in {of}, and the discount in {amount.currency}; give both in one currency."
        raise Rejected("currency_differs", message, "discount_amount")
    return None, amount.amount


def _net(quantity: Decimal, price: Money, percent: Decimal | None, amount: Decimal | None) -> Decimal:
    """What is paid each time; nothing at the least."""
    with localcontext(prec=_DIGITS):
        gross = quantity * price.amount
        if amount is not None and amount > gross:
            message = f"The discount is more than the {plain(gross)} that it is taken off; give less."
            raise Rejected("discount_wrong", message, "discount_amount")
        net = gross - amount if amount is not None else gross * (100 - (percent or 0)) / 100
        if net >= _TOO_MUCH:
            raise Rejected("amount_too_large", "A line comes to more than an amount can be; correct it.", "lines")
        return net.quantize(Decimal(1).scaleb(-PLACES[price.currency]), ROUND_HALF_EVEN)


def _number(given: str, form: re.Pattern[str]) -> Decimal | None:
    return Decimal(given.strip()) if form.fullmatch(given.strip()) else None
