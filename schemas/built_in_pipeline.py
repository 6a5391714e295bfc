"""The pipeline that is always there, as it is until somebody changes it: every deal goes through it whose opening named
no other, and every event that says nothing of a stage is of a stage as it is here, at version 0."""

from typing import Final

from schemas.generated.common import ForecastCategory, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.deal import Place, Stage

BUILT_IN: Final = "default"
"""Its id, which no other pipeline has: theirs are uuids."""
NAME: Final = "Default"
"""What it is called once it has been changed; before that nothing shows a name."""

STAGES: Final = (
    PipelineStage(stage_id="prospecting", name="Prospecting", kind=StageKind.OPEN, probability=20),
    PipelineStage(
        stage_id="engaging", name="Engaging", kind=StageKind.OPEN, probability=50, enter_from=("prospecting",)
    ),
    PipelineStage(stage_id="won", name="Won", kind=StageKind.WON, probability=100, enter_from=("engaging",)),
    PipelineStage(stage_id="lost", name="Lost", kind=StageKind.LOST),
)
RULES: Final = PipelineRules(pipeline_id=BUILT_IN, version=0, stages=STAGES)
_OF_KIND: Final = {
    StageKind.OPEN: ForecastCategory.PIPELINE,
    StageKind.WON: ForecastCategory.CLOSED,
    StageKind.LOST: ForecastCategory.OMITTED,
}
_STAGES_OF_IT: Final = {
    "prospecting": Stage.PROSPECTING,
    "engaging": Stage.ENGAGING,
    "won": Stage.WON,
    "lost": Stage.LOST,
}
_STAGES: Final = {StageKind.OPEN: Stage.OPEN, StageKind.WON: Stage.WON, StageKind.LOST: Stage.LOST}


def place(rules: PipelineRules, stage: PipelineStage) -> Place:
    """Where a deal stands that enters this stage of a pipeline."""
    return Place(
        stage_id=stage.stage_id,
        stage_name=stage.name,
        pipeline_id=rules.pipeline_id,
        pipeline_version=rules.version,
        kind=stage.kind,
        probability=stage.probability,
        category=stage.category or _OF_KIND.get(stage.kind, ForecastCategory.PIPELINE),
        rots_after_days=stage.rots_after_days,
    )


def stage_in(place: Place) -> Stage:
    """How a deal stands that stands there: stages that were added to the built-in pipeline are as those of others."""
    own = _STAGES_OF_IT.get(place.stage_id) if place.pipeline_id == BUILT_IN else None
    return own or _STAGES.get(place.kind, Stage.UNKNOWN)


def engages(place: Place) -> bool:
    """Whether it is the stage whose deals have customers that engaged."""
    return (place.pipeline_id, place.stage_id) == (BUILT_IN, ENGAGING.stage_id)


PROSPECTING, ENGAGING, WON, LOST = (place(RULES, stage) for stage in STAGES)
