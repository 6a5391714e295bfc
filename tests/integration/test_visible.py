"""A condition on who may see a record means in Postgres what it means of one record at hand."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from infra.settings import load
from projections.visible import (
    EVERYTHING,
    MISSING,
    NOTHING,
    AllOf,
    Among,
    AnyOf,
    Not,
    Sight,
    Visible,
    as_sql,
    holds,
    under_names,
)

VALUES = {
    "owner": ["anna", "bert", 'a "quoted" one', MISSING],
    "territory": ["West", ""],
    "readers": ["user:anna", "team:a,b"],
}
RECORDS = [
    (owner, place, readers)
    for owner in [*VALUES["owner"], None]
    for place in [*VALUES["territory"], None]
    for readers in [[], *([each] for each in VALUES["readers"]), VALUES["readers"], None]
]


def among(attribute: str) -> st.SearchStrategy[Visible]:
    values = VALUES[attribute]
    return st.frozensets(st.sampled_from(values)).map(lambda chosen: Among(attribute, chosen))


def combined(of: st.SearchStrategy[Visible]) -> st.SearchStrategy[Visible]:
    parts = st.frozensets(of, min_size=1, max_size=3)
    return parts.map(AnyOf) | parts.map(AllOf) | of.map(Not)


conditions = st.recursive(
    st.sampled_from([EVERYTHING, NOTHING]) | among("owner") | among("territory") | among("readers"), combined
)


@pytest.fixture(scope="module")
def connection() -> Iterator[sa.Connection]:
    address = load().postgres.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(f"{address}/postgres")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


TYPES: Mapping[str, TypeEngine[Any]] = {"owner": sa.Text(), "territory": sa.Text(), "readers": ARRAY(sa.Text())}


def kept(connection: sa.Connection, visible: Visible, values: Mapping[str, Any]) -> list[int]:
    """The numbers of the records that Postgres keeps."""
    columns = [sa.column("number", sa.Integer()), *(sa.column(name, TYPES[name]) for name in VALUES)]
    rows = [(number, *each) for number, each in enumerate(RECORDS)]
    records = sa.values(*columns, name="records").data(rows)
    asked = sa.select(records.c.number).where(as_sql(visible, lambda name: records.c[name]))
    return sorted(connection.execute(asked, values).scalars())


def expected(visible: Visible) -> list[int]:
    return [number for number, each in enumerate(RECORDS) if holds(visible, dict(zip(VALUES, each, strict=True)))]


@given(visible=conditions)
@settings(max_examples=200, deadline=None)
def test_a_condition_is_the_same_in_sql(connection: sa.Connection, visible: Visible) -> None:
    assert kept(connection, visible, {}) == expected(visible)


@given(visible=conditions)
@settings(max_examples=200, deadline=None)
def test_and_by_values_that_are_given_with_the_question(connection: sa.Connection, visible: Visible) -> None:
    named, values = under_names(Sight(visible))
    assert kept(connection, named.records, values) == expected(visible)
    assert expected(named.records) == expected(visible)


def test_questions_that_differ_by_values_alone_are_one() -> None:
    mine = AnyOf(frozenset({Among("owner", frozenset({"anna"})), Among("readers", frozenset({"user:anna", "x"}))}))
    yours = AnyOf(frozenset({Among("readers", frozenset({"user:bert"})), Among("owner", frozenset({"bert"}))}))
    nobodys = AnyOf(frozenset({Among("owner", frozenset({MISSING})), Among("readers", frozenset({"user:bert"}))}))
    (one, its), (other, others), (third, _) = (under_names(Sight(each)) for each in (mine, yours, nobodys))
    assert (one == other, hash(one) == hash(other), one == third) == (True, True, False)
    assert {name: [*each] for name, each in its.items()} == {"seen_0": ["anna"], "seen_1": ["user:anna", "x"]}
    assert {name: [*each] for name, each in others.items()} == {"seen_0": ["bert"], "seen_1": ["user:bert"]}
