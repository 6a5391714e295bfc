"""At the time that is set for it, the owner of an open activity is reminded of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains.kernel import Later, Workflow
from schemas.generated.crm.activity import ActivityCreated, ActivityRescheduled, ActivityRestored, RemindOfActivity

Event = ActivityCreated | ActivityRescheduled | ActivityRestored
EVENTS = (ActivityCreated, ActivityRescheduled, ActivityRestored)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Nothing need be known of earlier ones: the activity itself tells which are out of date."""


def keys(event: Event) -> Sequence[str]:
    return [event.activity_id]


def evolve(reminder: Reminder, event: Event, key: str) -> Reminder:
    return reminder


def react(reminder: Reminder, event: Event, key: str) -> Sequence[Later]:
    if event.remind_at is None:
        return []
    at = max(event.at, event.remind_at)
    return [Later(RemindOfActivity(activity_id=key, remind_at=event.remind_at, at=at), event.remind_at)]


WORKFLOW: Workflow[Reminder] = Workflow("remind_owners", EVENTS, keys, Reminder, Reminder(), evolve, react)
