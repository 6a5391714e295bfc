"""Files of rows on their way into records."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.integration.import_job import (
    ImportCompleted,
    ImportFailed,
    ImportJobEvent,
    ImportProgressed,
    ImportReportsRemoved,
    ImportReverted,
    ImportRevertFailed,
    ImportRevertStarted,
    ImportStarted,
    ImportStatus,
)


@dataclass(frozen=True, slots=True)
class ImportRow:
    target: str
    file: str
    file_name: str
    dry_run: bool
    status: ImportStatus
    total: int
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    warnings: int
    errors: str | None
    changes: str | None
    reason: str | None
    reverted: int
    kept: int
    revert_report: str | None
    revert_reason: str | None
    started_at: datetime
    ended_at: datetime | None
    reports_removed_at: datetime | None


def key(event: ImportJobEvent) -> str:
    return event.import_id


def evolve(row: ImportRow | None, event: ImportJobEvent) -> ImportRow | None:
    match event:
        case ImportStarted():
            return ImportRow(
                target=event.target,
                file=event.file,
                file_name=event.file_name,
                dry_run=event.dry_run,
                status=ImportStatus.RUNNING,
                total=0,
                rows=0,
                created=0,
                updated=0,
                unchanged=0,
                rejected=0,
                skipped=0,
                warnings=0,
                errors=None,
                changes=None,
                reason=None,
                reverted=0,
                kept=0,
                revert_report=None,
                revert_reason=None,
                started_at=event.at,
                ended_at=None,
                reports_removed_at=None,
            )
        case ImportProgressed():
            return row and replace(
                row,
                total=event.total,
                rows=event.rows,
                created=event.created,
                updated=event.updated,
                unchanged=event.unchanged,
                rejected=event.rejected,
                skipped=event.skipped,
                warnings=event.warnings,
            )
        case ImportCompleted():
            return row and replace(
                row, status=ImportStatus.COMPLETED, errors=event.errors, changes=event.changes, ended_at=event.at
            )
        case ImportFailed():
            return row and replace(row, status=ImportStatus.FAILED, reason=event.reason, ended_at=event.at)
        case ImportRevertStarted():
            return row and replace(row, status=ImportStatus.REVERTING, revert_reason=None, ended_at=None)
        case ImportRevertFailed():
            failed = ImportStatus.REVERT_FAILED
            return row and replace(row, status=failed, revert_reason=event.reason, ended_at=event.at)
        case ImportReverted():
            return row and replace(
                row,
                status=ImportStatus.REVERTED,
                reverted=event.reverted,
                kept=event.kept,
                revert_report=event.report,
                ended_at=event.at,
                reports_removed_at=row.reports_removed_at if event.report is None else None,
            )
        case ImportReportsRemoved():
            return row and replace(row, reports_removed_at=event.at)
        case _:
            assert_never(event)
