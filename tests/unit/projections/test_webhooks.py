"""Webhooks as rows."""

from typing import Any

from projections.fold import fold
from projections.integration.webhooks import READ_MODEL
from schemas.generated.integration.webhook import (
    WebhookAdded,
    WebhookChanged,
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
from tests.unit.projections.log import day, log_of

ADDED = WebhookAdded(
    webhook_id="w",
    name="Billing",
    url="https://hooks.example.com/",
    types=("crm.DealWon",),
    aggregates=(),
    owner_id="ann",
    since_at=day(1),
    at=day(2),
)


def row_of(*events: Any) -> Any:
    current = fold(READ_MODEL, log_of((ADDED, *events)))
    return None if current is None else current.row


def failed(at: int, code: str) -> WebhookFailed:
    return WebhookFailed(webhook_id="w", code=code, reason="Mend it.", event_id="e", at=day(at))


def test_what_is_wrong_is_shown_since_when_until_it_is_right() -> None:
    row = row_of(failed(3, "refused"), failed(4, "unreachable"))
    assert (row.code, row.reason, row.event_id, row.failed_at) == ("unreachable", "Mend it.", "e", day(3))
    for mended in (WebhookRecovered(webhook_id="w", at=day(5)), WebhookResumed(webhook_id="w", at=day(5))):
        row = row_of(failed(3, "refused"), mended)
        assert (row.code, row.reason, row.event_id, row.failed_at) == (None, None, None, None)


def test_it_is_shown_as_it_was_changed() -> None:
    changed = WebhookChanged(
        webhook_id="w", name="Other", url="https://b.example.com/", aggregates=("deal",), at=day(3)
    )
    row = row_of(changed, WebhookSecretRotated(webhook_id="w", generation=1, at=day(4)))
    assert (row.name, row.url, row.types, row.aggregates) == ("Other", "https://b.example.com/", (), ("deal",))
    assert (row.owner_id, row.generation, row.rotated_at, row.since_at) == (None, 1, day(4), day(1))


def test_it_rests_until_it_is_resumed_and_is_gone_once_removed() -> None:
    paused = WebhookPaused(webhook_id="w", at=day(3))
    assert row_of(paused).status is WebhookStatus.PAUSED
    assert row_of(paused, WebhookResumed(webhook_id="w", at=day(4))).status is WebhookStatus.ACTIVE
    quiet = (
        WebhookPinged(webhook_id="w", ping_id="p", at=day(3)),
        WebhookEventSkipped(webhook_id="w", event_id="e", at=day(3)),
    )
    assert row_of(*quiet) == row_of()
    assert row_of(WebhookRemoved(webhook_id="w", at=day(4))) is None
