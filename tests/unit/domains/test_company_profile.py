"""What is known of a company: domains, numbers and addresses in one form each, and what a change leaves of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domains.crm.company_profile import domain_name, linkedin, vat_number, website
from domains.kernel import Rejected
from schemas.generated.common import ContactKind, ContactPoint, PostalAddress
from schemas.generated.crm.company import (
    ChangeCompanyProfile,
    CompanyCreated,
    CompanyProfileChanged,
    CreateCompany,
    RecordCompany,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
UMBRA = CompanyCreated(company_id="u", name="Umbra", at=AT)
MAIN = ContactPoint(value="+442071838750", kind=ContactKind.WORK, primary=True)
FAX = ContactPoint(value="+442071838751", kind=ContactKind.FAX)
OFFICE = PostalAddress(street="1 Strand", city="London", country="GB", kind=ContactKind.BILLING, primary=True)
WHOLE = replace(
    UMBRA,
    sector="retail",
    website="https://umbra.example",
    domains=("umbra.example", "umbra.example.com"),
    phone=MAIN.value,
    phones=(MAIN, FAX),
    addresses=(OFFICE,),
)


def change(**said: Any) -> ChangeCompanyProfile:
    return ChangeCompanyProfile(company_id="u", at=AT, **said)


def changed(**told: Any) -> CompanyProfileChanged:
    return CompanyProfileChanged(company_id="u", at=AT, **told)


def record(**said: Any) -> RecordCompany:
    return RecordCompany(company_id="u", name="Umbra", at=AT, **said)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Umbra.Example", "umbra.example"),
        (" www.umbra.example. ", "umbra.example"),
        ("https://www.umbra.example/about?us=1", "umbra.example"),
        ("BÜCHER.example", "bücher.example"),
        ("xn--bcher-kva.example", "bücher.example"),
        ("umbra.example:8443", "umbra.example"),
    ],
)
def test_equal_domains_are_written_equally(written: str, kept: str) -> None:
    assert domain_name(written) == kept
    assert domain_name(kept) == kept


@pytest.mark.parametrize(
    "written", ["", "umbra", "umbra .example", "192.168.1.1", "a..example", "-.example", "http://[::1"]
)
def test_what_is_no_domain_is_refused(written: str) -> None:
    with pytest.raises(Rejected) as refused:
        domain_name(written)
    assert (refused.value.code, refused.value.field) == ("domain_malformed", "domains")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("umbra.example", "https://umbra.example"),
        ("HTTP://Umbra.Example/", "http://umbra.example"),
        ("https://xn--bcher-kva.example:8443/über?a=b#c", "https://bücher.example:8443/über?a=b"),
        ("  ", None),
        (None, None),
    ],
)
def test_a_website_has_one_form(written: str | None, kept: str | None) -> None:
    assert website(written) == kept
    assert website(kept) == kept


@pytest.mark.parametrize(
    "written",
    ["ftp://umbra.example", "javascript:alert(1)", "https://ann:secret@umbra.example", "https://umbra", "a b.example",
     "https://umbra.example:port/"],
)  # fmt: skip
def test_what_is_no_website_is_refused(written: str) -> None:
    with pytest.raises(Rejected) as refused:
        website(written)
    assert refused.value.code == "website_malformed"


def test_a_page_at_linkedin_has_one_form_and_is_there() -> None:
    page = "https://www.linkedin.com/company/umbra"
    for written in (
        "company/umbra",
        "linkedin.com/company/umbra/",
        "https://de.linkedin.com/company/umbra?trk=x",
        page,
    ):
        assert linkedin(written) == page
    for wrong in ("umbra", "https://linkedin.com.evil.example/company/umbra", "linkedin.com/in/ann", "linkedin.com"):
        with pytest.raises(Rejected, match="LinkedIn"):
            linkedin(wrong)


@pytest.mark.parametrize(("written", "kept"), [("de 123 456 789", "DE123456789"), ("CHE-123.456.789", "CHE123456789")])
def test_a_vat_number_has_one_form(written: str, kept: str) -> None:
    assert vat_number(written) == kept


@pytest.mark.parametrize("written", ["DE1", "unknown", "DE123456789; DE987654321", "1" * 21])
def test_what_is_no_vat_number_is_refused(written: str) -> None:
    with pytest.raises(Rejected) as refused:
        vat_number(written)
    assert refused.value.code == "vat_number_malformed"


def test_a_company_is_put_on_file_with_all_that_is_known() -> None:
    given().when(
        CreateCompany(
            company_id="u",
            name="Umbra",
            sector="retail",
            website="umbra.example",
            domain="umbra.example",
            domains=("umbra.example.com", "UMBRA.example"),
            phones=(replace(FAX, value="+44 20 7183 8751"), replace(MAIN, value="+44 (0)20 7183 8750")),
            addresses=(replace(OFFICE, country="gb", primary=False),),
            at=AT,
        )
    ).then(WHOLE)


def test_a_change_replaces_what_is_known_and_leaves_lists_that_it_does_not_name() -> None:
    kept = {"domains": WHOLE.domains, "phone": WHOLE.phone, "phones": WHOLE.phones, "addresses": WHOLE.addresses}
    given(WHOLE).when(change(description="Sells shade.")).then(changed(description="Sells shade.", **kept))
    given(WHOLE).when(change(sector="retail", website="https://umbra.example")).nothing()


def test_an_empty_list_removes_all() -> None:
    said = {"sector": "retail", "website": "umbra.example"}
    left = {"sector": "retail", "website": "https://umbra.example"}
    given(WHOLE).when(change(**said, domains=(), phones=(), addresses=())).then(changed(**left))


def test_a_primary_one_takes_the_place_of_the_one_before() -> None:
    given(replace(WHOLE, addresses=None)).when(change(domain="shade.example", phone="+44 20 7183 8759")).then(
        changed(
            domains=("shade.example", "umbra.example.com"),
            phone="+442071838759",
            phones=(ContactPoint(value="+442071838759", primary=True), FAX),
        )
    )
    given(UMBRA).when(change(phone="+44 20 7183 8750")).then(changed(phone="+442071838750"))


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"domains": ("umbra.example", "UMBRA.EXAMPLE")}, "domains_repeated", "domains"),
        ({"domains": tuple(f"d{n}.example" for n in range(51))}, "domains_too_many", "domains"),
        ({"domain": "other.example", "domains": ("umbra.example",)}, "domain_not_listed", "domain"),
        ({"domain": "umbra"}, "domain_malformed", "domain"),
        ({"phone": "+1"}, "phone_malformed", "phone"),
        ({"phones": (MAIN, replace(FAX, primary=True))}, "phones_primaries", "phones"),
        ({"addresses": (PostalAddress(country="GB"),)}, "address_blank", "addresses"),
        ({"addresses": (replace(OFFICE, country="Britain"),)}, "country_too_long", "country"),
        ({"description": "x" * 5001}, "description_too_long", "description"),
        ({"registration_number": "x" * 101}, "registration_number_too_long", "registration_number"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, Any], code: str, field: str) -> None:
    given(UMBRA).when(change(**said)).rejected(code, field)


def test_a_row_of_an_import_fills_in_and_takes_nothing_away() -> None:
    given(WHOLE).when(record(domains=("shade.example",), vat_number="DE 123456789")).then(
        changed(
            sector="retail",
            website="https://umbra.example",
            vat_number="DE123456789",
            domains=("shade.example", *WHOLE.domains),
            phone=WHOLE.phone,
            phones=WHOLE.phones,
            addresses=WHOLE.addresses,
        )
    )
    given(WHOLE).when(record(domains=("umbra.example",))).nothing()
    given().when(record(domains=("umbra.example",), phone="+44 20 7183 8750")).then(
        replace(UMBRA, domains=("umbra.example",), phone="+442071838750")
    )
