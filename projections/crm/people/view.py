"""The people whom CRM rows name: what the CRM needs of the users."""

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
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str | None
    team_id: str | None
    manager_id: str | None


def key(event: UserEvent) -> str:
    return event.user_id


def evolve(row: PersonRow | None, event: UserEvent) -> PersonRow | None:
    match event:
        case UserCreated():
            return PersonRow(shown(event.name), event.team_id, event.manager_id)
        case UserChanged():
            return row and replace(row, name=shown(event.name))
        case UserAssigned():
            return row and replace(row, team_id=event.team_id, manager_id=event.manager_id)
        case UserDeactivated() | UserReactivated() | RoleGranted() | RoleRevoked() | OwnerMarked() | UserProvisioned():
            return row
        case UserRemoved():
            return None
        case UserExpired():
            return row
        case UserErased():
            return row and replace(row, name=erased(row.name))
        case _:
            assert_never(event)
