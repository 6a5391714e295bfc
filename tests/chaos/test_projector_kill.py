"""Workers are killed in mid-stream, share a database, lose Postgres: the rows are still the fold of the log."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg
import pytest

from infra.log.codec import Codec
from infra.log.envelope import Recorded
from infra.settings import Settings
from projections.columns import SYSTEM, columns_of
from projections.crm.deals import READ_MODEL as DEALS
from projections.fold import Current, fold
from projections.past import current_of
from schemas.contract import record_types
from schemas.generated.crm.deal import DealAmountChanged, DealEngaged, DealEvent, DealRemoved
from streams.projector.app import EXIT_MOVED
from tests.integration.projector import Folder, folder, own_databases
from tests.integration.projector_log import known_schemas, members, own_topics, until, worker, write
from tests.unit.projections.log import day, log_of, opened, usd

EVENTS = 6000
DEALS_COUNT = 700


def stream() -> list[Recorded]:
    """Deals that are opened, engaged, changed and sometimes removed, one in ten events late in business time."""
    random = Random(7)
    events: list[DealEvent] = []
    for n in range(EVENTS):
        deal = f"d{random.randrange(DEALS_COUNT)}"
        at = day(n / 10 if random.random() < 0.9 else random.random() * n / 10)
        match random.randrange(8):
            case 0 | 1:
                events.append(opened(deal, at, amount=usd(n)))
            case 2:
                events.append(DealEngaged(deal_id=deal, owner_id="u1", at=at))
            case 3 if random.random() < 0.2:
                events.append(DealRemoved(deal_id=deal, owner_id="u1", at=at))
            case _:
                events.append(DealAmountChanged(deal_id=deal, amount=usd(n), at=at))
    return log_of(events)


def expected(log: list[Recorded]) -> dict[str, Current]:
    by_deal: dict[str, list[Recorded]] = {}
    for r in log:
        by_deal.setdefault(r.id, []).append(r)
    rows = {id: fold(DEALS, events) for id, events in by_deal.items()}
    return {id: row for id, row in rows.items() if row is not None}


def rows(crm: Folder) -> dict[str, Current]:
    columns = ", ".join(c.name for c in (*columns_of(DEALS.row), *SYSTEM))
    return {id: current_of(DEALS, values) for id, *values in crm.ask(f"select id, {columns} from deals")}


def folded(crm: Folder) -> int:
    return crm.ask("select count(*) from history")[0][0]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with own_databases("crm") as made:
        own = made.model_copy(update={"data": tmp_path, "elasticsearch": "http://127.0.0.1:1"})
        with own_topics(own, "crm", "admin"):
            yield own


@pytest.fixture
def codec(settings: Settings) -> Codec:
    return known_schemas(settings, sorted(n for n in record_types() if n.split(".")[0] in ("crm", "admin")))


@pytest.fixture
def crm(settings: Settings) -> Iterator[Folder]:
    with folder(settings) as made:
        yield made


def test_killed_workers_leave_the_fold_of_the_log(
    settings: Settings, codec: Codec, crm: Folder, tmp_path: Path
) -> None:
    log = stream()
    write(settings, log, codec, per_transaction=50)
    for kill_at in (1, EVENTS // 3, 2 * EVENTS // 3):
        with worker(settings, "crm", tmp_path / "worker.log") as process:
            until(lambda at=kill_at: folded(crm) >= at)
            os.kill(process.pid, signal.SIGKILL)
    with worker(settings, "crm", tmp_path / "worker.log"):
        until(lambda: folded(crm) >= EVENTS)
        last = log_of([*(r.event for r in log), opened("last", day(1))])[-1:]
        write(settings, last, codec)
        until(lambda: folded(crm) == EVENTS + 1)
    assert rows(crm) == expected([*log, *last])
    assert crm.ask("select count(*) from parked") == [(0,)]
    open_now = crm.ask("select id from deals_versions where latest and known_to > '9999-01-01' order by id")
    assert [id for (id,) in open_now] == sorted(expected([*log, *last]))


def test_two_workers_share_a_database_and_one_may_die(
    settings: Settings, codec: Codec, crm: Folder, tmp_path: Path
) -> None:
    log = stream()
    half = EVENTS // 2
    with worker(settings, "crm", tmp_path / "one.log", slot=0) as one:
        write(settings, log[:half], codec, per_transaction=50)
        until(lambda: folded(crm) > 0)
        with worker(settings, "crm", tmp_path / "two.log", slot=1):
            until(lambda: "assigned" in (tmp_path / "two.log").read_text())
            os.kill(one.pid, signal.SIGKILL)
            write(settings, log[half:], codec, per_transaction=50)
            until(lambda: folded(crm) == EVENTS, seconds=90)
    assert rows(crm) == expected(log)


def test_a_worker_that_is_stopped_leaves_its_partitions_to_the_others(
    settings: Settings, codec: Codec, crm: Folder, tmp_path: Path
) -> None:
    group = f"{settings.topic_prefix}nexus.crm.projector"
    with worker(settings, "crm", tmp_path / "one.log", slot=0):
        with worker(settings, "crm", tmp_path / "two.log", slot=1) as two:
            until(lambda: sum(partitions > 0 for partitions in members(settings, group).values()) == 2)
            until(lambda: "assigned" in (tmp_path / "two.log").read_text())
            two.send_signal(signal.SIGTERM)
            assert two.wait(10) == 0
        assert set(members(settings, group)) == {f"{group}-0"}
        log = stream()[:300]
        write(settings, log, codec)
        until(lambda: folded(crm) == len(log))


def test_topics_that_a_broker_did_not_know_are_folded_once_it_does(codec: Codec, tmp_path: Path) -> None:
    """What a broker that has just come back may say of topics that are there."""
    with own_databases("crm") as made:
        settings = made.model_copy(update={"data": tmp_path, "elasticsearch": "http://127.0.0.1:1"})
        group = f"{settings.topic_prefix}nexus.crm.projector"
        with worker(settings, "crm", tmp_path / "worker.log"):
            until(lambda: list(members(settings, group).values()) == [0])
            with own_topics(settings, "crm", "admin"), folder(settings) as crm:
                log = stream()[:300]
                write(settings, log, codec)
                until(lambda: folded(crm) == len(log))


def test_a_worker_whose_position_was_moved_ends(settings: Settings, codec: Codec, crm: Folder, tmp_path: Path) -> None:
    log = log_of([opened("d1", day(1)), DealEngaged(deal_id="d1", owner_id="u1", at=day(2))])
    with worker(settings, "crm", tmp_path / "worker.log") as process:
        write(settings, log[:1], codec)
        until(lambda: folded(crm) == 1)
        crm.ask("update positions set next_offset = next_offset + 7 where next_offset > 0 returning 1")
        write(settings, log[1:], codec)
        assert process.wait(30) == EXIT_MOVED
    assert "another worker" in (tmp_path / "worker.log").read_text()
    assert folded(crm) == 1


def test_a_worker_without_postgres_waits_and_goes_on(
    settings: Settings, codec: Codec, crm: Folder, tmp_path: Path
) -> None:
    log = log_of([opened("d1", day(1)), DealEngaged(deal_id="d1", owner_id="u1", at=day(2))])
    role = f"{settings.database_prefix}_writer"
    with worker(settings, "crm", tmp_path / "worker.log") as process, folder(settings) as watching:
        write(settings, log[:1], codec)
        until(lambda: folded(watching) == 1)
        with psycopg.connect(settings.postgres, dbname="postgres", autocommit=True) as admin:
            own = watching.connection.info.backend_pid
            admin.execute(f'alter role "{role}" nologin'.encode())
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s and pid <> %s", [role, own]
            )
            write(settings, log[1:], codec)
            until(lambda: "fold_waits" in (tmp_path / "worker.log").read_text())
            assert folded(watching) == 1
            admin.execute(f'alter role "{role}" login'.encode())
        until(lambda: folded(watching) == 2)
        assert process.poll() is None
