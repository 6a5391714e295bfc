"""A deal: a chance to sell, from stage to stage of its pipeline to Won or Lost."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import assert_never

from domains.checks import money, reference, text
from domains.crm import undo
from domains.crm.custom_values import merged
from domains.crm.deal_back import closed_again, converted_back
from domains.crm.deal_clone import cloned, copied
from domains.crm.deal_fold import evolve
from domains.crm.deal_import import recorded
from domains.crm.deal_lines import lines_changed, said, worth_of
from domains.crm.deal_moves import (
    CLOSED,
    OPEN,
    absent,
    assigned,
    complete,
    engaged,
    lost,
    moved,
    opened,
    placed,
    reopened,
    won,
)
from domains.crm.deal_people import dropped, involved, split
from domains.crm.deal_plan import competing, planned
from domains.crm.deal_prices import chosen
from domains.crm.deal_rates import converted, rated
from domains.crm.deal_replaced import company_given_back, company_replaced_by, given_back, replaced
from domains.crm.sharing import passes, to_share, to_unshare
from domains.crm.trash import must_be_in_trash, purges
from domains.kernel import Decider, Rejected
from schemas.generated.crm.deal import (
    CONTRACT,
    AssignDeal,
    ChangeDeal,
    ChangeDealAmount,
    ChangeDealLines,
    ChooseDealPriceBook,
    CloneDeal,
    CloseDealAgain,
    ConvertDeal,
    CopyDeal,
    Deal,
    DealAmountChanged,
    DealChanged,
    DealCommand,
    DealEvent,
    DealFieldsSet,
    DealPurged,
    DealRemoved,
    DealRestored,
    DealShared,
    DealUnshared,
    DropDealContact,
    EngageDeal,
    GiveBackDealCompany,
    GiveBackDealContact,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    PlanDeal,
    PurgeDeal,
    RecordDeal,
    RemoveDeal,
    ReopenDeal,
    ReplaceDealCompany,
    ReplaceDealContact,
    RestoreDeal,
    RestoreDealConversion,
    SetDealCompetitors,
    SetDealContact,
    SetDealFields,
    SetDealSplits,
    ShareDeal,
    Stage,
    UnshareDeal,
    WinDeal,
)


def _begun(command: OpenDeal) -> Sequence[DealEvent]:
    """What opens a deal, which must have all that its first stage requires."""
    events = [opened(command, command.at, placed(command)), *planned(command, Deal()), *_fields_set(command, Deal())]
    events += _sold(command, reduce(evolve, events, Deal()))
    complete(command, reduce(evolve, events, Deal()))
    return events


def _sold(command: OpenDeal, deal: Deal) -> Sequence[DealEvent]:
    """The price book that a deal takes up as it is opened, and its lines; an amount is what these come to."""
    id, at = command.deal_id, command.at
    choose = ChooseDealPriceBook(deal_id=id, price_book_id=command.price_book_id, book=command.book, at=at)
    taken = chosen(choose, deal, worth_of(deal))
    put = ChangeDealLines(deal_id=id, lines=command.lines, price_list=command.price_list, at=at)
    events = [*taken, *lines_changed(put, reduce(evolve, taken, deal))]
    said(deal.amount, reduce(evolve, events, deal))
    return events


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
    return rated(command, deal, _decided(command, deal))


def _decided(command: DealCommand, deal: Deal) -> Sequence[DealEvent]:
    gone = absent(deal)
    match command:
        case OpenDeal():
            events = _begun(command)
            if gone:
                return events
            if replace(reduce(evolve, events, deal), conversion=deal.conversion) == deal:
                return []
            raise Rejected("deal_exists", "The deal is there already; change it instead.")
        case RecordDeal():
            return recorded(command, deal)
        case CopyDeal():
            return copied(command, deal)
        case RemoveDeal():
            return [] if gone else [DealRemoved(deal_id=deal.deal_id, owner_id=deal.owner_id, at=command.at)]
        case RestoreDeal():
            must_be_in_trash("deal", known=deal.stage is not Stage.NEW, removed=gone)
            id, owner, is_open = deal.deal_id, deal.owner_id, deal.stage in OPEN
            return [DealRestored(deal_id=id, owner_id=owner, open=is_open, at=command.at)]
        case PurgeDeal():
            due = purges("deal", deal.removed_at, command.at, known=deal.stage is not Stage.NEW)
            return [DealPurged(deal_id=deal.deal_id, at=command.at)] if due else []
        case ReplaceDealContact():
            return replaced(command, deal)
        case GiveBackDealContact():
            return given_back(command, deal)
        case ReplaceDealCompany():
            return company_replaced_by(command, deal)
        case GiveBackDealCompany():
            return company_given_back(command, deal)
        case UnshareDeal():
            return _unshared(command, deal)
        case _ if gone:
            raise Rejected("deal_removed", "The deal was taken back; restore it, or open it again.")
        case EngageDeal():
            return engaged(command, deal)
        case MoveDeal():
            return moved(command, deal)
        case WinDeal():
            return won(command, deal)
        case LoseDeal():
            return lost(command, deal)
        case ReopenDeal():
            return reopened(command, deal)
        case PlanDeal():
            if deal.stage in CLOSED:
                raise Rejected("deal_closed", "Nothing is planned for a closed deal; reopen it first.")
            return planned(command, deal)
        case SetDealCompetitors():
            return competing(command, deal)
        case SetDealSplits():
            return split(command, deal)
        case SetDealContact():
            return involved(command, deal)
        case DropDealContact():
            return dropped(command, deal)
        case ChangeDealLines():
            if deal.stage in CLOSED:
                raise Rejected("deal_closed", "What a closed deal sold stands; reopen the deal to change it.")
            return lines_changed(command, deal)
        case ChooseDealPriceBook():
            if deal.stage in CLOSED:
                raise Rejected("deal_closed", "What a closed deal sold stands; reopen the deal to change it.")
            return chosen(command, deal, worth_of(deal))
        case CloseDealAgain():
            return closed_again(command, deal)
        case ConvertDeal():
            return converted(command, deal)
        case RestoreDealConversion():
            return converted_back(command, deal)
        case CloneDeal():
            return cloned(command, deal)
        case ChangeDealAmount():
            amount = money(command.amount, "amount")
            if said(amount, deal) == worth_of(deal):
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
            return [assigned(deal, owner, command.at)] if goes else []
        case ShareDeal():
            return _shared(command, deal)
        case SetDealFields():
            return _fields_set(command, deal)
        case _:
            assert_never(command)


DECIDER: Decider[DealCommand, Deal, DealEvent] = Decider(CONTRACT, Deal(), decide, evolve, undo.DEAL)
