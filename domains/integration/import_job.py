"""An import: a process whose state says how far a file's rows are on their way into records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import currency, text
from domains.integration.cell_forms import DATES, DECIMALS
from domains.integration.importable import IMPORTABLE, Importable
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
    ImportReportsRemoved,
    ImportReverted,
    ImportRevertFailed,
    ImportRevertStarted,
    ImportStarted,
    ImportStatus,
    NoteReportsRemoved,
    RecordImportProgress,
    RevertImport,
    StartImport,
)

TARGETS = tuple(IMPORTABLE)
ENDED = (ImportStatus.COMPLETED, ImportStatus.FAILED, ImportStatus.REVERTED, ImportStatus.REVERT_FAILED)
_HASH = re.compile(r"[0-9a-f]{64}")
_ENCODING = re.compile(r"[a-z0-9_]{1,20}")


def _started(command: StartImport) -> ImportStarted:
    if command.target not in TARGETS:
        raise Rejected("target_unknown", f"The rows can become {', '.join(TARGETS)}; choose one.", "target")
    if not _HASH.fullmatch(command.file):
        raise Rejected("file_malformed", "Upload the file first and give the hash you were answered.", "file")
    if not command.mapping:
        raise Rejected("mapping_missing", "Say which column fills which field.", "mapping")
    target = IMPORTABLE[command.target]
    return ImportStarted(
        import_id=command.import_id,
        target=command.target,
        file=command.file,
        file_name=text(command.file_name, "file_name"),
        mapping=command.mapping,
        valid_from=command.valid_from,
        currency=currency(command.currency, "currency"),
        encoding=_encoding(command.encoding),
        decimal=_one_of(command.decimal, DECIMALS, "decimal"),
        dates=_one_of(command.dates, DATES, "dates"),
        values=_values(command, target),
        match_on=_match_on(command, target),
        known=command.known,
        unknown=command.unknown,
        dry_run=command.dry_run,
        at=command.at,
    )


def _encoding(given: str | None) -> str | None:
    """Which there are, whoever reads the file knows; what is no name of one may be anything, and is not kept."""
    if given is not None and not _ENCODING.fullmatch(given):
        raise Rejected("encoding_unknown", "This is no encoding; write it as cp1252, or leave it out.", "encoding")
    return given


def _one_of(given: str | None, choices: Sequence[str], field: str) -> str | None:
    if given is not None and given not in choices:
        raise Rejected(f"{field}_unknown", f"The {field} are {', '.join(choices)}; give one or leave it out.", field)
    return given


def _values(command: StartImport, target: Importable) -> Mapping[str, Mapping[str, str]]:
    """Only what comes from a list has other names: whatever else a cell says may be personal, and would be kept."""
    for field in command.values:
        if field not in target.fields or target.fields[field].kind != "stage":
            raise Rejected("values_unknown", "Only stages can be given other values; leave out the rest.", "values")
    return command.values


def _match_on(command: StartImport, target: Importable) -> tuple[str, ...]:
    for field in command.match_on:
        if field not in target.match:
            can = ", ".join(target.match)
            raise Rejected("match_unknown", f"Records of this kind can be found by {can}; choose of these.", "match_on")
        if field not in command.mapping and not (field == "name" and "last_name" in command.mapping):
            raise Rejected("match_unmapped", "What rows are matched on needs a column; map one to it.", "match_on")
    if target.within in command.mapping and command.match_on not in ((), ("name",)):
        reason = f"Rows name one another as {target.within}; match on the name alone, or leave that column out."
        raise Rejected("match_within", reason, "match_on")
    return tuple(dict.fromkeys(command.match_on))


def reports_of(job: ImportJob) -> Sequence[str]:
    """The content hashes of what an import told of rows."""
    return [each for each in (job.errors, job.changes, job.revert_report) if each is not None]


Asked = ImportStarted | ImportJob


def _asked(of: Asked) -> Sequence[object]:
    """What makes an import what it is."""
    how = (of.encoding, of.decimal, of.dates, of.values, of.match_on, of.known, of.unknown)
    return (of.target, of.file, of.mapping, of.dry_run, how)


def decide(command: ImportJobCommand, job: ImportJob) -> Sequence[ImportJobEvent]:
    match command:
        case StartImport():
            started = _started(command)
            if job.status is ImportStatus.NEW:
                return [started]
            if _asked(started) == _asked(job):
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
                    skipped=command.skipped,
                    warnings=command.warnings,
                    at=command.at,
                )
            ]
        case CompleteImport():
            if job.status is not ImportStatus.RUNNING:
                return []
            return [
                ImportCompleted(import_id=job.import_id, errors=command.errors, changes=command.changes, at=command.at)
            ]
        case FailImport():
            if job.status is ImportStatus.REVERTING:
                id, code, reason, at = job.import_id, command.code, command.reason, command.at
                return [ImportRevertFailed(import_id=id, code=code, reason=reason, at=at)]
            if job.status is not ImportStatus.RUNNING:
                return []
            return [ImportFailed(import_id=job.import_id, code=command.code, reason=command.reason, at=command.at)]
        case RevertImport():
            if job.status in (ImportStatus.REVERTING, ImportStatus.REVERTED):
                return []
            if job.status is ImportStatus.RUNNING:
                raise Rejected("import_running", "The import is still running; wait until it ends, then revert it.")
            if job.dry_run:
                raise Rejected("import_dry", "It was a dry run, which recorded nothing; there is nothing to take back.")
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
        case NoteReportsRemoved():
            if job.status not in ENDED or job.reports_removed_at is not None or not reports_of(job):
                return []
            return [ImportReportsRemoved(import_id=job.import_id, why=command.why, at=command.at)]
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
                encoding=event.encoding,
                decimal=event.decimal,
                dates=event.dates,
                values=event.values,
                match_on=event.match_on,
                known=event.known,
                unknown=event.unknown,
                dry_run=event.dry_run,
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
                skipped=event.skipped,
                warnings=event.warnings,
                results=(*job.results, event.result),
            )
        case ImportCompleted():
            return replace(
                job, status=ImportStatus.COMPLETED, errors=event.errors, changes=event.changes, ended_at=event.at
            )
        case ImportFailed():
            return replace(job, status=ImportStatus.FAILED, reason=event.reason, ended_at=event.at)
        case ImportRevertStarted():
            return replace(job, status=ImportStatus.REVERTING, ended_at=None)
        case ImportRevertFailed():
            return replace(job, status=ImportStatus.REVERT_FAILED, ended_at=event.at)
        case ImportReverted():
            return replace(
                job,
                status=ImportStatus.REVERTED,
                reverted=event.reverted,
                kept=event.kept,
                revert_report=event.report,
                ended_at=event.at,
                reports_removed_at=job.reports_removed_at if event.report is None else None,
            )
        case ImportReportsRemoved():
            return replace(job, reports_removed_at=event.at)
        case _:
            assert_never(event)


DECIDER: Decider[ImportJobCommand, ImportJob, ImportJobEvent] = Decider(CONTRACT, ImportJob(), decide, evolve)
