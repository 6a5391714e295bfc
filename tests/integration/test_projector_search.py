"""Search documents follow rows: words, renamed companies, removed rows, tenants, and an index that fell behind."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch, Elasticsearch

from infra.postgres import engine
from infra.search import blocking_client, client
from infra.settings import Settings
from projections import generations
from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.people import READ_MODEL as PEOPLE
from projections.documents import alias_name
from projections.query import Filter, QueryError, SearchUnavailable, search, wait_for
from schemas.generated.admin.user import UserChanged
from schemas.generated.crm.company import CompanyRenamed
from schemas.generated.crm.deal import DealRemoved
from streams.projector import indexer
from tests.integration.projector import Folder, folder, own_databases
from tests.integration.projector_log import until
from tests.integration.test_queries import WORLD, company
from tests.unit.projections.log import day, log_of, opened, usd


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, closing(blocking_client(made)) as es:
        yield made
        indexer.drop_indices(es, documents(made))


@pytest.fixture
def crm(settings: Settings) -> Iterator[Folder]:
    with folder(settings) as made, closing(blocking_client(settings)) as es:
        made.clear()
        indexer.drop_indices(es, documents(settings))
        made.fold(log_of(WORLD))
        index(settings, es)
        yield made


@pytest.fixture
async def es(settings: Settings) -> AsyncIterator[AsyncElasticsearch]:
    made = client(settings)
    yield made
    await made.close()


def documents(settings: Settings) -> indexer.Target:
    return indexer.target(settings, "crm", generations.live(settings, "crm"))


def index(settings: Settings, es: Elasticsearch) -> None:
    to = documents(settings)
    with generations.connected(settings, "crm") as connection:
        indexer.take_turn(connection, to)
        indexer.ensure_indices(connection, es, to)
        while indexer.cycle(connection, es, to):
            pass
    indexer.point(es, to)


def fold_more(crm: Folder, *events: Any) -> None:
    """Folds events after those of the world, and indexes."""
    log = log_of([*WORLD, *events])[len(WORLD) :]
    crm.fold(log)
    with closing(blocking_client(crm.settings)) as es:
        index(crm.settings, es)


async def found(
    es: AsyncElasticsearch, settings: Settings, q: str, *filters: Filter, tenant: str = "acme"
) -> list[str]:
    return sorted(await search(es, settings.index_prefix, DEALS, tenant, q, filters=filters))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("alpha", ["d1"]),
        ("ALP", ["d1"]),
        ("acme", ["d1", "d3"]),
        ("acme gamma", ["d3"]),
        ("acm gam", ["d3"]),
        ("bob", ["d2", "d3"]),
        ("alhpa", ["d1"]),
        ("nothing like it", []),
        ('"(acme', ["d1", "d3"]),
    ],
)
async def test_words_and_their_beginnings_find_rows(
    crm: Folder, es: AsyncElasticsearch, settings: Settings, q: str, expected: list[str]
) -> None:
    assert await found(es, settings, q) == expected


async def test_filters_hold_in_the_index_too(crm: Folder, es: AsyncElasticsearch, settings: Settings) -> None:
    assert await found(es, settings, "acme", Filter("amount", "gte", "50")) == ["d1"]
    assert await found(es, settings, "acme", Filter("closed_at", "lte", "2017-02-05")) == ["d1"]
    assert await found(es, settings, "delta", Filter("company_id", "null", "true")) == ["d4"]
    assert await found(es, settings, "bob", Filter("region", "in", ["West"]), Filter("name", "prefix", "BET")) == ["d2"]
    with pytest.raises(QueryError, match="colour"):
        await found(es, settings, "acme", Filter("colour", "eq", "red"))
    with pytest.raises(QueryError, match="cannot be searched"):
        await search(es, settings.index_prefix, PEOPLE, "acme", "bob")


async def test_a_renamed_company_and_user_are_found_by_their_new_names(
    crm: Folder, es: AsyncElasticsearch, settings: Settings
) -> None:
    fold_more(
        crm,
        CompanyRenamed(company_id="c1", name="Initech", at=day(80)),
        UserChanged(user_id="u2", name="Robert", email=None, at=day(81)),
    )
    assert await found(es, settings, "initech") == ["d1", "d3"]
    assert await found(es, settings, "acme") == []
    assert await found(es, settings, "robert") == ["d2", "d3"]


async def test_a_row_committed_while_its_company_is_renamed_gets_the_new_name(
    crm: Folder, es: AsyncElasticsearch, settings: Settings
) -> None:
    """The rename is marked before the deal is there, and worked off after: as two workers would interleave."""
    renamed, added = CompanyRenamed(company_id="c2", name="Initech", at=day(80)), opened("d9", day(81), company_id="c2")
    log = log_of([*WORLD, renamed, added])
    crm.fold(log[len(WORLD) : len(WORLD) + 1])
    crm.fold(log[len(WORLD) + 1 :])
    crm.ask("delete from dirty where model = 'deals' returning 1")
    with closing(blocking_client(settings)) as blocking:
        index(settings, blocking)
    assert await found(es, settings, "initech") == ["d2", "d9"]


async def test_removed_rows_are_not_found(crm: Folder, es: AsyncElasticsearch, settings: Settings) -> None:
    fold_more(crm, DealRemoved(deal_id="d1", owner_id="u1", at=day(80)))
    assert await found(es, settings, "acme") == ["d3"]


async def test_another_tenant_finds_nothing(crm: Folder, es: AsyncElasticsearch, settings: Settings) -> None:
    crm.fold([replace(r, partition=1) for r in log_of([company("c1", "Acme"), opened("x1", day(1))], tenant="rival")])
    with closing(blocking_client(settings)) as blocking:
        index(settings, blocking)
    assert await found(es, settings, "acme", tenant="rival") == ["x1"]
    assert await found(es, settings, "big", tenant="acme") == []


async def test_an_older_document_never_replaces_a_newer_one(
    crm: Folder, es: AsyncElasticsearch, settings: Settings
) -> None:
    """An indexer that was slow comes after one that read later: its lower revision is refused, and that is right."""
    fold_more(crm, CompanyRenamed(company_id="c1", name="Initech", at=day(80)))
    crm.ask("insert into dirty (tenant, model, id, names) values ('acme', 'deals', 'd1', false) returning 1")
    crm.ask("update companies set name = 'Outdated' where id = 'c1' returning 1")
    with generations.connected(settings, "crm", "owner") as owner:
        owner.execute("select setval('search_revision', 1)")
    with closing(blocking_client(settings)) as blocking:
        index(settings, blocking)
    assert await found(es, settings, "initech") == ["d1", "d3"]


async def test_waiting_for_search_ends_when_the_indexer_has_caught_up(
    crm: Folder, es: AsyncElasticsearch, settings: Settings
) -> None:
    wake = threading.Event()
    ended = threading.Event()
    arguments = (settings, "crm", generations.live(settings, "crm"), wake, ended.is_set)
    thread = threading.Thread(target=indexer.index_forever, args=arguments, daemon=True)
    thread.start()
    log = log_of([*WORLD, opened("d9", day(80), name="needle", amount=usd(1))])
    crm.fold(log[len(WORLD) :])
    source = engine(settings, "crm")
    await wait_for(source, "crm", {f"{settings.topic_prefix}crm.events": {0: len(log)}}, search=True)
    assert await found(es, settings, "needle") == ["d9"]
    await source.dispose()
    ended.set()
    thread.join()


def test_documents_that_are_not_searched_any_more_are_searched_again(
    crm: Folder, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "LOOK_EVERY", 0.1)
    alias, ended = alias_name(settings.index_prefix, DEALS), threading.Event()
    arguments = (settings, "crm", generations.live(settings, "crm"), threading.Event(), ended.is_set)
    thread = threading.Thread(target=indexer.index_forever, args=arguments, daemon=True)
    thread.start()
    with closing(blocking_client(settings)) as es:
        for _ in range(2):
            es.indices.update_aliases(actions=[{"remove": {"index": f"{alias}-g*", "alias": alias}}])
            until(lambda: bool(es.indices.exists_alias(name=alias)))
    ended.set()
    thread.join()


def test_documents_of_a_generation_that_is_not_live_are_not_searched(crm: Folder, settings: Settings) -> None:
    to, alias = documents(settings), alias_name(settings.index_prefix, DEALS)
    with generations.connected(settings, "crm") as connection, closing(blocking_client(settings)) as es:
        indexer.ensure_pointed(connection, es, replace(to, generation=99))
        assert list(es.indices.get_alias(name=alias)) == [to.index(DEALS)]


async def test_a_read_model_of_which_another_version_is_live_is_known(crm: Folder, settings: Settings) -> None:
    source = engine(settings, "crm")
    assert await generations.not_live(source, [DEALS, PEOPLE]) == []
    with generations.connected(settings, "crm", "owner") as owner:
        older = """update generations set declared = declared || '{"deals": "older"}' where state = 'live'"""
        owner.execute(older)
        owner.commit()
        assert await generations.not_live(source, [DEALS, PEOPLE]) == [DEALS]
        owner.execute(
            "update generations set declared = declared || jsonb_build_object('deals', %s::text) where state = 'live'",
            [generations.digest_of(DEALS)],
        )
        owner.commit()
    assert await generations.not_live(source, [DEALS]) == []
    await source.dispose()


async def test_a_silent_engine_is_said_to_be_silent(settings: Settings) -> None:
    silent = client(settings.model_copy(update={"elasticsearch": "http://127.0.0.1:1"}))
    with pytest.raises(SearchUnavailable):
        await search(silent, settings.index_prefix, DEALS, "acme", "acme")
    await silent.close()


def test_a_rename_marks_names_and_other_changes_do_not(crm: Folder) -> None:
    crm.ask("delete from dirty returning 1")
    log = log_of([
        *WORLD,
        CompanyRenamed(company_id="c1", name="New", at=day(80)),
        UserChanged(user_id="u1", name="Anna", email="x@y", at=day(81)),
    ])  # fmt: skip
    crm.fold(log[len(WORLD) :])
    assert crm.ask("select model, id, names from dirty order by seq") == [("companies", "c1", True)]
