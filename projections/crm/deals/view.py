"""Chances to sell, on their way through their pipelines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any, assert_never

from projections.crm.custom import shown_values
from projections.crm.deals.stays import entered
from projections.crm.sharing import shared, unshared
from projections.replaced import replace
from schemas.built_in_pipeline import ENGAGING, LOST, PROSPECTING, WON, engages, stage_in
from schemas.generated.common import Conversion, ForecastCategory, Money
from schemas.generated.crm.deal import (
    DealAmountChanged,
    DealAssigned,
    DealChanged,
    DealCloned,
    DealCompanyGivenBack,
    DealCompanyReplaced,
    DealCompetitorsSet,
    DealContact,
    DealContactDropped,
    DealContactGivenBack,
    DealContactReplaced,
    DealContactSet,
    DealConverted,
    DealEngaged,
    DealEvent,
    DealFieldsSet,
    DealLine,
    DealLinesChanged,
    DealLost,
    DealMoved,
    DealOpened,
    DealPlanned,
    DealPriceBookChosen,
    DealPurged,
    DealRemoved,
    DealReopened,
    DealRestored,
    DealShared,
    DealSplitsSet,
    DealUnshared,
    DealWon,
    Place,
    Split,
    Stage,
    Stay,
)
from schemas.line_totals import changed, one_off, per_month, per_year, worth

_PLACES = Decimal("0.0001")
"""To which amounts are kept."""
_TOO_MUCH = Decimal(10) ** 15
"""What amounts are less than."""
_DIGITS = 60
"""More than an amount times a rate has."""


@dataclass(frozen=True, slots=True)
class DealRow:
    """`amount` is what the lines come to, of a deal without any what somebody said. `mrr` and `arr` are what is paid
    again and again, for a month and for a year. `weighted` is the amount times the probability, `home_…` what
    both are in the tenant's own currency by the rate that was said last. `forecast_category` is
    the stage's unless `category_said` says otherwise. `rots_at` is when a deal begins to rot unless something happens
    to it: an open one in a stage that says so."""

    name: str
    company_id: str | None
    product_id: str | None
    owner_id: str
    stage: Stage
    pipeline_id: str
    stage_id: str
    stage_name: str
    amount: Money | None
    amount_said: Money | None
    probability: int
    weighted: Money | None
    home_amount: Money | None
    home_weighted: Money | None
    home_currency: str | None
    home_rate: str | None
    home_rate_of: str | None
    home_rate_from: date | None
    home_rate_id: str | None
    price_book_id: str | None
    lines: tuple[DealLine, ...]
    one_off: Money | None
    mrr: Money | None
    arr: Money | None
    forecast_category: ForecastCategory
    category_said: ForecastCategory | None
    category_of_stage: ForecastCategory
    engaged_at: datetime | None
    expected_close_on: date | None
    closed_at: datetime | None
    won_reason: str | None
    lost_reason: str | None
    reason_id: str | None
    lost_to: str | None
    competitors: tuple[str, ...]
    next_step: str | None
    next_step_on: date | None
    entered_at: datetime
    rots_after_days: int | None
    rots_at: datetime | None
    stays: tuple[Stay, ...]
    splits: tuple[Split, ...]
    contacts: tuple[DealContact, ...]
    cloned_from: str | None
    readers: tuple[str, ...]
    editors: tuple[str, ...]
    custom: Mapping[str, Any]
    removed_at: datetime | None


def key(event: DealEvent) -> str:
    return event.deal_id


def evolve(row: DealRow | None, event: DealEvent) -> DealRow | None:
    changed = _changed(row, event)
    return changed and _reckoned(_converted(changed, event), event.at, row)


def _changed(row: DealRow | None, event: DealEvent) -> DealRow | None:
    match event:
        case DealOpened():
            return _opened(event, event.place or PROSPECTING)
        case DealEngaged():
            return row and replace(_in(row, event.place or ENGAGING, event.at), engaged_at=event.at)
        case DealMoved():
            return row and _in(row, event.place, event.at)
        case DealWon():
            return row and replace(
                _in(row, event.place or WON, event.at),
                amount_said=row.amount_said if row.lines else event.amount,
                closed_at=event.closed_at or event.at,
                won_reason=event.reason,
                lost_reason=None,
                reason_id=event.reason_id,
                lost_to=None,
            )
        case DealLost():
            return row and replace(
                _in(row, event.place or LOST, event.at),
                closed_at=event.closed_at or event.at,
                won_reason=None,
                lost_reason=event.reason,
                reason_id=event.reason_id,
                lost_to=event.lost_to,
            )
        case DealReopened():
            return row and replace(
                _in(row, event.place or ENGAGING, event.at),
                engaged_at=row.engaged_at or (event.at if engages(event.place or ENGAGING) else None),
                closed_at=None,
                won_reason=None,
                lost_reason=None,
                reason_id=None,
                lost_to=None,
            )
        case DealPlanned():
            return row and replace(
                row,
                expected_close_on=event.expected_close_on,
                next_step=event.next_step,
                next_step_on=event.next_step_on,
                category_said=event.forecast_category,
            )
        case DealCompetitorsSet():
            return row and replace(row, competitors=event.competitors)
        case DealSplitsSet():
            return row and replace(row, splits=event.splits)
        case DealContactSet():
            said = DealContact(contact_id=event.contact_id, roles=event.roles)
            return row and replace(row, contacts=(*_without(row.contacts, event.contact_id), said))
        case DealContactDropped():
            return row and replace(row, contacts=_without(row.contacts, event.contact_id))
        case DealPriceBookChosen():
            return row and replace(row, price_book_id=event.price_book_id)
        case DealContactReplaced() | DealContactGivenBack() | DealCompanyReplaced() | DealCompanyGivenBack():
            return row
        case DealCloned() | DealConverted():
            return row
        case DealAmountChanged():
            return row and replace(row, amount_said=event.amount)
        case DealLinesChanged():
            return row and replace(row, lines=changed(row.lines, event.lines, event.dropped))
        case DealChanged():
            return row and replace(row, name=event.name, company_id=event.company_id, product_id=event.product_id)
        case DealAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case DealShared():
            return row and shared(row, event)
        case DealUnshared():
            return row and unshared(row, event)
        case DealFieldsSet():
            return row and replace(row, custom=shown_values(event.custom))
        case DealRemoved():
            return row and replace(row, removed_at=event.at)
        case DealRestored():
            return row and replace(row, removed_at=None)
        case DealPurged():
            return None
        case _:
            assert_never(event)


def _opened(event: DealOpened, place: Place) -> DealRow:
    return DealRow(
        name=event.name,
        company_id=event.company_id,
        product_id=event.product_id,
        owner_id=event.owner_id,
        stage=stage_in(place),
        pipeline_id=place.pipeline_id,
        stage_id=place.stage_id,
        stage_name=place.stage_name,
        amount=None,
        amount_said=event.amount,
        probability=place.probability,
        weighted=None,
        home_amount=None,
        home_weighted=None,
        home_currency=None,
        home_rate=None,
        home_rate_of=None,
        home_rate_from=None,
        home_rate_id=None,
        price_book_id=None,
        lines=(),
        one_off=None,
        mrr=None,
        arr=None,
        forecast_category=place.category,
        category_said=None,
        category_of_stage=place.category,
        engaged_at=event.at if engages(place) else None,
        expected_close_on=None,
        closed_at=None,
        won_reason=None,
        lost_reason=None,
        reason_id=None,
        lost_to=None,
        competitors=(),
        next_step=None,
        next_step_on=None,
        entered_at=event.at,
        rots_after_days=place.rots_after_days,
        rots_at=None,
        stays=entered((), place, event.at),
        splits=(),
        contacts=(),
        cloned_from=event.cloned_from,
        readers=(),
        editors=(),
        custom={},
        removed_at=None,
    )


def _without(contacts: Sequence[DealContact], id: str) -> tuple[DealContact, ...]:
    return tuple(each for each in contacts if each.contact_id != id)


def _in(row: DealRow, place: Place, at: datetime) -> DealRow:
    """The row in another stage."""
    return replace(
        row,
        stage=stage_in(place),
        pipeline_id=place.pipeline_id,
        stage_id=place.stage_id,
        stage_name=place.stage_name,
        probability=place.probability,
        category_of_stage=place.category,
        rots_after_days=place.rots_after_days,
        entered_at=at,
        stays=entered(row.stays, place, at),
    )


def _reckoned(row: DealRow, at: datetime, before: DealRow | None) -> DealRow:
    """The row with what follows from it, and from when something happened to it last."""
    is_open = row.closed_at is None
    rots_after = row.rots_after_days if is_open else None
    amount = worth(row.lines) or row.amount_said
    rots_at = None if rots_after is None else max(at, row.entered_at) + timedelta(days=rots_after)
    if rots_at is not None and before is not None and before.rots_at is not None and before.stays == row.stays:
        rots_at = max(rots_at, before.rots_at)  # what is said late happened before what was said already
    home = amount and _at_home(amount, row)
    return replace(
        row,
        amount=amount,
        weighted=amount and _share(amount, row.probability),
        home_amount=home,
        home_weighted=home and _share(home, row.probability),
        one_off=one_off(row.lines),
        mrr=per_month(row.lines),
        arr=per_year(row.lines),
        forecast_category=(row.category_said if is_open else None) or row.category_of_stage,
        rots_at=rots_at,
    )


def _converted(row: DealRow, event: DealEvent) -> DealRow:
    """The row with the rate that an event says; it holds until another event says one."""
    match event:
        case (
            DealOpened(conversion=Conversion() as said)
            | DealAmountChanged(conversion=Conversion() as said)
            | DealLinesChanged(conversion=Conversion() as said)
            | DealWon(conversion=Conversion() as said)
            | DealLost(conversion=Conversion() as said)
            | DealReopened(conversion=Conversion() as said)
            | DealConverted(conversion=said)
        ):
            return replace(
                row,
                home_currency=said.to_currency,
                home_rate=said.rate,
                home_rate_of=said.currency,
                home_rate_from=said.from_day,
                home_rate_id=said.exchange_rate_id,
            )
        case _:
            return row


def _at_home(amount: Money, row: DealRow) -> Money | None:
    """An amount in the tenant's own currency; None where the rate is of another one, or it is more than amounts are."""
    if row.home_rate is None or row.home_currency is None or row.home_rate_of != amount.currency:
        return None
    with localcontext(prec=_DIGITS):
        worth_there = (amount.amount * Decimal(row.home_rate)).quantize(_PLACES, ROUND_HALF_EVEN)
    return Money(amount=worth_there, currency=row.home_currency) if worth_there < _TOO_MUCH else None


def _share(amount: Money, percent: int) -> Money:
    """So many percent of an amount, to the places that amounts have."""
    part = (amount.amount * percent / 100).quantize(_PLACES, ROUND_HALF_EVEN)
    return Money(amount=part, currency=amount.currency)
