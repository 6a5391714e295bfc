"""One bulk change: from the records that are meant to commands, answers, progress and a report. Taken up again where
it was left.

A dry run takes the same way, with a rehearsal in the log's place. Each record is there once, so that nothing need be
remembered between two of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from domains.kernel import command_contracts
from infra.blobs import BlobMissing
from infra.bulk_files import (
    Outcome,
    Selected,
    Selection,
    keep_outcomes,
    keep_report,
    open_selection,
    outcomes,
)
from infra.log.replies import Reply
from schemas.contract import Record, fields
from schemas.generated.integration.bulk_change import BulkChange, CompleteBulkChange, RecordBulkProgress
from streams.bulk.carried import Known, as_told, carries, with_rates
from streams.bulk.desk import AT_ONCE, EVERY, Desk, Job, envelope, say
from streams.importer.deliver import Parcel, Send, deliver
from streams.importer.present import place_of
from streams.importer.rehearsal import Rehearsal
from streams.importer.run import chunks

_BARRED = {
    "cyclic_tree": "The company would stand above itself; name another parent.",
    "forbidden": "Whoever started this may not do that to the record; ask somebody who may.",
    "not_found": "There was no such record, or none that whoever started this could read.",
}
"""Why a record was not to be touched from the start, by code."""


class Unable(Exception):
    """A bulk change cannot go on at all."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


Reached = Callable[[BulkChange], None]
"""Is told how far a bulk change is, whenever that is recorded."""


def run_change(job: Job, desk: Desk, reached: Reached) -> None:
    """Does the records that are left, and completes the bulk change. Raises Unable when its file is gone."""
    state = job.state
    if state.done < state.selected and not desk.cancelled(job):
        try:
            selection = open_selection(desk.blobs, desk.codec, job.tenant, state.file)
        except BlobMissing:
            raise Unable("file_missing", _GONE) from None
        state = _worked_off(job, desk, selection, reached)
    desk.blobs.forget(job.tenant, state.file, "bulk")  # it may say something personal
    desk.shown()  # so that who waits for the bulk change to be complete finds what it did
    report = keep_report(desk.blobs, job.tenant, outcomes(desk.blobs, job.tenant, state.results))
    say(job, desk, CompleteBulkChange(bulk_change_id=job.id, report=report, at=desk.clock()), "complete")


_GONE = "The file that says which records are meant is gone. Take back what was done, or start another one."


def _worked_off(job: Job, desk: Desk, selection: Selection, reached: Reached) -> BulkChange:
    """The bulk change once all is done, or once somebody ended it."""
    state, means = job.state, _means(job, desk, selection)
    for records in chunks(islice(selection.records, state.done, None), EVERY):
        if desk.cancelled(job):
            break
        found = list(_outcomes(job, desk, means, records))
        state = advanced(state, found, keep_outcomes(desk.blobs, job.tenant, found))
        say(job, desk, _progress(state, desk), "progress", state.done)
        reached(state)
    return state


@dataclass(frozen=True, slots=True)
class _Means:
    """What a bulk change is worked off with: a command for each record, what is known where these carry rates, and what
    a dry run has in the log's place."""

    selection: Selection
    known: Known | None
    rehearsal: Rehearsal | None


def _means(job: Job, desk: Desk, selection: Selection) -> _Means:
    rated = any(carries(type(command), "exchange_rate") for command in selection.commands.values())
    if rated or job.state.dry_run:
        desk.shown()  # what was recorded a moment ago must be known
    return _Means(
        selection,
        Known(rates=desk.rates(job.tenant)) if rated else None,
        Rehearsal(job.tenant, desk.present) if job.state.dry_run else None,
    )


def advanced(state: BulkChange, found: Sequence[Outcome], hash: str) -> BulkChange:
    """The bulk change after some more records."""
    counted = [each.outcome for each in found]
    return replace(
        state,
        done=state.done + len(found),
        changed=state.changed + counted.count("changed"),
        unchanged=state.unchanged + counted.count("unchanged"),
        refused=state.refused + counted.count("refused"),
        results=(*state.results, hash),
    )


def _progress(state: BulkChange, desk: Desk) -> RecordBulkProgress:
    return RecordBulkProgress(
        bulk_change_id=state.bulk_change_id,
        done=state.done,
        changed=state.changed,
        unchanged=state.unchanged,
        refused=state.refused,
        result=state.results[-1],
        at=desk.clock(),
    )


def _outcomes(job: Job, desk: Desk, means: _Means, records: Sequence[Selected]) -> Iterator[Outcome]:
    """What became of records. All commands are made before the first is sent, and all answered before the first answer
    is looked at, so that nothing is under way where something fails."""
    rehearsal, parcels = means.rehearsal, list(_parcels(job, desk, means, records))
    send: Send = desk.send if rehearsal is None else rehearsal.send
    for record, replies in list(deliver(parcels, send, desk.pause)):
        if rehearsal is not None:
            for reply in replies:
                rehearsal.changes.pop(reply.command_id, None)
        yield outcome(record, replies)


def _parcels(job: Job, desk: Desk, means: _Means, records: Iterable[Selected]) -> Iterator[Parcel[Selected]]:
    for group in chunks(records, AT_ONCE):
        desk.pause(0)
        commands = {each.id: about(means.selection.commands[each.key], each.id) for each in group if not each.code}
        if means.rehearsal is not None:
            means.rehearsal.bring(map(place_of, commands.values()))
        elif any(map(_is_personal, commands.values())):
            desk.prefetch(job.tenant, commands)
        if means.known is not None:
            commands = _rated(job, desk, commands, means.known, means.rehearsal)
        for each in group:
            command = commands.get(each.id)
            said = [] if command is None else [envelope(job, command, each.id, job.state.actor, "record", each.id)]
            yield Parcel(each, said)


def _rated(
    job: Job, desk: Desk, commands: Mapping[str, Record], known: Known, rehearsal: Rehearsal | None
) -> Mapping[str, Record]:
    """Commands by record, with the rates for what each is worth as it is now."""
    places = {id: place_of(command) for id, command in commands.items()}
    if rehearsal is not None:
        found = {id: rehearsal.known[place].state for id, place in places.items()}
    else:
        told = desk.told(job.tenant, places.values())
        found = {id: as_told(place, told[place]) for id, place in places.items()}
    return {id: with_rates(command, found[id], known) for id, command in commands.items()}


def about(command: Any, id: str) -> Record:
    """The command for a record of this id."""
    contract, _ = command_contracts()[command.NAME]
    return replace(command, **{contract.id_field: id})


def _is_personal(command: Record) -> bool:
    return any(each.subject is not None and getattr(command, each.name) is not None for each in fields(type(command)))


def outcome(record: Selected, replies: Sequence[Reply]) -> Outcome:
    """What became of a record."""
    if record.code:
        return Outcome(record.id, "refused", code=record.code, reason=_BARRED[record.code], seen=record.version)
    [reply] = replies
    if reply.status != 200:
        said = reply.message or f"Answered {reply.status}."
        now, code = reply.version, reply.code or "refused"
        return Outcome(record.id, "refused", now, now, code, said, seen=record.version)
    told = "changed" if reply.events else "unchanged"
    return Outcome(record.id, told, reply.version - len(reply.events), reply.version, seen=record.version)
