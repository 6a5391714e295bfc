"""What may happen to data subjects, and to the records of those who are erased."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domains.admin.data_subject import MOST
from domains.kernel import deciders
from projections.catalog import read_models
from schemas.contract import ERASED, AggregateContract, fields, people
from schemas.generated.admin.data_subject import (
    ConfirmErasure,
    ConsentRecorded,
    ConsentWithdrawn,
    EraseDataSubject,
    ErasureOrdered,
    ErasureWithdrawn,
    HoldPlaced,
    HoldReleased,
    KeyDestroyed,
    PlaceHold,
    RecordConsent,
    ReleaseHold,
    WithdrawConsent,
    WithdrawErasure,
)
from schemas.generated.admin.tenant import RetentionSet, SetRetention, TenantCreated
from schemas.generated.admin.user import (
    ChangeUser,
    CreateUser,
    DeactivateUser,
    EraseUser,
    ExpireUser,
    RecordUser,
    SynchronizeUser,
    UserCreated,
    UserDeactivated,
    UserErased,
    UserExpired,
    UserRemoved,
)
from schemas.generated.crm.activity import (
    ActivityCreated,
    ActivityErased,
    ActivityExpired,
    ActivityKind,
    ActivityRemoved,
    ChangeActivity,
    CompleteActivity,
    CreateActivity,
    ExpireActivity,
)
from schemas.generated.crm.contact import (
    ChangeContact,
    ContactCreated,
    ContactErased,
    ContactExpired,
    ContactRemoved,
    CreateContact,
    EraseContact,
    ExpireContact,
    MoveContact,
    RecordContact,
    RemoveContact,
    SetContactFields,
)
from tests.log import MemoryLog
from tests.records import example, marked
from tests.spec import decider_of, fold, given

AT = datetime(2026, 1, 1, tzinfo=UTC)
ERASE = EraseDataSubject(data_subject_id="p", basis="objection", reason="by letter", at=AT)
ORDERED = ErasureOrdered(data_subject_id="p", basis="objection", reason="by letter", at=AT)
CONFIRM = ConfirmErasure(data_subject_id="p", key="0123", by="eraser", at=AT)
DESTROYED = KeyDestroyed(data_subject_id="p", key="0123", by="eraser", at=AT)
HELD = HoldPlaced(data_subject_id="p", matter="case-17", at=AT)
AGREED = ConsentRecorded(data_subject_id="p", purpose="newsletter", wording="v1", source="web/signup", at=AT)
MAUD = ContactCreated(contact_id="p", name="Maud", email="maud@example.com", job_title="Buyer", at=AT)
FORGOTTEN = ContactErased(contact_id="p", at=AT)
ANNA = UserCreated(user_id="p", name="Anna", at=AT)


def test_a_person_is_erased_once() -> None:
    given().when(ERASE).then(ORDERED)
    given(ORDERED).when(ERASE).nothing()
    given(ORDERED).when(CONFIRM).then(DESTROYED)
    given(ORDERED, DESTROYED).when(CONFIRM).nothing()
    given(ORDERED, DESTROYED).when(ERASE).nothing()


def test_nobody_is_erased_while_a_hold_stands() -> None:
    hold = PlaceHold(data_subject_id="p", matter=" case-17 ", at=AT)
    release = ReleaseHold(data_subject_id="p", matter="case-17", at=AT)
    other = HoldPlaced(data_subject_id="p", matter="case-18", at=AT)
    released = HoldReleased(data_subject_id="p", matter="case-17", at=AT)
    given().when(hold).then(HELD)
    given(HELD).when(hold).nothing()
    given(HELD).when(ERASE).rejected("legal_hold")
    given(HELD, other, released).when(ERASE).rejected("legal_hold")
    given(HELD).when(release).then(released)
    given(HELD, released).when(ERASE).then(ORDERED)
    given(HELD, released).when(release).nothing()
    given(ORDERED).when(hold).rejected("person_erased")


def test_consent_is_recorded_with_its_wording_and_withdrawn() -> None:
    record = RecordConsent(data_subject_id="p", purpose="newsletter", wording="v1", source="web/signup", at=AT)
    newer = RecordConsent(data_subject_id="p", purpose="newsletter", wording="v2", source="web/signup", at=AT)
    withdraw = WithdrawConsent(data_subject_id="p", purpose="newsletter", source="letter/4711", at=AT)
    withdrawn = ConsentWithdrawn(data_subject_id="p", purpose="newsletter", source="letter/4711", at=AT)
    given().when(record).then(AGREED)
    given(AGREED).when(record).nothing()
    given(AGREED).when(newer).then(
        ConsentRecorded(data_subject_id="p", purpose="newsletter", wording="v2", source="web/signup", at=AT)
    )
    given(AGREED).when(withdraw).then(withdrawn)
    given(AGREED, withdrawn).when(withdraw).nothing()
    given(AGREED, withdrawn).when(record).then(AGREED)
    given(AGREED, ORDERED).when(withdraw).then(withdrawn)
    given(ORDERED, DESTROYED).when(record).rejected("person_erased")


@pytest.mark.parametrize(
    ("history", "command", "code", "field"),
    [
        ([], EraseDataSubject(data_subject_id="p", basis="because", at=AT), "no_such_basis", "basis"),
        ([], PlaceHold(data_subject_id="p", matter="maud@example.com", at=AT), "matter_malformed", "matter"),
        ([], PlaceHold(data_subject_id="p", matter=" ", at=AT), "matter_malformed", "matter"),
        (
            [],
            RecordConsent(data_subject_id="p", purpose="mail", wording="v1", source="maud@example.com", at=AT),
            "source_malformed",
            "source",
        ),
        (
            [HoldPlaced(data_subject_id="p", matter=str(n), at=AT) for n in range(MOST)],
            PlaceHold(data_subject_id="p", matter="one more", at=AT),
            "too_many_matters",
            "matter",
        ),
        (
            [MAUD, ContactErased(contact_id="p", at=AT)],
            ChangeContact(contact_id="p", name="M", at=AT),
            "contact_erased",
            None,
        ),
        (
            [MAUD, ContactErased(contact_id="p", at=AT)],
            RecordContact(contact_id="p", name="M", at=AT),
            "contact_erased",
            None,
        ),
        (
            [MAUD, FORGOTTEN, ContactRemoved(contact_id="p", at=AT)],
            CreateContact(contact_id="p", name="Maud", at=AT),
            "contact_erased",
            None,
        ),
        ([ANNA, UserErased(user_id="p", at=AT)], ChangeUser(user_id="p", name="A", at=AT), "user_erased", None),
        ([ANNA, UserErased(user_id="p", at=AT)], RecordUser(user_id="p", name="A", at=AT), "user_erased", None),
        (
            [ANNA, UserErased(user_id="p", at=AT), UserRemoved(user_id="p", at=AT)],
            CreateUser(user_id="p", name="A", at=AT),
            "user_erased",
            None,
        ),
    ],
)
def test_refusals(history: list[object], command: object, code: str, field: str | None) -> None:
    given(*history).when(command).rejected(code, field)


def test_a_record_of_a_person_learns_once_that_they_were_erased() -> None:
    given().when(EraseContact(contact_id="p", at=AT)).nothing()
    given().when(EraseUser(user_id="p", at=AT)).nothing()
    for history in ([MAUD], [MAUD, ContactRemoved(contact_id="p", at=AT)]):
        given(*history).when(EraseContact(contact_id="p", at=AT)).then(ContactErased(contact_id="p", at=AT))
    given(MAUD, ContactErased(contact_id="p", at=AT)).when(EraseContact(contact_id="p", at=AT)).nothing()
    given(ANNA).when(EraseUser(user_id="p", at=AT)).then(UserErased(user_id="p", at=AT))


def test_what_is_not_personal_of_an_erased_person_stays_and_may_change() -> None:
    erased = ContactErased(contact_id="p", at=AT)
    contact = fold(decider_of(EraseContact(contact_id="p", at=AT)), [MAUD, erased])
    assert (contact.name, contact.email, contact.phone, contact.job_title) == (ERASED, ERASED, None, "Buyer")
    given(MAUD, erased).when(MoveContact(contact_id="p", company_id=None, at=AT)).nothing()
    given(MAUD, erased).when(RemoveContact(contact_id="p", at=AT)).then(
        ContactRemoved(contact_id="p", erased=True, at=AT)
    )
    given(ANNA, UserErased(user_id="p", at=AT)).when(DeactivateUser(user_id="p", at=AT)).then(
        UserDeactivated(user_id="p", manager_id=None, at=AT)
    )


def test_a_destroyed_key_is_told_to_whatever_record_the_person_has() -> None:
    log = MemoryLog()
    log.send("acme", CreateContact(contact_id="p", name="Maud", email="maud@example.com", at=AT))
    log.send("acme", ERASE)
    assert log.rows("crm", "contacts", "acme")["p"].name == "Maud"
    log.send("acme", CONFIRM)
    row = log.rows("crm", "contacts", "acme")["p"]
    assert (row.name, row.email, row.phone) == ("[erased]", "[erased]", None)
    proof = log.rows("admin", "data_subjects", "acme")["p"]
    assert (proof.status, proof.basis, proof.destroyed_key, proof.erased_at) == ("ERASED", "objection", "0123", AT)
    assert log.rows("admin", "users", "acme") == {}


EXPIRED = ContactExpired(contact_id="p", at=AT)
CALL = ActivityCreated(activity_id="p", kind=ActivityKind.TASK, title="Call", owner_id="u", at=AT)
NOT_SINCE = EraseDataSubject(data_subject_id="p", basis="retention", record_kind="crm/contact", record_version=7, at=AT)
DUE = ErasureOrdered(data_subject_id="p", basis="retention", record_kind="crm/contact", record_version=7, at=AT)
WITHDRAW = WithdrawErasure(data_subject_id="p", code="stale_version", at=AT)
WITHDRAWN = ErasureWithdrawn(data_subject_id="p", code="stale_version", at=AT)


def test_an_erasure_is_withdrawn_if_the_record_was_changed() -> None:
    given().when(NOT_SINCE).then(DUE)
    given(DUE).when(WITHDRAW).then(WITHDRAWN)
    given(DUE, WITHDRAWN).when(WITHDRAW).nothing()
    given(DUE, WITHDRAWN).when(CONFIRM).nothing()
    given(DUE, WITHDRAWN).when(NOT_SINCE).then(DUE)
    given(DUE, WITHDRAWN).when(PlaceHold(data_subject_id="p", matter="case-17", at=AT)).then(HELD)
    given(DUE, DESTROYED).when(WITHDRAW).nothing()
    given(ORDERED).when(WITHDRAW).nothing()
    given().when(WITHDRAW).rejected("not_found")


def test_no_rule_erases_who_is_held_or_agrees_to_something() -> None:
    agreed_no_more = ConsentWithdrawn(data_subject_id="p", purpose="newsletter", source="letter/4711", at=AT)
    given(HELD).when(NOT_SINCE).rejected("legal_hold")
    given(AGREED).when(NOT_SINCE).rejected("consent_stands")
    given(AGREED, agreed_no_more).when(NOT_SINCE).then(DUE)
    given(AGREED).when(ERASE).then(ORDERED)


def test_an_order_names_a_record_and_its_version_or_neither() -> None:
    given().when(replace(NOT_SINCE, record_version=None)).rejected("record_incomplete", "record_version")
    given().when(replace(NOT_SINCE, record_kind=None)).rejected("record_incomplete", "record_version")
    given().when(replace(NOT_SINCE, record_kind="crm/deal")).rejected("no_such_record", "record_kind")


def test_a_person_whose_time_is_over_takes_nothing_personal_any_more() -> None:
    expire = ExpireContact(contact_id="p", at=AT)
    given(MAUD).when(expire).then(EXPIRED)
    given(MAUD, EXPIRED).when(expire).nothing()
    given(MAUD, FORGOTTEN).when(expire).nothing()
    given(MAUD, EXPIRED).when(EraseContact(contact_id="p", at=AT)).then(FORGOTTEN)
    for command in (
        ChangeContact(contact_id="p", name="M", at=AT),
        RecordContact(contact_id="p", name="M", at=AT),
        SetContactFields(contact_id="p", custom=(), at=AT),
    ):
        given(MAUD, EXPIRED).when(command).rejected("contact_erased")
    given(MAUD, EXPIRED).when(MoveContact(contact_id="p", company_id=None, at=AT)).nothing()
    removed = ContactRemoved(contact_id="p", at=AT)
    for history in ([MAUD, EXPIRED, removed], [MAUD, removed, EXPIRED]):
        given(*history).when(CreateContact(contact_id="p", name="M", at=AT)).rejected("contact_erased")


def test_a_user_whose_time_is_over_takes_nothing_personal_any_more() -> None:
    expire, expired = ExpireUser(user_id="p", at=AT), UserExpired(user_id="p", at=AT)
    removed = UserRemoved(user_id="p", at=AT)
    given(ANNA, removed).when(expire).then(expired)
    given(ANNA, removed, expired).when(expire).nothing()
    given(ANNA, removed, expired).when(CreateUser(user_id="p", name="A", at=AT)).rejected("user_erased")
    given(ANNA, expired, removed).when(CreateUser(user_id="p", name="A", at=AT)).rejected("user_erased")
    given(ANNA, expired).when(SynchronizeUser(user_id="p", name="A", active=True, at=AT)).nothing()


def test_words_whose_time_is_over_take_no_others() -> None:
    expire, expired = ExpireActivity(activity_id="p", at=AT), ActivityExpired(activity_id="p", at=AT)
    removed = ActivityRemoved(activity_id="p", owner_id="u", at=AT)
    given(CALL).when(expire).then(expired)
    given(CALL, expired).when(expire).nothing()
    given(CALL, ActivityErased(activity_id="p", at=AT)).when(expire).nothing()
    given(CALL, expired).when(ChangeActivity(activity_id="p", title="T", at=AT)).rejected("activity_erased")
    given(CALL, expired).when(CompleteActivity(activity_id="p", outcome="O", at=AT)).rejected("activity_expired")
    create = CreateActivity(activity_id="p", kind=ActivityKind.TASK, title="T", owner_id="u", at=AT)
    given(CALL, expired, removed).when(create).rejected("activity_erased")


TENANT = TenantCreated(tenant_id="acme", name="Acme", currency="USD", at=AT)


def test_a_tenant_says_how_long_what_is_kept() -> None:
    kept = RetentionSet(tenant_id="acme", months=24, at=AT)
    given(TENANT).when(SetRetention(tenant_id="acme", months=24, at=AT)).then(kept)
    given(TENANT, kept).when(SetRetention(tenant_id="acme", months=24, at=AT)).nothing()
    given(TENANT, kept).when(SetRetention(tenant_id="acme", at=AT)).then(RetentionSet(tenant_id="acme", at=AT))
    given(TENANT).when(SetRetention(tenant_id="acme", at=AT)).nothing()
    words = RetentionSet(tenant_id="acme", what="activities", days=30, since="ended", action="remove", at=AT)
    say = SetRetention(tenant_id="acme", what="activities", days=30, since="ended", action="remove", at=AT)
    given(TENANT, kept).when(say).then(words)
    tenant = fold(decider_of(say), [TENANT, kept, words, RetentionSet(tenant_id="acme", at=AT)])
    assert [(each.what, each.days) for each in tenant.retention] == [("activities", 30)]
    gone = SetRetention(tenant_id="acme", what="removed_users", days=90, at=AT)
    given(TENANT).when(gone).then(
        RetentionSet(tenant_id="acme", what="removed_users", days=90, since="ended", action="erase", at=AT)
    )


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"months": 0}, "months_out_of_range", "months"),
        ({"days": 0}, "days_out_of_range", "days"),
        ({"days": 20_000}, "days_out_of_range", "days"),
        ({"months": 1, "days": 1}, "period_twice", "days"),
        ({"what": "deals", "days": 1}, "no_such_kind", "what"),
        ({"what": "removed_users", "days": 1, "since": "touched"}, "since_unfit", "since"),
        ({"what": "import_reports", "days": 1, "action": "erase"}, "action_unfit", "action"),
    ],
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, Any], code: str, field: str) -> None:
    given(TENANT).when(SetRetention(tenant_id="acme", at=AT, **wrong)).rejected(code, field)


@pytest.mark.parametrize("contract", people(), ids=lambda contract: contract.aggregate)
def test_no_personal_value_outlives_an_erasure_in_state_or_row(contract: AggregateContract) -> None:
    assert contract.erasure is not None
    personal = [cls for cls in contract.events if any(field.subject for field in fields(cls))]
    secrets = [{field.name: marked(field, "secret") for field in fields(cls) if field.subject} for cls in personal]
    events = [example(cls, **secret) for cls, secret in zip(personal, secrets, strict=True)]
    state = fold(deciders(contract.domain)[contract.aggregate], events)
    assert "secret" in repr(state)
    erasure = example(contract.erasure)
    assert "secret" not in repr(deciders(contract.domain)[contract.aggregate].evolve(state, erasure))
    for model in read_models():
        if contract.erasure in model.events:
            row = None
            for event in (part for each in (*events, erasure) for part in model.parts(each)):
                row = model.evolve(row, event)
            assert "secret" not in repr(row)
