"""What may happen to tenants, users, teams and contacts. Personal values may be erased anywhere."""

from datetime import UTC, datetime

import pytest

from schemas.contract import ERASED
from schemas.generated.admin.team import (
    ChangeTeam,
    CreateTeam,
    RecordTeam,
    RemoveTeam,
    TeamChanged,
    TeamCreated,
    TeamRemoved,
)
from schemas.generated.admin.tenant import CreateTenant, RenameTenant, TenantCreated, TenantRenamed
from schemas.generated.admin.user import (
    AssignUser,
    ChangeUser,
    CreateUser,
    DeactivateUser,
    ReactivateUser,
    RecordUser,
    RemoveUser,
    UserAssigned,
    UserChanged,
    UserCreated,
    UserDeactivated,
    UserReactivated,
    UserRemoved,
)
from schemas.generated.crm.contact import (
    AssignContact,
    ChangeContact,
    ContactAssigned,
    ContactChanged,
    ContactCreated,
    ContactMoved,
    ContactRemoved,
    ContactShared,
    ContactUnshared,
    CreateContact,
    MoveContact,
    RecordContact,
    RemoveContact,
    ShareContact,
    UnshareContact,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
TENANT = TenantCreated(tenant_id="acme", name="Acme", currency="USD", at=AT)
ANNA = UserCreated(user_id="anna", name="Anna Snelling", email="anna@example.com", manager_id="dustin", at=AT)
LEFT = UserDeactivated(user_id="anna", manager_id="dustin", at=AT)
GONE = UserRemoved(user_id="anna", at=AT)
TEAM = TeamCreated(team_id="t", name="Dustin's", manager_id="dustin", region="Central", at=AT)
PERSON = ContactCreated(contact_id="c", name="Maude", email="maude@example.com", company_id="umbra", at=AT)


def test_a_tenant_is_opened_once_and_can_be_renamed() -> None:
    given().when(CreateTenant(tenant_id="acme", name="Acme", at=AT)).then(TENANT)
    given(TENANT).when(CreateTenant(tenant_id="acme", name="Acme", at=AT)).nothing()
    given(TENANT).when(CreateTenant(tenant_id="acme", name="Other", at=AT)).rejected("tenant_exists")
    given(TENANT).when(RenameTenant(tenant_id="acme", name="Acme Ltd", at=AT)).then(
        TenantRenamed(tenant_id="acme", name="Acme Ltd", at=AT)
    )
    given().when(CreateTenant(tenant_id="acme", name="Acme", currency="usd", at=AT)).rejected(
        "currency_malformed", "currency"
    )


def test_a_user_comes_moves_leaves_and_returns() -> None:
    given().when(
        CreateUser(user_id="anna", name="Anna Snelling", email="anna@example.com", manager_id="dustin", at=AT)
    ).then(ANNA)
    given(ANNA).when(ChangeUser(user_id="anna", name="Anna S", at=AT)).then(
        UserChanged(user_id="anna", name="Anna S", at=AT)
    )
    given(ANNA).when(AssignUser(user_id="anna", team_id="t", manager_id="summer", at=AT)).then(
        UserAssigned(user_id="anna", team_id="t", manager_id="summer", at=AT)
    )
    given(ANNA).when(DeactivateUser(user_id="anna", at=AT)).then(LEFT)
    given(ANNA, LEFT).when(DeactivateUser(user_id="anna", at=AT)).nothing()
    given(ANNA, LEFT).when(ReactivateUser(user_id="anna", at=AT)).then(UserReactivated(user_id="anna", at=AT))
    given(ANNA).when(ReactivateUser(user_id="anna", at=AT)).nothing()
    given(ANNA).when(RemoveUser(user_id="anna", at=AT)).then(GONE)
    given(ANNA, GONE).when(RemoveUser(user_id="anna", at=AT)).nothing()


@pytest.mark.parametrize(
    ("history", "command", "code", "field"),
    [
        ([], CreateUser(user_id="anna", at=AT), "name_missing", "name"),
        ([], CreateUser(user_id="anna", name="Anna", email="anna", at=AT), "email_malformed", "email"),
        ([], CreateUser(user_id="anna", name="Anna", manager_id="anna", at=AT), "own_manager", "manager_id"),
        ([ANNA], CreateUser(user_id="anna", name="Berta", at=AT), "user_exists", None),
        ([ANNA], AssignUser(user_id="anna", manager_id="anna", at=AT), "own_manager", "manager_id"),
        ([ANNA, GONE], DeactivateUser(user_id="anna", at=AT), "user_removed", None),
        ([TEAM, TeamRemoved(team_id="t", at=AT)], ChangeTeam(team_id="t", name="x", at=AT), "team_removed", None),
        ([TEAM], CreateTeam(team_id="t", name="Other", at=AT), "team_exists", None),
        ([], CreateContact(contact_id="c", job_title="Buyer", at=AT), "contact_nameless", "name"),
        ([PERSON], CreateContact(contact_id="c", name="Maud", at=AT), "contact_exists", None),
    ],
)
def test_refusals(history: list[object], command: object, code: str, field: str | None) -> None:
    given(*history).when(command).rejected(code, field)


def test_an_imported_user_keeps_what_the_row_leaves_out() -> None:
    given(ANNA).when(RecordUser(user_id="anna", name="Anna Snelling", at=AT)).nothing()
    given(ANNA).when(RecordUser(user_id="anna", name="Anna Snelling", team_id="t", at=AT)).then(
        UserAssigned(user_id="anna", team_id="t", manager_id="dustin", at=AT)
    )
    given(ANNA, GONE).when(RecordUser(user_id="anna", name="Anna", at=AT)).then(
        UserCreated(user_id="anna", name="Anna", at=AT)
    )


def test_a_team_is_formed_changed_and_dissolved() -> None:
    given().when(RecordTeam(team_id="t", name="Dustin's", manager_id="dustin", region="Central", at=AT)).then(TEAM)
    given(TEAM).when(RecordTeam(team_id="t", name="Dustin's", manager_id="dustin", region="East", at=AT)).then(
        TeamChanged(team_id="t", name="Dustin's", manager_id="dustin", region="East", at=AT)
    )
    given(TEAM).when(RemoveTeam(team_id="t", at=AT)).then(TeamRemoved(team_id="t", at=AT))


def test_a_contact_is_kept_moved_and_taken_off() -> None:
    given().when(
        CreateContact(contact_id="c", name="Maude", email="maude@example.com", company_id="umbra", at=AT)
    ).then(PERSON)
    given(PERSON).when(MoveContact(contact_id="c", at=AT)).then(ContactMoved(contact_id="c", at=AT))
    given(PERSON).when(ChangeContact(contact_id="c", name="Maude L", at=AT)).then(
        ContactChanged(contact_id="c", name="Maude L", at=AT)
    )
    given(PERSON).when(RecordContact(contact_id="c", name="Maude", phone="555", at=AT)).then(
        ContactChanged(contact_id="c", name="Maude", email="maude@example.com", phone="555", at=AT)
    )
    given(PERSON).when(RemoveContact(contact_id="c", at=AT)).then(ContactRemoved(contact_id="c", at=AT))


def test_a_contact_has_an_owner_or_none_and_is_shared() -> None:
    mine = CreateContact(contact_id="c", name="Maude", owner_id=" anna ", at=AT)
    owned = ContactCreated(contact_id="c", name="Maude", owner_id="anna", at=AT)
    given().when(mine).then(owned)
    taken = ContactAssigned(contact_id="c", owner_id="bert", at=AT)
    given(PERSON).when(AssignContact(contact_id="c", owner_id="bert", at=AT)).then(taken)
    let_go = ContactAssigned(contact_id="c", previous_owner_id="bert", at=AT)
    given(PERSON, taken).when(AssignContact(contact_id="c", from_owner_id="bert", at=AT)).then(let_go)
    given(PERSON, taken).when(AssignContact(contact_id="c", owner_id="cleo", from_owner_id="anna", at=AT)).nothing()
    given(PERSON).when(AssignContact(contact_id="c", at=AT)).nothing()
    shared = ContactShared(contact_id="c", team_id="east", change=True, at=AT)
    given(owned).when(ShareContact(contact_id="c", team_id="east", change=True, at=AT)).then(shared)
    given(owned, shared).when(ShareContact(contact_id="c", team_id="east", change=True, at=AT)).nothing()
    given(owned, shared).when(UnshareContact(contact_id="c", team_id="east", at=AT)).then(
        ContactUnshared(contact_id="c", team_id="east", at=AT)
    )
    given(owned).when(UnshareContact(contact_id="c", team_id="east", at=AT)).nothing()
    given(owned).when(ShareContact(contact_id="c", at=AT)).rejected("share_with_one", "user_id")


def test_erased_values_hinder_nothing() -> None:
    erased = UserCreated(user_id="anna", name=ERASED, email=ERASED, manager_id="dustin", at=AT)
    given(erased).when(DeactivateUser(user_id="anna", at=AT)).then(LEFT)
    given(erased).when(ChangeUser(user_id="anna", name=ERASED, email=ERASED, at=AT)).nothing()
    unknown = ContactCreated(contact_id="c", name=ERASED, email=ERASED, at=AT)
    given().when(CreateContact(contact_id="c", name=ERASED, email=ERASED, at=AT)).then(unknown)
