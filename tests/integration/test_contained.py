"""What stands somewhere in a name, and what was the same on a day, is found in an index, under row-level security."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.settings import Settings
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.duplicates import CONTACTS as ALIKE
from projections.crm.duplicates import candidates
from projections.generations import reading
from projections.query import Filter, Times, list_
from projections.visible import Sight
from tests.integration.projector import filled
from tests.integration.statements import noted, plans
from tests.integration.test_board import MANY

NAMED = "update deals set name = 'Deal ' || md5(id) || case when id = 'd77' then ' 100% Steel_Chairs' else '' end"
_ALWAYS = "'2026-01-01', '2026-01-01', '9999-12-31 23:59:59.999999+00', '9999-12-31 23:59:59.999999+00', true"
_TIMES = "known_from, valid_from, valid_to, known_to, latest"
_SYSTEM = "version, created_at, updated_at, recorded_at"
_MADE = "1, '2026-01-01', '2026-01-01', '2026-01-01' from generate_series(1, 20000) n"
PEOPLE = f"""
insert into contacts_versions (tenant, id, {_TIMES}, name, tags, readers, editors, custom, {_SYSTEM})
select 'acme', 'c' || n, {_ALWAYS}, 'Somebody ' || n, '{{}}', '{{}}', '{{}}', '{{}}', {_MADE}
"""
KEYS = f"""
insert into contact_keys_versions (tenant, id, {_TIMES}, keys, described, codes, born, apart, {_SYSTEM})
select 'acme', 'c' || n, {_ALWAYS}, array['key ' || n, 'sector ' || n % 7], '{{}}', '{{}}', '', '{{}}', {_MADE}
"""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with filled(MANY, NAMED, PEOPLE, KEYS) as made:
        yield made


async def how(connection: AsyncConnection, ask: Callable[[], Awaitable[Any]]) -> str:
    """How Postgres finds what is asked."""
    with noted() as asked:
        await ask()
    return "\n".join(await plans(connection, asked))


@pytest.mark.parametrize("text", ["STEEL", "0% steel_ch", "l_c"])
async def test_what_a_name_contains_is_found_in_an_index(source: AsyncEngine, text: str) -> None:
    async with reading(source, "acme", DEALS) as connection:

        async def ask() -> list[str]:
            where = [Filter("name", "contains", text)]
            page = await list_(connection, DEALS, "acme", secret=b"secret", filters=where, sight=Sight())
            return [row["id"] for row in page.items]

        assert await ask() == ["d77"]
        assert "deals_in_name" in await how(connection, ask)


async def test_no_other_tenant_is_shown_what_its_index_holds(source: AsyncEngine) -> None:
    async with reading(source, "umbra", DEALS) as connection:
        where = [Filter("name", "contains", "steel")]
        page = await list_(connection, DEALS, "umbra", secret=b"secret", filters=where, sight=Sight())
        assert list(page.items) == []


async def test_who_had_keys_in_common_on_a_day_is_found_in_an_index(source: AsyncEngine) -> None:
    then = Times(as_of=datetime(2026, 2, 1, tzinfo=UTC))
    async with reading(source, "acme", CONTACTS) as connection:

        async def ask() -> list[str]:
            found = await candidates(connection, ALIKE, "acme", ["key 77"], Sight(), times=then)
            return [row["id"] for row in found]

        assert await ask() == ["c77"]
        assert "contact_keys_versions_by_keys" in await how(connection, ask)
