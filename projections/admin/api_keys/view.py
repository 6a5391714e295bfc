"""Keys of service accounts. A row is a key, which is a part of its service account."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.admin.service_account import ApiKeyExpired, ApiKeyIssued, ApiKeyReplaced, ApiKeyRevoked

Event = ApiKeyIssued | ApiKeyReplaced | ApiKeyRevoked | ApiKeyExpired


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    service_account_id: str
    name: str
    digest: str
    permits: tuple[str, ...]
    expires_at: datetime
    replaced_by: str | None = None


def key(event: Event) -> str:
    return event.key_id


def evolve(row: ApiKeyRow | None, event: Event) -> ApiKeyRow | None:
    match event:
        case ApiKeyIssued():
            return ApiKeyRow(event.service_account_id, event.name, event.digest, event.permits, event.expires_at)
        case ApiKeyReplaced():
            return row and replace(row, expires_at=event.expires_at, replaced_by=event.replaced_by)
        case ApiKeyRevoked() | ApiKeyExpired():
            return None
        case _:
            assert_never(event)
