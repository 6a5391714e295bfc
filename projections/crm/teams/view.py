"""The teams whose regions CRM rows name: what the CRM needs of the teams."""

from dataclasses import dataclass
from typing import assert_never

from schemas.generated.admin.team import TeamChanged, TeamCreated, TeamEvent, TeamLinked, TeamRemoved


@dataclass(frozen=True, slots=True)
class TeamRow:
    name: str
    manager_id: str | None
    region: str | None


def key(event: TeamEvent) -> str:
    return event.team_id


def evolve(row: TeamRow | None, event: TeamEvent) -> TeamRow | None:
    match event:
        case TeamCreated():
            return TeamRow(event.name, event.manager_id, event.region)
        case TeamChanged():
            return row and TeamRow(event.name, event.manager_id, event.region)
        case TeamLinked():
            return row
        case TeamRemoved():
            return None
        case _:
            assert_never(event)
