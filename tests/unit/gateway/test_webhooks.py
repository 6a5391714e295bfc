"""What is signed, what answers mean, and when nothing is tried any more."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Library
from standardwebhooks.webhooks import WebhookVerificationError

from gateway.feed import LogMessage, Wanted
from gateway.turns import Turns
from gateway.webhooks import course as courses
from gateway.webhooks.course import GIVES_UP_AFTER, Course, Desk, wanted_of
from gateway.webhooks.signing import OVERLAP, headers, secret_of, secrets_of, written
from gateway.webhooks.trouble import LONGEST_REST, Trouble, trouble_of
from infra.log.board import Job
from infra.outward import WORLD, Answer
from schemas.generated.integration.webhook import RecordWebhookTrouble, Webhook, WebhookStatus

NOW = datetime.now(UTC)
OF_TENANT = b"t" * 32
STATE = Webhook(webhook_id="w", url="https://hooks.example.com/", status=WebhookStatus.ACTIVE, since_at=NOW)


def answer(status: int, **given: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in given.items()}, b"")


def test_the_library_of_the_standard_takes_what_is_signed() -> None:
    secret = secret_of(OF_TENANT, "w", 0)
    body, sent = '{"name": "Zoë"}'.encode(), int(time.time())  # long ago the library takes nothing
    given = headers([secret], "e1", sent, body)
    assert Library(written(secret)).verify(body, given) == {"name": "Zoë"}
    for other in (secret_of(OF_TENANT, "w", 1), secret_of(OF_TENANT, "v", 0), secret_of(b"u" * 32, "w", 0)):
        with pytest.raises(WebhookVerificationError):
            Library(written(other)).verify(body, given)
    for changed in (given | {"webhook-id": "e2"}, given | {"webhook-timestamp": str(sent + 1)}):
        with pytest.raises(WebhookVerificationError):
            Library(written(secret)).verify(body, changed)


def test_the_secret_before_signs_for_a_day_more() -> None:
    rotated = Webhook(webhook_id="w", generation=2, rotated_at=NOW)
    newest, before = secret_of(OF_TENANT, "w", 2), secret_of(OF_TENANT, "w", 1)
    assert secrets_of(OF_TENANT, "w", rotated, NOW) == [newest, before]
    assert secrets_of(OF_TENANT, "w", rotated, NOW + OVERLAP) == [newest]
    assert secrets_of(OF_TENANT, "w", STATE, NOW) == [secret_of(OF_TENANT, "w", 0)]
    body = b"{}"
    both = headers([newest, before], "e1", int(time.time()), body)
    assert Library(written(before)).verify(body, both) == {}


@pytest.mark.parametrize(
    ("given", "code", "pause", "rest"),
    [
        (answer(200), None, False, 0.0),
        (answer(204), None, False, 0.0),
        (answer(301), "redirected", False, 0.0),
        (answer(410), "webhook_gone", True, 0.0),
        (answer(400), "refused", False, 0.0),
        (answer(500), "refused", False, 0.0),
        (answer(429, retry_after="17"), "refused", False, 17.0),
        (answer(503, retry_after="999999"), "refused", False, LONGEST_REST),
        (answer(503, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), "refused", False, 0.0),
        (answer(503, retry_after="-1"), "refused", False, 0.0),
        (None, "unreachable", False, 0.0),
    ],
)
def test_what_answers_mean(given: Answer | None, code: str | None, pause: bool, rest: float) -> None:
    found = trouble_of(given, "nobody knows its name", "e1")
    if code is None:
        assert found is None
    else:
        assert found is not None
        assert (found.code, found.pause, found.rest, found.event_id) == (code, pause, rest, "e1")
        assert found.reason.endswith(".")


class Told:
    """A sender that notes what is told."""

    def __init__(self) -> None:
        self.commands: list[RecordWebhookTrouble] = []
        self.broken = False

    async def ask(self, envelope: Any) -> Any:
        if self.broken:
            raise RuntimeError("away")
        self.commands.append(envelope.command)
        return SimpleNamespace(status=200, code=None, message=None)


def course(told: Told, clock: Any) -> Course:
    here: Any = SimpleNamespace(sender=told)
    nothing: Any = None
    desk = Desk(here, nothing, nothing, Turns(1, 1, 0.0), WORLD, clock)
    return Course(Job("acme", "w", STATE), desk, nothing, {}, wanted_of(Job("acme", "w", STATE)))


def failed(one: Course, trouble: Trouble) -> bool:
    return asyncio.run(courses._failed(one, trouble))  # pyright: ignore[reportPrivateUsage]


def test_who_takes_nothing_for_days_is_paused() -> None:
    now, told = [NOW], Told()
    one, trouble = course(told, lambda: now[0]), Trouble("refused", "No.", "e1")
    assert not failed(one, trouble)
    now[0] += GIVES_UP_AFTER
    assert not failed(one, trouble)
    now[0] += timedelta(seconds=1)
    assert failed(one, trouble)
    assert [command.pause for command in told.commands] == [False, False, True]
    assert one.failures == 3


def test_what_could_not_be_told_is_told_at_the_next_failure() -> None:
    told = Told()
    one = course(told, lambda: NOW)
    told.broken = True
    assert not failed(one, Trouble("webhook_gone", "No.", pause=True))
    assert not one.told
    told.broken = False
    assert failed(one, Trouble("webhook_gone", "No.", pause=True))
    assert one.told


def test_a_webhook_that_names_nothing_hears_all_but_what_is_told_of_sending_and_asking() -> None:
    def heard(**said: Any) -> Wanted:
        return wanted_of(Job("acme", "w", Webhook(webhook_id="w", **said)))

    every = heard().types
    assert {"crm.DealWon", "admin.UserCreated", "integration.WebhookPinged"} <= every
    assert not {"integration.WebhookFailed", "audit.EntriesRecorded"} & every
    assert heard(types=("integration.WebhookFailed",)).types == {
        "integration.WebhookFailed",
        "integration.WebhookPinged",
    }
    assert {name.partition(".")[0] for name in heard(aggregates=("deal",)).types} == {"crm", "integration"}
    message = LogMessage("t.crm.events", 0, 0, b"other/deal/1", b"", [("ce_type", b"crm.DealWon")])
    assert not heard().fits(message)
