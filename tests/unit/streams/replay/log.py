"""Events as a replay finds them, in memory."""

from collections.abc import Sequence
from typing import Any

from infra.log.envelope import Recorded
from infra.settings import Settings
from streams.replay.bounds import Found, found
from streams.replay.opening import Opened
from tests.integration.projector import message
from tests.unit.projections.log import log_of

SETTINGS = Settings()


def founds(events: Sequence[Any], tenant: str = "acme") -> list[Found]:
    """The events as one partition holds them."""
    return [of(recorded) for recorded in log_of(events, tenant=tenant)]


def of(recorded: Recorded) -> Found:
    event = found(message(SETTINGS, recorded))
    assert event is not None
    return event


def opened(event: Any) -> Opened:
    """The event, opened as it is."""
    return Opened(founds([event])[0], event)
