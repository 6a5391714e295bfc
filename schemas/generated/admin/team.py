"""Generated from schemas/admin/team.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class TeamStatus(StrEnum):
    """Whether a team exists."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "TeamStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who sell together, led by a manager in a region."""

    NAME: ClassVar[str] = "admin.Team"

    team_id: str = ''
    """The team's id; empty while it does not exist."""
    name: str = ''
    """The team's name."""
    manager_id: str | None = None
    """The user who leads the team."""
    region: str | None = None
    """The region the team sells in."""
    status: TeamStatus = TeamStatus.NEW
    """Whether the team exists."""
    external_id: str | None = None
    """What the directory that the team comes from calls it."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "name": self.name,
            "manager_id": self.manager_id,
            "region": self.region,
            "status": self.status.value,
            "external_id": self.external_id,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            name=data["name"],
            manager_id=data["manager_id"],
            region=data["region"],
            status=TeamStatus(data["status"]),
            external_id=data["external_id"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTeam:
    """Forms a team."""

    NAME: ClassVar[str] = "admin.CreateTeam"

    team_id: str
    """The team's id."""
    name: str
    """The team's name."""
    manager_id: str | None = None
    """The user who leads the team."""
    region: str | None = None
    """The region the team sells in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "name": self.name,
            "manager_id": self.manager_id,
            "region": self.region,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            name=data["name"],
            manager_id=data["manager_id"],
            region=data["region"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTeam:
    """Gives the team another name, manager or region."""

    NAME: ClassVar[str] = "admin.ChangeTeam"

    team_id: str
    """The team's id."""
    name: str
    """The team's name."""
    manager_id: str | None = None
    """The user who leads the team."""
    region: str | None = None
    """The region the team sells in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "name": self.name,
            "manager_id": self.manager_id,
            "region": self.region,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            name=data["name"],
            manager_id=data["manager_id"],
            region=data["region"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTeam:
    """Dissolves the team."""

    NAME: ClassVar[str] = "admin.RemoveTeam"

    team_id: str
    """The team's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTeam:
    """Says what the directory that the team comes from calls it."""

    NAME: ClassVar[str] = "admin.LinkTeam"

    team_id: str
    """The team's id."""
    external_id: str | None = None
    """What the directory that the team comes from calls it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "external_id": self.external_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            external_id=data["external_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTeam:
    """Makes the team what an imported row says, whether new or known."""

    NAME: ClassVar[str] = "admin.RecordTeam"

    team_id: str
    """The team's id."""
    name: str
    """The team's name."""
    manager_id: str | None = None
    """The user who leads the team."""
    region: str | None = None
    """The region the team sells in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "name": self.name,
            "manager_id": self.manager_id,
            "region": self.region,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            name=data["name"],
            manager_id=data["manager_id"],
            region=data["region"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCreated:
    """A team was formed."""

    NAME: ClassVar[str] = "admin.TeamCreated"

    team_id: str
    """The team's id."""
    name: str
    """The team's name."""
    manager_id: str | None = None
    """The user who leads the team."""
    region: str | None = None
    """The region the team sells in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "name": self.name,
            "manager_id": self.manager_id,
            "region": self.region,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            name=data["name"],
            manager_id=data["manager_id"],
            region=data["region"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged:
    """The team has another name, manager or region."""

    NAME: ClassVar[str] = "admin.TeamChanged"

    team_id: str
    """The team's id."""
    name: str
    """The team's name."""
    manager_id: str | None = None
    """The user who leads the team."""
    region: str | None = None
    """The region the team sells in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "name": self.name,
            "manager_id": self.manager_id,
            "region": self.region,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            name=data["name"],
            manager_id=data["manager_id"],
            region=data["region"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLinked:
    """A directory calls the team so."""

    NAME: ClassVar[str] = "admin.TeamLinked"

    team_id: str
    """The team's id."""
    external_id: str | None = None
    """What the directory that the team comes from calls it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "external_id": self.external_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            external_id=data["external_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRemoved:
    """The team was dissolved."""

    NAME: ClassVar[str] = "admin.TeamRemoved"

    team_id: str
    """The team's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


TeamCommand = CreateTeam | ChangeTeam | RemoveTeam | LinkTeam | RecordTeam
TeamEvent = TeamCreated | TeamChanged | TeamLinked | TeamRemoved


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="team",
    plural="teams",
    id_field="team_id",
    service="admin",
    state=Team,
    state_version=2,
    commands=(
        CommandContract(cls=CreateTeam, verb="create", creates=True, permission="admin.team.create", internal=False),
        CommandContract(cls=ChangeTeam, verb="change", creates=False, permission="admin.team.change", internal=False),
        CommandContract(cls=RemoveTeam, verb="remove", creates=False, permission="admin.team.remove", internal=False),
        CommandContract(cls=LinkTeam, verb="link", creates=False, permission="admin.team.link", internal=False),
        CommandContract(cls=RecordTeam, verb="record", creates=True, permission="admin.team.record", internal=True),
    ),
    events=(
        TeamCreated,
        TeamChanged,
        TeamLinked,
        TeamRemoved,
    ),
    values=(),
)
