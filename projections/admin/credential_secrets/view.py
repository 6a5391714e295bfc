"""The secrets that users sign in by, sealed or hashed as the events hold them. Nobody is shown them."""

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
class CredentialSecretsRow:
    """`password` is the sealed hash, `set_at` when that password was chosen; `link` and `recovery` are digests, `totp`
    is the sealed secret of the codes."""

    password: str | None = None
    set_at: datetime | None = None
    link: str | None = None
    link_expires_at: datetime | None = None
    totp: str | None = None
    recovery: tuple[str, ...] = ()


def key(event: CredentialEvent) -> str:
    return event.user_id


def evolve(row: CredentialSecretsRow | None, event: CredentialEvent) -> CredentialSecretsRow | None:
    match event:
        case PasswordLinkIssued():
            return replace(row or CredentialSecretsRow(), link=event.digest, link_expires_at=event.expires_at)
        case PasswordSet():
            return row and replace(row, password=event.password, set_at=event.at, link=None, link_expires_at=None)
        case PasswordRehashed():
            return row and replace(row, password=event.password)
        case TotpEnrolled():
            return row and replace(row, totp=event.secret, recovery=event.recovery)
        case RecoveryCodeSpent():
            return row and replace(row, recovery=tuple(each for each in row.recovery if each != event.digest))
        case TotpRemoved():
            return row and replace(row, totp=None, recovery=())
        case CredentialRemoved():
            return None
        case _:
            assert_never(event)
