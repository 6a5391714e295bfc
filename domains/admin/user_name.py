"""A user name of a tenant: it is one user's at most, whoever asks for it at the same moment.

For a person who is about to be added the name is promised first. The version of the promise tells the id that the user
will have, so that whoever asks again meets the first try: of several who add the same name only one adds a user.

For another name of a user the name is taken first, by each request that is to give it to them. One that failed lets go
of what it took itself and of nothing else: another may have given the user that name meanwhile.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from domains.kernel import Decider, Rejected
from schemas.generated.admin.user_name import (
    CONTRACT,
    ConfirmUserName,
    PromiseUserName,
    ReleaseUserName,
    TakeUserName,
    UserName,
    UserNameCommand,
    UserNameEvent,
    UserNameHeld,
    UserNameKept,
    UserNamePromised,
    UserNameReleased,
    UserNameStatus,
)


def _held(command: TakeUserName | ConfirmUserName) -> UserNameHeld:
    return UserNameHeld(user_name_id=command.user_name_id, user_id=command.user_id, at=command.at)


def _taken() -> Rejected:
    return Rejected("user_name_taken", "Another user of the tenant has this user name; choose another one.")


def _left(name: UserName, command: ReleaseUserName) -> tuple[datetime, ...]:
    """When those took the name who need it still. A release without a time is for what the user bore until then, so
    that one that comes late takes nothing from who took it since."""
    if command.taken_at is None:
        return tuple(each for each in name.taken_at if each > command.at)
    return tuple(each for each in name.taken_at if each != command.taken_at)


def decide(command: UserNameCommand, name: UserName) -> Sequence[UserNameEvent]:
    free = name.status is UserNameStatus.FREE
    held = name.status is UserNameStatus.HELD
    match command:
        case PromiseUserName():
            if held:
                raise _taken()
            return [UserNamePromised(user_name_id=command.user_name_id, at=command.at)] if free else []
        case TakeUserName():
            if not free and (not held or name.user_id != command.user_id):
                raise _taken()
            return [] if command.at in name.taken_at else [_held(command)]
        case ConfirmUserName():
            return [] if held else [_held(command)]
        case ReleaseUserName():
            left = _left(name, command)
            if not held or name.user_id != command.user_id or left == name.taken_at:
                return []
            id, user = command.user_name_id, command.user_id
            if left:
                return [UserNameKept(user_name_id=id, user_id=user, taken_at=left, at=command.at)]
            return [UserNameReleased(user_name_id=id, user_id=user, at=command.at)]
        case _:
            assert_never(command)


def evolve(name: UserName, event: UserNameEvent) -> UserName:
    match event:
        case UserNamePromised():
            return UserName(user_name_id=event.user_name_id, status=UserNameStatus.PROMISED)
        case UserNameHeld():
            return UserName(
                user_name_id=event.user_name_id,
                status=UserNameStatus.HELD,
                user_id=event.user_id,
                taken_at=(*name.taken_at, event.at),
            )
        case UserNameKept():
            return replace(name, taken_at=event.taken_at)
        case UserNameReleased():
            return UserName(user_name_id=event.user_name_id, status=UserNameStatus.FREE)
        case _:
            assert_never(event)


DECIDER: Decider[UserNameCommand, UserName, UserNameEvent] = Decider(CONTRACT, UserName(), decide, evolve)
