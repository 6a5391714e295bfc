"""A rebuild from the log: the same rows whatever had become of them, and never beside a worker."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra.postgres import connect
from infra.search import blocking_client
from infra.settings import Settings
from infra.vault import Vaults, ensure_vault
from projections import positions
from schemas.contract import record_types
from streams.projector import indexer, rebuild
from tests.integration.projector import folder, own_databases
from tests.integration.projector_log import known_schemas, own_topics, write
from tests.integration.test_queries import WORLD
from tests.unit.projections.log import log_of


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with own_databases("crm") as made, closing(blocking_client(made)) as es:
        own = made.model_copy(update={"data": tmp_path, "master_key": tmp_path / "master.key"})
        ensure_vault(own)
        with own_topics(own, "crm", "admin"):
            yield own
        indexer.drop_indices(es, made.index_prefix, "crm")


def test_a_rebuild_folds_the_log_again_and_writes_the_documents(settings: Settings) -> None:
    codec = known_schemas(settings, sorted(n for n in record_types() if n.split(".")[0] in ("crm", "admin")))
    log = log_of(WORLD)
    write(settings, log, codec, vaults=Vaults(settings))
    said: list[str] = []
    rebuild.run("crm", settings, said.append)
    with folder(settings) as crm:
        good = crm.ask("select * from deals_1 order by id")
        versions = crm.ask("select * from deals_1_versions order by id, known_from, valid_from")
        assert len(good) == 4
        crm.ask("update deals_1 set name = 'spoiled', version = 99 returning 1")
        crm.ask("delete from deals_1 where id = 'd1' returning 1")
        rebuild.run("crm", settings, said.append)
        assert crm.ask("select * from deals_1 order by id") == good
        assert crm.ask("select * from deals_1_versions order by id, known_from, valid_from") == versions
        assert crm.ask("select count(*) from history") == [(len(log),)]
        assert crm.ask("select count(*) from dirty") == [(0,)]
        lag = crm.ask("select * from positions except select * from search_positions")
        assert lag == []
    with closing(blocking_client(settings)) as es:
        assert es.count(index=f"{settings.index_prefix}-crm-deals-1")["count"] == 4
    assert said[-1] == "crm: search documents are written."


def test_a_rebuild_does_not_run_beside_a_worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "_WAIT_FOR_WORKERS", 0.2)
    with connect(settings, "crm") as worker:
        positions.join(worker)
        with pytest.raises(rebuild.StillFolding, match="Stop it"):
            rebuild.run("crm", settings, print)
    with connect(settings, "crm") as rebuilding, connect(settings, "crm") as worker:
        assert positions.take_alone(rebuilding)
        with pytest.raises(positions.RebuildRunning):
            positions.join(worker)


def test_without_a_search_engine_rows_are_rebuilt_all_the_same(settings: Settings) -> None:
    codec = known_schemas(settings, sorted(n for n in record_types() if n.split(".")[0] in ("crm", "admin")))
    write(settings, log_of(WORLD), codec, vaults=Vaults(settings))
    said: list[str] = []
    rebuild.run("crm", settings.model_copy(update={"elasticsearch": "http://127.0.0.1:1"}), said.append)
    assert "does not answer" in said[-1]
    with folder(settings) as crm:
        assert crm.ask("select count(*) from deals_1") == [(4,)]
