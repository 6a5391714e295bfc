"""The imports there are, folded from their events into one table of the platform database, together with positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from domains.integration.import_job import DECIDER
from infra import postgres
from infra.log.envelope import Recorded
from infra.settings import Settings
from projections import positions
from projections.positions import Partition
from schemas.generated.integration.import_job import (
    ImportJob,
    ImportRevertStarted,
    ImportStarted,
    ImportStatus,
)
from streams.importer.targets import TARGETS

DATABASE = "platform"
OPEN = (ImportStatus.RUNNING, ImportStatus.REVERTING)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = """
create table if not exists positions (
    grp text, topic text, partition int, next_offset bigint not null, primary key (grp, topic, partition));
create table if not exists import_jobs (
    tenant text, id text, open boolean not null, job bytea not null, primary key (tenant, id));
create index if not exists import_jobs_open on import_jobs (tenant) where open;
alter table import_jobs enable row level security;
alter table import_jobs force row level security;
"""


@dataclass(frozen=True, slots=True)
class Job:
    """An import of a tenant. `recorded_at`, `cause` and `correlation` are of the event that began what is open now,
    `first_at` is when the import itself began to be recorded; None in rows from before that was noted."""

    tenant: str
    state: ImportJob
    recorded_at: datetime
    cause: str
    correlation: str
    asked_at: datetime
    first_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.state.import_id

    @property
    def turn(self) -> tuple[bool, datetime, str]:
        """What comes first in its tenant: files that others refer to, then everything in order of start."""
        target = TARGETS.get(self.state.target)
        first = self.state.status is ImportStatus.RUNNING and target is not None and target.reference
        return not first, self.recorded_at, self.id

    @property
    def began(self) -> datetime:
        """When the import was recorded, whatever became of it since."""
        return self.first_at or self.recorded_at


def ensure_tables(settings: Settings) -> None:
    """Makes the tables that are missing; safe to call at every start."""
    postgres.ensure_database(settings, DATABASE)
    writer = sql.Identifier(postgres.role_name(settings, "writer"))
    with postgres.connect(settings, DATABASE, "owner") as connection:
        postgres.lock_setup(connection)
        connection.execute(_TABLES)
        connection.execute(
            sql.SQL("grant select, insert, update, delete on positions, import_jobs to {}").format(writer)
        )
        connection.execute("drop policy if exists writer on import_jobs")
        connection.execute(sql.SQL("create policy writer on import_jobs to {} using (true)").format(writer))


def folded(job: Job | None, recorded: Recorded) -> Job:
    """The job after one more event of it."""
    event: Any = recorded.event
    state = DECIDER.evolve(ImportJob() if job is None else job.state, event)
    if isinstance(event, ImportStarted | ImportRevertStarted) or job is None:
        at = recorded.recorded_at
        first = at if job is None else job.began
        return Job(recorded.tenant, state, at, recorded.event_id, recorded.correlation_id, event.at, first)
    return replace(job, state=state)


def store(
    connection: psycopg.Connection,
    group: str,
    expected: Mapping[Partition, int],
    after: Mapping[Partition, int],
    events: Sequence[Recorded],
) -> None:
    """Folds events into the table and moves positions on, in one transaction; raises PositionMoved."""
    with connection.transaction(), connection.cursor() as cursor:
        positions.lock(cursor, group, expected)
        jobs: dict[tuple[str, str], Job | None] = {}
        for recorded in events:
            key = (recorded.tenant, recorded.id)
            if key not in jobs:
                jobs[key] = _load(cursor, *key)
            jobs[key] = folded(jobs[key], recorded)
        for (tenant, id), job in jobs.items():
            if job is not None:
                cursor.execute(
                    "insert into import_jobs values (%s, %s, %s, %s) "
                    "on conflict (tenant, id) do update set open = excluded.open, job = excluded.job",
                    [tenant, id, job.state.status in OPEN, msgspec.json.encode(job)],
                )
        positions.advance(cursor, group, {partition: after[partition] for partition in expected})


def open_jobs(connection: psycopg.Connection) -> list[Job]:
    """Every import that is running or being reverted."""
    with connection.transaction():
        rows = connection.execute("select job from import_jobs where open").fetchall()
    return [msgspec.json.decode(job, type=Job) for (job,) in rows]


def every_job(connection: psycopg.Connection) -> list[Job]:
    """Every import that ever was."""
    with connection.transaction():
        rows = connection.execute("select job from import_jobs").fetchall()
    return [msgspec.json.decode(job, type=Job) for (job,) in rows]


def _load(cursor: psycopg.Cursor[Any], tenant: str, id: str) -> Job | None:
    row = cursor.execute("select job from import_jobs where tenant = %s and id = %s", [tenant, id]).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=Job)
