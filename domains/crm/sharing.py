"""Who has a record: its owner, and those it is shared with, to read it or to change it as well.

A record names those it is shared with as `user:<id>` and `team:<id>`, all of them in `readers` and those who may change
it in `editors` too.
"""

from dataclasses import Field, dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

from domains.checks import reference
from domains.kernel import Rejected

MOST = 100
"""Users and teams that one record is shared with."""


class Shared(Protocol):
    """A record, as far as sharing goes."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def readers(self) -> tuple[str, ...]: ...
    @property
    def editors(self) -> tuple[str, ...]: ...


class With(Protocol):
    """A command or event that names a user or a team."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def team_id(self) -> str | None: ...


class Sharing(With, Protocol):
    """One that says as well whether they may change the record."""

    @property
    def change(self) -> bool: ...


Record = TypeVar("Record", bound=Shared)


@dataclass(frozen=True, slots=True)
class Whom:
    """One user or one team."""

    user_id: str | None
    team_id: str | None


def named(user_id: str | None, team_id: str | None) -> str:
    """As a record names them."""
    return f"user:{user_id}" if user_id is not None else f"team:{team_id}"


def to_share(command: Sharing, record: Shared) -> Whom | None:
    """With whom the record is to be shared from now on, None where it is so already. Raises Rejected."""
    whom = _one_of(command)
    name = _name(whom)
    if name in record.readers:
        return None if (name in record.editors) == command.change else whom
    if len(record.readers) >= MOST:
        raise Rejected("shared_too_often", f"A record is shared with {MOST} at most; share it with a team.", "user_id")
    return whom


def to_unshare(command: With, record: Shared) -> Whom | None:
    """With whom the record is to be shared no longer, None where it is not. Raises Rejected."""
    whom = _one_of(command)
    return whom if _name(whom) in record.readers else None


def shared(record: Record, event: Sharing) -> Record:
    name = _name(event)
    readers = record.readers if name in record.readers else (*record.readers, name)
    editors = _without(record.editors, name)
    return replace(record, readers=readers, editors=(*editors, name) if event.change else editors)


def unshared(record: Record, event: With) -> Record:
    name = _name(event)
    return replace(record, readers=_without(record.readers, name), editors=_without(record.editors, name))


def passes(owner_id: str | None, from_owner_id: str | None, current: str | None) -> bool:
    """Whether a record is to go to this owner: not where it is there, nor once another than the one named has it."""
    return owner_id != current and from_owner_id in (None, current)


def _one_of(command: With) -> Whom:
    whom = Whom(reference(command.user_id, "user_id"), reference(command.team_id, "team_id"))
    if (whom.user_id is None) == (whom.team_id is None):
        raise Rejected("share_with_one", "A record is shared with one user or one team; name one of them.", "user_id")
    return whom


def _name(whom: With) -> str:
    return named(whom.user_id, whom.team_id)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)
