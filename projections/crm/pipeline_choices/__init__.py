from projections.crm.pipeline_choices.view import PipelineChoiceRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.crm.pipeline_choice import PipelineChosen

READ_MODEL = ReadModel(
    name="pipeline_choices",
    database="crm",
    version=1,
    row=PipelineChoiceRow,
    events=(PipelineChosen,),
    key=key,
    evolve=evolve,
    aggregate=("crm", "pipeline_choice"),
    joins=(Join("pipeline_id", "pipelines", {"pipeline_name": "name"}),),
    filters=("pipeline_id", "created_at", "updated_at"),
    sorts=("created_at", "updated_at"),
    times=True,
    permission="crm.pipeline-choice.read",
    doc="Which pipeline deals enter whose opening names none: one row at most, whose id is the tenant's.",
)
