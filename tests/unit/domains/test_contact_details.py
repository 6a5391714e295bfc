"""How contacts are reached: several addresses and numbers, in one form each, of which one comes first."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domains.crm.contact_details import Reached, email_address, phone_number, spread
from domains.kernel import Rejected, deciders
from schemas.contract import ERASED
from schemas.generated.common import ContactKind, ContactPoint, PostalAddress
from schemas.generated.crm.contact import (
    ChangeContact,
    ContactChanged,
    ContactCreated,
    ContactErased,
    CreateContact,
    RecordContact,
)
from tests.spec import fold, given

AT = datetime(2026, 1, 1, tzinfo=UTC)
WORK = ContactPoint(value="maude@example.com", kind=ContactKind.WORK, primary=True)
HOME = ContactPoint(value="maude@home.example.com", kind=ContactKind.HOME)
PERSON = ContactCreated(contact_id="c", name="Maude", email="maude@example.com", at=AT)
BOTH = replace(PERSON, emails=(WORK, HOME))


def change(**given: Any) -> ChangeContact:
    return ChangeContact(contact_id="c", name="Maude", at=AT, **given)


def changed(**told: Any) -> ContactChanged:
    return ContactChanged(contact_id="c", name="Maude", at=AT, **told)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Maude.Lebowski@Example.COM", "maude.lebowski@example.com"),
        ("  maude@example.com ", "maude@example.com"),
        ("info@BÜCHER.example.com", "info@bücher.example.com"),
        ("info@xn--bcher-kva.example.com", "info@bücher.example.com"),
        ("info@bu\u0308cher.example.com", "info@bücher.example.com"),
    ],
)
def test_equal_addresses_are_written_equally(written: str, kept: str) -> None:
    assert email_address(written) == kept
    assert email_address(kept) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+44 20 7183 8750", "+442071838750"),
        ("0044 (0)20 7183-8750", "+442071838750"),
        ("+49 89 32168 ext. 12", "+498932168;ext=12"),
        ("020 7183 8750", "020 7183 8750"),
    ],
)
def test_numbers_that_tell_their_country_are_written_as_e_164_has_them(written: str, kept: str) -> None:
    assert phone_number(written) == kept
    assert phone_number(kept) == kept


@pytest.mark.parametrize("number", ["+1", "+999 1234567", "+44 20 7183 8750 7183 8750", "+one"])
def test_a_number_that_cannot_be_is_refused_without_being_quoted(number: str) -> None:
    with pytest.raises(Rejected) as refused:
        phone_number(number)
    assert (refused.value.code, refused.value.field) == ("phone_malformed", "phone")
    assert number not in refused.value.message


@pytest.mark.parametrize("address", ["maude@-.com", "maude@exa mple.com", "maude@a..b", "maude@" + "a" * 64 + ".com"])
def test_an_address_whose_host_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(Rejected) as refused:
        email_address(address)
    assert refused.value.code == "email_malformed"


def test_a_contact_has_several_addresses_and_the_primary_one_is_its_email() -> None:
    create = CreateContact(contact_id="c", name="Maude", at=AT, emails=(HOME, replace(WORK, value="Maude@Example.com")))
    given().when(create).then(BOTH)
    given().when(replace(create, emails=(replace(WORK, kind=None),))).then(PERSON)
    given().when(replace(create, emails=(HOME, replace(WORK, primary=False)))).then(
        replace(PERSON, email=HOME.value, emails=(replace(HOME, primary=True), replace(WORK, primary=False)))
    )


def test_the_email_names_the_primary_of_the_addresses() -> None:
    emails = (replace(WORK, primary=False), HOME)
    given(PERSON).when(change(email="Maude@home.example.com", emails=emails)).then(
        changed(email=HOME.value, emails=(replace(HOME, primary=True), replace(WORK, primary=False)))
    )
    given(PERSON).when(change(email="other@example.com", emails=emails)).rejected("email_not_listed", "email")


def test_left_out_the_other_addresses_stay() -> None:
    given(BOTH).when(change(email=WORK.value)).nothing()
    given(BOTH).when(change(email="new@example.com")).then(
        changed(email="new@example.com", emails=(ContactPoint(value="new@example.com", primary=True), HOME))
    )
    first = replace(HOME, primary=True)
    given(BOTH).when(change(email=HOME.value)).then(changed(email=HOME.value, emails=(first,)))
    given(BOTH).when(change()).nothing()
    given(BOTH).when(change(emails=())).then(changed())
    given(PERSON).when(change()).then(changed())


def test_an_import_changes_the_primary_address_alone() -> None:
    record = RecordContact(contact_id="c", name="Maude", at=AT)
    given(BOTH).when(record).nothing()
    given(BOTH).when(replace(record, email="new@example.com")).then(
        changed(email="new@example.com", emails=(ContactPoint(value="new@example.com", primary=True), HOME))
    )


@pytest.mark.parametrize(
    ("emails", "code"),
    [
        ((WORK, replace(HOME, primary=True)), "emails_primaries"),
        ((WORK, replace(HOME, value="MAUDE@example.com")), "emails_repeated"),
        ((WORK, replace(HOME, value=" ")), "emails_blank"),
        ((WORK, replace(HOME, value="nobody")), "email_malformed"),
        (tuple(replace(HOME, value=f"m{n}@example.com") for n in range(51)), "emails_too_many"),
    ],
)
def test_addresses_that_cannot_be_are_refused(emails: Any, code: str) -> None:
    given(PERSON).when(change(emails=emails)).rejected(code, "emails")


def test_postal_addresses_are_given_as_a_whole_and_stay_when_left_out() -> None:
    london = PostalAddress(city=" London ", country="gb", postal_code="SW1A 1AA")
    kept = PostalAddress(city="London", country="GB", postal_code="SW1A 1AA", primary=True)
    placed = changed(email="maude@example.com", addresses=(kept,))
    given(PERSON).when(change(email="maude@example.com", addresses=(london,))).then(placed)
    given(PERSON, placed).when(change(email="maude@example.com")).nothing()
    given(PERSON, placed).when(change(email="maude@example.com", addresses=())).then(changed(email="maude@example.com"))
    given(PERSON).when(change(addresses=(PostalAddress(country="GB"),))).rejected("address_blank", "addresses")
    given(PERSON).when(change(addresses=(PostalAddress(city="Rome", country="I1"),))).rejected(
        "country_malformed", "addresses"
    )
    given(PERSON).when(change(addresses=(london, replace(kept, primary=False)))).rejected(
        "addresses_repeated", "addresses"
    )


def test_nothing_of_a_list_is_left_of_who_was_erased() -> None:
    state = fold(deciders("crm")["contact"], (BOTH, ContactErased(contact_id="c", at=AT)))
    assert state.emails is ERASED
    assert spread(Reached(state.email, state.emails)) == ()
