"""Every trail that is opened, and every one that ends, has a line in the tenant's ledger.

A gateway that is killed cannot close its trails: the tenant's next trail does that is opened an hour later or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from domains.kernel import Workflow
from schemas.generated.audit.ledger import EnterClosing, EnterOpening
from schemas.generated.audit.trail import CloseTrail, TrailClosed, TrailOpened

Event = TrailOpened | TrailClosed
EVENTS = (TrailOpened, TrailClosed)
LEDGER = "trails"
"""The id of a tenant's one ledger."""
ABANDONED_AFTER = timedelta(hours=1)
"""Gateways close their trails after some minutes."""


@dataclass(frozen=True, slots=True)
class Open:
    """The trails that have not ended, by id, and when each was opened (RFC 3339)."""

    trails: tuple[tuple[str, str], ...] = ()


def keys(event: Event) -> Sequence[str]:
    return [LEDGER]


def evolve(known: Open, event: Event, key: str) -> Open:
    others = tuple(each for each in known.trails if each[0] != event.trail_id)
    match event:
        case TrailOpened():
            return Open((*others, (event.trail_id, event.at.isoformat())))
        case TrailClosed():
            return Open(others)
        case _:
            assert_never(event)


def react(known: Open, event: Event, key: str) -> Sequence[EnterOpening | EnterClosing | CloseTrail]:
    line = {"ledger_id": LEDGER, "trail_id": event.trail_id, "trail_hash": event.hash}
    match event:
        case TrailOpened():
            return [EnterOpening(**line, at=event.at), *_abandoned(known, event.at)]
        case TrailClosed():
            return [EnterClosing(**line, at=event.at)]
        case _:
            assert_never(event)


def _abandoned(known: Open, now: datetime) -> list[CloseTrail]:
    return [
        CloseTrail(trail_id=trail, abandoned=True, at=now)
        for trail, opened_at in known.trails
        if datetime.fromisoformat(opened_at) < now - ABANDONED_AFTER
    ]


WORKFLOW: Workflow[Open] = Workflow("enter_trails", EVENTS, keys, Open, Open(), evolve, react)
