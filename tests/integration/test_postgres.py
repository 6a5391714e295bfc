"""Connections to Postgres: what every one of them asks of the server."""

import asyncio
from collections.abc import Iterator

import pytest

from infra.postgres import Role, administrator, connect, engine, in_turn, pool, role_name
from infra.settings import Settings
from tests.integration.projector import own_databases

_NAMES = ("idle", "interval", "count")
KEPT_ALIVE = "select " + ", ".join(f"current_setting('tcp_keepalives_{name}')" for name in _NAMES)
HALF_A_MINUTE = ("10", "5", "3")


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made:
        yield made


@pytest.mark.parametrize("role", ["owner", "writer", "reader"])
async def test_the_server_notices_soon_that_a_machine_is_gone_and_frees_its_locks(
    settings: Settings, role: Role
) -> None:
    with connect(settings, "crm", role) as connection:
        assert connection.execute(KEPT_ALIVE.encode()).fetchone() == HALF_A_MINUTE
    with pool(settings, "crm", role) as made, made.connection() as connection:
        assert connection.execute(KEPT_ALIVE.encode()).fetchone() == HALF_A_MINUTE
    source = engine(settings, "crm", role)
    async with source.connect() as reading:
        assert tuple((await reading.exec_driver_sql(KEPT_ALIVE)).one()) == HALF_A_MINUTE
    await source.dispose()


async def test_the_address_may_say_how_long_to_wait_for_an_answer(settings: Settings) -> None:
    asked = settings.model_copy(update={"postgres": f"{settings.postgres}?connect_timeout=3"})
    with connect(asked, "crm") as connection, administrator(asked) as admin:
        for made in (connection, admin):
            assert made.info.get_parameters()["connect_timeout"] == "3"
    source = engine(asked, "crm")
    async with source.connect() as reading:
        assert (await reading.exec_driver_sql("select 1")).scalar() == 1
    await source.dispose()
    with connect(settings, "crm") as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "5"


async def test_a_connection_that_comes_back_is_for_whoever_has_waited_longest(settings: Settings) -> None:
    source, asked, came = engine(settings, "crm", pool_size=1), list[int](), list[int]()

    async def use(number: int) -> None:
        await asyncio.sleep(number / 2000)
        asked.append(number)
        async with in_turn(source) as connection:
            came.append(number)
            await connection.exec_driver_sql("select pg_sleep(0.001)")

    async with asyncio.TaskGroup() as users:
        for number in range(200):
            users.create_task(use(number))
    await source.dispose()
    assert came == asked


def test_nor_does_an_administrator_hold_a_lock_for_long(settings: Settings) -> None:
    with administrator(settings) as connection:
        assert connection.execute(KEPT_ALIVE.encode()).fetchone() == HALF_A_MINUTE


def test_a_reader_finds_by_what_a_list_holds_by_numbers_and_by_beginnings_in_an_index(settings: Settings) -> None:
    """Row-level security keeps an index from being used by a comparison that might give something away."""
    reader = role_name(settings, "reader")
    with connect(settings, "crm", "owner") as owner:
        for statement in (
            "create table held (tenant text, number numeric, tags text[], notes jsonb, title text)",
            "insert into held select 'acme', n, array['tag ' || n], jsonb_build_array('note ' || n), 'Title ' || n "
            "from generate_series(1, 20000) n",
            "create index by_number on held (tenant, number)",
            "create index by_title on held (tenant, lower(title) text_pattern_ops)",
            "create index by_tags on held using gin (tags)",
            "create index by_notes on held using gin (notes jsonb_path_ops)",
            "alter table held enable row level security",
            f"create policy reader on held for select to {reader} using (tenant = current_setting('nexus.tenant'))",
            f"grant select on held to {reader}",
            "analyze held",
        ):
            owner.execute(statement.encode())
    with connect(settings, "crm", "reader") as connection:
        connection.execute("select set_config('nexus.tenant', 'acme', false)")
        for condition, index in (
            ("number < 3 and number > 1", "by_number"),
            ("tags && array['tag 7']", "by_tags"),
            ("tags @> array['tag 7']", "by_tags"),
            ("notes @> '[\"note 7\"]'", "by_notes"),
            ("lower(title) like (lower('TITLE 77') || '%') escape '/'", "by_title"),
        ):
            rows = connection.execute(f"explain select * from held where {condition}".encode()).fetchall()
            assert index in str(rows)
