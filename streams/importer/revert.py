"""Taking an import back: the records it created and nobody changed since are removed, in reverse order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.blobs import Blobs
from schemas.contract import contracts
from schemas.generated.integration.import_job import CompleteRevert
from streams.importer import results
from streams.importer.deliver import Parcel, command_id, deliver, envelope
from streams.importer.desk import Desk, say
from streams.importer.jobs import Job
from streams.importer.present import Place
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
    what was removed the first time."""
    kept: list[Kept] = []
    stale: list[Created] = []
    reverted = 0
    parcels = _parcels(job, desk, kept)
    for created, replies in deliver(parcels, desk.send, desk.pause):
        refused = next((reply for reply in replies if reply.status != 200), None)
        if refused is None:
            reverted += 1
        elif refused.status == 412:
            stale.append(created)
        else:
            kept.append(Kept(created.line, created.record, refused.code or "refused", refused.message or ""))
    removed = _removed_before(job, desk, stale)
    reverted += len(removed)
    kept += (Kept(each.line, each.record, *_CHANGED) for each in stale if each.record not in removed)
    report = None
    if kept:
        rows = ([str(k.line), k.record, k.code, k.reason] for k in sorted(kept, key=lambda k: (k.line, k.record)))
        report = results.write_csv(desk.blobs, job.tenant, _HEADER, rows)
    desk.shown()
    done = CompleteRevert(import_id=job.id, reverted=reverted, kept=len(kept), report=report, at=desk.clock())
    say(job, desk, done, job.cause, "complete-revert")


def _removed_before(job: Job, desk: Desk, stale: Sequence[Created]) -> set[str]:
    """Which of these records this import removed already, at a revert that came to no end: so long ago that the record
    has forgotten the command."""
    if stale:
        desk.shown()
    found: set[str] = set()
    for start in range(0, len(stale), LOOKED_UP):
        some = stale[start : start + LOOKED_UP]
        there = desk.present(job.tenant, [_place(each) for each in some])
        found |= {e.record for e in some if command_id(job.tenant, job.id, *_step(e)) in there[_place(e)].commands}
    return found


def _place(created: Created) -> Place:
    return Place(*created.record.split("/", 2))


def _step(created: Created) -> tuple[str, str]:
    """The removal's place in the import, the same however often the import is reverted."""
    return "revert", created.record


def _parcels(job: Job, desk: Desk, kept: list[Kept]) -> Iterator[Parcel[Created]]:
    for item in undone(backwards(desk.blobs, job.tenant, job.state.results)):
        desk.pause(0)
        match item:
            case Kept():
                kept.append(item)
            case Created(version=None):
                kept.append(Kept(item.line, item.record, *_CHANGED))
            case Created():
                domain, aggregate, id = _place(item)
                contract = contracts()[domain, aggregate]
                remove = next(command.cls for command in contract.commands if command.verb == "remove")
                command: Any = remove(**{contract.id_field: id, "at": job.asked_at})
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
