"""How a contact takes the place of another, who is the same person, and gives it back: the steps of each of the two.

A workflow carries from one to the other what each says. The one that stays tells how far the merge is.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import LONGEST_ID, text
from domains.crm import surviving
from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.crm.contact import (
    AbandonMerge,
    AbsorbContact,
    Absorbed,
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
    Merge,
    MergeContact,
    MergeStatus,
    ReturnContact,
    UnmergeContact,
    YieldContact,
)

MOST = 50
"""Contacts whose place one has taken."""
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
    id, other = contact.contact_id, text(command.other_id, "other_id", LONGEST_ID)
    if other == id:
        raise Rejected("same_record", "A contact cannot be merged with itself; name another one.", "other_id")
    if merge_with(contact, other) is not None:
        raise Rejected("already_merged", "The other contact was merged into this one already.", "other_id")
    if contact.erased or contact.expired:
        raise Rejected("contact_erased", "The person was erased; nobody can be merged with them.")
    if len(contact.merges) >= MOST:
        raise Rejected("too_many_merges", f"A contact takes the place of {MOST} others at most.", "other_id")
    return [ContactMergeStarted(contact_id=id, other_id=other, take=surviving.checked(command.take), at=command.at)]


def unmerged(command: UnmergeContact, contact: Contact) -> Sequence[ContactEvent]:
    """What taking a merge back begins with. Raises Rejected(not_merged, merge_running, contact_erased)."""
    other = text(command.other_id, "other_id", LONGEST_ID)
    merge = merge_with(contact, other)
    if merge is None:
        raise Rejected("not_merged", "The other contact was not merged into this one.", "other_id")
    if merge.status is MergeStatus.STARTED:
        raise Rejected("merge_running", "The merge has only begun; try again in a moment.", "other_id")
    if contact.erased:
        raise Rejected("contact_erased", "The person was erased; what came of whom is not known any more.")
    now = surviving.facts(contact)
    wanted = surviving.with_facts(contact, surviving.parted(now, _absorbed(contact), other))
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
            merge = merge_with(contact, command.other_id)
            return _absorbing(command, contact, merge) if merge and merge.status is MergeStatus.STARTED else []
        case AbandonMerge():
            merge = merge_with(contact, command.other_id)
            if merge is None or merge.status is not MergeStatus.STARTED:
                return []
            return [ContactMergeAbandoned(contact_id=id, other_id=command.other_id, at=at)]
        case FinishMerge():
            merge = merge_with(contact, command.other_id)
            if merge is None or merge.status is not MergeStatus.ABSORBED:
                return []
            return [ContactMergeFinished(contact_id=id, other_id=command.other_id, moved=command.moved, at=at)]
        case _:
            assert_never(command)


def merge_with(contact: Contact, other: str) -> Merge | None:
    """How far the merge with a contact is, if there is one."""
    return next((each for each in contact.merges if each.other_id == other), None)


def running(contact: Contact) -> bool:
    """Whether a merge has begun of which nobody knows yet what comes of it."""
    return any(each.status is MergeStatus.STARTED for each in contact.merges)


def _yielded(command: YieldContact, contact: Contact) -> Sequence[ContactEvent]:
    id, into, at = contact.contact_id, command.into_id, command.at
    if contact.merged_into == into:
        return []
    absent = contact.status is not ContactStatus.ACTIVE or contact.erased or contact.expired
    if absent or contact.merged_into is not None or running(contact):
        refused = ContactMergeRefused(contact_id=id, into_id=into, at=at)
        return [] if contact.declined == _declined(refused) else [refused]
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


def _declined(event: ContactMergeRefused) -> str:
    """Tells the merges apart that a contact took no part in, so that each is refused once."""
    return f"{event.into_id} {event.at.isoformat()}"


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
    now = surviving.facts(contact)
    after = now if contact.erased else surviving.united(now, surviving.facts(other), merge.take)
    changes = surviving.changes(merge.other_id, now, after)
    absorbed = ContactAbsorbed(
        contact_id=contact.contact_id, other_id=merge.other_id, changes=changes or None, at=command.at
    )
    return [absorbed, *(_leading(contact, surviving.with_facts(contact, after), command) if changes else ())]


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
    events += [ContactUnshared(contact_id=id, **_whom(name), at=at) for name in gone]
    for name in wanted.readers:
        change = name in wanted.editors
        if name not in contact.readers or change != (name in contact.editors):
            events.append(ContactShared(contact_id=id, **_whom(name), change=change, at=at))
    return events


def _whom(name: str) -> dict[str, str | None]:
    kind, _, id = name.partition(":")
    return {"user_id": id if kind == "user" else None, "team_id": id if kind == "team" else None}


def _absorbed(contact: Contact) -> tuple[Absorbed, ...]:
    return () if contact.absorbed is None or isinstance(contact.absorbed, Erased) else contact.absorbed


def evolve(contact: Contact, event: StepEvent) -> Contact:
    match event:
        case ContactMergeStarted():
            merge = Merge(other_id=event.other_id, take=event.take, status=MergeStatus.STARTED, moved=0)
            return replace(contact, merges=(*contact.merges, merge))
        case ContactMergeAbandoned():
            return replace(contact, merges=_but(contact, event.other_id))
        case ContactAbsorbed():
            merged = _at(contact, event.other_id, MergeStatus.ABSORBED, 0)
            if isinstance(event.changes, Erased) or isinstance(contact.absorbed, Erased):
                return merged
            return replace(merged, absorbed=(*_absorbed(contact), *(event.changes or ())) or None)
        case ContactMergeFinished():
            return _at(contact, event.other_id, MergeStatus.DONE, event.moved)
        case ContactParted():
            left = surviving.without(_absorbed(contact), event.other_id)
            return replace(contact, merges=_but(contact, event.other_id), absorbed=left or None)
        case ContactMerged():
            return replace(contact, merged_into=event.into_id)
        case ContactUnmerged():
            return replace(contact, merged_into=None)
        case ContactMergeRefused():
            return replace(contact, declined=_declined(event))
        case _:
            assert_never(event)


def _but(contact: Contact, other: str) -> tuple[Merge, ...]:
    return tuple(each for each in contact.merges if each.other_id != other)


def _at(contact: Contact, other: str, status: MergeStatus, moved: int) -> Contact:
    merges = (replace(each, status=status, moved=moved) if each.other_id == other else each for each in contact.merges)
    return replace(contact, merges=tuple(merges))
