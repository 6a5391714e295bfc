"""What a preview sees of a file."""

from dataclasses import replace
from pathlib import Path

import pytest

from domains.integration.importable import IMPORTABLE
from domains.integration.suggesting_pipelines import by_name
from gateway import preview
from gateway.preview import look
from schemas.generated.common import PipelineRules, PipelineStage, StageKind

EXPORTS = Path(__file__).parents[2] / "data" / "crm-exports"


def test_a_preview_tells_columns_values_and_what_they_could_be() -> None:
    seen = look(EXPORTS / "salesforce" / "opportunities.csv", IMPORTABLE["crm.deal"])
    assert (seen.rows, seen.more, len(seen.first), seen.sheet.delimiter) == (5, False, 5, ",")
    columns = {column.name: column for column in seen.columns}
    assert (columns["Amount"].looks, columns["Amount"].field) == ("number", "amount")
    assert (columns["Close Date"].looks, columns["Close Date"].samples[0]) == ("date", "5/30/2025")
    assert [name for name, column in columns.items() if column.field is None] == ["Probability (%)", "Lead Source"]
    assert columns["Next Step"].field == "next_step"
    assert seen.suggestion.dates == "mdy"
    assert seen.suggestion.values["stage"]["Negotiation/Review"] == "Engaging"


def test_a_preview_goes_no_further_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "COUNTED", 50)
    monkeypatch.setattr(preview, "_SAMPLED", 5)
    path = tmp_path / "long.csv"
    path.write_bytes(
        b"Email,Phone\n" + b"".join(b"p%d,\n" % n if n == 7 else b"p%d@x.example,\n" % n for n in range(51))
    )
    seen = look(path, IMPORTABLE["crm.contact"])
    assert (seen.rows, seen.more, len(seen.first)) == (50, True, 5)
    assert [column.looks for column in seen.columns] == ["email", "blank"]


def test_a_wide_file_gives_a_small_answer(tmp_path: Path) -> None:
    row = ",".join(f"c{n}" for n in range(1000)) + "\n"
    path = tmp_path / "wide.csv"
    path.write_text(row + row.replace("c", "x" * 300) * 20)
    seen = look(path, IMPORTABLE["crm.contact"])
    assert (seen.rows, len(seen.columns), len(seen.first)) == (20, 1000, 10)
    assert max(len(cell) for cells in seen.first for cell in cells) == 200


def test_rows_that_cannot_be_used_and_lines_that_were_guessed_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes("name,city\nJürgen,Köln\nA\n".encode() + b'J\xfcrgen,Bonn\n"B"b,x\n')
    seen = look(path, IMPORTABLE["crm.contact"])
    assert [(line, flaw.code) for line, flaw in seen.problems] == [(3, "cells_missing"), (5, "row_malformed")]
    assert seen.guessed == [4]


def test_a_column_that_names_pipelines_of_the_tenant_is_one_that_could_fill_them() -> None:
    stages = [
        PipelineStage(stage_id=f"s{n}", name=name, kind=kind, probability=0)
        for n, (name, kind) in enumerate(
            {
                "Appointment Scheduled": StageKind.OPEN, "Presentation Scheduled": StageKind.OPEN,
                "Contract Sent": StageKind.OPEN, "Signed": StageKind.WON, "Closed Lost": StageKind.LOST,
            }.items()
        )
    ]  # fmt: skip
    file, target = EXPORTS / "hubspot" / "deals.csv", IMPORTABLE["crm.deal"]
    sales = PipelineRules(pipeline_id="p", version=1, stages=tuple(stages))
    seen = look(file, target, pipelines=by_name([("Sales Pipeline", sales)]))
    columns = {column.name: column for column in seen.columns}
    assert (columns["Pipeline"].field, seen.suggestion.mapping["pipeline"]) == ("pipeline", "Pipeline")
    assert (seen.suggestion.values, seen.suggestion.undecided) == ({"stage": {"Closed Won": "Signed"}}, [])
    alone = look(file, target)
    assert "pipeline" not in alone.suggestion.mapping
    assert alone.suggestion.values["stage"]["Contract Sent"] == "Engaging"
    lacking = replace(sales, stages=sales.stages[1:])
    short = look(file, target, pipelines=by_name([("Sales Pipeline", lacking)]))
    assert ("pipeline" in short.suggestion.mapping, short.suggestion.undecided) == (False, ["pipeline"])
