"""When a contact takes the place of another, what each says comes to the other, and every activity and deal that named
the one names the other; and back again, when they are told apart. Whoever is erased is erased as all that they were
merged of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never, get_args

from domains.crm.involved import contacts, linked_contact
from domains.kernel import Workflow
from schemas.generated.admin.data_subject import EraseDataSubject, ErasureOrdered
from schemas.generated.crm.activity import (
    ActivityCreated,
    ActivityLinked,
    ContactReplaced,
    GiveBackContact,
    ParticipantAdded,
    ReplaceContact,
)
from schemas.generated.crm.contact import (
    AbandonMerge,
    AbsorbContact,
    ContactAbsorbed,
    ContactMerged,
    ContactMergeRefused,
    ContactMergeStarted,
    ContactParted,
    FinishMerge,
    ReturnContact,
    YieldContact,
)
from schemas.generated.crm.deal import (
    DealContactReplaced,
    DealContactSet,
    GiveBackDealContact,
    ReplaceDealContact,
)

Named = ActivityCreated | ActivityLinked | ParticipantAdded | DealContactSet
Replaced = ContactReplaced | DealContactReplaced
Event = (
    Named
    | ContactMergeStarted
    | ContactMerged
    | ContactMergeRefused
    | ContactAbsorbed
    | Replaced
    | ContactParted
    | ErasureOrdered
)
Command = (
    YieldContact
    | AbsorbContact
    | AbandonMerge
    | ReplaceContact
    | ReplaceDealContact
    | FinishMerge
    | ReturnContact
    | GiveBackContact
    | GiveBackDealContact
    | EraseDataSubject
)
EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True)
class Merging:
    """What the workflow knows of one contact: every activity and deal that ever named them, and which of these are left
    to name another; who took their place, whose place they took, and whether they are to be erased. Nothing is moved
    before those who took their place hold what they said: they are `taken` over then."""

    activities: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    deals: frozenset[str] = frozenset()
    deals_left: frozenset[str] = frozenset()
    into: str | None = None
    taken: str | None = None
    others: frozenset[str] = frozenset()
    erased: bool = False


def keys(event: Event) -> Sequence[str]:
    """The contacts whom an event is about; of a step of a merge, the one that knows what follows."""
    match event:
        case ActivityCreated():
            return sorted(contacts(event))
        case ActivityLinked():
            contact = linked_contact(event.record)
            return [] if contact is None else [contact]
        case ParticipantAdded():
            return [] if event.contact_id is None else [event.contact_id]
        case ContactMergeStarted() | ContactAbsorbed():
            return [event.other_id]
        case ContactMerged():
            return [event.contact_id, event.into_id]
        case ContactParted():
            return [event.other_id, event.contact_id]
        case DealContactSet() | DealContactReplaced() | ContactMergeRefused() | ContactReplaced():
            return [event.contact_id]
        case ErasureOrdered():
            return [event.data_subject_id]
        case _:
            assert_never(event)


def evolve(merging: Merging, event: Event, key: str) -> Merging:
    match event:
        case ActivityCreated() | ActivityLinked() | ParticipantAdded():
            return replace(merging, activities=merging.activities | {event.activity_id})
        case DealContactSet():
            return replace(merging, deals=merging.deals | {event.deal_id})
        case ContactMerged():
            return (
                replace(merging, into=event.into_id)
                if key == event.contact_id
                else replace(merging, others=merging.others | {event.contact_id})
            )
        case ContactAbsorbed():
            return replace(merging, left=merging.activities, deals_left=merging.deals, taken=event.contact_id)
        case ContactReplaced():
            return replace(merging, left=merging.left - {event.activity_id})
        case DealContactReplaced():
            return replace(merging, deals_left=merging.deals_left - {event.deal_id})
        case ContactParted():
            return (
                replace(merging, into=None, taken=None, left=frozenset(), deals_left=frozenset())
                if key == event.other_id
                else replace(merging, others=merging.others - {event.other_id})
            )
        case ErasureOrdered():
            return replace(merging, erased=True)
        case ContactMergeStarted() | ContactMergeRefused():
            return merging
        case _:
            assert_never(event)


def react(merging: Merging, event: Event, key: str) -> Sequence[Command]:
    at = event.at
    match event:
        case ActivityCreated() | ActivityLinked() | ParticipantAdded():
            by = _by(merging)
            return [] if by is None else [_replace(event.activity_id, key, by, event)]
        case DealContactSet():
            by = _by(merging)
            return [] if by is None else [_replace_on(event.deal_id, key, by, event)]
        case ContactMergeStarted():
            return [YieldContact(contact_id=key, into_id=event.contact_id, at=at)]
        case ContactMerged():
            if key == event.contact_id:
                return [_absorb(event)]
            return [_erase(event.contact_id, event)] if merging.erased else []
        case ContactMergeRefused():
            return [AbandonMerge(contact_id=event.into_id, other_id=key, at=at)]
        case ContactAbsorbed():
            by = event.contact_id
            moving = [
                *(_replace(each, key, by, event) for each in sorted(merging.left)),
                *(_replace_on(each, key, by, event) for each in sorted(merging.deals_left)),
            ]
            return moving or [FinishMerge(contact_id=by, other_id=key, moved=0, at=at)]
        case ContactReplaced() | DealContactReplaced():
            if merging.left or merging.deals_left or merging.into != event.by_id:
                return []
            moved = len(merging.activities) + len(merging.deals)
            return [FinishMerge(contact_id=event.by_id, other_id=key, moved=moved, at=at)]
        case ContactParted():
            if key == event.contact_id:
                return []
            by, gone, deals = event.contact_id, sorted(merging.activities), sorted(merging.deals)
            return [
                ReturnContact(contact_id=key, from_id=by, at=at),
                *(GiveBackContact(activity_id=each, contact_id=key, by_id=by, at=at) for each in gone),
                *(GiveBackDealContact(deal_id=each, contact_id=key, by_id=by, at=at) for each in deals),
            ]
        case ErasureOrdered():
            # One that was merged long ago is kept too long, and who took their place is not for that.
            into = () if merging.into is None or event.basis == "retention" else (merging.into,)
            return [_erase(each, event) for each in (*sorted(merging.others), *into)]
        case _:
            assert_never(event)


def _by(merging: Merging) -> str | None:
    """Who has taken their place and what they hold."""
    return merging.into if merging.into == merging.taken else None


def _replace(activity: str, contact: str, by: str, event: Event) -> ReplaceContact:
    return ReplaceContact(activity_id=activity, contact_id=contact, by_id=by, at=event.at)


def _replace_on(deal: str, contact: str, by: str, event: Event) -> ReplaceDealContact:
    return ReplaceDealContact(deal_id=deal, contact_id=contact, by_id=by, at=event.at)


def _erase(contact: str, event: ContactMerged | ErasureOrdered) -> EraseDataSubject:
    basis = event.basis if isinstance(event, ErasureOrdered) else "other"
    reason = "Somebody with whom the person was merged was erased."
    return EraseDataSubject(data_subject_id=contact, basis=basis, reason=reason, at=event.at)


def _absorb(event: ContactMerged) -> AbsorbContact:
    return AbsorbContact(
        contact_id=event.into_id,
        other_id=event.contact_id,
        name=event.name,
        email=event.email,
        phone=event.phone,
        emails=event.emails,
        phones=event.phones,
        addresses=event.addresses,
        job_title=event.job_title,
        company_id=event.company_id,
        owner_id=event.owner_id,
        readers=event.readers,
        editors=event.editors,
        lifecycle=event.lifecycle,
        source=event.source,
        tags=event.tags,
        custom=event.custom,
        at=event.at,
    )


WORKFLOW: Workflow[Merging] = Workflow("merge_contacts", EVENTS, keys, Merging, Merging(), evolve, react)
