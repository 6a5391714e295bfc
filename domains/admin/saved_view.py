"""A saved view: a list as somebody keeps it for themselves and shares it, which rows, in which order, which columns.

Whether the list has such columns is asked where the list is known, which is not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.admin.builtin_roles import EVERYBODY
from domains.checks import LONGEST_ID, optional_text, reference, text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.saved_view import (
    CONTRACT,
    AssignSavedView,
    ChangeSavedView,
    CreateSavedView,
    RemoveSavedView,
    RenameSavedView,
    SavedView,
    SavedViewAssigned,
    SavedViewChanged,
    SavedViewCommand,
    SavedViewCreated,
    SavedViewEvent,
    SavedViewRemoved,
    SavedViewRenamed,
    SavedViewShared,
    SavedViewStatus,
    SavedViewUnshared,
    ShareSavedView,
    UnshareSavedView,
)

MOST = 100
"""Users and teams that one view is shared with."""
MOST_FIELDS = 100
LONGEST_WHERE = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view shows."""

    where: str | None
    sort: str | None
    fields: tuple[str, ...]


def _shown(given: CreateSavedView | ChangeSavedView) -> Shown:
    if len(given.fields) > MOST_FIELDS:
        raise Rejected("too_many_fields", f"A view shows {MOST_FIELDS} columns at most; leave some out.", "fields")
    fields = tuple(dict.fromkeys(text(each, "fields", LONGEST_ID) for each in given.fields))
    return Shown(optional_text(given.where, "where", LONGEST_WHERE), optional_text(given.sort, "sort"), fields)


def _created(command: CreateSavedView) -> SavedViewCreated:
    shown = _shown(command)
    return SavedViewCreated(
        saved_view_id=command.saved_view_id,
        list=text(command.list, "list", LONGEST_ID),
        name=text(command.name, "name", 200),
        owner_id=text(command.owner_id, "owner_id", LONGEST_ID),
        where=shown.where,
        sort=shown.sort,
        fields=shown.fields,
        at=command.at,
    )


def _changed(command: ChangeSavedView, view: SavedView) -> Sequence[SavedViewEvent]:
    if text(command.list, "list", LONGEST_ID) != view.list:
        raise Rejected("another_list", "The view is one of another list; create a new view for this one.", "list")
    shown = _shown(command)
    if shown == Shown(view.where, view.sort, view.fields):
        return []
    id = view.saved_view_id
    return [SavedViewChanged(saved_view_id=id, where=shown.where, sort=shown.sort, fields=shown.fields, at=command.at)]


def _checked(command: ShareSavedView | UnshareSavedView) -> tuple[str | None, str | None]:
    """(user, team), of which one is somebody unless it is about everybody."""
    user, team = reference(command.user_id, "user_id"), reference(command.team_id, "team_id")
    if [user is not None, team is not None, command.everybody].count(True) != 1:
        raise Rejected("share_with_one", "Name one user, one team or everybody; share once for each.", "user_id")
    return user, team


def _name(user_id: str | None, team_id: str | None) -> str:
    """As a view names them."""
    if user_id is not None:
        return f"user:{user_id}"
    return EVERYBODY if team_id is None else f"team:{team_id}"


def _shared(command: ShareSavedView, view: SavedView) -> Sequence[SavedViewEvent]:
    user, team = _checked(command)
    name = _name(user, team)
    if name in view.readers and (name in view.editors) == command.change:
        return []
    if name not in view.readers and len(view.readers) >= MOST:
        said = f"A view is shared with {MOST} users and teams at most; share it with a team, or with everybody."
        raise Rejected("shared_too_often", said, "user_id")
    return [
        SavedViewShared(
            saved_view_id=view.saved_view_id,
            user_id=user,
            team_id=team,
            everybody=command.everybody,
            change=command.change,
            at=command.at,
        )
    ]


def _unshared(command: UnshareSavedView, view: SavedView) -> Sequence[SavedViewEvent]:
    user, team = _checked(command)
    if _name(user, team) not in view.readers:
        return []
    return [
        SavedViewUnshared(
            saved_view_id=view.saved_view_id, user_id=user, team_id=team, everybody=command.everybody, at=command.at
        )
    ]


def decide(command: SavedViewCommand, view: SavedView) -> Sequence[SavedViewEvent]:
    absent = view.status is not SavedViewStatus.ACTIVE
    match command:
        case CreateSavedView():
            created = _created(command)
            if absent:
                return [created]
            if evolve(view, created) == view:
                return []
            raise Rejected("saved_view_exists", "The view is there already; change it instead.")
        case RemoveSavedView():
            return [] if absent else [SavedViewRemoved(saved_view_id=view.saved_view_id, at=command.at)]
        case UnshareSavedView() if absent:
            return []
        case _ if absent:
            raise Rejected("saved_view_removed", "The view was removed; create it again first.")
        case ChangeSavedView():
            return _changed(command, view)
        case RenameSavedView():
            name = text(command.name, "name", 200)
            if name == view.name:
                return []
            return [SavedViewRenamed(saved_view_id=view.saved_view_id, name=name, at=command.at)]
        case AssignSavedView():
            owner = text(command.owner_id, "owner_id", LONGEST_ID)
            if owner == view.owner_id:
                return []
            return [SavedViewAssigned(saved_view_id=view.saved_view_id, owner_id=owner, at=command.at)]
        case ShareSavedView():
            return _shared(command, view)
        case UnshareSavedView():
            return _unshared(command, view)
        case _:
            assert_never(command)


def evolve(view: SavedView, event: SavedViewEvent) -> SavedView:
    match event:
        case SavedViewCreated():
            return SavedView(
                saved_view_id=event.saved_view_id,
                list=event.list,
                name=event.name,
                where=event.where,
                sort=event.sort,
                fields=event.fields,
                owner_id=event.owner_id,
                status=SavedViewStatus.ACTIVE,
            )
        case SavedViewChanged():
            return replace(view, where=event.where, sort=event.sort, fields=event.fields)
        case SavedViewRenamed():
            return replace(view, name=event.name)
        case SavedViewAssigned():
            return replace(view, owner_id=event.owner_id)
        case SavedViewShared():
            name = _name(event.user_id, event.team_id)
            readers, editors = _without(view.readers, name), _without(view.editors, name)
            return replace(view, readers=(*readers, name), editors=(*editors, name) if event.change else editors)
        case SavedViewUnshared():
            name = _name(event.user_id, event.team_id)
            return replace(view, readers=_without(view.readers, name), editors=_without(view.editors, name))
        case SavedViewRemoved():
            return SavedView(saved_view_id=event.saved_view_id, status=SavedViewStatus.REMOVED)
        case _:
            assert_never(event)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)


DECIDER: Decider[SavedViewCommand, SavedView, SavedViewEvent] = Decider(CONTRACT, SavedView(), decide, evolve)
