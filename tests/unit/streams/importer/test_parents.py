"""Rows that name a parent: no company comes to stand above itself, by whatever rows and records."""

import csv
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest

from schemas.generated.crm.company import CreateCompany, PlaceCompany
from schemas.generated.integration.import_job import ImportJob
from streams.importer.run import run_import
from tests.unit.streams.importer.memory import AT, TENANT, Memory, csv_of

MAPPING = {"name": "n", "parent": "p"}


def imported(memory: Memory, *rows: tuple[str, str], **given: Any) -> ImportJob:
    content = csv_of(("n", "p"), *rows)
    run_import(memory.started("crm.company", content, MAPPING, **given), memory.desk)
    return memory.state(given.get("import_id", "i1"))


def refused(memory: Memory, state: ImportJob) -> list[tuple[str, str, str, str]]:
    if state.errors is None:
        return []
    text = memory.blobs.path(TENANT, state.errors).read_text("utf-8-sig")
    rows = csv.DictReader(StringIO(text))
    return [(row["line"], row["field"], row["code"], row["reason"]) for row in rows]


def tree(memory: Memory) -> dict[str, str | None]:
    companies = {each.company_id: each for each in memory.all("crm", "company")}
    return {each.name: each.parent_id and companies[each.parent_id].name for each in companies.values()}


def test_rows_name_parents_before_and_behind_them(memory: Memory) -> None:
    state = imported(memory, ("Leaf", "Branch"), ("Branch", "Trunk"), ("Trunk", ""))
    assert (state.created, state.rejected) == (3, 0)
    assert tree(memory) == {"Leaf": "Branch", "Branch": "Trunk", "Trunk": None}


@pytest.mark.parametrize("dry_run", [False, True])
def test_rows_that_go_round_together_are_refused_where_the_ring_closes(memory: Memory, dry_run: bool) -> None:
    state = imported(memory, ("A", "B"), ("B", "C"), ("C", "A"), ("D", "C"), dry_run=dry_run)
    way = "C, which is under A, which is under B, which is under C"
    reason = f"The company would stand above itself: {way}. Name another parent."
    assert refused(memory, state) == [("4", "parent", "cyclic_tree", reason)]
    assert (state.created, state.rejected) == (3, 1)


def test_a_row_that_goes_round_with_what_is_on_file_is_refused(memory: Memory) -> None:
    for id, name, parent in (("a", "A", None), ("b", "B", "a"), ("c", "C", "b")):
        memory.do(CreateCompany(company_id=id, name=name, parent_id=parent, at=AT))
    state = imported(memory, ("A", "C"), ("B", ""), match_on=("name",))
    assert [found[:3] for found in refused(memory, state)] == [("2", "parent", "cyclic_tree")]
    assert tree(memory) == {"A": None, "B": "A", "C": "B"}


def test_what_an_earlier_row_moved_away_closes_no_ring(memory: Memory) -> None:
    for id, name, parent in (("a", "A", None), ("b", "B", "a"), ("x", "X", None)):
        memory.do(CreateCompany(company_id=id, name=name, parent_id=parent, at=AT))
    state = imported(memory, ("B", "X"), ("A", "B"), ("X", ""), match_on=("name",))
    assert state.rejected == 0
    assert tree(memory) == {"A": "B", "B": "X", "X": None}


def test_a_row_that_names_its_own_company_is_refused_by_the_company(memory: Memory) -> None:
    state = imported(memory, ("A", "A"))
    assert [found[1:3] for found in refused(memory, state)] == [("parent", "own_parent")]


def test_what_moved_on_file_meanwhile_is_looked_at_anew(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.importer.run._AT_ONCE", 1)
    for id, name in (("a", "A"), ("b", "B"), ("c", "C")):
        memory.do(CreateCompany(company_id=id, name=name, at=AT))
    memory.do(PlaceCompany(company_id="b", parent_id="c", at=AT))
    desk = memory.desk
    above, looks = desk.above, list[int]()

    def moving(tenant: str, ids: Any) -> Any:
        if not looks:
            memory.do(PlaceCompany(company_id="b", parent_id="a", at=AT))
        looks.append(len(ids))
        return above(tenant, ids)

    content = csv_of(("n", "p"), ("C", "A"), ("A", "B"))
    run_import(memory.started("crm.company", content, MAPPING, match_on=("name",)), replace(desk, above=moving))
    assert [found[:3] for found in refused(memory, memory.state())] == [("3", "parent", "cyclic_tree")]
