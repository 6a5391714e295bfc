"""Views as folds of lists, and a batch as the runner folds it in memory."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from infra.log.envelope import Recorded
from projections.admin.credential_secrets import READ_MODEL as CREDENTIAL_SECRETS
from projections.admin.credentials import READ_MODEL as CREDENTIALS
from projections.admin.directory import READ_MODEL as DIRECTORY
from projections.admin.identities import READ_MODEL as IDENTITIES
from projections.admin.provider_secrets import READ_MODEL as PROVIDER_SECRETS
from projections.admin.providers import READ_MODEL as PROVIDERS
from projections.admin.roles import READ_MODEL as ROLES
from projections.admin.tenants import READ_MODEL as TENANTS
from projections.admin.users import READ_MODEL as USERS
from projections.catalog import models_by_name, read_models, reports
from projections.changes import BEHIND, Changes, fold_batch, marks
from projections.columns import columns_of, from_values, to_values, told, visible_columns
from projections.crm.companies import READ_MODEL as COMPANIES
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.products import READ_MODEL as PRODUCTS
from projections.fold import fold
from projections.message import Fact, Key, Message
from projections.model import ReadModel, whole
from projections.past import Past
from projections.select import check_declaration
from schemas.contract import ERASED, contracts
from schemas.generated.admin.credential import (
    CredentialRemoved,
    PasswordLinkIssued,
    PasswordRehashed,
    PasswordSet,
    RecoveryCodeSpent,
    TotpEnrolled,
    TotpRemoved,
)
from schemas.generated.admin.identity import IdentityLinked, IdentityUnlinked
from schemas.generated.admin.provider import ProviderChanged, ProviderConnected, ProviderDisconnected
from schemas.generated.admin.role import RoleChanged, RoleDefined, RoleRemoved
from schemas.generated.admin.tenant import AppSwitchedOff, AppSwitchedOn, OwnerAppointed, OwnerDismissed, TenantCreated
from schemas.generated.admin.user import (
    OwnerMarked,
    RoleGranted,
    RoleRevoked,
    UserChanged,
    UserCreated,
    UserDeactivated,
    UserErased,
    UserProvisioned,
    UserReactivated,
    UserRemoved,
)
from schemas.generated.common import ContactKind, ContactPoint
from schemas.generated.crm.company import (
    CompanyCreated,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyPurged,
    CompanyRemoved,
    CompanyRestored,
)
from schemas.generated.crm.contact import (
    ContactAssigned,
    ContactChanged,
    ContactCreated,
    ContactErased,
    ContactMoved,
    ContactShared,
    ContactUnshared,
)
from schemas.generated.crm.deal import DealAmountChanged, DealEngaged, DealLost, DealReopened, DealWon, Stage
from schemas.generated.crm.product import ProductAliasAdded, ProductAliasDropped, ProductCreated
from tests.unit.projections.log import aggregate_of, day, deal_events, log_of, opened, usd


def row_of(model: ReadModel, *events: Any) -> Any:
    current = fold(model, log_of(events))
    return None if current is None else current.row


def test_a_deal_is_lost_taken_up_again_and_won() -> None:
    lost = [
        opened(at=day(1), amount=usd(10)),
        DealEngaged(deal_id="d1", owner_id="u1", at=day(2)),
        DealLost(deal_id="d1", owner_id="u1", reason="price", at=day(3)),
    ]
    row = row_of(DEALS, *lost)
    assert (row.stage, row.closed_at, row.lost_reason, row.amount) == (Stage.LOST, day(3), "price", usd(10))
    reopened = DealReopened(deal_id="d1", owner_id="u1", at=day(4))
    row = row_of(DEALS, *lost, reopened)
    assert (row.stage, row.closed_at, row.lost_reason, row.engaged_at) == (Stage.ENGAGING, None, None, day(2))
    row = row_of(DEALS, *lost, reopened, DealWon(deal_id="d1", owner_id="u1", amount=usd(12), at=day(5)))
    assert (row.stage, row.closed_at, row.amount) == (Stage.WON, day(5), usd(12))


def test_a_company_is_profiled_placed_and_removed() -> None:
    created = CompanyCreated(
        company_id="c1", name="Acme", sector="retail", year_established=1990, revenue=usd(5), employees=3,
        location="Kenya", parent_id=None, at=day(1),
    )  # fmt: skip
    changed = CompanyProfileChanged(
        company_id="c1", sector=None, year_established=None, revenue=None, employees=None, location=None, at=day(2)
    )
    row = row_of(COMPANIES, created, changed, CompanyPlaced(company_id="c1", parent_id="c0", at=day(3)))
    assert (row.name, row.revenue, row.sector, row.parent_id) == ("Acme", None, None, "c0")
    removed, restored = CompanyRemoved(company_id="c1", at=day(4)), CompanyRestored(company_id="c1", at=day(5))
    assert row_of(COMPANIES, created, removed) == replace(row_of(COMPANIES, created), removed_at=day(4))
    assert row_of(COMPANIES, created, removed, restored) == row_of(COMPANIES, created)
    assert row_of(COMPANIES, created, removed, CompanyPurged(company_id="c1", at=day(50))) is None


def test_erased_people_are_said_to_be_erased() -> None:
    contact = ContactCreated(
        contact_id="k1", name="Ann", email=ERASED, phone=None, job_title="CEO", company_id="c1", at=day(1)
    )
    row = row_of(CONTACTS, contact, ContactMoved(contact_id="k1", company_id=None, at=day(2)))
    assert (row.name, row.email, row.phone, row.company_id) == ("Ann", "[erased]", None, None)
    taken = ContactAssigned(contact_id="k1", owner_id="anna", previous_owner_id=None, at=day(2))
    shared = ContactShared(contact_id="k1", user_id=None, team_id="east", change=True, at=day(3))
    row = row_of(CONTACTS, contact, taken, shared)
    assert (row.owner_id, row.readers, row.editors) == ("anna", ("team:east",), ("team:east",))
    unshared = ContactUnshared(contact_id="k1", user_id=None, team_id="east", at=day(4))
    assert row_of(CONTACTS, contact, shared, unshared).readers == ()
    erased = ContactChanged(contact_id="k1", name=ERASED, email=ERASED, phone=ERASED, job_title=None, at=day(3))
    assert row_of(CONTACTS, contact, erased).name == "[erased]"
    user = UserCreated(user_id="u1", name=ERASED, email="a@b", team_id=None, manager_id=None, at=day(1))
    assert row_of(USERS, user, UserChanged(user_id="u1", name=ERASED, email=ERASED, at=day(2))).email == "[erased]"


def test_users_come_and_go() -> None:
    user = UserCreated(user_id="u1", name="Ann", email=None, team_id=None, manager_id=None, at=day(1))
    gone = UserDeactivated(user_id="u1", manager_id=None, at=day(2))
    assert row_of(USERS, user, gone).status == "DEACTIVATED"
    assert row_of(USERS, user, gone, UserReactivated(user_id="u1", at=day(3))).status == "ACTIVE"
    assert row_of(USERS, user, UserRemoved(user_id="u1", at=day(3))) is None


def test_a_directory_entry_is_found_by_every_email_that_it_has_or_had_written() -> None:
    user = UserCreated(user_id="u1", name="Ann", email="Ann@Example.com", at=day(1))
    emails = '{"emails": [{"value": "home@example.com"}, {"value": "ann@example.com"}, {"type": "work"}], "title": "x"}'
    known = UserProvisioned(
        user_id="u1", user_name_id="n1", user_name="ann", external_id="x", profile=emails, at=day(2)
    )
    row = row_of(DIRECTORY, user, known)
    assert (row.user_name_id, row.user_name, row.external_id, row.profile) == ("n1", "ann", "x", emails)
    assert row.emails == ("ann@example.com", "home@example.com")
    row = row_of(DIRECTORY, user, known, UserChanged(user_id="u1", name="Ann", email="new@example.com", at=day(3)))
    assert row.emails == ("ann@example.com", "home@example.com", "new@example.com")
    erased = UserProvisioned(user_id="u1", user_name_id="n1", user_name=ERASED, profile=ERASED, at=day(3))
    row = row_of(DIRECTORY, user, known, UserChanged(user_id="u1", name=ERASED, email=ERASED, at=day(3)), erased)
    assert (row.name, row.user_name, row.profile, row.emails) == ("[erased]", "[erased]", None, ())
    row = row_of(DIRECTORY, user, known, UserErased(user_id="u1", at=day(3)))
    assert (row.name, row.user_name_id, row.profile, row.emails) == ("[erased]", None, None, ())
    assert row_of(DIRECTORY, user, known, UserRemoved(user_id="u1", at=day(4))) is None


def test_a_user_has_roles_until_they_are_taken_and_may_own_the_tenant() -> None:
    user = UserCreated(user_id="u1", name="Ann", email=None, team_id=None, manager_id=None, at=day(1))
    granted = [RoleGranted(user_id="u1", role_id=role, at=day(2)) for role in ("crm.member", "auditor")]
    revoked = RoleRevoked(user_id="u1", role_id="crm.member", at=day(3))
    row = row_of(USERS, user, *granted, OwnerMarked(user_id="u1", owner=True, at=day(3)))
    assert (row.roles, row.owner) == (("crm.member", "auditor"), True)
    row = row_of(USERS, user, *granted, revoked, OwnerMarked(user_id="u1", owner=False, at=day(3)))
    assert (row.roles, row.owner) == (("auditor",), False)
    assert row_of(USERS, user, *granted, UserRemoved(user_id="u1", at=day(3)), user).roles == ()


def test_a_tenant_has_owners_and_apps_that_are_off() -> None:
    opened_ = TenantCreated(tenant_id="acme", name="Acme", currency="USD", at=day(1))
    appointed = [OwnerAppointed(tenant_id="acme", user_id=user, at=day(2)) for user in ("u1", "u2")]
    off = [AppSwitchedOff(tenant_id="acme", app=app, at=day(2)) for app in ("crm", "chat")]
    row = row_of(TENANTS, opened_, *appointed, *off)
    assert (row.owners, row.apps_off) == (("u1", "u2"), ("crm", "chat"))
    dismissed = OwnerDismissed(tenant_id="acme", user_id="u1", at=day(3))
    row = row_of(TENANTS, opened_, *appointed, *off, dismissed, AppSwitchedOn(tenant_id="acme", app="crm", at=day(3)))
    assert (row.owners, row.apps_off) == (("u2",), ("chat",))


def test_a_role_is_what_was_last_said_of_it() -> None:
    defined = RoleDefined(role_id="r1", name="Closer", permits=("crm.deal.win",), at=day(1))
    changed = RoleChanged(role_id="r1", name="Reader", permits=("crm.deal.read",), at=day(2))
    row = row_of(ROLES, defined, changed)
    assert (row.name, row.permits) == ("Reader", ("crm.deal.read",))
    assert row_of(ROLES, defined, RoleRemoved(role_id="r1", at=day(3))) is None


def test_an_alias_is_there_once() -> None:
    created = ProductCreated(product_id="p1", name="GTX", series=None, list_price=usd(9), aliases=("a", "b"), at=day(1))
    added = ProductAliasAdded(product_id="p1", alias="a", at=day(2))
    assert row_of(PRODUCTS, created, added).aliases == ("b", "a")
    assert row_of(PRODUCTS, created, ProductAliasDropped(product_id="p1", alias="b", at=day(2))).aliases == ("a",)


@pytest.mark.parametrize("model", read_models(), ids=lambda m: f"{m.database}/{m.name}")
def test_declarations_hold(model: ReadModel) -> None:
    """Every name is a column, and a row folds all events of its aggregate, or its version would lie."""
    check_declaration(model)
    assert bool(model.permission) == model.public
    if model.aggregate is None:  # a row is a part of an aggregate or of an event, and tells no version of its own
        assert not model.public or model.parts is not whole
        return
    assert set(model.events) == set(contracts()[model.aggregate].events)


@pytest.mark.parametrize("report", reports(), ids=lambda r: r.name)
def test_reports_name_columns_of_their_source(report: Any) -> None:
    source = models_by_name(report.database)[report.source]
    columns = {c.name for c in visible_columns(source, models_by_name(report.database))}
    used = {c for d in report.dimensions for c in d.columns} | {m.column for m in report.measures if m.column}
    assert used | set(report.filters) | {f.name for f in report.where} <= columns
    assert set(report.by) <= {d.name for d in report.dimensions}
    assert source.times or not report.times


@given(st.lists(deal_events(), min_size=1, max_size=8))
def test_a_row_comes_back_from_its_columns(events: list[Any]) -> None:
    row = row_of(DEALS, *events)
    if row is not None:
        assert from_values(DEALS.row, read(to_values(row))) == row


def read(values: list[Any]) -> list[Any]:
    """Values as Postgres gives them back."""
    return [value.obj if isinstance(value, Jsonb) else value for value in values]


def test_lists_of_records_are_known_by_their_first_field() -> None:
    several = (
        ContactPoint(value="a@example.com", kind=ContactKind.WORK, primary=True),
        ContactPoint(value="b@example.com"),
    )
    created = ContactCreated(contact_id="c", name="Maude", email="a@example.com", phone="1", emails=several, at=day(1))
    row = row_of(CONTACTS, created)
    assert row.phones == (ContactPoint(value="1", primary=True),)
    columns = {c.name: (c, value) for c, value in zip(columns_of(CONTACTS.row), to_values(row), strict=True)}
    emails, stored = columns["emails"]
    assert told(emails, stored.obj) == ["a@example.com", "b@example.com"]
    assert from_values(CONTACTS.row, read(to_values(row))) == row
    gone = row_of(CONTACTS, created, ContactErased(contact_id="c", at=day(2)))
    assert (gone.name, gone.emails, gone.phones, gone.addresses) == ("[erased]", None, None, None)


def fact(recorded: Recorded) -> Fact:
    domain, aggregate, id = aggregate_of(recorded.event)
    message = Message(recorded.topic, recorded.partition, recorded.offset, recorded.key, b"", ())
    return Fact(Key(recorded.tenant, domain, aggregate, id), message, recorded)


def loaded(rows: dict[Any, Any], events: list[Recorded], parked: set[Key]) -> Changes:
    keys = [(r.tenant, r.id) for r in events]
    pasts = {"deals": {key: Past(events=[]) for key in keys}}
    before = {"deals": {key: row for key, row in rows.items() if row is not None}}
    return Changes("crm", before, {"deals": dict(before["deals"])}, pasts, parked)


@given(
    st.lists(st.sampled_from(["d1", "d2", "d3"]).flatmap(deal_events), min_size=1, max_size=30),
    st.lists(st.integers(1, 29), max_size=6),
)
def test_batches_make_the_same_rows_wherever_they_are_cut(events: list[Any], cuts: list[int]) -> None:
    log = log_of(events)
    rows: dict[Any, Any] = {}
    bounds = [0, *sorted({c for c in cuts if c < len(log)}), len(log)]
    for start, stop in pairwise(bounds):
        changes = loaded(rows, log, set())
        fold_batch(changes, map(fact, log[start:stop]))
        rows |= changes.rows["deals"]
    expected = {("acme", id): fold(DEALS, [r for r in log if r.id == id]) for id in {r.id for r in log}}
    assert {key: row for key, row in rows.items() if row} == {key: row for key, row in expected.items() if row}


def test_a_view_that_raises_parks_its_key_from_there_on() -> None:
    log = log_of([
        opened("d1", at=day(1)),
        DealAmountChanged(deal_id="d1", amount=usd(1), at=day(2)),
        opened("d2", at=day(1)),
        DealAmountChanged(deal_id="d1", amount=usd(2), at=day(3)),
    ])  # fmt: skip
    broken = [fact(r) for r in log]
    spoiled = object.__new__(DealWon)  # an event without its fields: the view raises AttributeError
    object.__setattr__(spoiled, "deal_id", "d1")
    broken[1] = fact_with(broken[1], spoiled)
    changes = loaded({}, log, set())
    fold_batch(changes, broken)
    assert [(p.message.offset, p.reason.split(":")[0]) for p in changes.poisons] == [(1, "AttributeError"), (3, BEHIND)]
    assert {id: row and row.version for (_, id), row in changes.rows["deals"].items()} == {"d1": 1, "d2": 1}
    assert [(m.id, m.names) for m in marks(changes)] == [("d1", False), ("d2", False)]


def fact_with(of: Fact, event: Any) -> Fact:
    return replace(of, recorded=replace(of.recorded, event=event))


def test_a_provider_is_shown_without_its_secret_until_it_is_disconnected() -> None:
    connected = ProviderConnected(
        provider_id="p", name="Login", issuer="https://login.example.com", client_id="n", client_secret="sealed",
        audiences=("api",), algorithms=("RS256",), subject_claim="sub", at=day(1),
    )  # fmt: skip
    changed = ProviderChanged(
        provider_id="p", name="Entry", client_id="n", client_secret=None, audiences=(), algorithms=("RS256",), at=day(2)
    )
    gone = ProviderDisconnected(provider_id="p", at=day(3))
    assert "sealed" not in to_values(row_of(PROVIDERS, connected))
    assert row_of(PROVIDERS, connected).has_secret
    assert row_of(PROVIDER_SECRETS, connected).client_secret == "sealed"
    assert (row_of(PROVIDERS, connected, changed).name, row_of(PROVIDERS, connected, changed).has_secret) == (
        "Entry",
        False,
    )
    assert row_of(PROVIDER_SECRETS, connected, changed) is None
    assert row_of(PROVIDERS, connected, gone) is row_of(PROVIDER_SECRETS, connected, gone) is None


def test_an_identity_is_somebodys_until_it_is_unlinked() -> None:
    linked = IdentityLinked(identity_id="i", issuer="https://login.example.com", user_id="u1", at=day(1))
    assert row_of(IDENTITIES, linked).user_id == "u1"
    assert row_of(IDENTITIES, linked, IdentityUnlinked(identity_id="i", at=day(2))) is None


def test_a_credential_is_shown_without_its_secrets_until_it_is_removed() -> None:
    issued = PasswordLinkIssued(user_id="u1", digest="d1", expires_at=day(9), at=day(1))
    chosen = PasswordSet(user_id="u1", password="sealed", at=day(2))
    enrolled = TotpEnrolled(user_id="u1", secret="sealed", recovery=("r1", "r2"), at=day(3))
    spent = RecoveryCodeSpent(user_id="u1", digest="r1", at=day(4))
    shown = row_of(CREDENTIALS, issued, chosen, enrolled, spent)
    assert not {"sealed", "d1", "r2"} & {str(value) for value in to_values(shown)}
    assert (shown.has_password, shown.password_set_at, shown.link_expires_at) == (True, day(2), None)
    assert (shown.has_totp, shown.recovery_codes) == (True, 1)
    assert row_of(CREDENTIALS, issued).link_expires_at == day(9)
    secrets = row_of(CREDENTIAL_SECRETS, issued, chosen, enrolled, spent)
    assert (secrets.password, secrets.set_at, secrets.link, secrets.totp, secrets.recovery) == (
        "sealed", day(2), None, "sealed", ("r2",),
    )  # fmt: skip
    again = PasswordRehashed(user_id="u1", password="dearer", at=day(5))
    assert row_of(CREDENTIAL_SECRETS, issued, chosen, again).set_at == day(2)
    assert row_of(CREDENTIAL_SECRETS, issued, chosen, again).password == "dearer"
    off = TotpRemoved(user_id="u1", at=day(6))
    assert row_of(CREDENTIAL_SECRETS, issued, chosen, enrolled, off).totp is None
    assert not row_of(CREDENTIALS, issued, chosen, enrolled, off).has_totp
    gone = CredentialRemoved(user_id="u1", at=day(7))
    assert row_of(CREDENTIALS, issued, gone) is row_of(CREDENTIAL_SECRETS, issued, gone) is None
