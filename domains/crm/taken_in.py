"""What comes of an email or a meeting that a worker found in somebody's mailbox or calendar, however often it does.

It is there once. Whoever else has it takes part, and reads it: it is in their own mailbox. A meeting follows what its
calendar says; an email is what it was. What was removed or erased here does not come back from there.
"""

from collections.abc import Sequence

from domains.checks import LONGEST_ID, personal, text
from domains.crm import involved, schedule
from domains.crm.activity_plan import LONGEST
from domains.crm.sharing import MOST as MOST_READERS
from domains.crm.sharing import named
from domains.kernel import Rejected
from schemas.generated.crm.activity import (
    Activity,
    ActivityCancelled,
    ActivityChanged,
    ActivityCreated,
    ActivityEvent,
    ActivityKind,
    ActivityPriority,
    ActivityReopened,
    ActivityRescheduled,
    ActivityShared,
    ActivityStatus,
    ParticipantAdded,
    TakeInActivity,
)


def taken_in(command: TakeInActivity, activity: Activity) -> Sequence[ActivityEvent]:
    """The events of the command; raises Rejected."""
    created = _created(command)
    if activity.erased or activity.expired or activity.removed_at is not None:
        return []
    if activity.status is ActivityStatus.NEW:
        return [] if command.cancelled else [created]
    people = [*_people(created, activity), *_reader(created, activity)]
    meets = command.kind is activity.kind is ActivityKind.MEETING
    return [*_followed(command, created, activity), *people] if meets else people


def _created(command: TakeInActivity) -> ActivityCreated:
    """As it comes in, if it is not there."""
    mail = command.kind is ActivityKind.EMAIL
    if not mail and command.kind is not ActivityKind.MEETING:
        raise Rejected("kind_unknown", "What is taken in is an EMAIL or a MEETING.", "kind")
    title, body = personal(command.title, "title", 300), personal(command.body, "body", LONGEST)
    if title is None and body is None:
        raise Rejected("activity_blank", "An activity says something; give it a title or a body.", "title")
    times = schedule.Schedule(None, command.starts_at, command.ends_at, None, None, None)
    if not mail:
        schedule.plausible(times)
    return ActivityCreated(
        activity_id=command.activity_id,
        kind=command.kind,
        title=title,
        body=body,
        location=personal(command.location, "location", 300),
        message_id=personal(command.message_id, "message_id", 1000) if mail else None,
        priority=ActivityPriority.NORMAL,
        direction=command.direction if mail else None,
        owner_id=text(command.owner_id, "owner_id", LONGEST_ID),
        starts_at=None if mail else times.starts_at,
        ends_at=None if mail else times.ends_at,
        completed_at=command.at if mail else None,
        contact_ids=involved.ids(command.contact_ids, "contact_ids"),
        user_ids=involved.ids(command.user_ids, "user_ids"),
        at=command.at,
    )


def _people(created: ActivityCreated, activity: Activity) -> Sequence[ActivityEvent]:
    """Who takes part as well, as far as there is room."""
    id, at = activity.activity_id, created.at
    contacts = [each for each in created.contact_ids if each not in involved.contacts(activity)]
    known = (activity.owner_id, *activity.user_ids)
    users = [each for each in dict.fromkeys((created.owner_id, *created.user_ids)) if each not in known]
    return [
        *(
            ParticipantAdded(activity_id=id, contact_id=each, at=at)
            for each in contacts[: involved.MOST - len(activity.contact_ids)]
        ),
        *(
            ParticipantAdded(activity_id=id, user_id=each, at=at)
            for each in users[: involved.MOST - len(activity.user_ids)]
        ),
    ]


def _reader(created: ActivityCreated, activity: Activity) -> Sequence[ActivityEvent]:
    """Somebody else who has it may read it."""
    user, id = created.owner_id, activity.activity_id
    if user == activity.owner_id or named(user, None) in activity.readers or len(activity.readers) >= MOST_READERS:
        return []
    return [ActivityShared(activity_id=id, user_id=user, team_id=None, change=False, at=created.at)]


def _followed(command: TakeInActivity, created: ActivityCreated, activity: Activity) -> Sequence[ActivityEvent]:
    """What the calendar says of a meeting that is not so here."""
    id, at, events = activity.activity_id, command.at, list[ActivityEvent]()
    words = (created.title, created.body, created.location)
    if words != (activity.title, activity.body, activity.location):
        title, body, location = words
        priority, direction = activity.priority, activity.direction
        events.append(
            ActivityChanged(
                activity_id=id,
                title=title,
                body=body,
                location=location,
                priority=priority,
                direction=direction,
                at=at,
            )
        )
    if activity.status is ActivityStatus.DONE:
        return events
    if (created.starts_at, created.ends_at) != (activity.starts_at, activity.ends_at):
        events.append(
            ActivityRescheduled(
                activity_id=id,
                due_at=activity.due_at,
                starts_at=created.starts_at,
                ends_at=created.ends_at,
                remind_at=activity.remind_at,
                rule=activity.rule,
                zone=activity.zone,
                series_id=activity.series_id,
                series_start=activity.series_start,
                at=at,
            )
        )
    cancelled = activity.status is ActivityStatus.CANCELLED
    if command.cancelled and not cancelled:
        events.append(ActivityCancelled(activity_id=id, owner_id=activity.owner_id, at=at))
    if cancelled and not command.cancelled:
        events.append(ActivityReopened(activity_id=id, owner_id=activity.owner_id, at=at))
    return events
