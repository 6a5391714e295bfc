"""The tenant's own roles."""

from dataclasses import dataclass
from typing import assert_never

from schemas.generated.admin.role import RoleChanged, RoleDefined, RoleEvent, RoleRemoved


@dataclass(frozen=True, slots=True)
class RoleRow:
    name: str
    permits: tuple[str, ...]


def key(event: RoleEvent) -> str:
    return event.role_id


def evolve(row: RoleRow | None, event: RoleEvent) -> RoleRow | None:
    match event:
        case RoleDefined() | RoleChanged():
            return RoleRow(event.name, event.permits)
        case RoleRemoved():
            return None
        case _:
            assert_never(event)
