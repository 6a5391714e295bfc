"""Bulk changes, worked on in the importer's process: one for each tenant in turn, beside its imports."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from infra.blobs import Blobs
from infra.log import board
from infra.log.codec import Codec
from infra.settings import Settings
from schemas.generated.integration.bulk_change import CONTRACT, BulkChange, BulkChangeStatus
from streams.bulk.desk import Desk, Job
from streams.bulk.failing import fail, fail_revert
from streams.bulk.revert import run_revert
from streams.bulk.run import Unable, run_change
from streams.importer.deliver import Stopped

OPEN = (BulkChangeStatus.RUNNING, BulkChangeStatus.CANCELLING, BulkChangeStatus.REVERTING)
_INTERNAL = (
    "It failed for an internal reason, which the log of the importer tells. Take back what was done, or start another "
    "one for the records that are left."
)
_log = structlog.get_logger("bulk")

Board = board.Board[BulkChange]


def made(settings: Settings, codec: Codec) -> Board:
    """A board of the bulk changes that are to be done or taken back."""
    return Board(settings, codec, CONTRACT, "bulk", lambda state: state.status in OPEN)


def jobs(changes: Board) -> list[Job]:
    """What is open, as far as it was looked."""
    return [Job(each.tenant, each.state) for each in changes.jobs.values()]


def cancelled(changes: Board, job: Job) -> bool:
    """Whether somebody ended a bulk change, as far as it was looked."""
    found = changes.jobs.get((job.tenant, job.id))
    return found is not None and found.state.status is BulkChangeStatus.CANCELLING


def work_on(job: Job, desk: Desk, transient: tuple[type[Exception], ...]) -> bool:
    """Does what is open of a bulk change; whether it came to an end. An error of ours fails it, not the worker."""
    log = _log.bind(tenant=job.tenant, bulk_change_id=job.id, status=job.state.status)
    began, reached = time.monotonic(), [job.state]
    try:
        log.info("working", target=job.state.target, verb=job.state.verb, done=job.state.done)
        if job.state.status is BulkChangeStatus.REVERTING:
            run_revert(job, desk)
        else:
            run_change(job, desk, reached.append)
    except Stopped:
        return False
    except transient as error:
        log.warning("will try again", error=str(error))
        return False
    except Unable as unable:
        log.error("a bulk change cannot go on", code=unable.code)
        return _failed(replace(job, state=reached[-1]), desk, unable)
    except Exception:
        log.exception("a bulk change failed for an internal reason")
        return _failed(replace(job, state=reached[-1]), desk, Unable("internal_error", _INTERNAL))
    log.info("ended", seconds=round(time.monotonic() - began, 2))
    return True


def _failed(job: Job, desk: Desk, unable: Unable) -> bool:
    try:
        if job.state.status is BulkChangeStatus.REVERTING:
            fail_revert(job, desk)
        else:
            fail(job, desk, unable.code, unable.reason)
    except Stopped:
        return False
    except Exception:
        _log.exception("the failure could not be recorded")
        return False
    return True


class Broom:
    """Removes the files of bulk changes that ended long ago, every few minutes; what is open keeps its own."""

    def __init__(self, blobs: Blobs, lasting: timedelta, every: float = 600.0) -> None:
        self._blobs, self._lasting, self._every, self._due = blobs, lasting, every, 0.0

    def sweep(self, open_jobs: Iterable[Job]) -> None:
        """Looks if it is time."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + self._every
        if gone := tidy(self._blobs, open_jobs, datetime.now(UTC) - self._lasting):
            _log.info("files removed", count=gone)


def tidy(blobs: Blobs, open_jobs: Iterable[Job], before: datetime) -> int:
    """Removes what was put before then and belongs to nothing open; how many files that were."""
    there = [blob for blob in blobs.kept() if blob.shelf == "bulk"]
    needed = {(job.tenant, hash) for job in open_jobs for hash in _named(job.state)}
    gone = (blob for blob in there if blob.at < before and (blob.tenant, blob.hash) not in needed)
    return sum(blobs.remove(blob) for blob in gone)


def _named(state: BulkChange) -> Iterator[str]:
    yield from (state.file, *state.results)
    yield from (hash for hash in (state.report, state.withheld) if hash is not None)
