"""An activity: a task, a call or a meeting that is to be done or took place, a note, or an email.

One that repeats has a successor once it is done, whose id follows from its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import assert_never

from domains.checks import LONGEST_ID, text
from domains.crm import activity_plan as plan
from domains.crm import involved, linked_company, undo
from domains.crm.custom_values import listed, merged
from domains.crm.sharing import passes, shared, to_share, to_unshare, unshared
from domains.crm.taken_in import taken_in
from domains.crm.trash import must_be_in_trash
from domains.kernel import Decider, Rejected
from schemas.contract import ERASED
from schemas.generated.crm.activity import (
    CONTRACT,
    Activity,
    ActivityAssigned,
    ActivityCancelled,
    ActivityChanged,
    ActivityCommand,
    ActivityCompleted,
    ActivityCreated,
    ActivityErased,
    ActivityEvent,
    ActivityExpired,
    ActivityFieldsSet,
    ActivityLinked,
    ActivityRecurred,
    ActivityReminded,
    ActivityRemoved,
    ActivityReopened,
    ActivityRescheduled,
    ActivityRestored,
    ActivityShared,
    ActivityStatus,
    ActivityUnlinked,
    ActivityUnshared,
    AddParticipant,
    AssignActivity,
    CancelActivity,
    ChangeActivity,
    CompleteActivity,
    ContactGivenBack,
    ContactReplaced,
    CreateActivity,
    DropParticipant,
    EraseActivity,
    ExpireActivity,
    ForgetParticipant,
    GiveBackContact,
    GiveBackLinkedCompany,
    LinkActivity,
    LinkedCompanyGivenBack,
    LinkedCompanyReplaced,
    MentionUsers,
    ParticipantAdded,
    ParticipantDropped,
    ParticipantForgotten,
    RemindOfActivity,
    RemoveActivity,
    ReopenActivity,
    RepeatActivity,
    ReplaceContact,
    ReplaceLinkedCompany,
    RescheduleActivity,
    RestoreActivity,
    SetActivityFields,
    ShareActivity,
    TakeInActivity,
    UnlinkActivity,
    UnshareActivity,
    UsersMentioned,
)


def _assigned(command: AssignActivity, activity: Activity) -> Sequence[ActivityEvent]:
    owner, previous = text(command.owner_id, "owner_id", LONGEST_ID), activity.owner_id
    if not passes(owner, command.from_owner_id, previous):
        return []
    is_open = activity.status is ActivityStatus.OPEN
    return [
        ActivityAssigned(
            activity_id=activity.activity_id,
            owner_id=owner,
            previous_owner_id=previous,
            open=is_open,
            at=command.at,
        )
    ]


def _shared(command: ShareActivity, activity: Activity) -> Sequence[ActivityEvent]:
    whom, id = to_share(command, activity), activity.activity_id
    if whom is None:
        return []
    return [
        ActivityShared(activity_id=id, user_id=whom.user_id, team_id=whom.team_id, change=command.change, at=command.at)
    ]


def _unshared(command: UnshareActivity, activity: Activity) -> Sequence[ActivityEvent]:
    whom, id = to_unshare(command, activity), activity.activity_id
    if whom is None:
        return []
    return [ActivityUnshared(activity_id=id, user_id=whom.user_id, team_id=whom.team_id, at=command.at)]


def _fields_set(command: CreateActivity | SetActivityFields, activity: Activity) -> Sequence[ActivityEvent]:
    known = listed(activity.custom)
    custom = merged(known, listed(command.custom))
    return [] if custom == known else [ActivityFieldsSet(activity_id=command.activity_id, custom=custom, at=command.at)]


def _reminded(command: RemindOfActivity, activity: Activity) -> Sequence[ActivityEvent]:
    """Nothing comes of a reminder that was put off, is given already, or is of something done."""
    due = activity.status is ActivityStatus.OPEN and activity.removed_at is None and not activity.reminded
    if not due or activity.remind_at != command.remind_at:
        return []
    id, owner = activity.activity_id, activity.owner_id
    return [ActivityReminded(activity_id=id, owner_id=owner, remind_at=command.remind_at, at=command.at)]


def _restored(command: RestoreActivity, activity: Activity) -> ActivityRestored:
    is_open = activity.status is ActivityStatus.OPEN
    return ActivityRestored(
        activity_id=activity.activity_id,
        owner_id=activity.owner_id,
        open=is_open,
        remind_at=activity.remind_at if is_open and not activity.reminded else None,
        at=command.at,
    )


def decide(command: ActivityCommand, activity: Activity) -> Sequence[ActivityEvent]:
    id, absent = activity.activity_id, activity.status is ActivityStatus.NEW or activity.removed_at is not None
    match command:
        case EraseActivity():
            never = activity.status is ActivityStatus.NEW
            return [] if activity.erased or never else [ActivityErased(activity_id=id, at=command.at)]
        case ExpireActivity():
            return [] if activity.erased or activity.expired else [ActivityExpired(activity_id=id, at=command.at)]
        case CompleteActivity() if activity.expired and not activity.erased:
            raise Rejected("activity_expired", "What it says is being erased; create another one.")
        case CreateActivity() | ChangeActivity() | SetActivityFields() | RestoreActivity() if _is_gone(activity):
            raise Rejected("activity_erased", "What it said was erased and does not come back; create another one.")
        case CreateActivity():
            events = [plan.created(command), *_fields_set(command, Activity())]
            if absent:
                return events
            if reduce(evolve, events, activity) == activity:
                return []
            raise Rejected("activity_exists", "The activity is there already; change it instead.")
        case RepeatActivity():
            return plan.repeated(command) if activity.status is ActivityStatus.NEW else []
        case TakeInActivity():
            return taken_in(command, activity)
        case RemindOfActivity():
            return _reminded(command, activity)
        case ForgetParticipant():
            return involved.forgotten(command, activity)
        case ReplaceContact():
            return involved.replaced(command, activity)
        case GiveBackContact():
            return involved.given_back(command, activity)
        case ReplaceLinkedCompany():
            return linked_company.replaced(command, activity)
        case GiveBackLinkedCompany():
            return linked_company.given_back(command, activity)
        case RemoveActivity():
            owner, erased = activity.owner_id, activity.erased
            return [] if absent else [ActivityRemoved(activity_id=id, owner_id=owner, erased=erased, at=command.at)]
        case RestoreActivity():
            must_be_in_trash("activity", known=True, removed=absent)
            return [_restored(command, activity)]
        case UnshareActivity():
            return _unshared(command, activity)
        case _ if absent:
            raise Rejected("activity_removed", "The activity was taken back; restore it first.")
        case ChangeActivity():
            return plan.changed(command, activity)
        case RescheduleActivity():
            return plan.rescheduled(command, activity)
        case CompleteActivity():
            return plan.completed(command, activity)
        case CancelActivity():
            if activity.status is ActivityStatus.CANCELLED:
                return []
            if activity.status is ActivityStatus.DONE:
                raise Rejected("activity_done", "The activity is done; reopen it before it can be cancelled.")
            return [ActivityCancelled(activity_id=id, owner_id=activity.owner_id, at=command.at)]
        case ReopenActivity():
            if activity.status is ActivityStatus.OPEN:
                return []
            if activity.kind in plan.PAST:
                raise Rejected("never_open", "A note or an email is never to be done; create a task.")
            return [ActivityReopened(activity_id=id, owner_id=activity.owner_id, at=command.at)]
        case LinkActivity():
            return involved.linked(command, activity)
        case UnlinkActivity():
            return involved.unlinked(command, activity)
        case AddParticipant():
            return involved.added(command, activity)
        case DropParticipant():
            return involved.dropped(command, activity)
        case MentionUsers():
            return involved.mentioned(command, activity)
        case AssignActivity():
            return _assigned(command, activity)
        case ShareActivity():
            return _shared(command, activity)
        case SetActivityFields():
            return _fields_set(command, activity)
        case _:
            assert_never(command)


def _is_gone(activity: Activity) -> bool:
    """Whether what it said was erased, or is about to be."""
    return activity.erased or activity.expired


def _as_created(event: ActivityCreated) -> Activity:
    return Activity(
        activity_id=event.activity_id,
        kind=event.kind,
        status=ActivityStatus.OPEN if event.completed_at is None else ActivityStatus.DONE,
        title=event.title,
        body=event.body,
        location=event.location,
        outcome=event.outcome,
        message_id=event.message_id,
        priority=event.priority,
        direction=event.direction,
        owner_id=event.owner_id,
        due_at=event.due_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        remind_at=event.remind_at,
        rule=event.rule,
        zone=event.zone,
        series_id=event.series_id,
        series_start=event.series_start,
        completed_at=event.completed_at,
        contact_ids=event.contact_ids,
        user_ids=event.user_ids,
        links=event.links,
        mentions=event.mentions,
    )


def evolve(activity: Activity, event: ActivityEvent) -> Activity:
    match event:
        case ActivityCreated():
            return _as_created(event)
        case ActivityChanged():
            return replace(
                activity,
                title=event.title,
                body=event.body,
                location=event.location,
                priority=event.priority,
                direction=event.direction,
            )
        case ActivityRescheduled():
            return replace(
                activity,
                due_at=event.due_at,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                remind_at=event.remind_at,
                reminded=activity.reminded and event.remind_at == activity.remind_at,
                rule=event.rule,
                zone=event.zone,
                series_id=event.series_id,
                series_start=event.series_start,
            )
        case ActivityCompleted():
            return replace(activity, status=ActivityStatus.DONE, outcome=event.outcome, completed_at=event.at)
        case ActivityRecurred():
            return activity
        case ActivityCancelled():
            return replace(activity, status=ActivityStatus.CANCELLED)
        case ActivityReopened():
            return replace(activity, status=ActivityStatus.OPEN, outcome=None, completed_at=None)
        case ActivityLinked():
            return replace(activity, links=(*activity.links, event.record))
        case ActivityUnlinked():
            return replace(activity, links=_without(activity.links, event.record))
        case ParticipantAdded():
            return replace(
                activity,
                contact_ids=_with(activity.contact_ids, event.contact_id),
                user_ids=_with(activity.user_ids, event.user_id),
            )
        case ParticipantDropped():
            return replace(
                activity,
                contact_ids=_without(activity.contact_ids, event.contact_id),
                user_ids=_without(activity.user_ids, event.user_id),
            )
        case UsersMentioned():
            return replace(activity, mentions=(*activity.mentions, *event.user_ids))
        case ActivityAssigned():
            return replace(activity, owner_id=event.owner_id)
        case ActivityShared():
            return shared(activity, event)
        case ActivityUnshared():
            return unshared(activity, event)
        case ActivityFieldsSet():
            return replace(activity, custom=event.custom)
        case ActivityReminded():
            return replace(activity, reminded=True)
        case ParticipantForgotten():
            return replace(
                activity,
                contact_ids=_without(activity.contact_ids, event.contact_id),
                links=involved.without_contact(activity.links, event.contact_id),
            )
        case ContactReplaced():
            return replace(activity, replaced=involved.noted(event, activity))
        case ContactGivenBack():
            return replace(activity, replaced=involved.unnoted(event, activity))
        case LinkedCompanyReplaced():
            return replace(activity, companies_replaced=linked_company.noted(event, activity))
        case LinkedCompanyGivenBack():
            return replace(activity, companies_replaced=linked_company.unnoted(event, activity))
        case ActivityRemoved():
            return replace(activity, removed_at=event.at)
        case ActivityRestored():
            return replace(activity, removed_at=None)
        case ActivityExpired():
            return replace(activity, expired=True)
        case ActivityErased():
            return replace(
                activity,
                title=activity.title and ERASED,
                body=activity.body and ERASED,
                location=activity.location and ERASED,
                outcome=activity.outcome and ERASED,
                message_id=activity.message_id and ERASED,
                custom=activity.custom and ERASED,
                erased=True,
            )
        case _:
            assert_never(event)


def _with(ids: tuple[str, ...], id: str | None) -> tuple[str, ...]:
    return ids if id is None else (*ids, id)


def _without(ids: tuple[str, ...], id: str | None) -> tuple[str, ...]:
    return tuple(each for each in ids if each != id)


DECIDER: Decider[ActivityCommand, Activity, ActivityEvent] = Decider(
    CONTRACT, Activity(), decide, evolve, undo.ACTIVITY
)
