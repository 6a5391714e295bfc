"""The tenant's pipelines by what rows of files may call them, for whoever may read them."""

from domains.integration.suggesting_pipelines import Pipelines, by_name
from gateway.auth import Caller
from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.visible import NOTHING
from schemas.generated.common import PipelineRules, PipelineStage
from schemas.wire import read_value

DATABASE = "crm"
_COLUMNS = ("id", "version", "name", "stages", "retired")


async def pipelines_named(here: Platform, who: Caller) -> Pipelines:
    """Those that deals may enter now."""
    model = models_by_name(DATABASE)["pipelines"]
    if who.standing.visible(model.permission, model.access) == NOTHING:
        return {}
    async with reading(here.readers[DATABASE], who.tenant, model) as connection:
        rows = await query.every(connection, model, who.tenant, _COLUMNS)
    return by_name(
        (
            row["name"],
            PipelineRules(
                pipeline_id=row["id"],
                version=row["version"],
                stages=tuple(read_value(PipelineStage, each) for each in row["stages"] or ()),
                retired=row["retired"],
            ),
        )
        for row in rows
    )
