"""What products cost that lines of a deal name, read for whoever decides on the lines (`gateway.carried`)."""

from collections.abc import Collection
from typing import Any

from gateway.latest import up_to_now
from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from schemas.generated.common import ListedPrice, Money, PriceList
from schemas.generated.crm.deal import ChangeDealLines

DATABASE = "crm"


async def price_list(here: Platform, tenant: str, command: Any, after: str | None) -> PriceList | None:
    """Names and prices of the products that lines name, as far as lines leave them out. What is no product is left
    out: the rules say so."""
    wanted = products(command)
    if not wanted:
        return None
    if after is not None:
        await here.reach.wait(DATABASE, after)
    found = await _listed(here, tenant, wanted)
    if len(found) < len(wanted):  # one may have been made a moment ago
        await up_to_now(here, DATABASE)
        found = await _listed(here, tenant, wanted)
    return PriceList(prices=tuple(found))


def products(command: ChangeDealLines) -> list[str]:
    """The products of which something is left out, as many as a deal has lines."""
    lines = (each for each in command.lines if each.unit_price is None or each.name is None)
    return list(dict.fromkeys(each.product_id.strip() for each in lines if each.product_id))[: query.MAX_LIMIT]


async def _listed(here: Platform, tenant: str, ids: Collection[str]) -> list[ListedPrice]:
    model = models_by_name(DATABASE)["products"]
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        found = await query.list_(
            connection, model, tenant, secret=here.secret, search_ids=list(ids), limit=query.MAX_LIMIT
        )
    return [
        ListedPrice(
            product_id=row["id"],
            name=row["name"],
            unit_price=Money(amount=row["list_price"]["amount"], currency=row["list_price"]["currency"]),
            record=f"crm/product/{row['id']}",
            version=row["version"],
        )
        for row in found.items
    ]
