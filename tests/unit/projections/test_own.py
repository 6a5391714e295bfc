"""Fields of a tenant's own as columns: what formulas may name, and values in the index in their order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.crm.field_formulas import built_in
from projections.catalog import read_models
from projections.model import ReadModel
from projections.own import NONE, Own, columns_of_own
from projections.own_formulas import kinds_of
from projections.own_index import tokens
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field

OWN = [model for model in read_models() if model.own]


def computed(key: str, formula: str, *, retired: bool = False) -> Field:
    return Field(key=key, label=key, kind=FieldKind.FORMULA, formula=formula, retired=retired)


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.name)
def test_what_formulas_may_name_of_a_record_stands_in_its_rows(model: ReadModel) -> None:
    assert model.aggregate is not None
    known = built_in(model.aggregate[1])
    fields = [computed(name, name) for name in known]
    assert dict(kinds_of(model, fields)) == dict(known)


def test_formulas_are_computed_after_those_that_they_name() -> None:
    share = Field(key="share", label="Share", kind=FieldKind.NUMBER)
    fields = (computed("c", "custom.b + 1"), computed("b", "custom.a > 2"), computed("a", "custom.share * 2"), share)
    assert kinds_of(OWN[0], fields[1:]) == (("a", "number"), ("b", "boolean"))
    assert kinds_of(OWN[0], fields) == (("a", "number"), ("b", "boolean")), "a comparison is no number"
    gone = computed("gone", "custom.share", retired=True)
    assert kinds_of(OWN[0], (gone, share, computed("of_gone", "custom.gone"))) == ()


def test_files_have_columns_for_fields_that_are_not_retired() -> None:
    budget = Field(key="budget", label="Budget", kind=FieldKind.MONEY)
    old = Field(key="old", label="Old", kind=FieldKind.TEXT, retired=True)
    own = Own((budget, old, computed("a", "1 > 2")), (("a", "boolean"),))
    shown = columns_of_own(own)
    assert [(name, column.kind, column.money) for name, column in shown.items()] == [
        ("custom.budget", "number", True),
        ("custom.a", "boolean", False),
    ]
    assert columns_of_own(NONE) == {}


NUMBERS = st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=4, allow_nan=False)


@given(one=NUMBERS, other=NUMBERS)
def test_numbers_in_the_index_are_in_the_order_of_numbers(one: Decimal, other: Decimal) -> None:
    def token(number: Decimal) -> str:
        return tokens({"m": {"amount": f"{number:f}", "currency": "USD"}})[0]

    assert (token(one) < token(other)) == (one < other)
    assert (token(one) == token(other)) == (one == other)


def test_a_document_knows_of_each_value_what_it_may_be_asked_by() -> None:
    held = {"note": "12.5", "long": "x" * 2001, "sure": True, "topics": ["ink", "paper"]}
    found = tokens(held)
    assert "note=s:12.5" in found
    assert [each for each in found if each.startswith("note=n:")]
    assert [each for each in found if each.startswith("long")] == ["long=l"]
    assert found[-3:] == ["sure=s:true", "topics=s:ink", "topics=s:paper"]
