"""A role: what those who have it may do."""

from collections.abc import Sequence
from typing import assert_never

from domains.admin import permits
from domains.checks import text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.role import (
    CONTRACT,
    ChangeRole,
    DefineRole,
    RemoveRole,
    Role,
    RoleChanged,
    RoleCommand,
    RoleDefined,
    RoleEvent,
    RoleRemoved,
    RoleStatus,
)

_MOST = 200


def _asked(command: DefineRole | ChangeRole) -> tuple[str, tuple[str, ...]]:
    """(name, permits) as a command asks for them; each permit once, in one spelling and order."""
    if len(command.permits) > _MOST:
        raise Rejected("too_many_permits", f"A role has at most {_MOST} permits; use * or split it.", "permits")
    return text(command.name, "name", 100), tuple(sorted({str(permits.parse(each)) for each in command.permits}))


def decide(command: RoleCommand, role: Role) -> Sequence[RoleEvent]:
    known = role.status is RoleStatus.ACTIVE
    match command:
        case DefineRole():
            name, permitted = _asked(command)
            if not known:
                return [RoleDefined(role_id=command.role_id, name=name, permits=permitted, at=command.at)]
            if (name, permitted) == (role.name, role.permits):
                return []
            raise Rejected("role_exists", "The role is there already; change it instead.")
        case RemoveRole():
            return [RoleRemoved(role_id=command.role_id, at=command.at)] if known else []
        case ChangeRole():
            if not known:
                raise Rejected("role_removed", "The role was removed; define another.")
            name, permitted = _asked(command)
            if (name, permitted) == (role.name, role.permits):
                return []
            return [RoleChanged(role_id=role.role_id, name=name, permits=permitted, at=command.at)]
        case _:
            assert_never(command)


def evolve(role: Role, event: RoleEvent) -> Role:
    match event:
        case RoleDefined() | RoleChanged():
            return Role(role_id=event.role_id, name=event.name, permits=event.permits, status=RoleStatus.ACTIVE)
        case RoleRemoved():
            return Role(role_id=event.role_id, status=RoleStatus.REMOVED)
        case _:
            assert_never(event)


DECIDER: Decider[RoleCommand, Role, RoleEvent] = Decider(CONTRACT, Role(), decide, evolve)
