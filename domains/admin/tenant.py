"""A tenant: a customer of the platform, with the apps it uses and the users who own it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.admin.builtin_roles import APPS
from domains.checks import currency, text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.tenant import (
    CONTRACT,
    AppointOwner,
    AppSwitchedOff,
    AppSwitchedOn,
    CreateTenant,
    DismissOwner,
    LocalSignInSet,
    OwnerAppointed,
    OwnerDismissed,
    RenameTenant,
    RetentionSet,
    SetLocalSignIn,
    SetRetention,
    SwitchAppOff,
    SwitchAppOn,
    Tenant,
    TenantCommand,
    TenantCreated,
    TenantEvent,
    TenantRenamed,
    TenantStatus,
)

MOST_OWNERS = 50
MOST_MONTHS = 600


def _app(command: SwitchAppOn | SwitchAppOff) -> str:
    if command.app not in APPS:
        raise Rejected("no_such_app", f"There is no app {command.app[:50]!r}; there are {', '.join(APPS)}.", "app")
    return command.app


def decide(command: TenantCommand, tenant: Tenant) -> Sequence[TenantEvent]:
    match command:
        case CreateTenant():
            name, own = text(command.name, "name"), currency(command.currency, "currency")
            if tenant.status is TenantStatus.NEW:
                return [TenantCreated(tenant_id=command.tenant_id, name=name, currency=own, at=command.at)]
            if (name, own) == (tenant.name, tenant.currency):
                return []
            raise Rejected("tenant_exists", "The tenant is there already; rename it instead.")
        case RenameTenant():
            name = text(command.name, "name")
            return [] if name == tenant.name else [TenantRenamed(tenant_id=tenant.tenant_id, name=name, at=command.at)]
        case SwitchAppOn():
            app = _app(command)
            return [AppSwitchedOn(tenant_id=tenant.tenant_id, app=app, at=command.at)] if app in tenant.apps_off else []
        case SwitchAppOff():
            app = _app(command)
            if app in tenant.apps_off:
                return []
            return [AppSwitchedOff(tenant_id=tenant.tenant_id, app=app, at=command.at)]
        case AppointOwner():
            user = text(command.user_id, "user_id", 100)
            if user in tenant.owners:
                return []
            if len(tenant.owners) >= MOST_OWNERS:
                raise Rejected("too_many_owners", f"A tenant has at most {MOST_OWNERS} owners; dismiss one first.")
            return [OwnerAppointed(tenant_id=tenant.tenant_id, user_id=user, at=command.at)]
        case DismissOwner():
            user = text(command.user_id, "user_id", 100)
            if user not in tenant.owners:
                return []
            if tenant.owners == (user,):
                raise Rejected("last_owner", "They are the last owner; appoint another one first.")
            return [OwnerDismissed(tenant_id=tenant.tenant_id, user_id=user, at=command.at)]
        case SetRetention():
            if command.months is not None and not 1 <= command.months <= MOST_MONTHS:
                raise Rejected("months_out_of_range", f"Contacts are kept for 1 to {MOST_MONTHS} months.", "months")
            if command.months == tenant.retention_months:
                return []
            return [RetentionSet(tenant_id=tenant.tenant_id, months=command.months, at=command.at)]
        case SetLocalSignIn():
            if command.allowed == tenant.local_sign_in:
                return []
            return [LocalSignInSet(tenant_id=tenant.tenant_id, allowed=command.allowed, at=command.at)]
        case _:
            assert_never(command)


def evolve(tenant: Tenant, event: TenantEvent) -> Tenant:
    match event:
        case TenantCreated():
            return Tenant(
                tenant_id=event.tenant_id, name=event.name, currency=event.currency, status=TenantStatus.ACTIVE
            )
        case TenantRenamed():
            return replace(tenant, name=event.name)
        case AppSwitchedOn():
            return replace(tenant, apps_off=tuple(app for app in tenant.apps_off if app != event.app))
        case AppSwitchedOff():
            return replace(tenant, apps_off=(*tenant.apps_off, event.app))
        case OwnerAppointed():
            return replace(tenant, owners=(*tenant.owners, event.user_id))
        case OwnerDismissed():
            return replace(tenant, owners=tuple(user for user in tenant.owners if user != event.user_id))
        case RetentionSet():
            return replace(tenant, retention_months=event.months)
        case LocalSignInSet():
            return replace(tenant, local_sign_in=event.allowed)
        case _:
            assert_never(event)


DECIDER: Decider[TenantCommand, Tenant, TenantEvent] = Decider(CONTRACT, Tenant(), decide, evolve)
