"""A bulk change that cannot go on: its end, with a report like any other on what was done of it and what is left; or
that cannot be taken back."""

from collections.abc import Iterable, Iterator

from infra.blobs import BlobMissing
from infra.bulk_files import Outcome, Selected, keep_report, open_selection, outcomes
from infra.log.codec import Undecodable
from schemas.generated.integration.bulk_change import FailBulkChange
from streams.bulk.desk import Desk, Job, number_of, say


def fail(job: Job, desk: Desk, code: str, reason: str) -> None:
    """Fails it, with a stable code and why, and what to do. `job` is as far as it came."""
    desk.shown()  # what was sent a moment ago must be known
    found = _became(job, desk, code, reason)
    told = [each.outcome for each in found]
    report = keep_report(desk.blobs, job.tenant, found)
    desk.blobs.forget(job.tenant, job.state.file, "bulk")  # it may say something personal
    failed = FailBulkChange(
        bulk_change_id=job.id,
        code=code,
        reason=reason,
        done=len(told) - told.count("left"),
        changed=told.count("changed"),
        report=report,
        at=desk.clock(),
    )
    say(job, desk, failed, "fail")


def fail_revert(job: Job, desk: Desk) -> None:
    """Fails to take it back, for a reason of ours. What was taken back is so, and found to be so when it is begun
    again."""
    reason = "It failed for an internal reason, which the log of the importer tells. Begin again to take it back."
    failed = FailBulkChange(bulk_change_id=job.id, code="internal_error", reason=reason, at=desk.clock())
    say(job, desk, failed, "revert-fail", job.state.reverts)


def _became(job: Job, desk: Desk, code: str, reason: str) -> list[Outcome]:
    """What became of each record: as was recorded, as its history tells where it was under way, or nothing."""
    found = {each.id: each for each in _recorded(job, desk)}
    found |= {each.id: each for each in _under_way(job, desk) if each.id not in found}
    for record in _meant(job, desk):
        if record.id not in found:
            found[record.id] = Outcome(record.id, "left", code=code, reason=reason, seen=record.version)
    return list(found.values())


def _recorded(job: Job, desk: Desk) -> Iterator[Outcome]:
    try:
        yield from outcomes(desk.blobs, job.tenant, job.state.results)
    except BlobMissing:
        return  # histories tell of what is missing


def _under_way(job: Job, desk: Desk) -> Iterable[Outcome]:
    """What was changed by commands of which nobody recorded the answer."""
    found: dict[str, Outcome] = {}
    domain, aggregate = job.state.target.split(".")
    for each in desk.caused(job.tenant, job.id, domain, aggregate):
        if each.command_id == number_of(job, "record", each.id):
            before = found[each.id].before if each.id in found else each.version - 1
            found[each.id] = Outcome(each.id, "changed", before, each.version)
    return found.values()


def _meant(job: Job, desk: Desk) -> Iterator[Selected]:
    """The records that were meant, as far as anybody knows that still."""
    try:
        yield from open_selection(desk.blobs, desk.codec, job.tenant, job.state.file).records
    except (BlobMissing, Undecodable):
        return
