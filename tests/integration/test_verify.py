# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
"""Verification finds each record that is not what the log says, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import OFFSET_END, TopicPartition

from infra.log import headers as h
from infra.log import kafka
from infra.search import blocking_client
from infra.settings import Settings
from infra.vault import Vaults, ensure_vault
from projections import generations
from projections.generations import connected
from schemas.contract import PlainVault, record_types
from schemas.generated.crm.deal import Deal
from streams.processor.reading import ends
from streams.projector import indexer
from streams.rebuild import build
from streams.verify import documents, rows, states
from streams.verify.difference import Difference, merged
from tests.integration.processor import Stage, amount, drop, new_stage, opened, partition, processor, running
from tests.integration.projector import own_databases
from tests.integration.projector_log import known_schemas, own_topics, write
from tests.integration.test_queries import WORLD
from tests.unit.projections.log import log_of


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A database folded from the log, with its documents."""
    with own_databases("crm") as made, closing(blocking_client(made)) as es:
        own = made.model_copy(update={"data": tmp_path, "master_key": tmp_path / "master.key"})
        ensure_vault(own)
        with own_topics(own, "crm", "admin"):
            codec = known_schemas(own, sorted(n for n in record_types() if n.split(".")[0] in ("crm", "admin")))
            write(own, log_of(WORLD), codec, vaults=Vaults(own))
            build.run("crm", own, print)
            yield own
        for each in generations.every(made, "crm"):
            indexer.drop_indices(es, indexer.target(made, "crm", each))


def test_every_spoiled_row_is_named_and_no_other(settings: Settings) -> None:
    assert list(rows.compare(settings, "crm", print)) == []
    with closing(connected(settings, "crm")) as connection, connection.transaction():
        connection.execute("update deals set name = 'spoiled', version = 99 where id = 'd1'")
        connection.execute("delete from deals where id = 'd2'")
        connection.execute("update companies set id = 'c9' where id = 'c2'")
        connection.execute("delete from history where type = 'crm.DealOpened' and id = 'd3'")
    found = [(each.where, each.key, each.what) for each in rows.compare(settings, "crm", print)]
    assert found[:4] == [
        ("crm.companies", "acme/c2", "is missing"),
        ("crm.companies", "acme/c9", "is there and should not be"),
        ("crm.deals", "acme/d1", "differs in name, version"),
        ("crm.deals", "acme/d2", "is missing"),
    ]
    [gone] = found[4:]
    assert (gone[0], gone[1].split("/")[:4], gone[2]) == ("crm.history", ["acme", "crm", "deal", "d3"], "is missing")
    assert [each.state for each in generations.every(settings, "crm")] == ["kept", "live"]


def test_every_spoiled_document_is_named_and_no_other(settings: Settings) -> None:
    assert list(documents.compare(settings, "crm", print)) == []
    where = f"{settings.index_prefix}-crm-deals"
    with closing(blocking_client(settings)) as es:
        es.delete(index=where, id="acme/d1", routing="acme", refresh=True)
        es.update(index=where, id="acme/d2", routing="acme", doc={"exact": {"stage": "SPOILED"}}, refresh=True)
    found = list(documents.compare(settings, "crm", print))
    assert found == [
        Difference(where, "acme/d1", "is missing"),
        Difference(where, "acme/d2", "differs in document"),
    ]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = new_stage(tmp_path)
    yield made
    drop(made)


def test_a_snapshot_that_its_events_do_not_lead_to_is_named(stage: Stage) -> None:
    for deal in ("d1", "d2"):
        stage.send(opened(deal))
        stage.send(amount(deal, 5))
    with running(processor(stage)):
        stage.flush()
        stage.replies(4)
    assert list(states.compare(stage.settings, "crm", print)) == []
    [newest] = [m for m in stage.messages("snapshots") if (m.key() or b"").endswith(b"/d1")][-1:]
    vault = PlainVault()
    state = stage.codec.decode(newest.value() or b"", vault)
    assert isinstance(state, Deal)
    spoiled = replace(state, name="spoiled")
    producer = kafka.producer(stage.settings)
    value = stage.codec.encode(spoiled, vault)
    producer.produce(stage.topic("snapshots"), value, newest.key(), partition(stage, "d1"), headers=newest.headers())
    assert producer.flush(10) == 0
    [found] = states.compare(stage.settings, "crm", print)
    assert (found.where, found.key) == ("crm.snapshots", (newest.key() or b"").decode())
    assert found.what == "differs from its events at version 2"


def test_a_snapshot_that_is_ahead_of_its_events_is_named(stage: Stage) -> None:
    stage.send(opened("d1"))
    with running(processor(stage)):
        stage.flush()
        stage.replies(1)
    [newest] = stage.messages("snapshots")
    headers = {**h.as_mapping(newest.headers()), h.AGGREGATE_VERSION: b"7"}
    producer = kafka.producer(stage.settings)
    producer.produce(
        stage.topic("snapshots"), newest.value(), newest.key(), partition(stage, "d1"), headers=list(headers.items())
    )
    assert producer.flush(10) == 0
    [found] = states.compare(stage.settings, "crm", print)
    assert (found.key, found.what) == ("acme/deal/d1", "has version 7, its events come to 1")


def test_an_event_that_nobody_can_fold_is_named_by_where_it_lies(stage: Stage) -> None:
    stage.send(opened("d1"))
    with running(processor(stage)):
        stage.flush()
        stage.replies(1)
    producer = kafka.producer(stage.settings)
    producer.produce(stage.topic("events"), b"rubbish", b"acme/deal/d1", partition(stage, "d1"))
    assert producer.flush(10) == 0
    [found] = states.compare(stage.settings, "crm", print)
    assert (found.where, found.key) == ("crm.events", f"partition {partition(stage, 'd1')}")
    assert found.what == "cannot be folded: an event has no command_id"


def test_snapshots_whose_events_are_gone_are_named(stage: Stage) -> None:
    for deal in ("d1", "d2"):
        stage.send(opened(deal))
    with running(processor(stage)):
        stage.flush()
        stage.replies(2)
    client = kafka.admin(stage.settings)
    gone = [TopicPartition(stage.topic("events"), n, OFFSET_END) for n in range(stage.settings.partitions)]
    for future in client.delete_records(gone).values():
        future.result(10)
    found = sorted((each.key, each.what) for each in states.compare(stage.settings, "crm", print))
    assert found == [(f"acme/deal/{deal}", "has version 1, and the log holds no event of it") for deal in ("d1", "d2")]


def test_a_record_that_changes_meanwhile_is_no_difference(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, said = count(1), list[str]()

    def meanwhile(*asked: Any) -> dict[int, int]:
        """Something happens to the record before every look at where a topic ends."""
        look = next(looks)
        stage.send(amount("d1", look))
        stage.flush()
        stage.replies(1 + look)
        return ends(*asked)

    monkeypatch.setattr(states, "ends", meanwhile)
    with running(processor(stage)):
        stage.send(opened("d1"))
        stage.flush()
        stage.replies(1)
        assert list(states.compare(stage.settings, "crm", said.append)) == []
    assert said == ["crm: 1 snapshots compared, 1 of them changed meanwhile"]


def test_merging_names_what_is_missing_and_what_is_too_much() -> None:
    found = merged("t", ("id", "a", "b"), 1, [("1", 1, 1), ("2", 1, 2)], [("0", 1, 1), ("2", 2, 1)])
    assert [str(each) for each in found] == [
        "t  0  is missing",
        "t  1  is there and should not be",
        "t  2  differs in a, b",
    ]
