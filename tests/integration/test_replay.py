# duckdb's results have no types, and confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Replays from a real log: every sink gets what it should, once and in order, and nobody else notices."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import TopicPartition

from infra.log import headers as h
from infra.log import kafka
from infra.log.envelope import Recorded
from infra.postgres import connect
from infra.settings import Settings
from infra.vault import Vaults
from streams.replay.bounds import Bounds, Range
from streams.replay.by_hand import Into, estimate, replay
from streams.replay.checkpoint import Checkpoint
from streams.replay.refused import ProgramFailed, Refused
from streams.replay.run import Order
from streams.replay.topic import checkpoints_topic
from tests.integration.replaying import ACME, OTHER, by_type, committed, ends, files, held, ids, query, recorded_log
from tests.unit.projections.log import day

COUNT = 300


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, list[Recorded]]]:
    with recorded_log(tmp_path_factory.mktemp("data"), COUNT) as made:
        yield made


@pytest.fixture
def settings(recorded: tuple[Settings, list[Recorded]]) -> Settings:
    return recorded[0]


@pytest.fixture
def log(recorded: tuple[Settings, list[Recorded]]) -> list[Recorded]:
    return recorded[1]


@pytest.fixture
def target(settings: Settings) -> str:
    """The name of a topic that is not there."""
    return f"{settings.topic_prefix}copy.{uuid4().hex[:8]}"


def go(settings: Settings, into: Into, bounds: Bounds | None = None, *, resume: bool = False, **how: Any) -> Checkpoint:
    return replay(settings, Order(uuid4().hex, bounds or Bounds(), resume, **how), into, lambda told: None)


def refusal(settings: Settings, into: Into, bounds: Bounds | None = None, *, resume: bool = False) -> str:
    with pytest.raises(Refused) as refused:
        go(settings, into, bounds, resume=resume)
    return refused.value.code


def program(tmp_path: Path, text: str, *arguments: str) -> str:
    """A command that runs this Python."""
    path = tmp_path / f"{uuid4().hex}.py"
    path.write_text(text)
    return " ".join([sys.executable, str(path), *arguments])


def test_parquet_has_every_event_of_the_log_by_type_and_date(
    settings: Settings, log: list[Recorded], tmp_path: Path
) -> None:
    done = go(settings, Into(parquet=tmp_path / "out", rows_per_file=170))
    assert done.finished
    assert done.counts == by_type(log)
    assert (done.unreadable, done.foreign) == (0, 0)
    assert dict(query(tmp_path / "out", "select type, count(*) from log group by type")) == by_type(log)
    assert query(tmp_path / "out", "select count(distinct event_id) from log") == [(len(log),)]
    by_date = Counter(str(r.recorded_at.date()) for r in log)
    assert dict(query(tmp_path / "out", "select recorded_date::text, count(*) from log group by 1")) == by_date
    assert (tmp_path / "out" / "_SUCCESS").exists()
    assert not any((tmp_path / "out" / "_replay" / "staged").rglob("*.parquet"))


def test_parquet_has_typed_columns_and_the_envelope(settings: Settings, log: list[Recorded], tmp_path: Path) -> None:
    go(settings, Into(parquet=tmp_path), Bounds(types=("crm.DealWon",), tenants=(ACME,)))
    won = {r.event_id: r for r in log if r.type == "crm.DealWon" and r.tenant == ACME}
    rows = query(
        tmp_path,
        "select event_id, id, version, amount.amount, amount.currency, epoch_us(occurred_at), epoch_us(recorded_at), "
        'epoch_us("at"), actor, command_id, correlation_id, causation_id, deal_id, topic, partition, owner_id from log',
    )
    assert len(rows) == len(won) == COUNT // 5
    for event_id, *row in rows:
        r: Any = won[event_id]
        micros = round(r.occurred_at.timestamp() * 1_000_000)
        assert row[:4] == [r.id, r.version, r.event.amount.amount, "USD"]
        assert row[4:7] == [micros, round(r.recorded_at.timestamp() * 1_000_000), micros]
        assert row[7:12] == [r.actor, r.command_id, r.correlation_id, r.causation_id, r.id]
        assert row[12] == f"{settings.topic_prefix}crm.events"
    types = dict(query(tmp_path, "select column_name, column_type from (describe select * from log)"))
    assert types["amount"] == "STRUCT(amount DECIMAL(19,4), currency VARCHAR)"
    assert types["occurred_at"] == types["at"] == "TIMESTAMP WITH TIME ZONE"
    assert (types["version"], types["partition"], types["offset"]) == ("BIGINT", "INTEGER", "BIGINT")


def test_parquet_leaves_personal_fields_out_unless_asked(settings: Settings, tmp_path: Path) -> None:
    contacts = Bounds(types=("crm.ContactCreated",), tenants=(ACME,))
    erased = Bounds(keys=(f"{ACME}/contact/p3",))
    with closing(Vaults(settings)) as vaults:
        vaults.destroy(ACME, "p3")
    go(settings, Into(parquet=tmp_path / "plain"), contacts)
    go(settings, Into(parquet=tmp_path / "personal", personal=True), contacts)
    asked = "select count(*), count(name), count(job_title), count(unreadable) from log"
    assert query(tmp_path / "plain", asked) == [(COUNT // 5, 0, COUNT // 5, 0)]
    assert query(tmp_path / "personal", asked) == [(COUNT // 5, COUNT // 5 - 1, COUNT // 5, 0)]
    assert query(tmp_path / "personal", "select name from log where id = 'p8'") == [("Person 8",)]
    go(settings, Into(parquet=tmp_path / "erased", personal=True), erased)
    assert query(tmp_path / "erased", "select id, name from log") == [("p3", None)]


def test_a_person_without_a_key_is_counted_and_said(settings: Settings, tmp_path: Path) -> None:
    """A key table restored from an old backup: the event is there, its personal field is not."""
    with closing(Vaults(settings)) as vaults:
        vaults.prefetch(OTHER, ["p13"], make=False)
        with connect(settings, "platform") as keys:
            keys.execute("update subject_keys set subject = 'lost' where tenant = 'other' and subject = 'p13'")
        into = Into(parquet=tmp_path, personal=True)
        done = go(settings, into, Bounds(keys=(f"{OTHER}/contact/p13", f"{OTHER}/contact/p18")))
        with connect(settings, "platform") as keys:
            keys.execute("update subject_keys set subject = 'p13' where tenant = 'other' and subject = 'lost'")
    assert (done.done, done.unreadable) == (2, 1)
    rows = query(tmp_path, "select id, name, job_title, unreadable from log order by id")
    assert rows == [("p13", None, "Buyer", "KeyMissing"), ("p18", "Person 18", "Buyer", None)]


def test_recorded_time_bounds_are_exact(settings: Settings, log: list[Recorded], tmp_path: Path) -> None:
    """The broker's times of these messages are years away from their recorded times."""
    start, end = day(1002.5), day(1007)
    bounds = Bounds(recorded_from=start, recorded_until=end)
    done = go(settings, Into(parquet=tmp_path), bounds)
    wanted = [r for r in log if start <= r.recorded_at < end]
    assert done.counts == by_type(wanted)
    everything = estimate(settings, Order("all", Bounds()))
    assert done.size < 0.6 * everything.size


def test_a_key_is_looked_for_in_its_partition_alone(settings: Settings, tmp_path: Path) -> None:
    done = go(settings, Into(parquet=tmp_path), Bounds(tenants=(ACME,), aggregates=("deal",), ids=("d7",)))
    assert done.counts == {"crm.DealOpened": 1, "crm.DealAmountChanged": 1, "crm.DealWon": 1}
    assert len(done.places) == 1


def test_offsets_bound_their_partition(settings: Settings, log: list[Recorded], tmp_path: Path) -> None:
    name = f"{settings.topic_prefix}crm.events"
    there = [message.offset() for message in committed(settings, name, 1)]
    done = go(settings, Into(parquet=tmp_path), Bounds(offsets=(Range("crm", 1, there[3], there[9]),)))
    assert done.done == 6
    found = query(tmp_path, 'select "offset", partition from log order by 1')
    assert found == [(offset, 1) for offset in there[3:9]]


def test_a_topic_is_copied_byte_for_byte_in_order(settings: Settings, log: list[Recorded], target: str) -> None:
    done = go(settings, Into(topic=target), Bounds(domains=("crm",)))
    source = held(settings, f"{settings.topic_prefix}crm.events")
    assert held(settings, target) == source
    assert done.done == len(source) == len([r for r in log if r.topic == "crm.events"])


def test_a_topic_of_two_domains_keeps_the_order_of_each_key(
    settings: Settings, log: list[Recorded], target: str
) -> None:
    go(settings, Into(topic=target), Bounds(tenants=(ACME,)))
    copied = held(settings, target)
    wanted = [r for r in log if r.tenant == ACME]
    assert sorted(ids(copied)) == sorted(r.event_id for r in wanted)
    for key in {r.key for r in wanted}:
        assert ids([c for c in copied if c[1] == key]) == [r.event_id for r in wanted if r.key == key]


def test_topics_of_others_are_refused(settings: Settings, target: str) -> None:
    prefix = settings.topic_prefix
    for live in ("crm.events", "crm.commands", "admin.snapshots", "gateway.replies", "replay.checkpoints"):
        assert refusal(settings, Into(topic=prefix + live)) == "topic_live"
    few = Bounds(types=("crm.DealWon",))
    go(settings, Into(topic=target), few)
    assert refusal(settings, Into(topic=target), few) == "topic_not_empty"
    assert refusal(settings, Into(topic=target), Bounds(types=("crm.DealOpened",)), resume=True) == "another_replay"
    before = ends(settings, target)
    assert go(settings, Into(topic=target), resume=True).finished
    assert ends(settings, target) == before


def test_a_topic_that_was_emptied_is_not_resumed(settings: Settings, target: str) -> None:
    go(settings, Into(topic=target), Bounds(types=("crm.DealWon",)))
    client = kafka.admin(settings)
    for future in client.delete_topics([target]).values():
        future.result(20)
    assert refusal(settings, Into(topic=target), resume=True) == "topic_changed"


def test_a_program_gets_lines_in_batches_and_acknowledges_by_ending(
    settings: Settings, log: list[Recorded], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    text = "import sys\nlines = sys.stdin.readlines()\nopen(sys.argv[1], 'a').write(f'{len(lines)}\\n')\n"
    text += "open(sys.argv[1] + '.lines', 'a').writelines(lines)\n"
    deals = Bounds(aggregates=("deal",))
    done = go(settings, Into(program=program(tmp_path, text, str(out)), batch=100), deals)
    wanted = [r for r in log if r.aggregate == "deal"]
    assert done.done == len(wanted)
    assert [int(n) for n in out.read_text().split()] == [100, 100, 100, 60]
    lines = [json.loads(line) for line in (tmp_path / "out.lines").read_text().splitlines()]
    assert sorted(line["id"] for line in lines) == sorted(r.event_id for r in wanted)
    for key in {r.key for r in wanted}:
        tenant, aggregate, id = key.decode().split("/")
        mine = [n for n in lines if n["tenant"] == tenant and n["subject"] == f"{aggregate}/{id}"]
        assert [n["aggregateversion"] for n in mine] == [1, 2, 3]


def test_a_program_gets_cloud_events_opened_or_sealed(settings: Settings, log: list[Recorded], tmp_path: Path) -> None:
    one = Bounds(keys=(f"{ACME}/contact/p28",))
    (expected,) = [r for r in log if r.key == b"acme/contact/p28"]
    text = "import sys\nopen(sys.argv[1], 'w').write(sys.stdin.read())\n"
    go(settings, Into(program=program(tmp_path, text, str(tmp_path / "opened"))), one)
    event = json.loads((tmp_path / "opened").read_text())
    assert event["data"] == {
        "contact_id": "p28",
        "name": "Person 28",
        "email": None,
        "phone": None,
        "emails": None,
        "phones": None,
        "addresses": None,
        "job_title": "Buyer",
        "company_id": None,
        "owner_id": None,
        "at": h.time_text(expected.occurred_at).replace(".000000", ""),
    }
    assert (event["specversion"], event["type"], event["id"]) == ("1.0", "crm.ContactCreated", expected.event_id)
    assert all(name.isalnum() and name.islower() for name in event if name != "data")
    go(settings, Into(program=program(tmp_path, text, str(tmp_path / "sealed")), sealed=True), one)
    assert "Person 28" not in (tmp_path / "sealed").read_text()
    assert json.loads((tmp_path / "sealed").read_text())["data_base64"].startswith("AAAA")


FAILS_AT = """import sys, json
out, failing = sys.argv[1:]
for n, line in enumerate(sys.stdin, 1):
    if failing == str(n):
        sys.exit(3)
    id = json.loads(line)["id"]
    print(id, file=open(out, "a"))
    {acknowledge}
"""


def test_a_program_that_fails_is_given_the_rest_later(settings: Settings, log: list[Recorded], tmp_path: Path) -> None:
    out, path = tmp_path / "out", tmp_path / "checkpoint.json"
    text = FAILS_AT.format(acknowledge="print(id, flush=True)")
    script = program(tmp_path, text).split()
    launcher = tmp_path / "run"
    deals = Bounds(aggregates=("deal",))

    def into(failing: int) -> Into:
        launcher.write_text(f"#!/bin/sh\nexec {' '.join(script)} {out} {failing}\n")
        launcher.chmod(0o755)
        return Into(program=str(launcher), lines=True, checkpoint=path)

    with pytest.raises(ProgramFailed, match=r"exit code 3 .* 41 acknowledged events .* --resume"):
        go(settings, into(42), deals)
    assert refusal(settings, into(0), deals) == "replay_unfinished"
    done = go(settings, into(0), resume=True)
    wanted = [r.event_id for r in log if r.aggregate == "deal"]
    assert (done.finished, done.done) == (True, len(wanted))
    assert sorted(out.read_text().split()) == sorted(wanted), "what was acknowledged is not given again"


def test_a_batch_that_fails_is_given_again_as_a_whole(settings: Settings, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    text = "import sys, pathlib\nflag = pathlib.Path(sys.argv[1])\nn = len(sys.stdin.readlines())\n"
    text += "runs = flag.read_text().split() if flag.exists() else []\n"
    text += "flag.write_text(' '.join([*runs, str(n)]))\nsys.exit(7 if len(runs) == 1 else 0)\n"
    into = Into(program=program(tmp_path, text, str(flag)), batch=25)
    with pytest.raises(ProgramFailed, match="exit code 7"):
        go(settings, into, Bounds(types=("crm.DealWon",), tenants=(ACME,)))
    done = go(settings, into, resume=True)
    assert flag.read_text().split() == ["25", "25", "25", "10"]
    assert done.done == COUNT // 5


def test_a_line_that_acknowledges_nothing_stops_the_replay(settings: Settings, tmp_path: Path) -> None:
    text = "import sys\nsys.stdin.readline()\nprint('hello', flush=True)\nsys.stdin.read()\n"
    with pytest.raises(ProgramFailed, match="'hello', which is not the id"):
        go(settings, Into(program=program(tmp_path, text), lines=True), Bounds(types=("crm.DealWon",)))


def test_a_program_that_is_not_there_is_told(settings: Settings) -> None:
    assert refusal(settings, Into(program="/nowhere/at/all"), Bounds(types=("crm.DealWon",))) == "program_missing"


def test_places_that_hold_something_are_refused(settings: Settings, tmp_path: Path) -> None:
    few = Bounds(types=("crm.DealWon",))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    assert refusal(settings, Into(parquet=tmp_path / "mine"), few) == "folder_not_empty"
    assert refusal(settings, Into(parquet=tmp_path / "new"), few, resume=True) == "nothing_to_resume"
    go(settings, Into(parquet=tmp_path / "out"), few)
    there = files(tmp_path / "out")
    assert refusal(settings, Into(parquet=tmp_path / "out"), few) == "folder_not_empty"
    assert go(settings, Into(parquet=tmp_path / "out"), resume=True).finished
    assert files(tmp_path / "out") == there
    assert refusal(settings, Into(parquet=tmp_path / "out", personal=True), resume=True) == "another_replay"
    assert refusal(settings, Into(parquet=tmp_path / "a", topic="b")) == "sink_missing"
    assert refusal(settings, Into()) == "sink_missing"
    assert refusal(settings, Into(topic="b", personal=True)) == "options_clash"


def test_two_replays_do_not_share_a_folder(settings: Settings, tmp_path: Path) -> None:
    slow = threading.Thread(
        target=lambda: replay_in_thread(settings, tmp_path / "out", Bounds(types=("crm.DealWon",), tenants=(ACME,)), 30)
    )
    slow.start()
    until(lambda: (tmp_path / "out" / "_replay" / "checkpoint.json").exists())
    assert refusal(settings, Into(parquet=tmp_path / "out"), resume=True) == "replay_running"
    slow.join()


def test_a_rate_holds_the_replay_back(settings: Settings, tmp_path: Path) -> None:
    began = time.monotonic()
    done = go(settings, Into(parquet=tmp_path), Bounds(types=("crm.DealWon",), tenants=(ACME,)), rate=30)
    assert done.done == 60
    assert time.monotonic() - began >= 60 / 30


def test_live_groups_do_not_notice(settings: Settings, tmp_path: Path, target: str) -> None:
    """A reader of the same topic keeps its partitions and its offsets, and no group appears."""
    name, group = f"{settings.topic_prefix}crm.events", f"{settings.topic_prefix}live"
    given: list[list[TopicPartition]] = []
    with closing(kafka.consumer(settings, group, **{"auto.offset.reset": "earliest"})) as live:
        live.subscribe([name], on_assign=lambda _, partitions: given.append(partitions))
        until(lambda: live.poll(0.1) is not None)
        live.commit(asynchronous=False)
        asked = [TopicPartition(name, number) for number in range(settings.partitions)]
        before, groups = offsets_of(live, asked), groups_of(settings)
        go(settings, Into(parquet=tmp_path / "out"))
        go(settings, Into(topic=target))
        go(settings, Into(program="cat"), Bounds(types=("crm.DealWon",)))
        live.poll(0.1)
        assert offsets_of(live, asked) == before
        assert groups_of(settings) == groups
        assert len(given) == 1, "the group was rebalanced"


def test_checkpoints_lie_on_a_topic_of_their_own(settings: Settings, target: str) -> None:
    go(settings, Into(topic=target), Bounds(types=("crm.DealWon",)))
    assert target.encode() in [m.key() for m in committed(settings, checkpoints_topic(settings.topic_prefix), 0)]


def replay_in_thread(settings: Settings, folder: Path, bounds: Bounds, rate: float) -> None:
    """Like `go`, without signals, which only the main thread may handle."""
    from infra.log import registry
    from streams.replay.opening import Opener
    from streams.replay.parquet import ParquetSink
    from streams.replay.run import run

    with ParquetSink(folder, Opener(registry.codec(settings), None)).open() as sink:
        run(settings, Order("thread", bounds, False, rate), sink, lambda: False, print)


def offsets_of(live: Any, asked: list[TopicPartition]) -> list[int]:
    return [each.offset for each in live.committed(asked, timeout=10)]


def groups_of(settings: Settings) -> set[str]:
    """Those of these settings: others work on the broker too."""
    client = kafka.admin(settings)
    found = {group.group_id for group in client.list_consumer_groups(request_timeout=10).result(10).valid}
    return {group for group in found if group.startswith(settings.topic_prefix)}


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)
