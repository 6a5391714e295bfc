"""A rebuild beside the live read models: the same rows, in their place, with no question unanswered meanwhile."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import elasticsearch
import pytest
from psycopg import Connection

from infra.log.codec import Codec
from infra.log.envelope import Recorded
from infra.postgres import connect, engine
from infra.search import blocking_client
from infra.settings import ROOT, Settings
from infra.vault import Vaults, ensure_vault
from projections import generations
from projections.crm.deals import READ_MODEL as DEALS
from projections.generations import Generation, ModelBuilding, NoGeneration, connected, reading
from projections.query import list_
from schemas.contract import record_types
from schemas.generated.crm.contact import ContactCreated, ContactErased
from streams.projector import indexer
from streams.rebuild import build, tidy
from streams.rebuild.build import NotSwapped
from tests.integration.projector import own_databases
from tests.integration.projector_log import environment, known_schemas, own_topics, until, worker, write
from tests.integration.test_queries import WORLD
from tests.unit.projections.log import day, log_of, opened, usd

MANY = 4000


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with own_databases("crm") as made, closing(blocking_client(made)) as es:
        own = made.model_copy(update={"data": tmp_path, "master_key": tmp_path / "master.key"})
        ensure_vault(own)
        with own_topics(own, "crm", "admin"):
            yield own
        for each in generations.every(made, "crm"):
            indexer.drop_indices(es, indexer.target(made, "crm", each))


@pytest.fixture
def codec(settings: Settings) -> Codec:
    return known_schemas(settings, sorted(n for n in record_types() if n.split(".")[0] in ("crm", "admin")))


def ask(settings: Settings, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows from the live generation, of all tenants."""
    with closing(connected(settings, "crm")) as connection:
        return connection.execute(statement.encode(), parameters).fetchall()


def states(settings: Settings) -> list[tuple[int, str]]:
    return [(each.number, each.state) for each in generations.every(settings, "crm")]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Schema ids that nobody knows."""

    def id_of(self, name: str) -> int:
        return 99_999

    def text_of(self, id: int) -> str:
        raise LookupError(id)


def many_deals() -> list[Recorded]:
    return log_of([opened(f"d{n}", day(n / 100), amount=usd(n)) for n in range(MANY)])


@pytest.fixture(params=[0, build.INDEXED_LATER], ids=["indexes last", "indexes first"])
def indexed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs of both kinds."""
    monkeypatch.setattr(build, "INDEXED_LATER", request.param)


def indexes(settings: Settings, number: int) -> list[tuple[Any, ...]]:
    """The indexes of a generation, whichever it is."""
    statement = "select tablename, indexname from pg_indexes where schemaname = %s order by 1, 2"
    return ask(settings, statement, f"g{number}")


@pytest.mark.usefixtures("indexed")
def test_a_rebuild_folds_the_log_again_and_writes_the_documents(settings: Settings, codec: Codec) -> None:
    log = log_of(WORLD)
    write(settings, log, codec, vaults=Vaults(settings))
    said: list[str] = []
    build.run("crm", settings, said.append, processes=2)
    good = ask(settings, "select * from deals order by id")
    versions = ask(settings, "select * from deals_versions order by id, known_from, valid_from")
    assert len(good) == 4
    with closing(connected(settings, "crm")) as connection, connection.transaction():
        connection.execute("update deals set name = 'spoiled', version = 99")
        connection.execute("delete from deals where id = 'd1'")
    build.run("crm", settings, said.append)
    assert ask(settings, "select * from deals order by id") == good
    assert ask(settings, "select * from deals_versions order by id, known_from, valid_from") == versions
    assert ask(settings, "select count(*) from history") == [(len(log),)]
    assert ask(settings, "select count(*) from dirty") == [(0,)]
    assert states(settings) == [(1, "kept"), (2, "kept"), (3, "live")]
    assert indexes(settings, 1) == indexes(settings, 2) == indexes(settings, 3)
    with closing(blocking_client(settings)) as es:
        alias = f"{settings.index_prefix}-crm-deals"
        assert es.count(index=alias)["count"] == 4
        assert list(es.indices.get_alias(name=alias)) == [f"{alias}-g3"]
    build.run("crm", settings, said.append, back=True)
    assert states(settings) == [(1, "kept"), (2, "live"), (3, "kept")]
    assert ask(settings, "select name from deals where id = 'd2'") == [("spoiled",)]
    tidy.drop(settings, "crm", said.append)
    assert states(settings) == [(2, "live")]
    assert ask(settings, "select nspname from pg_namespace where nspname like 'g_'") == [("g2",)]
    with pytest.raises(NoGeneration, match="keeps no generation"):
        build.run("crm", settings, said.append, back=True)


@pytest.mark.usefixtures("indexed")
def test_questions_are_answered_from_whole_generations_while_events_come(
    settings: Settings, codec: Codec, tmp_path: Path
) -> None:
    log = many_deals()
    half = MANY // 2
    write(settings, log[:half], codec, per_transaction=100)
    counts, stop = list[int](), threading.Event()
    with kept_running(settings, tmp_path / "worker.log"):
        until(lambda: ask(settings, "select count(*) from deals") == [(half,)])
        asking = threading.Thread(target=lambda: asyncio.run(count_until(settings, counts, stop)))
        writing = threading.Thread(target=lambda: write(settings, log[half:], codec, per_transaction=20))
        asking.start()
        writing.start()
        build.run("crm", settings, print)
        writing.join()
        until(lambda: ask(settings, "select count(*) from deals") == [(MANY,)])
        stop.set()
        asking.join()
    assert counts == sorted(counts), "a question saw less than one before it"
    assert counts[0] >= half
    assert states(settings) == [(1, "kept"), (2, "live")]
    assert indexes(settings, 1) == indexes(settings, 2)
    assert ask(settings, "select count(*), count(distinct event_id) from history") == [(MANY, MANY)]
    assert ask(settings, "select max(version), count(*) from deals") == [(1, MANY)]


@contextmanager
def kept_running(settings: Settings, log: Path) -> Generator[None]:
    """A projector that is started again whenever it ends, as a supervisor does."""
    stop = threading.Event()

    def keep() -> None:
        while not stop.is_set():
            with worker(settings, "crm", log) as process:
                until(lambda: stop.is_set() or process.poll() is not None, 600)

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


async def count_until(settings: Settings, counts: list[int], stop: threading.Event) -> None:
    """Asks how many deals there are, again and again."""
    source = engine(settings, "crm")
    while not stop.is_set():
        async with reading(source, "acme", DEALS) as connection:
            page = await list_(connection, DEALS, "acme", secret=b"s", limit=1)
            assert len(page.items) == 1
            counts.append((await connection.exec_driver_sql("select count(*) from deals")).scalar_one())
    await source.dispose()


def test_a_rebuild_that_was_killed_goes_on_from_where_it_was(settings: Settings, codec: Codec, tmp_path: Path) -> None:
    write(settings, many_deals(), codec, per_transaction=100)
    code = "from infra.settings import read; from streams.rebuild.build import run; run('crm', read(), print)"
    with (tmp_path / "rebuild.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment(settings), stdout=output, stderr=output
        )
    with connect(settings, "crm") as connection:
        connection.autocommit = True
        group = generations.group_of(settings, "crm", 2)
        until(lambda: sum(generations.positions_of(connection, group).values()) > 0)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert states(settings) == [(1, "live"), (2, "building")]
        until(lambda: generations.alone(connection))
        connection.execute("select pg_advisory_unlock_all()")
    build.run("crm", settings, print)
    assert states(settings) == [(1, "kept"), (2, "live")]
    assert ask(settings, "select count(*), count(distinct event_id) from history") == [(MANY, MANY)]
    assert ask(settings, "select max(version), count(*) from deals") == [(1, MANY)]


def test_a_view_that_fails_where_it_did_not_fail_before_does_not_go_live_unseen(
    settings: Settings, codec: Codec
) -> None:
    write(settings, log_of([opened("d1", day(1))]), codec)
    unreadable = log_of([opened("d1", day(1)), opened("d2", day(2))])[1:]
    write(settings, unreadable, Codec(Unknown()))
    with pytest.raises(NotSwapped, match=r"parks 1 keys .* acme/crm/deal/d2"):
        build.run("crm", settings, print)
    assert states(settings) == [(1, "live"), (2, "building")]
    build.run("crm", settings, print, parked=True)
    assert states(settings) == [(1, "kept"), (2, "live")]
    assert ask(settings, "select id from deals") == [("d1",)]


async def test_a_program_with_other_read_models_builds_its_own_and_an_older_one_stands_back(
    settings: Settings, codec: Codec, tmp_path: Path
) -> None:
    write(settings, log_of([opened("d1", day(1))]), codec)
    with connect(settings, "crm") as connection:
        connection.execute("""update generations set declared = declared || '{"deals": "another"}'""")
    source = engine(settings, "crm")
    with pytest.raises(ModelBuilding, match="deals of this version"):
        async with reading(source, "acme", DEALS):
            pass
    with worker(settings, "crm", tmp_path / "new.log") as process:
        until(lambda: states(settings) == [(1, "kept"), (2, "live")])
        until(lambda: ask(settings, "select count(*) from deals") == [(1,)])
        write(settings, log_of([opened("d1", day(1)), opened("d2", day(2))])[1:], codec)
        until(lambda: ask(settings, "select count(*) from deals") == [(2,)])
        assert process.poll() is None
    with connect(settings, "crm") as connection:
        connection.execute(
            "update generations set declared = jsonb_set(declared, '{deals}', '\"newer\"') where number = 2"
        )
        connection.execute("update generations set declared = %s where number = 1", [as_declared()])
    with worker(settings, "crm", tmp_path / "old.log") as process:
        assert process.wait(60) != 0
    assert "were replaced" in (tmp_path / "old.log").read_text()
    assert states(settings) == [(1, "kept"), (2, "live")]
    await source.dispose()


def as_declared() -> str:
    return json.dumps(generations.declared("crm"))


def test_without_a_search_engine_rows_are_rebuilt_all_the_same(settings: Settings, codec: Codec) -> None:
    write(settings, log_of(WORLD), codec, vaults=Vaults(settings))
    build.run("crm", settings.model_copy(update={"elasticsearch": "http://127.0.0.1:1"}), print)
    assert ask(settings, "select count(*) from deals") == [(4,)]


def test_documents_are_searched_once_they_are_live_and_by_whoever_comes_if_that_was_cut_off(
    settings: Settings, codec: Codec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, log_of(WORLD), codec, vaults=Vaults(settings))
    build.run("crm", settings, print)
    live: list[int] = []

    def cut_off(*_: Any) -> None:
        live.append(generations.live(settings, "crm").number)
        raise elasticsearch.ConnectionError("cut off")

    with monkeypatch.context() as patched:
        patched.setattr(indexer, "point", cut_off)
        build.run("crm", settings, print)
    assert live == [3]
    alias = f"{settings.index_prefix}-crm-deals"
    with closing(blocking_client(settings)) as es:
        assert list(es.indices.get_alias(name=alias)) == [f"{alias}-g2"]
        with worker(settings, "crm", tmp_path / "worker.log"):
            until(lambda: list(es.indices.get_alias(name=alias)) == [f"{alias}-g3"])


CONTACT = ContactCreated(
    contact_id="k1", name="Maude", email=None, phone=None, job_title=None, company_id="c1", at=day(1)
)
ERASED = ContactErased(contact_id="k1", at=day(9))


def test_a_generation_that_was_replaced_before_it_folded_an_erasure_is_none_to_go_back_to(
    settings: Settings, codec: Codec
) -> None:
    vaults, said = Vaults(settings), list[str]()
    story = log_of([CONTACT, ERASED])
    write(settings, story[:1], codec, vaults=vaults)
    build.run("crm", settings, said.append)
    assert ask(settings, "select name from contacts") == [("Maude",)]
    vaults.destroy("acme", "k1")
    write(settings, story[1:], codec, vaults=vaults)
    build.run("crm", settings, said.append)
    assert ask(settings, "select name from contacts") == [("[erased]",)]
    assert states(settings) == [(3, "live")]
    assert "2 shows somebody who was erased, and is removed." in said[-1]
    build.run("crm", settings, said.append)
    assert states(settings) == [(3, "kept"), (4, "live")]


@pytest.mark.parametrize(
    ("make", "work"),
    [(generations.begin, generations.alone), (generations.scratch, generations.verifies_alone)],
    ids=["rebuild", "verification"],
)
def test_what_was_left_unfinished_goes_with_the_next_erasure_unless_somebody_works_on_it(
    settings: Settings,
    codec: Codec,
    make: Callable[[Settings, str], Generation],
    work: Callable[[Connection], bool],
) -> None:
    vaults = Vaults(settings)
    write(settings, log_of([CONTACT, ERASED]), codec, vaults=vaults)
    build.run("crm", settings, print)
    tidy.drop(settings, "crm", print)
    unfinished = make(settings, "crm")
    with closing(connect(settings, "crm")) as looking:
        looking.autocommit = True
        with closing(connect(settings, "crm")) as working:
            assert work(working)
            tidy.drop_outdated(settings, "crm", looking)
            assert states(settings) == [(2, "live"), (3, unfinished.state)]
        until(lambda: not holds_a_lock(looking))
        tidy.drop_outdated(settings, "crm", looking)
    assert states(settings) == [(2, "live")]


def holds_a_lock(connection: Connection) -> bool:
    """Whether another connection to this database holds an advisory lock."""
    return bool(
        connection.execute(
            "select 1 from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() "
            "and database = (select oid from pg_database where datname = current_database())"
        ).fetchone()
    )


def test_an_unfinished_generation_of_another_declaration_goes_with_its_documents(
    settings: Settings, codec: Codec
) -> None:
    write(settings, log_of([opened("d1", day(1))]), codec)
    unfinished = generations.begin(settings, "crm")
    index = f"{settings.index_prefix}-crm-deals-g{unfinished.number}"
    with closing(blocking_client(settings)) as es:
        with closing(connected(settings, "crm", generation=unfinished)) as connection:
            indexer.ensure_indices(connection, es, indexer.target(settings, "crm", unfinished))
            connection.execute(
                """update generations set declared = declared || '{"deals": "another"}' where state = 'building'"""
            )
            connection.commit()
        assert es.indices.exists(index=index)
        build.run("crm", settings, print)
        assert not es.indices.exists(index=index)
    assert states(settings) == [(1, "kept"), (3, "live")]
