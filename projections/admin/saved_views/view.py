"""Views of lists that people keep and share."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.admin.saved_view import (
    SavedViewAssigned,
    SavedViewChanged,
    SavedViewCreated,
    SavedViewEvent,
    SavedViewRemoved,
    SavedViewRenamed,
    SavedViewShared,
    SavedViewUnshared,
)


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    list: str
    name: str
    where: str | None
    sort: str | None
    fields: tuple[str, ...]
    owner_id: str
    readers: tuple[str, ...]
    editors: tuple[str, ...]


def key(event: SavedViewEvent) -> str:
    return event.saved_view_id


def evolve(row: SavedViewRow | None, event: SavedViewEvent) -> SavedViewRow | None:
    match event:
        case SavedViewCreated():
            return SavedViewRow(
                list=event.list,
                name=event.name,
                where=event.where,
                sort=event.sort,
                fields=event.fields,
                owner_id=event.owner_id,
                readers=(),
                editors=(),
            )
        case SavedViewChanged():
            return row and replace(row, where=event.where, sort=event.sort, fields=event.fields)
        case SavedViewRenamed():
            return row and replace(row, name=event.name)
        case SavedViewAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case SavedViewShared():
            return row and _with(row, _name(event), change=event.change)
        case SavedViewUnshared():
            return row and _without(row, _name(event))
        case SavedViewRemoved():
            return None
        case _:
            assert_never(event)


def _name(event: SavedViewShared | SavedViewUnshared) -> str:
    """With whom, as rules of access name them."""
    if event.user_id is not None:
        return f"user:{event.user_id}"
    return "everybody" if event.team_id is None else f"team:{event.team_id}"


def _with(row: SavedViewRow, name: str, *, change: bool) -> SavedViewRow:
    others = _without(row, name)
    editors = (*others.editors, name) if change else others.editors
    return replace(others, readers=(*others.readers, name), editors=editors)


def _without(row: SavedViewRow, name: str) -> SavedViewRow:
    readers, editors = (tuple(each for each in names if each != name) for names in (row.readers, row.editors))
    return replace(row, readers=readers, editors=editors)
