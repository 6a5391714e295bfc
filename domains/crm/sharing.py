"""Sharing a record with a user or a team: to read it, or to change it as well.

A record names those it is shared with as `user:<id>` and `team:<id>`, all of them in `readers` and those who may change
it in `editors` too.
"""

from domains.checks import reference
from domains.kernel import Rejected

MOST = 100
"""Users and teams that one record is shared with."""


def named(user_id: str | None, team_id: str | None) -> str:
    return f"user:{user_id}" if user_id is not None else f"team:{team_id}"


def one_of(user_id: str | None, team_id: str | None) -> tuple[str | None, str | None]:
    """(user, team) as a command gives them; raises Rejected unless it is one of them."""
    user, team = reference(user_id, "user_id"), reference(team_id, "team_id")
    if (user is None) == (team is None):
        raise Rejected("share_with_one", "A record is shared with one user or one team; name one of them.", "user_id")
    return user, team


def room_for(whom: str, readers: tuple[str, ...]) -> None:
    """Raises Rejected when a record is shared with too many already."""
    if whom not in readers and len(readers) >= MOST:
        raise Rejected("shared_too_often", f"A record is shared with {MOST} at most; share it with a team.", "user_id")


def added(names: tuple[str, ...], whom: str) -> tuple[str, ...]:
    return names if whom in names else (*names, whom)


def dropped(names: tuple[str, ...], whom: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != whom)
