"""Which pipeline deals enter whose opening names none: choosing it, and taking the choice back."""

from dataclasses import replace
from datetime import UTC, datetime

from domains.crm.pipeline_choice import DECIDER
from domains.undoing import ChangedSince, proved, way_back
from schemas.built_in_pipeline import BUILT_IN, RULES
from schemas.generated.common import PipelineRules
from schemas.generated.crm.pipeline_choice import ChoosePipeline, PipelineChosen
from tests.spec import given

AT, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
P, Q = (replace(RULES, pipeline_id=id, version=3) for id in ("p", "q"))
CHOSEN = PipelineChosen(tenant_id="acme", pipeline_id="p", at=AT)
OTHER, NONE = replace(CHOSEN, pipeline_id="q"), replace(CHOSEN, pipeline_id=None)


def choose(pipeline: str | None, carried: PipelineRules | None = None) -> ChoosePipeline:
    return ChoosePipeline(tenant_id="acme", pipeline_id=pipeline, carried=carried, at=AT)


def test_a_pipeline_is_chosen_until_another_one_is() -> None:
    given().when(choose(" p ", P)).then(CHOSEN)
    given(CHOSEN).when(choose("p", P)).nothing()
    given(CHOSEN).when(choose("q", Q)).then(OTHER)
    given(CHOSEN).when(choose(None)).then(NONE)
    given(CHOSEN).when(choose(BUILT_IN)).then(NONE)
    given(CHOSEN, NONE).when(choose(BUILT_IN)).nothing()
    given().when(choose(None)).then(NONE)


def test_what_no_deal_enters_is_not_chosen() -> None:
    given(CHOSEN).when(choose("q", replace(Q, retired=True))).rejected("pipeline_retired", "pipeline_id")
    given().when(choose("q", P)).rejected("pipeline_changed", "pipeline_id")
    given().when(choose("p" * 1000, P)).rejected("pipeline_id_too_long", "pipeline_id")


def test_a_choice_is_taken_back() -> None:
    def back(number: int, *events: PipelineChosen) -> list[PipelineChosen] | ChangedSince:
        way = way_back(DECIDER, events, number, NOW)
        if isinstance(way, ChangedSince):
            return way
        carried = {"p": P, "q": Q}.get(way.command.pipeline_id)
        return list(proved(DECIDER, way, replace(way.command, carried=carried)).events)

    assert back(1, CHOSEN) == [replace(NONE, at=NOW)]
    assert back(2, CHOSEN, NONE) == back(2, CHOSEN, OTHER) == [replace(CHOSEN, at=NOW)]
    assert back(3, CHOSEN, OTHER, CHOSEN) == [replace(OTHER, at=NOW)]
    assert back(1, CHOSEN, OTHER) == ChangedSince(2, ["pipeline_id"])
