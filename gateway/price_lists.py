"""What price books and products say, read for whoever decides on a deal (`gateway.carried`)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from schemas.generated.common import BookTerms, ListedPrice, Money, PriceList
from schemas.generated.crm.deal import ChangeDealLines, ChooseDealPriceBook, OpenDeal
from schemas.generated.crm.price_book import BookPrice
from schemas.wire import read_value

DATABASE = "crm"


async def price_list(
    here: Platform, tenant: str, command: ChangeDealLines | OpenDeal, after: str | None
) -> PriceList | None:
    """What the products that lines name are called, and cost by the deal's price book, or without one by what they say
    themselves; None where lines leave nothing out. What is no product is not there: the rules say so."""
    wanted = products(command)
    if not wanted:
        return None
    if after is not None:
        await here.reach.wait(DATABASE, after)
    book = await _book_of(here, tenant, command)
    sold = await _products(here, tenant, wanted)
    if len(sold) < len(wanted):  # one may have been made a moment ago
        await up_to_now(here, DATABASE)
        sold = await _products(here, tenant, wanted)
    if book is None:
        return PriceList(prices=tuple(_itself(each) for each in sold))
    said = await _made(here, tenant, "price_books", book)
    return PriceList(price_book_id=book, prices=tuple(_by_book(said or {}, sold)))


async def _book_of(here: Platform, tenant: str, command: ChangeDealLines | OpenDeal) -> str | None:
    """The price book that says what lines cost: the deal's, or as it is opened the one that it takes up."""
    if isinstance(command, OpenDeal):
        return (command.price_book_id or "").strip() or None
    deal = await _made(here, tenant, "deals", command.deal_id)
    return deal["price_book_id"] if deal else None


def products(command: ChangeDealLines | OpenDeal) -> list[str]:
    """The products of which something is left out, as many as a deal has lines."""
    lines = (each for each in command.lines if each.unit_price is None or each.name is None)
    return list(dict.fromkeys(each.product_id.strip() for each in lines if each.product_id))[: query.MAX_LIMIT]


async def book_terms(
    here: Platform, tenant: str, command: ChooseDealPriceBook | OpenDeal, after: str | None
) -> BookTerms | None:
    """What a deal has to know of the price book that it takes up. A 422 problem where there is none."""
    id = (command.price_book_id or "").strip()
    if not id:
        return None
    if after is not None:
        await here.reach.wait(DATABASE, after)
    book = await _made(here, tenant, "price_books", id)
    if book is None:
        detail = "There is no such price book; create it first, or check the id."
        raise Problem(422, "no_such_price_book", detail, "price_book_id")
    return BookTerms(
        price_book_id=book["id"], version=book["version"], currency=book["currency"], retired=book["retired"]
    )


async def _made(here: Platform, tenant: str, name: str, id: str) -> Mapping[str, Any] | None:
    """A row, which may have been made a moment ago."""
    found = await _row(here, tenant, name, id)
    if found is None:
        await up_to_now(here, DATABASE)
        found = await _row(here, tenant, name, id)
    return found


async def _row(here: Platform, tenant: str, name: str, id: str) -> Mapping[str, Any] | None:
    model = models_by_name(DATABASE)[name]
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        found = await query.get(connection, model, tenant, id)
    return None if found is None else found["row"]


async def _products(here: Platform, tenant: str, ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    model, most = models_by_name(DATABASE)["products"], query.MAX_LIMIT
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        found = await query.list_(connection, model, tenant, secret=here.secret, search_ids=ids, limit=most)
    return found.items


def _itself(product: Mapping[str, Any]) -> ListedPrice:
    price = product["list_price"]
    return ListedPrice(
        product_id=product["id"],
        name=product["name"],
        unit_price=Money(amount=price["amount"], currency=price["currency"]),
        record=f"crm/product/{product['id']}",
        version=product["version"],
    )


def _by_book(book: Mapping[str, Any], sold: Sequence[Mapping[str, Any]]) -> Sequence[ListedPrice]:
    """Of each product its prices by the book, or only its name where it has none there."""
    prices = [read_value(BookPrice, each) for each in book.get("prices") or ()]
    found: list[ListedPrice] = []
    for product in sold:
        id, name = product["id"], product["name"]
        of_it = [each for each in prices if each.product_id == id]
        found += [
            ListedPrice(
                product_id=id,
                name=name,
                unit_price=Money(amount=Decimal(each.unit_price), currency=book["currency"]),
                interval=each.interval,
                record=f"crm/price_book/{book['id']}",
                version=book["version"],
            )
            for each in of_it
        ]
        if not of_it:
            found.append(ListedPrice(product_id=id, name=name, record=f"crm/product/{id}", version=product["version"]))
    return found
