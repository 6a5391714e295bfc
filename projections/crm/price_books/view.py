"""What products cost for some customers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.crm.price_book import (
    BookPrice,
    PriceBookCreated,
    PriceBookEvent,
    PriceBookRenamed,
    PriceBookRestored,
    PriceBookRetired,
    PricesChanged,
)


@dataclass(frozen=True, slots=True)
class PriceBookRow:
    name: str
    currency: str
    prices: tuple[BookPrice, ...]
    retired: bool


def key(event: PriceBookEvent) -> str:
    return event.price_book_id


def evolve(row: PriceBookRow | None, event: PriceBookEvent) -> PriceBookRow | None:
    match event:
        case PriceBookCreated():
            return PriceBookRow(event.name, event.currency, event.prices, retired=False)
        case PriceBookRenamed():
            return row and replace(row, name=event.name)
        case PricesChanged():
            return row and replace(row, prices=_after(row.prices, event))
        case PriceBookRetired():
            return row and replace(row, retired=True)
        case PriceBookRestored():
            return row and replace(row, retired=False)
        case _:
            assert_never(event)


def _after(prices: Sequence[BookPrice], event: PricesChanged) -> tuple[BookPrice, ...]:
    gone = {(each.product_id, each.interval) for each in event.dropped}
    by_key = {(each.product_id, each.interval): each for each in (*prices, *event.prices)}
    return tuple(each for key, each in by_key.items() if key not in gone)
