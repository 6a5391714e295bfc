"""What a provider knows this platform by, sealed as the events hold it. Nobody is shown it."""

from dataclasses import dataclass
from typing import assert_never

from schemas.generated.admin.provider import (
    ProviderChanged,
    ProviderConnected,
    ProviderDisconnected,
    ProviderEvent,
)


@dataclass(frozen=True, slots=True)
class ProviderSecretRow:
    client_secret: str


def key(event: ProviderEvent) -> str:
    return event.provider_id


def evolve(row: ProviderSecretRow | None, event: ProviderEvent) -> ProviderSecretRow | None:
    match event:
        case ProviderConnected() | ProviderChanged():
            return None if event.client_secret is None else ProviderSecretRow(event.client_secret)
        case ProviderDisconnected():
            return None
        case _:
            assert_never(event)
