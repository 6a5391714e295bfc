"""Tags, and how far along records are: the same for contacts and companies."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.generated.crm.company import (
    ClassifyCompany,
    CompanyClassified,
    CompanyCreated,
    CompanyRemoved,
    CompanyTagged,
    TagCompany,
)
from schemas.generated.crm.contact import (
    ClassifyContact,
    ContactClassified,
    ContactCreated,
    ContactRemoved,
    ContactTagged,
    TagContact,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
CONTACT = (
    ContactCreated(contact_id="r", name="Maude", at=AT), ContactRemoved(contact_id="r", at=AT),
    ClassifyContact, ContactClassified, TagContact, ContactTagged, {"contact_id": "r", "at": AT},
)  # fmt: skip
COMPANY = (
    CompanyCreated(company_id="r", name="Umbra", at=AT), CompanyRemoved(company_id="r", at=AT),
    ClassifyCompany, CompanyClassified, TagCompany, CompanyTagged, {"company_id": "r", "at": AT},
)  # fmt: skip
OF_BOTH = pytest.mark.parametrize("kind", [CONTACT, COMPANY], ids=["contact", "company"])


@OF_BOTH
def test_a_record_is_classified(kind: Any) -> None:
    created, removed, classify, classified, _, _, about = kind
    lead = classified(lifecycle="lead", source="Trade fair", **about)
    given(created).when(classify(lifecycle=" lead ", source="Trade fair", **about)).then(lead)
    given(created, lead).when(classify(lifecycle="lead", source="Trade fair", **about)).nothing()
    given(created, lead).when(classify(**about)).then(classified(**about))
    given(created).when(classify(lifecycle="x" * 51, **about)).rejected("lifecycle_too_long", "lifecycle")
    removed_code = "contact_removed" if "contact_id" in about else "company_removed"
    given(created, removed).when(classify(lifecycle="lead", **about)).rejected(removed_code)


@OF_BOTH
def test_tags_come_and_go_one_by_one(kind: Any) -> None:
    created, _, _, _, tag, tagged, about = kind
    given(created).when(tag(add=(" vip ", "Key  account"), **about)).then(tagged(tags=("Key account", "vip"), **about))
    before = tagged(tags=("Key account", "vip"), **about)
    given(created, before).when(tag(add=("VIP",), remove=("nothing",), **about)).nothing()
    given(created, before).when(tag(add=("new",), remove=("VIP",), **about)).then(
        tagged(tags=("Key account", "new"), **about)
    )
    given(created, before).when(tag(add=("a",), remove=("A",), **about)).rejected("tag_both", "remove")
    given(created, before).when(tag(add=(" ",), **about)).rejected("add_missing", "add")
    given(created, before).when(tag(add=("x" * 51,), **about)).rejected("add_too_long", "add")
    many = tuple(f"t{n}" for n in range(99))
    given(created, before).when(tag(add=many, **about)).rejected("tags_too_many", "add")
