"""Service accounts and their keys: issued within bounds, rotated, revoked, and never issued twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domains.admin.permits import REACHES, Permit
from domains.admin.service_account import LONGEST_LIFE, MOST_KEYS, MOST_PERMITS
from schemas.generated.admin.service_account import (
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
    ServiceAccountCreated,
    ServiceAccountDeactivated,
    ServiceAccountReactivated,
    ServiceAccountRemoved,
    ServiceAccountRenamed,
    ServiceAccountRoleGranted,
    ServiceAccountRoleRevoked,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CREATED = ServiceAccountCreated(service_account_id="s", name="Loader", at=AT)
GRANTED = ServiceAccountRoleGranted(service_account_id="s", role_id="integration", at=AT)
DEACTIVATED = ServiceAccountDeactivated(service_account_id="s", at=AT)
REMOVED = ServiceAccountRemoved(service_account_id="s", at=AT)


def issue(key: str = "k1", at: datetime = AT, life: timedelta = 30 * DAY, *permits: str) -> IssueApiKey:
    return IssueApiKey(
        service_account_id="s",
        key_id=key,
        name="Nightly",
        digest="a" * 64,
        permits=permits,
        expires_at=at + life,
        at=at,
    )


def issued(key: str = "k1", at: datetime = AT, life: timedelta = 30 * DAY, *permits: str) -> ApiKeyIssued:
    return ApiKeyIssued(
        service_account_id="s",
        key_id=key,
        name="Nightly",
        digest="a" * 64,
        permits=permits,
        expires_at=at + life,
        at=at,
    )


def rotate(at: datetime = AT, overlap: timedelta = DAY, key: str = "k1", new: str = "k2") -> RotateApiKey:
    return RotateApiKey(
        service_account_id="s",
        key_id=key,
        new_key_id=new,
        digest="a" * 64,
        expires_at=at + 30 * DAY,
        ends_at=at + overlap,
        at=at,
    )


def replaced(at: datetime, ends_at: datetime) -> ApiKeyReplaced:
    return ApiKeyReplaced(service_account_id="s", key_id="k1", replaced_by="k2", expires_at=ends_at, at=at)


def revoke(key: str = "k1") -> RevokeApiKey:
    return RevokeApiKey(service_account_id="s", key_id=key, at=AT)


REVOKED = ApiKeyRevoked(service_account_id="s", key_id="k1", at=AT)


def test_a_service_account_is_created_renamed_and_removed_with_its_keys() -> None:
    create = CreateServiceAccount(service_account_id="s", name=" Loader ", at=AT)
    given().when(create).then(CREATED)
    given(CREATED).when(create).nothing()
    rename = RenameServiceAccount(service_account_id="s", name="Feeder", at=AT)
    given(CREATED).when(rename).then(ServiceAccountRenamed(service_account_id="s", name="Feeder", at=AT))
    given(CREATED).when(replace(rename, name="Loader")).nothing()
    given(CREATED).when(replace(create, name="Feeder")).rejected("service_account_exists")
    remove = RemoveServiceAccount(service_account_id="s", at=AT)
    given(CREATED, issued(), issued("k2")).when(remove).then(REVOKED, replace(REVOKED, key_id="k2"), REMOVED)
    given(CREATED, REMOVED).when(remove).nothing()
    given(CREATED, REMOVED).when(rename).rejected("service_account_removed")
    given(CREATED, GRANTED, REMOVED).when(create).then(CREATED)


def test_roles_are_given_and_taken_and_nobody_makes_it_an_owner() -> None:
    grant = GrantServiceAccountRole(service_account_id="s", role_id="integration", at=AT)
    take = RevokeServiceAccountRole(service_account_id="s", role_id="integration", at=AT)
    taken = ServiceAccountRoleRevoked(service_account_id="s", role_id="integration", at=AT)
    given(CREATED).when(grant).then(GRANTED)
    given(CREATED, GRANTED).when(grant).nothing()
    given(CREATED, GRANTED).when(take).then(taken)
    given(CREATED, GRANTED, taken).when(take).nothing()
    given(CREATED).when(replace(grant, role_id="owner")).rejected("role_is_owner", "role_id")
    given(CREATED, GRANTED, REMOVED, CREATED).when(take).nothing()


def test_one_that_is_deactivated_keeps_its_keys_and_gets_no_others() -> None:
    stop = DeactivateServiceAccount(service_account_id="s", at=AT)
    go_on = ReactivateServiceAccount(service_account_id="s", at=AT)
    given(CREATED).when(stop).then(DEACTIVATED)
    given(CREATED, DEACTIVATED).when(stop).nothing()
    given(CREATED, DEACTIVATED).when(go_on).then(ServiceAccountReactivated(service_account_id="s", at=AT))
    given(CREATED).when(go_on).nothing()
    given(CREATED, DEACTIVATED).when(issue()).rejected("service_account_deactivated")
    given(CREATED, issued(), DEACTIVATED).when(rotate()).rejected("service_account_deactivated")
    given(CREATED, issued(), DEACTIVATED).when(revoke()).then(REVOKED)


def test_a_key_is_issued_once_under_an_id_also_after_it_has_ended() -> None:
    given(CREATED).when(issue()).then(issued())
    given(CREATED, issued()).when(issue()).rejected("key_exists")
    given(CREATED, issued(), REVOKED).when(issue()).rejected("key_exists")
    given(CREATED, issued(), REVOKED, REMOVED, CREATED).when(issue()).rejected("key_exists")
    given().when(issue()).rejected("not_found")


def test_a_key_has_bounds() -> None:
    given(CREATED).when(issue(life=timedelta(0))).rejected("expiry_past", "expires_at")
    given(CREATED).when(issue(life=LONGEST_LIFE)).then(issued(life=LONGEST_LIFE))
    given(CREATED).when(issue(life=LONGEST_LIFE + timedelta(microseconds=1))).rejected("expiry_too_late", "expires_at")
    given(CREATED).when(replace(issue(), name=" ")).rejected("name_missing", "name")
    given(CREATED).when(replace(issue(), digest="secret")).rejected("digest_malformed", "digest")


def test_a_key_is_narrowed_to_permits_in_one_spelling() -> None:
    narrow = issue("k1", AT, 30 * DAY, "crm.deal.read@all", "crm.company.read", "crm.deal.read")
    given(CREATED).when(narrow).then(issued("k1", AT, 30 * DAY, "crm.company.read", "crm.deal.read"))
    given(CREATED).when(replace(narrow, permits=("deals",))).rejected("permit_malformed", "permits")
    many = tuple(f"crm.deal.verb-{'x' * n}" for n in range(MOST_PERMITS + 1))
    given(CREATED).when(replace(narrow, permits=many)).rejected("too_many_permits", "permits")


def test_there_are_so_many_keys_and_no_more_and_expired_ones_make_room() -> None:
    full = [issued(f"k{n}", life=(n + 1) * DAY) for n in range(MOST_KEYS)]
    given(CREATED, *full).when(issue("new")).rejected("too_many_keys")
    later = AT + DAY
    given(CREATED, *full).when(issue("new", at=later)).then(
        ApiKeyExpired(service_account_id="s", key_id="k0", at=later), issued("new", at=later)
    )


def test_a_rotated_key_lives_on_for_a_while_and_no_longer_than_it_would_have() -> None:
    after_ten = AT + 10 * DAY
    new = issued("k2", after_ten, 30 * DAY, "crm.deal.read")
    old = issued("k1", AT, 30 * DAY, "crm.deal.read")
    given(CREATED, old).when(rotate(after_ten)).then(new, replaced(after_ten, after_ten + DAY))
    given(CREATED, old).when(rotate(after_ten, overlap=90 * DAY)).then(new, replaced(after_ten, AT + 30 * DAY))
    given(CREATED, old).when(rotate(after_ten, overlap=-DAY)).then(new, replaced(after_ten, after_ten))


def test_only_a_key_that_is_good_and_was_not_replaced_is_rotated() -> None:
    given(CREATED).when(rotate()).rejected("no_such_key", "key_id")
    given(CREATED, issued()).when(rotate(AT + 30 * DAY)).rejected("key_expired")
    given(CREATED, issued(), issued("k2"), replaced(AT, AT + DAY)).when(rotate(new="k3")).rejected("key_replaced")
    given(CREATED, issued()).when(rotate(new="k1")).rejected("key_exists")


def test_a_key_is_revoked_for_good() -> None:
    given(CREATED, issued()).when(revoke()).then(REVOKED)
    given(CREATED, issued(), REVOKED).when(revoke()).nothing()
    given(CREATED).when(revoke()).rejected("no_such_key", "key_id")


def test_a_key_that_had_expired_is_not_told_to_have_been_revoked() -> None:
    later = AT + 30 * DAY
    expired = ApiKeyExpired(service_account_id="s", key_id="k1", at=later)
    given(CREATED, issued()).when(replace(revoke(), at=later)).then(expired)
    remove = RemoveServiceAccount(service_account_id="s", at=later)
    given(CREATED, issued()).when(remove).then(expired, replace(REMOVED, at=later))


WORDS = st.sampled_from(["a", "b", "*"])
PERMITS = st.builds(Permit, WORDS, WORDS, WORDS, st.sampled_from(REACHES))
NAMES = st.lists(st.sampled_from(["a", "b"]), min_size=3, max_size=3).map(".".join)


@drawn(PERMITS, PERMITS, NAMES)
def test_what_two_permits_have_in_common_is_what_both_permit(one: Permit, other: Permit, permission: str) -> None:
    both = one.meet(other)
    assert both == other.meet(one)
    assert (both is not None and both.covers(permission)) == (one.covers(permission) and other.covers(permission))
    if both is not None:
        assert one.includes(both)
        assert other.includes(both)
        assert both.reach in (one.reach, other.reach)


@pytest.mark.parametrize("reach", REACHES)
def test_everything_and_something_have_that_in_common(reach: str) -> None:
    some = Permit("crm", "deal", "read", next(each for each in REACHES if each == reach))
    assert Permit("*", "*", "*").meet(some) == some
