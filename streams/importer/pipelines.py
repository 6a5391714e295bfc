"""A tenant's pipelines, as rows name them and their stages: by what they are called, or by their ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from domains.integration.cell_forms import same_name
from infra.sheets.problems import Problem
from schemas.built_in_pipeline import BUILT_IN
from schemas.generated.common import PipelineRules, PipelineStage
from streams.importer.problems import RowRefused


@dataclass(frozen=True, slots=True)
class Pipelines:
    """The rules of those that are known by a name or an id."""

    known: Mapping[str, tuple[PipelineRules, ...]] = field(default_factory=dict[str, tuple[PipelineRules, ...]])

    @property
    def changed(self) -> PipelineRules | None:
        """The rules of the one that is always there, if the tenant changed it."""
        return next((each for each in self.known.get(BUILT_IN, ()) if each.pipeline_id == BUILT_IN), None)

    def of(self, cell: str) -> PipelineRules:
        """The pipeline that a cell names; raises RowRefused."""
        match self.known.get(same_name(cell), ()):
            case ():
                reason = "There is no such pipeline; define it first, or leave the cell blank for the one always there."
                raise RowRefused(Problem("pipeline_unknown", reason, "pipeline"))
            case (rules,):
                return rules
            case several:
                reason = f"{len(several)} pipelines are called so; give the id of one."
                raise RowRefused(Problem("pipeline_ambiguous", reason, "pipeline"))


NONE: Final = Pipelines()


def pipelines(named: Iterable[tuple[str, PipelineRules]]) -> Pipelines:
    """Those of these names."""
    known: dict[str, tuple[PipelineRules, ...]] = {}
    for name, rules in named:
        for each in {same_name(name), same_name(rules.pipeline_id)}:
            known[each] = (*known.get(each, ()), rules)
    return Pipelines(known)


def names_one(cell: str) -> bool:
    """Whether a cell names a pipeline, and does not leave a deal in the one that is always there."""
    return same_name(cell) not in ("", BUILT_IN)


def stage_of(rules: PipelineRules, cell: str) -> PipelineStage:
    """The stage that a cell names, one that is not retired before one that is; raises RowRefused."""
    wanted = same_name(cell)
    for stage in sorted(rules.stages, key=lambda each: each.retired):
        if wanted in (same_name(stage.name), stage.stage_id):
            return stage
    listed = ", ".join(each.name for each in rules.stages if not each.retired)
    reason = f"The pipeline has no such stage; it has {listed}. Say by `values` which of them it stands for."
    raise RowRefused(Problem("stage_unknown", reason, "stage"))
