"""Rows that name a person, as the person is given them."""

from typing import Any

import pytest

from gateway.named_in import PLACES, Place, naming_people, others_take_part
from projections.catalog import models_by_name
from projections.own import Own
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_asked_by_a_column_that_it_has(place: Place) -> None:
    model = models_by_name(place.database)[place.read_model]
    assert place.column in model.filters
    assert place.written.format(id="x").endswith("x")


def test_fields_of_a_tenants_own_name_people_where_they_refer_to_people_also_once_they_are_retired() -> None:
    referring = [
        Field(key=key, label=key, kind=FieldKind.REFERENCE, refers_to=key.rstrip("2"), retired=key.endswith("2"))
        for key in ("contact", "company", "user", "deal", "contact2")
    ]
    text = Field(key="text", label="text", kind=FieldKind.TEXT)
    assert naming_people(Own((*referring, text))) == ["contact", "user", "contact2"]


@pytest.mark.parametrize(
    ("about", "others"),
    [
        (["crm/contact/maud"], False),
        (["crm/contact/maud", "crm/deal/d1", "crm/company/c1"], False),
        (["crm/contact/maud", "crm/contact/carl"], True),
        (["crm/contact/carl"], True),
    ],
)
def test_words_are_others_too_where_others_take_part(about: list[str], others: Any) -> None:
    assert others_take_part({"about": about}, "maud") is others
