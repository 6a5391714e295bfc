"""A tenant: a customer of the platform, with the apps it uses and the users who own it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.admin.builtin_roles import APPS
from domains.checks import currency, text
from domains.kernel import Decider, Rejected
from schemas.currencies import PLACES
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
    RequireTotp,
    RetentionRule,
    RetentionSet,
    SetLocalSignIn,
    SetRetention,
    SetTenantCurrency,
    SwitchAppOff,
    SwitchAppOn,
    Tenant,
    TenantCommand,
    TenantCreated,
    TenantCurrencySet,
    TenantEvent,
    TenantRenamed,
    TenantStatus,
    TotpRequirementSet,
)

MOST_OWNERS = 50
MOST_MONTHS = 600
MOST_DAYS = 18_300


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data that is kept by rule: from when its time may be counted, and what may happen then. What fits it is
    named first."""

    since: tuple[str, ...]
    actions: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "contacts": Kind(("touched", "created"), ("erase", "remove")),
    "removed_contacts": Kind(("ended",), ("erase",)),
    "activities": Kind(("touched", "ended", "created"), ("erase", "remove")),
    "removed_activities": Kind(("ended",), ("erase",)),
    "removed_users": Kind(("ended",), ("erase",)),
    "import_reports": Kind(("ended",), ("remove",)),
}


def _app(command: SwitchAppOn | SwitchAppOff) -> str:
    if command.app not in APPS:
        raise Rejected("no_such_app", f"There is no app {command.app[:50]!r}; there are {', '.join(APPS)}.", "app")
    return command.app


def _kept(command: SetRetention, tenant: Tenant) -> Sequence[TenantEvent]:
    rule = _rule(command)
    present = next((each for each in tenant.retention if each.what == rule.what), None)
    if rule == present or (present is None and _for_ever(rule)):
        return []
    return [
        RetentionSet(
            tenant_id=tenant.tenant_id,
            what=rule.what,
            months=rule.months,
            days=rule.days,
            since=rule.since,
            action=rule.action,
            at=command.at,
        )
    ]


def _rule(command: SetRetention) -> RetentionRule:
    kind = KINDS.get(command.what)
    if kind is None:
        raise Rejected("no_such_kind", f"What can be kept by rule is one of {', '.join(KINDS)}.", "what")
    if command.months is not None and command.days is not None:
        raise Rejected("period_twice", "Give months or days, not both.", "days")
    if command.months is not None and not 1 <= command.months <= MOST_MONTHS:
        raise Rejected("months_out_of_range", f"Data is kept for 1 to {MOST_MONTHS} months.", "months")
    if command.days is not None and not 1 <= command.days <= MOST_DAYS:
        raise Rejected("days_out_of_range", f"Data is kept for 1 to {MOST_DAYS:,} days.", "days")
    since, action = command.since or kind.since[0], command.action or kind.actions[0]
    if since not in kind.since:
        raise Rejected("since_unfit", f"The time of {command.what} is counted since {_or(kind.since)}.", "since")
    if action not in kind.actions:
        raise Rejected("action_unfit", f"What can happen to {command.what} is {_or(kind.actions)}.", "action")
    return RetentionRule(what=command.what, months=command.months, days=command.days, since=since, action=action)


def _or(names: Sequence[str]) -> str:
    return " or ".join(names)


def _for_ever(rule: RetentionRule | RetentionSet) -> bool:
    return rule.months is None and rule.days is None


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
        case SetTenantCurrency():
            own = currency(command.currency, "currency")
            if own not in PLACES:
                message = f"{own} is no currency that anything is sold in; give one of ISO 4217, such as USD."
                raise Rejected("currency_unknown", message, "currency")
            if own == tenant.currency:
                return []
            return [TenantCurrencySet(tenant_id=tenant.tenant_id, currency=own, at=command.at)]
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
            return _kept(command, tenant)
        case SetLocalSignIn():
            if command.allowed == tenant.local_sign_in:
                return []
            return [LocalSignInSet(tenant_id=tenant.tenant_id, allowed=command.allowed, at=command.at)]
        case RequireTotp():
            if command.required == tenant.totp_required:
                return []
            return [TotpRequirementSet(tenant_id=tenant.tenant_id, required=command.required, at=command.at)]
        case _:
            assert_never(command)


def _ruled(rules: tuple[RetentionRule, ...], event: RetentionSet) -> tuple[RetentionRule, ...]:
    """The rules with the one that an event sets, or without it."""
    others = tuple(each for each in rules if each.what != event.what)
    if _for_ever(event):
        return others
    set_ = RetentionRule(what=event.what, months=event.months, days=event.days, since=event.since, action=event.action)
    return (*others, set_)


def evolve(tenant: Tenant, event: TenantEvent) -> Tenant:
    match event:
        case TenantCreated():
            return Tenant(
                tenant_id=event.tenant_id, name=event.name, currency=event.currency, status=TenantStatus.ACTIVE
            )
        case TenantCurrencySet():
            return replace(tenant, currency=event.currency)
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
            return replace(tenant, retention=_ruled(tenant.retention, event))
        case LocalSignInSet():
            return replace(tenant, local_sign_in=event.allowed)
        case TotpRequirementSet():
            return replace(tenant, totp_required=event.required)
        case _:
            assert_never(event)


DECIDER: Decider[TenantCommand, Tenant, TenantEvent] = Decider(CONTRACT, Tenant(), decide, evolve)
