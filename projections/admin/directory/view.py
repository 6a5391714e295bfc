"""Users as the directory that provisions them describes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never, cast

from projections.person import erased, shown
from schemas.contract import ERASED, Erased
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
class EntryRow:
    """`user_name_id` finds a user name in whatever case it is written. `profile` is JSON; `emails` are those that stand
    in it and the user's own, in small letters."""

    name: str | None
    email: str | None
    team_id: str | None
    manager_id: str | None
    status: UserStatus
    user_name_id: str | None = None
    user_name: str | None = None
    external_id: str | None = None
    profile: str | None = None
    emails: tuple[str, ...] = ()


def key(event: UserEvent) -> str:
    return event.user_id


def evolve(row: EntryRow | None, event: UserEvent) -> EntryRow | None:
    match event:
        case UserCreated():
            created = EntryRow(
                shown(event.name), shown(event.email), event.team_id, event.manager_id, UserStatus.ACTIVE
            )
            return _with_emails(created)
        case UserChanged():
            return row and _with_emails(replace(row, name=shown(event.name), email=shown(event.email)))
        case UserAssigned():
            return row and replace(row, team_id=event.team_id, manager_id=event.manager_id)
        case UserDeactivated():
            return row and replace(row, status=UserStatus.DEACTIVATED)
        case UserReactivated():
            return row and replace(row, status=UserStatus.ACTIVE)
        case UserProvisioned():
            described = row and replace(
                row,
                user_name_id=event.user_name_id,
                user_name=shown(event.user_name),
                external_id=shown(event.external_id),
                profile=None if isinstance(event.profile, Erased) else event.profile,
            )
            return described and _with_emails(described)
        case RoleGranted() | RoleRevoked() | OwnerMarked():
            return row
        case UserRemoved():
            return None
        case UserExpired():
            return row
        case UserErased():
            return row and _with_emails(
                replace(
                    row,
                    name=erased(row.name),
                    email=erased(row.email),
                    user_name_id=None,
                    user_name=erased(row.user_name),
                    external_id=erased(row.external_id),
                    profile=None,
                )
            )
        case _:
            assert_never(event)


def _described(profile: str | None) -> Mapping[str, Any]:
    """What a profile says; nothing where it is none, for no rule looks into it before it comes here."""
    try:
        said = json.loads(profile or "{}")
    except ValueError:
        return {}
    return cast(Mapping[str, Any], said) if isinstance(said, dict) else {}


def _with_emails(row: EntryRow) -> EntryRow:
    written = [each.get("value") for each in _described(row.profile).get("emails", ())]
    every = {each.strip().lower() for each in (row.email, *written) if each and each != str(ERASED)}
    return replace(row, emails=tuple(sorted(every)))
