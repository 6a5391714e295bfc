"""Generated from schemas/admin/service_account.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class ServiceAccountStatus(StrEnum):
    """Whether a service account may work."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "ServiceAccountStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that has neither been revoked nor been found expired."""

    NAME: ClassVar[str] = "admin.ApiKey"

    key_id: str
    """The key's id."""
    name: str
    """What the key is for."""
    permits: tuple[str, ...] = ()
    """What the key is narrowed to, written as in a role, such as crm.deal.read: whoever has it may do what both
    a role of the service account and one of these permit. Empty for all that the roles permit.
    """
    expires_at: datetime
    """The first moment at which the key opens nothing any more."""
    replaced_by: str | None = None
    """The id of the key that took its place, if one did."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "key_id": self.key_id,
            "name": self.name,
            "permits": list(self.permits),
            "expires_at": to_micros(self.expires_at),
            "replaced_by": self.replaced_by,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            key_id=data["key_id"],
            name=data["name"],
            permits=tuple(data["permits"]),
            expires_at=from_micros(data["expires_at"]),
            replaced_by=data["replaced_by"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A program that works in the tenant."""

    NAME: ClassVar[str] = "admin.ServiceAccount"

    service_account_id: str = ''
    """The service account's id; empty while it does not exist."""
    name: str = ''
    """The service account's name."""
    status: ServiceAccountStatus = ServiceAccountStatus.NEW
    """Whether the service account may work."""
    roles: tuple[str, ...] = ()
    """The ids of the service account's roles."""
    keys: tuple[ApiKey, ...] = ()
    """Its keys, oldest first."""
    ended: tuple[str, ...] = ()
    """The ids of the last keys that were revoked or found expired: none is issued again."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "name": self.name,
            "status": self.status.value,
            "roles": list(self.roles),
            "keys": [x.to_avro(vault) for x in self.keys],
            "ended": list(self.ended),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            name=data["name"],
            status=ServiceAccountStatus(data["status"]),
            roles=tuple(data["roles"]),
            keys=tuple(ApiKey.from_avro(x, vault) for x in data["keys"]),
            ended=tuple(data["ended"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateServiceAccount:
    """Adds a service account: a program that works in the tenant."""

    NAME: ClassVar[str] = "admin.CreateServiceAccount"

    service_account_id: str
    """The service account's id."""
    name: str
    """The service account's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameServiceAccount:
    """Gives the service account another name."""

    NAME: ClassVar[str] = "admin.RenameServiceAccount"

    service_account_id: str
    """The service account's id."""
    name: str
    """The service account's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantServiceAccountRole:
    """Gives the service account a role."""

    NAME: ClassVar[str] = "admin.GrantServiceAccountRole"

    service_account_id: str
    """The service account's id."""
    role_id: str
    """The role: a built-in one such as integration, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeServiceAccountRole:
    """Takes a role from the service account."""

    NAME: ClassVar[str] = "admin.RevokeServiceAccountRole"

    service_account_id: str
    """The service account's id."""
    role_id: str
    """The role: a built-in one such as integration, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateServiceAccount:
    """Ends the service account's access; its keys open nothing until it is reactivated."""

    NAME: ClassVar[str] = "admin.DeactivateServiceAccount"

    service_account_id: str
    """The service account's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactivateServiceAccount:
    """Lets the service account work again, with the keys that it has."""

    NAME: ClassVar[str] = "admin.ReactivateServiceAccount"

    service_account_id: str
    """The service account's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveServiceAccount:
    """Removes the service account and revokes all its keys."""

    NAME: ClassVar[str] = "admin.RemoveServiceAccount"

    service_account_id: str
    """The service account's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueApiKey:
    """Gives the service account a key. The gateway sends it, since only it ever knows the key's secret."""

    NAME: ClassVar[str] = "admin.IssueApiKey"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    name: str
    """What the key is for."""
    digest: str
    """SHA-256 of the key's secret, in hex. The secret is random and of 256 bits, so that nobody finds it from this."""
    permits: tuple[str, ...] = ()
    """What the key is narrowed to, written as in a role, such as crm.deal.read: whoever has it may do what both
    a role of the service account and one of these permit. Empty for all that the roles permit.
    """
    expires_at: datetime
    """The first moment at which the key opens nothing any more."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "name": self.name,
            "digest": self.digest,
            "permits": list(self.permits),
            "expires_at": to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            name=data["name"],
            digest=data["digest"],
            permits=tuple(data["permits"]),
            expires_at=from_micros(data["expires_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateApiKey:
    """Gives the service account a key in the place of another one, which lives on for a while."""

    NAME: ClassVar[str] = "admin.RotateApiKey"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    new_key_id: str
    """The id of the key that takes its place."""
    digest: str
    """SHA-256 of the key's secret, in hex. The secret is random and of 256 bits, so that nobody finds it from this."""
    expires_at: datetime
    """The first moment at which the key opens nothing any more."""
    ends_at: datetime
    """When the old key ends, unless it expires before."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "new_key_id": self.new_key_id,
            "digest": self.digest,
            "expires_at": to_micros(self.expires_at),
            "ends_at": to_micros(self.ends_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            new_key_id=data["new_key_id"],
            digest=data["digest"],
            expires_at=from_micros(data["expires_at"]),
            ends_at=from_micros(data["ends_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey:
    """Ends a key of the service account for good."""

    NAME: ClassVar[str] = "admin.RevokeApiKey"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountCreated:
    """A service account was added."""

    NAME: ClassVar[str] = "admin.ServiceAccountCreated"

    service_account_id: str
    """The service account's id."""
    name: str
    """The service account's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountRenamed:
    """The service account has another name."""

    NAME: ClassVar[str] = "admin.ServiceAccountRenamed"

    service_account_id: str
    """The service account's id."""
    name: str
    """The service account's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountRoleGranted:
    """The service account was given a role."""

    NAME: ClassVar[str] = "admin.ServiceAccountRoleGranted"

    service_account_id: str
    """The service account's id."""
    role_id: str
    """The role: a built-in one such as integration, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountRoleRevoked:
    """A role was taken from the service account."""

    NAME: ClassVar[str] = "admin.ServiceAccountRoleRevoked"

    service_account_id: str
    """The service account's id."""
    role_id: str
    """The role: a built-in one such as integration, or the id of one of the tenant's own."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "role_id": self.role_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            role_id=data["role_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountDeactivated:
    """The service account's access ended."""

    NAME: ClassVar[str] = "admin.ServiceAccountDeactivated"

    service_account_id: str
    """The service account's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountReactivated:
    """The service account may work again."""

    NAME: ClassVar[str] = "admin.ServiceAccountReactivated"

    service_account_id: str
    """The service account's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountRemoved:
    """The service account was removed; its keys had ended before."""

    NAME: ClassVar[str] = "admin.ServiceAccountRemoved"

    service_account_id: str
    """The service account's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyIssued:
    """The service account has a new key."""

    NAME: ClassVar[str] = "admin.ApiKeyIssued"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    name: str
    """What the key is for."""
    digest: str
    """SHA-256 of the key's secret, in hex. The secret is random and of 256 bits, so that nobody finds it from this."""
    permits: tuple[str, ...] = ()
    """What the key is narrowed to, written as in a role, such as crm.deal.read: whoever has it may do what both
    a role of the service account and one of these permit. Empty for all that the roles permit.
    """
    expires_at: datetime
    """The first moment at which the key opens nothing any more."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "name": self.name,
            "digest": self.digest,
            "permits": list(self.permits),
            "expires_at": to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            name=data["name"],
            digest=data["digest"],
            permits=tuple(data["permits"]),
            expires_at=from_micros(data["expires_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyReplaced:
    """Another key took the place of this one, which ends soon."""

    NAME: ClassVar[str] = "admin.ApiKeyReplaced"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    replaced_by: str
    """The id of the key that took its place."""
    expires_at: datetime
    """The first moment at which the key opens nothing any more."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "replaced_by": self.replaced_by,
            "expires_at": to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            replaced_by=data["replaced_by"],
            expires_at=from_micros(data["expires_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked:
    """A key of the service account was ended for good."""

    NAME: ClassVar[str] = "admin.ApiKeyRevoked"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyExpired:
    """A key of the service account was found expired when another was issued, or when it was to be revoked."""

    NAME: ClassVar[str] = "admin.ApiKeyExpired"

    service_account_id: str
    """The service account's id."""
    key_id: str
    """The key's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "service_account_id": self.service_account_id,
            "key_id": self.key_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            service_account_id=data["service_account_id"],
            key_id=data["key_id"],
            at=from_micros(data["at"]),
        )


ServiceAccountCommand = (
    CreateServiceAccount
    | RenameServiceAccount
    | GrantServiceAccountRole
    | RevokeServiceAccountRole
    | DeactivateServiceAccount
    | ReactivateServiceAccount
    | RemoveServiceAccount
    | IssueApiKey
    | RotateApiKey
    | RevokeApiKey
)
ServiceAccountEvent = (
    ServiceAccountCreated
    | ServiceAccountRenamed
    | ServiceAccountRoleGranted
    | ServiceAccountRoleRevoked
    | ServiceAccountDeactivated
    | ServiceAccountReactivated
    | ServiceAccountRemoved
    | ApiKeyIssued
    | ApiKeyReplaced
    | ApiKeyRevoked
    | ApiKeyExpired
)


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="service_account",
    plural="service-accounts",
    id_field="service_account_id",
    service="admin",
    state=ServiceAccount,
    state_version=1,
    commands=(
        CommandContract(cls=CreateServiceAccount, verb="create", creates=True, permission="admin.service-account.create", internal=False),
        CommandContract(cls=RenameServiceAccount, verb="rename", creates=False, permission="admin.service-account.rename", internal=False),
        CommandContract(cls=GrantServiceAccountRole, verb="grant-role", creates=False, permission="admin.service-account.grant-role", internal=False),
        CommandContract(cls=RevokeServiceAccountRole, verb="revoke-role", creates=False, permission="admin.service-account.revoke-role", internal=False),
        CommandContract(cls=DeactivateServiceAccount, verb="deactivate", creates=False, permission="admin.service-account.deactivate", internal=False),
        CommandContract(cls=ReactivateServiceAccount, verb="reactivate", creates=False, permission="admin.service-account.reactivate", internal=False),
        CommandContract(cls=RemoveServiceAccount, verb="remove", creates=False, permission="admin.service-account.remove", internal=False),
        CommandContract(cls=IssueApiKey, verb="issue-key", creates=False, permission="admin.service-account.issue-key", internal=True),
        CommandContract(cls=RotateApiKey, verb="rotate-key", creates=False, permission="admin.service-account.rotate-key", internal=True),
        CommandContract(cls=RevokeApiKey, verb="revoke-key", creates=False, permission="admin.service-account.revoke-key", internal=False),
    ),
    events=(
        ServiceAccountCreated,
        ServiceAccountRenamed,
        ServiceAccountRoleGranted,
        ServiceAccountRoleRevoked,
        ServiceAccountDeactivated,
        ServiceAccountReactivated,
        ServiceAccountRemoved,
        ApiKeyIssued,
        ApiKeyReplaced,
        ApiKeyRevoked,
        ApiKeyExpired,
    ),
    values=(ApiKey,),
)
