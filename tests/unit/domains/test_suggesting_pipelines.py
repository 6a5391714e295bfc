"""Which column of a file names pipelines, and what its stages are called in those that the tenant has."""

from dataclasses import replace
from typing import Any

import pytest

from domains.integration.importable import IMPORTABLE
from domains.integration.suggesting import Suggestion
from domains.integration.suggesting_pipelines import Pipelines, by_name, column_of, with_pipelines
from schemas.built_in_pipeline import BUILT_IN, STAGES
from schemas.generated.common import PipelineRules, PipelineStage, StageKind

LEAD = PipelineStage(stage_id="lead", name="Lead", kind=StageKind.OPEN, probability=10)
OFFER = PipelineStage(stage_id="offer", name="Proposal Made", kind=StageKind.OPEN, probability=60)
SIGNED = PipelineStage(stage_id="signed", name="Signed", kind=StageKind.WON, probability=100)
GONE = PipelineStage(stage_id="gone", name="Gone", kind=StageKind.LOST)
OLD = PipelineStage(stage_id="old", name="Old", kind=StageKind.OPEN, probability=10, retired=True)
SALES = PipelineRules(pipeline_id="p", version=1, stages=(LEAD, OFFER, SIGNED, GONE, OLD))
FAIRS = PipelineRules(pipeline_id="q", version=1, stages=(LEAD, replace(SIGNED, name="Closed Won"), GONE))
DEMO = PipelineStage(stage_id="demo", name="Demo Scheduled", kind=StageKind.OPEN, probability=70)
CHANGED = PipelineRules(pipeline_id=BUILT_IN, version=2, stages=(*STAGES, DEMO))
OURS = by_name([("Sales Pipeline", SALES), ("Fairs", FAIRS)])
FOUND = Suggestion({"key": "ID", "stage": "Stage"}, {"stage": {"Lead": "Prospecting"}}, None, None, ["dates"])


def told(*named: tuple[str, str], column: str | None = "Pipeline", ours: Pipelines = OURS) -> tuple[Any, ...]:
    """Which column is suggested, what stages stand for, and what is undecided beside the dates."""
    found = with_pipelines(FOUND, column, named, ours)
    assert found.undecided[0] == "dates"
    return found.mapping.get("pipeline"), found.values.get("stage", {}), found.undecided[1:]


def test_pipelines_are_known_by_name_and_id_without_names_that_several_have_and_retired_ones() -> None:
    known = by_name([("Sales", SALES), (" sales ", FAIRS), ("Gone", replace(FAIRS, pipeline_id="r", retired=True))])
    assert known == {"p": SALES, "q": FAIRS}
    assert by_name([("Mine", CHANGED), ("Default", SALES)]) == {"mine": CHANGED, "p": SALES, BUILT_IN: CHANGED}


def test_the_column_is_known_by_what_it_is_called_and_fills_nothing_else() -> None:
    target = IMPORTABLE["crm.deal"]
    assert column_of(target, ["ID", "Deal - Pipeline"], {}) == "Deal - Pipeline"
    assert column_of(target, ["ID", "Pipeline", "Pipeline"], {}) is None
    assert column_of(target, ["ID", "Pipeline"], {"name": "Pipeline"}) is None
    assert column_of(target, ["ID", "Amount"], {}) is None


def test_it_is_suggested_where_all_that_rows_name_is_there() -> None:
    assert told(("Sales Pipeline", "lead"), ("q", "Lead"), ("sales pipeline", "")) == ("Pipeline", {}, [])
    assert told(("Sales Pipeline", "Lead"), ("", "Negotiation/Review")) == (
        "Pipeline",
        {"Negotiation/Review": "Engaging"},
        [],
    )


def test_a_stage_that_closes_deals_stands_for_the_one_that_the_pipeline_has() -> None:
    assert told(("Sales Pipeline", "Closed Won"), ("Fairs", "Closed Lost")) == (
        "Pipeline",
        {"Closed Won": "Signed", "Closed Lost": "Gone"},
        [],
    )
    twice = replace(SALES, stages=(*SALES.stages, replace(SIGNED, stage_id="again", name="Again")))
    assert told(("p", "Closed Won"), ours=by_name([("Sales", twice)])) == (None, {"Closed Won": "Won"}, ["pipeline"])


@pytest.mark.parametrize(
    "named",
    [
        [("Sales Pipeline", "Lead"), ("Elsewhere", "Lead")],
        [("Sales Pipeline", "Nowhere")],
        [("Sales Pipeline", "Old")],
        [("Sales Pipeline", "Closed Won"), ("Fairs", "Closed Won")],
        [("Sales Pipeline", "Proposal Made"), ("", "Proposal Made")],
    ],
)
def test_what_is_not_there_or_means_several_things_leaves_it_open(named: list[tuple[str, str]]) -> None:
    column, values, undecided = told(*named)
    assert (column, undecided) == (None, ["pipeline"])
    assert values == told(*((" ", stage) for _, stage in named), column=None)[1], "as where no column names any"


def test_of_pipelines_that_are_not_there_nothing_is_said() -> None:
    assert told(("Elsewhere", "Lead")) == (None, {"Lead": "Prospecting"}, [])
    assert told(("", "Closed Won"), column=None) == (None, {"Closed Won": "Won"}, [])


def test_stages_of_the_one_that_is_always_there_are_those_that_the_tenant_made_of_it() -> None:
    ours = by_name([("Mine", CHANGED)])
    assert told(("", "Demo scheduled"), ("", "Closed Won"), column=None, ours=ours) == (None, {"Closed Won": "Won"}, [])
    assert told(("", "Demo scheduled"), column=None) == (None, {"Demo scheduled": "Engaging"}, [])
    assert told(("Mine", "demo"), ("", "Qualified"), ours=ours) == ("Pipeline", {"Qualified": "Engaging"}, [])
