"""Contacts in Postgres and in the index: lists of addresses, found by each of them, and fields of the tenant's own."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import engine
from infra.search import blocking_client, client
from infra.settings import Settings
from projections import bulk
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.generations import reading
from projections.query import Filter, QueryError, Times, get, list_, search
from schemas.generated.common import ContactKind, ContactPoint, CustomValue, FieldKind, PostalAddress
from schemas.generated.crm.contact import ContactChanged, ContactCreated, ContactErased, ContactFieldsSet, ContactTagged
from streams.projector import indexer
from tests.integration.projector import folder, own_databases
from tests.integration.test_projector_search import documents, index
from tests.unit.projections.log import day, log_of

SECRET = b"secret"
HOME = ContactPoint(value="maude@home.example.com", kind=ContactKind.HOME)
EMAILS = (ContactPoint(value="maude@example.com", kind=ContactKind.WORK, primary=True), HOME)
LONDON = PostalAddress(city="London", country="GB", primary=True)
MANY = [
    ContactCreated(contact_id=f"c{n}", name=f"Person {n}", email=f"p{n}@example.com", at=day(1))
    for n in range(bulk.FEW + 5)
]
WORLD: Sequence[Any] = [
    *MANY,
    ContactCreated(
        contact_id="maude", name="Maude", email="maude@example.com", phone="+442071838750", emails=EMAILS,
        addresses=(LONDON,), at=day(1),
    ),
    ContactTagged(contact_id="maude", tags=("key account", "vip"), at=day(2)),
    ContactFieldsSet(
        contact_id="maude", at=day(2),
        custom=(
            CustomValue(key="budget", kind=FieldKind.MONEY, values=("12.5", "USD")),
            CustomValue(key="hobbies", kind=FieldKind.CHOICES, values=("bowling", "painting")),
        ),
    ),
    ContactCreated(contact_id="gone", name="Gone", email="gone@example.com", emails=(EMAILS[1],), at=day(1)),
    ContactChanged(contact_id="c1", name="Person 1", email="p1@example.com", at=day(5)),
    ContactErased(contact_id="gone", at=day(6)),
]  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm, closing(blocking_client(made)) as es:
        crm.fold(log_of(WORLD))
        index(made, es)
        yield made
        indexer.drop_indices(es, documents(made))


@pytest.fixture
async def conn(settings: Settings) -> AsyncIterator[AsyncConnection]:
    made = engine(settings, "crm")
    async with reading(made, "acme") as connection:
        yield connection
    await made.dispose()


@pytest.fixture
async def es(settings: Settings) -> AsyncIterator[AsyncElasticsearch]:
    made = client(settings)
    yield made
    await made.close()


async def ids(conn: AsyncConnection, *filters: tuple[str, str, Any]) -> list[str]:
    page = await list_(conn, CONTACTS, "acme", secret=SECRET, filters=[Filter(*f) for f in filters])
    return [item["id"] for item in page.items]


async def test_a_contact_shows_how_it_is_reached_and_what_it_holds(conn: AsyncConnection) -> None:
    found = await get(conn, CONTACTS, "acme", "maude")
    assert found is not None
    row = found["row"]
    assert row["emails"] == [
        {"value": "maude@example.com", "kind": "WORK", "primary": True},
        {"value": "maude@home.example.com", "kind": "HOME", "primary": False},
    ]
    assert row["phones"] == [{"value": "+442071838750", "kind": None, "primary": True}]
    assert row["addresses"][0]["city"] == "London"
    assert row["tags"] == ["key account", "vip"]
    assert row["custom"] == {"budget": {"amount": "12.5", "currency": "USD"}, "hobbies": ["bowling", "painting"]}
    before = await get(conn, CONTACTS, "acme", "maude", Times(as_of=day(1)))
    assert before is not None
    assert (before["row"]["custom"], before["row"]["tags"]) == ({}, [])
    many = await get(conn, CONTACTS, "acme", "c7")
    assert many is not None
    assert (many["row"]["emails"][0]["value"], many["row"]["phones"]) == ("p7@example.com", None)


async def test_a_contact_is_found_by_any_address(conn: AsyncConnection) -> None:
    assert await ids(conn, ("emails", "eq", "maude@home.example.com")) == ["maude"]
    assert await ids(conn, ("emails", "in", ["p1@example.com", "maude@example.com", "no"])) == ["c1", "maude"]
    assert await ids(conn, ("emails", "null", "true"), ("name", "prefix", "m")) == []
    assert await ids(conn, ("phones", "null", "false")) == ["maude"]
    assert await ids(conn, ("tags", "eq", "vip")) == ["maude"]
    with pytest.raises(QueryError) as refused:
        await ids(conn, ("emails", "gt", "a"))
    assert refused.value.code == "unknown_operator"


async def test_nothing_of_a_list_is_left_of_who_was_erased(conn: AsyncConnection) -> None:
    found = await get(conn, CONTACTS, "acme", "gone")
    assert found is not None
    assert (found["row"]["name"], found["row"]["emails"]) == ("[erased]", None)
    assert await ids(conn, ("emails", "eq", "gone@example.com")) == []


async def test_search_finds_by_any_address_tag_and_value_of_ones_own(
    settings: Settings, es: AsyncElasticsearch
) -> None:
    for words in ("maude@home.example.com", "+442071838750", "vip", "bowling"):
        assert (await search(es, settings.index_prefix, CONTACTS, "acme", words))[:1] == ["maude"], words
    by_filter = [Filter("emails", "eq", "maude@home.example.com")]
    assert await search(es, settings.index_prefix, CONTACTS, "acme", "maude", filters=by_filter) == ["maude"]
