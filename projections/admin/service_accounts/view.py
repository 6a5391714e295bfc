"""Programs that work in the tenant."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.admin.service_account import (
    ApiKeyExpired,
    ApiKeyIssued,
    ApiKeyReplaced,
    ApiKeyRevoked,
    ServiceAccountCreated,
    ServiceAccountDeactivated,
    ServiceAccountEvent,
    ServiceAccountReactivated,
    ServiceAccountRemoved,
    ServiceAccountRenamed,
    ServiceAccountRoleGranted,
    ServiceAccountRoleRevoked,
    ServiceAccountStatus,
)


@dataclass(frozen=True, slots=True)
class ServiceAccountRow:
    name: str
    status: ServiceAccountStatus
    roles: tuple[str, ...] = ()


def key(event: ServiceAccountEvent) -> str:
    return event.service_account_id


def evolve(row: ServiceAccountRow | None, event: ServiceAccountEvent) -> ServiceAccountRow | None:
    match event:
        case ServiceAccountCreated():
            return ServiceAccountRow(event.name, ServiceAccountStatus.ACTIVE)
        case ServiceAccountRenamed():
            return row and replace(row, name=event.name)
        case ServiceAccountRoleGranted():
            return row and replace(row, roles=(*row.roles, event.role_id))
        case ServiceAccountRoleRevoked():
            return row and replace(row, roles=tuple(role for role in row.roles if role != event.role_id))
        case ServiceAccountDeactivated():
            return row and replace(row, status=ServiceAccountStatus.DEACTIVATED)
        case ServiceAccountReactivated():
            return row and replace(row, status=ServiceAccountStatus.ACTIVE)
        case ApiKeyIssued() | ApiKeyReplaced() | ApiKeyRevoked() | ApiKeyExpired():
            return row
        case ServiceAccountRemoved():
            return None
        case _:
            assert_never(event)
