"""What may happen to a bulk change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest

from domains.integration.bulk_change import DECIDER
from domains.integration.in_bulk import MOST, OFFERED
from domains.kernel import deciders
from schemas.contract import contracts, fields
from schemas.generated.integration.bulk_change import (
    BulkChangeCancelled,
    BulkChangeCancelling,
    BulkChangeCompleted,
    BulkChangeFailed,
    BulkChangeProgressed,
    BulkChangeReverted,
    BulkChangeStarted,
    BulkChangeStatus,
    BulkRevertFailed,
    BulkRevertProgressed,
    BulkRevertStarted,
    CancelBulkChange,
    CompleteBulkChange,
    FailBulkChange,
    RecordBulkProgress,
    RecordBulkRevertProgress,
    RevertBulkChange,
    StartBulkChange,
)
from tests.spec import given

DAY = datetime(2026, 3, 1, tzinfo=UTC)
LATER = DAY + timedelta(minutes=1)
FILE, RESULT, REPORT = "a" * 64, "b" * 64, "c" * 64
START = StartBulkChange(
    bulk_change_id="b1",
    target="crm.deal",
    verb="assign",
    says='{"owner_id": "ann"}',
    file=FILE,
    selected=3,
    barred=1,
    owner_id="bert",
    actor="user:bert",
    at=DAY,
)
STARTED = BulkChangeStarted(
    bulk_change_id="b1",
    target="crm.deal",
    verb="assign",
    says='{"owner_id": "ann"}',
    file=FILE,
    selected=3,
    barred=1,
    dry_run=False,
    owner_id="bert",
    actor="user:bert",
    at=DAY,
)
PROGRESS = RecordBulkProgress(bulk_change_id="b1", done=2, changed=1, unchanged=0, refused=1, result=RESULT, at=LATER)
PROGRESSED = BulkChangeProgressed(
    bulk_change_id="b1", done=2, changed=1, unchanged=0, refused=1, result=RESULT, at=LATER
)
COMPLETE = CompleteBulkChange(bulk_change_id="b1", report=REPORT, at=LATER)
COMPLETED = BulkChangeCompleted(bulk_change_id="b1", report=REPORT, at=LATER)
CANCEL = CancelBulkChange(bulk_change_id="b1", at=LATER)
CANCELLING = BulkChangeCancelling(bulk_change_id="b1", at=LATER)
REVERT = RevertBulkChange(bulk_change_id="b1", actor="user:bert", at=LATER)
REVERTING = BulkRevertStarted(bulk_change_id="b1", withheld=None, actor="user:bert", at=LATER)


def test_it_starts_once() -> None:
    given().when(START).then(STARTED)
    given(STARTED).when(START).then()
    given(STARTED, PROGRESSED, COMPLETED).when(START).then()
    given(STARTED).when(replace(START, file=RESULT)).rejected("bulk_change_exists")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"target": "crm.pipeline"}, "target_unknown", "target"),
        ({"verb": "open"}, "not_in_bulk", "verb"),
        ({"verb": "purge"}, "not_in_bulk", "verb"),
        ({"target": "crm.contact", "verb": "merge"}, "not_in_bulk", "verb"),
        ({"file": "a file"}, "file_malformed", "file"),
        ({"selected": 0}, "nothing_selected", "selected"),
        ({"selected": MOST + 1}, "too_many_selected", "selected"),
    ],
)
def test_what_is_no_bulk_change_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    given().when(replace(START, **change)).rejected(code, field)


def test_it_goes_on_and_ends_with_a_report() -> None:
    given(STARTED).when(PROGRESS).then(PROGRESSED)
    given(STARTED, PROGRESSED).when(PROGRESS).then()
    given(STARTED, PROGRESSED).when(COMPLETE).then(COMPLETED)
    given(STARTED, COMPLETED).when(COMPLETE).then()
    given(STARTED, COMPLETED).when(PROGRESS).then()
    fail = FailBulkChange(bulk_change_id="b1", code="file_missing", reason="The file is gone.", at=LATER)
    failed = BulkChangeFailed(bulk_change_id="b1", code="file_missing", reason="The file is gone.", at=LATER)
    given(STARTED).when(fail).then(failed)
    given(STARTED, failed).when(fail).then()
    given(STARTED, failed).when(REVERT).rejected("bulk_change_failed")


def test_what_failed_tells_how_far_it_came_and_is_taken_back_by_its_report() -> None:
    fail = FailBulkChange(
        bulk_change_id="b1", code="internal_error", reason="Broken.", done=3, changed=2, report=REPORT, at=LATER
    )
    failed = BulkChangeFailed(
        bulk_change_id="b1", code="internal_error", reason="Broken.", done=3, changed=2, report=REPORT, at=LATER
    )
    given(STARTED, PROGRESSED).when(fail).then(failed)
    given(STARTED, PROGRESSED, failed).when(REVERT).then(REVERTING)
    given(STARTED, PROGRESSED, failed).when(CANCEL).rejected("bulk_change_ended")
    state = reduce(DECIDER.evolve, (STARTED, PROGRESSED, failed), DECIDER.initial)
    assert (state.done, state.changed, state.refused, state.results, state.report) == (3, 2, 1, (), REPORT)


def test_cancelled_it_keeps_what_was_done() -> None:
    given(STARTED).when(CANCEL).then(CANCELLING)
    given(STARTED, CANCELLING).when(CANCEL).then()
    given(STARTED, CANCELLING).when(PROGRESS).then(PROGRESSED)
    cancelled = BulkChangeCancelled(bulk_change_id="b1", report=REPORT, at=LATER)
    given(STARTED, CANCELLING, PROGRESSED).when(COMPLETE).then(cancelled)
    given(STARTED, CANCELLING, PROGRESSED, cancelled).when(REVERT).then(REVERTING)
    given(STARTED, CANCELLING, replace(PROGRESSED, done=3)).when(COMPLETE).then(COMPLETED)
    given(STARTED, COMPLETED).when(CANCEL).rejected("bulk_change_ended")


def test_it_is_taken_back_once_it_ended() -> None:
    ended = (STARTED, PROGRESSED, COMPLETED)
    given(*ended).when(REVERT).then(REVERTING)
    given(*ended, REVERTING).when(REVERT).then()
    given(STARTED).when(REVERT).rejected("bulk_change_running")
    given(STARTED, CANCELLING).when(REVERT).rejected("bulk_change_running")
    given(replace(STARTED, dry_run=True), COMPLETED).when(REVERT).rejected("bulk_change_dry")
    given(replace(STARTED, verb="purge"), COMPLETED).when(REVERT).rejected("no_inverse")
    told = RecordBulkRevertProgress(bulk_change_id="b1", reverted=1, kept=0, at=LATER)
    progressed = BulkRevertProgressed(bulk_change_id="b1", reverted=1, kept=0, at=LATER)
    given(*ended, REVERTING).when(told).then(progressed)
    given(*ended, REVERTING, progressed).when(told).then()
    done = replace(told, kept=1, ended=True, report=REPORT)
    reverted = BulkChangeReverted(bulk_change_id="b1", reverted=1, kept=1, report=REPORT, at=LATER)
    given(*ended, REVERTING, progressed).when(done).then(reverted)
    given(*ended, REVERTING, reverted).when(done).then()
    given(*ended, REVERTING, reverted).when(REVERT).then()


def test_taking_it_back_may_fail_and_be_begun_again() -> None:
    ended = (STARTED, PROGRESSED, COMPLETED, REVERTING)
    fail = FailBulkChange(bulk_change_id="b1", code="internal_error", reason="Begin again.", at=LATER)
    failed = BulkRevertFailed(bulk_change_id="b1", code="internal_error", reason="Begin again.", at=LATER)
    given(*ended).when(fail).then(failed)
    given(*ended, failed).when(fail).then()
    given(*ended, failed).when(REVERT).then(REVERTING)
    state = reduce(DECIDER.evolve, (*ended, failed, REVERTING), DECIDER.initial)
    assert (state.status, state.reverts, state.report) == (BulkChangeStatus.REVERTING, 2, REPORT)


@pytest.mark.parametrize("target", OFFERED)
def test_what_is_offered_is_there_for_people_and_is_taken_back_by_what_is_there(target: str) -> None:
    domain, aggregate = target.split(".")
    commands = {each.verb: each for each in contracts()[domain, aggregate].commands}
    assert deciders(domain)[aggregate].undo is not None
    for verb, inverses in OFFERED[target].items():
        for each in (verb, *inverses):
            command = commands[each]
            carried = {field.carried for field in fields(command.cls)}
            known = {None, "pipeline", "exchange_rate", "reason", "price_book"}
            assert carried <= known, "the gateway and the worker bring no more"
            assert (command.creates, command.person) == (False, False), each
        assert not commands[verb].internal
