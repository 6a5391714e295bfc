"""An import, as far as its reports are concerned: when and why they were removed stands on the log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.generated.integration.import_job import (
    ImportCompleted,
    ImportReportsRemoved,
    ImportReverted,
    ImportRevertFailed,
    ImportRevertStarted,
    ImportStarted,
    NoteReportsRemoved,
    ReportsRemoved,
)
from tests.spec import given

AT = datetime(2026, 3, 1, tzinfo=UTC)
STARTED = ImportStarted(import_id="i", target="crm.contact", file="0" * 64, file_name="a.csv", mapping={}, at=AT)
COMPLETED = ImportCompleted(import_id="i", errors="e", changes=None, at=AT)
NOTE = NoteReportsRemoved(import_id="i", why=ReportsRemoved.RETENTION, at=AT + timedelta(days=30))
REMOVED = ImportReportsRemoved(import_id="i", why=ReportsRemoved.RETENTION, at=NOTE.at)
REVERTING = ImportRevertStarted(import_id="i", at=AT)


def reverted(report: str | None) -> ImportReverted:
    return ImportReverted(import_id="i", reverted=1, kept=1, report=report, at=AT)


def test_that_reports_were_removed_is_recorded_once() -> None:
    given(STARTED, COMPLETED).when(NOTE).then(REMOVED)
    given(STARTED, COMPLETED, REMOVED).when(NOTE).nothing()


@pytest.mark.parametrize(
    "past", [(STARTED,), (STARTED, replace(COMPLETED, errors=None)), (STARTED, COMPLETED, REVERTING)]
)
def test_there_is_nothing_to_record_where_there_are_no_reports_or_more_may_come(past: tuple[object, ...]) -> None:
    given(*past).when(NOTE).nothing()


def test_reports_of_an_import_that_could_not_be_taken_back_go_like_others() -> None:
    failed = ImportRevertFailed(import_id="i", code="internal_error", reason="Begin again.", at=AT)
    given(STARTED, COMPLETED, REVERTING, failed).when(NOTE).then(REMOVED)


def test_a_report_on_what_was_left_is_removed_by_itself() -> None:
    before = (STARTED, COMPLETED, REMOVED, REVERTING)
    given(*before, reverted("r")).when(NOTE).then(REMOVED)
    given(*before, reverted(None)).when(NOTE).nothing()
