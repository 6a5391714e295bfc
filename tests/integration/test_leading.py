"""Rows that lead to a record, and rows by their ids, by questions made once: those of the list, and found as fast."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.postgres import administrator, database_name, driver_of
from infra.settings import Settings
from projections.crm.activities import READ_MODEL as ACTIVITIES
from projections.generations import reading
from projections.query import (
    NOW,
    Filter,
    Leading,
    Page,
    Picked,
    leading,
    list_,
    page_leading,
    picked,
    rows_picked,
    together,
)
from projections.together import values_of
from projections.visible import ALL, NOTHING, Among, Sight
from tests.integration.projector import filled
from tests.integration.test_listed import ROWS, SECRET, about

NEWEST = "-created_at"
OF_U1, OF_NOBODY = Among("owner", frozenset({"u1"})), Among("owner", frozenset({"u9"}))
SIGHTS = [
    ALL,
    Sight(OF_U1),
    Sight(OF_NOBODY),
    Sight(fields={"personal": NOTHING}),
    Sight(OF_U1, {"personal": OF_NOBODY}),
]


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with filled(ROWS) as made:
        with administrator(made, database_name(made, "crm")) as connection:
            connection.execute("analyze")
        yield made


def activities(number: int, sight: Sight = ALL, limit: int = 2) -> Leading:
    return Leading(ACTIVITIES, "about", about(number)[0], NEWEST, limit, sight)


async def pages(connection: AsyncConnection, *of: Leading, tenant: str = "acme") -> list[Page]:
    found = await together(connection, [leading(each, tenant, NOW) for each in of])
    return [
        await page_leading(connection, each, tenant, rows, secret=SECRET, times=NOW)
        for each, rows in zip(of, found, strict=True)
    ]


@pytest.mark.parametrize("limit", [1, 2])
@pytest.mark.parametrize("sight", SIGHTS)
async def test_they_are_those_of_the_list(source: AsyncEngine, sight: Sight, limit: int) -> None:
    async with reading(source, "acme", ACTIVITIES) as connection:
        found = await pages(connection, *(activities(number, sight, limit) for number in (7, 9, 9999)))
        for page, number in zip(found, (7, 9, 9999), strict=True):
            one = [Filter("about", "eq", about(number)[0])]
            assert page == await list_(
                connection, ACTIVITIES, "acme", secret=SECRET, filters=one, sort=NEWEST, limit=limit, sight=sight
            )
    of_nobody = sight.records == OF_NOBODY
    assert [len(page.items) for page in found] == ([0, 0, 0] if of_nobody else [limit, limit, 0])
    assert (found[0].next_cursor is None) == of_nobody


@pytest.mark.parametrize("fields", [("title",), ACTIVITIES.search, ("about", "custom")])
@pytest.mark.parametrize("sight", SIGHTS)
async def test_so_are_rows_by_their_ids(source: AsyncEngine, sight: Sight, fields: tuple[str, ...]) -> None:
    ids = ["a9", "a7", "a20001"]
    of = Picked(ACTIVITIES, ids, fields, sight)
    async with reading(source, "acme", ACTIVITIES) as connection:
        (found,) = await together(connection, [picked(of, "acme")])
        rows = await rows_picked(connection, of, "acme", found, secret=SECRET)
        page = await list_(connection, ACTIVITIES, "acme", secret=SECRET, fields=fields, search_ids=ids, sight=sight)
    assert {row["id"]: row for row in rows} == {row["id"]: row for row in page.items}
    assert len(rows) == (0 if sight.records == OF_NOBODY else 2)


async def test_they_are_looked_for_first(source: AsyncEngine) -> None:
    asked = leading(activities(7), "acme", NOW)
    async with reading(source, "acme", ACTIVITIES) as connection:
        explained = psycopg.AsyncRawCursor(driver_of(connection))
        told = await explained.execute(b"explain " + asked[0].text, values_of(asked))
        plan = "\n".join([line for (line,) in await told.fetchall()])
    assert "activities_by_about" in plan, plan
    assert "activities_by_created_at" not in plan, plan
    assert "Seq Scan on activities" not in plan, plan
    assert "id = ANY ($" in plan, plan  # by the ids that were found, whatever Postgres believes of how many there are


async def test_a_question_is_made_once(source: AsyncEngine) -> None:
    (first, one), (second, other) = leading(activities(7), "acme", NOW), leading(activities(8, limit=3), "umbra", NOW)
    assert first is second
    assert one != other
    assert leading(activities(7, Sight(OF_U1)), "acme", NOW)[0] is not first


async def test_a_connection_that_is_lost_is_told_as_every_other_is(source: AsyncEngine, settings: Settings) -> None:
    with pytest.raises(OperationalError):
        await _asked_of_the_dead(source, settings)
    async with reading(source, "acme", ACTIVITIES) as connection:
        (page,) = await pages(connection, activities(7))
        assert len(page.items) == 2
        assert (await pages(connection)) == []


async def _asked_of_the_dead(source: AsyncEngine, settings: Settings) -> None:
    async with reading(source, "acme", ACTIVITIES) as connection:
        driver = driver_of(connection)
        with psycopg.connect(settings.postgres, dbname="postgres", autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(%s)", [driver.info.backend_pid])
        await pages(connection, activities(7))


async def test_another_tenant_has_none_of_them(source: AsyncEngine) -> None:
    async with reading(source, "umbra", ACTIVITIES) as connection:
        assert [page.items for page in await pages(connection, activities(7), tenant="umbra")] == [[]]
        assert [page.items for page in await pages(connection, activities(7), tenant="acme")] == [[]]
