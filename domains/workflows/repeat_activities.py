"""When an activity that repeats is done, the next one of its series is planned."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains.kernel import Workflow
from schemas.generated.crm.activity import ActivityRecurred, RepeatActivity


@dataclass(frozen=True, slots=True)
class Series:
    """Nothing need be known of a series: the event says all."""


def keys(event: ActivityRecurred) -> Sequence[str]:
    return [event.activity_id]


def evolve(series: Series, event: ActivityRecurred, key: str) -> Series:
    return series


def react(series: Series, event: ActivityRecurred, key: str) -> Sequence[RepeatActivity]:
    return [
        RepeatActivity(
            activity_id=event.next_id,
            kind=event.kind,
            title=event.title,
            body=event.body,
            location=event.location,
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
            contact_ids=event.contact_ids,
            user_ids=event.user_ids,
            links=event.links,
            custom=event.custom,
            at=event.at,
        )
    ]


WORKFLOW: Workflow[Series] = Workflow("repeat_activities", (ActivityRecurred,), keys, Series, Series(), evolve, react)
