"""Archives of replays go once their time is over, and the replays are told so.

What is to go follows from the replays there are, so that it does not matter who dies when: an archive is removed first
and noted afterwards, and both may be done again.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from infra.log.envelope import CommandEnvelope
from schemas.generated.integration.replay_job import CONTRACT, NoteReplayArchiveRemoved
from streams.replayer.board import Job, has_archive
from streams.replayer.work import Desk

AGAIN = 30.0
"""Seconds until a replay is told once more that its archive is gone, where nothing recorded says so yet."""


def over(jobs: Iterable[Job], now: datetime) -> Iterator[Job]:
    """The replays whose archives have had their time."""
    for job in jobs:
        if has_archive(job.state) and job.state.expires_at is not None and job.state.expires_at <= now:
            yield job


def needed(jobs: Iterable[Job], now: datetime) -> set[tuple[str, str]]:
    """The archives, by tenant and hash, that some replay still has: equal files are one archive."""
    return {
        (job.tenant, job.state.file)
        for job in jobs
        if job.state.file is not None
        and has_archive(job.state)
        and (job.state.expires_at is None or job.state.expires_at > now)
    }


@dataclass(slots=True)
class Keeper:
    """Removes archives. `told` is when each replay was told so last, in seconds of the caller's clock."""

    desk: Desk
    told: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def look(self, jobs: Collection[Job], busy: Collection[str], seconds: float) -> None:
        """Removes what is over. Tenants that are `busy` are left alone: a replay of theirs that is under way may have
        made the same archive, and not have said so yet. Whoever asks for it meanwhile is told that it is gone."""
        now = self.desk.clock()
        gone = [job for job in over(jobs, now) if job.tenant not in busy]
        kept = needed(jobs, now) if gone else set[tuple[str, str]]()
        self.told = {job.key: self.told[job.key] for job in gone if job.key in self.told}
        for job in gone:
            if seconds - self.told.get(job.key, -AGAIN) < AGAIN:
                continue
            assert job.state.file is not None
            if (job.tenant, job.state.file) not in kept:
                self.desk.blobs.discard(job.tenant, job.state.file)
            self.desk.send(_note(job, now))
            self.told[job.key] = seconds


def _note(job: Job, now: datetime) -> CommandEnvelope:
    number = str(uuid.uuid4())
    return CommandEnvelope(
        command=NoteReplayArchiveRemoved(replay_id=job.id, at=now),
        tenant=job.tenant,
        aggregate=CONTRACT.aggregate,
        id=job.id,
        command_id=number,
        correlation_id=number,
        actor=f"replay:{job.id}",
        fingerprint=number.replace("-", "")[:16],
    )
