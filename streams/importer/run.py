"""One import: from the file's rows to commands, answers, results and progress. Taken up again where it was left.

A dry run takes the same way, with a rehearsal in the log's place. It records nothing, so that one that was stopped
begins again.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from infra.blobs import BlobMissing
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.sheets.problems import FileRefused, Problem
from infra.sheets.row import Row
from schemas.contract import Record, fields
from schemas.generated.crm.company import RecordCompany
from schemas.generated.integration.import_job import CompleteImport, FailImport, ImportJob, RecordImportProgress
from streams.importer import results
from streams.importer.deliver import Parcel, Send, command_id, deliver, envelope
from streams.importer.desk import Desk, contract_of, say
from streams.importer.jobs import Job
from streams.importer.known import repeats, ruled, usual
from streams.importer.lookup import Lookup
from streams.importer.matching import Match, learn
from streams.importer.naming import Naming
from streams.importer.own import Fields, is_own, own_values, set_fields
from streams.importer.parents import Parents
from streams.importer.present import Place, Present, place_of
from streams.importer.problems import RowRefused
from streams.importer.records import Cells, Origin
from streams.importer.rehearsal import Rehearsal
from streams.importer.results import Result
from streams.importer.rows import Layout, inspect
from streams.importer.targets import TARGETS, Target, converted, left_out
from streams.importer.values import Forms

EVERY = 1000
"""Rows between two reports of progress, which are what a restart goes back to."""
MOST_REPORTS = 500
"""So that the import's state, which names every result file, stays small however long the file is."""
_AT_ONCE = 200
_REPEATED = "The row at line {} names the same record; what both say, this one says last."
_GUESSED = "The row is no UTF-8 and was read as {}; look at its letters."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """A row with the commands that it asks for, or with what is wrong with it. `notes` are what should be looked at
    though nothing is refused; one that is `skipped` asks for nothing, as it should."""

    row: Row
    commands: Sequence[tuple[int, Record]] = ()
    problems: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How one import goes about its rows. `seen` has the records that rows have named so far, `parents`
    which company stands above which, `own` the fields of the tenant's own that rows may fill."""

    job: Job
    target: Target
    layout: Layout
    origin: Origin
    forms: Forms
    seen: Lookup
    parents: Parents
    own: Fields


@dataclass(slots=True)
class Tally:
    """Counts since the last report: records created and updated, rows that said nothing new, rows refused, passed over
    and to be looked at."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    warnings: int = 0

    def add(self, row: Sequence[Result]) -> None:
        outcomes = [result.outcome for result in row if result.outcome != "warning"]
        created = {result.record for result in row if result.outcome == "created"}
        self.rows += 1
        self.created += len(created)
        self.updated += len({result.record for result in row if result.outcome == "updated"} - created)
        self.rejected += "rejected" in outcomes
        self.skipped += "skipped" in outcomes
        self.unchanged += set(outcomes) == {"unchanged"}
        self.warnings += len(outcomes) < len(row)


def run_import(job: Job, desk: Desk) -> None:
    """Does the rows that are left and completes the import, or fails it when the file cannot be read."""
    try:
        target, layout, own = _opened(job, desk)
    except FileRefused as refused:
        say(job, desk, FailImport(import_id=job.id, code=refused.code, reason=refused.reason, at=desk.clock()), "fail")
        return
    with Lookup() as known, Lookup() as seen, Lookup() as said:
        naming = Naming(partial(desk.derive, job.tenant), desk.directory(job.tenant), layout.referred)
        if job.state.match_on:
            learn(known, job.state.match_on, desk.on_file(job.tenant, target.name, job.state.match_on))
            naming = replace(naming, match=Match(job.state.match_on, known, partial(_new_id, job, desk)))
        asked, rates = job.state.valid_from or job.asked_at, desk.rates(job.tenant)
        reasons, pipelines = desk.reasons(job.tenant), desk.pipelines(job.tenant)
        origin = Origin(asked, job.state.currency, naming, rates, reasons, pipelines)
        # A workbook holds numbers and dates, whatever they look like.
        forms = Forms(job.state.decimal if layout.sheet.encoding else None, job.state.dates)
        parents = Parents(partial(desk.above, job.tenant), said)
        plan = Plan(job, target, layout, origin, forms, seen, parents, own)
        if job.state.dry_run:
            _rehearse(plan, desk)
        else:
            _record(plan, desk)


def _new_id(job: Job, desk: Desk, kind: str, key: str) -> str:
    """An id of this import alone: what is matched on may have been another record's, which has something else now."""
    return desk.derive(job.tenant, kind, f"{job.id}/{key}")


def _record(plan: Plan, desk: Desk) -> None:
    job, layout, state = plan.job, plan.layout, plan.job.state
    for rows in chunks(islice(layout.read(), state.rows, None), report_every(layout.rows)):
        tally = Tally()
        hash = results.keep(desk.blobs, job.tenant, _results(_parcels(plan, desk, rows), plan, desk, tally))
        state = advanced(state, layout.rows, tally, hash)
        say(job, desk, _progress(state, desk), "progress", state.rows)
    desk.shown()  # so that who waits for the import to be complete finds its records
    _complete(plan, desk, state, None)


def _rehearse(plan: Plan, desk: Desk) -> None:
    job, layout = plan.job, plan.layout
    rehearsal, tally = Rehearsal(job.tenant, desk.present), Tally()
    with tempfile.TemporaryFile() as noted:
        parcels = _parcels(plan, desk, layout.read(), rehearsal)
        found = _results(parcels, plan, desk, tally, rehearsal, noted)
        hash = results.keep(desk.blobs, job.tenant, found)
        state = advanced(_anew(job.state), layout.rows, tally, hash)
        if state.rows:
            say(job, desk, _progress(state, desk), "progress", state.rows)
        _complete(plan, desk, state, results.changes_report(desk.blobs, job.tenant, noted))


def _anew(state: ImportJob) -> ImportJob:
    """The import before its first row."""
    return replace(state, rows=0, created=0, updated=0, unchanged=0, rejected=0, skipped=0, warnings=0, results=())


def _complete(plan: Plan, desk: Desk, state: ImportJob, changes: str | None) -> None:
    job, errors = plan.job, None
    if state.rejected or state.warnings:
        header, rows = plan.layout.header, plan.layout.read()
        errors = results.error_report(desk.blobs, job.tenant, state.results, header, rows)
    say(job, desk, CompleteImport(import_id=job.id, errors=errors, changes=changes, at=desk.clock()), "complete")


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
        skipped=state.skipped + tally.skipped,
        warnings=state.warnings + tally.warnings,
        results=(*state.results, hash),
    )


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _opened(job: Job, desk: Desk) -> tuple[Target, Layout, Fields]:
    target = TARGETS.get(job.state.target)
    if target is None:
        raise FileRefused("target_unknown", f"Rows cannot become {job.state.target}; choose {', '.join(TARGETS)}.")
    try:
        path: Path = desk.blobs.path(job.tenant, job.state.file)
    except BlobMissing as missing:
        raise FileRefused("file_missing", str(missing)) from missing
    matched = job.state.match_on and target.within  # then rows name one another by name
    mapping = {name: column for name, column in job.state.mapping.items() if not (matched and name == "key")}
    own: Fields = desk.own(job.tenant, target.name) if any(map(is_own, mapping)) else {}
    return target, inspect(path, target, mapping, job.state.encoding, own), own


def _progress(state: ImportJob, desk: Desk) -> RecordImportProgress:
    return RecordImportProgress(
        import_id=state.import_id,
        total=state.total,
        rows=state.rows,
        created=state.created,
        updated=state.updated,
        unchanged=state.unchanged,
        rejected=state.rejected,
        skipped=state.skipped,
        warnings=state.warnings,
        result=state.results[-1],
        at=desk.clock(),
    )


def _parcels(plan: Plan, desk: Desk, rows: Iterable[Row], rehearsal: Rehearsal | None = None) -> Iterator[Parcel[Work]]:
    job = plan.job
    for group in chunks(rows, _AT_ONCE):
        desk.pause(0)
        works = _placed(plan, _looked_at(plan, desk, [worked_out(row, plan) for row in group]))
        commands = [command for work in works for _, command in work.commands]
        if rehearsal is None:
            desk.prefetch(job.tenant, {subject for command in commands for subject in _subjects(command)})
        else:
            rehearsal.bring(place_of(command) for command in commands)
        for work in works:
            yield Parcel(work, [_envelope(job, work.row, *numbered) for numbered in work.commands])


def worked_out(row: Row, plan: Plan) -> Work:
    """What a row asks for. Never raises for what a row may hold."""
    if row.problem is not None:
        return Work(row, problems=(row.problem,))
    encoding = plan.layout.sheet.encoding
    given = plan.layout.cells(row)
    notes = left_out(plan.target, given)
    if row.guessed and encoding is not None:
        notes.append(Problem("encoding_guessed", _GUESSED.format(encoding.fallback)))
    try:
        cells, own = _converted(given, plan)
        commands = [*plan.target.commands(cells, plan.origin)]
    except RowRefused as refused:
        return Work(row, problems=refused.problems, notes=notes)
    asked = [(index, command) for index, command in enumerate(commands) if command is not None]
    about = _own(asked, plan.target)
    if about is not None and (said := set_fields(plan.target.name, about.id, plan.own, own, plan.origin)) is not None:
        asked.append((len(commands), said))
    return Work(row, asked, notes=notes)


def _converted(given: Mapping[str, str], plan: Plan) -> tuple[Cells, Mapping[str, Any]]:
    """A row's cells as values, and those of the tenant's own fields; raises `RowRefused` with the problems of both."""
    problems: list[Problem] = []
    cells: Cells = {}
    own: Mapping[str, Any] = {}
    try:
        changed = plan.origin.pipelines.changed is not None
        cells = converted(plan.target, given, plan.forms, plan.job.state.values, changed=changed)
    except RowRefused as refused:
        problems += refused.problems
    try:
        own = own_values(plan.own, given, plan.forms, cells, plan.origin)
    except RowRefused as refused:
        problems += refused.problems
    if problems:
        raise RowRefused(*problems)
    return cells, own


def _looked_at(plan: Plan, desk: Desk, works: Sequence[Work]) -> list[Work]:
    """The rows after what the import says of records on file, and of rows about one that an earlier row named."""
    job, state = plan.job, plan.job.state
    owns = [_own(work.commands, plan.target) for work in works]
    places = {own for own in owns if own is not None}
    there: Mapping[Place, Present] = {} if usual(state) or not places else desk.present(job.tenant, places)
    before = iter(repeats(plan.seen, [(own, w.row.line) for own, w in zip(owns, works, strict=True) if own]))
    return [
        work if own is None else _ruled(plan, work, own, there.get(own), next(before))
        for own, work in zip(owns, works, strict=True)
    ]


def _placed(plan: Plan, works: Sequence[Work]) -> list[Work]:
    """The rows without those that would put a company above itself."""
    if "parent" not in plan.job.state.mapping:
        return list(works)
    plan.parents.bring(command for work in works for _, command in work.commands)
    return [_without_rings(plan.parents, work) for work in works]


def _without_rings(parents: Parents, work: Work) -> Work:
    records = [command for _, command in work.commands if isinstance(command, RecordCompany)]
    problems = [problem for each in records if (problem := parents.place(each)) is not None]
    return replace(work, commands=(), problems=problems) if problems else work


def _own(commands: Sequence[tuple[int, Record]], target: Target) -> Place | None:
    """The row's own record: the last of its kind that the row speaks of."""
    places = [place_of(command) for _, command in commands]
    return next((place for place in reversed(places) if f"{place.domain}.{place.aggregate}" == target.name), None)


def _ruled(plan: Plan, work: Work, own: Place, record: Present | None, first: int | None) -> Work:
    job = plan.job
    note = () if first is None else (Problem("row_repeated", _REPEATED.format(first)),)
    if record is None:
        return replace(work, notes=(*work.notes, *note))
    numbers = [command_id(job.tenant, job.id, work.row.line, index) for index, _ in work.commands]
    done = not record.commands.isdisjoint(numbers)
    rule = ruled(job.state, work.commands, own, record, done, first)
    problems = () if rule.problem is None else (rule.problem,)
    return Work(work.row, rule.commands, problems, (*work.notes, *note), rule.skipped)


def _envelope(job: Job, row: Row, index: int, command: Record) -> CommandEnvelope:
    contract = contract_of(command)
    return envelope(job, command, contract.aggregate, getattr(command, contract.id_field), row.line, index)


def _subjects(command: Record) -> Iterator[str]:
    """The persons whose data the command carries."""
    for field in fields(type(command)):
        if field.subject is not None and getattr(command, field.name) is not None:
            yield getattr(command, field.subject)


def _results(
    parcels: Iterable[Parcel[Work]],
    plan: Plan,
    desk: Desk,
    tally: Tally,
    rehearsal: Rehearsal | None = None,
    noted: IO[bytes] | None = None,
) -> Iterator[Result]:
    """What became of each row. What a rehearsal would change is written to `noted`."""
    send: Send = desk.send if rehearsal is None else rehearsal.send
    for work, replies in deliver(parcels, send, desk.pause):
        row = outcomes(work, replies, plan.target)
        if rehearsal is not None and noted is not None:
            for (_, command), reply in zip(work.commands, replies, strict=True):
                changes = rehearsal.changes.pop(reply.command_id, {})
                results.note_changes(noted, work.row.line, "/".join(place_of(command)), changes)
        tally.add(row)
        yield from row


def outcomes(work: Work, replies: Sequence[Reply], target: Target) -> list[Result]:
    """What became of a row, record by record."""
    found = [results.refused(work.row.line, problem) for problem in work.problems]
    found += [results.warned(work.row.line, note) for note in work.notes]
    if work.skipped:
        found.append(Result(work.row.line, "skipped"))
    refused = set[Place]()
    for (_, command), reply in zip(work.commands, replies, strict=True):
        if reply.status == 200:
            found.append(_accepted(work.row.line, command, reply))
        elif (
            reply.code != "not_found" or place_of(command) not in refused
        ):  # what was not let in is not there for the rest
            refused.add(place_of(command))
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
