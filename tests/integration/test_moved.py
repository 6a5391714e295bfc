"""References of a tenant's own to companies that were merged: what rows show, and what is found by it, is the same, now
and then, in lists, files and the index."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import engine
from infra.search import blocking_client
from infra.settings import Settings
from projections.asked import taken_apart
from projections.crm.companies import READ_MODEL as TREE
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.documents import alias_name, search_body
from projections.generations import reading
from projections.model import ReadModel
from projections.query import (
    NOW,
    Either,
    Every,
    Filter,
    Not,
    Times,
    Where,
    batches,
    branches,
    defined,
    get,
    led_by_index,
    list_,
    related,
)
from projections.visible import ALL, NOTHING, Sight
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.company import CompanyCreated, CompanyFieldsSet, CompanyMerged, CompanyUnmerged
from schemas.generated.crm.contact import ContactCreated, ContactFieldsSet
from schemas.generated.crm.deal import DealFieldsSet
from schemas.generated.crm.field_set import FieldDefined
from streams.projector import indexer
from tests.integration.projector import folder, own_databases
from tests.integration.test_projector_search import documents, index
from tests.unit.projections.log import day, log_of, opened

SECRET = b"secret"
COMPANIES = ("a", "b", "c", "d")
HALF = "custom.size / 2"


def company(id: str) -> CompanyCreated:
    return CompanyCreated(
        company_id=id, name=f"The {id}", sector=None, year_established=None, revenue=None, employees=None,
        location=None, parent_id=None, at=day(0),
    )  # fmt: skip


def rival(id: str) -> tuple[CustomValue, ...]:
    return (CustomValue(key="rival", kind=FieldKind.REFERENCE, values=(id,)),)


def below() -> list[Any]:
    """A company below d, with fields of its own, one of which is computed."""
    friend, size = FieldKind.REFERENCE, FieldKind.NUMBER
    defined = ("friend", friend, "company", None), ("size", size, None, None), ("half", FieldKind.FORMULA, None, HALF)
    held = (CustomValue(key="friend", kind=friend, values=("b",)), CustomValue(key="size", kind=size, values=("5",)))
    return [
        *(
            FieldDefined(
                field_set_id="company", record="company", key=key, label=key, kind=kind, refers_to=to, formula=formula,
                at=day(0),
            )
            for key, kind, to, formula in defined
        ),
        replace(company("below"), parent_id="d"),
        CompanyFieldsSet(company_id="below", custom=held, at=day(1)),
    ]  # fmt: skip


def world() -> list[Any]:
    """a is merged into b on day 10 and b into c on day 20; a is told apart again on day 30."""
    events: list[Any] = [
        FieldDefined(
            field_set_id=record, record=record, key="rival", label="Rival", kind=FieldKind.REFERENCE,
            refers_to="company", at=day(0),
        )
        for record in ("deal", "contact")
    ]  # fmt: skip
    events += [company(id) for id in COMPANIES]
    for id in COMPANIES:
        events.append(opened(f"of {id}", day(1), name="deal", company_id="d"))
        events.append(DealFieldsSet(deal_id=f"of {id}", custom=rival(id), at=day(1)))
        events.append(ContactCreated(contact_id=f"at {id}", name="kate", email=None, phone=None, at=day(1)))
        events.append(ContactFieldsSet(contact_id=f"at {id}", custom=rival(id), at=day(1)))
    events.append(opened("of none", day(1), name="deal", company_id=None))
    events += below()
    events.append(CompanyMerged(company_id="a", into_id="b", name="The a", at=day(10)))
    events.append(CompanyMerged(company_id="b", into_id="c", name="The b", at=day(20)))
    events.append(CompanyUnmerged(company_id="a", from_id="b", at=day(30)))
    return events


LED: Mapping[Times, Mapping[str, str]] = {
    Times(as_of=day(5)): {"a": "a", "b": "b", "c": "c", "d": "d"},
    Times(as_of=day(15)): {"a": "b", "b": "b", "c": "c", "d": "d"},
    Times(as_of=day(25)): {"a": "c", "b": "c", "c": "c", "d": "d"},
    NOW: {"a": "a", "b": "c", "c": "c", "d": "d"},
}
"""Where each leads, and when."""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm:
        crm.fold(log_of(world()))
        yield made


@pytest.fixture(scope="module")
def es(settings: Settings) -> Iterator[Elasticsearch]:
    with closing(blocking_client(settings)) as made:
        index(settings, made)
        yield made
        indexer.drop_indices(made, documents(settings))


@pytest.fixture
async def conn(settings: Settings) -> AsyncIterator[AsyncConnection]:
    made = engine(settings, "crm")
    async with reading(made, "acme") as connection:
        yield connection
    await made.dispose()


async def shown(conn: AsyncConnection, where: Where | None = None, times: Times = NOW) -> dict[str, str | None]:
    """What deals show, by their ids."""
    filters = [] if where is None else [where]
    page = await list_(conn, DEALS, "acme", secret=SECRET, filters=filters, times=times)
    return {row["id"]: row["custom"].get("rival") for row in page.items}


def held(where: Where, value: str | None) -> bool:
    """The meaning of a question, of what is shown."""
    match where:
        case Filter(op="null"):
            return (value is None) == (where.value == "true")
        case Filter(op="ne"):
            return value != where.value
        case Filter(op="in"):
            return value is not None and value in where.value
        case Filter():
            return value == where.value
        case Every():
            return all(held(each, value) for each in where.parts)
        case Either():
            return any(held(each, value) for each in where.options)
        case Not():
            return not held(where.part, value)


def asked() -> list[Where]:
    found: list[Where] = [Filter("custom.rival", op, id) for op in ("eq", "ne") for id in (*COMPANIES, "nobody")]
    found += [Filter("custom.rival", "null", each) for each in ("true", "false")]
    found += [Filter("custom.rival", "in", ("a", "c")), Filter("custom.rival", "in", ("a", "b"))]
    return [*found, Not(Either((found[1], found[2]))), Every((found[7], Filter("custom.rival", "ne", "d")))]


@pytest.mark.parametrize("times", LED, ids=str)
async def test_what_is_shown_leads_where_it_led_and_is_found_by_it(conn: AsyncConnection, times: Times) -> None:
    expected: dict[str, str | None] = {f"of {id}": to for id, to in LED[times].items()} | {"of none": None}
    assert await shown(conn, times=times) == expected
    for where in asked():
        found = {id: value for id, value in expected.items() if held(where, value)}
        assert await shown(conn, where, times) == found, where


async def test_records_files_and_what_is_read_by_level_show_the_same(conn: AsyncConnection) -> None:
    [one] = [await get(conn, DEALS, "acme", "of b")]
    assert one is not None
    assert one["row"]["custom"] == {"rival": "c"}
    then = await get(conn, DEALS, "acme", "of a", Times(as_of=day(25)))
    assert then is not None
    assert then["row"]["custom"] == {"rival": "c"}
    told = batches(conn, DEALS, "acme", fields=["custom.rival"], size=2)
    file = {row["id"]: row["custom.rival"] async for rows in told for row in rows}
    assert file == {"of a": "a", "of b": "c", "of c": "c", "of d": "d", "of none": None}
    pages = await related(conn, DEALS, "acme", "company_id", ["d"], secret=SECRET)
    assert {row["id"]: row["custom"]["rival"] for row in pages["d"].items} == {
        "of a": "a", "of b": "c", "of c": "c", "of d": "d",
    }  # fmt: skip


async def test_what_stands_below_shows_its_fields_as_lists_do(conn: AsyncConnection) -> None:
    for times, friend in ((NOW, "c"), (Times(as_of=day(15)), "b")):
        [level] = await branches(conn, TREE, "acme", "d", times=times)
        [row] = level.items
        assert row["custom"] == {"friend": friend, "size": "5", "half": "2.5"}


async def test_what_is_not_seen_leads_nowhere_and_finds_nothing(conn: AsyncConnection) -> None:
    sight = Sight(fields={"personal": NOTHING})
    for where in ([], [Filter("custom.rival", "null", "true")]):
        page = await list_(conn, CONTACTS, "acme", secret=SECRET, filters=where, sight=sight)
        assert [row["custom"] for row in page.items] == [None] * 4
    asked_by = [Filter("custom.rival", "eq", "c")]
    assert (await list_(conn, CONTACTS, "acme", secret=SECRET, filters=asked_by, sight=sight)).items == []
    page = await list_(conn, CONTACTS, "acme", secret=SECRET, filters=asked_by)
    assert {row["id"]: row["custom"]["rival"] for row in page.items} == {"at b": "c", "at c": "c"}


async def test_the_index_finds_the_same(conn: AsyncConnection, es: Elasticsearch, settings: Settings) -> None:
    expected: dict[str, str | None] = {f"of {id}": to for id, to in LED[NOW].items()} | {"of none": None}
    for where in asked():
        found = await searched(conn, es, settings, DEALS, where)
        assert found == sorted(id for id, value in expected.items() if held(where, value)), where


async def searched(
    conn: AsyncConnection, es: Elasticsearch, settings: Settings, model: ReadModel, where: Where
) -> list[str]:
    own = await defined(conn, model, "acme")
    said = await led_by_index(conn, model, "acme", [where], own)
    body = search_body(model, "acme", taken_apart("deal"), said, 100, ALL, own)
    answer = es.search(index=alias_name(settings.index_prefix, model), routing="acme", body=body)
    return sorted(hit["sort"][-1] for hit in answer["hits"]["hits"])
