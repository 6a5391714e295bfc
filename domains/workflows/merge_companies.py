"""When a company takes the place of another, what each says comes to the other, and every contact, deal, company and
activity that named the one names the other; and back again, when they are told apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never, get_args

from domains.crm.company_merge import told_of
from domains.crm.linked_company import company_of
from domains.kernel import Workflow
from schemas.generated.crm.activity import (
    ActivityCreated,
    ActivityLinked,
    GiveBackLinkedCompany,
    LinkedCompanyReplaced,
    ReplaceLinkedCompany,
)
from schemas.generated.crm.company import (
    AbandonCompanyMerge,
    AbsorbCompany,
    CompanyAbsorbed,
    CompanyCreated,
    CompanyMerged,
    CompanyMergeRefused,
    CompanyMergeStarted,
    CompanyParted,
    CompanyPlaced,
    FinishCompanyMerge,
    GiveBackParent,
    ParentReplaced,
    ReplaceParent,
    ReturnCompany,
    YieldCompany,
)
from schemas.generated.crm.contact import (
    ContactCompanyReplaced,
    ContactCreated,
    ContactMoved,
    GiveBackContactCompany,
    ReplaceContactCompany,
)
from schemas.generated.crm.deal import (
    DealChanged,
    DealCompanyReplaced,
    DealOpened,
    GiveBackDealCompany,
    ReplaceDealCompany,
)

Record = tuple[str, str]
"""(aggregate, id)."""
Named = (
    ContactCreated
    | ContactMoved
    | DealOpened
    | DealChanged
    | CompanyCreated
    | CompanyPlaced
    | ActivityCreated
    | ActivityLinked
)
Replaced = ContactCompanyReplaced | DealCompanyReplaced | ParentReplaced | LinkedCompanyReplaced
Event = Named | Replaced | CompanyMergeStarted | CompanyMerged | CompanyMergeRefused | CompanyAbsorbed | CompanyParted
Replace = ReplaceContactCompany | ReplaceDealCompany | ReplaceParent | ReplaceLinkedCompany
GiveBack = GiveBackContactCompany | GiveBackDealCompany | GiveBackParent | GiveBackLinkedCompany
Command = YieldCompany | AbsorbCompany | AbandonCompanyMerge | FinishCompanyMerge | ReturnCompany | Replace | GiveBack
EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True)
class Merging:
    """What the workflow knows of one company: every record that ever named it, and which of these are left to name
    another; and who took its place. Nothing is moved before that one holds what it said: it is `taken` over then."""

    named: frozenset[Record] = frozenset()
    left: frozenset[Record] = frozenset()
    into: str | None = None
    taken: str | None = None


def keys(event: Event) -> Sequence[str]:
    """The companies that an event names; of a step of a merge, the one that knows what follows."""
    match event:
        case ContactCreated() | ContactMoved() | DealOpened() | DealChanged():
            return _one(event.company_id)
        case CompanyCreated() | CompanyPlaced():
            return _one(event.parent_id)
        case ActivityCreated():
            return sorted({company for link in event.links if (company := company_of(link)) is not None})
        case ActivityLinked():
            return _one(company_of(event.record))
        case ContactCompanyReplaced() | DealCompanyReplaced() | LinkedCompanyReplaced():
            return [event.company_id]
        case ParentReplaced():
            return [event.parent_id]
        case CompanyMergeStarted() | CompanyAbsorbed() | CompanyParted():
            return [event.other_id]
        case CompanyMerged() | CompanyMergeRefused():
            return [event.company_id]
        case _:
            assert_never(event)


def evolve(merging: Merging, event: Event, key: str) -> Merging:
    match event:
        case CompanyMerged():
            return replace(merging, into=event.into_id)
        case CompanyAbsorbed():
            return replace(merging, left=merging.named, taken=event.company_id)
        case CompanyParted():
            return replace(merging, into=None, taken=None, left=frozenset())
        case CompanyMergeStarted() | CompanyMergeRefused():
            return merging
        case ContactCompanyReplaced() | DealCompanyReplaced() | ParentReplaced() | LinkedCompanyReplaced():
            return replace(merging, left=merging.left - {_record(event)})
        case _:
            return replace(merging, named=merging.named | {_record(event)})


def react(merging: Merging, event: Event, key: str) -> Sequence[Command]:
    at = event.at
    match event:
        case CompanyMergeStarted():
            return [YieldCompany(company_id=key, into_id=event.company_id, at=at)]
        case CompanyMerged():
            return [AbsorbCompany(company_id=event.into_id, other_id=key, **told_of(event), at=at)]
        case CompanyMergeRefused():
            return [AbandonCompanyMerge(company_id=event.into_id, other_id=key, at=at)]
        case CompanyAbsorbed():
            by = event.company_id
            moving = list(_replacing(sorted(merging.left), key, by, at))
            return moving or [FinishCompanyMerge(company_id=by, other_id=key, moved=0, at=at)]
        case ContactCompanyReplaced() | DealCompanyReplaced() | ParentReplaced() | LinkedCompanyReplaced():
            if merging.left or merging.into != event.by_id:
                return []
            return [FinishCompanyMerge(company_id=event.by_id, other_id=key, moved=len(merging.named), at=at)]
        case CompanyParted():
            by = event.company_id
            back = ReturnCompany(company_id=key, from_id=by, at=at)
            return [back, *_giving_back(sorted(merging.named), key, by, at)]
        case _:
            if merging.into is None or merging.into != merging.taken:
                return []
            return list(_replacing([_record(event)], key, merging.into, at))


def _replacing(records: Sequence[Record], company: str, by: str, at: datetime) -> Iterator[Replace]:
    for aggregate, id in records:
        match aggregate:
            case "contact":
                yield ReplaceContactCompany(contact_id=id, company_id=company, by_id=by, at=at)
            case "deal":
                yield ReplaceDealCompany(deal_id=id, company_id=company, by_id=by, at=at)
            case "company":
                yield ReplaceParent(company_id=id, parent_id=company, by_id=by, at=at)
            case _:
                yield ReplaceLinkedCompany(activity_id=id, company_id=company, by_id=by, at=at)


def _giving_back(records: Sequence[Record], company: str, by: str, at: datetime) -> Iterator[GiveBack]:
    for aggregate, id in records:
        match aggregate:
            case "contact":
                yield GiveBackContactCompany(contact_id=id, company_id=company, by_id=by, at=at)
            case "deal":
                yield GiveBackDealCompany(deal_id=id, company_id=company, by_id=by, at=at)
            case "company":
                yield GiveBackParent(company_id=id, parent_id=company, by_id=by, at=at)
            case _:
                yield GiveBackLinkedCompany(activity_id=id, company_id=company, by_id=by, at=at)


def _record(event: Named | Replaced) -> Record:
    """Which record an event is about."""
    match event:
        case ContactCreated() | ContactMoved() | ContactCompanyReplaced():
            return "contact", event.contact_id
        case DealOpened() | DealChanged() | DealCompanyReplaced():
            return "deal", event.deal_id
        case CompanyCreated() | CompanyPlaced() | ParentReplaced():
            return "company", event.company_id
        case ActivityCreated() | ActivityLinked() | LinkedCompanyReplaced():
            return "activity", event.activity_id
        case _:
            assert_never(event)


def _one(company: str | None) -> Sequence[str]:
    return [] if company is None else [company]


WORKFLOW: Workflow[Merging] = Workflow("merge_companies", EVENTS, keys, Merging, Merging(), evolve, react)
