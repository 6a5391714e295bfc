"""Verification finds each record that is not what the log says, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from infra.log import kafka
from infra.search import blocking_client
from infra.settings import Settings
from infra.vault import Vaults, ensure_vault
from projections import generations
from projections.generations import connected
from schemas.contract import PlainVault, record_types
from schemas.generated.crm.deal import Deal
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


def test_merging_names_what_is_missing_and_what_is_too_much() -> None:
    found = merged("t", ("id", "a", "b"), 1, [("1", 1, 1), ("2", 1, 2)], [("0", 1, 1), ("2", 2, 1)])
    assert [str(each) for each in found] == [
        "t  0  is missing",
        "t  1  is there and should not be",
        "t  2  differs in a, b",
    ]
