"""Which files of imports are kept: those that an import still needs, and reports for a while.

A file as somebody sent it holds what its rows say of people, whether they became records or not. It goes once its
import is complete. One that no import has named yet, one whose import failed, and one that was but tried in a dry run
waits a day for another try. Reports quote rows: they go with the first erasure in their tenant after their import
began, whoever was erased, since nobody can tell whom a row that was refused is about. Result files hold nothing
personal.

What is to go follows from the imports and the files that are there, so that it does not matter who dies when. So does
which imports are still to be told that their reports are gone.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal

import psycopg

from domains.integration.import_job import ENDED, reports_of
from infra.blobs import BlobMissing, Blobs, Kept
from schemas.generated.integration.import_job import ImportStatus, NoteReportsRemoved, ReportsRemoved
from streams.importer import jobs
from streams.importer.deliver import envelope
from streams.importer.desk import Desk, contract_of
from streams.importer.jobs import Job

ANOTHER_TRY = timedelta(days=1)
TOLD_AT_ONCE = 100
"""Imports that are told in one look that their reports are gone."""
EVERY = 60.0
"""Seconds between two looks, unless an import comes to an end."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_AT_ONCE = datetime.min.replace(tzinfo=UTC)
_DONE = (ImportStatus.COMPLETED, ImportStatus.REVERTING, ImportStatus.REVERTED, ImportStatus.REVERT_FAILED)

Use = Literal["file", "result", "report"]
"""As what an import names a blob."""
Named = Mapping[tuple[str, str], Collection[tuple[Job, Use]]]
"""The imports that name a tenant's blob."""
LastErasure = Callable[[str], datetime | None]
"""When somebody of a tenant was erased last."""
Lasting = Callable[[str, datetime], datetime]
"""Until when a tenant's report is kept whose import ended at a time."""


def tidy(
    connection: psycopg.Connection, blobs: Blobs, erased: LastErasure, reports: Lasting, now: datetime
) -> tuple[int, Sequence[tuple[Job, ReportsRemoved]]]:
    """Removes what is needed no more; how many files that were, and the imports that do not know yet that their reports
    are gone, with the reason."""
    there = [blob for blob in blobs.kept() if blob.shelf != "bulk"]  # before the imports are read: none that came later
    every = jobs.every_job(connection)
    gone = superfluous(there, named(every), erased, reports, now)
    blobs.clear(now - ANOTHER_TRY)
    count = sum(blobs.remove(blob) for blob in gone)
    return count, list(islice(untold(every, blobs, erased), TOLD_AT_ONCE))


def untold(every: Iterable[Job], blobs: Blobs, erased: LastErasure) -> Iterator[tuple[Job, ReportsRemoved]]:
    """The imports that have ended and whose reports are all gone, while nothing recorded says so, each with the
    reason."""
    for job in every:
        state, told = job.state, reports_of(job.state)
        if state.status not in ENDED or state.reports_removed_at is not None or not told:
            continue
        if not any(_is_there(blobs, job.tenant, hash) for hash in told):
            yield job, ReportsRemoved.ERASURE if _quotes_the_erased(job, erased) else ReportsRemoved.RETENTION


def note(job: Job, why: ReportsRemoved, desk: Desk) -> None:
    """Tells an import that its reports are gone. Nobody waits for its answer: it is told again at every look until its
    event has come."""
    command = NoteReportsRemoved(import_id=job.id, why=why, at=desk.clock())
    desk.send(envelope(job, command, contract_of(command).aggregate, job.id, "reports removed", job.cause))


def _is_there(blobs: Blobs, tenant: str, hash: str) -> bool:
    try:
        return blobs.path(tenant, hash).is_file()
    except BlobMissing:
        return False


def _quotes_the_erased(job: Job, erased: LastErasure) -> bool:
    """Whether the reports of an import may quote somebody who was erased since it began."""
    last = erased(job.tenant)
    return last is not None and last >= job.began


def named(found: Iterable[Job]) -> Named:
    """Imports by the blobs that they name."""
    by_blob: dict[tuple[str, str], list[tuple[Job, Use]]] = defaultdict(list)
    for job in found:
        for hash, use in _uses(job):
            by_blob[job.tenant, hash].append((job, use))
    return by_blob


def _uses(job: Job) -> Iterator[tuple[str, Use]]:
    yield job.state.file, "file"
    for hash in job.state.results:
        yield hash, "result"
    for hash in reports_of(job.state):
        yield hash, "report"


def superfluous(
    there: Iterable[Kept], named: Named, erased: LastErasure, reports: Lasting, now: datetime
) -> Iterator[Kept]:
    """The blobs that nothing needs at `now` or later."""
    for blob in there:
        uses = named.get((blob.tenant, blob.hash), ())
        until = [_needed(job, use, erased, reports, now) for job, use in uses]
        if not any(_took(job, use, blob) for job, use in uses):
            until.append(blob.at + ANOTHER_TRY)
        if max(until) <= now:
            yield blob


def _took(job: Job, use: Use, blob: Kept) -> bool:
    """Whether the import is what the blob was put for, so that nobody else may still mean to name it. A file that was
    sent again after its import began is there for another one."""
    return use != "file" or blob.at <= job.began


def _needed(job: Job, use: Use, erased: LastErasure, reports: Lasting, now: datetime) -> datetime:
    """Until when an import needs a blob that it names."""
    state, ended = job.state, job.state.ended_at or now
    match use:
        case "file" | "result" if state.dry_run and state.status in _DONE:
            return ended + ANOTHER_TRY if use == "file" else _AT_ONCE
        case "file" if state.status in _DONE:
            return _AT_ONCE
        case "file":
            return ended + ANOTHER_TRY if state.status is ImportStatus.FAILED else _NEVER
        case "result":
            return _AT_ONCE if state.status is ImportStatus.REVERTED else _NEVER
        case "report":
            return _AT_ONCE if _quotes_the_erased(job, erased) else reports(job.tenant, ended)


@dataclass(slots=True)
class Rounds:
    """When to look: at the start, once an import came to an end, and every minute."""

    look: Callable[[], object]
    clock: Callable[[], float] = time.monotonic
    due: float = 0.0
    open: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])

    def saw(self, open_jobs: Iterable[Job]) -> None:
        """Tells which imports are open now."""
        before, self.open = self.open, frozenset((job.tenant, job.id) for job in open_jobs)
        if before - self.open:
            self.due = 0.0

    def go(self) -> None:
        """Looks if it is time."""
        now = self.clock()
        if now >= self.due:
            self.due = now + EVERY
            self.look()
