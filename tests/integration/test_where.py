"""A group of conditions holds in Postgres, now and at both times, in the index and in plain words of the same rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

import pytest
import sqlalchemy as sa
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from infra.search import blocking_client
from infra.settings import Settings
from projections import generations
from projections.asked import taken_apart
from projections.crm.deals import READ_MODEL as DEALS
from projections.documents import alias_name, search_body
from projections.question import NOW, Either, Every, Filter, Not, Times, Where
from projections.select import conditions, source
from projections.visible import ALL, Among, Sight
from schemas.generated.crm.deal import DealShared, DealWon
from streams.projector import indexer
from tests.integration.projector import folder, own_databases
from tests.integration.test_projector_search import documents, index
from tests.integration.test_queries import company
from tests.unit.projections.log import day, log_of, opened, usd

NAMES = ["Deal alpha", "deal 50% off", "deal a*b?", "deal back\\slash", "Deal under_score", "deal ALPHA Ärger"]
AMOUNTS = [None, 0, 10, "10.5", 200]
SEES = Sight(fields={"amounts": Among("owner", frozenset({"u1"}))})
"""Of somebody who sees the amounts of u1's deals alone."""


def world() -> list[Any]:
    events: list[Any] = [company("c1", "Acme"), company("c2", "Zoo")]
    for number in range(30):
        amount = AMOUNTS[number % len(AMOUNTS)]
        at, owner, buyer = day(number), f"u{number % 2 + 1}", (None, "c1", "c2")[number % 3]
        events.append(
            opened(
                f"d{number:02}",
                at,
                name=NAMES[number % len(NAMES)],
                company_id=buyer,
                owner_id=owner,
                amount=None if amount is None else usd(amount),
            )
        )
        if number % 4 == 0:
            won = DealWon(deal_id=f"d{number:02}", owner_id=owner, amount=usd(number), at=day(40 + number // 8))
            events.append(won)
        if number % 7 == 0:
            events.append(DealShared(deal_id=f"d{number:02}", user_id="ann", change=False, at=day(60)))
    return events


TEXTS = {
    "name": [*NAMES, "DEAL", "alpha", "%", "_", "*", "?", "\\", "", "ärger", "deal ALPHA ÄRGER"],
    "company_name": ["Acme", "Zoo", "ac", "o"],
    "stage": ["WON", "PROSPECTING", "PRO"],
}
RANGES = {"amount": ["0", "10", "10.5", "12", "200"], "closed_at": ["2017-02-10", "2017-02-11", "2017-02-13"]}


def leaf(name: str, ops: Sequence[str], values: Sequence[str]) -> st.SearchStrategy[Where]:
    def filters(op: str) -> st.SearchStrategy[Where]:
        if op == "null":
            return st.sampled_from(["true", "false"]).map(lambda value: Filter(name, op, value))
        if op == "in":
            return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(lambda v: Filter(name, op, tuple(v)))
        return st.sampled_from(values).map(lambda value: Filter(name, op, value))

    return st.sampled_from(ops).flatmap(filters)


LEAVES = st.one_of(
    leaf("name", ["eq", "ne", "in", "prefix", "contains", "null"], TEXTS["name"]),
    leaf("company_name", ["eq", "ne", "prefix", "contains", "null"], TEXTS["company_name"]),
    leaf("stage", ["eq", "ne", "in", "null"], TEXTS["stage"][:2]),
    leaf("stage", ["prefix", "contains"], TEXTS["stage"]),
    leaf("amount", ["eq", "ne", "in", "lt", "lte", "gt", "gte", "null"], RANGES["amount"]),
    leaf("closed_at", ["eq", "ne", "lt", "lte", "gt", "gte", "null"], RANGES["closed_at"]),
    leaf("readers", ["eq", "ne", "in", "null"], ["user:ann", "team:east"]),
    leaf("id", ["eq", "ne", "in", "prefix"], ["d00", "d07", "d1"]),
)


def combined(of: st.SearchStrategy[Where]) -> st.SearchStrategy[Where]:
    parts = st.lists(of, max_size=3).map(tuple)
    return parts.map(Every) | parts.map(Either) | of.map(Not)


TREES = st.recursive(LEAVES, combined, max_leaves=8)


def holds(where: Where, row: Mapping[str, Any]) -> bool:
    """The meaning of a question, in the plainest words there are."""
    match where:
        case Filter():
            return _holds(where, row[where.name])
        case Every():
            return all(holds(each, row) for each in where.parts)
        case Either():
            return any(holds(each, row) for each in where.options)
        case Not():
            return not holds(where.part, row)
        case _:
            assert_never(where)


def _holds(asked: Filter, value: Any) -> bool:
    if asked.op == "null":
        return (value is None) == (asked.value == "true")
    if asked.op == "ne":
        return not _holds(Filter(asked.name, "eq", asked.value), value)
    if value is None:
        return False
    if asked.op == "in":
        return any(_holds(Filter(asked.name, "eq", each), value) for each in asked.value)
    assert isinstance(asked.value, str)
    match asked.op:
        case "prefix":
            return value.lower().startswith(asked.value.lower())
        case "contains":
            return asked.value.lower() in value.lower()
        case "eq" if isinstance(value, list):
            return asked.value in value
        case _:
            mine, its = _comparable(asked.name, value, asked.value)
            return {"eq": mine == its, "lt": mine < its, "lte": mine <= its, "gt": mine > its, "gte": mine >= its}[
                asked.op
            ]


def _comparable(name: str, value: Any, text: str) -> tuple[Any, Any]:
    match name:
        case "amount":
            return value, Decimal(text)
        case "closed_at":
            return value.date(), date.fromisoformat(text)
        case _:
            return value, text


@dataclass
class Here:
    """The rows of one tenant, to be asked in three ways."""

    settings: Settings
    engine: sa.Engine
    es: Elasticsearch

    def rows(self, sight: Sight, times: Times = NOW, where: Where | None = None) -> list[Mapping[str, Any]]:
        of = source(DEALS, "acme", times, sight)
        asked = [] if where is None else conditions(of, ("id", *DEALS.filters), [where], "deals")
        shown = [of.expression(name).label(name) for name in ("id", "owner_id", *TEXTS, *RANGES, "readers")]
        statement = sa.select(*shown).select_from(of.rows).where(*of.where, *asked).order_by(of.expression("id"))
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def found(self, sight: Sight, where: Where) -> list[str]:
        body = search_body(DEALS, "acme", taken_apart("deal"), [where], 100, sight)
        answer = self.es.search(index=alias_name(self.settings.index_prefix, DEALS), routing="acme", body=body)
        return sorted(hit["sort"][-1] for hit in answer["hits"]["hits"])


@pytest.fixture(scope="module")
def here() -> Iterator[Here]:
    with own_databases("crm") as settings, closing(blocking_client(settings)) as es, folder(settings) as crm:
        crm.fold(log_of(world()))
        index(settings, es)
        live = generations.live(settings, "crm")
        engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: generations.connected(settings, "crm", generation=live)
        )
        yield Here(settings, engine, es)
        engine.dispose()
        indexer.drop_indices(es, documents(settings))


@pytest.mark.parametrize("sight", [ALL, SEES], ids=["everything", "some amounts"])
@given(where=TREES)
@drawing(max_examples=150, deadline=None)
def test_a_question_means_the_same_everywhere(here: Here, sight: Sight, where: Where) -> None:
    expected = [row["id"] for row in here.rows(sight) if holds(where, row)]
    assert [row["id"] for row in here.rows(sight, where=where)] == expected
    found = here.found(sight, where)
    assert set(found) >= set(expected), "the index keeps nothing back"
    if repr(where).isascii():
        assert found == expected


@given(where=TREES)
@drawing(max_examples=60, deadline=None)
def test_a_question_means_the_same_of_what_was(here: Here, where: Where) -> None:
    for times in (Times(as_of=day(41)), Times(known_at=day(1015)), Times(as_of=day(20), known_at=day(1030))):
        expected = [row["id"] for row in here.rows(ALL, times) if holds(where, row)]
        assert [row["id"] for row in here.rows(ALL, times, where)] == expected
