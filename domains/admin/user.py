"""A user: a person who works in the tenant, in a team, under a manager, with roles that say what they may do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.admin.builtin_roles import OWNER
from domains.checks import email, personal, reference, text
from domains.kernel import Decider, Rejected
from schemas.contract import ERASED, Erased
from schemas.generated.admin.user import (
    CONTRACT,
    AssignUser,
    ChangeUser,
    CreateUser,
    DeactivateUser,
    EraseUser,
    ExpireUser,
    GrantRole,
    MarkOwner,
    OwnerMarked,
    ProvisionUser,
    ReactivateUser,
    RecordUser,
    RemoveUser,
    RevokeRole,
    RoleGranted,
    RoleRevoked,
    SynchronizeUser,
    User,
    UserAssigned,
    UserChanged,
    UserCommand,
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

Personal = str | Erased | None
LONGEST_PROFILE = 20_000


def _named(
    command: CreateUser | ChangeUser | RecordUser | ProvisionUser | SynchronizeUser,
) -> tuple[Personal, Personal]:
    """(name, email) as a command gives them."""
    name = personal(command.name, "name")
    if name is None:
        raise Rejected("name_missing", "A user needs a name; give one.", "name")
    return name, email(command.email)


def _managed(command: CreateUser | AssignUser | RecordUser | ProvisionUser | SynchronizeUser) -> str | None:
    manager = reference(command.manager_id, "manager_id")
    if manager == command.user_id:
        raise Rejected("own_manager", "Nobody manages themselves; name another user, or none.", "manager_id")
    return manager


def _placed(command: CreateUser | AssignUser | RecordUser) -> tuple[str | None, str | None]:
    """(team, manager) as a command gives them."""
    return reference(command.team_id, "team_id"), _managed(command)


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


def _described(command: ProvisionUser | SynchronizeUser) -> UserProvisioned:
    user_name = personal(command.user_name, "user_name")
    if user_name is None and isinstance(command, ProvisionUser):
        raise Rejected("user_name_missing", "A provisioned user needs a user name; give one.", "user_name")
    return UserProvisioned(
        user_id=command.user_id,
        user_name_id=command.user_name_id,
        user_name=user_name,
        external_id=personal(command.external_id, "external_id"),
        profile=personal(command.profile, "profile", LONGEST_PROFILE),
        at=command.at,
    )


def _provisioned(command: ProvisionUser) -> Sequence[UserEvent]:
    (name, address), manager, described = _named(command), _managed(command), _described(command)
    created = UserCreated(user_id=command.user_id, name=name, email=address, manager_id=manager, at=command.at)
    if command.active:
        return [created, described]
    return [created, described, UserDeactivated(user_id=command.user_id, manager_id=manager, at=command.at)]


def _synchronized(command: SynchronizeUser, user: User) -> Sequence[UserEvent]:
    """What a directory says that was not so; of who was erased it only says whether they may work."""
    events = [] if _over(user) else _told_anew(command, user)
    if command.active and user.status is UserStatus.DEACTIVATED:
        events.append(UserReactivated(user_id=user.user_id, at=command.at))
    if not command.active and user.status is UserStatus.ACTIVE:
        manager = user.manager_id if _over(user) else _managed(command)
        events.append(UserDeactivated(user_id=user.user_id, manager_id=manager, at=command.at))
    return events


def _told_anew(command: SynchronizeUser, user: User) -> list[UserEvent]:
    (name, address), manager, described = _named(command), _managed(command), _described(command)
    events: list[UserEvent] = []
    if (name, address) != (user.name, user.email):
        events.append(UserChanged(user_id=user.user_id, name=name, email=address, at=command.at))
    if manager != user.manager_id:
        events.append(UserAssigned(user_id=user.user_id, team_id=user.team_id, manager_id=manager, at=command.at))
    if (described.user_name_id, described.user_name, described.external_id, described.profile) != (
        user.user_name_id,
        user.user_name,
        user.external_id,
        user.profile,
    ):
        events.append(described)
    return events


def _over(user: User) -> bool:
    """Whether nothing personal is taken any more: it could not be read again."""
    return user.erased or user.expired


def decide(command: UserCommand, user: User) -> Sequence[UserEvent]:
    absent = user.status in (UserStatus.NEW, UserStatus.REMOVED)
    match command:
        case EraseUser():
            if user.erased or user.status is UserStatus.NEW:
                return []
            return [UserErased(user_id=user.user_id, at=command.at)]
        case ExpireUser():
            return [] if _over(user) else [UserExpired(user_id=user.user_id, at=command.at)]
        case CreateUser() | RecordUser() | ChangeUser() | ProvisionUser() if _over(user):
            raise Rejected("user_erased", "The person was erased and does not come back; create another user.")
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
        case ProvisionUser():
            if not absent:
                raise Rejected("user_exists", "The user is there already; synchronize them instead.")
            return _provisioned(command)
        case MarkOwner():
            if absent or command.owner == user.owner:
                return []
            return [OwnerMarked(user_id=user.user_id, owner=command.owner, at=command.at)]
        case RemoveUser() if absent:
            return []
        case RemoveUser() | DeactivateUser() | SynchronizeUser(active=False) if user.owner:
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
        case SynchronizeUser():
            return _synchronized(command, user)
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
        case UserProvisioned():
            return replace(
                user,
                user_name_id=event.user_name_id,
                user_name=event.user_name,
                external_id=event.external_id,
                profile=event.profile,
            )
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
            return User(user_id=event.user_id, status=UserStatus.REMOVED, erased=user.erased, expired=user.expired)
        case UserExpired():
            return replace(user, expired=True)
        case UserErased():
            return replace(
                user,
                name=user.name and ERASED,
                email=user.email and ERASED,
                user_name_id=None,
                user_name=user.user_name and ERASED,
                external_id=user.external_id and ERASED,
                profile=user.profile and ERASED,
                erased=True,
            )
        case _:
            assert_never(event)


DECIDER: Decider[UserCommand, User, UserEvent] = Decider(CONTRACT, User(), decide, evolve)
