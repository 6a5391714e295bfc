"""Generated from schemas/admin/identity.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Erased, Vault
from schemas.wire import from_micros, seal, to_micros, unseal


class IdentityStatus(StrEnum):
    """Whether an identity is somebody's."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    LINKED = "LINKED"
    UNLINKED = "UNLINKED"

    @classmethod
    def _missing_(cls, value: object) -> "IdentityStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody as an OpenID provider knows them: issuer and subject together are one user here."""

    NAME: ClassVar[str] = "admin.Identity"

    identity_id: str = ''
    """The identity's id, which follows from issuer and subject; empty while it is nobody's."""
    issuer: str = ''
    """The provider's issuer identifier."""
    user_id: str = ''
    """Whose identity it is."""
    status: IdentityStatus = IdentityStatus.NEW
    """Whether it is somebody's."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "identity_id": self.identity_id,
            "issuer": self.issuer,
            "user_id": self.user_id,
            "status": self.status.value,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            identity_id=data["identity_id"],
            issuer=data["issuer"],
            user_id=data["user_id"],
            status=IdentityStatus(data["status"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIdentity:
    """Says which user somebody is whom an OpenID provider knows."""

    NAME: ClassVar[str] = "admin.LinkIdentity"

    identity_id: str
    """The identity's id, which follows from issuer and subject."""
    issuer: str
    """The provider's issuer identifier, as in the provider's settings here."""
    subject: str | Erased | None = None
    """Who it is at the provider: what the provider's subject claim says, such as the object id in Microsoft
    Entra ID. Never an email address.
    """
    user_id: str
    """Whose identity it is."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "identity_id": self.identity_id,
            "issuer": self.issuer,
            "subject": seal(vault, self.user_id, self.subject),
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            identity_id=data["identity_id"],
            issuer=data["issuer"],
            subject=unseal(vault, data["user_id"], data["subject"]),
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkIdentity:
    """Makes the identity nobody's, and ends the sessions that began with it."""

    NAME: ClassVar[str] = "admin.UnlinkIdentity"

    identity_id: str
    """The identity's id."""
    from_user_id: str | None = None
    """Only from this user; from whoever it is, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "identity_id": self.identity_id,
            "from_user_id": self.from_user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            identity_id=data["identity_id"],
            from_user_id=data["from_user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLinked:
    """Somebody whom a provider knows is a user here."""

    NAME: ClassVar[str] = "admin.IdentityLinked"

    identity_id: str
    """The identity's id, which follows from issuer and subject."""
    issuer: str
    """The provider's issuer identifier."""
    user_id: str
    """Whose identity it is."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "identity_id": self.identity_id,
            "issuer": self.issuer,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            identity_id=data["identity_id"],
            issuer=data["issuer"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityUnlinked:
    """The identity is nobody's any more."""

    NAME: ClassVar[str] = "admin.IdentityUnlinked"

    identity_id: str
    """The identity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "identity_id": self.identity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            identity_id=data["identity_id"],
            at=from_micros(data["at"]),
        )


IdentityCommand = LinkIdentity | UnlinkIdentity
IdentityEvent = IdentityLinked | IdentityUnlinked


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="identity",
    plural="identities",
    id_field="identity_id",
    service="admin",
    state=Identity,
    state_version=1,
    commands=(
        CommandContract(cls=LinkIdentity, verb="link", creates=True, permission="admin.identity.link", internal=False, named_by=('issuer', 'subject')),
        CommandContract(cls=UnlinkIdentity, verb="unlink", creates=False, permission="admin.identity.unlink", internal=False),
    ),
    events=(
        IdentityLinked,
        IdentityUnlinked,
    ),
    values=(),
)
