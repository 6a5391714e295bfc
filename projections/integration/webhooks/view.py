"""Addresses to which events are sent, and what is wrong with them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.integration.webhook import (
    WebhookAdded,
    WebhookChanged,
    WebhookEvent,
    WebhookEventSkipped,
    WebhookFailed,
    WebhookPaused,
    WebhookPinged,
    WebhookRecovered,
    WebhookRemoved,
    WebhookResumed,
    WebhookSecretRotated,
    WebhookStatus,
)


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """`generation` and `rotated_at` tell how often its secret was changed, and when last; `code`, `reason` and
    `event_id` what is wrong now, and `failed_at` since when."""

    name: str
    url: str
    types: tuple[str, ...]
    aggregates: tuple[str, ...]
    owner_id: str | None
    since_at: datetime
    status: WebhookStatus
    generation: int
    rotated_at: datetime | None
    code: str | None
    reason: str | None
    event_id: str | None
    failed_at: datetime | None


def key(event: WebhookEvent) -> str:
    return event.webhook_id


def evolve(row: WebhookRow | None, event: WebhookEvent) -> WebhookRow | None:
    match event:
        case WebhookAdded():
            return WebhookRow(
                name=event.name,
                url=event.url,
                types=event.types,
                aggregates=event.aggregates,
                owner_id=event.owner_id,
                since_at=event.since_at,
                status=WebhookStatus.ACTIVE,
                generation=0,
                rotated_at=None,
                code=None,
                reason=None,
                event_id=None,
                failed_at=None,
            )
        case WebhookChanged():
            return row and replace(
                row,
                name=event.name,
                url=event.url,
                types=event.types,
                aggregates=event.aggregates,
                owner_id=event.owner_id,
            )
        case WebhookPaused():
            return row and replace(row, status=WebhookStatus.PAUSED)
        case WebhookResumed():
            return row and _well(replace(row, status=WebhookStatus.ACTIVE))
        case WebhookSecretRotated():
            return row and replace(row, generation=event.generation, rotated_at=event.at)
        case WebhookPinged() | WebhookEventSkipped():
            return row
        case WebhookFailed():
            return row and replace(
                row,
                code=event.code,
                reason=event.reason,
                event_id=event.event_id,
                failed_at=row.failed_at or event.at,
            )
        case WebhookRecovered():
            return row and _well(row)
        case WebhookRemoved():
            return None
        case _:
            assert_never(event)


def _well(row: WebhookRow) -> WebhookRow:
    return replace(row, code=None, reason=None, event_id=None, failed_at=None)
