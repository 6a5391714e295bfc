"""What is to be done and what took place: tasks, calls, meetings, notes and emails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from projections.crm.custom import shown_values
from projections.crm.sharing import shared, unshared
from projections.person import erased, shown
from projections.replaced import replace
from schemas.generated.crm.activity import (
    ActivityAssigned,
    ActivityCancelled,
    ActivityChanged,
    ActivityCompleted,
    ActivityCreated,
    ActivityDirection,
    ActivityErased,
    ActivityEvent,
    ActivityExpired,
    ActivityFieldsSet,
    ActivityKind,
    ActivityLinked,
    ActivityPriority,
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
    ContactGivenBack,
    ContactReplaced,
    LinkedCompanyGivenBack,
    LinkedCompanyReplaced,
    ParticipantAdded,
    ParticipantDropped,
    ParticipantForgotten,
    UsersMentioned,
)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """`about` are the records on whose timelines it stands: its links, and the contacts who take part."""

    kind: ActivityKind
    status: ActivityStatus
    title: str | None
    body: str | None
    location: str | None
    outcome: str | None
    message_id: str | None
    priority: ActivityPriority
    direction: ActivityDirection | None
    owner_id: str
    due_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    remind_at: datetime | None
    rule: str | None
    zone: str | None
    series_id: str | None
    series_start: datetime | None
    next_id: str | None
    completed_at: datetime | None
    contact_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    links: tuple[str, ...]
    about: tuple[str, ...]
    mentions: tuple[str, ...]
    readers: tuple[str, ...]
    editors: tuple[str, ...]
    custom: Mapping[str, Any]
    removed_at: datetime | None


def key(event: ActivityEvent) -> str:
    return event.activity_id


def _created(event: ActivityCreated) -> ActivityRow:
    row = ActivityRow(
        kind=event.kind,
        status=ActivityStatus.OPEN if event.completed_at is None else ActivityStatus.DONE,
        title=shown(event.title),
        body=shown(event.body),
        location=shown(event.location),
        outcome=shown(event.outcome),
        message_id=shown(event.message_id),
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
        next_id=None,
        completed_at=event.completed_at,
        contact_ids=(),
        user_ids=event.user_ids,
        links=(),
        about=(),
        mentions=event.mentions,
        readers=(),
        editors=(),
        custom={},
        removed_at=None,
    )
    return _concerning(row, event.contact_ids, event.links)


def _concerning(row: ActivityRow, contact_ids: tuple[str, ...], links: tuple[str, ...]) -> ActivityRow:
    about = dict.fromkeys((*links, *(f"crm/contact/{each}" for each in contact_ids)))
    return replace(row, contact_ids=contact_ids, links=links, about=tuple(about))


def evolve(row: ActivityRow | None, event: ActivityEvent) -> ActivityRow | None:
    match event:
        case ActivityCreated():
            return _created(event)
        case ActivityChanged():
            return row and replace(
                row,
                title=shown(event.title),
                body=shown(event.body),
                location=shown(event.location),
                priority=event.priority,
                direction=event.direction,
            )
        case ActivityRescheduled():
            return row and replace(
                row,
                due_at=event.due_at,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                remind_at=event.remind_at,
                rule=event.rule,
                zone=event.zone,
                series_id=event.series_id,
                series_start=event.series_start,
            )
        case ActivityCompleted():
            return row and replace(row, status=ActivityStatus.DONE, outcome=shown(event.outcome), completed_at=event.at)
        case ActivityRecurred():
            return row and replace(row, next_id=event.next_id)
        case ActivityCancelled():
            return row and replace(row, status=ActivityStatus.CANCELLED)
        case ActivityReopened():
            return row and replace(row, status=ActivityStatus.OPEN, outcome=None, completed_at=None)
        case ActivityLinked():
            return row and _concerning(row, row.contact_ids, (*_without(row.links, event.record), event.record))
        case ActivityUnlinked():
            return row and _concerning(row, row.contact_ids, _without(row.links, event.record))
        case ParticipantAdded():
            return row and replace(
                _concerning(row, _with(row.contact_ids, event.contact_id), row.links),
                user_ids=_with(row.user_ids, event.user_id),
            )
        case ParticipantDropped():
            return row and replace(
                _concerning(row, _without(row.contact_ids, event.contact_id), row.links),
                user_ids=_without(row.user_ids, event.user_id),
            )
        case UsersMentioned():
            return row and replace(row, mentions=tuple(dict.fromkeys((*row.mentions, *event.user_ids))))
        case ActivityAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case ActivityShared():
            return row and shared(row, event)
        case ActivityUnshared():
            return row and unshared(row, event)
        case ActivityFieldsSet():
            return row and replace(row, custom=shown_values(event.custom))
        case ActivityReminded() | ContactReplaced() | ContactGivenBack():
            return row
        case LinkedCompanyReplaced() | LinkedCompanyGivenBack():
            return row
        case ParticipantForgotten():
            return row and _concerning(
                row,
                _without(row.contact_ids, event.contact_id),
                _without(row.links, f"crm/contact/{event.contact_id}"),
            )
        case ActivityRemoved():
            return None if event.erased else row and replace(row, removed_at=event.at)
        case ActivityRestored():
            return row and replace(row, removed_at=None)
        case ActivityErased() if row is not None and row.removed_at is not None:
            return None
        case ActivityExpired():
            return row
        case ActivityErased():
            return row and replace(
                row,
                title=erased(row.title),
                body=erased(row.body),
                location=erased(row.location),
                outcome=erased(row.outcome),
                message_id=erased(row.message_id),
                custom={},
            )
        case _:
            assert_never(event)


def _with(ids: tuple[str, ...], id: str | None) -> tuple[str, ...]:
    return ids if id is None else (*_without(ids, id), id)


def _without(ids: Iterable[str], id: str | None) -> tuple[str, ...]:
    return tuple(each for each in ids if each != id)
