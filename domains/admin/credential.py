"""A credential: what a user signs in by where no provider vouches for them. Its id is the user's.

Secrets reach this domain sealed already, and whoever compares one reads it elsewhere. Whether a link has ended is
asked of a command's `at`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from domains.kernel import Decider, Rejected
from schemas.generated.admin.credential import (
    CONTRACT,
    ChangePassword,
    Credential,
    CredentialCommand,
    CredentialEvent,
    CredentialRemoved,
    EnrolTotp,
    FollowPasswordLink,
    IssuePasswordLink,
    PasswordLinkIssued,
    PasswordRehashed,
    PasswordSet,
    RecoveryCodeSpent,
    RehashPassword,
    RemoveCredential,
    RemoveTotp,
    SpendRecoveryCode,
    TotpEnrolled,
    TotpRemoved,
)

LONGEST_LINK = timedelta(days=7)
MOST_RECOVERY_CODES = 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _digest(value: str, field: str) -> str:
    if not _DIGEST.fullmatch(value):
        raise Rejected("digest_malformed", "A digest is 64 hex digits; send the SHA-256 of the secret.", field)
    return value


def _sealed(value: str | None, field: str) -> str:
    """A secret as it may be written; there is none for whoever was erased."""
    if not value:
        raise Rejected("nothing_sealed", "There is no secret here, or the person was erased.", field)
    return value


def _expiry(expires_at: datetime, at: datetime) -> datetime:
    if expires_at <= at or expires_at - at > LONGEST_LINK:
        days = LONGEST_LINK.days
        raise Rejected("link_lifetime", f"A link ends later than now and within {days} days.", "expires_at")
    return expires_at


def _followed(command: FollowPasswordLink, credential: Credential) -> PasswordSet:
    if credential.link != command.digest:
        detail = "The link was used, or another one took its place; ask an administrator for a new one."
        raise Rejected("link_unknown", detail, "link")
    if credential.link_expires_at is None or credential.link_expires_at <= command.at:
        raise Rejected("link_expired", "The link has ended; ask an administrator for a new one.", "link")
    return PasswordSet(user_id=command.user_id, password=_sealed(command.password, "password"), at=command.at)


def _enrolled(command: EnrolTotp, credential: Credential) -> TotpEnrolled:
    if credential.has_totp:
        raise Rejected("totp_enrolled", "Codes of an authenticator are asked for already; end that first.")
    if not 0 < len(command.recovery) <= MOST_RECOVERY_CODES:
        raise Rejected("recovery_codes", f"There are 1 to {MOST_RECOVERY_CODES} recovery codes.", "recovery")
    return TotpEnrolled(
        user_id=command.user_id,
        secret=_sealed(command.secret, "secret"),
        recovery=tuple(dict.fromkeys(_digest(each, "recovery") for each in command.recovery)),
        at=command.at,
    )


def decide(command: CredentialCommand, credential: Credential) -> Sequence[CredentialEvent]:
    id, at = command.user_id, command.at
    match command:
        case IssuePasswordLink():
            digest, expires_at = _digest(command.digest, "digest"), _expiry(command.expires_at, at)
            if (digest, expires_at) == (credential.link, credential.link_expires_at):
                return []
            return [PasswordLinkIssued(user_id=id, digest=digest, expires_at=expires_at, at=at)]
        case FollowPasswordLink():
            return [_followed(command, credential)]
        case RemoveCredential():
            there = credential.password is not None or credential.has_totp or credential.link is not None
            return [CredentialRemoved(user_id=id, at=at)] if there else []
        case RemoveTotp():
            return [TotpRemoved(user_id=id, at=at)] if credential.has_totp else []
        case ChangePassword() | RehashPassword() if credential.password is None:
            raise Rejected("no_password", "The user has no password; an administrator sends a link that sets one.")
        case ChangePassword():
            password = _sealed(command.password, "password")
            return [] if password == credential.password else [PasswordSet(user_id=id, password=password, at=at)]
        case RehashPassword():
            password = _sealed(command.password, "password")
            return [] if password == credential.password else [PasswordRehashed(user_id=id, password=password, at=at)]
        case EnrolTotp():
            return [_enrolled(command, credential)]
        case SpendRecoveryCode():
            if command.digest not in credential.recovery:
                raise Rejected("recovery_code_unknown", "That is no recovery code, or it was used; take another.")
            return [RecoveryCodeSpent(user_id=id, digest=command.digest, at=at)]
        case _:
            assert_never(command)


def evolve(credential: Credential, event: CredentialEvent) -> Credential:
    match event:
        case PasswordLinkIssued():
            return replace(credential, user_id=event.user_id, link=event.digest, link_expires_at=event.expires_at)
        case PasswordSet():
            # Whoever had a link has used it; and a link that was lost is no way past a password that was changed.
            return replace(credential, password=event.password, link=None, link_expires_at=None)
        case PasswordRehashed():
            return replace(credential, password=event.password)
        case TotpEnrolled():
            return replace(credential, has_totp=True, recovery=event.recovery)
        case RecoveryCodeSpent():
            return replace(credential, recovery=tuple(each for each in credential.recovery if each != event.digest))
        case TotpRemoved():
            return replace(credential, has_totp=False, recovery=())
        case CredentialRemoved():
            return Credential(user_id=event.user_id)
        case _:
            assert_never(event)


DECIDER: Decider[CredentialCommand, Credential, CredentialEvent] = Decider(CONTRACT, Credential(), decide, evolve)
