"""By which rate amounts of a deal are converted into the tenant's own currency, read for whoever decides on the deal
(`gateway.carried`)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from gateway.latest import up_to_now
from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.question import Filter
from schemas.generated.common import Conversion, Money
from schemas.generated.crm.deal import (
    ChangeDealAmount,
    ChangeDealLines,
    ConvertDeal,
    OpenDeal,
    WinDeal,
)

DATABASE, SETTINGS = "crm", "admin"


async def rates(here: Platform, tenant: str, command: Any, after: str | None) -> tuple[Conversion, ...]:
    """The rates of the day for every currency that the deal could be in after the command, the tenant's own among them.
    A currency without a rate is not there, and none is where the tenant has no currency of its own."""
    if after is not None:
        await here.reach.wait(SETTINGS, after)
        await here.reach.wait(DATABASE, after)
    home = await _home(here, tenant)
    if home is None:
        return ()
    own = Conversion(currency=home, to_currency=home, rate="1")
    if await _last(here, tenant, [Filter("to_currency", "eq", home)]) is None:
        return (own,)  # so that nobody waits for a deal that was opened a moment ago
    deal = None if _is_said(command) else await _deal(here, tenant, command.deal_id)
    others = [code for code in currencies(command, deal) if code != home]
    found = [await _rate(here, tenant, code, home, day(command, deal)) for code in others]
    return (own, *(each for each in found if each is not None))


def _is_said(command: Any) -> bool:
    """Whether a command says itself what the deal is worth."""
    match command:
        case OpenDeal() | ChangeDealAmount():
            return True
        case WinDeal():
            return command.amount is not None
        case _:
            return False


def day(command: Any, deal: Mapping[str, Any] | None) -> date:
    """The day whose rate holds: of the decision, and where a closed deal is converted anew, that on which it closed."""
    closed = deal["closed_at"] if isinstance(command, ConvertDeal) and deal else None
    moment: datetime = closed or command.at
    return moment.astimezone(UTC).date()


def currencies(command: Any, deal: Mapping[str, Any] | None) -> list[str]:
    """Those that what a command says and what the deal is worth now are in, each once."""
    said: list[Money | None] = []
    match command:
        case ChangeDealAmount() | WinDeal():
            said = [command.amount]
        case OpenDeal():
            said = [command.amount, *_prices(command)]
        case ChangeDealLines():
            said = _prices(command)
        case _:
            pass
    known = [(deal or {}).get(name) for name in ("amount", "amount_said")]
    codes = [*(each.currency for each in said if each), *(each["currency"] for each in known if each)]
    return list(dict.fromkeys(codes))


def _prices(command: OpenDeal | ChangeDealLines) -> list[Money | None]:
    """What lines say, and what is listed of products."""
    listed = command.price_list.prices if command.price_list else ()
    return [*(each.unit_price for each in command.lines), *(each.unit_price for each in listed)]


async def _home(here: Platform, tenant: str) -> str | None:
    """The tenant's own currency."""
    model = models_by_name(SETTINGS)["tenants"]
    async with reading(here.readers[SETTINGS], tenant, model) as connection:
        found = await query.get(connection, model, tenant, tenant)
    return None if found is None else found["row"]["currency"]


async def _deal(here: Platform, tenant: str, id: str) -> Mapping[str, Any] | None:
    """The deal, which may have been opened a moment ago."""
    model = models_by_name(DATABASE)["deals"]
    for again in (True, False):
        async with reading(here.readers[DATABASE], tenant, model) as connection:
            found = await query.get(connection, model, tenant, id)
        if found is not None:
            return found["row"]
        if again:
            await up_to_now(here, DATABASE)
    return None


async def _rate(here: Platform, tenant: str, code: str, home: str, day: date) -> Conversion | None:
    """The last rate on or before a day."""
    pair = [Filter("currency", "eq", code), Filter("to_currency", "eq", home)]
    row = await _last(here, tenant, [*pair, Filter("from_day", "lte", day.isoformat())])
    if row is None:
        return None
    return Conversion(
        currency=code,
        to_currency=home,
        rate=row["rate"],
        from_day=row["from_day"],
        exchange_rate_id=row["id"],
        version=row["version"],
    )


async def _last(here: Platform, tenant: str, asked: Sequence[Filter]) -> Mapping[str, Any] | None:
    """Of the rates that are asked for that of the latest day."""
    model, secret = models_by_name(DATABASE)["exchange_rates"], here.secret
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        page = await query.list_(connection, model, tenant, secret=secret, filters=asked, sort="-from_day", limit=1)
    return page.items[0] if page.items else None
