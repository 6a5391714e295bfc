"""Taking an import back: the records it created and nobody changed since are removed, in reverse order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domains.kernel import Rejected, deciders
from infra.blobs import Blobs
from schemas.contract import contracts
from schemas.generated.integration.import_job import CompleteRevert
from streams.importer import results
from streams.importer.deliver import Parcel, command_id, deliver, envelope
from streams.importer.desk import Desk, say
from streams.importer.jobs import Job
from streams.importer.present import Place, Present
from streams.importer.results import Result

LOOKED_UP = 500
"""Records whose histories are read at once."""
_HEADER = ("line", "record", "code", "reason")


@dataclass(frozen=True, slots=True)
class Chain:
    """What the import did to a record after the line at hand. `intact` until somebody else came in between."""

    line: int
    first_before: int
    last_after: int
    intact: bool


@dataclass(frozen=True, slots=True)
class Created:
    """A record that the import brought into being, and its version after all that the import did to it.

    `version` is None when somebody else changed it while the import ran.
    """

    line: int
    record: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A record that may have been removed at a former revert: it has another version than the import left, or it
    `repeated` the answer that it gave to the removal then."""

    created: Created
    repeated: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays as it is."""

    line: int
    record: str
    code: str
    reason: str


_CHANGED = ("changed_since", "The record was changed since the import; remove it by hand if it should go.")
_UPDATED = ("only_updated", "The import changed a record that was there before; change it back by hand if need be.")


def run_revert(job: Job, desk: Desk) -> None:
    """Removes what may be removed, reports the rest, and completes the revert. Doing it again does no harm, and counts
    what was removed the first time and is gone still."""
    kept: list[Kept] = []
    doubtful: list[Doubtful] = []
    reverted = 0
    for created, replies in deliver(_parcels(job, desk, kept), desk.send, desk.pause):
        refused = next((reply for reply in replies if reply.status != 200), None)
        if refused is not None and refused.status != 412:
            kept.append(Kept(created.line, created.record, refused.code or "refused", refused.message or ""))
        elif refused is None and not any(reply.repeated for reply in replies):
            reverted += 1
        else:
            doubtful.append(Doubtful(created, repeated=refused is None))
        if len(doubtful) == LOOKED_UP:
            reverted += _looked_up(job, desk, doubtful, kept)
            doubtful.clear()
    reverted += _looked_up(job, desk, doubtful, kept)
    report = None
    if kept:
        rows = ([str(k.line), k.record, k.code, k.reason] for k in sorted(kept, key=lambda k: (k.line, k.record)))
        report = results.write_csv(desk.blobs, job.tenant, _HEADER, rows)
    desk.shown()
    done = CompleteRevert(import_id=job.id, reverted=reverted, kept=len(kept), report=report, at=desk.clock())
    say(job, desk, done, job.cause, "complete-revert")


def _looked_up(job: Job, desk: Desk, doubtful: Sequence[Doubtful], kept: list[Kept]) -> int:
    """How many of these records this import removed, at a revert that came to no end, and are gone still: the record
    may have forgotten the command by now, and somebody may have restored it. The others are `kept`."""
    if not doubtful:
        return 0
    desk.shown()
    there = desk.present(job.tenant, [_place(each.created) for each in doubtful])
    stays = [each.created for each in doubtful if not _removed(job, each, there[_place(each.created)])]
    kept += (Kept(each.line, each.record, *_CHANGED) for each in stays)
    return len(doubtful) - len(stays)


def _removed(job: Job, doubtful: Doubtful, present: Present) -> bool:
    """Whether this import removed a record, which another removal would leave as it is. Of one that answers so, and
    whose removal is not shown yet, nobody knows that it was restored."""
    created = doubtful.created
    if command_id(job.tenant, job.id, *_step(created)) not in present.commands:
        return doubtful.repeated
    place, command = _place(created), _removal(job, created)
    try:
        return not deciders(place.domain)[place.aggregate].decide(command, present.state)
    except Rejected:
        return False


def _place(created: Created) -> Place:
    return Place(*created.record.split("/", 2))


def _step(created: Created) -> tuple[str, str]:
    """The removal's place in the import, the same however often the import is reverted."""
    return "revert", created.record


def _removal(job: Job, created: Created) -> Any:
    domain, aggregate, id = _place(created)
    contract = contracts()[domain, aggregate]
    remove = next(command.cls for command in contract.commands if command.verb == "remove")
    return remove(**{contract.id_field: id, "at": job.asked_at})


def _parcels(job: Job, desk: Desk, kept: list[Kept]) -> Iterator[Parcel[Created]]:
    for item in undone(backwards(desk.blobs, job.tenant, job.state.results)):
        desk.pause(0)
        match item:
            case Kept():
                kept.append(item)
            case Created(version=None):
                kept.append(Kept(item.line, item.record, *_CHANGED))
            case Created():
                _, aggregate, id = _place(item)
                command = _removal(job, item)
                yield Parcel(item, [envelope(job, command, aggregate, id, *_step(item), expected=item.version)])


def backwards(blobs: Blobs, tenant: str, hashes: Sequence[str]) -> Iterator[Result]:
    """All results, the last one first; one file at a time is in memory."""
    for hash in reversed(hashes):
        yield from reversed(list(results.kept(blobs, tenant, hash)))


def undone(backwards: Iterator[Result]) -> Iterator[Created | Kept]:
    """What to do about each record, from results in reverse order."""
    later: dict[str, Chain] = {}
    for result in backwards:
        chain = later.get(result.record)
        match result.outcome:
            case "updated":
                later[result.record] = _longer(chain, result)
            case "created" if chain is None:
                yield Created(result.line, result.record, result.after)
            case "created":
                del later[result.record]
                whole = _longer(chain, result)
                yield Created(result.line, result.record, whole.last_after if whole.intact else None)
            case _:
                pass
    for record, chain in later.items():
        yield Kept(chain.line, record, *_UPDATED)


def _longer(chain: Chain | None, result: Result) -> Chain:
    """The chain with one more change before it."""
    if chain is None:
        return Chain(result.line, result.before, result.after, intact=True)
    intact = chain.intact and result.after == chain.first_before
    return Chain(result.line, result.before, chain.last_after, intact)
