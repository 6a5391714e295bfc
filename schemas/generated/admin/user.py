"""Generated from schemas/admin/user.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Erased, Vault
from schemas.wire import from_micros, seal, to_micros, unseal


class UserStatus(StrEnum):
    """Whether a user may work."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "UserStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who works in the tenant."""

    NAME: ClassVar[str] = "admin.User"

    user_id: str = ''
    """The user's id; empty while it does not exist."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    team_id: str | None = None
    """The team the user belongs to."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    status: UserStatus = UserStatus.NEW
    """Whether the user may work."""
    roles: tuple[str, ...] = ()
    """The ids of the user's roles."""
    owner: bool = False
    """Whether the user is an owner of the tenant."""
    user_name_id: str | None = None
    """Stands for the user name, of one who has one."""
    user_name: str | Erased | None = None
    """What the person is called when they sign in; nobody else in the tenant is called so."""
    external_id: str | Erased | None = None
    """What the directory calls the person."""
    profile: str | Erased | None = None
    """What else the directory says of the person, as JSON; no rule looks into it."""
    erased: bool = False
    """Whether the person was erased: their name and all that was personal is gone for ever."""
    expired: bool = False
    """Whether the person's values are about to be destroyed by a rule of retention."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "team_id": self.team_id,
            "manager_id": self.manager_id,
            "status": self.status.value,
            "roles": list(self.roles),
            "owner": self.owner,
            "user_name_id": self.user_name_id,
            "user_name": seal(vault, self.user_id, self.user_name),
            "external_id": seal(vault, self.user_id, self.external_id),
            "profile": seal(vault, self.user_id, self.profile),
            "erased": self.erased,
            "expired": self.expired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            team_id=data["team_id"],
            manager_id=data["manager_id"],
            status=UserStatus(data["status"]),
            roles=tuple(data["roles"]),
            owner=data["owner"],
            user_name_id=data["user_name_id"],
            user_name=unseal(vault, data["user_id"], data["user_name"]),
            external_id=unseal(vault, data["user_id"], data["external_id"]),
            profile=unseal(vault, data["user_id"], data["profile"]),
            erased=data["erased"],
            expired=data["expired"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser:
    """Adds a person."""

    NAME: ClassVar[str] = "admin.CreateUser"

    user_id: str
    """The user's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    team_id: str | None = None
    """The team the user belongs to."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "team_id": self.team_id,
            "manager_id": self.manager_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            team_id=data["team_id"],
            manager_id=data["manager_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser:
    """Corrects a person's name or email address."""

    NAME: ClassVar[str] = "admin.ChangeUser"

    user_id: str
    """The user's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignUser:
    """Puts a user into a team, under a manager."""

    NAME: ClassVar[str] = "admin.AssignUser"

    user_id: str
    """The user's id."""
    team_id: str | None = None
    """The team the user belongs to."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "team_id": self.team_id,
            "manager_id": self.manager_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            team_id=data["team_id"],
            manager_id=data["manager_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateUser:
    """Ends a person's access; open deals pass to the manager."""

    NAME: ClassVar[str] = "admin.DeactivateUser"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactivateUser:
    """Lets a person work again."""

    NAME: ClassVar[str] = "admin.ReactivateUser"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveUser:
    """Takes back a user who should never have been added."""

    NAME: ClassVar[str] = "admin.RemoveUser"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUser:
    """Makes the user what an imported row says, whether new or known."""

    NAME: ClassVar[str] = "admin.RecordUser"

    user_id: str
    """The user's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    team_id: str | None = None
    """The team the user belongs to."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "team_id": self.team_id,
            "manager_id": self.manager_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            team_id=data["team_id"],
            manager_id=data["manager_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionUser:
    """Adds a person as a directory describes them."""

    NAME: ClassVar[str] = "admin.ProvisionUser"

    user_id: str
    """The user's id."""
    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_name: str | Erased | None = None
    """What the person is called when they sign in; nobody else in the tenant is called so."""
    external_id: str | Erased | None = None
    """What the directory calls the person."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    profile: str | Erased | None = None
    """What else the directory says of the person, as JSON; no rule looks into it."""
    active: bool = True
    """Whether the person may work."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "user_name_id": self.user_name_id,
            "user_name": seal(vault, self.user_id, self.user_name),
            "external_id": seal(vault, self.user_id, self.external_id),
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "manager_id": self.manager_id,
            "profile": seal(vault, self.user_id, self.profile),
            "active": self.active,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            user_name_id=data["user_name_id"],
            user_name=unseal(vault, data["user_id"], data["user_name"]),
            external_id=unseal(vault, data["user_id"], data["external_id"]),
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            manager_id=data["manager_id"],
            profile=unseal(vault, data["user_id"], data["profile"]),
            active=data["active"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SynchronizeUser:
    """Makes the user what a directory says; team and roles stay."""

    NAME: ClassVar[str] = "admin.SynchronizeUser"

    user_id: str
    """The user's id."""
    user_name_id: str | None = None
    """Stands for the user name, of one who has one."""
    user_name: str | Erased | None = None
    """What the person is called when they sign in; nobody else in the tenant is called so."""
    external_id: str | Erased | None = None
    """What the directory calls the person."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    profile: str | Erased | None = None
    """What else the directory says of the person, as JSON; no rule looks into it."""
    active: bool = True
    """Whether the person may work."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "user_name_id": self.user_name_id,
            "user_name": seal(vault, self.user_id, self.user_name),
            "external_id": seal(vault, self.user_id, self.external_id),
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "manager_id": self.manager_id,
            "profile": seal(vault, self.user_id, self.profile),
            "active": self.active,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            user_name_id=data["user_name_id"],
            user_name=unseal(vault, data["user_id"], data["user_name"]),
            external_id=unseal(vault, data["user_id"], data["external_id"]),
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            manager_id=data["manager_id"],
            profile=unseal(vault, data["user_id"], data["profile"]),
            active=data["active"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Gives the user a role."""

    NAME: ClassVar[str] = "admin.GrantRole"

    user_id: str
    """The user's id."""
    role_id: str
    """The role: a built-in one such as crm.member, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRole:
    """Takes a role from the user."""

    NAME: ClassVar[str] = "admin.RevokeRole"

    user_id: str
    """The user's id."""
    role_id: str
    """The role: a built-in one such as crm.member, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkOwner:
    """Notes whether the user is an owner of the tenant."""

    NAME: ClassVar[str] = "admin.MarkOwner"

    user_id: str
    """The user's id."""
    owner: bool
    """Whether the user is one."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "owner": self.owner,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            owner=data["owner"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireUser:
    """Takes in that the person's values are about to be destroyed, if nothing was recorded since that was found
    to be due.
    """

    NAME: ClassVar[str] = "admin.ExpireUser"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseUser:
    """Takes in that the person's key was destroyed."""

    NAME: ClassVar[str] = "admin.EraseUser"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreated:
    """A person was added."""

    NAME: ClassVar[str] = "admin.UserCreated"

    user_id: str
    """The user's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    team_id: str | None = None
    """The team the user belongs to."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "team_id": self.team_id,
            "manager_id": self.manager_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            team_id=data["team_id"],
            manager_id=data["manager_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged:
    """A person's name or email address was corrected."""

    NAME: ClassVar[str] = "admin.UserChanged"

    user_id: str
    """The user's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "name": seal(vault, self.user_id, self.name),
            "email": seal(vault, self.user_id, self.email),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            name=unseal(vault, data["user_id"], data["name"]),
            email=unseal(vault, data["user_id"], data["email"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAssigned:
    """The user has another team or manager."""

    NAME: ClassVar[str] = "admin.UserAssigned"

    user_id: str
    """The user's id."""
    team_id: str | None = None
    """The team the user belongs to."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "team_id": self.team_id,
            "manager_id": self.manager_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            team_id=data["team_id"],
            manager_id=data["manager_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeactivated:
    """The person's access ended."""

    NAME: ClassVar[str] = "admin.UserDeactivated"

    user_id: str
    """The user's id."""
    manager_id: str | None = None
    """The user who manages this one, and who receives the open deals when this one leaves."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "manager_id": self.manager_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            manager_id=data["manager_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReactivated:
    """The person may work again."""

    NAME: ClassVar[str] = "admin.UserReactivated"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRemoved:
    """The user was taken back."""

    NAME: ClassVar[str] = "admin.UserRemoved"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserProvisioned:
    """A directory describes the user, or describes them otherwise than before."""

    NAME: ClassVar[str] = "admin.UserProvisioned"

    user_id: str
    """The user's id."""
    user_name_id: str | None = None
    """Stands for the user name, of one who has one."""
    user_name: str | Erased | None = None
    """What the person is called when they sign in; nobody else in the tenant is called so."""
    external_id: str | Erased | None = None
    """What the directory calls the person."""
    profile: str | Erased | None = None
    """What else the directory says of the person, as JSON; no rule looks into it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "user_name_id": self.user_name_id,
            "user_name": seal(vault, self.user_id, self.user_name),
            "external_id": seal(vault, self.user_id, self.external_id),
            "profile": seal(vault, self.user_id, self.profile),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            user_name_id=data["user_name_id"],
            user_name=unseal(vault, data["user_id"], data["user_name"]),
            external_id=unseal(vault, data["user_id"], data["external_id"]),
            profile=unseal(vault, data["user_id"], data["profile"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted:
    """The user was given a role."""

    NAME: ClassVar[str] = "admin.RoleGranted"

    user_id: str
    """The user's id."""
    role_id: str
    """The role: a built-in one such as crm.member, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked:
    """A role was taken from the user."""

    NAME: ClassVar[str] = "admin.RoleRevoked"

    user_id: str
    """The user's id."""
    role_id: str
    """The role: a built-in one such as crm.member, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerMarked:
    """The user became an owner of the tenant, or ceased to be one."""

    NAME: ClassVar[str] = "admin.OwnerMarked"

    user_id: str
    """The user's id."""
    owner: bool
    """Whether the user is one."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "owner": self.owner,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            owner=data["owner"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserExpired:
    """The person's values are about to be destroyed: a rule of retention says so, and nothing was recorded
    since. None are taken any more.
    """

    NAME: ClassVar[str] = "admin.UserExpired"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserErased:
    """The person's key was destroyed: all that was personal of them is erased, in what was recorded before, too."""

    NAME: ClassVar[str] = "admin.UserErased"

    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


UserCommand = (
    CreateUser
    | ChangeUser
    | AssignUser
    | DeactivateUser
    | ReactivateUser
    | RemoveUser
    | RecordUser
    | ProvisionUser
    | SynchronizeUser
    | GrantRole
    | RevokeRole
    | MarkOwner
    | ExpireUser
    | EraseUser
)
UserEvent = (
    UserCreated
    | UserChanged
    | UserAssigned
    | UserDeactivated
    | UserReactivated
    | UserRemoved
    | UserProvisioned
    | RoleGranted
    | RoleRevoked
    | OwnerMarked
    | UserExpired
    | UserErased
)


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="user",
    plural="users",
    id_field="user_id",
    service="admin",
    state=User,
    state_version=3,
    commands=(
        CommandContract(cls=CreateUser, verb="create", creates=True, permission="admin.user.create", internal=False),
        CommandContract(cls=ChangeUser, verb="change", creates=False, permission="admin.user.change", internal=False),
        CommandContract(cls=AssignUser, verb="assign", creates=False, permission="admin.user.assign", internal=False),
        CommandContract(cls=DeactivateUser, verb="deactivate", creates=False, permission="admin.user.deactivate", internal=False),
        CommandContract(cls=ReactivateUser, verb="reactivate", creates=False, permission="admin.user.reactivate", internal=False),
        CommandContract(cls=RemoveUser, verb="remove", creates=False, permission="admin.user.remove", internal=False),
        CommandContract(cls=RecordUser, verb="record", creates=True, permission="admin.user.record", internal=True),
        CommandContract(cls=ProvisionUser, verb="provision", creates=True, permission="admin.user.provision", internal=True),
        CommandContract(cls=SynchronizeUser, verb="synchronize", creates=False, permission="admin.user.synchronize", internal=True),
        CommandContract(cls=GrantRole, verb="grant-role", creates=False, permission="admin.user.grant-role", internal=False),
        CommandContract(cls=RevokeRole, verb="revoke-role", creates=False, permission="admin.user.revoke-role", internal=False),
        CommandContract(cls=MarkOwner, verb="mark-owner", creates=True, permission="admin.user.mark-owner", internal=True),
        CommandContract(cls=ExpireUser, verb="expire", creates=False, permission="admin.user.expire", internal=True),
        CommandContract(cls=EraseUser, verb="erase", creates=True, permission="admin.user.erase", internal=True),
    ),
    events=(
        UserCreated,
        UserChanged,
        UserAssigned,
        UserDeactivated,
        UserReactivated,
        UserRemoved,
        UserProvisioned,
        RoleGranted,
        RoleRevoked,
        OwnerMarked,
        UserExpired,
        UserErased,
    ),
    values=(),
    erasure=UserErased,
)
