# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportPrivateImportUsage=false
"""A log that is shorter than what was folded of it, or begins later than it must be read: nobody folds on elsewhere."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_END, TopicPartition

from infra.log import kafka
from infra.log.codec import Codec
from infra.log.topics import topic
from infra.settings import Settings
from infra.vault.master import make_master_key
from projections.generations import connected
from schemas.contract import record_types
from schemas.generated.crm.deal import DealEngaged
from streams.projector.app import EXIT_BROKEN
from streams.rebuild import build
from streams.rebuild.build import NotSwapped
from streams.verify import rows
from tests.integration.projector import own_databases
from tests.integration.projector_log import known_schemas, own_topics, until, worker, write
from tests.unit.projections.log import day, log_of, opened

LOG = log_of([opened("d1", day(1)), DealEngaged(deal_id="d1", owner_id="u1", at=day(2))])


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with own_databases("crm") as made:
        own = made.model_copy(
            update={"data": tmp_path, "master_key": tmp_path / "master.key", "elasticsearch": "http://127.0.0.1:1"}
        )
        make_master_key(own.master_key)
        with own_topics(own, "crm", "admin"):
            yield own


@pytest.fixture
def codec(settings: Settings) -> Codec:
    return known_schemas(settings, sorted(n for n in record_types() if n.split(".")[0] in ("crm", "admin")))


def version(settings: Settings) -> int:
    """How many events of the deal are folded."""
    with closing(connected(settings, "crm")) as connection:
        row = connection.execute("select version from deals where id = 'd1'").fetchone()
    return row[0] if row else 0


def folded(settings: Settings, log: Path) -> None:
    """Has a worker fold what there is."""
    with worker(settings, "crm", log):
        until(lambda: version(settings) == len(LOG))


def move_on(settings: Settings, offsets: int) -> None:
    """As when the log is brought back as it was some events ago, and the database is not."""
    with closing(connected(settings, "crm")) as connection, connection.transaction():
        connection.execute("update positions set next_offset = next_offset + %s where next_offset > 0", [offsets])


def truncate(settings: Settings) -> None:
    """Removes all events that there are, as a retention would."""
    client, name = kafka.admin(settings), topic(settings.topic_prefix, "crm", "events")
    gone = [TopicPartition(name, number, OFFSET_END) for number in range(settings.partitions)]
    for future in client.delete_records(gone).values():
        future.result(10)


def test_a_worker_ends_where_the_log_is_shorter_than_its_tables(
    settings: Settings, codec: Codec, tmp_path: Path
) -> None:
    write(settings, LOG, codec)
    folded(settings, tmp_path / "worker.log")
    move_on(settings, 50)
    with worker(settings, "crm", tmp_path / "ended.log") as process:
        assert process.wait(60) == EXIT_BROKEN
    assert "the log ends before that or begins after it" in (tmp_path / "ended.log").read_text()


def test_a_worker_and_a_rebuild_end_where_the_log_begins_later(
    settings: Settings, codec: Codec, tmp_path: Path
) -> None:
    write(settings, LOG, codec)
    truncate(settings)
    with worker(settings, "crm", tmp_path / "worker.log") as process:
        assert process.wait(60) == EXIT_BROKEN
    assert "the log ends before that or begins after it" in (tmp_path / "worker.log").read_text()
    with pytest.raises(NotSwapped, match="begins after it"):
        build.run("crm", settings, print)


def test_verification_names_what_the_log_does_not_hold(settings: Settings, codec: Codec, tmp_path: Path) -> None:
    write(settings, LOG, codec)
    folded(settings, tmp_path / "worker.log")
    assert list(rows.compare(settings, "crm", print)) == []
    truncate(settings)
    [gone] = rows.compare(settings, "crm", print)
    assert gone.where == "crm.positions"
    assert "the log begins at" in gone.what
    move_on(settings, 50)
    [beyond] = rows.compare(settings, "crm", print)
    assert "the log ends at" in beyond.what
