"""Which user somebody is whom a provider knows. Who it is at the provider is not told: the id follows from it."""

from dataclasses import dataclass
from typing import assert_never

from schemas.generated.admin.identity import IdentityEvent, IdentityLinked, IdentityUnlinked


@dataclass(frozen=True, slots=True)
class IdentityRow:
    issuer: str
    user_id: str


def key(event: IdentityEvent) -> str:
    return event.identity_id


def evolve(row: IdentityRow | None, event: IdentityEvent) -> IdentityRow | None:
    match event:
        case IdentityLinked():
            return IdentityRow(event.issuer, event.user_id)
        case IdentityUnlinked():
            return None
        case _:
            assert_never(event)
