"""People who work in the tenant."""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.person import shown
from schemas.generated.admin.user import (
    UserAssigned,
    UserChanged,
    UserCreated,
    UserDeactivated,
    UserEvent,
    UserReactivated,
    UserRemoved,
    UserStatus,
)


@dataclass(frozen=True, slots=True)
class UserRow:
    name: str | None
    email: str | None
    team_id: str | None
    manager_id: str | None
    status: UserStatus


def key(event: UserEvent) -> str:
    return event.user_id


def evolve(row: UserRow | None, event: UserEvent) -> UserRow | None:
    match event:
        case UserCreated():
            return UserRow(shown(event.name), shown(event.email), event.team_id, event.manager_id, UserStatus.ACTIVE)
        case UserChanged():
            return row and replace(row, name=shown(event.name), email=shown(event.email))
        case UserAssigned():
            return row and replace(row, team_id=event.team_id, manager_id=event.manager_id)
        case UserDeactivated():
            return row and replace(row, status=UserStatus.DEACTIVATED)
        case UserReactivated():
            return row and replace(row, status=UserStatus.ACTIVE)
        case UserRemoved():
            return None
        case _:
            assert_never(event)
