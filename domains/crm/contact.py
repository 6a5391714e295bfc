"""A contact: a person at a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import assert_never

from domains.checks import optional_text, personal, reference
from domains.crm import company_replaced, contact_company, merges, undo
from domains.crm import contact_merge as merging
from domains.crm.apart import to_dismiss
from domains.crm.contact_details import Addresses, Personal, Reached, by_email, by_phone, postal
from domains.crm.custom_values import listed, merged
from domains.crm.labels import classified, to_classify, to_tag
from domains.crm.sharing import passes, shared, to_share, to_unshare, unshared
from domains.crm.trash import must_be_in_trash
from domains.kernel import Decider, Rejected
from schemas.contract import ERASED
from schemas.generated.crm.contact import (
    CONTRACT,
    AbandonMerge,
    AbsorbContact,
    AssignContact,
    ChangeContact,
    ClassifyContact,
    Contact,
    ContactAbsorbed,
    ContactAssigned,
    ContactChanged,
    ContactClassified,
    ContactCommand,
    ContactCompanyGivenBack,
    ContactCompanyReplaced,
    ContactCreated,
    ContactErased,
    ContactEvent,
    ContactExpired,
    ContactFieldsSet,
    ContactMergeAbandoned,
    ContactMerged,
    ContactMergeFinished,
    ContactMergeRefused,
    ContactMergeStarted,
    ContactMoved,
    ContactParted,
    ContactRemoved,
    ContactRestored,
    ContactShared,
    ContactStatus,
    ContactTagged,
    ContactUnmerged,
    ContactUnshared,
    CreateContact,
    DismissDuplicate,
    DuplicateDismissed,
    EraseContact,
    ExpireContact,
    FinishMerge,
    GiveBackContactCompany,
    MergeContact,
    MoveContact,
    RecordContact,
    RemoveContact,
    ReplaceContactCompany,
    RestoreContact,
    ReturnContact,
    SetContactFields,
    ShareContact,
    TagContact,
    UnmergeContact,
    UnshareContact,
    YieldContact,
)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a contact beside the company."""

    name: Personal
    email: Reached
    phone: Reached
    addresses: Addresses
    job_title: str | None


NOBODY = Person(None, Reached(None, None), Reached(None, None), None, None)


def _person(given: CreateContact | RecordContact | ChangeContact, known: Person) -> Person:
    emails, phones, addresses = (
        (None, None, None) if isinstance(given, RecordContact) else (given.emails, given.phones, given.addresses)
    )
    person = Person(
        personal(given.name, "name"),
        by_email(emails, given.email, known.email),
        by_phone(phones, given.phone, known.phone),
        postal(addresses, known.addresses),
        optional_text(given.job_title, "job_title"),
    )
    if person.name is None and person.email.main is None:
        raise Rejected("contact_nameless", "A contact needs a name or an email address; give one.", "name")
    return person


def _known(contact: Contact) -> Person:
    email, phone = Reached(contact.email, contact.emails), Reached(contact.phone, contact.phones)
    return Person(contact.name, email, phone, contact.addresses, contact.job_title)


def _created(command: CreateContact | RecordContact) -> ContactCreated:
    person = _person(command, NOBODY)
    return ContactCreated(
        contact_id=command.contact_id,
        name=person.name,
        email=person.email.main,
        phone=person.phone.main,
        emails=person.email.points,
        phones=person.phone.points,
        addresses=person.addresses,
        job_title=person.job_title,
        company_id=reference(command.company_id, "company_id"),
        owner_id=reference(command.owner_id, "owner_id") if isinstance(command, CreateContact) else None,
        at=command.at,
    )


def _changed(command: RecordContact | ChangeContact, person: Person) -> ContactChanged:
    return ContactChanged(
        contact_id=command.contact_id,
        name=person.name,
        email=person.email.main,
        phone=person.phone.main,
        emails=person.email.points,
        phones=person.phone.points,
        addresses=person.addresses,
        job_title=person.job_title,
        at=command.at,
    )


def _differences(command: RecordContact, contact: Contact) -> Sequence[ContactEvent]:
    """What an imported row says that was not so. What it leaves out stays."""
    given, known = _person(command, NOBODY), _known(contact)
    person = Person(
        given.name or known.name,
        by_email(None, given.email.main, known.email) if given.email.main else known.email,
        by_phone(None, given.phone.main, known.phone) if given.phone.main else known.phone,
        known.addresses,
        given.job_title or known.job_title,
    )
    company = reference(command.company_id, "company_id") or contact.company_id
    events: list[ContactEvent] = []
    if person != known:
        events.append(_changed(command, person))
    if company != contact.company_id:
        events.append(ContactMoved(contact_id=contact.contact_id, company_id=company, at=command.at))
    return events


def _assigned(command: AssignContact, contact: Contact) -> Sequence[ContactEvent]:
    owner = reference(command.owner_id, "owner_id")
    if not passes(owner, command.from_owner_id, contact.owner_id):
        return []
    passed = ContactAssigned(
        contact_id=contact.contact_id, owner_id=owner, previous_owner_id=contact.owner_id, at=command.at
    )
    return [passed]


def _classified(command: ClassifyContact, contact: Contact) -> Sequence[ContactEvent]:
    said = to_classify(command, contact)
    if said is None:
        return []
    return [
        ContactClassified(contact_id=contact.contact_id, lifecycle=said.lifecycle, source=said.source, at=command.at)
    ]


def _tagged(command: TagContact, contact: Contact) -> Sequence[ContactEvent]:
    tags = to_tag(command, contact.tags)
    return [] if tags is None else [ContactTagged(contact_id=contact.contact_id, tags=tags, at=command.at)]


def _shared(command: ShareContact, contact: Contact) -> Sequence[ContactEvent]:
    whom, id = to_share(command, contact), contact.contact_id
    if whom is None:
        return []
    return [
        ContactShared(contact_id=id, user_id=whom.user_id, team_id=whom.team_id, change=command.change, at=command.at)
    ]


def _unshared(command: UnshareContact, contact: Contact) -> Sequence[ContactEvent]:
    whom = to_unshare(command, contact)
    if whom is None:
        return []
    return [ContactUnshared(contact_id=contact.contact_id, user_id=whom.user_id, team_id=whom.team_id, at=command.at)]


def _fields_set(command: CreateContact | SetContactFields, contact: Contact) -> Sequence[ContactEvent]:
    known = listed(contact.custom)
    custom = merged(known, listed(command.custom))
    return [] if custom == known else [ContactFieldsSet(contact_id=command.contact_id, custom=custom, at=command.at)]


def _dismissed(command: DismissDuplicate, contact: Contact) -> Sequence[ContactEvent]:
    id = contact.contact_id
    other = to_dismiss("contact", id, command.other_id, contact.apart)
    return [] if other is None else [DuplicateDismissed(contact_id=id, other_id=other, at=command.at)]


def _over(contact: Contact) -> bool:
    """Whether nothing personal is taken any more: it could not be read again."""
    return contact.erased or contact.expired


def decide(command: ContactCommand, contact: Contact) -> Sequence[ContactEvent]:
    absent = contact.status is not ContactStatus.ACTIVE
    match command:
        case EraseContact():
            if contact.erased or contact.status is ContactStatus.NEW:
                return []
            return [ContactErased(contact_id=contact.contact_id, at=command.at)]
        case ExpireContact():
            if contact.erased or contact.expired:
                return []
            return [ContactExpired(contact_id=contact.contact_id, at=command.at)]
        case YieldContact() | ReturnContact() | AbsorbContact() | AbandonMerge() | FinishMerge():
            return merging.followed(command, contact)
        case ReplaceContactCompany():
            return contact_company.replaced(command, contact)
        case GiveBackContactCompany():
            return contact_company.given_back(command, contact)
        case UnshareContact() if contact.merged_into is not None:
            return _unshared(command, contact)
        case _ if contact.merged_into is not None:
            raise Rejected("contact_merged", "The contact was merged into another one; change that one, or unmerge it.")
        case RestoreContact() | CreateContact() | RecordContact() | ChangeContact() | SetContactFields() if _over(
            contact
        ):
            raise Rejected("contact_erased", "The person was erased and does not come back; create another contact.")
        case CreateContact():
            created = _created(command)
            events = [created, *_fields_set(command, Contact())]
            if absent:
                return events
            if reduce(evolve, events, contact) == contact:
                return []
            raise Rejected("contact_exists", "The contact is on file already; change it instead.")
        case RecordContact():
            return [_created(command)] if absent else _differences(command, contact)
        case RemoveContact() if merges.running(contact):
            raise Rejected("merge_running", "The contact is about to take another's place; try again in a moment.")
        case RemoveContact():
            removed = ContactRemoved(contact_id=contact.contact_id, erased=contact.erased, at=command.at)
            return [] if absent else [removed]
        case RestoreContact():
            must_be_in_trash("contact", known=True, removed=absent)
            return [ContactRestored(contact_id=contact.contact_id, at=command.at)]
        case UnshareContact():
            return _unshared(command, contact)
        case _ if absent:
            raise Rejected("contact_removed", "The contact was taken off file; restore them first.")
        case ChangeContact():
            known = _known(contact)
            person = _person(command, known)
            return [] if person == known else [_changed(command, person)]
        case MoveContact():
            company = reference(command.company_id, "company_id")
            if company == contact.company_id:
                return []
            return [ContactMoved(contact_id=contact.contact_id, company_id=company, at=command.at)]
        case AssignContact():
            return _assigned(command, contact)
        case ClassifyContact():
            return _classified(command, contact)
        case TagContact():
            return _tagged(command, contact)
        case ShareContact():
            return _shared(command, contact)
        case SetContactFields():
            return _fields_set(command, contact)
        case DismissDuplicate():
            return _dismissed(command, contact)
        case MergeContact():
            return merging.started(command, contact)
        case UnmergeContact():
            return merging.unmerged(command, contact)
        case _:
            assert_never(command)


def evolve(contact: Contact, event: ContactEvent) -> Contact:
    match event:
        case ContactCreated():
            return Contact(
                contact_id=event.contact_id,
                name=event.name,
                email=event.email,
                phone=event.phone,
                emails=event.emails,
                phones=event.phones,
                addresses=event.addresses,
                job_title=event.job_title,
                company_id=event.company_id,
                owner_id=event.owner_id,
                status=ContactStatus.ACTIVE,
                merges=contact.merges,
                absorbed=contact.absorbed,
            )
        case ContactChanged():
            return replace(
                contact,
                name=event.name,
                email=event.email,
                phone=event.phone,
                emails=event.emails,
                phones=event.phones,
                addresses=event.addresses,
                job_title=event.job_title,
            )
        case ContactMoved():
            return replace(contact, company_id=event.company_id)
        case ContactAssigned():
            return replace(contact, owner_id=event.owner_id)
        case ContactClassified():
            return classified(contact, event)
        case ContactTagged():
            return replace(contact, tags=event.tags)
        case ContactShared():
            return shared(contact, event)
        case ContactUnshared():
            return unshared(contact, event)
        case ContactFieldsSet():
            return replace(contact, custom=event.custom)
        case DuplicateDismissed():
            return replace(contact, apart=(*contact.apart, event.other_id))
        case ContactCompanyReplaced():
            replaced = company_replaced.with_one(contact.companies_replaced, event.company_id, event)
            return replace(contact, companies_replaced=replaced)
        case ContactCompanyGivenBack():
            left = company_replaced.without(contact.companies_replaced, event.company_id, event)
            return replace(contact, companies_replaced=left)
        case ContactRemoved():
            return replace(contact, status=ContactStatus.REMOVED)
        case ContactRestored():
            return replace(contact, status=ContactStatus.ACTIVE)
        case ContactExpired():
            return replace(contact, expired=True)
        case ContactErased():
            return replace(
                contact,
                name=contact.name and ERASED,
                email=contact.email and ERASED,
                phone=contact.phone and ERASED,
                emails=contact.emails and ERASED,
                phones=contact.phones and ERASED,
                addresses=contact.addresses and ERASED,
                custom=contact.custom and ERASED,
                absorbed=contact.absorbed and ERASED,
                erased=True,
            )
        case (
            ContactMergeStarted()
            | ContactMerged()
            | ContactMergeRefused()
            | ContactMergeAbandoned()
            | ContactAbsorbed()
            | ContactMergeFinished()
            | ContactParted()
            | ContactUnmerged()
        ):
            return merging.evolve(contact, event)
        case _:
            assert_never(event)


DECIDER: Decider[ContactCommand, Contact, ContactEvent] = Decider(CONTRACT, Contact(), decide, evolve, undo.CONTACT)
