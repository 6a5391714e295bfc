from typing import get_args

from projections.crm.pipelines.view import SalesPipelineRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.pipeline import PipelineEvent

READ_MODEL = ReadModel(
    name="pipelines",
    database="crm",
    version=1,
    row=SalesPipelineRow,
    events=get_args(PipelineEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "pipeline"),
    filters=("name", "retired", "created_at", "updated_at"),
    sorts=("name", "created_at", "updated_at"),
    times=True,
    permission="crm.pipeline.read",
    doc="The pipelines that the tenant defined, with their stages. default is among them once it was changed.",
)
