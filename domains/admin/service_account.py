"""A service account: a program that works in the tenant, with roles as a user has, and with keys to come in by.

A key is known here by its id and the digest of its secret. Whether it has expired is asked of a command's `at`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from domains.admin.builtin_roles import OWNER
from domains.admin.permits import parse
from domains.checks import text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.service_account import (
    CONTRACT,
    ApiKey,
    ApiKeyExpired,
    ApiKeyIssued,
    ApiKeyReplaced,
    ApiKeyRevoked,
    CreateServiceAccount,
    DeactivateServiceAccount,
    GrantServiceAccountRole,
    IssueApiKey,
    ReactivateServiceAccount,
    RemoveServiceAccount,
    RenameServiceAccount,
    RevokeApiKey,
    RevokeServiceAccountRole,
    RotateApiKey,
    ServiceAccount,
    ServiceAccountCommand,
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

MOST_KEYS = 20
MOST_PERMITS = 20
LONGEST_LIFE = timedelta(days=366)
_REMEMBERED = 200
"""Ids of ended keys. A retry comes within a day, and so many keys are not issued in one."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _role(command: GrantServiceAccountRole | RevokeServiceAccountRole) -> str:
    role = text(command.role_id, "role_id", 100)
    if role == OWNER:
        raise Rejected("role_is_owner", "Only a user owns a tenant; give the service account another role.", "role_id")
    return role


def _expiry(expires_at: datetime, at: datetime) -> datetime:
    if expires_at <= at:
        raise Rejected("expiry_past", "The key would have expired already; give a later time.", "expires_at")
    if expires_at - at > LONGEST_LIFE:
        days = LONGEST_LIFE.days
        raise Rejected("expiry_too_late", f"A key lives {days} days at most; give an earlier time.", "expires_at")
    return expires_at


def _permits(permits: Sequence[str]) -> tuple[str, ...]:
    """Each once, in one spelling and order."""
    if len(permits) > MOST_PERMITS:
        detail = f"A key is narrowed to at most {MOST_PERMITS} permits; use * or define a role."
        raise Rejected("too_many_permits", detail, "permits")
    return tuple(sorted({str(parse(each)) for each in permits}))


def _ended(key: ApiKey, account_id: str, at: datetime) -> ApiKeyExpired | ApiKeyRevoked:
    if key.expires_at <= at:
        return ApiKeyExpired(service_account_id=account_id, key_id=key.key_id, at=at)
    return ApiKeyRevoked(service_account_id=account_id, key_id=key.key_id, at=at)


def _issued(account: ServiceAccount, new: ApiKeyIssued) -> Sequence[ServiceAccountEvent]:
    """A key as it is asked for. Those that have expired by then make room for it."""
    if new.key_id in (*account.ended, *(key.key_id for key in account.keys)):
        raise Rejected("key_exists", "There is, or was, a key with this id; issue another one under a new id.")
    if not _DIGEST.fullmatch(new.digest):
        raise Rejected("digest_malformed", "A digest is 64 hex digits; send the SHA-256 of the secret.", "digest")
    expired = [key for key in account.keys if key.expires_at <= new.at]
    if len(account.keys) - len(expired) >= MOST_KEYS:
        raise Rejected("too_many_keys", f"A service account has at most {MOST_KEYS} keys; revoke one first.")
    return [*(_ended(key, account.service_account_id, new.at) for key in expired), new]


def _issue(command: IssueApiKey, account: ServiceAccount) -> Sequence[ServiceAccountEvent]:
    new = ApiKeyIssued(
        service_account_id=account.service_account_id,
        key_id=text(command.key_id, "key_id", 100),
        name=text(command.name, "name", 100),
        digest=command.digest,
        permits=_permits(command.permits),
        expires_at=_expiry(command.expires_at, command.at),
        at=command.at,
    )
    return _issued(account, new)


def _rotate(command: RotateApiKey, account: ServiceAccount) -> Sequence[ServiceAccountEvent]:
    old = _key(command.key_id, account)
    if old.replaced_by is not None:
        raise Rejected("key_replaced", "Another key took its place already; rotate that one, or issue another.")
    if old.expires_at <= command.at:
        raise Rejected("key_expired", "The key has expired; issue another one.")
    id = account.service_account_id
    new = ApiKeyIssued(
        service_account_id=id,
        key_id=text(command.new_key_id, "new_key_id", 100),
        name=old.name,
        digest=command.digest,
        permits=old.permits,
        expires_at=_expiry(command.expires_at, command.at),
        at=command.at,
    )
    ends_at = max(command.at, min(command.ends_at, old.expires_at))
    replaced = ApiKeyReplaced(
        service_account_id=id, key_id=old.key_id, replaced_by=new.key_id, expires_at=ends_at, at=command.at
    )
    return [*_issued(account, new), replaced]


def _key(key_id: str, account: ServiceAccount) -> ApiKey:
    found = next((key for key in account.keys if key.key_id == key_id), None)
    if found is None:
        raise Rejected("no_such_key", "The service account has no such key; list its keys.", "key_id")
    return found


def decide(command: ServiceAccountCommand, account: ServiceAccount) -> Sequence[ServiceAccountEvent]:
    id, at = command.service_account_id, command.at
    absent = account.status in (ServiceAccountStatus.NEW, ServiceAccountStatus.REMOVED)
    match command:
        case CreateServiceAccount():
            name = text(command.name, "name", 100)
            if absent:
                return [ServiceAccountCreated(service_account_id=id, name=name, at=at)]
            if name == account.name:
                return []
            raise Rejected("service_account_exists", "The service account is there already; rename it instead.")
        case RemoveServiceAccount():
            if absent:
                return []
            return [*(_ended(key, id, at) for key in account.keys), ServiceAccountRemoved(service_account_id=id, at=at)]
        case _ if absent:
            raise Rejected("service_account_removed", "The service account was removed; create it again first.")
        case RenameServiceAccount():
            name = text(command.name, "name", 100)
            return [] if name == account.name else [ServiceAccountRenamed(service_account_id=id, name=name, at=at)]
        case GrantServiceAccountRole():
            role = _role(command)
            if role in account.roles:
                return []
            return [ServiceAccountRoleGranted(service_account_id=id, role_id=role, at=at)]
        case RevokeServiceAccountRole():
            role = _role(command)
            if role not in account.roles:
                return []
            return [ServiceAccountRoleRevoked(service_account_id=id, role_id=role, at=at)]
        case DeactivateServiceAccount():
            if account.status is ServiceAccountStatus.DEACTIVATED:
                return []
            return [ServiceAccountDeactivated(service_account_id=id, at=at)]
        case ReactivateServiceAccount():
            if account.status is ServiceAccountStatus.ACTIVE:
                return []
            return [ServiceAccountReactivated(service_account_id=id, at=at)]
        case RevokeApiKey():
            if command.key_id in account.ended:
                return []
            return [_ended(_key(command.key_id, account), id, at)]
        case IssueApiKey() | RotateApiKey() if account.status is ServiceAccountStatus.DEACTIVATED:
            raise Rejected("service_account_deactivated", "The service account is deactivated; reactivate it first.")
        case IssueApiKey():
            return _issue(command, account)
        case RotateApiKey():
            return _rotate(command, account)
        case _:
            assert_never(command)


def evolve(account: ServiceAccount, event: ServiceAccountEvent) -> ServiceAccount:
    match event:
        case ServiceAccountCreated():
            active = ServiceAccountStatus.ACTIVE
            return replace(account, service_account_id=event.service_account_id, name=event.name, status=active)
        case ServiceAccountRenamed():
            return replace(account, name=event.name)
        case ServiceAccountRoleGranted():
            return replace(account, roles=(*account.roles, event.role_id))
        case ServiceAccountRoleRevoked():
            return replace(account, roles=tuple(role for role in account.roles if role != event.role_id))
        case ServiceAccountDeactivated():
            return replace(account, status=ServiceAccountStatus.DEACTIVATED)
        case ServiceAccountReactivated():
            return replace(account, status=ServiceAccountStatus.ACTIVE)
        case ServiceAccountRemoved():
            removed = ServiceAccountStatus.REMOVED
            return ServiceAccount(service_account_id=event.service_account_id, status=removed, ended=account.ended)
        case ApiKeyIssued():
            key = ApiKey(key_id=event.key_id, name=event.name, permits=event.permits, expires_at=event.expires_at)
            return replace(account, keys=(*account.keys, key))
        case ApiKeyReplaced():
            keys = [
                replace(key, replaced_by=event.replaced_by, expires_at=event.expires_at)
                if key.key_id == event.key_id
                else key
                for key in account.keys
            ]
            return replace(account, keys=tuple(keys))
        case ApiKeyRevoked() | ApiKeyExpired():
            kept = tuple(key for key in account.keys if key.key_id != event.key_id)
            return replace(account, keys=kept, ended=(*account.ended, event.key_id)[-_REMEMBERED:])
        case _:
            assert_never(event)


DECIDER: Decider[ServiceAccountCommand, ServiceAccount, ServiceAccountEvent] = Decider(
    CONTRACT, ServiceAccount(), decide, evolve
)
