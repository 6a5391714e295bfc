"""What currencies are worth in others."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from schemas.generated.crm.exchange_rate import ExchangeRateDropped, ExchangeRateEvent, ExchangeRateSet


@dataclass(frozen=True, slots=True)
class ExchangeRateRow:
    """`rate` is text, since it has more places than numbers are kept with."""

    currency: str
    to_currency: str
    from_day: date
    rate: str


def key(event: ExchangeRateEvent) -> str:
    return event.exchange_rate_id


def evolve(row: ExchangeRateRow | None, event: ExchangeRateEvent) -> ExchangeRateRow | None:
    match event:
        case ExchangeRateSet():
            return ExchangeRateRow(event.currency, event.to_currency, event.from_day, event.rate)
        case ExchangeRateDropped():
            return None
        case _:
            assert_never(event)
