"""What an activity says and when it is: planned, logged, changed, put off, done, and planned once more.

Each function gives the events of one command; raises Rejected.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domains.checks import LONGEST_ID, personal, text
from domains.crm import involved, recurrence, schedule
from domains.crm.custom_values import listed
from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.crm.activity import (
    Activity,
    ActivityChanged,
    ActivityCompleted,
    ActivityCreated,
    ActivityDirection,
    ActivityEvent,
    ActivityFieldsSet,
    ActivityKind,
    ActivityPriority,
    ActivityRecurred,
    ActivityRescheduled,
    ActivityStatus,
    ChangeActivity,
    CompleteActivity,
    CreateActivity,
    RepeatActivity,
    RescheduleActivity,
)

Personal = str | Erased | None
LONGEST = 10_000
"""Characters of what an activity says, and of what came of it."""
PAST = (ActivityKind.NOTE, ActivityKind.EMAIL)
"""Kinds that are never to be done."""
_TALKS = (ActivityKind.CALL, ActivityKind.EMAIL)
_SUCCESSORS = uuid.uuid5(uuid.NAMESPACE_URL, "nexus360/activity/next")


@dataclass(frozen=True, slots=True)
class Words:
    """What an activity says, and how much it matters."""

    title: Personal
    body: Personal
    location: Personal
    priority: ActivityPriority
    direction: ActivityDirection | None


def _words(given: CreateActivity | ChangeActivity, kind: ActivityKind) -> Words:
    title, body = personal(given.title, "title", 300), personal(given.body, "body", LONGEST)
    if title is None and body is None:
        raise Rejected("activity_blank", "An activity says something; give it a title or a body.", "title")
    if given.direction is not None and kind not in _TALKS:
        raise Rejected("direction_of_none", "Only calls and emails have a direction; leave it out.", "direction")
    location = personal(given.location, "location", 300)
    return Words(title, body, location, given.priority or ActivityPriority.NORMAL, given.direction)


def _known(activity: Activity) -> Words:
    return Words(activity.title, activity.body, activity.location, activity.priority, activity.direction)


def _done_at(command: CreateActivity, times: schedule.Schedule) -> datetime | None:
    """When it was done, if it was done already."""
    if command.completed_at is None and command.kind not in PAST:
        return None
    if times.rule is not None or times.remind_at is not None:
        raise Rejected("done_already", "What took place is not repeated, and nobody is reminded of it.", "completed_at")
    if command.completed_at is not None and command.completed_at > command.at:
        raise Rejected("done_in_future", "It cannot have been done by then; correct the time.", "completed_at")
    return command.completed_at or command.at


def created(command: CreateActivity) -> ActivityCreated:
    id, kind = command.activity_id, command.kind
    if kind is ActivityKind.UNKNOWN:
        raise Rejected("kind_unknown", "An activity is a TASK, a CALL, a MEETING, a NOTE or an EMAIL.", "kind")
    if command.message_id is not None and kind is not ActivityKind.EMAIL:
        raise Rejected("message_id_of_none", "Only emails have a Message-ID; leave it out.", "message_id")
    words, times = _words(command, kind), schedule.checked(command)
    return ActivityCreated(
        activity_id=id,
        kind=kind,
        title=words.title,
        body=words.body,
        location=words.location,
        outcome=personal(command.outcome, "outcome", LONGEST),
        message_id=personal(command.message_id, "message_id", 1000),
        priority=words.priority,
        direction=words.direction,
        owner_id=text(command.owner_id, "owner_id", LONGEST_ID),
        due_at=times.due_at,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        remind_at=times.remind_at,
        rule=times.rule,
        zone=times.zone,
        series_id=None if times.rule is None else id,
        series_start=None if times.rule is None else times.time,
        completed_at=_done_at(command, times),
        contact_ids=involved.ids(command.contact_ids, "contact_ids"),
        user_ids=involved.ids(command.user_ids, "user_ids"),
        links=involved.records(command.links, id),
        mentions=involved.ids(command.mentions, "mentions"),
        at=command.at,
    )


def repeated(command: RepeatActivity) -> Sequence[ActivityEvent]:
    """The next one of a series, with what it holds in fields that the tenant defined."""
    times = schedule.checked(command)
    start = _start(command, times)
    next_one = ActivityCreated(
        activity_id=command.activity_id,
        kind=command.kind,
        title=command.title,
        body=command.body,
        location=command.location,
        priority=command.priority,
        direction=command.direction,
        owner_id=command.owner_id,
        due_at=times.due_at,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        remind_at=times.remind_at,
        rule=times.rule,
        zone=times.zone,
        series_id=command.series_id,
        series_start=start,
        contact_ids=command.contact_ids,
        user_ids=command.user_ids,
        links=command.links,
        at=command.at,
    )
    if not listed(command.custom):
        return [next_one]
    return [next_one, ActivityFieldsSet(activity_id=command.activity_id, custom=command.custom, at=command.at)]


def _start(command: RepeatActivity, times: schedule.Schedule) -> datetime | None:
    """The time from which the rule counts, if there is a rule."""
    start, time = command.series_start, times.time
    if times.rule is None or time is None:
        return None
    if start is None or not recurrence.EARLIEST <= start <= time:
        raise Rejected("series_malformed", "A series begins no later than each of its activities.", "series_start")
    return start


def changed(command: ChangeActivity, activity: Activity) -> Sequence[ActivityEvent]:
    words = _words(command, activity.kind)
    if words == _known(activity):
        return []
    return [
        ActivityChanged(
            activity_id=activity.activity_id,
            title=words.title,
            body=words.body,
            location=words.location,
            priority=words.priority,
            direction=words.direction,
            at=command.at,
        )
    ]


def rescheduled(command: RescheduleActivity, activity: Activity) -> Sequence[ActivityEvent]:
    if activity.status is not ActivityStatus.OPEN:
        raise Rejected("activity_closed", "The activity is done or cancelled; reopen it first.")
    times = schedule.checked(command)
    if times == schedule.of(activity):
        return []
    repeats = times.rule is not None
    return [
        ActivityRescheduled(
            activity_id=activity.activity_id,
            due_at=times.due_at,
            starts_at=times.starts_at,
            ends_at=times.ends_at,
            remind_at=times.remind_at,
            rule=times.rule,
            zone=times.zone,
            series_id=(activity.series_id or activity.activity_id) if repeats else activity.series_id,
            series_start=times.time if repeats else None,
            at=command.at,
        )
    ]


def completed(command: CompleteActivity, activity: Activity) -> Sequence[ActivityEvent]:
    if activity.status is ActivityStatus.DONE:
        return []
    if activity.status is ActivityStatus.CANCELLED:
        raise Rejected("activity_cancelled", "The activity was cancelled; reopen it before it can be done.")
    outcome = personal(command.outcome, "outcome", LONGEST)
    done = ActivityCompleted(
        activity_id=activity.activity_id, owner_id=activity.owner_id, outcome=outcome, at=command.at
    )
    return [done, *_recurred(activity, command.at)]


def _recurred(activity: Activity, at: datetime) -> Sequence[ActivityEvent]:
    start = activity.series_start
    times = None if start is None or activity.erased else schedule.following(schedule.of(activity), start, at)
    if times is None:
        return []
    return [
        ActivityRecurred(
            activity_id=activity.activity_id,
            next_id=str(uuid.uuid5(_SUCCESSORS, activity.activity_id)),
            kind=activity.kind,
            title=activity.title,
            body=activity.body,
            location=activity.location,
            priority=activity.priority,
            direction=activity.direction,
            owner_id=activity.owner_id,
            due_at=times.due_at,
            starts_at=times.starts_at,
            ends_at=times.ends_at,
            remind_at=times.remind_at,
            rule=times.rule,
            zone=times.zone,
            series_id=activity.series_id,
            series_start=start,
            contact_ids=activity.contact_ids,
            user_ids=activity.user_ids,
            links=activity.links,
            custom=activity.custom,
            at=at,
        )
    ]
