"""A real worker is killed in the middle of a redrive, with events coming all the while: nothing is lost or doubled."""

import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from infra.log.codec import Codec
from infra.log.envelope import Recorded
from infra.settings import Settings
from projections.dead_letters import desk as desks
from projections.dead_letters import read_models
from projections.dead_letters.desk import Desk
from projections.dead_letters.letter import Wanted, Who, parse
from schemas.contract import record_types
from schemas.generated.crm.deal import DealAmountChanged, DealEvent
from tests.chaos.test_projector_kill import expected, rows
from tests.integration.projector import Folder, folder, own_databases, plain_vaults
from tests.integration.projector_log import known_schemas, own_topics, until, worker, write
from tests.integration.test_redrive import send_nothing
from tests.unit.projections.log import day, log_of, opened, usd

DEALS = 40
EVENTS = 1200


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


def stream() -> list[Recorded]:
    """Deals and their changes, one in ten late in business time."""
    random = Random(5)
    events: list[DealEvent] = [opened(f"d{n}", day(1), amount=usd(n)) for n in range(DEALS)]
    for n in range(EVENTS):
        at = day(2 + n / 10 if random.random() < 0.9 else random.random() * n / 10)
        events.append(DealAmountChanged(deal_id=f"d{random.randrange(DEALS)}", amount=usd(n), at=at))
    return log_of(events)


def history(crm: Folder) -> int:
    return crm.ask("select count(*) from history")[0][0]


def parked(crm: Folder) -> int:
    return crm.ask("select count(*) from parked")[0][0]


def test_a_worker_killed_in_the_middle_of_a_redrive_leaves_the_fold_of_the_log(
    settings: Settings, codec: Codec, crm: Folder, tmp_path: Path
) -> None:
    log, output = stream(), tmp_path / "worker.log"
    third = len(log) // 3
    broken = [f"d{n}" for n in range(0, DEALS, 2)]
    (tmp_path / "broken").write_text("\n".join(broken))
    with worker(settings, "crm", output, fragile=True) as process:
        write(settings, log[:third], codec, per_transaction=50)
        until(lambda: history(crm) + parked(crm) == third)
        desk, who = Desk(settings, codec, plain_vaults, send_nothing), Who("cli:test")
        letters = [letter.id for letter in desks.page(desk, Wanted(where="crm", what="read-models", limit=200)).letters]
        assert {parse(id).parts[2] for id in letters} == set(broken)
        assert desks.settle(desk, letters[0], "redrive", who).outcome == "failed_again"  # type: ignore[union-attr]
        for id in letters:
            read_models.ask(settings, parse(id), "redrive", who)
        (tmp_path / "deadly").write_text(broken[7])
        (tmp_path / "broken").unlink()
        write(settings, log[third : 2 * third], codec, per_transaction=50)
        assert process.wait(60) == -signal.SIGKILL
    assert parked(crm) > 0
    with worker(settings, "crm", output, fragile=True):
        write(settings, log[2 * third :], codec, per_transaction=50)
        until(lambda: history(crm) == len(log) and parked(crm) == 0)
        until(lambda: desks.page(desk, Wanted(where="crm", what="read-models")).letters == [])
    assert rows(crm) == expected(log)
    assert history(crm) == len(log)
    outcomes = crm.ask("select outcome, count(*) from dead_letter_requests group by outcome order by 1")
    assert outcomes == [("failed_again", 1), ("redriven", len(broken))]
