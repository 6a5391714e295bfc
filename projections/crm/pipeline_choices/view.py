"""Which pipeline deals enter whose opening names none."""

from dataclasses import dataclass

from schemas.generated.crm.pipeline_choice import PipelineChosen


@dataclass(frozen=True, slots=True)
class PipelineChoiceRow:
    """Without a `pipeline_id` it is the one that is always there."""

    pipeline_id: str | None


def key(event: PipelineChosen) -> str:
    return event.tenant_id


def evolve(row: PipelineChoiceRow | None, event: PipelineChosen) -> PipelineChoiceRow:
    return PipelineChoiceRow(event.pipeline_id)
