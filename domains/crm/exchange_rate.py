"""An exchange rate: what one unit of a currency is worth in another one, from some day on until the next rate."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from domains.checks import currency, plain
from domains.crm.undo_settings import EXCHANGE_RATE
from domains.kernel import Decider, Rejected
from schemas.currencies import PLACES
from schemas.generated.crm.exchange_rate import (
    CONTRACT,
    DropExchangeRate,
    ExchangeRate,
    ExchangeRateCommand,
    ExchangeRateDropped,
    ExchangeRateEvent,
    ExchangeRateSet,
    SetExchangeRate,
)

_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?")


def _set(command: SetExchangeRate) -> ExchangeRateSet:
    one, other = _currency(command.currency, "currency"), _currency(command.to_currency, "to_currency")
    if one == other:
        message = "A currency is always worth itself; give two that differ."
        raise Rejected("currencies_same", message, "to_currency")
    written = command.rate.strip()
    rate = Decimal(written) if _RATE.fullmatch(written) else Decimal()
    if not rate:
        message = "A rate is more than 0, with nine digits before the point and ten after it at most, such as 1.0837."
        raise Rejected("rate_wrong", message, "rate")
    return ExchangeRateSet(
        exchange_rate_id=command.exchange_rate_id,
        currency=one,
        to_currency=other,
        from_day=command.from_day,
        rate=plain(rate),
        at=command.at,
    )


def _currency(code: str, field: str) -> str:
    if currency(code.strip(), field) not in PLACES:
        message = f"{code.strip()} is no currency that anything is sold in; give one of ISO 4217, such as USD."
        raise Rejected("currency_unknown", message, field)
    return code.strip()


def decide(command: ExchangeRateCommand, rate: ExchangeRate) -> Sequence[ExchangeRateEvent]:
    match command:
        case SetExchangeRate():
            told = _set(command)
            return [] if evolve(rate, told) == rate else [told]
        case DropExchangeRate():
            if rate.rate is None:
                return []
            return [ExchangeRateDropped(exchange_rate_id=rate.exchange_rate_id, at=command.at)]
        case _:
            assert_never(command)


def evolve(rate: ExchangeRate, event: ExchangeRateEvent) -> ExchangeRate:
    match event:
        case ExchangeRateSet():
            return ExchangeRate(
                exchange_rate_id=event.exchange_rate_id,
                currency=event.currency,
                to_currency=event.to_currency,
                from_day=event.from_day,
                rate=event.rate,
            )
        case ExchangeRateDropped():
            return replace(rate, rate=None)
        case _:
            assert_never(event)


DECIDER: Decider[ExchangeRateCommand, ExchangeRate, ExchangeRateEvent] = Decider(
    CONTRACT, ExchangeRate(), decide, evolve, EXCHANGE_RATE
)
