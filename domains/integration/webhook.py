"""A webhook: an address of another system to which events are sent as they are recorded, and how that goes.

How far it has come is not told here but kept by the worker: the log holds the events, and none is lost however long an
address takes nothing. What is told is what people must know: that something is wrong, and when it is right again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from domains.checks import LONGEST_ID, is_inward, is_loopback, optional_text, text
from domains.kernel import Decider, Rejected
from schemas.contract import contracts
from schemas.generated.integration.webhook import (
    CONTRACT,
    AddWebhook,
    ChangeWebhook,
    PauseWebhook,
    PingWebhook,
    RecordWebhookTrouble,
    RemoveWebhook,
    ResumeWebhook,
    RotateWebhookSecret,
    SkipWebhookEvent,
    Webhook,
    WebhookAdded,
    WebhookChanged,
    WebhookCommand,
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

MOST = 200
"""Types, or kinds of record, that a webhook names."""
SKIPPED = 100
"""Events to be left out that are remembered: the last ones."""
EARLIEST = datetime.fromisoformat("1990-01-01T00:00:00Z")
_URL = re.compile(
    r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
    r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)


def _url(value: str) -> str:
    """An address: with TLS, or without it on this machine alone; a place that names lead to is asked about when events
    are sent there."""
    given = text(value, "url", 500)
    found = _URL.fullmatch(given)
    if found is None or (found[3] is not None and not 0 < int(found[3]) < 65_536):
        message = "That is no address; write it as https://hooks.example.com/path, without a user and without #."
        raise Rejected("url_malformed", message, "url")
    host = found[2].strip("[]")
    if found[1] == "http" and not is_loopback(host):
        message = "Others could read what is sent there; the address must begin with https://."
        raise Rejected("url_not_secure", message, "url")
    if not is_loopback(host) and is_inward(host):
        raise Rejected("url_inward", "The address leads inside; name the server by its host.", "url")
    return given


def _known(given: Iterable[str], there: frozenset[str], field: str, noun: str) -> tuple[str, ...]:
    """Each once, in order of the alphabet."""
    once = sorted({*given})
    if len(once) > MOST:
        raise Rejected(f"too_many_{field}", f"A webhook names {MOST} {field} at most; leave some out.", field)
    for name in once:
        if name not in there:
            raise Rejected(f"{field}_unknown", f"There is no {noun} {name[:80]!r}; check how it is written.", field)
    return tuple(once)


def _types(given: Iterable[str]) -> tuple[str, ...]:
    there = frozenset(event.NAME for contract in contracts().values() for event in contract.events)
    return _known(given, there, "types", "type of event")


def _aggregates(given: Iterable[str]) -> tuple[str, ...]:
    return _known(given, frozenset(aggregate for _, aggregate in contracts()), "aggregates", "kind of record")


def _since(command: AddWebhook) -> datetime:
    since = command.at if command.since_at is None else command.since_at
    if not EARLIEST <= since <= command.at:
        raise Rejected("since_implausible", "The time is before 1990 or to come; correct it.", "since_at")
    return since


def _added(command: AddWebhook) -> WebhookAdded:
    return WebhookAdded(
        webhook_id=command.webhook_id,
        name=text(command.name, "name", 100),
        url=_url(command.url),
        types=_types(command.types),
        aggregates=_aggregates(command.aggregates),
        owner_id=optional_text(command.owner_id, "owner_id", LONGEST_ID),
        since_at=_since(command),
        at=command.at,
    )


def _changed(command: ChangeWebhook, webhook: Webhook) -> Sequence[WebhookEvent]:
    event = WebhookChanged(
        webhook_id=webhook.webhook_id,
        name=text(command.name, "name", 100),
        url=_url(command.url),
        types=_types(command.types),
        aggregates=_aggregates(command.aggregates),
        owner_id=optional_text(command.owner_id, "owner_id", LONGEST_ID),
        at=command.at,
    )
    return [] if evolve(webhook, event) == webhook else [event]


def _skipped(command: SkipWebhookEvent, webhook: Webhook) -> Sequence[WebhookEvent]:
    """Only what cannot be sent is left out: anything else would be missing over there, and nobody would know why."""
    event = text(command.event_id, "event_id", LONGEST_ID)
    if event in webhook.skipped:
        return []
    if event != webhook.event_id:
        message = "That event does not hold anything up; skip the one that `event_id` of the webhook names."
        raise Rejected("event_not_failing", message, "event_id")
    return [WebhookEventSkipped(webhook_id=webhook.webhook_id, event_id=event, at=command.at)]


def _told(command: RecordWebhookTrouble, webhook: Webhook) -> Sequence[WebhookEvent]:
    """Nothing is told of what is known already."""
    id, events = webhook.webhook_id, list[WebhookEvent]()
    if command.code is None:
        return [] if webhook.code is None else [WebhookRecovered(webhook_id=id, at=command.at)]
    reason = command.reason or ""
    if (command.code, reason, command.event_id) != (webhook.code, webhook.reason, webhook.event_id):
        failed = WebhookFailed(
            webhook_id=id, code=command.code, reason=reason, event_id=command.event_id, at=command.at
        )
        events.append(failed)
    if command.pause and webhook.status is WebhookStatus.ACTIVE:
        events.append(WebhookPaused(webhook_id=id, at=command.at))
    return events


def decide(command: WebhookCommand, webhook: Webhook) -> Sequence[WebhookEvent]:
    id, status = webhook.webhook_id, webhook.status
    match command:
        case AddWebhook():
            added = _added(command)
            if status is WebhookStatus.NEW:
                return [added]
            if status is WebhookStatus.ACTIVE and evolve(webhook, added) == webhook:
                return []
            raise Rejected("webhook_exists", "The webhook is there, or was removed; change it, or add another one.")
        case RemoveWebhook():
            gone = status in (WebhookStatus.NEW, WebhookStatus.REMOVED)
            return [] if gone else [WebhookRemoved(webhook_id=id, at=command.at)]
        case RecordWebhookTrouble() if status in (WebhookStatus.NEW, WebhookStatus.REMOVED):
            return []
        case _ if status in (WebhookStatus.NEW, WebhookStatus.REMOVED):
            raise Rejected("webhook_removed", "There is no such webhook any more; add another one.")
        case ChangeWebhook():
            return _changed(command, webhook)
        case PauseWebhook():
            return [] if status is WebhookStatus.PAUSED else [WebhookPaused(webhook_id=id, at=command.at)]
        case ResumeWebhook():
            return [] if status is WebhookStatus.ACTIVE else [WebhookResumed(webhook_id=id, at=command.at)]
        case RotateWebhookSecret() if command.generation == webhook.generation:
            return []
        case RotateWebhookSecret() if command.generation != webhook.generation + 1:
            message = (
                "It was changed meanwhile, or never so often; ask for the secret, and send one more than it tells."
            )
            raise Rejected("generation_stale", message, "generation")
        case RotateWebhookSecret():
            return [WebhookSecretRotated(webhook_id=id, generation=command.generation, at=command.at)]
        case PingWebhook() if status is WebhookStatus.PAUSED:
            raise Rejected("webhook_paused", "Nothing is sent there now; resume the webhook first.")
        case PingWebhook() if command.ping_id == webhook.ping_id:
            return []
        case PingWebhook():
            return [WebhookPinged(webhook_id=id, ping_id=command.ping_id, at=command.at)]
        case SkipWebhookEvent():
            return _skipped(command, webhook)
        case RecordWebhookTrouble():
            return _told(command, webhook)
        case _:
            assert_never(command)


def evolve(webhook: Webhook, event: WebhookEvent) -> Webhook:
    match event:
        case WebhookAdded():
            return Webhook(
                webhook_id=event.webhook_id,
                name=event.name,
                url=event.url,
                types=event.types,
                aggregates=event.aggregates,
                owner_id=event.owner_id,
                since_at=event.since_at,
                status=WebhookStatus.ACTIVE,
            )
        case WebhookChanged():
            return replace(
                webhook,
                name=event.name,
                url=event.url,
                types=event.types,
                aggregates=event.aggregates,
                owner_id=event.owner_id,
            )
        case WebhookPaused():
            return replace(webhook, status=WebhookStatus.PAUSED)
        case WebhookResumed():
            return _well(replace(webhook, status=WebhookStatus.ACTIVE))
        case WebhookSecretRotated():
            return replace(webhook, generation=event.generation, rotated_at=event.at)
        case WebhookPinged():
            return replace(webhook, ping_id=event.ping_id)
        case WebhookEventSkipped():
            return replace(webhook, skipped=(*webhook.skipped, event.event_id)[-SKIPPED:])
        case WebhookFailed():
            return replace(
                webhook,
                code=event.code,
                reason=event.reason,
                event_id=event.event_id,
                failed_at=webhook.failed_at or event.at,
            )
        case WebhookRecovered():
            return _well(webhook)
        case WebhookRemoved():
            return Webhook(webhook_id=event.webhook_id, status=WebhookStatus.REMOVED)
        case _:
            assert_never(event)


def _well(webhook: Webhook) -> Webhook:
    return replace(webhook, code=None, reason=None, event_id=None, failed_at=None)


DECIDER: Decider[WebhookCommand, Webhook, WebhookEvent] = Decider(CONTRACT, Webhook(), decide, evolve)
