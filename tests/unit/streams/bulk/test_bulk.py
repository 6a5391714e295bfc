"""Bulk changes worked off in memory: real deciders, real files, no Kafka and no databases."""

import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.blobs import Blobs
from infra.bulk_files import Selected
from schemas.generated.common import CustomValue, FieldKind, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm import company as c
from schemas.generated.crm import contact as p
from schemas.generated.crm import deal as d
from schemas.generated.integration.bulk_change import BulkChange, BulkChangeStatus, RevertBulkChange
from streams.bulk import desk as desks
from streams.bulk import run
from streams.bulk.desk import Job
from streams.bulk.shift import OPEN, tidy
from tests.unit.streams.bulk.office import Office
from tests.unit.streams.importer.memory import AT, TENANT, Memory

ASSIGN = d.AssignDeal(deal_id="", owner_id="bert", at=AT)
REMOVE = d.RemoveDeal(deal_id="", at=AT)


def test_each_record_is_asked_once_in_the_starters_name_and_reported(office: Office) -> None:
    office.do(replace(ASSIGN, deal_id="d1"))
    office.do(replace(REMOVE, deal_id="d2"))
    records = [*(Selected(f"d{n}", version=1) for n in range(3)), Selected("d3", code="forbidden"), Selected("x")]
    assert office.works(office.started(ASSIGN, records))
    state = office.state
    assert (state.status, state.done) == (BulkChangeStatus.COMPLETED, 5)
    assert (state.changed, state.unchanged, state.refused) == (1, 1, 3)
    told = office.report(state.report)
    assert {id: (each.outcome, each.code) for id, each in told.items()} == {
        "d0": ("changed", ""),
        "d1": ("unchanged", ""),
        "d2": ("refused", "deal_removed"),
        "d3": ("refused", "forbidden"),
        "x": ("refused", "not_found"),
    }
    assert (told["d0"].seen, told["d0"].before, told["d0"].after) == (1, 1, 2)
    assert (told["d1"].seen, told["d1"].before, told["d1"].after) == (1, 2, 2), "changed since it was selected"
    assert all(each.reason.endswith(".") for each in told.values() if each.code)
    assert {(each.actor, each.correlation_id) for each in office.sent()} == {("user:ann", "b1")}
    assert office.of("deal", "d3").owner_id == "ann"


def test_what_a_command_says_goes_with_its_file_once_it_is_done(office: Office) -> None:
    office.do(p.CreateContact(contact_id="p1", name="Maud", at=AT))
    said = (CustomValue(key="nick", kind=FieldKind.TEXT, values=("Maudie",)),)
    job = office.started(p.SetContactFields(contact_id="", custom=said, at=AT), [Selected("p1")])
    assert job.state.file in {blob.hash for blob in office.memory.blobs.kept()}
    assert office.works(job)
    assert office.of("contact", "p1").custom == said
    assert office.state.changed == 1
    assert job.state.file not in {blob.hash for blob in office.memory.blobs.kept()}
    for blob in office.memory.blobs.kept():
        with office.memory.blobs.open(TENANT, blob.hash, "bulk") as file:
            assert b"Maudie" not in file.read()


def test_a_dry_run_decides_by_the_same_rules_and_changes_nothing(office: Office) -> None:
    office.do(replace(REMOVE, deal_id="d2"))
    before = dict(office.memory.held)
    state = office.changed(ASSIGN, ["d0", "d2", "x"], dry_run=True)
    assert (state.changed, state.unchanged, state.refused) == (1, 0, 2)
    told = {id: (each.outcome, each.code) for id, each in office.report(state.report).items()}
    assert told == {"d0": ("changed", ""), "d2": ("refused", "deal_removed"), "x": ("refused", "not_found")}
    assert {key: held for key, held in office.memory.held.items() if key[0] == "crm"} == {
        key: held for key, held in before.items() if key[0] == "crm"
    }
    assert office.sent() == []


def test_a_file_that_is_gone_fails_it_and_what_was_done_is_told_and_taken_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EVERY", 2)
    job = office.started(ASSIGN, [Selected(f"d{n}") for n in range(6)])
    office.memory.dies_after = 4
    assert not office.works(job), "it ended after two records, their progress and another one"
    office.memory.dies_after = None
    office.memory.blobs.forget(TENANT, job.state.file, "bulk")
    assert office.works(office.job)
    state = office.state
    assert (state.status, state.done, state.changed) == (BulkChangeStatus.FAILED, 3, 3)
    assert state.reason is not None
    told = office.report(state.report)
    assert {id: (each.outcome, each.before, each.after) for id, each in told.items()} == {
        f"d{n}": ("changed", 1, 2) for n in range(3)
    }
    assert office.reverted().reverted == 3
    assert {office.of("deal", f"d{n}").owner_id for n in range(6)} == {"ann"}


def test_what_fails_for_an_internal_reason_tells_how_far_it_came_and_what_is_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EVERY", 3)
    monkeypatch.setattr(run, "AT_ONCE", 1)
    office.do(replace(REMOVE, deal_id="d1"))
    meant = [Selected(f"d{n}", version=1) for n in range(6)]
    meant[4] = Selected("d4", version=1, key="no command is for it")
    job = office.started(ASSIGN, meant)
    assert office.works(job)
    state = office.state
    assert (state.status, state.done, state.changed, state.refused) == (BulkChangeStatus.FAILED, 3, 2, 1)
    told = {id: (each.outcome, each.code) for id, each in office.report(state.report).items()}
    assert told == {
        "d0": ("changed", ""),
        "d1": ("refused", "deal_removed"),
        "d2": ("changed", ""),
        "d3": ("left", "internal_error"),
        "d4": ("left", "internal_error"),
        "d5": ("left", "internal_error"),
    }
    assert job.state.file not in {blob.hash for blob in office.memory.blobs.kept()}
    assert (office.reverted().reverted, office.state.kept) == (2, 0)
    assert {office.of("deal", f"d{n}").owner_id for n in range(6)} == {"ann"}


def test_a_dry_run_that_fails_has_a_report_too(office: Office) -> None:
    job = office.started(ASSIGN, [Selected("d0"), Selected("d1", key="no command is for it")], dry_run=True)
    assert office.works(job)
    assert (office.state.status, office.state.done) == (BulkChangeStatus.FAILED, 0)
    assert {each.outcome for each in office.report(office.state.report).values()} == {"left"}
    answer = office.memory.do(RevertBulkChange(bulk_change_id="b1", actor="user:ann", at=AT))
    assert answer.code == "bulk_change_dry"


def test_cancelled_it_reports_what_was_done_and_that_can_be_taken_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EVERY", 2)
    office.ends_after = 2
    state = office.changed(ASSIGN, [f"d{n}" for n in range(6)])
    assert (state.status, state.done, state.changed) == (BulkChangeStatus.CANCELLED, 2, 2)
    assert set(office.report(state.report)) == {"d0", "d1"}
    office.ends_after = None
    assert office.reverted().reverted == 2
    assert {office.of("deal", f"d{n}").owner_id for n in range(6)} == {"ann"}


def test_a_removal_is_taken_back_but_where_something_came_between(office: Office) -> None:
    office.changed(REMOVE, ["d0", "d1", "d2"])
    assert office.of("deal", "d0").removed_at is not None
    office.do(d.RestoreDeal(deal_id="d1", at=AT))
    state = office.reverted(withheld=["d2"])
    assert (state.status, state.reverted, state.kept) == (BulkChangeStatus.REVERTED, 1, 2)
    told = office.report(state.revert_report)
    assert {id: (each.outcome, each.code) for id, each in told.items()} == {
        "d0": ("reverted", ""),
        "d1": ("kept", "changed_since"),
        "d2": ("kept", "forbidden"),
    }
    assert office.of("deal", "d0").removed_at is None
    assert office.of("deal", "d2").removed_at is not None


def test_what_was_changed_otherwise_since_stays_and_the_rest_is_taken_back(office: Office) -> None:
    office.changed(ASSIGN, ["d0", "d1"])
    office.do(replace(ASSIGN, deal_id="d0", owner_id="cleo"))
    office.do(d.ChangeDeal(deal_id="d1", name="Renamed", at=AT))
    state = office.reverted()
    assert (state.reverted, state.kept) == (1, 1)
    assert office.of("deal", "d0").owner_id == "cleo"
    assert (office.of("deal", "d1").owner_id, office.of("deal", "d1").name) == ("ann", "Renamed")
    told = office.report(state.revert_report)["d0"]
    assert (told.code, told.reason) == ("changed_since", "owner_id: changed again at version 3; take that back first.")


def test_who_was_erased_meanwhile_is_refused_and_does_not_come_back(office: Office) -> None:
    for id in ("p1", "p2"):
        office.do(p.CreateContact(contact_id=id, name="Maud", at=AT))
    office.do(p.EraseContact(contact_id="p1", at=AT))
    said = (CustomValue(key="nick", kind=FieldKind.TEXT, values=("Maudie",)),)
    state = office.changed(p.SetContactFields(contact_id="", custom=said, at=AT), ["p1", "p2"])
    assert office.report(state.report)["p1"].code == "contact_erased"
    office.do(p.EraseContact(contact_id="p2", at=AT))
    state = office.reverted()
    assert (state.reverted, state.kept) == (0, 1)


def test_companies_go_back_but_where_one_would_stand_above_itself(office: Office) -> None:
    for id, parent in (("old", None), ("new", None), ("a", "old"), ("b", "old"), ("c", None)):
        office.do(c.CreateCompany(company_id=id, name=id, parent_id=parent, at=AT))
    office.changed(c.PlaceCompany(company_id="", parent_id="new", at=AT), ["a", "b", "c"])
    office.do(c.PlaceCompany(company_id="old", parent_id="a", at=AT))
    state = office.reverted()
    assert (state.reverted, state.kept) == (2, 1)
    assert office.report(state.revert_report)["a"].code == "cyclic_tree"
    assert [office.of("company", id).parent_id for id in "abc"] == ["new", "old", None]


def test_a_record_whose_rules_are_broken_stays_and_the_rest_is_taken_back(office: Office) -> None:
    office.changed(ASSIGN, ["d0", "d1", "d2"])
    office.memory.history["crm", "deal", "d1"].append("no event")
    state = office.reverted()
    assert (state.status, state.reverted, state.kept) == (BulkChangeStatus.REVERTED, 2, 1)
    assert office.report(state.revert_report)["d1"].code == "internal_error"


def test_what_cannot_be_taken_back_as_a_whole_fails_and_is_begun_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.changed(ASSIGN, ["d0", "d1", "d2"])
    for times in (1, 2):
        with monkeypatch.context() as patch:
            patch.setattr("streams.bulk.revert._known", _broken)
            state = office.reverted()
        assert (state.status, state.reverts) == (BulkChangeStatus.REVERT_FAILED, times)
        assert "Begin again" in (state.reason or "")
        assert [office.of("deal", f"d{number}").owner_id for number in range(3)] == ["bert"] * 3
    state = office.reverted()
    assert (state.status, state.reverted, state.kept) == (BulkChangeStatus.REVERTED, 3, 0)


def _broken(*_: Any) -> Any:
    raise RuntimeError("a mistake of ours")


def test_deals_go_back_by_the_rules_of_their_own_pipeline(office: Office) -> None:
    kinds = {"first": StageKind.OPEN, "second": StageKind.OPEN, "won": StageKind.WON, "lost": StageKind.LOST}
    stages = tuple(PipelineStage(stage_id=id, name=id, kind=kind) for id, kind in kinds.items())
    rules = PipelineRules(pipeline_id="own", version=1, stages=stages)
    office.do(d.OpenDeal(deal_id="o", name="O", owner_id="ann", pipeline_id="own", carried=rules, at=AT))
    move = d.MoveDeal(deal_id="", stage_id="second", carried=rules, at=AT)
    assert office.changed(move, ["o"]).changed == 1
    office.rules = {"own": rules}
    assert office.reverted().reverted == 1
    assert office.of("deal", "o").stage_id == "first"


def test_files_stay_while_something_is_open_and_then_for_a_while(office: Office) -> None:
    office.changed(ASSIGN, ["d0"])
    report, blobs = office.state.report or "", office.memory.blobs
    assert tidy(blobs, [office.job], datetime.now(UTC) + timedelta(days=1)) == 1, "what became of it is in the report"
    assert tidy(blobs, [], datetime.now(UTC) - timedelta(days=1)) == 0
    assert office.report(report)
    assert tidy(blobs, [], datetime.now(UTC) + timedelta(days=1)) == 1


TAGS = st.lists(st.sampled_from(["one", "two", "three"]), unique=True, max_size=3).map(tuple)


@settings(deadline=None, max_examples=60)
@given(
    before=st.lists(TAGS, min_size=1, max_size=8),
    add=TAGS,
    remove=TAGS,
    every=st.integers(1, 4),
    kills=st.lists(st.integers(0, 6), max_size=4),
    back=st.lists(st.integers(0, 6), max_size=4),
)
def test_whatever_kills_it_each_record_is_changed_once_and_all_is_as_it_was_when_taken_back(
    before: list[tuple[str, ...]],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    every: int,
    kills: list[int],
    back: list[int],
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "EVERY", every)
        patch.setattr("streams.bulk.revert.EVERY", every)
        office = Office(Memory(Blobs(Path(folder))))
        ids = [f"c{number}" for number in range(len(before))]
        for id, tags in zip(ids, before, strict=True):
            office.do(c.CreateCompany(company_id=id, name=id, at=AT))
            office.do(c.TagCompany(company_id=id, add=tags, remove=(), at=AT))
        add, kinds = tuple(each for each in add if each not in remove), Counter[str]()
        office.started(c.TagCompany(company_id="", add=add, remove=remove, at=AT), [Selected(id) for id in ids])
        with_kills(office, kills)
        state = office.state
        assert state.status is BulkChangeStatus.COMPLETED
        wanted = [{*tags, *add} - {*remove} for tags in before]
        assert [set(office.of("company", id).tags) for id in ids] == wanted
        kinds.update("unchanged" if set(tags) == want else "changed" for tags, want in zip(before, wanted, strict=True))
        assert (state.changed, state.unchanged, state.refused) == (kinds["changed"], kinds["unchanged"], 0)
        assert [each.id for each in office.report(state.report).values()] == ids
        versions = [office.memory.held["crm", "company", id][0] for id in ids]
        assert sum(versions) == len(ids) + sum(bool(tags) for tags in before) + state.changed
        office.do(RevertBulkChange(bulk_change_id="b1", actor="user:ann", at=AT))
        with_kills(office, back)
        assert (office.state.reverted, office.state.kept) == (state.changed, 0)
        assert [set(office.of("company", id).tags) for id in ids] == [set(tags) for tags in before]
        assert sum(office.memory.held["crm", "company", id][0] for id in ids) == sum(versions) + state.changed


def with_kills(office: Office, kills: list[int]) -> None:
    """Works until it ends, ended itself after so many commands each time. What is sent then may be decided."""
    for kill in (*kills, None):
        office.memory.dies_after = kill
        if office.state.status in OPEN:
            office.works(office.job)


def test_the_same_place_in_a_bulk_change_has_the_same_id() -> None:
    job = Job(TENANT, BulkChange(bulk_change_id="b1"))
    first = desks.number_of(job, "record", "d1")
    assert first == desks.number_of(job, "record", "d1") == str(uuid.UUID(first))
    assert first != desks.number_of(job, "revert", "d1")
