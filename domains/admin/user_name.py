"""A user name of a tenant: it is one user's at most, whoever asks for it at the same moment.

For a person who is about to be added the name is promised first. The version of the promise tells the id that the user
will have, so that whoever asks again meets the first try: of several who add the same name only one adds a user.
"""

from collections.abc import Sequence
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
    UserNamePromised,
    UserNameReleased,
    UserNameStatus,
)


def _held(command: TakeUserName | ConfirmUserName) -> UserNameHeld:
    return UserNameHeld(user_name_id=command.user_name_id, user_id=command.user_id, at=command.at)


def _taken() -> Rejected:
    return Rejected("user_name_taken", "Another user of the tenant has this user name; choose another one.")


def decide(command: UserNameCommand, name: UserName) -> Sequence[UserNameEvent]:
    free = name.status is UserNameStatus.FREE
    held = name.status is UserNameStatus.HELD
    match command:
        case PromiseUserName():
            if held:
                raise _taken()
            return [UserNamePromised(user_name_id=command.user_name_id, at=command.at)] if free else []
        case TakeUserName():
            if free:
                return [_held(command)]
            if not held or name.user_id != command.user_id:
                raise _taken()
            # Said anew, so that a release for when the user last gave it up does not come after it.
            return [_held(command)] if name.since is None or name.since < command.at else []
        case ConfirmUserName():
            return [] if held else [_held(command)]
        case ReleaseUserName():
            if not held or name.user_id != command.user_id or (name.since is not None and name.since > command.at):
                return []
            return [UserNameReleased(user_name_id=command.user_name_id, user_id=command.user_id, at=command.at)]
        case _:
            assert_never(command)


def evolve(name: UserName, event: UserNameEvent) -> UserName:
    match event:
        case UserNamePromised():
            return UserName(user_name_id=event.user_name_id, status=UserNameStatus.PROMISED)
        case UserNameHeld():
            return UserName(
                user_name_id=event.user_name_id, status=UserNameStatus.HELD, user_id=event.user_id, since=event.at
            )
        case UserNameReleased():
            return UserName(user_name_id=event.user_name_id, status=UserNameStatus.FREE)
        case _:
            assert_never(event)


DECIDER: Decider[UserNameCommand, UserName, UserNameEvent] = Decider(CONTRACT, UserName(), decide, evolve)
