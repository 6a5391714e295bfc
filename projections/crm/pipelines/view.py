"""The stages that a tenant's deals go through."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.common import PipelineStage
from schemas.generated.crm.pipeline import (
    PipelineChanged,
    PipelineDefined,
    PipelineEvent,
    PipelineRestored,
    PipelineRetired,
)


@dataclass(frozen=True, slots=True)
class SalesPipelineRow:
    name: str
    stages: tuple[PipelineStage, ...]
    win_reasons: tuple[str, ...]
    lost_reasons: tuple[str, ...]
    retired: bool


def key(event: PipelineEvent) -> str:
    return event.pipeline_id


def evolve(row: SalesPipelineRow | None, event: PipelineEvent) -> SalesPipelineRow | None:
    match event:
        case PipelineDefined() | PipelineChanged():
            retired = row is not None and row.retired
            return SalesPipelineRow(event.name, event.stages, event.win_reasons, event.lost_reasons, retired)
        case PipelineRetired():
            return row and replace(row, retired=True)
        case PipelineRestored():
            return row and replace(row, retired=False)
        case _:
            assert_never(event)
