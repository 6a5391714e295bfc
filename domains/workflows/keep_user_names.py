"""A user name is its user's for as long as they bear it: released at another name, and when the user is removed or
erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domains.kernel import Workflow
from schemas.generated.admin.user import UserErased, UserProvisioned, UserRemoved
from schemas.generated.admin.user_name import ConfirmUserName, ReleaseUserName

Event = UserProvisioned | UserRemoved | UserErased
EVENTS = (UserProvisioned, UserRemoved, UserErased)


@dataclass(frozen=True, slots=True)
class Borne:
    """The user name that a user bears, and the one before it."""

    now: str | None = None
    before: str | None = None


def keys(event: Event) -> Sequence[str]:
    return [event.user_id]


def evolve(borne: Borne, event: Event, key: str) -> Borne:
    match event:
        case UserProvisioned():
            return Borne(event.user_name_id, borne.now)
        case UserRemoved() | UserErased():
            return Borne(None, borne.now)
        case _:
            assert_never(event)


def react(borne: Borne, event: Event, key: str) -> Sequence[ConfirmUserName | ReleaseUserName]:
    commands: list[ConfirmUserName | ReleaseUserName] = []
    if borne.now is not None and borne.now != borne.before:
        commands.append(ConfirmUserName(user_name_id=borne.now, user_id=key, at=event.at))
    if borne.before is not None and borne.now != borne.before:
        commands.append(ReleaseUserName(user_name_id=borne.before, user_id=key, at=event.at))
    return commands


WORKFLOW: Workflow[Borne] = Workflow("keep_user_names", EVENTS, keys, Borne, Borne(), evolve, react)
