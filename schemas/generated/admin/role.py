"""Generated from schemas/admin/role.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class RoleStatus(StrEnum):
    """Whether a role exists."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "RoleStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A tenant's own role: what those who have it may do."""

    NAME: ClassVar[str] = "admin.Role"

    role_id: str = ''
    """The role's id; empty while it does not exist."""
    name: str = ''
    """The role's name."""
    permits: tuple[str, ...] = ()
    """What it permits, such as crm.deal.read@team: app, noun and verb, each a word or *, and how far it reaches:
    all (when left out), territory, team or own.
    """
    status: RoleStatus = RoleStatus.NEW
    """Whether the role exists."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "name": self.name,
            "permits": list(self.permits),
            "status": self.status.value,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            name=data["name"],
            permits=tuple(data["permits"]),
            status=RoleStatus(data["status"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineRole:
    """Defines a role of the tenant's own."""

    NAME: ClassVar[str] = "admin.DefineRole"

    role_id: str
    """The role's id."""
    name: str
    """The role's name."""
    permits: tuple[str, ...]
    """What it permits, such as crm.deal.read@team: app, noun and verb, each a word or *, and how far it reaches:
    all (when left out), territory, team or own.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "name": self.name,
            "permits": list(self.permits),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            name=data["name"],
            permits=tuple(data["permits"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole:
    """Gives the role another name, or lets it permit other things."""

    NAME: ClassVar[str] = "admin.ChangeRole"

    role_id: str
    """The role's id."""
    name: str
    """The role's name."""
    permits: tuple[str, ...]
    """What it permits, such as crm.deal.read@team: app, noun and verb, each a word or *, and how far it reaches:
    all (when left out), territory, team or own.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "name": self.name,
            "permits": list(self.permits),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            name=data["name"],
            permits=tuple(data["permits"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRole:
    """Removes the role; those who have it keep their other roles alone."""

    NAME: ClassVar[str] = "admin.RemoveRole"

    role_id: str
    """The role's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDefined:
    """A role of the tenant's own was defined."""

    NAME: ClassVar[str] = "admin.RoleDefined"

    role_id: str
    """The role's id."""
    name: str
    """The role's name."""
    permits: tuple[str, ...]
    """What it permits, such as crm.deal.read@team: app, noun and verb, each a word or *, and how far it reaches:
    all (when left out), territory, team or own.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "name": self.name,
            "permits": list(self.permits),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            name=data["name"],
            permits=tuple(data["permits"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged:
    """The role has another name, or permits other things."""

    NAME: ClassVar[str] = "admin.RoleChanged"

    role_id: str
    """The role's id."""
    name: str
    """The role's name."""
    permits: tuple[str, ...]
    """What it permits, such as crm.deal.read@team: app, noun and verb, each a word or *, and how far it reaches:
    all (when left out), territory, team or own.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "name": self.name,
            "permits": list(self.permits),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            name=data["name"],
            permits=tuple(data["permits"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRemoved:
    """The role was removed."""

    NAME: ClassVar[str] = "admin.RoleRemoved"

    role_id: str
    """The role's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


RoleCommand = DefineRole | ChangeRole | RemoveRole
RoleEvent = RoleDefined | RoleChanged | RoleRemoved


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="role",
    plural="roles",
    id_field="role_id",
    service="admin",
    state=Role,
    state_version=1,
    commands=(
        CommandContract(cls=DefineRole, verb="define", creates=True, permission="admin.role.define", internal=False),
        CommandContract(cls=ChangeRole, verb="change", creates=False, permission="admin.role.change", internal=False),
        CommandContract(cls=RemoveRole, verb="remove", creates=False, permission="admin.role.remove", internal=False),
    ),
    events=(
        RoleDefined,
        RoleChanged,
        RoleRemoved,
    ),
    values=(),
)
