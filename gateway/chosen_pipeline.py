"""Which pipeline it is where nobody names one: that which the tenant chose, or the one that is always there."""

from sqlalchemy.ext.asyncio import AsyncConnection

from projections import query
from projections.catalog import models_by_name
from projections.query import NOW, Times
from schemas.built_in_pipeline import BUILT_IN

DATABASE = "crm"


async def chosen(connection: AsyncConnection, tenant: str, times: Times = NOW) -> str:
    """The id of the pipeline, now or then."""
    found = await query.get(connection, models_by_name(DATABASE)["pipeline_choices"], tenant, tenant, times)
    return BUILT_IN if found is None else found["row"]["pipeline_id"] or BUILT_IN
