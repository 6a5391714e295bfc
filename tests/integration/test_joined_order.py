"""A list in the order of a name that it takes from another read model, page by page."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.settings import Settings
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.generations import reading
from projections.query import Filter, list_
from tests.integration.projector import filled
from tests.integration.statements import noted, plans

FIRMS = """
insert into companies (tenant, id, name, domains, tags, readers, editors, custom, version, created_at, updated_at,
    recorded_at, removed_at)
select 'acme', 'c' || n, 'Firm ' || n % 900, '{}', '{}', '{}', '{}', '{}', 1, now(), now(), now(),
    case when n % 100 = 0 then now() end
from generate_series(1, 1000) n
"""
PEOPLE = """
insert into contacts (tenant, id, name, company_id, lifecycle, tags, readers, editors, custom, version, created_at,
    updated_at, recorded_at)
select 'acme', 'p' || n, 'Person ' || n, case when n % 10 > 0 then 'c' || n % 1000 end, 'l' || n % 2, '{}', '{}', '{}',
    '{}', 1, now(), now(), now()
from generate_series(1, 20000) n
"""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with filled(FIRMS, PEOPLE) as made:
        yield made


async def pages(
    connection: AsyncConnection, sort: str, limit: int, most: int = 10**6, filters: Sequence[Filter] = ()
) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while len(found) < most:
        page = await list_(
            connection, CONTACTS, "acme", secret=b"s", sort=sort, limit=limit, cursor=cursor, filters=filters
        )
        found += [item["id"] for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


@pytest.mark.parametrize(("sort", "order"), [("company_name", "asc"), ("-company_name", "desc")])
async def test_its_pages_are_the_whole_list_in_its_order(source: AsyncEngine, sort: str, order: str) -> None:
    async with reading(source, "acme", CONTACTS) as connection:
        named = "select p.id from contacts p left join companies c on c.id = p.company_id and c.removed_at is null"
        some = Filter("lifecycle", "eq", "l1")
        for where, filters in (("", ()), ("where p.lifecycle = 'l1'", (some,))):
            text = f"{named} {where} order by c.name {order} nulls last, p.id"
            wanted = list((await connection.exec_driver_sql(text)).scalars())
            assert await pages(connection, sort, 200, filters=filters) == wanted


@pytest.mark.parametrize("sort", ["company_name", "-company_name"])
async def test_a_page_of_it_reads_the_rows_that_it_shows(source: AsyncEngine, sort: str) -> None:
    async with reading(source, "acme", CONTACTS) as connection:
        with noted() as asked:
            await pages(connection, sort, 20, most=40)
        assert len(asked) == 2
        for plan in await plans(connection, asked):
            assert "using companies_by_name" in plan, plan
            assert "Seq Scan on contacts" not in plan, plan
