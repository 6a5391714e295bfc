"""Which pipeline it is where nobody names one: that which the tenant chose, or the one that is always there."""

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import NOW, Times
from schemas.built_in_pipeline import BUILT_IN

DATABASE = "crm"


async def chosen(connection: AsyncConnection, tenant: str, times: Times = NOW) -> str:
    """The id of the pipeline, now or then."""
    found = await query.get(connection, models_by_name(DATABASE)["pipeline_choices"], tenant, tenant, times)
    return BUILT_IN if found is None else found["row"]["pipeline_id"] or BUILT_IN


async def chosen_now(here: Platform, tenant: str) -> str:
    """The same, for a command."""
    async with reading(here.readers[DATABASE], tenant, models_by_name(DATABASE)["pipeline_choices"]) as connection:
        return await chosen(connection, tenant)
