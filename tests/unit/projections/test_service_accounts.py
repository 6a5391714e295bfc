"""Service accounts and their keys as rows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from projections.admin.api_keys import READ_MODEL as KEYS
from projections.admin.service_accounts import READ_MODEL as ACCOUNTS
from projections.fold import fold
from projections.model import ReadModel
from schemas.generated.admin.service_account import (
    ApiKeyExpired,
    ApiKeyIssued,
    ApiKeyReplaced,
    ApiKeyRevoked,
    ServiceAccountCreated,
    ServiceAccountDeactivated,
    ServiceAccountReactivated,
    ServiceAccountRemoved,
    ServiceAccountRenamed,
    ServiceAccountRoleGranted,
    ServiceAccountRoleRevoked,
)
from tests.unit.projections.log import day, log_of

CREATED = ServiceAccountCreated(service_account_id="s1", name="Loader", at=day(1))
ISSUED = ApiKeyIssued(
    service_account_id="s1",
    key_id="k1",
    name="Nightly",
    digest="a" * 64,
    permits=("crm.deal.read",),
    expires_at=day(90),
    at=day(2),
)


def row_of(model: ReadModel, *events: Any) -> Any:
    current = fold(model, log_of(events))
    return None if current is None else current.row


def test_a_service_account_has_a_name_and_roles_and_may_work_until_told_otherwise() -> None:
    granted = [ServiceAccountRoleGranted(service_account_id="s1", role_id=role, at=day(2)) for role in ("a", "b")]
    taken = ServiceAccountRoleRevoked(service_account_id="s1", role_id="a", at=day(3))
    renamed = ServiceAccountRenamed(service_account_id="s1", name="Feeder", at=day(3))
    stopped = ServiceAccountDeactivated(service_account_id="s1", at=day(4))
    row = row_of(ACCOUNTS, CREATED, *granted, ISSUED, taken, renamed, stopped)
    assert (row.name, row.roles, row.status) == ("Feeder", ("b",), "DEACTIVATED")
    again = ServiceAccountReactivated(service_account_id="s1", at=day(5))
    assert row_of(ACCOUNTS, CREATED, stopped, again).status == "ACTIVE"
    assert row_of(ACCOUNTS, CREATED, ServiceAccountRemoved(service_account_id="s1", at=day(5))) is None


def test_a_key_is_there_until_it_is_revoked_or_found_expired() -> None:
    row = row_of(KEYS, ISSUED)
    assert (row.service_account_id, row.name, row.permits, row.expires_at) == ("s1", "Nightly", ISSUED.permits, day(90))
    ended = ApiKeyReplaced(
        service_account_id="s1", key_id="k1", replaced_by="k2", expires_at=day(3), at=day(3) - timedelta(days=1)
    )
    assert row_of(KEYS, ISSUED, ended) == replace(row, expires_at=day(3), replaced_by="k2")
    assert row_of(KEYS, ISSUED, ApiKeyRevoked(service_account_id="s1", key_id="k1", at=day(3))) is None
    assert row_of(KEYS, ISSUED, ApiKeyExpired(service_account_id="s1", key_id="k1", at=day(91))) is None
