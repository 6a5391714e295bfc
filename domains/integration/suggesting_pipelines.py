"""Which column of a file of deals names their pipelines, and what its stages are called there.

A column is suggested where all that rows name in it is there: no name alone says that a column means pipelines of ours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from domains.integration.cell_forms import plain, same_name
from domains.integration.importable import STAGES, Importable
from domains.integration.suggesting import Suggestion
from schemas.built_in_pipeline import BUILT_IN
from schemas.generated.common import PipelineRules, StageKind

Pipelines = Mapping[str, PipelineRules]
"""Those of a tenant that deals may enter, by what rows may call them."""

_KINDS = {"Won": StageKind.WON, "Lost": StageKind.LOST}


def by_name(named: Iterable[tuple[str, PipelineRules]]) -> Pipelines:
    """Pipelines by their names and ids, without names that several have. `default` is the one that is always there,
    which is among them once it was changed."""
    found: dict[str, list[PipelineRules]] = {}
    for name, rules in named:
        for each in {same_name(name), same_name(rules.pipeline_id)} - {"", BUILT_IN}:
            found.setdefault(each, []).append(rules)
        if rules.pipeline_id == BUILT_IN:
            found[BUILT_IN] = [rules]
    return {name: rules[0] for name, rules in found.items() if len(rules) == 1 and not rules[0].retired}


def column_of(target: Importable, header: Sequence[str], mapping: Mapping[str, str]) -> str | None:
    """The column that could name pipelines, by what it is called."""
    free = {plain(each): each for each in header if each and header.count(each) == 1 and each not in mapping.values()}
    return next((free[each] for each in ("pipeline", *target.fields["pipeline"].names) if each in free), None)


def with_pipelines(
    found: Suggestion, column: str | None, named: Collection[tuple[str, str]], pipelines: Pipelines
) -> Suggestion:
    """The suggestion with what the tenant's pipelines add to it. `named` are the pipelines and stages that rows name
    together, the pipelines blank where no column names any."""
    ours = {pipeline for pipeline, _ in named if same_name(pipeline) in pipelines}
    if column is not None and ours:
        values, sure = _stages(named, pipelines)
        if sure:
            return replace(found, mapping={**found.mapping, "pipeline": column}, values=_values(values))
        found = replace(found, undecided=[*found.undecided, "pipeline"])
    values, _ = _stages({("", stage) for _, stage in named}, pipelines)
    return replace(found, values=_values(values))


def _values(stages: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    return {"stage": stages} if stages else {}


def _stages(named: Collection[tuple[str, str]], pipelines: Pipelines) -> tuple[Mapping[str, str], bool]:
    """What stages are called in the pipelines with which they are named, where they are called otherwise; and whether
    all are there, and each is called the same wherever it is named."""
    found: dict[str, dict[str, str]] = {}
    sure = True
    for pipeline, stage in sorted(named):
        rules = pipelines.get(same_name(pipeline) or BUILT_IN)
        if rules is None and same_name(pipeline) not in ("", BUILT_IN):
            sure = False
        elif stage:
            called = STAGES.get(plain(stage)) if rules is None else _called(rules, stage)
            sure = sure and called is not None
            found.setdefault(stage, {})[same_name(called or stage)] = called or stage
    one = {stage: called for stage, each in found.items() if len(each) == 1 for called in each.values()}
    told = {stage: called for stage, called in one.items() if same_name(called) != same_name(stage)}
    return told, sure and len(one) == len(found)


def _called(rules: PipelineRules, stage: str) -> str | None:
    """What a pipeline calls a stage of a file: the same, or by what the words of other systems mean."""
    live = [each for each in rules.stages if not each.retired]
    if any(same_name(stage) in (same_name(each.name), each.stage_id) for each in live):
        return stage
    means = STAGES.get(plain(stage), "")
    if rules.pipeline_id == BUILT_IN:
        return means if means.lower() in {each.stage_id for each in live} else None
    closing = [each.name for each in live if each.kind is _KINDS.get(means)]
    return closing[0] if len(closing) == 1 else None
