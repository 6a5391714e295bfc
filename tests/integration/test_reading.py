"""A reader's transaction: one tenant, one moment, and a connection that lives."""

import asyncio
import gc
from collections.abc import Iterator
from typing import cast

import pytest
from sqlalchemy import QueuePool
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra import postgres
from infra.postgres import administrator, database_name, role_name
from infra.settings import Settings
from projections.generations import ended, reading
from projections.query import position_of
from tests.integration.projector import own_databases

TENANT = "select current_setting('nexus.tenant', true)"


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made:
        yield made


async def said(connection: AsyncConnection, text: str) -> object:
    return (await connection.exec_driver_sql(text)).scalar()


async def process(connection: AsyncConnection) -> object:
    return await said(connection, "select pg_backend_pid()")


def cut(settings: Settings) -> None:
    """Ends every connection of readers, and waits until they are gone."""
    those = "from pg_stat_activity where datname = %s and usename = %s"
    whose = [database_name(settings, "crm"), role_name(settings, "reader")]
    with administrator(settings) as admin:
        admin.execute(f"select pg_terminate_backend(pid, 5000) {those}".encode(), whose)
        assert admin.execute(f"select count(*) {those}".encode(), whose).fetchone() == (0,)


async def test_it_is_a_snapshot_of_one_tenant_that_writes_nothing(source: AsyncEngine) -> None:
    async with reading(source, "acme") as connection:
        assert await said(connection, TENANT) == "acme"
        assert await said(connection, "show transaction_isolation") == "repeatable read"
        one = await said(connection, "select now()")
        await asyncio.sleep(0.002)
        assert await said(connection, "select now()") == one
        with pytest.raises(DBAPIError, match="read-only"):
            await connection.exec_driver_sql("create table mine (id int)")


@pytest.mark.parametrize("tenant", ["o'brien", "back\\slash", 'quo"te', "per%cent", "{}"])
async def test_the_name_of_a_tenant_is_but_a_name(source: AsyncEngine, tenant: str) -> None:
    async with reading(source, tenant) as connection:
        assert await said(connection, TENANT) == tenant


async def test_nothing_of_it_is_left_for_the_next(source: AsyncEngine) -> None:
    async with reading(source, "acme") as connection:
        mine = await process(connection)
    async with source.connect() as connection:
        assert await process(connection) == mine
        assert not await said(connection, TENANT)
    with pytest.raises(DBAPIError):
        async with reading(source, "acme") as connection:
            await connection.exec_driver_sql("select 1 / 0")
    async with source.connect() as connection:
        assert await process(connection) == mine
        assert not await said(connection, TENANT)


async def test_what_is_asked_again_and_again_stays_prepared(source: AsyncEngine) -> None:
    asked = "select count(*) from contacts where tenant = 'acme'"
    for _ in range(8):
        async with reading(source, "acme") as connection:
            await said(connection, asked)
        async with source.connect() as connection:  # as positions are asked for
            await said(connection, "select 1")
    async with reading(source, "acme") as connection:
        held = await said(connection, "select string_agg(statement, ';') from pg_prepared_statements")
        assert asked in str(held)


async def test_connections_that_were_lost_a_moment_ago_are_made_again(settings: Settings, source: AsyncEngine) -> None:
    async with reading(source, "acme") as one, reading(source, "acme") as other:
        assert await process(one) != await process(other)
    cut(settings)
    for _ in range(2):
        async with reading(source, "acme") as one, reading(source, "acme") as other:
            assert await process(one) != await process(other)


async def test_one_that_is_lost_in_the_end_is_told_as_every_other_is(settings: Settings, source: AsyncEngine) -> None:
    with pytest.raises(OperationalError):
        await _cut_meanwhile(settings, source)
    async with reading(source, "acme") as connection:
        assert await process(connection)


async def _cut_meanwhile(settings: Settings, source: AsyncEngine) -> None:
    """Where nothing was asked by SQLAlchemy, which notices by itself."""
    async with reading(source, "acme"):
        cut(settings)


async def test_who_does_not_wait_for_its_end_goes_on_before(source: AsyncEngine) -> None:
    """The connection comes back all the same, and with nothing left of it."""
    async with reading(source, "acme", waits=False) as connection:
        mine = await process(connection)
    assert checked_out(source) == 1
    await ended(source)
    assert checked_out(source) == 0
    async with source.connect() as connection:
        assert await process(connection) == mine
        assert not await said(connection, TENANT)
    with pytest.raises(DBAPIError):
        async with reading(source, "acme", waits=False) as connection:
            await connection.exec_driver_sql("select 1 / 0")
    assert checked_out(source) == 0


async def test_one_that_is_lost_when_all_was_read_is_nothing_to_who_does_not_wait(
    settings: Settings, source: AsyncEngine
) -> None:
    told = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    for _ in range(2):
        async with reading(source, "acme", waits=False) as connection:
            assert await said(connection, TENANT) == "acme"
            cut(settings)
        await ended(source)
    assert checked_out(source) == 0
    gc.collect()  # what no task told is told when it goes
    assert told == []
    async with reading(source, "acme") as connection:
        assert await said(connection, TENANT) == "acme"


def checked_out(source: AsyncEngine) -> int:
    return cast(QueuePool, source.pool).checkedout()


async def test_positions_are_asked_for_again_where_connections_were_lost(
    settings: Settings, source: AsyncEngine
) -> None:
    async with source.connect() as one, source.connect() as other:
        assert await process(one) != await process(other)
    cut(settings)
    with pytest.raises(OperationalError):
        await position_of(source, "crm")
    assert [await position_of(source, "crm") for _ in range(2)] == [{}, {}]


async def test_one_that_was_lost_while_it_rested_is_made_again(
    settings: Settings, source: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_REST", 0.0)
    async with source.connect() as one, source.connect() as other:
        assert await process(one) != await process(other)
    cut(settings)
    async with source.connect() as one, source.connect() as other:
        assert await process(one) != await process(other)


async def test_what_is_prepared_stays_by_whatever_way_it_was_asked(source: AsyncEngine) -> None:
    """Also where nothing was asked by SQLAlchemy, which then has nothing to commit."""
    async with reading(source, "acme") as connection:
        driver = postgres.driver_of(connection)
        await driver.execute("select 42", prepare=True)
        one = driver.info.backend_pid
    async with reading(source, "acme") as connection:
        assert await process(connection) == one
        assert await said(connection, "select count(*) from pg_prepared_statements where statement = 'select 42'") == 1
