"""Generated from schemas/admin/provider.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class ProviderStatus(StrEnum):
    """Whether people may sign in through a provider."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"

    @classmethod
    def _missing_(cls, value: object) -> "ProviderStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An OpenID provider that people sign in through."""

    NAME: ClassVar[str] = "admin.Provider"

    provider_id: str = ''
    """The provider's id; empty while it is not connected."""
    name: str = ''
    """What people know the provider as."""
    issuer: str = ''
    """The provider's issuer identifier, an https address."""
    client_id: str = ''
    """The id that the provider gave this platform."""
    client_secret: str | None = None
    """The secret that the provider gave this platform with it."""
    audiences: tuple[str, ...] = ()
    """Whom a token for the API must be meant for: one of these."""
    algorithms: tuple[str, ...] = ()
    """What tokens may be signed with."""
    subject_claim: str = ''
    """The claim that says who somebody is."""
    directory_id: str | None = None
    """The directory (tenant) id in Microsoft Entra ID, for that provider."""
    link_by_external_id: bool = False
    """Whether what a directory says by SCIM as externalId is who somebody is at the provider."""
    status: ProviderStatus = ProviderStatus.NEW
    """Whether people may sign in through it."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "name": self.name,
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audiences": list(self.audiences),
            "algorithms": list(self.algorithms),
            "subject_claim": self.subject_claim,
            "directory_id": self.directory_id,
            "link_by_external_id": self.link_by_external_id,
            "status": self.status.value,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            name=data["name"],
            issuer=data["issuer"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            audiences=tuple(data["audiences"]),
            algorithms=tuple(data["algorithms"]),
            subject_claim=data["subject_claim"],
            directory_id=data["directory_id"],
            link_by_external_id=data["link_by_external_id"],
            status=ProviderStatus(data["status"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectProvider:
    """Lets people sign in through an OpenID provider."""

    NAME: ClassVar[str] = "admin.ConnectProvider"

    provider_id: str
    """The provider's id."""
    name: str
    """What people know the provider as."""
    issuer: str | None = None
    """The provider's issuer identifier, an https address. With directory_id it follows from that."""
    client_id: str
    """The id that the provider gave this platform."""
    client_secret: str | None = None
    """The secret that the provider gave this platform with it. Without one it is a public client."""
    audiences: tuple[str, ...] = ()
    """Whom a token for the API must be meant for: one of these. With none the API takes no tokens of this provider."""
    algorithms: tuple[str, ...] = ()
    """What tokens may be signed with. RS256 when none is named."""
    subject_claim: str | None = None
    """The claim that says who somebody is: sub, or with directory_id oid, when left out."""
    directory_id: str | None = None
    """The directory (tenant) id in Microsoft Entra ID, for that provider."""
    link_by_external_id: bool = False
    """Whether what a directory says by SCIM as externalId is who somebody is at the provider."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "name": self.name,
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audiences": list(self.audiences),
            "algorithms": list(self.algorithms),
            "subject_claim": self.subject_claim,
            "directory_id": self.directory_id,
            "link_by_external_id": self.link_by_external_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            name=data["name"],
            issuer=data["issuer"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            audiences=tuple(data["audiences"]),
            algorithms=tuple(data["algorithms"]),
            subject_claim=data["subject_claim"],
            directory_id=data["directory_id"],
            link_by_external_id=data["link_by_external_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProvider:
    """Changes how people sign in through a provider. Its issuer stays; another issuer is another provider."""

    NAME: ClassVar[str] = "admin.ChangeProvider"

    provider_id: str
    """The provider's id."""
    name: str
    """What people know the provider as."""
    client_id: str
    """The id that the provider gave this platform."""
    client_secret: str | None = None
    """Another secret that the provider gave this platform. The one there is stays when it is left out."""
    audiences: tuple[str, ...] = ()
    """Whom a token for the API must be meant for: one of these. With none the API takes no tokens of this provider."""
    algorithms: tuple[str, ...] = ()
    """What tokens may be signed with. RS256 when none is named."""
    link_by_external_id: bool = False
    """Whether what a directory says by SCIM as externalId is who somebody is at the provider."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "name": self.name,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audiences": list(self.audiences),
            "algorithms": list(self.algorithms),
            "link_by_external_id": self.link_by_external_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            name=data["name"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            audiences=tuple(data["audiences"]),
            algorithms=tuple(data["algorithms"]),
            link_by_external_id=data["link_by_external_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectProvider:
    """Ends signing in through the provider, and every session that began there."""

    NAME: ClassVar[str] = "admin.DisconnectProvider"

    provider_id: str
    """The provider's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConnected:
    """People may sign in through a provider."""

    NAME: ClassVar[str] = "admin.ProviderConnected"

    provider_id: str
    """The provider's id."""
    name: str
    """What people know the provider as."""
    issuer: str
    """The provider's issuer identifier, an https address."""
    client_id: str
    """The id that the provider gave this platform."""
    client_secret: str | None = None
    """The secret that the provider gave this platform with it."""
    audiences: tuple[str, ...]
    """Whom a token for the API must be meant for: one of these."""
    algorithms: tuple[str, ...]
    """What tokens may be signed with."""
    subject_claim: str
    """The claim that says who somebody is."""
    directory_id: str | None = None
    """The directory (tenant) id in Microsoft Entra ID, for that provider."""
    link_by_external_id: bool = False
    """Whether what a directory says by SCIM as externalId is who somebody is at the provider."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "name": self.name,
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audiences": list(self.audiences),
            "algorithms": list(self.algorithms),
            "subject_claim": self.subject_claim,
            "directory_id": self.directory_id,
            "link_by_external_id": self.link_by_external_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            name=data["name"],
            issuer=data["issuer"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            audiences=tuple(data["audiences"]),
            algorithms=tuple(data["algorithms"]),
            subject_claim=data["subject_claim"],
            directory_id=data["directory_id"],
            link_by_external_id=data["link_by_external_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderChanged:
    """People sign in through the provider in another way."""

    NAME: ClassVar[str] = "admin.ProviderChanged"

    provider_id: str
    """The provider's id."""
    name: str
    """What people know the provider as."""
    client_id: str
    """The id that the provider gave this platform."""
    client_secret: str | None = None
    """The secret that the provider gave this platform with it."""
    audiences: tuple[str, ...]
    """Whom a token for the API must be meant for: one of these."""
    algorithms: tuple[str, ...]
    """What tokens may be signed with."""
    link_by_external_id: bool = False
    """Whether what a directory says by SCIM as externalId is who somebody is at the provider."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "name": self.name,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audiences": list(self.audiences),
            "algorithms": list(self.algorithms),
            "link_by_external_id": self.link_by_external_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            name=data["name"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            audiences=tuple(data["audiences"]),
            algorithms=tuple(data["algorithms"]),
            link_by_external_id=data["link_by_external_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDisconnected:
    """Nobody signs in through the provider any more."""

    NAME: ClassVar[str] = "admin.ProviderDisconnected"

    provider_id: str
    """The provider's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "provider_id": self.provider_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            provider_id=data["provider_id"],
            at=from_micros(data["at"]),
        )


ProviderCommand = ConnectProvider | ChangeProvider | DisconnectProvider
ProviderEvent = ProviderConnected | ProviderChanged | ProviderDisconnected


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="provider",
    plural="providers",
    id_field="provider_id",
    service="admin",
    state=Provider,
    state_version=1,
    commands=(
        CommandContract(cls=ConnectProvider, verb="connect", creates=True, permission="admin.provider.connect", internal=False),
        CommandContract(cls=ChangeProvider, verb="change", creates=False, permission="admin.provider.change", internal=False),
        CommandContract(cls=DisconnectProvider, verb="disconnect", creates=False, permission="admin.provider.disconnect", internal=False),
    ),
    events=(
        ProviderConnected,
        ProviderChanged,
        ProviderDisconnected,
    ),
    values=(),
)
