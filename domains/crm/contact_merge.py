"""How a contact takes the place of another, who is the same person, and gives it back: the steps of each of the two.

A workflow carries from one to the other what each says. The one that stays tells how far the merge is.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.crm import merges, surviving
from domains.crm.contact_facts import TAKEN, facts, with_facts
from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.crm.contact import (
    AbandonMerge,
    AbsorbContact,
    Contact,
    ContactAbsorbed,
    ContactAssigned,
    ContactChanged,
    ContactClassified,
    ContactEvent,
    ContactFieldsSet,
    ContactMergeAbandoned,
    ContactMerged,
    ContactMergeFinished,
    ContactMergeRefused,
    ContactMergeStarted,
    ContactMoved,
    ContactParted,
    ContactShared,
    ContactStatus,
    ContactTagged,
    ContactUnmerged,
    ContactUnshared,
    FinishMerge,
    MergeContact,
    ReturnContact,
    UnmergeContact,
    YieldContact,
)
from schemas.generated.crm.merge import Absorbed, Merge, MergeStatus

Step = YieldContact | ReturnContact | AbsorbContact | AbandonMerge | FinishMerge
StepEvent = (
    ContactMergeStarted
    | ContactMerged
    | ContactMergeRefused
    | ContactMergeAbandoned
    | ContactAbsorbed
    | ContactMergeFinished
    | ContactParted
    | ContactUnmerged
)
_DETAILS = ("name", "email", "phone", "emails", "phones", "addresses", "job_title")


def started(command: MergeContact, contact: Contact) -> Sequence[ContactEvent]:
    """What a merge begins with. Raises Rejected(same_record, already_merged, take_unknown, …)."""
    id = contact.contact_id
    other = merges.to_start("contact", id, command.other_id, contact)
    if contact.erased or contact.expired:
        raise Rejected("contact_erased", "The person was erased; nobody can be merged with them.")
    take = surviving.checked(command.take, TAKEN)
    return [ContactMergeStarted(contact_id=id, other_id=other, take=take, at=command.at)]


def unmerged(command: UnmergeContact, contact: Contact) -> Sequence[ContactEvent]:
    """What taking a merge back begins with. Raises Rejected(not_merged, merge_running, contact_erased)."""
    other = merges.to_unmerge("contact", command.other_id, contact)
    if contact.erased:
        raise Rejected("contact_erased", "The person was erased; what came of whom is not known any more.")
    wanted = with_facts(contact, surviving.parted(facts(contact), _absorbed(contact), other))
    parted = ContactParted(contact_id=contact.contact_id, other_id=other, at=command.at)
    return [parted, *_leading(contact, wanted, command)]


def followed(command: Step, contact: Contact) -> Sequence[ContactEvent]:
    """The steps that follow; a step that comes late, or twice, is nothing."""
    id, at = contact.contact_id, command.at
    match command:
        case YieldContact():
            return _yielded(command, contact)
        case ReturnContact():
            if contact.merged_into != command.from_id:
                return []
            return [ContactUnmerged(contact_id=id, from_id=command.from_id, at=at)]
        case AbsorbContact():
            merge = merges.merge_with(contact, command.other_id, MergeStatus.STARTED)
            return [] if merge is None else _absorbing(command, contact, merge)
        case AbandonMerge():
            if merges.merge_with(contact, command.other_id, MergeStatus.STARTED) is None:
                return []
            return [ContactMergeAbandoned(contact_id=id, other_id=command.other_id, at=at)]
        case FinishMerge():
            if merges.merge_with(contact, command.other_id, MergeStatus.ABSORBED) is None:
                return []
            return [ContactMergeFinished(contact_id=id, other_id=command.other_id, moved=command.moved, at=at)]
        case _:
            assert_never(command)


def _yielded(command: YieldContact, contact: Contact) -> Sequence[ContactEvent]:
    id, into, at = contact.contact_id, command.into_id, command.at
    if contact.merged_into == into:
        return []
    absent = contact.status is not ContactStatus.ACTIVE or contact.erased or contact.expired
    if absent or contact.merged_into is not None or merges.running(contact):
        refused = ContactMergeRefused(contact_id=id, into_id=into, at=at)
        return [] if contact.declined == merges.declined(into, at) else [refused]
    return [
        ContactMerged(
            contact_id=id,
            into_id=into,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            emails=contact.emails,
            phones=contact.phones,
            addresses=contact.addresses,
            job_title=contact.job_title,
            company_id=contact.company_id,
            owner_id=contact.owner_id,
            readers=contact.readers,
            editors=contact.editors,
            lifecycle=contact.lifecycle,
            source=contact.source,
            tags=contact.tags,
            custom=contact.custom,
            at=at,
        )
    ]


def _absorbing(command: AbsorbContact, contact: Contact, merge: Merge) -> Sequence[ContactEvent]:
    """Whoever was erased meanwhile takes nothing over."""
    other = Contact(
        name=command.name,
        email=command.email,
        phone=command.phone,
        emails=command.emails,
        phones=command.phones,
        addresses=command.addresses,
        job_title=command.job_title,
        company_id=command.company_id,
        owner_id=command.owner_id,
        readers=command.readers,
        editors=command.editors,
        lifecycle=command.lifecycle,
        source=command.source,
        tags=command.tags,
        custom=command.custom,
    )
    now = facts(contact)
    after = now if contact.erased else surviving.united(now, facts(other), merge.take)
    changes = surviving.changes(merge.other_id, now, after)
    absorbed = ContactAbsorbed(
        contact_id=contact.contact_id, other_id=merge.other_id, changes=changes or None, at=command.at
    )
    return [absorbed, *(_leading(contact, with_facts(contact, after), command) if changes else ())]


def _leading(contact: Contact, wanted: Contact, command: AbsorbContact | UnmergeContact) -> Sequence[ContactEvent]:
    """The ordinary events that lead from a contact to what is wanted of it."""
    id, at = contact.contact_id, command.at
    events: list[ContactEvent] = []
    if any(getattr(contact, name) != getattr(wanted, name) for name in _DETAILS):
        events.append(ContactChanged(contact_id=id, **{name: getattr(wanted, name) for name in _DETAILS}, at=at))
    if contact.company_id != wanted.company_id:
        events.append(ContactMoved(contact_id=id, company_id=wanted.company_id, at=at))
    if contact.owner_id != wanted.owner_id:
        owners = {"owner_id": wanted.owner_id, "previous_owner_id": contact.owner_id}
        events.append(ContactAssigned(contact_id=id, **owners, at=at))
    if (contact.lifecycle, contact.source) != (wanted.lifecycle, wanted.source):
        events.append(ContactClassified(contact_id=id, lifecycle=wanted.lifecycle, source=wanted.source, at=at))
    if contact.tags != wanted.tags:
        events.append(ContactTagged(contact_id=id, tags=wanted.tags, at=at))
    if (contact.custom or ()) != (wanted.custom or ()):
        events.append(ContactFieldsSet(contact_id=id, custom=wanted.custom or (), at=at))
    gone = (name for name in contact.readers if name not in wanted.readers)
    events += [ContactUnshared(contact_id=id, **merges.whom(name), at=at) for name in gone]
    for name in wanted.readers:
        change = name in wanted.editors
        if name not in contact.readers or change != (name in contact.editors):
            events.append(ContactShared(contact_id=id, **merges.whom(name), change=change, at=at))
    return events


def _absorbed(contact: Contact) -> tuple[Absorbed, ...]:
    return () if contact.absorbed is None or isinstance(contact.absorbed, Erased) else contact.absorbed


def evolve(contact: Contact, event: StepEvent) -> Contact:
    match event:
        case ContactMergeStarted():
            merge = Merge(other_id=event.other_id, take=event.take, status=MergeStatus.STARTED, moved=0)
            return replace(contact, merges=(*contact.merges, merge))
        case ContactMergeAbandoned():
            return replace(contact, merges=merges.but(contact.merges, event.other_id))
        case ContactAbsorbed():
            merged = replace(contact, merges=merges.at_status(contact.merges, event.other_id, MergeStatus.ABSORBED))
            if isinstance(event.changes, Erased) or isinstance(contact.absorbed, Erased):
                return merged
            return replace(merged, absorbed=(*_absorbed(contact), *(event.changes or ())) or None)
        case ContactMergeFinished():
            done = merges.at_status(contact.merges, event.other_id, MergeStatus.DONE, event.moved)
            return replace(contact, merges=done)
        case ContactParted():
            left = surviving.without(_absorbed(contact), event.other_id)
            return replace(contact, merges=merges.but(contact.merges, event.other_id), absorbed=left or None)
        case ContactMerged():
            return replace(contact, merged_into=event.into_id)
        case ContactUnmerged():
            return replace(contact, merged_into=None)
        case ContactMergeRefused():
            return replace(contact, declined=merges.declined(event.into_id, event.at))
        case _:
            assert_never(event)
