"""The order of a list, as an index has it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql

from projections.crm.deals import READ_MODEL as DEALS
from projections.order import keys_of, stretches
from projections.question import NOW, Filter, Where
from projections.select import source
from projections.visible import NOTHING, Sight

_LARGE = Filter("amount", "gte", "7")


def said(sort: str, values: Sequence[Any] | None, filters: Sequence[Where]) -> list[tuple[str, list[str]]]:
    """Each stretch as (condition, order)."""
    keys = keys_of(DEALS, source(DEALS, "acme", NOW), sort, None)
    there = [each.name for each in filters if isinstance(each, Filter) and each.op not in ("ne", "null")]
    found = stretches(keys, values, there=there)
    return [(text(each.condition), [text(key.ordered()) for key in each.keys]) for each in found]


def text(expression: Any) -> str:
    return str(expression.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))


_CASES: Sequence[tuple[str, Sequence[Any] | None, Sequence[Where], Sequence[tuple[str, Sequence[str]]]]] = [
    ("amount", None, [], [("true", ["r.amount ASC NULLS LAST"])]),
    ("-amount", None, [], [("r.amount IS NOT NULL", ["r.amount DESC"]), ("r.amount IS NULL", [])]),
    ("-amount", None, [_LARGE], [("r.amount IS NOT NULL", ["r.amount DESC"])]),
    (
        "-amount,name",
        [Decimal(7), "a"],
        [Filter("amount", "ne", "9")],
        [
            ("r.amount IS NOT NULL AND r.amount <= 7", ["r.amount DESC", "r.name ASC"]),
            ("r.amount IS NULL", ["r.name ASC"]),
        ],
    ),
    ("amount", [Decimal(7)], [_LARGE], [("r.amount IS NOT NULL AND r.amount >= 7", ["r.amount ASC"])]),
    ("-amount", [None], [], [("r.amount IS NULL", [])]),
    ("-name", None, [], [("true", ["r.name DESC"])]),
    ("name", ["a"], [], [("r.name >= 'a'", ["r.name ASC"])]),
]


@pytest.mark.parametrize(("sort", "values", "filters", "expected"), _CASES)
def test_rows_with_a_value_come_first_and_each_stretch_as_an_index_has_it(
    sort: str, values: Sequence[Any] | None, filters: Sequence[Where], expected: Sequence[tuple[str, Sequence[str]]]
) -> None:
    assert said(sort, values, filters) == expected


def test_what_is_not_seen_of_a_row_comes_last_either_way() -> None:
    unseen = source(DEALS, "acme", NOW, Sight(fields={"amounts": NOTHING}))
    (key,) = keys_of(DEALS, unseen, "-amount", None)
    assert text(key.ordered()).endswith("DESC NULLS LAST")
    (key,) = keys_of(DEALS, unseen, "-amount", None)
    assert text(key.ordered(backwards=True)).endswith("ASC NULLS FIRST")


def test_a_joined_name_is_in_order_among_rows_that_have_one() -> None:
    keys = keys_of(DEALS, source(DEALS, "acme", NOW), "company_name", None)
    first, last = stretches(keys, None, joined=True)
    assert (text(first.condition), [text(key.ordered()) for key in first.keys]) == (
        "j0.name IS NOT NULL",
        ["j0.name ASC"],
    )
    assert (text(last.condition), last.keys) == ("j0.name IS NULL", [])
