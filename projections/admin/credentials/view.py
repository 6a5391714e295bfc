"""What users sign in by, without its secrets."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.admin.credential import (
    CredentialEvent,
    CredentialRemoved,
    PasswordLinkIssued,
    PasswordRehashed,
    PasswordSet,
    RecoveryCodeSpent,
    TotpEnrolled,
    TotpRemoved,
)


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """`link_expires_at` is when the link ends that sets a password, while there is one; `recovery_codes` are left."""

    user_id: str
    has_password: bool = False
    password_set_at: datetime | None = None
    link_expires_at: datetime | None = None
    has_totp: bool = False
    recovery_codes: int = 0


def key(event: CredentialEvent) -> str:
    return event.user_id


def evolve(row: CredentialRow | None, event: CredentialEvent) -> CredentialRow | None:
    match event:
        case PasswordLinkIssued():
            return replace(row or CredentialRow(event.user_id), link_expires_at=event.expires_at)
        case PasswordSet():
            return row and replace(row, has_password=True, password_set_at=event.at, link_expires_at=None)
        case PasswordRehashed():
            return row
        case TotpEnrolled():
            return row and replace(row, has_totp=True, recovery_codes=len(event.recovery))
        case RecoveryCodeSpent():
            return row and replace(row, recovery_codes=row.recovery_codes - 1)
        case TotpRemoved():
            return row and replace(row, has_totp=False, recovery_codes=0)
        case CredentialRemoved():
            return None
        case _:
            assert_never(event)
