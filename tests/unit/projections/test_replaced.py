import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.catalog import read_models
from projections.replaced import replace

ROWS = sorted({model.row for model in read_models()}, key=lambda row: row.__module__)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    city: str
    street: str
    floor: int


@given(st.builds(Place), st.fixed_dictionaries({}, optional={"city": st.text(), "floor": st.integers()}))
def test_it_does_what_the_standard_library_does(place: Place, said: dict[str, Any]) -> None:
    assert replace(place, **said) == dataclasses.replace(place, **said)


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="country"):
        replace(Place("Bath", "High", 1), country="UK")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__module__)
def test_every_row_takes_all_of_its_fields_in_their_order(row: type[Any]) -> None:
    """What it rests on: no field is left out of the constructor, or made by it."""
    assert all(field.init and not field.kw_only for field in dataclasses.fields(row))
