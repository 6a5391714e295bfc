"""An import: a process whose state says how far a file's rows are on their way into records."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import currency, text
from domains.kernel import Decider, Rejected
from schemas.generated.integration.import_job import (
    CONTRACT,
    CompleteImport,
    CompleteRevert,
    FailImport,
    ImportCompleted,
    ImportFailed,
    ImportJob,
    ImportJobCommand,
    ImportJobEvent,
    ImportProgressed,
    ImportReverted,
    ImportRevertStarted,
    ImportStarted,
    ImportStatus,
    RecordImportProgress,
    RevertImport,
    StartImport,
)

TARGETS = ("admin.user", "crm.company", "crm.product", "crm.contact", "crm.deal")
_HASH = re.compile(r"[0-9a-f]{64}")


def _started(command: StartImport) -> ImportStarted:
    if command.target not in TARGETS:
        raise Rejected("target_unknown", f"The rows can become {', '.join(TARGETS)}; choose one.", "target")
    if not _HASH.fullmatch(command.file):
        raise Rejected("file_malformed", "Upload the file first and give the hash you were answered.", "file")
    if not command.mapping:
        raise Rejected("mapping_missing", "Say which column fills which field.", "mapping")
    return ImportStarted(
        import_id=command.import_id,
        target=command.target,
        file=command.file,
        file_name=text(command.file_name, "file_name"),
        mapping=command.mapping,
        valid_from=command.valid_from,
        currency=currency(command.currency, "currency"),
        at=command.at,
    )


def decide(command: ImportJobCommand, job: ImportJob) -> Sequence[ImportJobEvent]:
    match command:
        case StartImport():
            started = _started(command)
            if job.status is ImportStatus.NEW:
                return [started]
            if (started.target, started.file, started.mapping) == (job.target, job.file, job.mapping):
                return []
            raise Rejected("import_exists", "An import with this id is there already; leave the id out for a new one.")
        case RecordImportProgress():
            if job.status is not ImportStatus.RUNNING or command.rows <= job.rows:
                return []
            return [
                ImportProgressed(
                    import_id=job.import_id,
                    total=command.total,
                    rows=command.rows,
                    created=command.created,
                    updated=command.updated,
                    unchanged=command.unchanged,
                    rejected=command.rejected,
                    result=command.result,
                    at=command.at,
                )
            ]
        case CompleteImport():
            if job.status is not ImportStatus.RUNNING:
                return []
            return [ImportCompleted(import_id=job.import_id, errors=command.errors, at=command.at)]
        case FailImport():
            if job.status is not ImportStatus.RUNNING:
                return []
            return [ImportFailed(import_id=job.import_id, code=command.code, reason=command.reason, at=command.at)]
        case RevertImport():
            if job.status in (ImportStatus.REVERTING, ImportStatus.REVERTED):
                return []
            if job.status is ImportStatus.RUNNING:
                raise Rejected("import_running", "The import is still running; wait until it ends, then revert it.")
            return [ImportRevertStarted(import_id=job.import_id, at=command.at)]
        case CompleteRevert():
            if job.status is not ImportStatus.REVERTING:
                return []
            return [
                ImportReverted(
                    import_id=job.import_id,
                    reverted=command.reverted,
                    kept=command.kept,
                    report=command.report,
                    at=command.at,
                )
            ]
        case _:
            assert_never(command)


def evolve(job: ImportJob, event: ImportJobEvent) -> ImportJob:
    match event:
        case ImportStarted():
            return ImportJob(
                import_id=event.import_id,
                target=event.target,
                file=event.file,
                file_name=event.file_name,
                mapping=event.mapping,
                valid_from=event.valid_from,
                currency=event.currency,
                status=ImportStatus.RUNNING,
                started_at=event.at,
            )
        case ImportProgressed():
            return replace(
                job,
                total=event.total,
                rows=event.rows,
                created=event.created,
                updated=event.updated,
                unchanged=event.unchanged,
                rejected=event.rejected,
                results=(*job.results, event.result),
            )
        case ImportCompleted():
            return replace(job, status=ImportStatus.COMPLETED, errors=event.errors, ended_at=event.at)
        case ImportFailed():
            return replace(job, status=ImportStatus.FAILED, reason=event.reason, ended_at=event.at)
        case ImportRevertStarted():
            return replace(job, status=ImportStatus.REVERTING, ended_at=None)
        case ImportReverted():
            return replace(
                job,
                status=ImportStatus.REVERTED,
                reverted=event.reverted,
                kept=event.kept,
                revert_report=event.report,
                ended_at=event.at,
            )
        case _:
            assert_never(event)


DECIDER: Decider[ImportJobCommand, ImportJob, ImportJobEvent] = Decider(CONTRACT, ImportJob(), decide, evolve)
