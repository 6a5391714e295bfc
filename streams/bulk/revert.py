"""Taking a bulk change back, record by record, as an undo of its one change would: what was changed since stays."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from domains.integration.in_bulk import OFFERED
from domains.kernel import Decider, Rejected, command_contracts, deciders
from domains.undoing import ChangedSince, Undone, proved
from domains.undoing import way_back as way_of
from infra.blobs import BlobMissing
from infra.bulk_files import Outcome, keep_report, outcomes, reported
from infra.log.replies import Reply
from schemas.contract import Record, contracts
from schemas.generated.crm.company import PlaceCompany
from schemas.generated.integration.bulk_change import BulkChange, RecordBulkRevertProgress
from streams.bulk.carried import Known, carries, with_book, with_rates, with_rules
from streams.bulk.desk import AT_ONCE, EVERY, Desk, Job, envelope, number_of, say
from streams.bulk.tree import Tree
from streams.importer.deliver import Parcel, deliver
from streams.importer.present import Place, Told
from streams.importer.rates import NONE
from streams.importer.run import chunks
from streams.processor.decide import trace_of

_SINCE = "The record is another one since; change it by hand if it should be as it was."
_FORBIDDEN = "Whoever takes this back may not do that to the record; ask somebody who may."
_UNREADABLE = "An event of the record cannot be read; change it by hand."
_BROKEN = "It could not be taken back for an internal reason, which the log of the importer tells; change it by hand."
_RING = "The company would stand above itself by now; move one of those above it first."
_NO_INVERSE = "No command takes this back; change the record by hand."

_log = structlog.get_logger("bulk")


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a record stays as it is."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Way:
    """How a record is taken back: by a command for the version that was looked at; by None where it was already."""

    command: Record | None
    version: int


def run_revert(job: Job, desk: Desk) -> None:
    """Takes back what may be taken back, reports on all of it, and completes the revert. Doing it again does no harm:
    what was taken back is not done twice, and is counted again."""
    state = job.state
    desk.shown()  # what was changed a moment ago must be known
    try:
        report, withheld = _files(job, desk)
    except BlobMissing:  # they went between the question and the answer
        _tell(job, desk, reverted=0, kept=state.changed, ended=True)
        return
    found: list[Outcome] = []
    known, tree, reverted = _known(job, desk), Tree(partial(desk.above, job.tenant)), 0
    for group in chunks(reversed(report), EVERY):
        found += _taken_back(job, desk, group, withheld, known, tree)
        reverted = sum(each.outcome == "reverted" for each in found)
        _tell(job, desk, reverted, len(found) - reverted)
    hash = keep_report(desk.blobs, job.tenant, reversed(found))
    desk.shown()
    _tell(job, desk, reverted, len(found) - reverted, hash, ended=True)


def _known(job: Job, desk: Desk) -> Known:
    """What the commands that take it back carry of other records."""
    domain, aggregate = job.state.target.split(".")
    verbs = OFFERED[job.state.target][job.state.verb]
    takes = [each.cls for each in contracts()[domain, aggregate].commands if each.verb in verbs]
    return Known(
        desk.pipelines(job.tenant),
        desk.rates(job.tenant) if any(carries(each, "exchange_rate") for each in takes) else NONE,
        desk.books(job.tenant) if any(carries(each, "price_book") for each in takes) else {},
    )


def _tell(job: Job, desk: Desk, reverted: int, kept: int, report: str | None = None, *, ended: bool = False) -> None:
    at, place = desk.clock(), ("revert-ended",) if ended else ("revert-progress", reverted + kept)
    told = RecordBulkRevertProgress(
        bulk_change_id=job.id, reverted=reverted, kept=kept, ended=ended, report=report, at=at
    )
    say(job, desk, told, *place)


def _files(job: Job, desk: Desk) -> tuple[list[Outcome], Collection[str]]:
    """What was changed, and what is withheld from whoever takes it back."""
    state, blobs = job.state, desk.blobs
    changed = [each for each in reported(blobs, job.tenant, state.report or "") if each.outcome == "changed"]
    withheld = () if state.withheld is None else (each.id for each in outcomes(blobs, job.tenant, [state.withheld]))
    return changed, frozenset(withheld)


def _taken_back(
    job: Job, desk: Desk, group: Sequence[Outcome], withheld: Collection[str], known: Known, tree: Tree
) -> Iterator[Outcome]:
    for (each, kept), replies in deliver(_parcels(job, desk, group, withheld, known, tree), desk.send, desk.pause):
        why = kept or _refusal(replies)
        if why is None:
            version = replies[0].version if replies else 0
            yield Outcome(each.id, "reverted", each.after, version)
        else:
            yield Outcome(each.id, "kept", code=why.code, reason=why.reason)


def _refusal(replies: Sequence[Reply]) -> Kept | None:
    refused = next((reply for reply in replies if reply.status != 200), None)
    if refused is None:
        return None
    if refused.status == 412:
        return Kept("changed_since", _SINCE)
    return Kept(refused.code or "refused", refused.message or f"Answered {refused.status}.")


def _parcels(
    job: Job, desk: Desk, changed: Sequence[Outcome], withheld: Collection[str], known: Known, tree: Tree
) -> Iterator[Parcel[tuple[Outcome, Kept | None]]]:
    domain, aggregate = job.state.target.split(".")
    for group in chunks(changed, AT_ONCE):
        desk.pause(0)
        places = {each.id: Place(domain, aggregate, each.id) for each in group}
        told = desk.told(job.tenant, places.values())
        for each in group:
            place = ("revert", each.id)
            number = number_of(job, *place)
            found = (
                Kept("forbidden", _FORBIDDEN)
                if each.id in withheld
                else way_back(job.state, each, told[places[each.id]], number, known, desk.clock())
            )
            match found:
                case Kept():
                    yield Parcel((each, found), [])
                case Way(command=PlaceCompany() as command) if not tree.takes(command):
                    yield Parcel((each, Kept("cyclic_tree", _RING)), [])
                case Way(command=None):
                    yield Parcel((each, None), [])
                case Way():
                    assert found.command is not None
                    by = job.state.reverted_by or job.state.actor
                    said = envelope(job, found.command, each.id, by, *place, expected=found.version)
                    yield Parcel((each, None), [said])


def way_back(state: BulkChange, change: Outcome, told: Told, number: str, known: Known, at: datetime) -> Way | Kept:
    """What takes a record back to before the bulk change; `number` is the id that its command has. It takes place at a
    time, and never before what it takes back, which would stand after it then."""
    domain, aggregate = state.target.split(".")
    events = told.events
    if number in told.commands:
        return Way(None, len(events))
    if change.after != change.before + 1:
        return Kept("no_inverse", _NO_INVERSE)
    if len(events) != told.version or change.after > told.version:
        return Kept("history_unreadable", _UNREADABLE)
    try:
        no_earlier = max(at, events[change.after - 1].at)
        found = _undone(deciders(domain)[aggregate], events, change.after, known, no_earlier)
    except Rejected as rejected:
        return Kept(rejected.code, rejected.message)
    except Exception as error:  # a rule that is broken keeps one record as it is and stops nothing
        _log.error("taking_back_broken", target=state.target, id=change.id, trace=trace_of(error))
        return Kept("internal_error", _BROKEN)
    if isinstance(found, ChangedSince):
        names = ", ".join(found.fields)
        return Kept("changed_since", f"{names}: changed again at version {found.number}; take that back first.")
    _, contract = command_contracts()[found.command.NAME]
    if contract.verb not in OFFERED[state.target][state.verb]:
        return Kept("no_inverse", _NO_INVERSE)
    return Way(found.command, told.version)


def _undone(
    decider: Decider[Any, Any, Any], events: Sequence[Any], number: int, known: Known, at: datetime
) -> Undone | ChangedSince:
    """The command that takes one event back, with what it carries of other records."""
    way = way_of(decider, events, number, at)
    if isinstance(way, ChangedSince):
        return way
    command = with_book(with_rules(way.command, way.now, known), known)
    return proved(decider, way, with_rates(command, way.now, known))
