"""When a user is deactivated, their open deals pass to their manager."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never, get_args

from domains.kernel import Workflow
from schemas.generated.admin.user import UserDeactivated, UserReactivated
from schemas.generated.crm.deal import (
    AssignDeal,
    DealAssigned,
    DealLost,
    DealOpened,
    DealRemoved,
    DealReopened,
    DealRestored,
    DealWon,
)

Arrived = DealOpened | DealReopened | DealRestored | DealAssigned
Ended = DealWon | DealLost | DealRemoved
Event = Arrived | Ended | UserDeactivated | UserReactivated
EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True)
class Owner:
    """What the workflow knows of one user: their open deals, and where those go once they have left."""

    open_deals: frozenset[str] = frozenset()
    active: bool = True
    manager_id: str | None = None


def keys(event: Event) -> Sequence[str]:
    """The users an event is about."""
    match event:
        case UserDeactivated() | UserReactivated():
            return [event.user_id]
        case DealAssigned():
            return [event.previous_owner_id, event.owner_id]
        case _:
            return [event.owner_id]


def evolve(owner: Owner, event: Event, key: str) -> Owner:
    match event:
        case DealOpened() | DealReopened():
            return replace(owner, open_deals=owner.open_deals | {event.deal_id})
        case DealWon() | DealLost() | DealRemoved():
            return replace(owner, open_deals=owner.open_deals - {event.deal_id})
        case DealRestored():
            return replace(owner, open_deals=owner.open_deals | {event.deal_id}) if event.open else owner
        case DealAssigned():
            if key == event.owner_id and event.open:
                return replace(owner, open_deals=owner.open_deals | {event.deal_id})
            return replace(owner, open_deals=owner.open_deals - {event.deal_id})
        case UserDeactivated():
            return replace(owner, active=False, manager_id=event.manager_id)
        case UserReactivated():
            return replace(owner, active=True)
        case _:
            assert_never(event)


def react(owner: Owner, event: Event, key: str) -> Sequence[AssignDeal]:
    """All open deals at once when the user leaves; each later one as soon as it comes to somebody who has left."""
    manager = owner.manager_id
    if owner.active or manager is None or manager == key:
        return []
    leaving = sorted(owner.open_deals) if isinstance(event, UserDeactivated) else _arriving(owner, event)
    return [AssignDeal(deal_id=deal, owner_id=manager, from_owner_id=key, at=event.at) for deal in leaving]


def _arriving(owner: Owner, event: Event) -> list[str]:
    match event:
        case DealOpened() | DealReopened() | DealRestored() | DealAssigned():
            return [event.deal_id] if event.deal_id in owner.open_deals else []
        case _:
            return []


WORKFLOW: Workflow[Owner] = Workflow("hand_over_deals", EVENTS, keys, Owner, Owner(), evolve, react)
