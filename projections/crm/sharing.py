"""With whom a row is shared, as `user:<id>` and `team:<id>`: all in `readers`, who may change it in `editors` too."""

from dataclasses import Field
from typing import Any, ClassVar, Protocol, TypeVar

from projections.replaced import replace


class Shared(Protocol):
    """A row, as far as sharing goes."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def readers(self) -> tuple[str, ...]: ...
    @property
    def editors(self) -> tuple[str, ...]: ...


class With(Protocol):
    """An event that names a user or a team."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def team_id(self) -> str | None: ...


class Sharing(With, Protocol):
    """One that says as well whether they may change the record."""

    @property
    def change(self) -> bool: ...


Row = TypeVar("Row", bound=Shared)


def shared(row: Row, event: Sharing) -> Row:
    name = _name(event)
    editors = _without(row.editors, name)
    return replace(
        row, readers=(*_without(row.readers, name), name), editors=(*editors, name) if event.change else editors
    )


def unshared(row: Row, event: With) -> Row:
    name = _name(event)
    return replace(row, readers=_without(row.readers, name), editors=_without(row.editors, name))


def _name(event: With) -> str:
    return f"user:{event.user_id}" if event.user_id is not None else f"team:{event.team_id}"


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)
