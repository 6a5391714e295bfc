"""Rows that name a person, as the person is given them."""

from typing import Any

import pytest

from gateway.named_in import PLACES, Place, others_take_part
from projections.catalog import models_by_name


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_asked_by_a_column_that_it_has(place: Place) -> None:
    model = models_by_name(place.database)[place.read_model]
    assert place.column in model.filters
    assert place.written.format(id="x").endswith("x")


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
