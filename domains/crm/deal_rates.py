"""By which rate a deal is worth what in the tenant's own currency: that of the day on which something was decided of
its worth, and of a closed one that of the day it closed. The functions give events; raise Rejected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

from domains.crm.deal_fold import evolve
from domains.crm.deal_lines import worth_of
from domains.kernel import Rejected
from schemas.generated.common import Conversion, Money
from schemas.generated.crm.deal import (
    ChangeDealAmount,
    ChangeDealLines,
    ConvertDeal,
    Deal,
    DealAmountChanged,
    DealCommand,
    DealConverted,
    DealEvent,
    DealLinesChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealWon,
    LoseDeal,
    OpenDeal,
    RecordDeal,
    ReopenDeal,
    WinDeal,
)


def rated(command: DealCommand, deal: Deal, events: Sequence[DealEvent]) -> Sequence[DealEvent]:
    """The events of a command, the last one that tells of the deal's worth with the rate that was carried for it."""
    match command:
        case OpenDeal() | ChangeDealAmount() | ChangeDealLines() | WinDeal() | LoseDeal() | ReopenDeal() | RecordDeal():
            rate = _rate(command.rates, reduce(evolve, events, deal))
        case _:
            return events
    if rate is None:
        return events
    told = list(events)
    for number in reversed(range(len(told))):
        match told[number]:
            case (
                DealOpened() | DealAmountChanged() | DealLinesChanged() | DealWon() | DealLost() | DealReopened()
            ) as event:
                told[number] = replace(event, conversion=rate)
                break
            case _:
                pass
    return told


def worths(command: DealCommand, deal: Deal) -> Sequence[Money]:
    """What a command says that a deal is worth, and what it is worth now: its rate is one of these currencies."""
    match command:
        case OpenDeal() | ChangeDealAmount() | WinDeal() | RecordDeal():
            said = command.amount
        case _:
            said = None
    return [each for each in (said, worth_of(deal)) if each is not None]


def decided_at(command: DealCommand, deal: Deal) -> datetime:
    """The moment whose day's rate holds: of the decision, and where a closed deal is converted anew, of its closing."""
    return (deal.closed_at if isinstance(command, ConvertDeal) else None) or command.at


def converted(command: ConvertDeal, deal: Deal) -> Sequence[DealConverted]:
    worth = worth_of(deal)
    if worth is None:
        raise Rejected("amount_missing", "The deal has no amount that could be converted; say what it is worth.")
    rate = _rate(command.rates, deal)
    if rate is None:
        message = f"There is no rate of {worth.currency} for that day in the tenant's own currency; set one first."
        raise Rejected("exchange_rate_missing", message)
    return [] if rate == deal.conversion else [DealConverted(deal_id=deal.deal_id, conversion=rate, at=command.at)]


def _rate(rates: Sequence[Conversion], deal: Deal) -> Conversion | None:
    """The one that fits what the deal is worth."""
    worth = worth_of(deal)
    return next((each for each in rates if worth is not None and each.currency == worth.currency), None)
