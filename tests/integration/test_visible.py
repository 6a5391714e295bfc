"""A condition on who may see a record means in Postgres what it means of one record at hand."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY

from infra.settings import load
from projections.visible import EVERYTHING, MISSING, NOTHING, AllOf, Among, AnyOf, Not, Visible, as_sql, holds

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


@given(visible=conditions)
@settings(max_examples=200, deadline=None)
def test_a_condition_is_the_same_in_sql(connection: sa.Connection, visible: Visible) -> None:
    types = {"owner": sa.Text(), "territory": sa.Text(), "readers": ARRAY(sa.Text())}
    columns = [sa.column("number", sa.Integer()), *(sa.column(name, types[name]) for name in VALUES)]
    rows = [(number, *each) for number, each in enumerate(RECORDS)]
    records = sa.values(*columns, name="records").data(rows)
    kept = connection.execute(sa.select(records.c.number).where(as_sql(visible, lambda name: records.c[name])))
    expected = [number for number, *each in rows if holds(visible, dict(zip(VALUES, each, strict=True)))]
    assert sorted(kept.scalars()) == expected
