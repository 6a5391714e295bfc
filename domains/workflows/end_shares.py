"""When a user or a team is removed, nothing stays shared with them: whoever comes to bear the id has no part in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.crm.sharing import named
from domains.kernel import Workflow
from schemas.generated.admin.team import TeamCreated, TeamRemoved
from schemas.generated.admin.user import UserCreated, UserRemoved
from schemas.generated.crm.deal import DealShared, DealUnshared, UnshareDeal

Event = DealShared | DealUnshared | UserCreated | UserRemoved | TeamCreated | TeamRemoved
EVENTS = (DealShared, DealUnshared, UserCreated, UserRemoved, TeamCreated, TeamRemoved)


@dataclass(frozen=True, slots=True)
class Shares:
    """What the workflow knows of one user or team: the deals that are shared with them, and whether they are gone."""

    deals: frozenset[str] = frozenset()
    gone: bool = False


def keys(event: Event) -> Sequence[str]:
    """A user or a team, as `domains.crm.sharing` names them."""
    return [named(*_whom(event))]


def _whom(event: Event) -> tuple[str | None, str | None]:
    """(user, team), one of them."""
    match event:
        case DealShared() | DealUnshared():
            return event.user_id, event.team_id
        case UserCreated() | UserRemoved():
            return event.user_id, None
        case TeamCreated() | TeamRemoved():
            return None, event.team_id
        case _:
            assert_never(event)


def evolve(shares: Shares, event: Event, key: str) -> Shares:
    match event:
        case DealShared():
            return replace(shares, deals=shares.deals | {event.deal_id})
        case DealUnshared():
            return replace(shares, deals=shares.deals - {event.deal_id})
        case UserCreated() | TeamCreated():
            return replace(shares, gone=False)
        case UserRemoved() | TeamRemoved():
            return replace(shares, gone=True)
        case _:
            assert_never(event)


def react(shares: Shares, event: Event, key: str) -> Sequence[UnshareDeal]:
    """All deals at once when they go; each later one as soon as it is shared with somebody who is gone."""
    if not shares.gone or isinstance(event, DealUnshared):
        return []
    ending = [event.deal_id] if isinstance(event, DealShared) else sorted(shares.deals)
    user, team = _whom(event)
    return [UnshareDeal(deal_id=each, user_id=user, team_id=team, at=event.at) for each in ending]


WORKFLOW: Workflow[Shares] = Workflow("end_shares", EVENTS, keys, Shares, Shares(), evolve, react)
