"""A deal: a chance to sell, from Prospecting through Engaging to Won or Lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import assert_never

from domains.checks import money, optional_money, reference, text
from domains.crm.custom_values import merged
from domains.crm.sharing import passes, shared, to_share, to_unshare, unshared
from domains.crm.trash import must_be_in_trash, purges
from domains.kernel import Decider, Rejected
from schemas.generated.common import Money
from schemas.generated.crm.deal import (
    CONTRACT,
    AssignDeal,
    ChangeDeal,
    ChangeDealAmount,
    Deal,
    DealAmountChanged,
    DealAssigned,
    DealChanged,
    DealCommand,
    DealEngaged,
    DealEvent,
    DealFieldsSet,
    DealLost,
    DealOpened,
    DealPurged,
    DealRemoved,
    DealReopened,
    DealRestored,
    DealShared,
    DealUnshared,
    DealWon,
    EngageDeal,
    LoseDeal,
    OpenDeal,
    PurgeDeal,
    RecordDeal,
    RemoveDeal,
    ReopenDeal,
    RestoreDeal,
    SetDealFields,
    ShareDeal,
    Stage,
    UnshareDeal,
    WinDeal,
)

OPEN = (Stage.PROSPECTING, Stage.ENGAGING)
CLOSED = (Stage.WON, Stage.LOST)


def _absent(deal: Deal) -> bool:
    return deal.stage is Stage.NEW or deal.removed_at is not None


def _opened(command: OpenDeal | RecordDeal, at: datetime) -> DealOpened:
    return DealOpened(
        deal_id=command.deal_id,
        name=text(command.name, "name"),
        company_id=reference(command.company_id, "company_id"),
        product_id=reference(command.product_id, "product_id"),
        owner_id=text(command.owner_id, "owner_id"),
        amount=optional_money(command.amount, "amount"),
        at=at,
    )


def _must_not_precede(at: datetime, deal: Deal) -> None:
    if deal.engaged_at is not None and at < deal.engaged_at:
        raise Rejected(
            "closed_before_engaged", "A deal cannot close before the customer engaged; correct the date.", "at"
        )


def _won(deal: Deal, amount: Money | None, at: datetime) -> DealWon:
    _must_not_precede(at, deal)
    worth = optional_money(amount, "amount") or deal.amount
    if worth is None:
        raise Rejected("amount_missing", "A won deal has an amount; give what it was sold for.", "amount")
    return DealWon(deal_id=deal.deal_id, owner_id=deal.owner_id, amount=worth, at=at)


def _lost(deal: Deal, reason: str, at: datetime) -> DealLost:
    _must_not_precede(at, deal)
    return DealLost(deal_id=deal.deal_id, owner_id=deal.owner_id, reason=text(reason, "reason"), at=at)


def _assigned(deal: Deal, owner: str, at: datetime) -> DealAssigned:
    previous, is_open = deal.owner_id, deal.stage in OPEN
    return DealAssigned(deal_id=deal.deal_id, owner_id=owner, previous_owner_id=previous, open=is_open, at=at)


def _worth(command: RecordDeal) -> Money | None:
    """The amount an imported row gives. That a lost deal closed at nothing does not say what it could have been."""
    amount = optional_money(command.amount, "amount")
    return None if command.stage is Stage.LOST and amount is not None and not amount.amount else amount


def _advanced(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """The steps from where the deal stands to where an imported row says it stands, each on the row's own date."""
    if command.stage not in (*OPEN, *CLOSED):
        raise Rejected("stage_unknown", "The stage is none of Prospecting, Engaging, Won and Lost.", "stage")
    if command.stage is Stage.PROSPECTING or deal.stage in CLOSED:
        raise Rejected("deal_is_further", "The deal is further in the log than in the row; reopen it first.", "stage")
    if command.stage in CLOSED and command.closed_at is None:
        raise Rejected("closed_at_missing", "A closed deal has a closing date; give it.", "closed_at")
    events: list[DealEvent] = []
    if deal.stage is Stage.PROSPECTING and (command.engaged_at is not None or command.stage is not Stage.LOST):
        engaged = DealEngaged(deal_id=deal.deal_id, owner_id=deal.owner_id, at=command.engaged_at or command.at)
        events.append(engaged)
        deal = evolve(deal, engaged)
    closed_at = command.closed_at or command.at
    if command.stage is Stage.WON:
        return [*events, _won(deal, command.amount, closed_at)]
    if command.stage is Stage.LOST:
        lost = _lost(deal, command.lost_reason or "Not given", closed_at)
        return [*events, *_revalued(command, deal, closed_at), lost]
    return [*events, *_revalued(command, deal, command.at)]


def _revalued(command: RecordDeal, deal: Deal, at: datetime) -> Sequence[DealEvent]:
    worth = _worth(command)
    if worth is None or worth == deal.amount:
        return []
    return [DealAmountChanged(deal_id=deal.deal_id, amount=worth, at=at)]


def _corrected(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """What an imported row says of names and owner that was not so. What it leaves out stays."""
    wanted = _opened(command, command.at)
    company, product = wanted.company_id or deal.company_id, wanted.product_id or deal.product_id
    events: list[DealEvent] = []
    if (wanted.name, company, product) != (deal.name, deal.company_id, deal.product_id):
        changed = DealChanged(
            deal_id=deal.deal_id, name=wanted.name, company_id=company, product_id=product, at=command.at
        )
        events.append(changed)
    if wanted.owner_id != deal.owner_id:
        events.append(_assigned(deal, wanted.owner_id, command.at))
    return events


def _recorded(command: RecordDeal, deal: Deal) -> Sequence[DealEvent]:
    """What an imported row says that was not so. What a deal closed at was not known when it was opened."""
    if _absent(deal):
        known = replace(command, amount=None) if command.stage in CLOSED else command
        events: Sequence[DealEvent] = [_opened(known, command.engaged_at or command.closed_at or command.at)]
    else:
        events = _corrected(command, deal)
    for event in events:
        deal = evolve(deal, event)
    if command.stage is deal.stage:
        return [*events, *_revalued(command, deal, command.at)]
    return [*events, *_advanced(command, deal)]


def _shared(command: ShareDeal, deal: Deal) -> Sequence[DealEvent]:
    whom, id = to_share(command, deal), deal.deal_id
    if whom is None:
        return []
    return [DealShared(deal_id=id, user_id=whom.user_id, team_id=whom.team_id, change=command.change, at=command.at)]


def _unshared(command: UnshareDeal, deal: Deal) -> Sequence[DealEvent]:
    whom = to_unshare(command, deal)
    if whom is None:
        return []
    return [DealUnshared(deal_id=deal.deal_id, user_id=whom.user_id, team_id=whom.team_id, at=command.at)]


def _fields_set(command: OpenDeal | SetDealFields, deal: Deal) -> Sequence[DealEvent]:
    custom = merged(deal.custom, command.custom)
    if custom == deal.custom:
        return []
    return [DealFieldsSet(deal_id=command.deal_id, custom=custom, at=command.at)]


def decide(command: DealCommand, deal: Deal) -> Sequence[DealEvent]:
    absent = _absent(deal)
    match command:
        case OpenDeal():
            opened = _opened(command, command.at)
            events = [opened, *_fields_set(command, Deal())]
            if absent:
                return events
            if reduce(evolve, events, deal) == deal:
                return []
            raise Rejected("deal_exists", "The deal is there already; change it instead.")
        case RecordDeal():
            return _recorded(command, deal)
        case RemoveDeal():
            return [] if absent else [DealRemoved(deal_id=deal.deal_id, owner_id=deal.owner_id, at=command.at)]
        case RestoreDeal():
            must_be_in_trash("deal", known=deal.stage is not Stage.NEW, removed=absent)
            id, owner, is_open = deal.deal_id, deal.owner_id, deal.stage in OPEN
            return [DealRestored(deal_id=id, owner_id=owner, open=is_open, at=command.at)]
        case PurgeDeal():
            due = purges("deal", deal.removed_at, command.at, known=deal.stage is not Stage.NEW)
            return [DealPurged(deal_id=deal.deal_id, at=command.at)] if due else []
        case UnshareDeal():
            return _unshared(command, deal)
        case _ if absent:
            raise Rejected("deal_removed", "The deal was taken back; restore it, or open it again.")
        case EngageDeal():
            if deal.stage is Stage.ENGAGING:
                return []
            if deal.stage is not Stage.PROSPECTING:
                raise Rejected("deal_closed", "The deal is closed; reopen it first.")
            return [DealEngaged(deal_id=deal.deal_id, owner_id=deal.owner_id, at=command.at)]
        case WinDeal():
            if deal.stage is Stage.WON:
                return []
            if deal.stage is not Stage.ENGAGING:
                raise Rejected("deal_not_engaging", f"The deal is {deal.stage}; only one in stage ENGAGING can be won.")
            return [_won(deal, command.amount, command.at)]
        case LoseDeal():
            if deal.stage is Stage.LOST:
                return []
            if deal.stage not in OPEN:
                raise Rejected("deal_not_open", "The deal is won; reopen it before it can be lost.")
            return [_lost(deal, command.reason, command.at)]
        case ReopenDeal():
            if deal.stage in OPEN:
                return []
            return [DealReopened(deal_id=deal.deal_id, owner_id=deal.owner_id, at=command.at)]
        case ChangeDealAmount():
            amount = money(command.amount, "amount")
            if amount == deal.amount:
                return []
            if deal.stage in CLOSED:
                raise Rejected("deal_closed", "The amount of a closed deal stands; reopen the deal to change it.")
            return [DealAmountChanged(deal_id=deal.deal_id, amount=amount, at=command.at)]
        case ChangeDeal():
            name, company = text(command.name, "name"), reference(command.company_id, "company_id")
            product = reference(command.product_id, "product_id")
            if (name, company, product) == (deal.name, deal.company_id, deal.product_id):
                return []
            return [DealChanged(deal_id=deal.deal_id, name=name, company_id=company, product_id=product, at=command.at)]
        case AssignDeal():
            owner = text(command.owner_id, "owner_id")
            goes = passes(owner, command.from_owner_id, deal.owner_id)
            return [_assigned(deal, owner, command.at)] if goes else []
        case ShareDeal():
            return _shared(command, deal)
        case SetDealFields():
            return _fields_set(command, deal)
        case _:
            assert_never(command)


def evolve(deal: Deal, event: DealEvent) -> Deal:
    match event:
        case DealOpened():
            return Deal(
                deal_id=event.deal_id,
                name=event.name,
                company_id=event.company_id,
                product_id=event.product_id,
                owner_id=event.owner_id,
                amount=event.amount,
                stage=Stage.PROSPECTING,
            )
        case DealEngaged():
            return replace(deal, stage=Stage.ENGAGING, engaged_at=event.at)
        case DealWon():
            return replace(deal, stage=Stage.WON, amount=event.amount, closed_at=event.at)
        case DealLost():
            return replace(deal, stage=Stage.LOST, lost_reason=event.reason, closed_at=event.at)
        case DealReopened():
            engaged = deal.engaged_at or event.at
            return replace(deal, stage=Stage.ENGAGING, engaged_at=engaged, closed_at=None, lost_reason=None)
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


DECIDER: Decider[DealCommand, Deal, DealEvent] = Decider(CONTRACT, Deal(), decide, evolve)
