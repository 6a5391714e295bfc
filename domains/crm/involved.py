"""Whom an activity is about and what it belongs to: contacts, users and records, by their ids.

The functions that take a command give the events of it; raise Rejected.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from domains.checks import LONGEST_ID, reference, text
from domains.kernel import Rejected
from schemas.generated.crm.activity import (
    Activity,
    ActivityEvent,
    ActivityLinked,
    ActivityUnlinked,
    AddParticipant,
    ContactGivenBack,
    ContactReplaced,
    DropParticipant,
    ForgetParticipant,
    GiveBackContact,
    LinkActivity,
    MentionUsers,
    ParticipantAdded,
    ParticipantDropped,
    ParticipantForgotten,
    ReplaceContact,
    Replaced,
    UnlinkActivity,
    UsersMentioned,
)

MOST = 100
"""Contacts or users who take part, users who are mentioned, or links, that one activity has."""
_RECORD = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CONTACT = "crm/contact/"


class Involving(Protocol):
    """What names contacts."""

    @property
    def contact_ids(self) -> tuple[str, ...]: ...
    @property
    def links(self) -> tuple[str, ...]: ...


def linked_contact(record: str) -> str | None:
    """The contact that a link leads to, if it leads to one."""
    return record.removeprefix(_CONTACT) if record.startswith(_CONTACT) else None


def contacts(activity: Involving) -> frozenset[str]:
    """The contacts whom an activity is about: those who take part, and those to whom it belongs."""
    linked = (linked_contact(each) for each in activity.links)
    return frozenset((*activity.contact_ids, *(each for each in linked if each is not None)))


def without_contact(links: Iterable[str], contact: str) -> tuple[str, ...]:
    """The links but those to a contact."""
    return tuple(each for each in links if linked_contact(each) != contact)


def ids(given: Iterable[str], field: str) -> tuple[str, ...]:
    """Each id once, in the order given; raises Rejected."""
    once = tuple(dict.fromkeys(text(each, field, LONGEST_ID) for each in given))
    _few(len(once), field)
    return once


def records(given: Iterable[str], activity: str) -> tuple[str, ...]:
    """Each record once, in the order given, as <app>/<kind>/<id>; raises Rejected."""
    once = tuple(dict.fromkeys(_record(each, activity, "links") for each in given))
    _few(len(once), "links")
    return once


def _record(given: str, activity: str, field: str = "record") -> str:
    written = given.strip()
    if not _RECORD.fullmatch(written):
        raise Rejected("link_malformed", "A record is written as app, kind and id, such as crm/deal/<id>.", field)
    if written == f"crm/activity/{activity}":
        raise Rejected("linked_to_itself", "An activity does not belong to itself; name another record.", field)
    return written


def _few(number: int, field: str) -> None:
    if number > MOST:
        raise Rejected(f"too_many_{field}", f"An activity has {MOST} {field.replace('_', ' ')} at most.", field)


def _participant(command: AddParticipant | DropParticipant) -> tuple[str | None, str | None]:
    """(contact, user), one of them."""
    contact, user = reference(command.contact_id, "contact_id"), reference(command.user_id, "user_id")
    if (contact is None) == (user is None):
        raise Rejected("participant_is_one", "Name one contact or one user who takes part.", "contact_id")
    return contact, user


def added(command: AddParticipant, activity: Activity) -> Sequence[ActivityEvent]:
    contact, user = _participant(command)
    if contact in activity.contact_ids or user in activity.user_ids:
        return []
    if contact is not None:
        _few(len(activity.contact_ids) + 1, "contact_ids")
    else:
        _few(len(activity.user_ids) + 1, "user_ids")
    return [ParticipantAdded(activity_id=activity.activity_id, contact_id=contact, user_id=user, at=command.at)]


def dropped(command: DropParticipant, activity: Activity) -> Sequence[ActivityEvent]:
    contact, user = _participant(command)
    if contact not in activity.contact_ids and user not in activity.user_ids:
        return []
    return [ParticipantDropped(activity_id=activity.activity_id, contact_id=contact, user_id=user, at=command.at)]


def linked(command: LinkActivity, activity: Activity) -> Sequence[ActivityEvent]:
    record = _record(command.record, activity.activity_id)
    if record in activity.links:
        return []
    _few(len(activity.links) + 1, "links")
    return [ActivityLinked(activity_id=activity.activity_id, record=record, at=command.at)]


def unlinked(command: UnlinkActivity, activity: Activity) -> Sequence[ActivityEvent]:
    record = _record(command.record, activity.activity_id)
    if record not in activity.links:
        return []
    return [ActivityUnlinked(activity_id=activity.activity_id, record=record, at=command.at)]


def mentioned(command: MentionUsers, activity: Activity) -> Sequence[ActivityEvent]:
    fresh = tuple(each for each in ids(command.user_ids, "user_ids") if each not in activity.mentions)
    _few(len(activity.mentions) + len(fresh), "mentions")
    return [UsersMentioned(activity_id=activity.activity_id, user_ids=fresh, at=command.at)] if fresh else []


def forgotten(command: ForgetParticipant, activity: Activity) -> Sequence[ActivityEvent]:
    known = contacts(activity)
    if command.contact_id not in known:
        return []
    id, last = activity.activity_id, len(known) == 1
    return [ParticipantForgotten(activity_id=id, contact_id=command.contact_id, last=last, at=command.at)]


def replaced(command: ReplaceContact, activity: Activity) -> Sequence[ActivityEvent]:
    """Whoever was merged into another is named no more, and the other in their place."""
    id, at, by = activity.activity_id, command.at, command.by_id
    named = command.contact_id in activity.contact_ids or _CONTACT + command.contact_id in activity.links
    if not named and _known(activity, command.contact_id, by) is not None:
        return []
    event = ContactReplaced(
        activity_id=id,
        contact_id=command.contact_id,
        by_id=by,
        participant=command.contact_id in activity.contact_ids,
        linked=_CONTACT + command.contact_id in activity.links,
        had_participant=by in activity.contact_ids,
        had_link=_CONTACT + by in activity.links,
        at=at,
    )
    events: list[ActivityEvent] = [event]
    if event.participant:
        events.append(ParticipantDropped(activity_id=id, contact_id=command.contact_id, at=at))
        if not event.had_participant:
            events.append(ParticipantAdded(activity_id=id, contact_id=by, at=at))
    if event.linked:
        events.append(ActivityUnlinked(activity_id=id, record=_CONTACT + command.contact_id, at=at))
        if not event.had_link:
            events.append(ActivityLinked(activity_id=id, record=_CONTACT + by, at=at))
    return events


def given_back(command: GiveBackContact, activity: Activity) -> Sequence[ActivityEvent]:
    """Whoever is told apart from another again is named as before, unless somebody has taken the other out since."""
    id, at, contact, by = activity.activity_id, command.at, command.contact_id, command.by_id
    known = _known(activity, contact, by)
    if known is None:
        return []
    events: list[ActivityEvent] = [ContactGivenBack(activity_id=id, contact_id=contact, by_id=by, at=at)]
    if known.participant and by in activity.contact_ids:
        if not known.had_participant:
            events.append(ParticipantDropped(activity_id=id, contact_id=by, at=at))
        events.append(ParticipantAdded(activity_id=id, contact_id=contact, at=at))
    if known.linked and _CONTACT + by in activity.links:
        if not known.had_link:
            events.append(ActivityUnlinked(activity_id=id, record=_CONTACT + by, at=at))
        events.append(ActivityLinked(activity_id=id, record=_CONTACT + contact, at=at))
    return events


def noted(event: ContactReplaced, activity: Activity) -> tuple[Replaced, ...]:
    """Those whose place others took, with one more; of whom is there already, in whatever way they came to be named."""
    one = Replaced(
        contact_id=event.contact_id,
        by_id=event.by_id,
        participant=event.participant,
        linked=event.linked,
        had_participant=event.had_participant,
        had_link=event.had_link,
    )
    if (known := _known(activity, event.contact_id, event.by_id)) is not None:
        if known.participant:
            one = replace(one, participant=True, had_participant=known.had_participant)
        if known.linked:
            one = replace(one, linked=True, had_link=known.had_link)
    return (*unnoted(event, activity), one)


def unnoted(event: ContactReplaced | ContactGivenBack, activity: Activity) -> tuple[Replaced, ...]:
    """The same without these two."""
    both = event.contact_id, event.by_id
    return tuple(each for each in activity.replaced if (each.contact_id, each.by_id) != both)


def _known(activity: Activity, contact: str, by: str) -> Replaced | None:
    return next((each for each in activity.replaced if (each.contact_id, each.by_id) == (contact, by)), None)
