"""Somebody's default view of each list."""

from dataclasses import dataclass

from schemas.generated.admin.view_choice import ViewChosen


@dataclass(frozen=True, slots=True)
class ViewChoiceRow:
    user_id: str
    list: str
    saved_view_id: str | None


def key(event: ViewChosen) -> str:
    return event.view_choice_id


def evolve(row: ViewChoiceRow | None, event: ViewChosen) -> ViewChoiceRow | None:
    return ViewChoiceRow(event.user_id, event.list, event.saved_view_id)
