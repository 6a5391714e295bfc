"""How a deal comes to be as the copy of another one. The one that is copied says all of it in its event; a workflow has
the copy opened. The functions give the events of a command; raise Rejected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domains.checks import text
from domains.crm.deal_fold import evolve
from domains.crm.deal_lines import lines_changed
from domains.crm.stage_rules import first_stage, must_be_filled, must_be_reachable, rules_for
from domains.kernel import Rejected
from schemas.built_in_pipeline import PROSPECTING, place
from schemas.generated.common import StageKind
from schemas.generated.crm.deal import (
    ChangeDealLines,
    CloneDeal,
    CopyDeal,
    Deal,
    DealCloned,
    DealCompetitorsSet,
    DealContactSet,
    DealEvent,
    DealFieldsSet,
    DealOpened,
    DealPlanned,
    DealPriceBookChosen,
    DealSplitsSet,
)

MOST = 100
"""Copies that are made of one deal."""


def cloned(command: CloneDeal, deal: Deal) -> Sequence[DealCloned]:
    clone = _uuid(command.clone_id)
    if clone in deal.clones:
        return []
    if clone == deal.deal_id:
        raise Rejected("clone_of_itself", "The copy has the id of the deal itself; give it another one.", "clone_id")
    if len(deal.clones) >= MOST:
        raise Rejected("clones_too_many", f"There are {MOST} copies of the deal; make one of another deal.")
    rules = rules_for(command.carried, deal.pipeline_id)
    stage = first_stage(rules, StageKind.OPEN, entered_from_anywhere=True)
    must_be_reachable(rules, stage, Deal())
    must_be_filled(stage, replace(deal, won_reason=None, lost_to=None))
    told = DealCloned(
        deal_id=deal.deal_id,
        clone_id=clone,
        name=deal.name if command.name is None else text(command.name, "name"),
        owner_id=deal.owner_id,
        company_id=deal.company_id,
        product_id=deal.product_id,
        amount=deal.amount,
        place=place(rules, stage),
        expected_close_on=deal.expected_close_on,
        next_step=deal.next_step,
        competitors=deal.competitors,
        splits=deal.splits,
        contacts=deal.contacts,
        custom=deal.custom,
        price_book_id=deal.price_book_id,
        book_currency=deal.book_currency,
        lines=deal.lines,
        conversion=deal.conversion,
        at=command.at,
    )
    return [told]


def copied(command: CopyDeal, deal: Deal) -> Sequence[DealEvent]:
    """One that is there already is whatever it is."""
    if deal.deal_id:
        return []
    id, at = command.deal_id, command.at
    opened = DealOpened(
        deal_id=id,
        name=command.name,
        company_id=command.company_id,
        product_id=command.product_id,
        owner_id=command.owner_id,
        amount=command.amount,
        place=None if command.place == PROSPECTING else command.place,
        cloned_from=command.from_deal_id,
        conversion=command.conversion,
        at=at,
    )
    return [opened, *_more(command, id, at)]


def _more(command: CopyDeal, id: str, at: datetime) -> Sequence[DealEvent]:
    """What an opened deal has beyond its opening."""
    plan = DealPlanned(deal_id=id, expected_close_on=command.expected_close_on, next_step=command.next_step, at=at)
    events: list[DealEvent] = [
        plan,
        DealCompetitorsSet(deal_id=id, competitors=command.competitors, at=at),
        DealSplitsSet(deal_id=id, splits=command.splits, at=at),
        DealFieldsSet(deal_id=id, custom=command.custom, at=at),
        DealPriceBookChosen(
            deal_id=id, price_book_id=command.price_book_id, book_currency=command.book_currency, at=at
        ),
        *lines_changed(ChangeDealLines(deal_id=id, lines=command.lines, at=at), Deal(deal_id=id)),
        *(DealContactSet(deal_id=id, contact_id=e.contact_id, roles=e.roles, at=at) for e in command.contacts),
    ]
    return [event for event in events if evolve(Deal(), event) != Deal()]


def _uuid(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError as error:
        raise Rejected("clone_id_malformed", "The id of the copy must be a uuid; make one.", "clone_id") from error
