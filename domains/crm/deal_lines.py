"""What is to be sold by a deal, line by line. The functions give the events of a command; raise Rejected.

A line's price is fixed when it is put: what the product's list says later changes nothing. What is paid each time is
quantity times price less the discount, reckoned exactly and rounded once, half to even, to the places of the currency.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from domains.checks import currency, money, optional_text, reference, text
from domains.kernel import Rejected
from schemas.currencies import PLACES
from schemas.generated.common import BillingInterval, ListedPrice, Money
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
    """An amount that somebody says a deal is worth. Raises Rejected(amount_follows_lines) where lines say another."""
    if amount is not None and deal.lines and amount != worth_of(deal):
        message = "What the deal is worth follows from its lines; change these, or drop all of them first."
        raise Rejected("amount_follows_lines", message, "amount")
    return amount


def lines_changed(command: ChangeDealLines, deal: Deal) -> Sequence[DealLinesChanged]:
    """Raises Rejected(line_unknown, lines_repeated, lines_too_many, currency_differs, …)."""
    known = {each.line_id: each for each in deal.lines}
    dropped = tuple(dict.fromkeys(each.strip() for each in command.drop))
    if unknown := [each for each in dropped if each not in known]:
        message = f"The deal has no line {unknown[0][:LONGEST_LINE_ID]!r}; look at those that it has."
        raise Rejected("line_unknown", message, "drop")
    prices = command.price_list.prices if command.price_list else ()
    listed: dict[str | None, ListedPrice] = {each.product_id: each for each in prices}
    put: list[DealLine] = []
    priced: list[PricedBy] = []
    for each in command.lines:
        line, by = _line(each, known, listed)
        if line != known.get(line.line_id):
            put.append(line)
            priced += [] if by is None else [by]
    ids = [each.line_id.strip() for each in command.lines]
    if len(set(ids)) < len(ids) or set(ids) & set(dropped):
        raise Rejected(
            "lines_repeated", "Two lines have the same id, or one is dropped as well; name each once.", "lines"
        )
    if not put and not dropped:
        return []
    _must_fit(changed(deal.lines, put, dropped), deal)
    return [
        DealLinesChanged(deal_id=deal.deal_id, lines=tuple(put), dropped=dropped, priced=tuple(priced), at=command.at)
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
    wanted = None if deal.lines or deal.amount is None else deal.amount.currency
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
    asked: AskedLine, known: Mapping[str, DealLine], listed: Mapping[str | None, ListedPrice]
) -> tuple[DealLine, PricedBy | None]:
    """The line, and where its price came from if it was left out."""
    id = text(asked.line_id, "line_id", LONGEST_LINE_ID)
    product = reference(asked.product_id, "product_id")
    before, of_list = known.get(id), listed.get(product)
    name = optional_text(asked.name, "name") or (of_list.name if of_list else None)
    if name is None and before is not None and before.product_id == product:
        name = before.name
    if name is None:
        raise Rejected("line_name_missing", f"Line {id} is of no product that is known; say what is sold.", "lines")
    price, by = _price(id, asked, product, before, of_list)
    interval, terms = _interval(asked)
    percent, amount = _discount(asked, price.currency)
    quantity = _number(asked.quantity, _QUANTITY)
    if not quantity:
        message = "A quantity is more than 0, with nine digits before the point and four after it at most."
        raise Rejected("quantity_wrong", message, "quantity")
    net = _net(quantity, price, percent, amount)
    total = net * terms
    if total >= _TOO_MUCH:
        raise Rejected("amount_too_large", f"Line {id} comes to more than an amount can be; correct it.", "lines")
    line = DealLine(
        product_id=product,
        line_id=id,
        name=name,
        quantity=_plain(quantity),
        unit_price=_plain(price.amount),
        currency=price.currency,
        discount_percent=_plain(percent) if percent else None,
        discount_amount=_plain(amount) if amount else None,
        interval=interval,
        terms=terms,
        net=_plain(net),
        total=_plain(total),
    )
    return line, by


def _price(
    id: str, asked: AskedLine, product: str | None, before: DealLine | None, of_list: ListedPrice | None
) -> tuple[Money, PricedBy | None]:
    """What is said; or what the line has, if it is of the same product; or what the list says."""
    by = None
    if asked.unit_price is not None:
        price = money(asked.unit_price, "unit_price")
    elif before is not None and (before.product_id, before.interval) == (product, asked.interval):
        price = Money(amount=Decimal(before.unit_price), currency=before.currency)
    elif of_list is not None and of_list.unit_price is not None:
        price = of_list.unit_price
        by = PricedBy(line_id=id, record=of_list.record, version=of_list.version)
    else:
        message = f"Line {id} is of no product that has a price; say what one costs."
        raise Rejected("unit_price_missing", message, "unit_price")
    if currency(price.currency, "unit_price") not in PLACES:
        message = f"{price.currency} is no currency that anything is sold in; give one of ISO 4217, such as USD."
        raise Rejected("currency_unknown", message, "unit_price")
    return price, by


def _interval(asked: AskedLine) -> tuple[BillingInterval | None, int]:
    terms = 1 if asked.terms is None else asked.terms
    if asked.interval is BillingInterval.UNKNOWN:
        raise Rejected("interval_unknown", "Nothing is paid so often; name MONTHLY, QUARTERLY or YEARLY.", "interval")
    if not 1 <= terms <= MOST_TERMS or (asked.interval is None and terms != 1):
        message = f"What is paid once has no terms; else they are from 1 to {MOST_TERMS}, or an interval is missing."
        raise Rejected("terms_wrong", message, "terms")
    return asked.interval, terms


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
            message = f"The discount is more than the {_plain(gross)} that it is taken off; give less."
            raise Rejected("discount_wrong", message, "discount_amount")
        net = gross - amount if amount is not None else gross * (100 - (percent or 0)) / 100
        if net >= _TOO_MUCH:
            raise Rejected("amount_too_large", "A line comes to more than an amount can be; correct it.", "lines")
        return net.quantize(Decimal(1).scaleb(-PLACES[price.currency]), ROUND_HALF_EVEN)


def _number(given: str, form: re.Pattern[str]) -> Decimal | None:
    return Decimal(given.strip()) if form.fullmatch(given.strip()) else None


def _plain(number: Decimal) -> str:
    """Without zeros that say nothing."""
    return f"{number.normalize():f}" if number else "0"
