"""What Postgres does for a list: the few rows that list a record, or that somebody sees, are looked for first, however
they are ordered then, and what is not shown is not looked up."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres import administrator, database_name
from infra.settings import Settings
from projections.crm.activities import READ_MODEL as ACTIVITIES
from projections.generations import reading
from projections.query import Every, Filter, list_
from projections.related import related
from projections.visible import Among, Sight, any_of
from tests.integration.projector import filled
from tests.integration.statements import noted, plans

SECRET = b"s"
NEWEST = "-created_at"
ROWS = """
insert into activities (tenant, id, kind, status, title, priority, owner_id, about, contact_ids, user_ids, links,
    mentions, readers, editors, custom, created_at, updated_at, recorded_at, version)
select 'acme', 'a' || n, 'TASK', 'OPEN', 'Task ' || n, 'NORMAL', 'u1', array['crm/contact/p' || n % 9000], '{}', '{}',
    '{}', '{}', '{}', '{}', '{}', timestamptz '2026-01-01Z' + n * interval '1 minute', now(), now(), 1
from generate_series(1, 20000) n
"""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with filled(ROWS) as made:
        with administrator(made, database_name(made, "crm")) as connection:
            connection.execute("analyze")
        yield made


def about(*numbers: int) -> list[str]:
    return [f"crm/contact/p{number}" for number in numbers]


async def test_a_short_list_of_them_goes_through_no_others(source: AsyncEngine) -> None:
    async with reading(source, "acme", ACTIVITIES) as connection:
        one = [Every([Filter("kind", "eq", "TASK"), Filter("about", "eq", about(7)[0])])]
        either = [Filter("about", "in", about(7, 8))]
        with noted() as asked:
            newest = await list_(connection, ACTIVITIES, "acme", secret=SECRET, sort=NEWEST, limit=2, filters=one)
            rest = await list_(
                connection, ACTIVITIES, "acme", secret=SECRET, sort=NEWEST, filters=one, cursor=newest.next_cursor
            )
            both = await list_(connection, ACTIVITIES, "acme", secret=SECRET, sort=NEWEST, limit=3, filters=either)
            of_each = await related(
                connection, ACTIVITIES, "acme", "about", about(7, 8, 9999), secret=SECRET, sort=NEWEST, limit=1
            )
        assert [[row["id"] for row in page.items] for page in (newest, rest)] == [["a18007", "a9007"], ["a7"]]
        assert [row["id"] for row in both.items] == ["a18008", "a18007", "a9008"]
        assert {value: [row["id"] for row in page.items] for value, page in of_each.items()} == {
            about(7)[0]: ["a18007"],
            about(8)[0]: ["a18008"],
        }
        told = await plans(connection, asked)
        assert len(told) == 4
        for plan in told:
            assert "activities_by_about" in plan, plan
            assert "activities_by_created_at" not in plan, plan
            assert "Seq Scan on activities" not in plan, plan
        for plan in told[:3]:  # by the ids that were looked for, whatever Postgres believes of how many there are
            assert "id = ANY ($" in plan, plan


async def test_a_list_of_a_few_fields_looks_up_no_names(source: AsyncEngine) -> None:
    async with reading(source, "acme", ACTIVITIES) as connection:
        with noted() as asked:
            few = await list_(connection, ACTIVITIES, "acme", secret=SECRET, fields=["title", "due_at"], limit=1)
            whole = await list_(connection, ACTIVITIES, "acme", secret=SECRET, limit=1)
        assert few.items == [{"id": "a1", "title": "Task 1", "due_at": None, "parked": False}]
        assert few.items[0].items() <= whole.items[0].items()
        assert (few.next_cursor, whole.items[0]["owner_id"]) == (whole.next_cursor, "u1")
        of_few, of_whole = ({"people", "teams"} & set(plan.split()) for plan in await plans(connection, asked))
        assert of_few == set()
        assert of_whole == {"people", "teams"}


async def test_the_few_records_of_somebody_are_found_among_all(source: AsyncEngine) -> None:
    nobody = Sight(any_of(Among("owner", frozenset({"u9"})), Among("readers", frozenset({"user:u9"}))))
    shared = [Filter("readers", "eq", "user:u9")]
    async with reading(source, "acme", ACTIVITIES) as connection:
        with noted() as asked:
            of_somebody = await list_(connection, ACTIVITIES, "acme", secret=SECRET, sort=NEWEST, sight=nobody)
            shared_with = await list_(connection, ACTIVITIES, "acme", secret=SECRET, sort=NEWEST, filters=shared)
        assert (of_somebody.items, shared_with.items) == ([], [])
        of_both, of_shared = await plans(connection, asked)
        assert "activities_by_owner_id" in of_both, of_both
        for plan in (of_both, of_shared):
            assert "activities_by_readers" in plan, plan
            assert "activities_by_created_at" not in plan, plan
            (believed,) = re.findall(r"on activities r .*rows=(\d+)", plan)
            assert int(believed) < 10, plan  # of 20,000, where it would look for a hundred by any index
        counted = "select attstattarget from pg_attribute where attrelid = %s::regclass and attname = 'owner_id'"
        for table in ("activities", "companies", "contacts", "deals"):
            assert (await connection.exec_driver_sql(counted, (table,))).scalar_one() == 1000
