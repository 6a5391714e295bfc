from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest

from infra.log.envelope import Recorded
from schemas.generated.integration.import_job import (
    ImportCompleted,
    ImportJob,
    ImportProgressed,
    ImportRevertStarted,
    ImportStarted,
    ImportStatus,
)
from streams.importer.jobs import Job, folded
from streams.importer.main import Schedule
from tests.unit.streams.importer.memory import AT


def job(
    tenant: str, id: str, minute: int, target: str = "crm.deal", status: ImportStatus = ImportStatus.RUNNING
) -> Job:
    at = AT + timedelta(minutes=minute)
    return Job(tenant, ImportJob(import_id=id, target=target, status=status), at, f"cause-{id}-{status}", "corr", at)


class Hall:
    """Where work is given out; `ends` lets one job end, well or not."""

    def __init__(self) -> None:
        self.now = 0.0
        self.started: list[str] = []
        self.futures: dict[str, Future[bool]] = {}
        self.schedule = Schedule(self._submit, lambda: self.now)

    def _submit(self, job: Job) -> "Future[bool]":
        self.started.append(job.id)
        self.futures[job.id] = Future()
        return self.futures[job.id]

    def ends(self, id: str, *, well: bool = True) -> None:
        self.futures[id].set_result(well)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_tenants_imports_run_one_after_another_in_order_of_start(hall: Hall) -> None:
    jobs = [job("acme", "second", 2), job("acme", "first", 1)]
    hall.schedule.give_out(jobs)
    hall.schedule.give_out(jobs)
    assert hall.started == ["first"]
    assert not hall.schedule.settled()
    hall.ends("first")
    assert hall.schedule.settled()
    hall.schedule.give_out([job("acme", "second", 2)])
    assert hall.started == ["first", "second"]


def test_files_that_others_refer_to_go_first(hall: Hall) -> None:
    waiting = [
        job("acme", "revert", 0, "crm.company", ImportStatus.REVERTING),
        job("acme", "deals", 1),
        job("acme", "people", 3, "admin.user"),
        job("acme", "companies", 2, "crm.company"),
    ]
    for _ in range(4):
        hall.schedule.give_out(waiting)
        hall.ends(hall.started[-1])
        hall.schedule.settled()
    assert hall.started == ["companies", "people", "revert", "deals"]


def test_tenants_do_not_wait_for_each_other(hall: Hall) -> None:
    hall.schedule.give_out([job("acme", "a1", 1), job("acme", "a2", 2), job("best", "b1", 9)])
    assert hall.started == ["a1", "b1"]


def test_an_import_that_ended_is_not_started_again_before_its_last_event_is_back(hall: Hall) -> None:
    jobs = [job("acme", "a1", 1)]
    hall.schedule.give_out(jobs)
    hall.ends("a1")
    assert hall.schedule.settled()
    hall.schedule.give_out(jobs)
    assert hall.started == ["a1"]
    hall.schedule.give_out([job("acme", "a1", 1, status=ImportStatus.REVERTING)])
    assert hall.started == ["a1", "a1"]


def test_an_import_that_could_not_go_on_is_tried_again_after_a_rest(hall: Hall) -> None:
    jobs = [job("acme", "a1", 1)]
    hall.schedule.give_out(jobs)
    hall.ends("a1", well=False)
    assert hall.schedule.settled()
    hall.schedule.give_out(jobs)
    assert hall.started == ["a1"]
    hall.now = 10.0
    assert hall.schedule.settled()
    hall.schedule.give_out(jobs)
    assert hall.started == ["a1", "a1"]


def recorded(event: Any, event_id: str) -> Recorded:
    return Recorded(
        event, "acme", "import_job", "i", 1, event_id, event.NAME, AT, AT, "t", 0, 0, "c", f"corr-{event_id}", "c", "a",
        b"", b"",
    )  # fmt: skip


def test_a_job_is_its_events_folded_and_remembers_what_began_it() -> None:
    started = ImportStarted(import_id="i", target="crm.deal", file="f", file_name="n", mapping={"key": "k"}, at=AT)
    progressed = ImportProgressed(
        import_id="i", total=9, rows=5, created=5, updated=0, unchanged=0, rejected=0, result="r1", at=AT
    )
    running = folded(folded(None, recorded(started, "e1")), recorded(progressed, "e2"))
    assert (running.state.rows, running.state.results, running.cause, running.correlation) == (
        5,
        ("r1",),
        "e1",
        "corr-e1",
    )
    done = folded(running, recorded(ImportCompleted(import_id="i", at=AT), "e3"))
    reverting = folded(done, recorded(ImportRevertStarted(import_id="i", at=AT + timedelta(days=1)), "e4"))
    assert (reverting.state.status, reverting.cause, reverting.asked_at) == (
        ImportStatus.REVERTING,
        "e4",
        AT + timedelta(days=1),
    )
