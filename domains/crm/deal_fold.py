"""What a deal is after each of its events."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.crm import company_replaced
from domains.crm.deal_replaced import noted, unnoted
from domains.crm.sharing import shared, unshared
from schemas.built_in_pipeline import ENGAGING, LOST, PROSPECTING, WON, engages, stage_in
from schemas.generated.common import StageKind
from schemas.generated.crm.deal import (
    Deal,
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
)
from schemas.line_totals import changed


def evolve(deal: Deal, event: DealEvent) -> Deal:
    after = _folded(deal, event)
    match event:
        case (
            DealOpened()
            | DealAmountChanged()
            | DealLinesChanged()
            | DealWon()
            | DealLost()
            | DealReopened()
            | DealConverted()
        ) if event.conversion is not None:
            return replace(after, conversion=event.conversion)
        case _:
            return after


def _folded(deal: Deal, event: DealEvent) -> Deal:
    match event:
        case DealOpened():
            opened = Deal(
                deal_id=event.deal_id,
                name=event.name,
                company_id=event.company_id,
                product_id=event.product_id,
                owner_id=event.owner_id,
                amount=event.amount,
            )
            entered = event.place or PROSPECTING
            return replace(_in(opened, entered), engaged_at=event.at if engages(entered) else None)
        case DealEngaged():
            return replace(_in(deal, event.place or ENGAGING), engaged_at=event.at)
        case DealMoved():
            return _in(deal, event.place)
        case DealWon():
            amount = deal.amount if deal.lines else event.amount
            won = replace(deal, amount=amount, closed_at=event.closed_at or event.at, won_reason=event.reason)
            return _in(won, event.place or WON)
        case DealLost():
            closed_at = event.closed_at or event.at
            lost = replace(deal, lost_reason=event.reason, lost_to=event.lost_to, closed_at=closed_at)
            return _in(lost, event.place or LOST)
        case DealReopened():
            entered = event.place or ENGAGING
            engaged = deal.engaged_at or (event.at if engages(entered) else None)
            again = replace(deal, engaged_at=engaged, closed_at=None, lost_reason=None, lost_to=None, won_reason=None)
            return _in(again, entered)
        case DealPlanned():
            return replace(
                deal,
                expected_close_on=event.expected_close_on,
                next_step=event.next_step,
                next_step_on=event.next_step_on,
                forecast_category=event.forecast_category,
            )
        case DealCompetitorsSet():
            return replace(deal, competitors=event.competitors)
        case DealSplitsSet():
            return replace(deal, splits=event.splits)
        case DealContactSet():
            said = DealContact(contact_id=event.contact_id, roles=event.roles)
            return replace(deal, contacts=(*_without(deal.contacts, event.contact_id), said))
        case DealContactDropped():
            return replace(deal, contacts=_without(deal.contacts, event.contact_id))
        case DealContactReplaced():
            return replace(deal, replaced=noted(event, deal))
        case DealContactGivenBack():
            return replace(deal, replaced=unnoted(event, deal))
        case DealLinesChanged():
            return replace(deal, lines=changed(deal.lines, event.lines, event.dropped))
        case DealPriceBookChosen():
            return replace(deal, price_book_id=event.price_book_id, book_currency=event.book_currency)
        case DealConverted():
            return deal  # what all of them say of rates is folded above
        case DealCompanyReplaced():
            replaced = company_replaced.with_one(deal.companies_replaced, event.company_id, event)
            return replace(deal, companies_replaced=replaced)
        case DealCompanyGivenBack():
            left = company_replaced.without(deal.companies_replaced, event.company_id, event)
            return replace(deal, companies_replaced=left)
        case DealCloned():
            return replace(deal, clones=(*deal.clones, event.clone_id))
        case DealAmountChanged():
            return replace(deal, amount=event.amount)
        case DealChanged():
            return replace(deal, name=event.name, company_id=event.company_id, product_id=event.product_id)
        case DealAssigned():
            return replace(deal, owner_id=event.owner_id)
        case DealShared():
            return shared(deal, event)
        case DealUnshared():
            return unshared(deal, event)
        case DealFieldsSet():
            return replace(deal, custom=event.custom)
        case DealRemoved():
            return replace(deal, removed_at=event.at)
        case DealRestored():
            return replace(deal, removed_at=None)
        case DealPurged():
            return Deal(deal_id=event.deal_id)
        case _:
            assert_never(event)


def _without(contacts: Sequence[DealContact], id: str) -> tuple[DealContact, ...]:
    return tuple(each for each in contacts if each.contact_id != id)


def _in(deal: Deal, place: Place) -> Deal:
    """The deal in another stage."""
    last_open = place.stage_id if place.kind is StageKind.OPEN else deal.open_stage_id
    return replace(
        deal,
        stage=stage_in(place),
        pipeline_id=place.pipeline_id,
        stage_id=place.stage_id,
        open_stage_id=last_open,
    )
