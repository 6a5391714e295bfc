"""One import: from the file's rows to commands, answers, results and progress. Taken up again where it was left."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from infra.blobs import BlobMissing
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from schemas.contract import Record, fields
from schemas.generated.integration.import_job import CompleteImport, FailImport, ImportJob, RecordImportProgress
from streams.importer import results
from streams.importer.deliver import Parcel, deliver, envelope
from streams.importer.desk import Desk, contract_of, say
from streams.importer.jobs import Job
from streams.importer.naming import Naming
from streams.importer.problems import FileRefused, Problem, RowRefused
from streams.importer.records import Origin
from streams.importer.results import Result
from streams.importer.rows import Layout, Row, inspect, read
from streams.importer.targets import TARGETS, Target, converted

EVERY = 1000
"""Rows between two reports of progress, which are what a restart goes back to."""
MOST_REPORTS = 500
"""So that the import's state, which names every result file, stays small however long the file is."""
_AT_ONCE = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """A row with the commands that it asks for, or with what is wrong with it."""

    row: Row
    commands: Sequence[tuple[int, Record]] = ()
    problems: Sequence[Problem] = ()


@dataclass(slots=True)
class Tally:
    """Counts since the last report: records created and updated, rows that said nothing new, rows refused."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, row: Sequence[Result]) -> None:
        outcomes = [result.outcome for result in row]
        self.rows += 1
        self.created += outcomes.count("created")
        self.updated += outcomes.count("updated")
        self.rejected += "rejected" in outcomes
        self.unchanged += set(outcomes) == {"unchanged"}


def run_import(job: Job, desk: Desk) -> None:
    """Does the rows that are left and completes the import, or fails it when the file cannot be read."""
    try:
        path, target, layout = _opened(job, desk)
    except FileRefused as refused:
        say(job, desk, FailImport(import_id=job.id, code=refused.code, reason=refused.reason, at=desk.clock()), "fail")
        return
    naming = Naming(partial(desk.derive, job.tenant), desk.directory(job.tenant), layout.referred)
    origin = Origin(job.state.valid_from or job.asked_at, job.state.currency, naming)
    state = job.state
    for rows in chunks(islice(read(path, layout), state.rows, None), report_every(layout.rows)):
        tally = Tally()
        parcels = _parcels(job, desk, target, layout, origin, rows)
        hash = results.keep(desk.blobs, job.tenant, _results(parcels, target, desk, tally))
        state = advanced(state, layout.rows, tally, hash)
        say(job, desk, _progress(state, desk), "progress", state.rows)
    errors = None
    if state.rejected:
        errors = results.error_report(desk.blobs, job.tenant, state.results, layout.header, read(path, layout))
    desk.shown()  # so that who waits for the import to be complete finds its records
    say(job, desk, CompleteImport(import_id=job.id, errors=errors, at=desk.clock()), "complete")


def report_every(rows: int) -> int:
    """How many rows lie between two reports; the same at every start, since it follows from the file."""
    return max(EVERY, -(-rows // MOST_REPORTS))


def advanced(state: ImportJob, total: int, tally: Tally, hash: str) -> ImportJob:
    """The import after a chunk of rows."""
    return replace(
        state,
        total=total,
        rows=state.rows + tally.rows,
        created=state.created + tally.created,
        updated=state.updated + tally.updated,
        unchanged=state.unchanged + tally.unchanged,
        rejected=state.rejected + tally.rejected,
        results=(*state.results, hash),
    )


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _opened(job: Job, desk: Desk) -> tuple[Path, Target, Layout]:
    target = TARGETS.get(job.state.target)
    if target is None:
        raise FileRefused("target_unknown", f"Rows cannot become {job.state.target}; choose {', '.join(TARGETS)}.")
    try:
        path = desk.blobs.path(job.tenant, job.state.file)
    except BlobMissing as missing:
        raise FileRefused("file_missing", str(missing)) from missing
    return path, target, inspect(path, target, job.state.mapping)


def _progress(state: ImportJob, desk: Desk) -> RecordImportProgress:
    return RecordImportProgress(
        import_id=state.import_id,
        total=state.total,
        rows=state.rows,
        created=state.created,
        updated=state.updated,
        unchanged=state.unchanged,
        rejected=state.rejected,
        result=state.results[-1],
        at=desk.clock(),
    )


def _parcels(
    job: Job, desk: Desk, target: Target, layout: Layout, origin: Origin, rows: Iterable[Row]
) -> Iterator[Parcel[Work]]:
    for group in chunks(rows, _AT_ONCE):
        desk.pause(0)
        works = [worked_out(row, target, layout, origin) for row in group]
        desk.prefetch(job.tenant, {subject for work in works for _, c in work.commands for subject in _subjects(c)})
        for work in works:
            yield Parcel(work, [_envelope(job, work.row, *numbered) for numbered in work.commands])


def worked_out(row: Row, target: Target, layout: Layout, origin: Origin) -> Work:
    """What a row asks for. Never raises for what a row may hold."""
    if row.problem is not None:
        return Work(row, problems=(row.problem,))
    try:
        commands = target.commands(converted(target, layout.cells(row)), origin)
    except RowRefused as refused:
        return Work(row, problems=refused.problems)
    return Work(row, [(index, command) for index, command in enumerate(commands) if command is not None])


def _envelope(job: Job, row: Row, index: int, command: Record) -> CommandEnvelope:
    contract = contract_of(command)
    return envelope(job, command, contract.aggregate, getattr(command, contract.id_field), row.line, index)


def _subjects(command: Record) -> Iterator[str]:
    """The persons whose data the command carries."""
    for field in fields(type(command)):
        if field.subject is not None and getattr(command, field.name) is not None:
            yield getattr(command, field.subject)


def _results(parcels: Iterable[Parcel[Work]], target: Target, desk: Desk, tally: Tally) -> Iterator[Result]:
    for work, replies in deliver(parcels, desk.send, desk.pause):
        row = outcomes(work, replies, target)
        tally.add(row)
        yield from row


def outcomes(work: Work, replies: Sequence[Reply], target: Target) -> list[Result]:
    """What became of a row, record by record."""
    found = [results.refused(work.row.line, problem) for problem in work.problems]
    for (_, command), reply in zip(work.commands, replies, strict=True):
        if reply.status == 200:
            found.append(_accepted(work.row.line, command, reply))
        else:
            field = None if reply.field is None else target.told.get(reply.field, reply.field)
            problem = Problem(reply.code or "refused", reply.message or f"Answered {reply.status}.", field)
            found.append(results.refused(work.row.line, problem))
    return found


def _accepted(line: int, command: Record, reply: Reply) -> Result:
    """A contract names first the event that brings its record into being, for a removed one once more."""
    contract = contract_of(command)
    record = f"{contract.domain}/{contract.aggregate}/{getattr(command, contract.id_field)}"
    first = reply.events[0].type if reply.events else None
    changed = "created" if first == contract.events[0].NAME else "updated"
    outcome = "unchanged" if first is None else changed
    return Result(line, outcome, record, reply.version - len(reply.events), reply.version)
