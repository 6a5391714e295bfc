"""What a board adds up is read from an index, without the deals, by whoever sees all of them."""

from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.board import totals_of_stages
from infra.settings import Settings
from projections.crm.deals import READ_MODEL as DEALS
from projections.generations import reading
from projections.query import Filter, report
from projections.visible import Among, Sight
from tests.integration.projector import filled
from tests.integration.statements import noted, plans

MANY = f"""
insert into deals (tenant, id, name, owner_id, stage, pipeline_id, stage_id, stage_name, probability, lines,
    forecast_category, category_of_stage, competitors, entered_at, stays, splits, contacts, readers, editors, custom,
    version, created_at, updated_at, recorded_at, amount, amount_currency, weighted, weighted_currency, removed_at)
select 'acme', 'd' || n, 'Deal {"x" * 300}', 'u' || n % 50, 'PROSPECTING', 'p' || n % 4, 's' || n % 10, 'Stage', 10,
    '[]', 'PIPELINE', 'PIPELINE', '{{}}', now(), '[]', '[]', '[]', '{{}}', '{{}}', '{{}}', 1, now(), now(), now(), n,
    'EUR', n / 2.0, 'EUR', case when n % 40 = 22 then now() end
from generate_series(1, 20000) n
"""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with filled(MANY) as made:
        yield made


async def plan(connection: AsyncConnection, sight: Sight) -> str:
    """How Postgres finds what is added up of the pipeline p2."""
    mine = [Filter("pipeline_id", "eq", "p2")]
    with noted() as asked:
        groups = await report(connection, totals_of_stages(), "acme", filters=mine, sight=sight)
    assert sum(each["count"] for each in groups)
    (told,) = await plans(connection, asked)
    return told


async def test_whoever_sees_all_deals_has_them_added_up_without_reading_one(source: AsyncEngine) -> None:
    async with reading(source, "acme", DEALS) as connection:
        assert "Index Only Scan using deals_by_pipeline_id_stage_id_updated_at" in await plan(connection, Sight())
        groups = await report(
            connection, totals_of_stages(), "acme", filters=[Filter("pipeline_id", "eq", "p2")], sight=Sight()
        )
        counted = {each["stage_id"]: (each["count"], each["amount"]) for each in groups}
        asked = """
            select stage_id, count(*), sum(amount) from deals where pipeline_id = 'p2' and removed_at is null group by 1
        """
        rows = (await connection.exec_driver_sql(asked)).mappings()
        assert counted == {row["stage_id"]: (row["count"], row["sum"]) for row in rows}
        assert counted["s2"] == (500, sum(range(2, 20000, 40)))


async def test_whoever_sees_some_has_those_added_up(source: AsyncEngine) -> None:
    own = Sight(Among("owner", frozenset({"u2"})))
    async with reading(source, "acme", DEALS) as connection:
        await plan(connection, own)
        groups = await report(
            connection, totals_of_stages(), "acme", filters=[Filter("pipeline_id", "eq", "p2")], sight=own
        )
        assert {each["stage_id"]: each["count"] for each in groups} == {"s2": 100}
