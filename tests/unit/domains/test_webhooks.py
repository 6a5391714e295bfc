"""What may happen to webhooks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domains.integration.webhook import MOST, SKIPPED
from schemas.generated.integration.webhook import (
    AddWebhook,
    ChangeWebhook,
    PauseWebhook,
    PingWebhook,
    RecordWebhookTrouble,
    RemoveWebhook,
    ResumeWebhook,
    RotateWebhookSecret,
    SkipWebhookEvent,
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
)
from tests.spec import given

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED: dict[str, Any] = {"name": "Billing", "url": "https://hooks.example.com/a?token=1", "types": ("crm.DealWon",)}
ADDED = WebhookAdded(webhook_id="w", since_at=AT, at=AT, **ASKED)
PAUSED, RESUMED = WebhookPaused(webhook_id="w", at=AT), WebhookResumed(webhook_id="w", at=AT)
GONE = WebhookRemoved(webhook_id="w", at=AT)
FAILED = WebhookFailed(webhook_id="w", code="refused", reason="Mend it.", event_id="e", at=AT)


def add(**changes: Any) -> AddWebhook:
    said: dict[str, Any] = {**ASKED, "at": AT, **changes}
    return AddWebhook(webhook_id="w", **said)


def change(**changes: Any) -> ChangeWebhook:
    said: dict[str, Any] = {**ASKED, "at": AT, **changes}
    return ChangeWebhook(webhook_id="w", **said)


def trouble(**changes: Any) -> RecordWebhookTrouble:
    said: dict[str, Any] = {"code": "refused", "reason": "Mend it.", "event_id": "e", "at": AT, **changes}
    return RecordWebhookTrouble(webhook_id="w", **said)


def rotate(generation: int) -> RotateWebhookSecret:
    return RotateWebhookSecret(webhook_id="w", generation=generation, at=AT)


WELL = trouble(code=None, reason=None, event_id=None)


def test_a_webhook_is_added_once() -> None:
    given().when(add()).then(ADDED)
    given(ADDED).when(add()).nothing()
    given(ADDED).when(add(name="Other")).rejected("webhook_exists")
    given(ADDED, GONE).when(add()).rejected("webhook_exists")


def test_it_is_told_what_was_recorded_since_a_time_that_was() -> None:
    given().when(add(since_at=AT - DAY)).then(WebhookAdded(webhook_id="w", since_at=AT - DAY, at=AT, **ASKED))
    given().when(add(since_at=AT + DAY)).rejected("since_implausible", "since_at")
    given().when(add(since_at=AT - 20_000 * DAY)).rejected("since_implausible", "since_at")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (" ", "url_missing"),
        ("hooks.example.com", "url_malformed"),
        ("ftp://hooks.example.com/", "url_malformed"),
        ("https://ann:word@hooks.example.com/", "url_malformed"),
        ("https://hooks.example.com/#there", "url_malformed"),
        ("https://hooks.example.com:0/", "url_malformed"),
        ("https://hooks.example.com:65536/", "url_malformed"),
        ("https://hooks.example.com/\nX: y", "url_malformed"),
        ("http://hooks.example.com/", "url_not_secure"),
        ("https://10.0.0.7/", "url_inward"),
        ("https://[fe80::1]/", "url_inward"),
        ("https://169.254.169.254/latest/meta-data", "url_inward"),
    ],
)
def test_an_address_is_secure_and_leads_outside(url: str, code: str) -> None:
    given().when(add(url=url)).rejected(code, "url")
    given(ADDED).when(change(url=url)).rejected(code, "url")


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com", "http://127.0.0.1:8080/x", "https://[2606:4700::1111]:1/"]
)
def test_these_are_addresses(url: str) -> None:
    asked: dict[str, Any] = {**ASKED, "url": url}
    given().when(add(url=url)).then(WebhookAdded(webhook_id="w", since_at=AT, at=AT, **asked))


def test_it_names_what_there_is() -> None:
    twice = add(types=("crm.DealWon", "crm.DealWon"), aggregates=("deal",))
    given().when(twice).then(WebhookAdded(webhook_id="w", since_at=AT, at=AT, aggregates=("deal",), **ASKED))
    given().when(add(types=("crm.Nothing",))).rejected("types_unknown", "types")
    given().when(add(aggregates=("nothing",))).rejected("aggregates_unknown", "aggregates")
    given().when(add(types=tuple(map(str, range(MOST + 1))))).rejected("too_many_types", "types")


def test_it_is_changed_as_a_whole() -> None:
    given(ADDED).when(change()).nothing()
    asked: dict[str, Any] = {**ASKED, "types": ()}
    changed = WebhookChanged(webhook_id="w", owner_id="ann", at=AT, **asked)
    given(ADDED).when(change(types=(), owner_id=" ann ")).then(changed)
    given(ADDED, GONE).when(change()).rejected("webhook_removed")


def test_it_rests_and_is_resumed_and_removed() -> None:
    given(ADDED).when(PauseWebhook(webhook_id="w", at=AT)).then(PAUSED)
    given(ADDED, PAUSED).when(PauseWebhook(webhook_id="w", at=AT)).nothing()
    given(ADDED, PAUSED).when(ResumeWebhook(webhook_id="w", at=AT)).then(RESUMED)
    given(ADDED).when(ResumeWebhook(webhook_id="w", at=AT)).nothing()
    given(ADDED).when(RemoveWebhook(webhook_id="w", at=AT)).then(GONE)
    given(ADDED, GONE).when(RemoveWebhook(webhook_id="w", at=AT)).nothing()
    given(ADDED, GONE).when(ResumeWebhook(webhook_id="w", at=AT)).rejected("webhook_removed")


def test_its_secret_is_another_each_time_it_is_changed() -> None:
    first, second = (WebhookSecretRotated(webhook_id="w", generation=each, at=AT) for each in (1, 2))
    given(ADDED).when(rotate(1)).then(first)
    given(ADDED, first).when(rotate(1)).nothing()
    given(ADDED, first).when(rotate(2)).then(second)
    for other in (0, 1, 4):
        given(ADDED, first, second).when(rotate(other)).rejected("generation_stale", "generation")


def test_it_is_tried_while_events_are_sent() -> None:
    ping, pinged = PingWebhook(webhook_id="w", ping_id="p", at=AT), WebhookPinged(webhook_id="w", ping_id="p", at=AT)
    given(ADDED).when(ping).then(pinged)
    given(ADDED, pinged).when(ping).nothing()
    given(ADDED, PAUSED).when(ping).rejected("webhook_paused")


def test_the_event_that_is_not_taken_is_skipped_and_no_other() -> None:
    skip = SkipWebhookEvent(webhook_id="w", event_id="e", at=AT)
    skipped = WebhookEventSkipped(webhook_id="w", event_id="e", at=AT)
    given(ADDED, FAILED).when(skip).then(skipped)
    given(ADDED, FAILED, skipped).when(skip).nothing()
    given(ADDED).when(skip).rejected("event_not_failing", "event_id")
    others = [WebhookEventSkipped(webhook_id="w", event_id=f"e{number}", at=AT) for number in range(SKIPPED)]
    given(ADDED, FAILED, skipped, *others).when(skip).then(skipped)


def test_trouble_is_told_once_and_its_end_too() -> None:
    given(ADDED).when(trouble()).then(FAILED)
    given(ADDED, FAILED).when(trouble()).nothing()
    other = WebhookFailed(webhook_id="w", code="unreachable", reason="Mend it.", event_id="e", at=AT)
    given(ADDED, FAILED).when(trouble(code="unreachable")).then(other)
    given(ADDED, FAILED).when(WELL).then(WebhookRecovered(webhook_id="w", at=AT))
    given(ADDED).when(WELL).nothing()
    given(ADDED, FAILED, RESUMED).when(trouble()).then(FAILED)
    given(ADDED, GONE).when(trouble()).nothing()


def test_who_gives_up_pauses_it() -> None:
    given(ADDED).when(trouble(pause=True)).then(FAILED, PAUSED)
    given(ADDED, FAILED).when(trouble(pause=True)).then(PAUSED)
    given(ADDED, FAILED, PAUSED).when(trouble(pause=True)).nothing()
