"""Which pipeline of a tenant's, and which stage of it, a row of deals means."""

from dataclasses import replace

import pytest

from schemas.built_in_pipeline import BUILT_IN, STAGES
from schemas.generated.common import PipelineRules, PipelineStage, StageKind
from streams.importer.pipelines import NONE, names_one, pipelines, stage_of
from streams.importer.problems import RowRefused
from tests.unit.domains.test_deal_stages import FINAL, GONE, LEAD, RULES
from tests.unit.streams.importer.memory import Memory, csv_of
from tests.unit.streams.importer.test_run import DEAL_HEADER, DEALS, deal, imported, report, with_people_and_products

TWIN, OTHER = (PipelineRules(pipeline_id=id, version=1, stages=RULES.stages) for id in ("q", "r"))
KNOWN = pipelines([("Projects", RULES), ("Fairs", TWIN), ("fairs", OTHER)])
HEADER = (*DEAL_HEADER, "pipeline")
MAPPING = DEALS | {"pipeline": "pipeline"}


def code(cell: str) -> str:
    with pytest.raises(RowRefused) as refused:
        KNOWN.of(cell)
    [problem] = refused.value.problems
    assert problem.field == "pipeline"
    return problem.code


def test_a_pipeline_is_meant_by_its_name_in_whatever_case_or_its_id() -> None:
    assert KNOWN.of(" PROJECTS ") == KNOWN.of("p") == RULES
    assert KNOWN.of("q") == TWIN
    assert (code("Fairs"), code("Sales")) == ("pipeline_ambiguous", "pipeline_unknown")
    assert [names_one(cell) for cell in ("", " ", "Default", "Projects")] == [False, False, False, True]
    with pytest.raises(RowRefused):
        NONE.of("Projects")


def test_a_stage_is_meant_likewise_and_one_that_is_not_retired_first() -> None:
    assert stage_of(RULES, "FINAL") == FINAL
    again = replace(LEAD, stage_id="again", retired=True)
    assert stage_of(replace(RULES, stages=(again, *RULES.stages)), "Lead") == LEAD
    with pytest.raises(RowRefused) as refused:
        stage_of(RULES, "Nowhere")
    assert "Lead, Proposal, Final, Signed, Gone" in refused.value.problems[0].reason


def test_rows_stand_where_they_say_and_the_others_in_the_pipeline_that_is_always_there(memory: Memory) -> None:
    with_people_and_products(memory)
    memory.pipelines = KNOWN
    is_open = {"close_date": "", "close_value": "7"}
    rows = csv_of(
        HEADER,
        [*deal(1, deal_stage="final", **is_open), "Projects"],
        [*deal(2, deal_stage="Closed Won"), "projects"],
        [*deal(3, deal_stage="gone", close_value=""), "p"],
        [*deal(4, deal_stage="Engaging", **is_open), ""],
        [*deal(5, deal_stage="Won"), "default"],
        [*deal(6, deal_stage="", **is_open), "Projects"],
        [*deal(7, deal_stage="Engaging", **is_open), "Projects"],
        [*deal(8, deal_stage="Lead", **is_open), "Fairs"],
        [*deal(9, deal_stage="Lead", **is_open), "Nowhere"],
        [*deal(10, deal_stage="old", **is_open), "Projects"],
    )
    state = imported(memory, "crm.deal", rows, MAPPING, "deals", values={"stage": {"Closed Won": "Signed"}})
    assert (state.created, state.rejected) == (6, 4)
    found = {each.name: (each.pipeline_id, each.stage_id, str(each.stage)) for each in memory.all("crm", "deal")}
    assert found == {
        "D1": ("p", "final", "OPEN"),
        "D2": ("p", "signed", "WON"),
        "D3": ("p", "gone", "LOST"),
        "D4": ("default", "engaging", "ENGAGING"),
        "D5": ("default", "won", "WON"),
        "D6": ("p", "lead", "OPEN"),
    }
    assert GONE.required, "what a stage asks is not asked of what stood there before"
    told = [(each["line"], each["field"], each["code"]) for each in report(memory, state.errors)]
    assert told == [
        ("8", "stage", "stage_unknown"),
        ("9", "pipeline", "pipeline_ambiguous"),
        ("10", "pipeline", "pipeline_unknown"),
        ("11", "stage", "stage_retired"),
    ]
    again = imported(memory, "crm.deal", rows, MAPPING, "again", values={"stage": {"Closed Won": "Signed"}})
    assert (again.created, again.updated, again.unchanged) == (0, 0, 6)


def test_rows_that_name_none_know_the_stages_of_the_one_that_is_always_there_as_it_was_changed(memory: Memory) -> None:
    with_people_and_products(memory)
    demo = PipelineStage(stage_id="demo", name="Demo", kind=StageKind.OPEN, probability=70)
    first, second, won, lost = STAGES
    changed = PipelineRules(
        pipeline_id=BUILT_IN, version=2, stages=(first, replace(second, name="Deep"), demo, won, lost)
    )
    memory.pipelines = pipelines([("Sales", changed), ("Projects", RULES)])
    is_open = {"close_date": "", "close_value": "7"}
    rows = csv_of(
        HEADER,
        [*deal(1, deal_stage="Demo", **is_open), ""],
        [*deal(2, deal_stage="Engaging", **is_open), ""],
        [*deal(3, deal_stage="Deep", **is_open), "Sales"],
        [*deal(4, deal_stage="Won"), "default"],
        [*deal(5, deal_stage="final", **is_open), "Projects"],
        [*deal(6, deal_stage="final", **is_open), ""],
    )
    state = imported(memory, "crm.deal", rows, MAPPING, "deals")
    assert (state.created, state.rejected) == (5, 1)
    found = {each.name: (each.pipeline_id, each.stage_id, str(each.stage)) for each in memory.all("crm", "deal")}
    assert found == {
        "D1": ("default", "demo", "OPEN"),
        "D2": ("default", "engaging", "ENGAGING"),
        "D3": ("default", "engaging", "ENGAGING"),
        "D4": ("default", "won", "WON"),
        "D5": ("p", "final", "OPEN"),
    }
    [told] = report(memory, state.errors)
    assert (told["field"], told["code"]) == ("stage", "stage_unknown")
    assert "Deep" in told["reason"]
