"""Users who were removed, and what is still known of them: nothing is shown of it, and it can be erased."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.admin.user import (
    UserCreated,
    UserErased,
    UserEvent,
    UserExpired,
    UserRemoved,
)

Part = UserCreated | UserRemoved | UserExpired | UserErased


@dataclass(frozen=True, slots=True)
class FormerUserRow:
    removed_at: datetime
    erased: bool = False


def parts(event: UserEvent) -> Sequence[Part]:
    """What tells of coming and going. Nothing else is recorded of who is gone: a row has the newest version."""
    return (event,) if isinstance(event, Part) else ()


def key(event: Part) -> str:
    return event.user_id


def evolve(row: FormerUserRow | None, event: Part) -> FormerUserRow | None:
    match event:
        case UserCreated():
            return None
        case UserRemoved():
            return FormerUserRow(event.at)
        case UserExpired():
            return row
        case UserErased():
            return row and replace(row, erased=True)
        case _:
            assert_never(event)
