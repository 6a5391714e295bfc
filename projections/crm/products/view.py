"""What is sold, at which list price."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from projections.crm.custom import shown_values
from schemas.generated.common import Money
from schemas.generated.crm.product import (
    ProductAliasAdded,
    ProductAliasDropped,
    ProductCreated,
    ProductEvent,
    ProductFieldsSet,
    ProductPurged,
    ProductRemoved,
    ProductRenamed,
    ProductRepriced,
    ProductRestored,
    ProductSeriesChanged,
)


@dataclass(frozen=True, slots=True)
class ProductRow:
    name: str
    series: str | None
    list_price: Money
    aliases: tuple[str, ...]
    custom: Mapping[str, Any]
    removed_at: datetime | None


def key(event: ProductEvent) -> str:
    return event.product_id


def evolve(row: ProductRow | None, event: ProductEvent) -> ProductRow | None:
    match event:
        case ProductCreated():
            return ProductRow(event.name, event.series, event.list_price, tuple(event.aliases), {}, None)
        case ProductRenamed():
            return row and replace(row, name=event.name)
        case ProductRepriced():
            return row and replace(row, list_price=event.list_price)
        case ProductSeriesChanged():
            return row and replace(row, series=event.series)
        case ProductAliasAdded():
            return row and replace(row, aliases=(*(a for a in row.aliases if a != event.alias), event.alias))
        case ProductAliasDropped():
            return row and replace(row, aliases=tuple(a for a in row.aliases if a != event.alias))
        case ProductFieldsSet():
            return row and replace(row, custom=shown_values(event.custom))
        case ProductRemoved():
            return row and replace(row, removed_at=event.at)
        case ProductRestored():
            return row and replace(row, removed_at=None)
        case ProductPurged():
            return None
        case _:
            assert_never(event)
