"""A condition on who may see a record means in Postgres what it means of one record at hand."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.settings import load
from projections.visible import EVERYTHING, NOTHING, AllOf, Among, AnyOf, Not, Visible, as_sql, holds

ATTRIBUTES = {"owner": ["anna", "bert", 'a "quoted" one', None], "territory": ["West", "East", "", None]}
PAIRS = [(owner, place) for owner in ATTRIBUTES["owner"] for place in ATTRIBUTES["territory"]]


def among(attribute: str) -> st.SearchStrategy[Visible]:
    values = [each for each in ATTRIBUTES[attribute] if each is not None]
    return st.frozensets(st.sampled_from(values)).map(lambda chosen: Among(attribute, chosen))


def combined(of: st.SearchStrategy[Visible]) -> st.SearchStrategy[Visible]:
    parts = st.frozensets(of, min_size=1, max_size=3)
    return parts.map(AnyOf) | parts.map(AllOf) | of.map(Not)


conditions = st.recursive(st.sampled_from([EVERYTHING, NOTHING]) | among("owner") | among("territory"), combined)


@pytest.fixture(scope="module")
def connection() -> Iterator[sa.Connection]:
    address = load().postgres.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(f"{address}/postgres")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@given(visible=conditions)
@settings(max_examples=200, deadline=None)
def test_a_condition_is_the_same_in_sql(connection: sa.Connection, visible: Visible) -> None:
    columns = [sa.column(name, sa.Text()) for name in ATTRIBUTES]
    records = sa.values(*columns, name="records").data(PAIRS)
    kept = connection.execute(sa.select(records).where(as_sql(visible, lambda name: records.c[name])))
    expected = [each for each in PAIRS if holds(visible, dict(zip(ATTRIBUTES, each, strict=True)))]
    assert {tuple(row) for row in kept} == set(expected)
