"""Mailboxes and calendars elsewhere, and what came of looking into them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from schemas.generated.integration.mailbox import (
    MailboxChanged,
    MailboxConnected,
    MailboxDisconnected,
    MailboxEvent,
    MailboxFailed,
    MailboxKind,
    MailboxLooked,
    MailboxPaused,
    MailboxRecovered,
    MailboxResumed,
    MailboxStatus,
)

MOST = 100
"""Problems that are shown."""


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """`counts` are of all looks together, `looked_at` is when something came of one; `problems` are codes by where the
    mail or event is. `code`, `reason` and `failed_at` tell what is wrong now."""

    name: str
    kind: MailboxKind
    address: str
    has_secret: bool
    owner_id: str
    folders: tuple[str, ...]
    since_at: datetime
    internal: bool
    status: MailboxStatus
    counts: Mapping[str, Any]
    problems: Mapping[str, Any]
    looked_at: datetime | None
    code: str | None
    reason: str | None
    failed_at: datetime | None


def key(event: MailboxEvent) -> str:
    return event.mailbox_id


def evolve(row: MailboxRow | None, event: MailboxEvent) -> MailboxRow | None:
    match event:
        case MailboxConnected():
            return MailboxRow(
                name=event.name,
                kind=event.kind,
                address=event.address,
                has_secret=event.secret is not None,
                owner_id=event.owner_id,
                folders=event.folders,
                since_at=event.since_at,
                internal=event.internal,
                status=MailboxStatus.CONNECTED,
                counts={},
                problems={},
                looked_at=None,
                code=None,
                reason=None,
                failed_at=None,
            )
        case MailboxChanged():
            return row and replace(
                row,
                name=event.name,
                has_secret=event.secret is not None,
                owner_id=event.owner_id,
                folders=event.folders,
                internal=event.internal,
            )
        case MailboxPaused():
            return row and replace(row, status=MailboxStatus.PAUSED)
        case MailboxResumed():
            return row and replace(row, status=MailboxStatus.CONNECTED)
        case MailboxLooked():
            return row and replace(
                row,
                counts=dict(sorted((Counter(row.counts) + Counter(event.counts)).items())),
                problems=_newest(row.problems, event.problems),
                looked_at=event.at,
            )
        case MailboxFailed():
            return row and replace(row, code=event.code, reason=event.reason, failed_at=event.at)
        case MailboxRecovered():
            return row and replace(row, code=None, reason=None, failed_at=None)
        case MailboxDisconnected():
            return None
        case _:
            assert_never(event)


def _newest(known: Mapping[str, Any], fresh: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fresh ones before the known ones, whatever order a database gives them back in."""
    ordered = [*sorted(fresh.items()), *sorted(item for item in known.items() if item[0] not in fresh)]
    return dict(ordered[:MOST])
