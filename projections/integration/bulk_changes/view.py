"""Commands for many records, on their way to them and back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.integration.bulk_change import (
    BulkChangeCancelled,
    BulkChangeCancelling,
    BulkChangeCompleted,
    BulkChangeEvent,
    BulkChangeFailed,
    BulkChangeProgressed,
    BulkChangeReverted,
    BulkChangeStarted,
    BulkChangeStatus,
    BulkRevertFailed,
    BulkRevertProgressed,
    BulkRevertStarted,
)


@dataclass(frozen=True, slots=True)
class BulkChangeRow:
    target: str
    verb: str
    says: str | None
    selected: int
    barred: int
    dry_run: bool
    owner_id: str
    status: BulkChangeStatus
    done: int
    changed: int
    unchanged: int
    refused: int
    report: str | None
    code: str | None
    reason: str | None
    reverted_by: str | None
    reverted: int
    kept: int
    revert_report: str | None
    started_at: datetime
    ended_at: datetime | None


def key(event: BulkChangeEvent) -> str:
    return event.bulk_change_id


def evolve(row: BulkChangeRow | None, event: BulkChangeEvent) -> BulkChangeRow | None:
    match event:
        case BulkChangeStarted():
            return BulkChangeRow(
                target=event.target,
                verb=event.verb,
                says=event.says,
                selected=event.selected,
                barred=event.barred,
                dry_run=event.dry_run,
                owner_id=event.owner_id,
                status=BulkChangeStatus.RUNNING,
                done=0,
                changed=0,
                unchanged=0,
                refused=0,
                report=None,
                code=None,
                reason=None,
                reverted_by=None,
                reverted=0,
                kept=0,
                revert_report=None,
                started_at=event.at,
                ended_at=None,
            )
        case BulkChangeProgressed():
            changed, unchanged, refused = event.changed, event.unchanged, event.refused
            return row and replace(row, done=event.done, changed=changed, unchanged=unchanged, refused=refused)
        case BulkChangeCancelling():
            return row and replace(row, status=BulkChangeStatus.CANCELLING)
        case BulkChangeCompleted():
            return row and replace(row, status=BulkChangeStatus.COMPLETED, report=event.report, ended_at=event.at)
        case BulkChangeCancelled():
            return row and replace(row, status=BulkChangeStatus.CANCELLED, report=event.report, ended_at=event.at)
        case BulkChangeFailed():
            return row and replace(
                row,
                status=BulkChangeStatus.FAILED,
                done=row.done if event.done is None else event.done,
                changed=row.changed if event.changed is None else event.changed,
                report=event.report,
                code=event.code,
                reason=event.reason,
                ended_at=event.at,
            )
        case BulkRevertStarted():
            begun = row and replace(row, status=BulkChangeStatus.REVERTING, reverted_by=event.actor, ended_at=None)
            again = row is not None and row.status is BulkChangeStatus.REVERT_FAILED
            return replace(begun, code=None, reason=None) if begun is not None and again else begun
        case BulkRevertFailed():
            failed, ended = BulkChangeStatus.REVERT_FAILED, event.at
            return row and replace(row, status=failed, code=event.code, reason=event.reason, ended_at=ended)
        case BulkRevertProgressed():
            return row and replace(row, reverted=event.reverted, kept=event.kept)
        case BulkChangeReverted():
            return row and replace(
                row,
                status=BulkChangeStatus.REVERTED,
                reverted=event.reverted,
                kept=event.kept,
                revert_report=event.report,
                ended_at=event.at,
            )
        case _:
            assert_never(event)
