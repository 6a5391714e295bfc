"""Fields of a tenant's own in lists: asked by as they are typed, in Postgres, now and then, and in the index; and in
order, page by page."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
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
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import engine
from infra.search import blocking_client
from infra.settings import Settings
from projections import generations
from projections.asked import taken_apart
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.documents import alias_name, search_body
from projections.generations import reading
from projections.model import ReadModel
from projections.own import Own
from projections.query import NOW, Either, Every, Filter, Not, QueryError, Times, Where, defined, list_
from projections.select import conditions, source
from projections.visible import ALL, NOTHING, Among, Sight
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.contact import ContactCreated, ContactFieldsSet
from schemas.generated.crm.deal import DealFieldsSet
from schemas.generated.crm.field_set import Field, FieldChanged, FieldDefined, FieldRetired
from streams.projector import indexer
from tests.integration.projector import folder, own_databases
from tests.integration.test_projector_search import documents, index
from tests.unit.projections.log import day, log_of, opened

SECRET = b"secret"
COLOURS = ("red", "green", "blue")
KINDS: Mapping[str, FieldKind] = {
    "note": FieldKind.TEXT,
    "share": FieldKind.NUMBER,
    "budget": FieldKind.MONEY,
    "due": FieldKind.DATE,
    "big": FieldKind.BOOLEAN,
    "colour": FieldKind.CHOICE,
    "colours": FieldKind.CHOICES,
    "buyer": FieldKind.REFERENCE,
    "budget_currency": FieldKind.TEXT,
    "old": FieldKind.TEXT,
}
LONG = "long " + "x" * 3000
VALUES: Mapping[str, Sequence[tuple[str, ...]]] = {
    "note": [("Deal alpha",), ("12.5",), ("50% off",), ("a*b?",), ("Ärger",), (LONG,), ()],
    "share": [("-3",), ("0",), ("12.5",), ("12.4999",), ("100000",), ("999999999999999",), ()],
    "budget": [("10", "USD"), ("200", "USD"), ("10", "EUR"), ("-1.5", "EUR"), ()],
    "due": [("2026-03-31",), ("2026-12-01",), ("0999-01-01",), ()],
    "big": [("true",), ("false",), ()],
    "colour": [("red",), ("blue",), ("mauve",), ("green",), ()],
    "colours": [("red", "green"), ("blue",), ()],
    "buyer": [("c1",), ("c2",), ()],
    "budget_currency": [("USD",), ("none",), ()],
    "old": [("gone",)],
}
SEES = Sight(fields={"personal": Among("owner", frozenset({"u1"}))})
"""Of somebody who sees what is personal of u1's contacts alone."""


def define(record: str, key: str) -> FieldDefined:
    kind = KINDS[key]
    return FieldDefined(
        field_set_id=record, record=record, key=key, label=key.title(), kind=kind, at=day(0),
        choices=(*COLOURS, "mauve") if kind in (FieldKind.CHOICE, FieldKind.CHOICES) else (),
        refers_to="company" if kind is FieldKind.REFERENCE else None,
    )  # fmt: skip


def values(number: int) -> tuple[CustomValue, ...]:
    """What one record has in all fields: another one each."""
    found = {key: VALUES[key][number % len(VALUES[key])] for key in sorted(KINDS)}
    return tuple(CustomValue(key=key, kind=KINDS[key], values=held) for key, held in found.items() if held)


def world() -> list[Any]:
    events: list[Any] = [define(record, key) for record in ("deal", "contact") for key in KINDS]
    for record in ("deal", "contact"):
        events.append(FieldRetired(field_set_id=record, record=record, key="old", at=day(1)))
        changed = FieldChanged(
            field_set_id=record, record=record, key="colour", label="Colour", choices=COLOURS, at=day(50)
        )
        events.append(changed)
    for number in range(40):
        id, at = f"{number:02}", day(10 + number)
        events.append(opened(f"d{id}", at, name="deal", company_id=None))
        events.append(DealFieldsSet(deal_id=f"d{id}", custom=values(number), at=at))
        owner = f"u{number % 2 + 1}"
        events.append(ContactCreated(contact_id=f"k{id}", name="kate", email=None, phone=None, owner_id=owner, at=at))
        events.append(ContactFieldsSet(contact_id=f"k{id}", custom=values(number), at=at))
    return events


# ---- what is asked

ASKED: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "custom.note": (
        ("eq", "ne", "in", "prefix", "contains", "null", "lt", "gte"),
        ["Deal alpha", "12.5", "deal", "%", "*", "?", "ärger", LONG, "x", "long", ""],
    ),
    "custom.share": (
        ("eq", "ne", "in", "lt", "lte", "gt", "gte", "null"),
        ["-3", "0.00", "12.5", "12.49995", "12.50001", "1e5", "999999999999999.5", "-1e20", "1e29"],
    ),
    "custom.budget": (
        ("eq", "ne", "in", "lt", "lte", "gt", "gte", "null"),
        ["10 USD", "10.0 EUR", "11 USD", "-1.5 EUR", "0 CHF", "1000 USD"],
    ),
    "custom.budget.currency": (("eq", "ne", "in", "null"), ["USD", "EUR", "CHF"]),
    "custom.due": (("eq", "ne", "in", "lt", "lte", "gt", "gte", "null"), ["2026-03-31", "20261201", "2026-04-01"]),
    "custom.big": (("eq", "ne", "in", "null"), ["true", "false"]),
    "custom.colour": (("eq", "ne", "in", "prefix", "contains", "null"), COLOURS),
    "custom.colours": (("eq", "ne", "in", "null"), [*COLOURS, "none"]),
    "custom.buyer": (("eq", "ne", "in", "null"), ["c1", "c2", "C1"]),
    "custom.budget_currency": (("eq", "ne", "null"), ["USD", "none"]),
}


def leaf(name: str) -> st.SearchStrategy[Where]:
    ops, texts = ASKED[name]

    def filters(op: str) -> st.SearchStrategy[Where]:
        if op == "null":
            return st.sampled_from(["true", "false"]).map(lambda value: Filter(name, op, value))
        if op == "in":
            return st.lists(st.sampled_from(texts), min_size=1, max_size=3).map(lambda v: Filter(name, op, tuple(v)))
        return st.sampled_from(texts).map(lambda value: Filter(name, op, value))

    return st.sampled_from(ops).flatmap(filters)


def combined(of: st.SearchStrategy[Where]) -> st.SearchStrategy[Where]:
    parts = st.lists(of, max_size=3).map(tuple)
    return parts.map(Every) | parts.map(Either) | of.map(Not)


TREES = st.recursive(st.one_of([leaf(name) for name in ASKED]), combined, max_leaves=6)


def holds(where: Where, row: Mapping[str, Any]) -> bool:
    """The meaning of a question, in the plainest words there are."""
    match where:
        case Filter():
            _, key, *part = where.name.split(".")
            value = row.get(key)
            if part and value is not None:
                return _holds(where, value["currency"], FieldKind.TEXT)
            return _holds(where, value, KINDS[key])
        case Every():
            return all(holds(each, row) for each in where.parts)
        case Either():
            return any(holds(each, row) for each in where.options)
        case Not():
            return not holds(where.part, row)
        case _:
            assert_never(where)


def _holds(asked: Filter, value: Any, kind: FieldKind) -> bool:
    if asked.op == "null":
        return (value is None) == (asked.value == "true")
    if asked.op == "ne":
        return not _holds(Filter(asked.name, "eq", asked.value), value, kind)
    if value is None:
        return False
    if asked.op == "in":
        return any(_holds(Filter(asked.name, "eq", each), value, kind) for each in asked.value)
    assert isinstance(asked.value, str)
    match asked.op:
        case "prefix":
            return value.lower().startswith(asked.value.lower())
        case "contains":
            return asked.value.lower() in value.lower()
        case "eq" if kind is FieldKind.CHOICES:
            return asked.value in value
        case _:
            mine, its = _comparable(kind, value), _comparable(kind, _meant(kind, asked.value))
            if kind is FieldKind.MONEY:
                if mine[0] != its[0]:
                    return False
                mine, its = mine[1], its[1]
            return {"eq": mine == its, "lt": mine < its, "lte": mine <= its, "gt": mine > its, "gte": mine >= its}[
                asked.op
            ]


def _meant(kind: FieldKind, text: str) -> Any:
    match kind:
        case FieldKind.MONEY:
            amount, currency = text.split()
            return {"amount": amount, "currency": currency}
        case FieldKind.BOOLEAN:
            return text == "true"
        case _:
            return text


def _comparable(kind: FieldKind, value: Any) -> Any:
    match kind:
        case FieldKind.NUMBER:
            return Decimal(value)
        case FieldKind.MONEY:
            return value["currency"], Decimal(value["amount"])
        case FieldKind.DATE:
            return date.fromisoformat(value)
        case _:
            return value


@dataclass
class Here:
    """The rows of one tenant, to be asked in three ways."""

    settings: Settings
    engine: sa.Engine
    es: Elasticsearch
    own: Own

    def rows(self, model: ReadModel, sight: Sight, where: Where | None = None, times: Times = NOW) -> list[Any]:
        of = source(model, "acme", times, sight, self.own)
        asked = [] if where is None else conditions(of, ("id", *model.filters), [where], model.name)
        shown = [of.expression(name).label(name) for name in ("id", "custom")]
        statement = sa.select(*shown).select_from(of.rows).where(*of.where, *asked).order_by(of.expression("id"))
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def found(self, model: ReadModel, sight: Sight, where: Where) -> list[str]:
        # What is personal is not searched where it is not seen everywhere; ids are.
        q = "deal" if model is DEALS else "kate"
        body = search_body(model, "acme", taken_apart(q), [where], 100, sight, self.own)
        answer = self.es.search(index=alias_name(self.settings.index_prefix, model), routing="acme", body=body)
        return sorted(hit["sort"][-1] for hit in answer["hits"]["hits"])


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm:
        crm.fold(log_of(world()))
        yield made


@pytest.fixture(scope="module")
def here(settings: Settings) -> Iterator[Here]:
    with closing(blocking_client(settings)) as es:
        index(settings, es)
        live = generations.live(settings, "crm")
        engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: generations.connected(settings, "crm", generation=live)
        )
        fields = tuple(
            Field(key=key, label=key, kind=kind, choices=COLOURS if "colour" in key else (), retired=key == "old")
            for key, kind in KINDS.items()
        )
        yield Here(settings, engine, es, Own(fields))
        engine.dispose()
        indexer.drop_indices(es, documents(settings))


@pytest.fixture
async def conn(settings: Settings) -> AsyncIterator[AsyncConnection]:
    made = engine(settings, "crm")
    async with reading(made, "acme") as connection:
        yield connection
    await made.dispose()


@given(where=TREES)
@drawing(max_examples=300, deadline=None)
def test_a_question_means_the_same_everywhere(here: Here, where: Where) -> None:
    expected = [row["id"] for row in here.rows(DEALS, ALL) if holds(where, row["custom"])]
    assert [row["id"] for row in here.rows(DEALS, ALL, where)] == expected
    found = here.found(DEALS, ALL, where)
    assert set(found) >= set(expected), "the index keeps nothing back"
    if repr(where).isascii() and "custom.note" not in repr(where):
        assert found == expected


@given(where=TREES)
@drawing(max_examples=100, deadline=None)
def test_what_is_not_seen_is_missing_to_every_question(here: Here, where: Where) -> None:
    expected = [row["id"] for row in here.rows(CONTACTS, SEES) if holds(where, row["custom"] or {})]
    assert [row["id"] for row in here.rows(CONTACTS, SEES, where)] == expected
    mine = [id for id in expected if int(id[1:]) % 2 == 0]
    assert set(here.found(CONTACTS, SEES, where)) >= set(mine)
    nobodys = Sight(fields={"personal": NOTHING})
    everybody = [row["id"] for row in here.rows(CONTACTS, nobodys)]
    assert [row["id"] for row in here.rows(CONTACTS, nobodys, where)] == (everybody if holds(where, {}) else [])


@given(where=TREES)
@drawing(max_examples=60, deadline=None)
def test_a_question_means_the_same_of_what_was(here: Here, where: Where) -> None:
    for times in (Times(as_of=day(30)), Times(known_at=day(1080)), Times(as_of=day(20), known_at=day(1130))):
        expected = [row["id"] for row in here.rows(DEALS, ALL, None, times) if holds(where, row["custom"])]
        assert [row["id"] for row in here.rows(DEALS, ALL, where, times)] == expected


# ---- the order of lists


def key_of(name: str, custom: Mapping[str, Any]) -> Any:
    """What a list is sorted by: in plain words."""
    value = custom.get(name)
    if value is None:
        return None
    if name == "colour":
        return COLOURS.index(value) if value in COLOURS else len(COLOURS)
    return _comparable(KINDS[name], value)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", ["note", "share", "due", "big", "colour"])
async def test_lists_are_in_the_order_of_the_kind_page_by_page(
    conn: AsyncConnection, name: str, *, descending: bool
) -> None:
    own = await defined(conn, DEALS, "acme")
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await list_(
            conn, DEALS, "acme", secret=SECRET, sort=f"{'-' if descending else ''}custom.{name},-id", limit=7, own=own,
            cursor=cursor,
        )  # fmt: skip
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({row["id"] for row in rows}) == len(rows) == 40
    there = [key_of(name, row["custom"]) for row in rows if name in row["custom"]]
    assert there == sorted(there, reverse=descending)
    assert [name in row["custom"] for row in rows] == [True] * len(there) + [False] * (40 - len(there))


async def test_amounts_are_in_order_within_their_currency(conn: AsyncConnection) -> None:
    own = await defined(conn, DEALS, "acme")
    page = await list_(conn, DEALS, "acme", secret=SECRET, sort="-custom.budget", own=own)
    shown = [row["custom"]["budget"] for row in page.items if "budget" in row["custom"]]
    assert [(each["currency"], each["amount"]) for each in shown] == [
        *[("EUR", "10")] * 8, *[("EUR", "-1.5")] * 8, *[("USD", "200")] * 8, *[("USD", "10")] * 8,
    ]  # fmt: skip


async def test_fields_that_are_named_stand_by_themselves_as_they_are_typed(conn: AsyncConnection) -> None:
    own = await defined(conn, DEALS, "acme")
    named = ("custom.budget", "custom.share", "custom.due", "custom.big", "custom.colours", "custom.budget_currency")
    page = await list_(conn, DEALS, "acme", secret=SECRET, fields=named, own=own, limit=1)
    assert page.items == [
        {
            "id": "d00",
            "custom.budget": {"amount": Decimal(10), "currency": "USD"},
            "custom.share": Decimal(-3),
            "custom.due": date(2026, 3, 31),
            "custom.big": True,
            "custom.colours": ["red", "green"],
            "custom.budget_currency": "USD",
            "parked": False,
        }
    ]
    unseen = Sight(fields={"personal": NOTHING})
    page = await list_(
        conn, CONTACTS, "acme", secret=SECRET, fields=named[:1], sort="custom.share", own=own, limit=1, sight=unseen
    )
    assert page.items == [{"id": "k00", "custom.budget": None, "hidden": ["custom.budget"], "parked": False}]


# ---- what cannot be asked


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        (Filter("custom.nothing", "eq", "1"), "unknown_filter", "custom.nothing"),
        (Filter("custom.old", "eq", "gone"), "field_retired", "custom.old"),
        (Filter("custom.share.currency", "eq", "USD"), "unknown_filter", "custom.share.currency"),
        (Filter("custom.budget.amount", "eq", "1"), "unknown_filter", "custom.budget.amount"),
        (Filter("custom.share", "contains", "1"), "unknown_operator", "custom.share"),
        (Filter("custom.share", "like", "1"), "unknown_operator", "custom.share"),
        (Filter("custom.share", "gte", "much"), "bad_value", "custom.share"),
        (Filter("custom.budget", "gte", "100"), "bad_value", "custom.budget"),
        (Filter("custom.budget", "eq", "many USD", "where.custom.budget"), "bad_value", "where.custom.budget"),
        (Filter("custom.budget", "gte", ["1 USD"]), "bad_value", "custom.budget"),
        (Filter("custom.budget", "prefix", "1"), "unknown_operator", "custom.budget"),
        (Filter("custom.budget.currency", "gte", "USD"), "unknown_operator", "custom.budget.currency"),
        (Filter("custom.due", "lt", "soon"), "bad_value", "custom.due"),
        (Filter("custom.big", "eq", "yes"), "bad_value", "custom.big"),
        (Filter("custom.big", "gt", "true"), "unknown_operator", "custom.big"),
        (Filter("custom.colour", "eq", "mauve"), "bad_value", "custom.colour"),
        (Filter("custom.colours", "contains", "red"), "unknown_operator", "custom.colours"),
        (Filter("custom.buyer", "prefix", "c"), "unknown_operator", "custom.buyer"),
    ],
)
async def test_wrong_questions_are_named(
    conn: AsyncConnection, here: Here, asked: Filter, code: str, field: str
) -> None:
    own = await defined(conn, DEALS, "acme")
    for ask in (
        lambda: conditions(source(DEALS, "acme", NOW, ALL, own), ("id", *DEALS.filters), [asked], "deals"),
        lambda: search_body(DEALS, "acme", taken_apart("deal"), [asked], 10, ALL, own),
    ):
        with pytest.raises(QueryError) as refused:
            ask()
        assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("sort", "code"),
    [
        ("custom.nothing", "unknown_sort"),
        ("-custom.colours", "unknown_sort"),
        ("custom.buyer", "unknown_sort"),
        ("custom.budget.currency", "unknown_sort"),
        ("custom.old", "field_retired"),
    ],
)
async def test_orders_that_there_are_not_are_named(conn: AsyncConnection, sort: str, code: str) -> None:
    own = await defined(conn, DEALS, "acme")
    with pytest.raises(QueryError) as refused:
        await list_(conn, DEALS, "acme", secret=SECRET, sort=sort, own=own)
    assert (refused.value.code, refused.value.field) == (code, "sort")


async def test_fields_are_those_of_then(conn: AsyncConnection) -> None:
    colour = {field.key: field.choices for field in (await defined(conn, DEALS, "acme")).fields}["colour"]
    before = {field.key: field for field in (await defined(conn, DEALS, "acme", Times(as_of=day(0)))).fields}
    assert (colour, before["colour"].choices) == (COLOURS, (*COLOURS, "mauve"))
    assert not before["old"].retired
    assert (await defined(conn, DEALS, "acme", Times(known_at=day(999)))).fields == ()
    assert (await defined(conn, DEALS, "others")).fields == ()
