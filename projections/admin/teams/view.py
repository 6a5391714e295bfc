"""People who sell together."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.admin.team import TeamChanged, TeamCreated, TeamEvent, TeamLinked, TeamRemoved


@dataclass(frozen=True, slots=True)
class TeamRow:
    name: str
    manager_id: str | None
    region: str | None
    external_id: str | None = None


def key(event: TeamEvent) -> str:
    return event.team_id


def evolve(row: TeamRow | None, event: TeamEvent) -> TeamRow | None:
    match event:
        case TeamCreated():
            return TeamRow(event.name, event.manager_id, event.region)
        case TeamChanged():
            return row and replace(row, name=event.name, manager_id=event.manager_id, region=event.region)
        case TeamLinked():
            return row and replace(row, external_id=event.external_id)
        case TeamRemoved():
            return None
        case _:
            assert_never(event)
