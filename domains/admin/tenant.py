"""A tenant: a customer of the platform."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import currency, text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.tenant import (
    CONTRACT,
    CreateTenant,
    RenameTenant,
    Tenant,
    TenantCommand,
    TenantCreated,
    TenantEvent,
    TenantRenamed,
    TenantStatus,
)


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
        case _:
            assert_never(event)


DECIDER: Decider[TenantCommand, Tenant, TenantEvent] = Decider(CONTRACT, Tenant(), decide, evolve)
