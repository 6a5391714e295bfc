"""Generated from schemas/admin/tenant.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class TenantStatus(StrEnum):
    """Where a tenant stands."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"

    @classmethod
    def _missing_(cls, value: object) -> "TenantStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """How long a kind of data is kept."""

    NAME: ClassVar[str] = "admin.RetentionRule"

    what: str
    """What is kept: contacts, removed_contacts, activities, removed_activities, removed_users or import_reports."""
    months: int | None = None
    """After so many months it is due."""
    days: int | None = None
    """After so many days it is due, where no months are given."""
    since: str
    """Counted since then: touched, created or ended."""
    action: str
    """What happens then: erase or remove."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "what": self.what,
            "months": self.months,
            "days": self.days,
            "since": self.since,
            "action": self.action,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            what=data["what"],
            months=data["months"],
            days=data["days"],
            since=data["since"],
            action=data["action"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A customer of the platform, whose data no other tenant meets."""

    NAME: ClassVar[str] = "admin.Tenant"

    tenant_id: str = ''
    """The tenant's id; empty while it does not exist."""
    name: str = ''
    """The tenant's name."""
    currency: str = ''
    """The ISO 4217 code amounts are in unless they say otherwise."""
    status: TenantStatus = TenantStatus.NEW
    """Where the tenant stands."""
    apps_off: tuple[str, ...] = ()
    """The apps that are switched off for the tenant."""
    owners: tuple[str, ...] = ()
    """The users who own the tenant: they may do everything in it."""
    retention: tuple[RetentionRule, ...] = ()
    """How long what is kept, a rule for each kind of data; what has none is kept for ever."""
    local_sign_in: bool | None = None
    """Whether people may sign in by passwords of their own; null: only while no provider is connected."""
    totp_required: bool = False
    """Whether a password lets nobody in without a code of an authenticator."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "name": self.name,
            "currency": self.currency,
            "status": self.status.value,
            "apps_off": list(self.apps_off),
            "owners": list(self.owners),
            "retention": [x.to_avro(vault) for x in self.retention],
            "local_sign_in": self.local_sign_in,
            "totp_required": self.totp_required,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            name=data["name"],
            currency=data["currency"],
            status=TenantStatus(data["status"]),
            apps_off=tuple(data["apps_off"]),
            owners=tuple(data["owners"]),
            retention=tuple(RetentionRule.from_avro(x, vault) for x in data["retention"]),
            local_sign_in=data["local_sign_in"],
            totp_required=data["totp_required"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTenant:
    """Opens a tenant."""

    NAME: ClassVar[str] = "admin.CreateTenant"

    tenant_id: str
    """The tenant's id."""
    name: str
    """The tenant's name."""
    currency: str = 'USD'
    """The ISO 4217 code of the tenant's own currency."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "name": self.name,
            "currency": self.currency,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            name=data["name"],
            currency=data["currency"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTenant:
    """Gives the tenant another name."""

    NAME: ClassVar[str] = "admin.RenameTenant"

    tenant_id: str
    """The tenant's id."""
    name: str
    """The new name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAppOn:
    """Lets the tenant use an app."""

    NAME: ClassVar[str] = "admin.SwitchAppOn"

    tenant_id: str
    """The tenant's id."""
    app: str
    """The app: crm, chat, compensation, forecasting or marketing."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "app": self.app,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            app=data["app"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAppOff:
    """Ends the use of an app in the tenant; its records stay."""

    NAME: ClassVar[str] = "admin.SwitchAppOff"

    tenant_id: str
    """The tenant's id."""
    app: str
    """The app: crm, chat, compensation, forecasting or marketing."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "app": self.app,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            app=data["app"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointOwner:
    """Makes a user an owner of the tenant."""

    NAME: ClassVar[str] = "admin.AppointOwner"

    tenant_id: str
    """The tenant's id."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissOwner:
    """Ends a user's ownership of the tenant."""

    NAME: ClassVar[str] = "admin.DismissOwner"

    tenant_id: str
    """The tenant's id."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRetention:
    """Says how long a kind of data is kept, and what happens then."""

    NAME: ClassVar[str] = "admin.SetRetention"

    tenant_id: str
    """The tenant's id."""
    months: int | None = None
    """The months after which it is due."""
    what: str = 'contacts'
    """What is kept: contacts, removed_contacts, activities, removed_activities, removed_users or import_reports."""
    days: int | None = None
    """The days, where no months are given; neither: it is kept for ever."""
    since: str | None = None
    """Counted since then: touched, created or ended; null: what fits it."""
    action: str | None = None
    """What happens then: erase or remove; null: what fits it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "months": self.months,
            "what": self.what,
            "days": self.days,
            "since": self.since,
            "action": self.action,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            months=data["months"],
            what=data["what"],
            days=data["days"],
            since=data["since"],
            action=data["action"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLocalSignIn:
    """Says whether people may sign in by passwords of their own."""

    NAME: ClassVar[str] = "admin.SetLocalSignIn"

    tenant_id: str
    """The tenant's id."""
    allowed: bool | None = None
    """Whether they may; null: only while no provider is connected."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "allowed": self.allowed,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            allowed=data["allowed"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequireTotp:
    """Says whether a password lets nobody in without a code of an authenticator."""

    NAME: ClassVar[str] = "admin.RequireTotp"

    tenant_id: str
    """The tenant's id."""
    required: bool = True
    """Whether it does; whoever has no authenticator adds one when they sign in next."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "required": self.required,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            required=data["required"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTenantCurrency:
    """Says which currency is the tenant's own, into which amounts are converted from then on."""

    NAME: ClassVar[str] = "admin.SetTenantCurrency"

    tenant_id: str
    """The tenant's id."""
    currency: str
    """The ISO 4217 code of the tenant's own currency."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "currency": self.currency,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            currency=data["currency"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantCreated:
    """A tenant was opened."""

    NAME: ClassVar[str] = "admin.TenantCreated"

    tenant_id: str
    """The tenant's id."""
    name: str
    """The tenant's name."""
    currency: str
    """The ISO 4217 code of the tenant's own currency."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "name": self.name,
            "currency": self.currency,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            name=data["name"],
            currency=data["currency"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantCurrencySet:
    """Another currency is the tenant's own."""

    NAME: ClassVar[str] = "admin.TenantCurrencySet"

    tenant_id: str
    """The tenant's id."""
    currency: str
    """The ISO 4217 code of the tenant's own currency."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "currency": self.currency,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            currency=data["currency"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRenamed:
    """The tenant has another name."""

    NAME: ClassVar[str] = "admin.TenantRenamed"

    tenant_id: str
    """The tenant's id."""
    name: str
    """The new name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSwitchedOn:
    """The tenant may use an app."""

    NAME: ClassVar[str] = "admin.AppSwitchedOn"

    tenant_id: str
    """The tenant's id."""
    app: str
    """The app: crm, chat, compensation, forecasting or marketing."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "app": self.app,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            app=data["app"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSwitchedOff:
    """The tenant may no longer use an app."""

    NAME: ClassVar[str] = "admin.AppSwitchedOff"

    tenant_id: str
    """The tenant's id."""
    app: str
    """The app: crm, chat, compensation, forecasting or marketing."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "app": self.app,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            app=data["app"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAppointed:
    """A user became an owner of the tenant."""

    NAME: ClassVar[str] = "admin.OwnerAppointed"

    tenant_id: str
    """The tenant's id."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerDismissed:
    """A user is no longer an owner of the tenant."""

    NAME: ClassVar[str] = "admin.OwnerDismissed"

    tenant_id: str
    """The tenant's id."""
    user_id: str
    """The user's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSet:
    """A kind of data is kept so long from now on."""

    NAME: ClassVar[str] = "admin.RetentionSet"

    tenant_id: str
    """The tenant's id."""
    months: int | None = None
    """The months after which it is due."""
    what: str = 'contacts'
    """What is kept: contacts, removed_contacts, activities, removed_activities, removed_users or import_reports."""
    days: int | None = None
    """The days, where no months are given; neither: it is kept for ever."""
    since: str = 'touched'
    """Counted since then."""
    action: str = 'erase'
    """What happens then."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "months": self.months,
            "what": self.what,
            "days": self.days,
            "since": self.since,
            "action": self.action,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            months=data["months"],
            what=data["what"],
            days=data["days"],
            since=data["since"],
            action=data["action"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSignInSet:
    """People may, or may not, sign in by passwords of their own."""

    NAME: ClassVar[str] = "admin.LocalSignInSet"

    tenant_id: str
    """The tenant's id."""
    allowed: bool | None = None
    """Whether they may; null: only while no provider is connected."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "allowed": self.allowed,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            allowed=data["allowed"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpRequirementSet:
    """A password lets nobody in without a code of an authenticator, or does again."""

    NAME: ClassVar[str] = "admin.TotpRequirementSet"

    tenant_id: str
    """The tenant's id."""
    required: bool
    """Whether a code is required."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "required": self.required,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            tenant_id=data["tenant_id"],
            required=data["required"],
            at=from_micros(data["at"]),
        )


TenantCommand = (
    CreateTenant
    | RenameTenant
    | SwitchAppOn
    | SwitchAppOff
    | AppointOwner
    | DismissOwner
    | SetRetention
    | SetLocalSignIn
    | RequireTotp
    | SetTenantCurrency
)
TenantEvent = (
    TenantCreated
    | TenantCurrencySet
    | TenantRenamed
    | AppSwitchedOn
    | AppSwitchedOff
    | OwnerAppointed
    | OwnerDismissed
    | RetentionSet
    | LocalSignInSet
    | TotpRequirementSet
)


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="tenant",
    plural="tenants",
    id_field="tenant_id",
    service="admin",
    state=Tenant,
    state_version=5,
    commands=(
        CommandContract(cls=CreateTenant, verb="create", creates=True, permission="admin.tenant.create", internal=False),
        CommandContract(cls=RenameTenant, verb="rename", creates=False, permission="admin.tenant.rename", internal=False),
        CommandContract(cls=SwitchAppOn, verb="switch-app-on", creates=False, permission="admin.tenant.switch-app-on", internal=False),
        CommandContract(cls=SwitchAppOff, verb="switch-app-off", creates=False, permission="admin.tenant.switch-app-off", internal=False),
        CommandContract(cls=AppointOwner, verb="appoint-owner", creates=False, permission="admin.tenant.appoint-owner", internal=False),
        CommandContract(cls=DismissOwner, verb="dismiss-owner", creates=False, permission="admin.tenant.dismiss-owner", internal=False),
        CommandContract(cls=SetRetention, verb="set-retention", creates=False, permission="admin.tenant.set-retention", internal=False),
        CommandContract(cls=SetLocalSignIn, verb="set-local-sign-in", creates=False, permission="admin.tenant.set-local-sign-in", internal=False),
        CommandContract(cls=RequireTotp, verb="require-totp", creates=False, permission="admin.tenant.require-totp", internal=False),
        CommandContract(cls=SetTenantCurrency, verb="set-currency", creates=False, permission="admin.tenant.set-currency", internal=False),
    ),
    events=(
        TenantCreated,
        TenantCurrencySet,
        TenantRenamed,
        AppSwitchedOn,
        AppSwitchedOff,
        OwnerAppointed,
        OwnerDismissed,
        RetentionSet,
        LocalSignInSet,
        TotpRequirementSet,
    ),
    values=(RetentionRule,),
)
