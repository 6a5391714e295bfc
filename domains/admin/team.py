"""A team: people who sell together, led by a manager in a region."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import optional_text, reference, text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.team import (
    CONTRACT,
    ChangeTeam,
    CreateTeam,
    LinkTeam,
    RecordTeam,
    RemoveTeam,
    Team,
    TeamChanged,
    TeamCommand,
    TeamCreated,
    TeamEvent,
    TeamLinked,
    TeamRemoved,
    TeamStatus,
)


def _asked(command: CreateTeam | ChangeTeam | RecordTeam) -> tuple[str, str | None, str | None]:
    """(name, manager, region) as a command asks for them."""
    manager = reference(command.manager_id, "manager_id")
    return text(command.name, "name"), manager, optional_text(command.region, "region")


def decide(command: TeamCommand, team: Team) -> Sequence[TeamEvent]:
    known = team.status is TeamStatus.ACTIVE
    match command:
        case CreateTeam() | RecordTeam():
            name, manager, region = _asked(command)
            if not known:
                return [
                    TeamCreated(team_id=command.team_id, name=name, manager_id=manager, region=region, at=command.at)
                ]
            if (name, manager, region) == (team.name, team.manager_id, team.region):
                return []
            if isinstance(command, CreateTeam):
                raise Rejected("team_exists", "The team is there already; change it instead.")
            return [TeamChanged(team_id=team.team_id, name=name, manager_id=manager, region=region, at=command.at)]
        case RemoveTeam():
            return [TeamRemoved(team_id=team.team_id, at=command.at)] if known else []
        case ChangeTeam():
            if not known:
                raise Rejected("team_removed", "The team was dissolved; form it again first.")
            name, manager, region = _asked(command)
            if (name, manager, region) == (team.name, team.manager_id, team.region):
                return []
            return [TeamChanged(team_id=team.team_id, name=name, manager_id=manager, region=region, at=command.at)]
        case LinkTeam():
            if not known:
                raise Rejected("team_removed", "The team was dissolved; form it again first.")
            external = optional_text(command.external_id, "external_id")
            if external == team.external_id:
                return []
            return [TeamLinked(team_id=team.team_id, external_id=external, at=command.at)]
        case _:
            assert_never(command)


def evolve(team: Team, event: TeamEvent) -> Team:
    match event:
        case TeamCreated():
            return Team(
                team_id=event.team_id,
                name=event.name,
                manager_id=event.manager_id,
                region=event.region,
                status=TeamStatus.ACTIVE,
            )
        case TeamChanged():
            return replace(team, name=event.name, manager_id=event.manager_id, region=event.region)
        case TeamLinked():
            return replace(team, external_id=event.external_id)
        case TeamRemoved():
            return Team(team_id=event.team_id, status=TeamStatus.REMOVED)
        case _:
            assert_never(event)


DECIDER: Decider[TeamCommand, Team, TeamEvent] = Decider(CONTRACT, Team(), decide, evolve)
