"""Customers of the platform."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.admin.tenant import TenantCreated, TenantEvent, TenantRenamed, TenantStatus


@dataclass(frozen=True, slots=True)
class TenantRow:
    name: str
    currency: str
    status: TenantStatus


def key(event: TenantEvent) -> str:
    return event.tenant_id


def evolve(row: TenantRow | None, event: TenantEvent) -> TenantRow | None:
    match event:
        case TenantCreated():
            return TenantRow(event.name, event.currency, TenantStatus.ACTIVE)
        case TenantRenamed():
            return row and replace(row, name=event.name)
        case _:
            assert_never(event)
