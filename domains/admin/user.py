"""A user: a person who works in the tenant, in a team, under a manager, with roles that say what they may do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.admin.builtin_roles import OWNER
from domains.checks import email, personal, reference, text
from domains.kernel import Decider, Rejected
from schemas.contract import Erased
from schemas.generated.admin.user import (
    CONTRACT,
    AssignUser,
    ChangeUser,
    CreateUser,
    DeactivateUser,
    GrantRole,
    MarkOwner,
    OwnerMarked,
    ReactivateUser,
    RecordUser,
    RemoveUser,
    RevokeRole,
    RoleGranted,
    RoleRevoked,
    User,
    UserAssigned,
    UserChanged,
    UserCommand,
    UserCreated,
    UserDeactivated,
    UserEvent,
    UserReactivated,
    UserRemoved,
    UserStatus,
)

Personal = str | Erased | None


def _named(command: CreateUser | ChangeUser | RecordUser) -> tuple[Personal, Personal]:
    """(name, email) as a command gives them."""
    name = personal(command.name, "name")
    if name is None:
        raise Rejected("name_missing", "A user needs a name; give one.", "name")
    return name, email(command.email)


def _placed(command: CreateUser | AssignUser | RecordUser) -> tuple[str | None, str | None]:
    """(team, manager) as a command gives them."""
    manager = reference(command.manager_id, "manager_id")
    if manager == command.user_id:
        raise Rejected("own_manager", "Nobody manages themselves; name another user, or none.", "manager_id")
    return reference(command.team_id, "team_id"), manager


def _role(command: GrantRole | RevokeRole) -> str:
    role = text(command.role_id, "role_id", 100)
    if role == OWNER:
        raise Rejected("role_is_owner", "An owner is appointed, not granted; appoint or dismiss one.", "role_id")
    return role


def _created(command: CreateUser | RecordUser) -> UserCreated:
    (name, address), (team, manager) = _named(command), _placed(command)
    return UserCreated(
        user_id=command.user_id, name=name, email=address, team_id=team, manager_id=manager, at=command.at
    )


def _differences(command: RecordUser, user: User) -> Sequence[UserEvent]:
    """What an imported row says that was not so. What it leaves out stays."""
    (name, address), (team, manager) = _named(command), _placed(command)
    address, team, manager = address or user.email, team or user.team_id, manager or user.manager_id
    events: list[UserEvent] = []
    if (name, address) != (user.name, user.email):
        events.append(UserChanged(user_id=user.user_id, name=name, email=address, at=command.at))
    if (team, manager) != (user.team_id, user.manager_id):
        events.append(UserAssigned(user_id=user.user_id, team_id=team, manager_id=manager, at=command.at))
    return events


def decide(command: UserCommand, user: User) -> Sequence[UserEvent]:
    absent = user.status in (UserStatus.NEW, UserStatus.REMOVED)
    match command:
        case CreateUser():
            created = _created(command)
            if absent:
                return [created]
            if (created.name, created.email, created.team_id, created.manager_id) == (
                user.name,
                user.email,
                user.team_id,
                user.manager_id,
            ):
                return []
            raise Rejected("user_exists", "The user is there already; change or assign them instead.")
        case RecordUser():
            return [_created(command)] if absent else _differences(command, user)
        case MarkOwner():
            if absent or command.owner == user.owner:
                return []
            return [OwnerMarked(user_id=user.user_id, owner=command.owner, at=command.at)]
        case RemoveUser() if absent:
            return []
        case RemoveUser() | DeactivateUser() if user.owner:
            raise Rejected("user_is_owner", "They own the tenant; dismiss them as an owner first.")
        case RemoveUser():
            return [UserRemoved(user_id=user.user_id, at=command.at)]
        case _ if absent:
            raise Rejected("user_removed", "The user was removed; create them again first.")
        case ChangeUser():
            name, address = _named(command)
            if (name, address) == (user.name, user.email):
                return []
            return [UserChanged(user_id=user.user_id, name=name, email=address, at=command.at)]
        case AssignUser():
            team, manager = _placed(command)
            if (team, manager) == (user.team_id, user.manager_id):
                return []
            return [UserAssigned(user_id=user.user_id, team_id=team, manager_id=manager, at=command.at)]
        case DeactivateUser():
            if user.status is UserStatus.DEACTIVATED:
                return []
            return [UserDeactivated(user_id=user.user_id, manager_id=user.manager_id, at=command.at)]
        case ReactivateUser():
            if user.status is UserStatus.ACTIVE:
                return []
            return [UserReactivated(user_id=user.user_id, at=command.at)]
        case GrantRole():
            role = _role(command)
            return [] if role in user.roles else [RoleGranted(user_id=user.user_id, role_id=role, at=command.at)]
        case RevokeRole():
            role = _role(command)
            return [RoleRevoked(user_id=user.user_id, role_id=role, at=command.at)] if role in user.roles else []
        case _:
            assert_never(command)


def evolve(user: User, event: UserEvent) -> User:
    match event:
        case UserCreated():
            return User(
                user_id=event.user_id,
                name=event.name,
                email=event.email,
                team_id=event.team_id,
                manager_id=event.manager_id,
                status=UserStatus.ACTIVE,
            )
        case UserChanged():
            return replace(user, name=event.name, email=event.email)
        case UserAssigned():
            return replace(user, team_id=event.team_id, manager_id=event.manager_id)
        case UserDeactivated():
            return replace(user, status=UserStatus.DEACTIVATED)
        case UserReactivated():
            return replace(user, status=UserStatus.ACTIVE)
        case RoleGranted():
            return replace(user, roles=(*user.roles, event.role_id))
        case RoleRevoked():
            return replace(user, roles=tuple(role for role in user.roles if role != event.role_id))
        case OwnerMarked():
            return replace(user, owner=event.owner)
        case UserRemoved():
            return User(user_id=event.user_id, status=UserStatus.REMOVED)
        case _:
            assert_never(event)


DECIDER: Decider[UserCommand, User, UserEvent] = Decider(CONTRACT, User(), decide, evolve)
