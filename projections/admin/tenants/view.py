"""Customers of the platform."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.admin.tenant import (
    AppSwitchedOff,
    AppSwitchedOn,
    LocalSignInSet,
    OwnerAppointed,
    OwnerDismissed,
    RetentionRule,
    RetentionSet,
    TenantCreated,
    TenantCurrencySet,
    TenantEvent,
    TenantRenamed,
    TenantStatus,
    TotpRequirementSet,
)


@dataclass(frozen=True, slots=True)
class TenantRow:
    name: str
    currency: str
    status: TenantStatus
    apps_off: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    retention: tuple[RetentionRule, ...] | None = None
    local_sign_in: bool | None = None
    totp_required: bool = False


def key(event: TenantEvent) -> str:
    return event.tenant_id


def _ruled(rules: tuple[RetentionRule, ...], event: RetentionSet) -> tuple[RetentionRule, ...] | None:
    """The rules with the one that an event sets, or without it; None where there are none."""
    others = tuple(each for each in rules if each.what != event.what)
    if event.months is None and event.days is None:
        return others or None
    rule = RetentionRule(what=event.what, months=event.months, days=event.days, since=event.since, action=event.action)
    return (*others, rule)


def evolve(row: TenantRow | None, event: TenantEvent) -> TenantRow | None:
    match event:
        case TenantCreated():
            return TenantRow(event.name, event.currency, TenantStatus.ACTIVE)
        case TenantCurrencySet():
            return row and replace(row, currency=event.currency)
        case TenantRenamed():
            return row and replace(row, name=event.name)
        case AppSwitchedOff():
            return row and replace(row, apps_off=(*row.apps_off, event.app))
        case AppSwitchedOn():
            return row and replace(row, apps_off=tuple(app for app in row.apps_off if app != event.app))
        case OwnerAppointed():
            return row and replace(row, owners=(*row.owners, event.user_id))
        case OwnerDismissed():
            return row and replace(row, owners=tuple(user for user in row.owners if user != event.user_id))
        case RetentionSet():
            return row and replace(row, retention=_ruled(row.retention or (), event))
        case LocalSignInSet():
            return row and replace(row, local_sign_in=event.allowed)
        case TotpRequirementSet():
            return row and replace(row, totp_required=event.required)
        case _:
            assert_never(event)
