"""When a contact was erased, no activity names them any more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.crm.involved import contacts, linked_contact
from domains.kernel import Workflow
from schemas.generated.crm.activity import ActivityCreated, ActivityLinked, ForgetParticipant, ParticipantAdded
from schemas.generated.crm.contact import ContactErased

Event = ActivityCreated | ActivityLinked | ParticipantAdded | ContactErased
EVENTS = (ActivityCreated, ActivityLinked, ParticipantAdded, ContactErased)


@dataclass(frozen=True, slots=True)
class Named:
    """What the workflow knows of one contact: every activity that ever named them, and whether they were erased. Which
    of them do so no more, the commands find out."""

    activities: frozenset[str] = frozenset()
    erased: bool = False


def keys(event: Event) -> Sequence[str]:
    """The contacts whom an event names."""
    match event:
        case ActivityCreated():
            return sorted(contacts(event))
        case ActivityLinked():
            contact = linked_contact(event.record)
            return [] if contact is None else [contact]
        case ParticipantAdded():
            return [] if event.contact_id is None else [event.contact_id]
        case ContactErased():
            return [event.contact_id]
        case _:
            assert_never(event)


def evolve(named: Named, event: Event, key: str) -> Named:
    match event:
        case ActivityCreated() | ActivityLinked() | ParticipantAdded():
            return replace(named, activities=named.activities | {event.activity_id})
        case ContactErased():
            return replace(named, erased=True)
        case _:
            assert_never(event)


def react(named: Named, event: Event, key: str) -> Sequence[ForgetParticipant]:
    """All activities at once when the contact is erased; each later one as soon as it names them."""
    if not named.erased:
        return []
    naming = sorted(named.activities) if isinstance(event, ContactErased) else [event.activity_id]
    return [ForgetParticipant(activity_id=each, contact_id=key, at=event.at) for each in naming]


WORKFLOW: Workflow[Named] = Workflow("forget_contacts", EVENTS, keys, Named, Named(), evolve, react)
