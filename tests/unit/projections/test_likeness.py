"""Who may be the same person: pairs of FEBRL, and what speaks for it."""

from datetime import UTC, datetime

import pytest

from projections.crm.blocking import keys_of
from projections.crm.contact_keys.view import ContactKeysRow, evolve
from projections.crm.duplicates import CONTACTS
from projections.crm.likeness import LIKELY, Profile, likeness, profile
from schemas.contract import ERASED
from schemas.generated.common import ContactPoint, CustomValue, FieldKind, PostalAddress
from schemas.generated.crm.contact import (
    ContactChanged,
    ContactCreated,
    ContactErased,
    ContactFieldsSet,
    ContactMoved,
    ContactRemoved,
    ContactRestored,
    DuplicateDismissed,
)
from tests.febrl import people
from tests.pairs import f1, same, weighed

AT = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.mark.parametrize("sets", [("1",), ("3",), ("4a", "4b")], ids=["1", "3", "4"])
def test_pairs_of_febrl_are_told_apart(sets: tuple[str, ...]) -> None:
    of = people(*sets)
    assert f1(weighed(CONTACTS, of), same(of), LIKELY) >= 0.98


def test_the_threshold_is_one_that_tells_the_pairs_of_febrl_2_apart_best() -> None:
    of = people("2")
    weights, truth = weighed(CONTACTS, of), same(of)
    assert f1(weights, truth, LIKELY) == max(f1(weights, truth, half / 2) for half in range(80))


MAUDE = profile("Maude Lebowski", ["maude@example.com"], ["+442071838750"], company_id="c-1")


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (profile("Lebowski, Maud"), ("name",)),
        (profile("M. L.", ["MAUDE@example.com"]), ("email",)),
        (profile("Maude Lebowsky", phones=["020 7183 8750"], company_id="c-1"), ("name", "phone", "company")),
        (profile("Mäude  LEBOWSKI", ["m@home.example"], ["+1 213 555 0100"]), ("name",)),
    ],
)
def test_these_may_be_one(other: Profile, because: tuple[str, ...]) -> None:
    found = likeness(MAUDE, other)
    assert found.because == because
    assert found.score >= 0.5
    assert not set(keys_of(MAUDE)).isdisjoint(keys_of(other))


@pytest.mark.parametrize(
    "other",
    [
        profile("Bunny Lebowski", ["bunny@example.com"]),
        profile("Maude", company_id="c-1"),
        profile("Walter Sobchak", ["walter@example.com"], company_id="c-1"),
        profile(None),
    ],
)
def test_these_are_two(other: Profile) -> None:
    assert likeness(MAUDE, other).weight < LIKELY
    assert likeness(MAUDE, other) == likeness(other, MAUDE)


def test_the_address_that_fits_best_counts() -> None:
    home = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}
    one, other = profile("A", places=[{"city": "Paris"}, home]), profile("B", places=[home, {"city": "Rome"}])
    assert likeness(one, other).because == ("address",)


def test_texts_of_other_scripts_are_compared_as_they_are() -> None:
    assert likeness(profile("Ирина Петрова"), profile("Петрова Ирина")).score > 0.5
    assert keys_of(profile("李 小龙"))


CREATED = ContactCreated(
    contact_id="a",
    name="Maude Lebowski",
    email="maude@example.com",
    emails=(ContactPoint(value="maude@example.com"), ContactPoint(value="maude@home.example.com")),
    phone="+442071838750",
    addresses=(PostalAddress(street="1 Strand", city="London", postal_code="WC2N 5HR"),),
    company_id="c-1",
    at=AT,
)
BORN = ContactFieldsSet(
    contact_id="a", custom=(CustomValue(key="birthday", kind=FieldKind.DATE, values=("1981-04-16",)),), at=AT
)


def folded(*events: object) -> ContactKeysRow:
    row: ContactKeysRow | None = None
    for event in events:
        row = evolve(row, event)  # type: ignore[arg-type]
    assert row is not None
    return row


def test_the_keys_of_a_row_are_those_of_the_contact() -> None:
    place = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}
    emails, phones = ["maude@example.com", "maude@home.example.com"], ["+442071838750"]
    maude = profile("Maude Lebowski", emails, phones, [place], "1981-04-16", "c-2")
    moved = ContactMoved(contact_id="a", company_id="c-2", at=AT)
    assert folded(CREATED, BORN, moved).keys == keys_of(maude)
    assert folded(CREATED, moved, BORN).keys == keys_of(maude)


def test_keys_follow_what_is_changed() -> None:
    changed = ContactChanged(contact_id="a", name="Maude Sobchak", at=AT)
    assert folded(CREATED, BORN, changed).keys == keys_of(profile("Maude Sobchak", born="1981-04-16", company_id="c-1"))


def test_who_is_restored_is_found_as_before() -> None:
    removed, restored = ContactRemoved(contact_id="a", at=AT), ContactRestored(contact_id="a", at=AT)
    assert folded(CREATED, BORN, removed, restored) == folded(CREATED, BORN)


def test_nothing_is_left_of_who_was_erased() -> None:
    removed, erased = ContactRemoved(contact_id="a", at=AT), ContactErased(contact_id="a", at=AT)
    dismissed = DuplicateDismissed(contact_id="a", other_id="b", at=AT)
    assert folded(CREATED, BORN, dismissed, removed, erased) == ContactKeysRow((), (), (), "", None, ("b",))
    unread = ContactCreated(contact_id="a", name=ERASED, email=ERASED, emails=ERASED, addresses=ERASED, at=AT)
    assert folded(unread).keys == ()
