"""Generated from schemas/admin/user_name.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class UserNameStatus(StrEnum):
    """Whether somebody has a user name."""

    UNKNOWN = "UNKNOWN"
    FREE = "FREE"
    PROMISED = "PROMISED"
    HELD = "HELD"

    @classmethod
    def _missing_(cls, value: object) -> "UserNameStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class UserName:
    """A user name of the tenant, which one user has at most."""

    NAME: ClassVar[str] = "admin.UserName"

    user_name_id: str = ''
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written;
    empty while nobody ever had it.
    """
    status: UserNameStatus = UserNameStatus.FREE
    """Whether somebody has the user name."""
    user_id: str | None = None
    """The user who has it."""
    taken_at: tuple[datetime, ...] = ()
    """When it was taken for the user, by each request that may need it."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "status": self.status.value,
            "user_id": self.user_id,
            "taken_at": [to_micros(x) for x in self.taken_at],
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            status=UserNameStatus(data["status"]),
            user_id=data["user_id"],
            taken_at=tuple(from_micros(x) for x in data["taken_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseUserName:
    """Promises a user name to a person who is about to be added."""

    NAME: ClassVar[str] = "admin.PromiseUserName"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUserName:
    """Gives a free user name to a user."""

    NAME: ClassVar[str] = "admin.TakeUserName"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmUserName:
    """Notes that a user bears the user name."""

    NAME: ClassVar[str] = "admin.ConfirmUserName"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseUserName:
    """Notes that a user bears the user name no more, or that a request that took it does not need it."""

    NAME: ClassVar[str] = "admin.ReleaseUserName"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_id: str
    """The user's id."""
    taken_at: datetime | None = None
    """When the request took it that does not need it; without it all go that took it until `at`."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "user_id": self.user_id,
            "taken_at": None if self.taken_at is None else to_micros(self.taken_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            user_id=data["user_id"],
            taken_at=None if (v := data["taken_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNamePromised:
    """The user name is for a person who is about to be added; the version of this event tells which."""

    NAME: ClassVar[str] = "admin.UserNamePromised"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNameHeld:
    """A user has the user name."""

    NAME: ClassVar[str] = "admin.UserNameHeld"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNameReleased:
    """Nobody has the user name any more."""

    NAME: ClassVar[str] = "admin.UserNameReleased"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNameKept:
    """A request that took the user name does not need it; the user has it still, because of others."""

    NAME: ClassVar[str] = "admin.UserNameKept"

    user_name_id: str
    """Stands for the user name: an HMAC of it under the secret of the tenant, in whatever case it was written."""
    user_id: str
    """The user's id."""
    taken_at: tuple[datetime, ...]
    """When these took it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_name_id": self.user_name_id,
            "user_id": self.user_id,
            "taken_at": [to_micros(x) for x in self.taken_at],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_name_id=data["user_name_id"],
            user_id=data["user_id"],
            taken_at=tuple(from_micros(x) for x in data["taken_at"]),
            at=from_micros(data["at"]),
        )


UserNameCommand = PromiseUserName | TakeUserName | ConfirmUserName | ReleaseUserName
UserNameEvent = UserNamePromised | UserNameHeld | UserNameReleased | UserNameKept


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="user_name",
    plural="user-names",
    id_field="user_name_id",
    service="admin",
    state=UserName,
    state_version=2,
    commands=(
        CommandContract(cls=PromiseUserName, verb="promise", creates=True, permission="admin.user-name.promise", internal=True),
        CommandContract(cls=TakeUserName, verb="take", creates=True, permission="admin.user-name.take", internal=True),
        CommandContract(cls=ConfirmUserName, verb="confirm", creates=True, permission="admin.user-name.confirm", internal=True),
        CommandContract(cls=ReleaseUserName, verb="release", creates=True, permission="admin.user-name.release", internal=True),
    ),
    events=(
        UserNamePromised,
        UserNameHeld,
        UserNameReleased,
        UserNameKept,
    ),
    values=(),
)
