"""Which companies may be the same one: pairs that were drawn, and what speaks for it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.crm.company_blocking import keys_of
from projections.crm.company_keys.view import CompanyKeysRow, evolve
from projections.crm.company_likeness import LIKELY, Profile, likeness, profile
from projections.crm.company_names import Name, name_of
from projections.crm.duplicates import COMPANIES
from projections.crm.hosts import host, host_of_address, hosts_of, registered
from schemas.generated.common import ContactPoint, PostalAddress
from schemas.generated.crm.company import (
    CompanyCreated,
    CompanyDuplicateDismissed,
    CompanyMerged,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyPurged,
    CompanyRemoved,
    CompanyRenamed,
    CompanyRestored,
    CompanyUnmerged,
)
from tests.companies import companies
from tests.pairs import blocked, f1, precision_and_recall, same, weighed

AT = datetime(2026, 3, 31, tzinfo=UTC)
COUNTED_IN = 2
"""The seed of the companies in which weights were counted, and on which the threshold was chosen."""


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_pairs_that_were_drawn_are_told_apart(seed: int) -> None:
    of = companies(seed)
    precision, recall = precision_and_recall(weighed(COMPANIES, of), same(of), LIKELY)
    assert precision >= 0.88
    assert recall >= 0.96


def test_no_other_threshold_tells_the_pairs_apart_much_better() -> None:
    of = companies(COUNTED_IN)
    weights, truth = weighed(COMPANIES, of), same(of)
    assert f1(weights, truth, LIKELY) >= max(f1(weights, truth, half / 2) for half in range(80)) - 0.003


def test_nearly_all_that_are_one_share_a_key_and_few_others_do() -> None:
    of = companies(1)
    compared, truth = blocked(COMPANIES, of), same(of)
    assert len(compared & truth) >= 0.98 * len(truth)
    assert len(compared) < 0.05 * len(of) * (len(of) - 1) / 2


@pytest.mark.parametrize(
    ("text", "words", "forms"),
    [
        ("Umbra GmbH", "umbra", {"gmbh"}),
        ("UMBRA G.m.b.H.", "umbra", {"gmbh"}),
        ("Umbra GmbH & Co. KG", "umbra", {"gmbh", "co", "kg"}),
        ("Umbra, Inc.", "umbra", {"inc"}),
        ("Umbra Corporation", "umbra", {"inc"}),
        ("Umbra S.A. de C.V.", "umbra", {"decv"}),
        ("Umbra S.à r.l.", "umbra", {"sarl"}),
        ("Umbra Sp. z o.o.", "umbra", {"spzoo"}),
        ("Umbra Spółka z ograniczoną odpowiedzialnością", "umbra", {"spzoo"}),
        ("Umbra (Pty) Ltd.", "umbra", {"ltd"}),
        ("ООО Ромашка", "ромашка", {"ooo"}),  # noqa: RUF001
        ("株式会社トヨタ", "トヨタ", {"株式会社"}),
        ("The Mueller Bros", "muller brothers", set[str]()),
        ("Müller & Söhne", "muller sohne", set[str]()),
        ("H & M", "hm", set[str]()),
        ("Limited", "limited", set[str]()),
        ("The", "the", set[str]()),
        ("---", "", set[str]()),
    ],
)
def test_a_name_is_what_is_left_without_its_form(text: str, words: str, forms: set[str]) -> None:
    assert name_of(text) == Name(tuple(words.split()), frozenset(forms))


@given(st.text(max_size=40))
def test_any_text_is_a_name_however_it_is_written(text: str) -> None:
    assert name_of(text) == name_of(f"  {text} ")
    assert name_of(f"{text} zebra GmbH").forms >= {"gmbh"}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("umbra.example", "umbra.example"),
        ("shop.umbra.co.uk", "umbra.co.uk"),
        ("www.Umbra.Example.", "umbra.example"),
        ("umbra.myshopify.com", None),
        ("gmail.com", None),
        ("localhost", None),
        ("", None),
    ],
)
def test_a_domain_is_what_somebody_registered(said: str, found: str | None) -> None:
    assert registered(said) == found


def test_hosts_are_those_that_are_a_company_s_own() -> None:
    assert hosts_of(["umbra.example", "gmail.com"], "https://www.facebook.com/umbra") == {"umbra.example"}
    assert hosts_of([], "http://en.umbra.example:8080/about") == {"umbra.example"}
    assert (host("umbra.example/about"), host("http://[")) == ("umbra.example", None)
    assert (host_of_address("ann@umbra.example"), host_of_address("ann@gmx.de"), host_of_address("ann")) == (
        "umbra.example",
        None,
        None,
    )


LONDON = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}
UMBRA = profile(
    "Umbra Optics Ltd",
    ["umbra.example"],
    ["+442071838750"],
    "GB123456789",
    "01234567",
    None,
    [LONDON],
    "United Kingdom",
)


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (profile("UMBRA OPTICS LIMITED"), ("name", "form")),
        (profile("Umbra Optcis"), ("name",)),
        (profile("Optics Umbra"), ("name",)),
        (profile("Penumbra", ["umbra.example"]), ("domain",)),
        (profile("Something else", vat_number="GB 123 456 789"), ("vat_number",)),
        (profile("Umbra", registration_number="No. 1234567"), ("registration_number", "name")),
        (profile("Umbra Opt.", phones=["020 7183 8750"], places=[LONDON]), ("phone", "address")),
    ],
)
def test_these_may_be_one(other: Profile, because: tuple[str, ...]) -> None:
    found = likeness(UMBRA, other)
    assert set(because) <= set(found.because)
    assert found.because[0] == because[0]
    assert found.score >= 0.5
    assert not set(keys_of(UMBRA)).isdisjoint(keys_of(other))


@pytest.mark.parametrize(
    "other",
    [
        profile("Umbra Foods Ltd"),
        profile("Umbra Optics Ltd", vat_number="GB987654321"),
        profile(
            "Umbra Optics GmbH", ["umbra.de"], places=[{"city": "Köln", "postal_code": "50667"}], country="Germany"
        ),
        profile("Penumbra Travel", phones=["020 7183 8750"]),
        profile("Ashdown Paper", places=[LONDON]),
        profile(None),
    ],
)
def test_these_are_two(other: Profile) -> None:
    assert not likeness(UMBRA, other).suggested
    assert likeness(UMBRA, other) == likeness(other, UMBRA)


def test_what_two_subsidiaries_have_from_the_one_above_says_nothing() -> None:
    kenya, japan = profile("Umbra Kenya", ["umbra.example"]), profile("Umbra Japan", ["umbra.example"])
    assert likeness(kenya, japan).suggested
    below = [replace(each, parent_id="umbra") for each in (kenya, japan)]
    assert not likeness(*below).suggested
    assert likeness(below[0], replace(below[0])).suggested  # put there twice


CREATED = CompanyCreated(
    company_id="a",
    name="Umbra Optics Ltd",
    domains=("umbra.example",),
    website="https://www.umbra-optics.example/about",
    phone="+442071838750",
    phones=(ContactPoint(value="+442071838750"), ContactPoint(value="+442071838751")),
    vat_number="GB123456789",
    registration_number="01234567",
    linkedin="https://www.linkedin.com/company/umbra",
    addresses=(PostalAddress(street="1 Strand", city="London", postal_code="WC2N 5HR"),),
    at=AT,
)
WHOLE = profile(
    "Umbra Optics Ltd",
    ["umbra.example", "umbra-optics.example"],
    ["+442071838750", "+442071838751"],
    "GB123456789",
    "01234567",
    "https://www.linkedin.com/company/umbra",
    [LONDON],
)


def folded(*events: Any) -> CompanyKeysRow | None:
    row: CompanyKeysRow | None = None
    for event in events:
        row = evolve(row, event)
    return row


def keys(*events: Any) -> tuple[str, ...]:
    row = folded(*events)
    assert row is not None
    return row.keys


def test_the_keys_of_a_row_are_those_of_the_company() -> None:
    assert keys(CREATED) == keys_of(WHOLE)
    assert {"domain umbra.example", "vat_number gb123456789", "phone 071838750"} <= set(keys(CREATED))


def test_keys_follow_what_is_changed() -> None:
    renamed = CompanyRenamed(company_id="a", name="Penumbra", at=AT)
    bare = CompanyProfileChanged(company_id="a", domains=("penumbra.example",), at=AT)
    expected = keys_of(profile("Penumbra", ["penumbra.example"]))
    assert keys(CREATED, renamed) == keys_of(replace(WHOLE, name=name_of("Penumbra")))
    assert keys(CREATED, renamed, bare) == keys(CREATED, bare, renamed) == expected


def test_what_hides_a_company_leaves_its_keys_and_a_purge_none() -> None:
    removed, restored = CompanyRemoved(company_id="a", at=AT), CompanyRestored(company_id="a", at=AT)
    merged = CompanyMerged(company_id="a", into_id="b", name="Umbra", at=AT)
    back, placed = CompanyUnmerged(company_id="a", from_id="b", at=AT), CompanyPlaced(company_id="a", at=AT)
    assert folded(CREATED, removed, restored, merged, back, placed) == folded(CREATED)
    dismissed = CompanyDuplicateDismissed(company_id="a", other_id="b", at=AT)
    row = folded(CREATED, dismissed, dismissed)
    assert row is not None
    assert row.apart == ("b",)
    assert folded(CREATED, removed, CompanyPurged(company_id="a", at=AT)) is None
    assert folded(dismissed) is None
