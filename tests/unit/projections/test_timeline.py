"""Whose records stand on whose timelines."""

from dataclasses import replace

import pytest

from projections.crm.activities import READ_MODEL as ACTIVITIES
from projections.crm.companies import READ_MODEL as COMPANIES
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.model import ReadModel
from projections.select import check_declaration
from projections.timeline import members


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (DEALS, {"deals", "activities"}),
        (CONTACTS, {"contacts", "deals", "activities"}),
        (COMPANIES, {"companies", "contacts", "deals", "activities"}),
    ],
    ids=lambda each: each.name if isinstance(each, ReadModel) else "",
)
def test_on_a_timeline_stands_what_names_the_record_and_what_is_about_it(model: ReadModel, expected: set[str]) -> None:
    assert {each.name for each in members(model)} >= expected
    assert members(model)[0] is model
    assert model.timeline


def test_a_timeline_is_of_records() -> None:
    with pytest.raises(ValueError, match="timeline"):
        check_declaration(replace(ACTIVITIES, aggregate=None, own=False, timeline=True))


@pytest.mark.parametrize("lists", [{"nobody": "contacts"}, {"contacts": "nobodies"}], ids=str)
def test_what_a_record_lists_is_there(lists: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="nobod"):
        check_declaration(replace(DEALS, lists=lists))
