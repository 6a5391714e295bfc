"""Records that were told apart, however alike they are: contacts and companies alike."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.generated.crm.company import (
    CompanyCreated,
    CompanyDuplicateDismissed,
    CompanyRemoved,
    CompanyRenamed,
    DismissCompanyDuplicate,
)
from schemas.generated.crm.contact import ContactCreated, ContactRemoved, DismissDuplicate, DuplicateDismissed
from tests.spec import given

AT = datetime(2026, 3, 31, tzinfo=UTC)


def contact(other: str) -> tuple[Any, Any, Any, Any]:
    made, removed = ContactCreated(contact_id="a", name="Maude", at=AT), ContactRemoved(contact_id="a", at=AT)
    told = DuplicateDismissed(contact_id="a", other_id=other.strip(), at=AT)
    return made, removed, DismissDuplicate(contact_id="a", other_id=other, at=AT), told


def company(other: str) -> tuple[Any, Any, Any, Any]:
    made, removed = CompanyCreated(company_id="a", name="Umbra", at=AT), CompanyRemoved(company_id="a", at=AT)
    told = CompanyDuplicateDismissed(company_id="a", other_id=other.strip(), at=AT)
    return made, removed, DismissCompanyDuplicate(company_id="a", other_id=other, at=AT), told


@pytest.mark.parametrize("of", [contact, company])
def test_another_is_told_apart_once(of: Any) -> None:
    made, removed, dismiss, told = of(" b ")
    given(made).when(dismiss).then(told)
    given(made, told).when(dismiss).nothing()
    given(made, of("c")[3]).when(dismiss).then(told)
    given(made, removed, made).when(dismiss).then(told)
    given(made, told, removed, made).when(dismiss).then(told)  # one that was made anew was told apart from nobody


@pytest.mark.parametrize("of", [contact, company])
def test_what_cannot_be_told_apart_is_refused(of: Any) -> None:
    made, removed, dismiss, _ = of("b")
    given(made).when(of("a")[2]).rejected("same_record", "other_id")
    given(made).when(of(" ")[2]).rejected("other_id_missing", "other_id")
    given(made, removed).when(dismiss).rejected(f"{of.__name__}_removed")
    many = [of(f"c{number}")[3] for number in range(1000)]
    given(made, *many).when(dismiss).rejected("too_many_dismissed", "other_id")


def test_it_outlives_other_changes() -> None:
    made, _, dismiss, told = company("b")
    given(made, told, CompanyRenamed(company_id="a", name="Penumbra", at=AT)).when(dismiss).nothing()
