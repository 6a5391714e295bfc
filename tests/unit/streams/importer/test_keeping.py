"""Which files of imports go, and when; `memory` has real files and real imports."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from infra.blobs import Blobs
from schemas.generated.integration.import_job import FailImport, ReportsRemoved, RevertImport
from streams.importer.deliver import Stopped
from streams.importer.jobs import Job
from streams.importer.keeping import ANOTHER_TRY, EVERY, Rounds, named, note, superfluous, untold
from streams.importer.revert import run_revert
from streams.importer.run import run_import
from tests.unit.streams.importer.memory import AT, TENANT, Memory

CONTACTS = {"name": "name", "email": "email"}
ROWS = b"name,email\nAnn,ann@example.com\nBob,no address\n"
MONTH = timedelta(days=30)
MINUTE = timedelta(minutes=1)


def sent(blobs: Blobs, content: bytes, at: datetime) -> str:
    """Uploads at that time."""
    hash = blobs.put(TENANT, [content], shelf="uploads").hash
    os.utime(blobs.path(TENANT, hash), (at.timestamp(), at.timestamp()))
    return hash


def ready(memory: Memory, content: bytes = ROWS, import_id: str = "i1") -> Job:
    """An import whose file was sent a minute before it began."""
    job = memory.started("crm.contact", content, CONTACTS, import_id)
    sent(memory.blobs, content, AT - MINUTE)
    return job


def look(memory: Memory, *jobs: Job, now: datetime = AT, erased: datetime | None = None) -> None:
    """Removes what those imports need no more at that time."""

    def last(_: str) -> datetime | None:
        return erased

    def reports(_: str, ended: datetime) -> datetime:
        return ended + MONTH

    for blob in list(superfluous(memory.blobs.kept(), named(jobs), last, reports, now)):
        assert memory.blobs.remove(blob)


def there(memory: Memory, *hashes: str | None) -> list[bool]:
    held = {blob.hash for blob in memory.blobs.kept()}
    return [hash in held for hash in hashes]


def test_a_file_goes_once_its_import_is_complete_and_not_before(memory: Memory) -> None:
    job = ready(memory)
    memory.dies_after = 1
    with pytest.raises(Stopped):
        run_import(job, memory.desk)
    memory.dies_after = None
    look(memory, memory.job(), now=AT + MONTH)
    assert there(memory, job.state.file) == [True]
    run_import(memory.job(), memory.desk)
    state = memory.state()
    assert (state.created, state.rejected) == (1, 1)
    look(memory, memory.job())
    look(memory, memory.job())
    assert there(memory, state.file, state.errors, *state.results) == [False, True, True]


def test_a_file_that_another_import_names_stays_for_it(memory: Memory) -> None:
    first, second = ready(memory), ready(memory, import_id="i2")
    run_import(first, memory.desk)
    look(memory, memory.job(), second)
    assert there(memory, first.state.file) == [True]
    run_import(second, memory.desk)
    look(memory, memory.job(), memory.job("i2"))
    assert there(memory, first.state.file) == [False]


def test_a_file_that_was_sent_again_waits_a_day_for_another_import(memory: Memory) -> None:
    run_import(ready(memory), memory.desk)
    again = sent(memory.blobs, ROWS, AT + MINUTE)
    look(memory, memory.job(), now=AT + ANOTHER_TRY)
    assert there(memory, again) == [True]
    look(memory, memory.job(), now=AT + ANOTHER_TRY + MINUTE)
    assert there(memory, again) == [False]


def test_a_file_that_nobody_names_and_one_whose_import_failed_wait_a_day(memory: Memory) -> None:
    job, unnamed = ready(memory), sent(memory.blobs, b"name\nCid\n", AT)
    memory.do(FailImport(import_id="i1", code="internal_error", reason="Tried.", at=AT))
    look(memory, memory.job(), now=AT + ANOTHER_TRY - MINUTE)
    assert there(memory, job.state.file, unnamed) == [True, True]
    look(memory, memory.job(), now=AT + ANOTHER_TRY)
    assert there(memory, job.state.file, unnamed) == [False, False]


def test_a_report_goes_after_a_while(memory: Memory) -> None:
    run_import(ready(memory), memory.desk)
    look(memory, memory.job(), now=AT + MONTH - MINUTE)
    assert there(memory, memory.state().errors) == [True]
    look(memory, memory.job(), now=AT + MONTH)
    assert there(memory, memory.state().errors, *memory.state().results) == [False, True]


def test_a_report_goes_with_the_first_erasure_after_its_import_began(memory: Memory) -> None:
    run_import(ready(memory), memory.desk)
    look(memory, memory.job(), erased=AT - MINUTE)
    assert there(memory, memory.state().errors) == [True]
    reverting = replace(memory.job(cause="revert"), recorded_at=AT + 3 * MINUTE, first_at=AT)
    look(memory, reverting, erased=AT + MINUTE)
    assert there(memory, memory.state().errors) == [False]


def untold_of(memory: Memory, *jobs: Job, erased: datetime | None = None) -> list[tuple[str, ReportsRemoved]]:
    return [(job.id, why) for job, why in untold(jobs, memory.blobs, lambda _: erased)]


def test_an_import_is_told_once_that_its_reports_are_gone_and_why(memory: Memory) -> None:
    run_import(ready(memory), memory.desk)
    assert untold_of(memory, memory.job()) == [], "they are there"
    look(memory, memory.job(), now=AT + MONTH)
    assert untold_of(memory, memory.job()) == [("i1", ReportsRemoved.RETENTION)]
    assert untold_of(memory, memory.job(), erased=AT + MINUTE) == [("i1", ReportsRemoved.ERASURE)]
    for _ in "12":
        note(memory.job(), ReportsRemoved.RETENTION, memory.desk)
    assert memory.state().reports_removed_at == memory.desk.clock()
    assert untold_of(memory, memory.job()) == []


def test_of_an_import_without_reports_or_one_that_runs_nothing_is_told(memory: Memory) -> None:
    job = ready(memory, b"name,email\nAnn,ann@example.com\n")
    assert untold_of(memory, job) == []
    run_import(job, memory.desk)
    assert memory.state().errors is None
    assert untold_of(memory, memory.job()) == []


def test_results_go_once_an_import_is_taken_back(memory: Memory) -> None:
    run_import(ready(memory), memory.desk)
    memory.do(RevertImport(import_id="i1", at=AT))
    look(memory, memory.job())
    run_revert(memory.job(cause="revert"), memory.desk)
    assert memory.state().reverted == 1
    look(memory, memory.job(cause="revert"))
    assert there(memory, *memory.state().results) == [False]


def test_what_is_on_no_shelf_stays(memory: Memory) -> None:
    archive = memory.blobs.put(TENANT, [b"of a replay"]).hash
    look(memory, now=AT + 100 * MONTH)
    assert memory.blobs.path(TENANT, archive).is_file()


def test_what_was_put_again_meanwhile_is_not_removed(memory: Memory) -> None:
    sent(memory.blobs, ROWS, AT)
    [seen] = memory.blobs.kept()
    sent(memory.blobs, ROWS, AT + MINUTE)
    assert not memory.blobs.remove(seen)
    [now] = memory.blobs.kept()
    assert memory.blobs.remove(now)
    assert not memory.blobs.remove(now)


def test_what_a_writer_left_when_it_died_is_cleared(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.put(TENANT, [ROWS], shelf="uploads")
    begun = tmp_path / TENANT / ".incoming-x"
    begun.write_bytes(ROWS)
    os.utime(begun, ((AT + MINUTE).timestamp(), (AT + MINUTE).timestamp()))
    blobs.clear(AT)
    assert begun.exists()
    blobs.clear(AT + 2 * MINUTE)
    assert not begun.exists()
    assert len(list(blobs.kept())) == 1


def test_it_is_looked_at_the_start_when_an_import_ends_and_every_minute(memory: Memory) -> None:
    now, looks = [0.0], list[float]()
    rounds = Rounds(lambda: looks.append(now[0]), lambda: now[0])
    job = ready(memory)

    def at(moment: float, *open_jobs: Job) -> None:
        now[0] = moment
        rounds.saw(open_jobs)
        rounds.go()

    at(0.0, job)
    at(1.0, job)
    assert looks == [0.0]
    at(2.0)
    at(3.0)
    assert looks == [0.0, 2.0]
    at(2.0 + EVERY)
    assert looks == [0.0, 2.0, 2.0 + EVERY]
