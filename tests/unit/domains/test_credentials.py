"""What users sign in by without a provider: links that set a password, passwords, and codes of an authenticator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domains.workflows.end_credentials import WORKFLOW, Left
from schemas.generated.admin.credential import (
    ChangePassword,
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
from schemas.generated.admin.tenant import (
    LocalSignInSet,
    RequireTotp,
    SetLocalSignIn,
    TenantCreated,
    TotpRequirementSet,
)
from schemas.generated.admin.user import UserCreated, UserErased, UserRemoved
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, SECOND, THIRD = ("1" * 64, "2" * 64, "3" * 64)
ISSUE = IssuePasswordLink(user_id="anna", digest=FIRST, expires_at=AT + HOUR, at=AT)
ISSUED = PasswordLinkIssued(user_id="anna", digest=FIRST, expires_at=AT + HOUR, at=AT)
FOLLOW = FollowPasswordLink(user_id="anna", digest=FIRST, password="sealed", at=AT)
SET = PasswordSet(user_id="anna", password="sealed", at=AT)
ENROL = EnrolTotp(user_id="anna", secret="sealed", recovery=(SECOND, THIRD), at=AT)
ENROLLED = TotpEnrolled(user_id="anna", secret="sealed", recovery=(SECOND, THIRD), at=AT)


def test_a_link_sets_a_password_once() -> None:
    given().when(ISSUE).then(ISSUED)
    given(ISSUED).when(ISSUE).nothing()
    given(ISSUED).when(FOLLOW).then(SET)
    given(ISSUED, SET).when(FOLLOW).rejected("link_unknown", "link")


def test_a_link_ends_with_its_time_and_with_the_next_one() -> None:
    given(ISSUED).when(replace(FOLLOW, at=AT + HOUR)).rejected("link_expired", "link")
    given(ISSUED).when(replace(FOLLOW, at=AT + HOUR - timedelta(microseconds=1))).then(
        replace(SET, at=AT + HOUR - timedelta(microseconds=1))
    )
    other = replace(ISSUED, digest=SECOND)
    given(ISSUED, other).when(FOLLOW).rejected("link_unknown", "link")
    given(ISSUED, other).when(replace(FOLLOW, digest=SECOND)).then(SET)
    given(ISSUED, SET, other, replace(SET, password="other")).when(replace(FOLLOW, digest=SECOND)).rejected(
        "link_unknown", "link"
    )


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (replace(ISSUE, digest="1" * 63), "digest_malformed", "digest"),
        (replace(ISSUE, expires_at=AT), "link_lifetime", "expires_at"),
        (replace(ISSUE, expires_at=AT + timedelta(days=8)), "link_lifetime", "expires_at"),
        (replace(FOLLOW, password=None), "nothing_sealed", "password"),
        (replace(FOLLOW, password=""), "nothing_sealed", "password"),
        (replace(FOLLOW, digest=SECOND), "link_unknown", "link"),
        (ChangePassword(user_id="anna", password="sealed", at=AT), "no_password", None),
        (RehashPassword(user_id="anna", password="sealed", at=AT), "no_password", None),
        (SpendRecoveryCode(user_id="anna", digest=SECOND, at=AT), "recovery_code_unknown", None),
    ],
)
def test_refusals_of_somebody_with_a_link(command: Any, code: str, field: str | None) -> None:
    given(ISSUED).when(command).rejected(code, field)


def test_a_password_is_changed_and_kept_as_another_hash() -> None:
    change = ChangePassword(user_id="anna", password="other", at=AT)
    given(ISSUED, SET).when(change).then(replace(SET, password="other"))
    given(ISSUED, SET).when(replace(change, password="sealed")).nothing()
    given(ISSUED, SET).when(replace(change, password="")).rejected("nothing_sealed", "password")
    rehash = RehashPassword(user_id="anna", password="other", at=AT)
    given(ISSUED, SET).when(rehash).then(PasswordRehashed(user_id="anna", password="other", at=AT))
    lost = replace(ISSUED, digest=SECOND)
    given(ISSUED, SET, lost, SET).when(replace(FOLLOW, digest=SECOND)).rejected("link_unknown", "link")


def test_an_authenticator_is_added_once_and_removed() -> None:
    given(ISSUED, SET).when(ENROL).then(ENROLLED)
    given(ISSUED, SET, ENROLLED).when(ENROL).rejected("totp_enrolled")
    given(ISSUED, SET).when(replace(ENROL, secret="")).rejected("nothing_sealed", "secret")
    given(ISSUED, SET).when(replace(ENROL, recovery=())).rejected("recovery_codes", "recovery")
    given(ISSUED, SET).when(replace(ENROL, recovery=("x",))).rejected("digest_malformed", "recovery")
    remove, removed = RemoveTotp(user_id="anna", at=AT), TotpRemoved(user_id="anna", at=AT)
    given(ISSUED, SET, ENROLLED).when(remove).then(removed)
    given(ISSUED, SET, ENROLLED, removed).when(remove).nothing()
    given(ISSUED, SET, ENROLLED, removed).when(ENROL).then(ENROLLED)


def test_a_recovery_code_is_good_once() -> None:
    spend, spent = (kind(user_id="anna", digest=SECOND, at=AT) for kind in (SpendRecoveryCode, RecoveryCodeSpent))
    given(ISSUED, SET, ENROLLED).when(spend).then(spent)
    given(ISSUED, SET, ENROLLED, spent).when(spend).rejected("recovery_code_unknown")
    given(ISSUED, SET, ENROLLED, spent).when(replace(spend, digest=THIRD)).then(replace(spent, digest=THIRD))
    given(ISSUED, SET).when(spend).rejected("recovery_code_unknown")


def test_nothing_is_left_of_what_is_removed() -> None:
    remove, removed = RemoveCredential(user_id="anna", at=AT), CredentialRemoved(user_id="anna", at=AT)
    given().when(remove).rejected("not_found")
    given(ISSUED).when(remove).then(removed)
    given(ISSUED, SET, ENROLLED).when(remove).then(removed)
    given(ISSUED, SET, ENROLLED, removed).when(remove).nothing()
    given(ISSUED, removed).when(FOLLOW).rejected("link_unknown", "link")


def test_whoever_is_gone_leaves_nothing_to_sign_in_by() -> None:
    def told(*events: Any) -> list[Any]:
        state, commands = Left(), list[Any]()
        for event in events:
            state = WORKFLOW.evolve(state, event, "anna")
            commands = list(WORKFLOW.react(state, event, "anna"))
        return commands

    removed, erased = UserRemoved(user_id="anna", at=AT), UserErased(user_id="anna", at=AT)
    ended, remove = CredentialRemoved(user_id="anna", at=AT), [RemoveCredential(user_id="anna", at=AT)]
    assert WORKFLOW.keys(ISSUED) == ["anna"]
    assert told(ISSUED, SET) == []
    assert told(removed) == []
    assert told(ISSUED, SET, removed) == told(ISSUED, erased) == told(removed, ISSUED) == remove
    assert told(ISSUED, removed, ended) == []
    assert told(removed, UserCreated(user_id="anna", at=AT), ISSUED) == []


def test_a_tenant_says_whether_people_sign_in_by_passwords() -> None:
    opened = TenantCreated(tenant_id="acme", name="Acme", currency="USD", at=AT)
    allow, allowed = (kind(tenant_id="acme", allowed=True, at=AT) for kind in (SetLocalSignIn, LocalSignInSet))
    given(opened).when(replace(allow, allowed=None)).nothing()
    given(opened).when(allow).then(allowed)
    given(opened, allowed).when(allow).nothing()
    given(opened, allowed).when(replace(allow, allowed=None)).then(replace(allowed, allowed=None))


def test_a_tenant_lets_nobody_in_by_a_password_alone() -> None:
    opened = TenantCreated(tenant_id="acme", name="Acme", currency="USD", at=AT)
    require, required = (kind(tenant_id="acme", required=True, at=AT) for kind in (RequireTotp, TotpRequirementSet))
    given(opened).when(replace(require, required=False)).nothing()
    given(opened).when(require).then(required)
    given(opened, required).when(require).nothing()
    given(opened, required).when(replace(require, required=False)).then(replace(required, required=False))
