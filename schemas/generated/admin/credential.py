"""Generated from schemas/admin/credential.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a user signs in by without a provider: a password, and codes of an authenticator. Its secrets are
    sealed under the user's key.
    """

    NAME: ClassVar[str] = "admin.Credential"

    user_id: str = ''
    """The user's id; empty while there is nothing to sign in by."""
    password: str | None = None
    """The Argon2id hash of the password."""
    has_totp: bool = False
    """Whether codes of an authenticator are asked for."""
    link: str | None = None
    """The SHA-256 of the secret of the link that sets a password, in hex, while there is one."""
    link_expires_at: datetime | None = None
    """When that link ends."""
    recovery: tuple[str, ...] = ()
    """The SHA-256 of each recovery code that is left, in hex."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "password": self.password,
            "has_totp": self.has_totp,
            "link": self.link,
            "link_expires_at": None if self.link_expires_at is None else to_micros(self.link_expires_at),
            "recovery": list(self.recovery),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            password=data["password"],
            has_totp=data["has_totp"],
            link=data["link"],
            link_expires_at=None if (v := data["link_expires_at"]) is None else from_micros(v),
            recovery=tuple(data["recovery"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePasswordLink:
    """Gives the user a link that sets a password, once; the one before ends."""

    NAME: ClassVar[str] = "admin.IssuePasswordLink"

    user_id: str
    """The user's id."""
    digest: str
    """The SHA-256 of the link's secret, in hex."""
    expires_at: datetime
    """When the link ends."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "digest": self.digest,
            "expires_at": to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            digest=data["digest"],
            expires_at=from_micros(data["expires_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowPasswordLink:
    """Sets the password that whoever holds the link chose."""

    NAME: ClassVar[str] = "admin.FollowPasswordLink"

    user_id: str
    """The user's id."""
    digest: str
    """The SHA-256 of the link's secret, in hex."""
    password: str | None = None
    """The Argon2id hash of the password."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "digest": self.digest,
            "password": self.password,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            digest=data["digest"],
            password=data["password"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RehashPassword:
    """Keeps the same password as a hash that costs more."""

    NAME: ClassVar[str] = "admin.RehashPassword"

    user_id: str
    """The user's id."""
    password: str | None = None
    """The Argon2id hash of the password."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "password": self.password,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            password=data["password"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Sets another password, which the user chose who knows the one before."""

    NAME: ClassVar[str] = "admin.ChangePassword"

    user_id: str
    """The user's id."""
    password: str | None = None
    """The Argon2id hash of the password."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "password": self.password,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            password=data["password"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolTotp:
    """Asks for codes of an authenticator from now on."""

    NAME: ClassVar[str] = "admin.EnrolTotp"

    user_id: str
    """The user's id."""
    secret: str | None = None
    """The secret that the codes follow from (RFC 6238), in base32."""
    recovery: tuple[str, ...]
    """The SHA-256 of each recovery code, in hex."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "secret": self.secret,
            "recovery": list(self.recovery),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            secret=data["secret"],
            recovery=tuple(data["recovery"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRecoveryCode:
    """Takes a recovery code in the place of a code, once."""

    NAME: ClassVar[str] = "admin.SpendRecoveryCode"

    user_id: str
    """The user's id."""
    digest: str
    """The SHA-256 of the recovery code, in hex."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "digest": self.digest,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            digest=data["digest"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTotp:
    """Asks for no codes of an authenticator any more, as of somebody who lost it."""

    NAME: ClassVar[str] = "admin.RemoveTotp"

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
class RemoveCredential:
    """Takes password, authenticator and link from the user, and ends the sessions that began with them."""

    NAME: ClassVar[str] = "admin.RemoveCredential"

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
class PasswordLinkIssued:
    """The user was given a link that sets a password."""

    NAME: ClassVar[str] = "admin.PasswordLinkIssued"

    user_id: str
    """The user's id."""
    digest: str
    """The SHA-256 of the link's secret, in hex."""
    expires_at: datetime
    """When the link ends."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "digest": self.digest,
            "expires_at": to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            digest=data["digest"],
            expires_at=from_micros(data["expires_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet:
    """The user has another password; sessions that began with the one before are over."""

    NAME: ClassVar[str] = "admin.PasswordSet"

    user_id: str
    """The user's id."""
    password: str | None = None
    """The Argon2id hash of the password."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "password": self.password,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            password=data["password"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRehashed:
    """The same password is kept as another hash."""

    NAME: ClassVar[str] = "admin.PasswordRehashed"

    user_id: str
    """The user's id."""
    password: str | None = None
    """The Argon2id hash of the password."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "password": self.password,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            password=data["password"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpEnrolled:
    """Codes of an authenticator are asked for."""

    NAME: ClassVar[str] = "admin.TotpEnrolled"

    user_id: str
    """The user's id."""
    secret: str | None = None
    """The secret that the codes follow from (RFC 6238), in base32."""
    recovery: tuple[str, ...]
    """The SHA-256 of each recovery code, in hex."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "secret": self.secret,
            "recovery": list(self.recovery),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            secret=data["secret"],
            recovery=tuple(data["recovery"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeSpent:
    """A recovery code was taken in the place of a code."""

    NAME: ClassVar[str] = "admin.RecoveryCodeSpent"

    user_id: str
    """The user's id."""
    digest: str
    """The SHA-256 of the recovery code, in hex."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "digest": self.digest,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            digest=data["digest"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpRemoved:
    """No codes of an authenticator are asked for any more."""

    NAME: ClassVar[str] = "admin.TotpRemoved"

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
class CredentialRemoved:
    """There is nothing any more by which the user signs in here."""

    NAME: ClassVar[str] = "admin.CredentialRemoved"

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


CredentialCommand = (
    IssuePasswordLink
    | FollowPasswordLink
    | RehashPassword
    | ChangePassword
    | EnrolTotp
    | SpendRecoveryCode
    | RemoveTotp
    | RemoveCredential
)
CredentialEvent = (
    PasswordLinkIssued
    | PasswordSet
    | PasswordRehashed
    | TotpEnrolled
    | RecoveryCodeSpent
    | TotpRemoved
    | CredentialRemoved
)


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="credential",
    plural="credentials",
    id_field="user_id",
    service="admin",
    state=Credential,
    state_version=1,
    commands=(
        CommandContract(cls=IssuePasswordLink, verb="issue-link", creates=True, permission="admin.credential.issue-link", internal=True),
        CommandContract(cls=FollowPasswordLink, verb="follow-link", creates=False, permission="admin.credential.follow-link", internal=True),
        CommandContract(cls=RehashPassword, verb="rehash-password", creates=False, permission="admin.credential.rehash-password", internal=True),
        CommandContract(cls=ChangePassword, verb="change-password", creates=False, permission="admin.credential.change-password", internal=True),
        CommandContract(cls=EnrolTotp, verb="enrol-totp", creates=False, permission="admin.credential.enrol-totp", internal=True),
        CommandContract(cls=SpendRecoveryCode, verb="spend-recovery-code", creates=False, permission="admin.credential.spend-recovery-code", internal=True),
        CommandContract(cls=RemoveTotp, verb="remove-totp", creates=False, permission="admin.credential.remove-totp", internal=False),
        CommandContract(cls=RemoveCredential, verb="remove", creates=False, permission="admin.credential.remove", internal=False),
    ),
    events=(
        PasswordLinkIssued,
        PasswordSet,
        PasswordRehashed,
        TotpEnrolled,
        RecoveryCodeSpent,
        TotpRemoved,
        CredentialRemoved,
    ),
    values=(),
)
