"""A bulk change: a process whose state says how far one command is on its way to many records, or on its way back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import text
from domains.integration.in_bulk import MOST, OFFERED
from domains.kernel import Decider, Rejected
from schemas.generated.integration.bulk_change import (
    CONTRACT,
    BulkChange,
    BulkChangeCancelled,
    BulkChangeCancelling,
    BulkChangeCommand,
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
    CancelBulkChange,
    CompleteBulkChange,
    FailBulkChange,
    RecordBulkProgress,
    RecordBulkRevertProgress,
    RevertBulkChange,
    StartBulkChange,
)

_HASH = re.compile(r"[0-9a-f]{64}")
WORKING = (BulkChangeStatus.RUNNING, BulkChangeStatus.CANCELLING)
TAKEN_BACK = (BulkChangeStatus.REVERTING, BulkChangeStatus.REVERTED)


def _started(command: StartBulkChange) -> BulkChangeStarted:
    verbs = OFFERED.get(command.target)
    if verbs is None:
        raise Rejected("target_unknown", f"Bulk changes are of {', '.join(OFFERED)}; choose one.", "target")
    if command.verb not in verbs:
        sentence = f"This is not done in bulk; what is, is {', '.join(verbs)}. Send the rest record by record."
        raise Rejected("not_in_bulk", sentence, "verb")
    if not _HASH.fullmatch(command.file):
        raise Rejected("file_malformed", "The file of records is named by its content hash.", "file")
    if command.selected < 1:
        raise Rejected("nothing_selected", "No record is meant; name some, or ask for others.", "selected")
    if command.selected > MOST:
        raise Rejected("too_many_selected", f"A bulk change is of {MOST:,} records at most; ask for fewer.", "selected")
    return BulkChangeStarted(
        bulk_change_id=command.bulk_change_id,
        target=command.target,
        verb=command.verb,
        says=command.says,
        file=command.file,
        selected=command.selected,
        barred=min(max(command.barred, 0), command.selected),
        dry_run=command.dry_run,
        owner_id=text(command.owner_id, "owner_id"),
        actor=text(command.actor, "actor"),
        at=command.at,
    )


Asked = BulkChangeStarted | BulkChange


def _asked(of: Asked) -> tuple[object, ...]:
    """What makes a bulk change what it is."""
    return of.target, of.verb, of.says, of.file, of.dry_run, of.owner_id, of.actor


def _failed(command: FailBulkChange, change: BulkChange) -> BulkChangeFailed:
    return BulkChangeFailed(
        bulk_change_id=change.bulk_change_id,
        code=command.code,
        reason=command.reason,
        done=command.done,
        changed=command.changed,
        report=command.report,
        at=command.at,
    )


def _reverts(command: RevertBulkChange, change: BulkChange) -> Sequence[BulkChangeEvent]:
    if change.status in TAKEN_BACK:
        return []
    if change.status in WORKING:
        raise Rejected("bulk_change_running", "The bulk change still runs; wait until it ends, or cancel it first.")
    if change.dry_run:
        raise Rejected("bulk_change_dry", "It was a dry run, which recorded nothing; there is nothing to take back.")
    if change.report is None:
        raise Rejected("bulk_change_failed", "It failed and has no report to go by; take changes back one by one.")
    if not OFFERED.get(change.target, {}).get(change.verb):
        raise Rejected("no_inverse", "No command takes this back; change the records by hand.")
    by = text(command.actor, "actor")
    return [BulkRevertStarted(bulk_change_id=change.bulk_change_id, withheld=command.withheld, actor=by, at=command.at)]


def _further_back(command: RecordBulkRevertProgress, change: BulkChange) -> Sequence[BulkChangeEvent]:
    id, reverted, kept, at = change.bulk_change_id, command.reverted, command.kept, command.at
    if change.status is not BulkChangeStatus.REVERTING:
        return []
    if command.ended:
        return [BulkChangeReverted(bulk_change_id=id, reverted=reverted, kept=kept, report=command.report, at=at)]
    if reverted + kept <= change.reverted + change.kept:
        return []
    return [BulkRevertProgressed(bulk_change_id=id, reverted=reverted, kept=kept, at=at)]


def decide(command: BulkChangeCommand, change: BulkChange) -> Sequence[BulkChangeEvent]:
    id, at, status = change.bulk_change_id, command.at, change.status
    match command:
        case StartBulkChange():
            started = _started(command)
            if status is BulkChangeStatus.NEW:
                return [started]
            if _asked(started) == _asked(change):
                return []
            raise Rejected("bulk_change_exists", "A bulk change with this id is there already; start another one.")
        case CancelBulkChange():
            if status in (BulkChangeStatus.CANCELLING, BulkChangeStatus.CANCELLED):
                return []
            if status is not BulkChangeStatus.RUNNING:
                raise Rejected("bulk_change_ended", "The bulk change has ended; take it back by reverting it.")
            return [BulkChangeCancelling(bulk_change_id=id, at=at)]
        case RevertBulkChange():
            return _reverts(command, change)
        case RecordBulkProgress():
            if status not in WORKING or command.done <= change.done:
                return []
            return [
                BulkChangeProgressed(
                    bulk_change_id=id,
                    done=command.done,
                    changed=command.changed,
                    unchanged=command.unchanged,
                    refused=command.refused,
                    result=command.result,
                    at=at,
                )
            ]
        case CompleteBulkChange():
            if status not in WORKING:
                return []
            if change.done < change.selected and status is BulkChangeStatus.CANCELLING:
                return [BulkChangeCancelled(bulk_change_id=id, report=command.report, at=at)]
            return [BulkChangeCompleted(bulk_change_id=id, report=command.report, at=at)]
        case FailBulkChange():
            if status is BulkChangeStatus.REVERTING:
                return [BulkRevertFailed(bulk_change_id=id, code=command.code, reason=command.reason, at=at)]
            return [_failed(command, change)] if status in WORKING else []
        case RecordBulkRevertProgress():
            return _further_back(command, change)
        case _:
            assert_never(command)


def evolve(change: BulkChange, event: BulkChangeEvent) -> BulkChange:
    match event:
        case BulkChangeStarted():
            return BulkChange(
                bulk_change_id=event.bulk_change_id,
                target=event.target,
                verb=event.verb,
                says=event.says,
                file=event.file,
                selected=event.selected,
                barred=event.barred,
                dry_run=event.dry_run,
                owner_id=event.owner_id,
                actor=event.actor,
                status=BulkChangeStatus.RUNNING,
                started_at=event.at,
            )
        case BulkChangeProgressed():
            return replace(
                change,
                done=event.done,
                changed=event.changed,
                unchanged=event.unchanged,
                refused=event.refused,
                results=(*change.results, event.result),
            )
        case BulkChangeCancelling():
            return replace(change, status=BulkChangeStatus.CANCELLING)
        case BulkChangeCompleted():
            return _ended(change, BulkChangeStatus.COMPLETED, event)
        case BulkChangeCancelled():
            return _ended(change, BulkChangeStatus.CANCELLED, event)
        case BulkChangeFailed():
            done = change.done if event.done is None else event.done
            changed = change.changed if event.changed is None else event.changed
            return _ended(
                replace(change, done=done, changed=changed, reason=event.reason), BulkChangeStatus.FAILED, event
            )
        case BulkRevertStarted():
            status, withheld, by = BulkChangeStatus.REVERTING, event.withheld, event.actor
            again = change.reverts + 1
            return replace(change, status=status, withheld=withheld, reverted_by=by, reverts=again, ended_at=None)
        case BulkRevertProgressed():
            return replace(change, reverted=event.reverted, kept=event.kept)
        case BulkRevertFailed():
            return replace(change, status=BulkChangeStatus.REVERT_FAILED, reason=event.reason, ended_at=event.at)
        case BulkChangeReverted():
            return replace(
                change,
                status=BulkChangeStatus.REVERTED,
                reverted=event.reverted,
                kept=event.kept,
                revert_report=event.report,
                ended_at=event.at,
            )
        case _:
            assert_never(event)


def _ended(
    change: BulkChange, status: BulkChangeStatus, event: BulkChangeCompleted | BulkChangeCancelled | BulkChangeFailed
) -> BulkChange:
    """Once there is a report, what became of the records stands in it."""
    return replace(change, status=status, report=event.report, results=(), ended_at=event.at)


DECIDER: Decider[BulkChangeCommand, BulkChange, BulkChangeEvent] = Decider(CONTRACT, BulkChange(), decide, evolve)
