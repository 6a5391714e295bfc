"""OpenID providers that people sign in through."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.admin.provider import (
    ProviderChanged,
    ProviderConnected,
    ProviderDisconnected,
    ProviderEvent,
)


@dataclass(frozen=True, slots=True)
class ProviderRow:
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...]
    subject_claim: str
    directory_id: str | None
    link_by_external_id: bool


def key(event: ProviderEvent) -> str:
    return event.provider_id


def evolve(row: ProviderRow | None, event: ProviderEvent) -> ProviderRow | None:
    match event:
        case ProviderConnected():
            return ProviderRow(
                name=event.name,
                issuer=event.issuer,
                client_id=event.client_id,
                has_secret=event.client_secret is not None,
                audiences=event.audiences,
                algorithms=event.algorithms,
                subject_claim=event.subject_claim,
                directory_id=event.directory_id,
                link_by_external_id=event.link_by_external_id,
            )
        case ProviderChanged():
            return row and replace(
                row,
                name=event.name,
                client_id=event.client_id,
                has_secret=event.client_secret is not None,
                audiences=event.audiences,
                algorithms=event.algorithms,
                link_by_external_id=event.link_by_external_id,
            )
        case ProviderDisconnected():
            return None
        case _:
            assert_never(event)
