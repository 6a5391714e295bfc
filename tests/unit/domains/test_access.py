"""Roles and who has them, apps that a tenant uses, owners of whom one always stays."""

from datetime import UTC, datetime

import pytest

from domains.admin.builtin_roles import APPS, ROLES, SERVICES
from domains.admin.permits import REACHES, Permit, parse
from domains.kernel import Rejected
from domains.workflows.mark_owners import WORKFLOW, Ownership
from schemas.contract import contracts
from schemas.generated.admin.role import ChangeRole, DefineRole, RemoveRole, RoleChanged, RoleDefined, RoleRemoved
from schemas.generated.admin.tenant import (
    AppointOwner,
    AppSwitchedOff,
    AppSwitchedOn,
    DismissOwner,
    OwnerAppointed,
    OwnerDismissed,
    SwitchAppOff,
    SwitchAppOn,
    TenantCreated,
)
from schemas.generated.admin.user import (
    CreateUser,
    DeactivateUser,
    GrantRole,
    MarkOwner,
    OwnerMarked,
    RemoveUser,
    RevokeRole,
    RoleGranted,
    RoleRevoked,
    UserCreated,
    UserDeactivated,
    UserRemoved,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
TENANT = TenantCreated(tenant_id="acme", name="Acme", currency="USD", at=AT)
FIRST, SECOND = (OwnerAppointed(tenant_id="acme", user_id=user, at=AT) for user in ("anna", "bert"))
ANNA = UserCreated(user_id="anna", name="Anna", at=AT)
OWNS = OwnerMarked(user_id="anna", owner=True, at=AT)
MEMBER = RoleGranted(user_id="anna", role_id="crm.member", at=AT)


def define(*permits: str) -> DefineRole:
    return DefineRole(role_id="r", name="Closer", permits=permits, at=AT)


def test_a_role_is_defined_changed_and_removed() -> None:
    defined = RoleDefined(role_id="r", name="Closer", permits=("crm.deal.read", "crm.deal.win@own"), at=AT)
    given().when(define("crm.deal.win@own", " crm.deal.read ", "crm.deal.read@all")).then(defined)
    given(defined).when(define("crm.deal.read", "crm.deal.win@own")).nothing()
    given(defined).when(define("crm.deal.read")).rejected("role_exists")
    change = ChangeRole(role_id="r", name="Reader", permits=("crm.*.read",), at=AT)
    given(defined).when(change).then(RoleChanged(role_id="r", name="Reader", permits=("crm.*.read",), at=AT))
    given(defined).when(RemoveRole(role_id="r", at=AT)).then(RoleRemoved(role_id="r", at=AT))
    given(defined, RoleRemoved(role_id="r", at=AT)).when(change).rejected("role_removed")
    given(defined, RoleRemoved(role_id="r", at=AT)).when(define("crm.deal.read", "crm.deal.win@own")).then(defined)


@pytest.mark.parametrize(
    "text", ["", "crm", "crm.deal", "crm.deal.read.more", "crm.deal.read@", "crm.deal.read@everyone", "CRM.deal.read"]
)
def test_what_is_no_permit_is_refused_with_an_example(text: str) -> None:
    given().when(define(text)).rejected("permit_malformed", "permits")


def test_a_role_has_a_bound() -> None:
    given().when(define(*(f"crm.deal.verb-{'x' * n}" for n in range(201)))).rejected("too_many_permits", "permits")


@pytest.mark.parametrize(
    ("text", "covered", "not_covered"),
    [
        ("crm.deal.win", "crm.deal.win", "crm.deal.lose"),
        ("crm.*.read", "crm.contact.read", "crm.contact.change"),
        ("*.*.*", "admin.user.grant-role", "anything"),
        ("crm.deal.change-amount", "crm.deal.change-amount", "crm.deal.change"),
    ],
)
def test_a_permit_covers_what_its_words_say(text: str, covered: str, not_covered: str) -> None:
    assert parse(text).covers(covered)
    assert not parse(text).covers(not_covered)


@pytest.mark.parametrize("reach", REACHES)
def test_a_permit_is_written_as_it_is_read(reach: str) -> None:
    permit = parse(f"crm.deal.read@{reach}")
    assert parse(str(permit)) == permit == Permit("crm", "deal", "read", permit.reach)


def test_every_permit_of_a_built_in_role_is_one_and_every_command_is_permitted_to_somebody_but_an_owner() -> None:
    permits = {role: [parse(each) for each in written] for role, written in ROLES.items()}
    assert all(str(parse(each)) == each for written in ROLES.values() for each in written)
    for contract in contracts().values():
        for command in (each for each in contract.commands if not each.internal):
            holders = {role for role, held in permits.items() if any(p.covers(command.permission) for p in held)}
            assert f"{contract.domain}.admin" in holders
            assert f"{contract.domain}.viewer" not in holders
    assert {role.split(".")[0] for role in ROLES if "." in role} == {*APPS, *SERVICES}


def test_a_user_is_given_roles_and_loses_them_when_removed() -> None:
    given(ANNA).when(GrantRole(user_id="anna", role_id="crm.member", at=AT)).then(MEMBER)
    given(ANNA, MEMBER).when(GrantRole(user_id="anna", role_id="crm.member", at=AT)).nothing()
    revoke = RevokeRole(user_id="anna", role_id="crm.member", at=AT)
    given(ANNA, MEMBER).when(revoke).then(RoleRevoked(user_id="anna", role_id="crm.member", at=AT))
    given(ANNA).when(revoke).nothing()
    given(ANNA, MEMBER, UserRemoved(user_id="anna", at=AT), ANNA).when(revoke).nothing()
    given(ANNA).when(GrantRole(user_id="anna", role_id=" ", at=AT)).rejected("role_id_missing", "role_id")
    given(ANNA).when(GrantRole(user_id="anna", role_id="owner", at=AT)).rejected("role_is_owner", "role_id")


def test_a_tenant_switches_apps_off_and_on() -> None:
    off, on = SwitchAppOff(tenant_id="acme", app="crm", at=AT), SwitchAppOn(tenant_id="acme", app="crm", at=AT)
    gone = AppSwitchedOff(tenant_id="acme", app="crm", at=AT)
    given(TENANT).when(on).nothing()
    given(TENANT).when(off).then(gone)
    given(TENANT, gone).when(off).nothing()
    given(TENANT, gone).when(on).then(AppSwitchedOn(tenant_id="acme", app="crm", at=AT))
    given(TENANT).when(SwitchAppOff(tenant_id="acme", app="admin", at=AT)).rejected("no_such_app", "app")


def test_the_last_owner_stays() -> None:
    dismiss = DismissOwner(tenant_id="acme", user_id="anna", at=AT)
    given(TENANT).when(AppointOwner(tenant_id="acme", user_id="anna", at=AT)).then(FIRST)
    given(TENANT, FIRST).when(AppointOwner(tenant_id="acme", user_id="anna", at=AT)).nothing()
    given(TENANT, FIRST).when(dismiss).rejected("last_owner")
    given(TENANT, FIRST, SECOND).when(dismiss).then(OwnerDismissed(tenant_id="acme", user_id="anna", at=AT))
    given(TENANT, SECOND).when(dismiss).nothing()
    many = [OwnerAppointed(tenant_id="acme", user_id=f"u{n}", at=AT) for n in range(50)]
    given(TENANT, *many).when(AppointOwner(tenant_id="acme", user_id="anna", at=AT)).rejected("too_many_owners")


def test_an_owner_is_neither_deactivated_nor_removed() -> None:
    leave, remove = DeactivateUser(user_id="anna", at=AT), RemoveUser(user_id="anna", at=AT)
    given(ANNA, OWNS).when(leave).rejected("user_is_owner")
    given(ANNA, OWNS).when(remove).rejected("user_is_owner")
    ceased = OwnerMarked(user_id="anna", owner=False, at=AT)
    given(ANNA, OWNS).when(MarkOwner(user_id="anna", owner=False, at=AT)).then(ceased)
    given(ANNA, OWNS, ceased).when(leave).then(UserDeactivated(user_id="anna", at=AT))
    given(ANNA, OWNS).when(MarkOwner(user_id="anna", owner=True, at=AT)).nothing()
    given().when(MarkOwner(user_id="anna", owner=True, at=AT)).nothing()


def test_users_learn_whether_they_are_owners_also_when_they_come_later() -> None:
    known, sent = Ownership(), list[MarkOwner]()
    for event in (ANNA, FIRST, OwnerDismissed(tenant_id="acme", user_id="anna", at=AT), FIRST, ANNA):
        assert WORKFLOW.keys(event) == ["anna"]
        known = WORKFLOW.evolve(known, event, "anna")
        sent += WORKFLOW.react(known, event, "anna")
    assert [each.owner for each in sent] == [True, False, True, True]


def test_a_user_who_was_removed_is_created_without_roles() -> None:
    removed = UserRemoved(user_id="anna", at=AT)
    create = CreateUser(user_id="anna", name="Anna", at=AT)
    given(ANNA, MEMBER, removed).when(create).then(ANNA)
    given(ANNA, MEMBER, removed, ANNA).when(GrantRole(user_id="anna", role_id="crm.member", at=AT)).then(MEMBER)


def test_a_malformed_permit_says_what_to_write() -> None:
    with pytest.raises(Rejected, match=r"such as crm\.deal\.read@team"):
        parse("crm deal read")
