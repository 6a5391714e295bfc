"""People who work in the tenant."""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.person import erased, shown
from schemas.generated.admin.user import (
    OwnerMarked,
    RoleGranted,
    RoleRevoked,
    UserAssigned,
    UserChanged,
    UserCreated,
    UserDeactivated,
    UserErased,
    UserEvent,
    UserExpired,
    UserProvisioned,
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
    roles: tuple[str, ...] = ()
    owner: bool = False


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
        case RoleGranted():
            return row and replace(row, roles=(*row.roles, event.role_id))
        case RoleRevoked():
            return row and replace(row, roles=tuple(role for role in row.roles if role != event.role_id))
        case OwnerMarked():
            return row and replace(row, owner=event.owner)
        case UserProvisioned():
            return row
        case UserRemoved():
            return None
        case UserExpired():
            return row
        case UserErased():
            return row and replace(row, name=erased(row.name), email=erased(row.email))
        case _:
            assert_never(event)
