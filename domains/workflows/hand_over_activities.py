"""When a user is deactivated, what they had still to do passes to their manager."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never, get_args

from domains.kernel import Workflow
from schemas.generated.admin.user import UserDeactivated, UserReactivated
from schemas.generated.crm.activity import (
    ActivityAssigned,
    ActivityCancelled,
    ActivityCompleted,
    ActivityCreated,
    ActivityRemoved,
    ActivityReopened,
    ActivityRestored,
    AssignActivity,
)

Ended = ActivityCompleted | ActivityCancelled | ActivityRemoved
Arrived = ActivityCreated | ActivityReopened | ActivityRestored | ActivityAssigned
Event = Arrived | Ended | UserDeactivated | UserReactivated
EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True)
class Owner:
    """What the workflow knows of one user: their open activities, and where those go once they have left."""

    open: frozenset[str] = frozenset()
    active: bool = True
    manager_id: str | None = None


def keys(event: Event) -> Sequence[str]:
    """The users an event is about."""
    match event:
        case UserDeactivated() | UserReactivated():
            return [event.user_id]
        case ActivityAssigned():
            return [event.previous_owner_id, event.owner_id]
        case _:
            return [event.owner_id]


def evolve(owner: Owner, event: Event, key: str) -> Owner:
    match event:
        case UserDeactivated():
            return replace(owner, active=False, manager_id=event.manager_id)
        case UserReactivated():
            return replace(owner, active=True)
        case ActivityCreated() | ActivityReopened() | ActivityRestored() | ActivityAssigned():
            others = owner.open - {event.activity_id}
            return replace(owner, open=others | {event.activity_id} if _arrives(event, key) else others)
        case ActivityCompleted() | ActivityCancelled() | ActivityRemoved():
            return replace(owner, open=owner.open - {event.activity_id})
        case _:
            assert_never(event)


def _arrives(event: Arrived, key: str) -> bool:
    """Whether it is one that this user has still to do from then on."""
    match event:
        case ActivityCreated():
            return event.completed_at is None
        case ActivityReopened():
            return True
        case ActivityRestored():
            return event.open
        case ActivityAssigned():
            return event.open and event.owner_id == key
        case _:
            assert_never(event)


def react(owner: Owner, event: Event, key: str) -> Sequence[AssignActivity]:
    """All of them at once when the user leaves; each later one as soon as it comes to somebody who has left."""
    manager = owner.manager_id
    if owner.active or manager is None or manager == key:
        return []
    match event:
        case UserDeactivated():
            leaving = sorted(owner.open)
        case ActivityCreated() | ActivityReopened() | ActivityRestored() | ActivityAssigned():
            leaving = sorted(owner.open & {event.activity_id})
        case _:
            leaving = []
    return [AssignActivity(activity_id=each, owner_id=manager, from_owner_id=key, at=event.at) for each in leaving]


WORKFLOW: Workflow[Owner] = Workflow("hand_over_activities", EVENTS, keys, Owner, Owner(), evolve, react)
