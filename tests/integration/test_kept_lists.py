"""A list that is put together once gives what one gives that is put together whenever it is asked for, whoever asks and
by whichever values: those of one asking never stand in another."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.settings import Settings
from projections import listed
from projections.catalog import models_by_name
from projections.crm.activities import READ_MODEL as ACTIVITIES
from projections.generations import reading
from projections.query import Either, Every, Filter, Page, QueryError, Where, list_
from projections.visible import ALL, MISSING, NOTHING, Among, Not, Sight, any_of
from tests.integration.projector import filled
from tests.integration.statements import noted, plans

SECRET = b"s"
MANY = """
insert into activities (tenant, id, kind, status, title, priority, owner_id, about, contact_ids, user_ids, links,
    mentions, readers, editors, custom, due_at, created_at, updated_at, recorded_at, version)
select tenant, 'a' || n, (array['TASK', 'CALL', 'NOTE'])[1 + n % 3], 'OPEN', 'Task ' || n % 7 || '%_', 'NORMAL',
    'u' || n % 5, array['crm/contact/p' || n % 9, 'crm/deal/d' || n % 4], '{}',
    array['u' || n % 3], '{}', '{}', case when n % 2 > 0 then array['user:u' || n % 6] else '{}' end, '{}', '{}',
    case when n % 4 > 0 then timestamptz '2026-01-01Z' + n * interval '6 hours' end,
    timestamptz '2026-01-01Z' + n * interval '1 minute', now(), now(), n % 6
from unnest(array['acme', 'umbra']) tenant, generate_series(1, 80) n
"""
SORTS = [None, "id", "-created_at", "due_at", "-due_at", "title,-due_at", "-owner_name,kind", "kind,title,-id"]
_FILTERS = (
    st.builds(Filter, st.just("kind"), st.sampled_from(["eq", "ne"]), st.sampled_from(["TASK", "CALL"])),
    st.builds(Filter, st.just("kind"), st.just("in"), st.sampled_from([(), ("TASK",), ("TASK", "NOTE"), "CALL"])),
    st.builds(
        Filter, st.just("title"), st.sampled_from(["prefix", "contains"]), st.sampled_from(["task 3", "%_", "4"])
    ),
    st.builds(Filter, st.just("owner_id"), st.sampled_from(["eq", "ne"]), st.sampled_from(["u1", "u2", "gone"])),
    st.builds(Filter, st.sampled_from(["owner_id", "due_at"]), st.just("null"), st.sampled_from(["true", "false"])),
    st.builds(Filter, st.just("about"), st.sampled_from(["eq", "ne"]), st.sampled_from(["crm/deal/d1", "crm/deal/d2"])),
    st.builds(Filter, st.just("about"), st.just("in"), st.sampled_from([("crm/deal/d1", "crm/contact/p2"), ()])),
    st.builds(
        Filter,
        st.sampled_from(["due_at", "created_at"]),
        st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]),
        st.sampled_from(["2026-01-01", "2026-01-07", "2026-01-04T06:00:00Z"]),
    ),
    st.builds(Filter, st.just("user_ids"), st.just("in"), st.sampled_from([("u1", "u2"), ("u0",)])),
)
filters = st.lists(st.one_of(_FILTERS), max_size=3)
ITS_OWN = 199
"""A limit that no other test asks with, so that the question was not put together yet."""
_MINE = [Among("owner", frozenset({f"u{n}", *more})) for n in range(3) for more in ((), (MISSING,))]
_SHARED = [Among("readers", frozenset({f"user:u{n}"})) for n in range(4)]
sights = st.sampled_from([
    ALL,
    *(Sight(each) for each in (*_MINE, *_SHARED, NOTHING)),
    *(Sight(any_of(mine, shared)) for mine in _MINE for shared in _SHARED),
    *(Sight(Not(mine), {"personal": mine}) for mine in _MINE),
])  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with filled(MANY) as made:
        yield made


async def pages(
    connection: AsyncConnection, asked: Sequence[Where], **more: Any
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All rows page by page, and the first page again by way of the last row of it, backwards."""

    async def ask(**where: Any) -> Page:
        return await list_(connection, ACTIVITIES, "acme", secret=SECRET, filters=asked, marked=True, **more, **where)

    page = await ask()
    rows, first = [*page.items], page
    while page.next_cursor is not None:
        page = await ask(cursor=page.next_cursor)
        rows += page.items
    before = await ask(until=first.cursors[-1], backwards=True) if first.cursors else first
    return rows, [*before.items]


@given(
    asked=filters, sort=st.sampled_from(SORTS), sight=sights, limit=st.sampled_from([3, 7, 200]), apart=st.booleans()
)
@how(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_list_is_the_same_however_it_is_put_together(
    source: AsyncEngine, asked: Sequence[Filter], sort: str | None, sight: Sight, limit: int, apart: bool
) -> None:
    each_time = [Either((each,)) for each in asked] or [Every(()), Either((Filter("id", "ne", ""),))]
    async with reading(source, "acme", ACTIVITIES) as connection:
        with _names_apart() if apart else nullcontext():
            kept = await pages(connection, [Every(tuple(asked))], sort=sort, sight=sight, limit=limit)
        made = await pages(connection, each_time, sort=sort, sight=sight, limit=limit)
    assert kept == made


@contextmanager
def _names_apart() -> Generator[None]:
    """As of a read model that joins many others: rows are found first, and shown by their ids."""
    anew = listed._ready.__wrapped__  # pyright: ignore[reportPrivateUsage] - what was kept was kept with another number
    with patch.object(listed, "FEW", 0), patch.object(listed, "_ready", anew):
        yield


async def test_many_names_are_looked_up_for_a_page_alone(source: AsyncEngine) -> None:
    asked = [Filter("kind", "eq", "TASK")]
    async with reading(source, "acme", ACTIVITIES) as connection:
        with _names_apart(), noted() as sent:
            page = await list_(connection, ACTIVITIES, "acme", secret=SECRET, filters=asked, limit=2)
            few = await list_(connection, ACTIVITIES, "acme", secret=SECRET, filters=asked, fields=["title"], limit=2)
        which, shown, at_once = await plans(connection, sent)
    assert [row["id"] for row in page.items] == [row["id"] for row in few.items] == ["a12", "a15"]
    assert "people" not in which.split()
    assert "people" in shown.split()
    assert "people" not in at_once.split()
    assert len(models_by_name("crm")["deals"].joins) > listed.FEW  # where it is done


async def test_a_list_is_put_together_once_for_all_who_ask_it(source: AsyncEngine) -> None:
    async with reading(source, "acme", ACTIVITIES) as connection:
        with noted() as sent, patch.object(listed, "ready", wraps=listed.ready) as made:
            for owner, day in (("u1", "2026-01-02"), ("u2", "2026-01-03"), ("u3", "2026-01-04")):
                seen = any_of(Among("owner", frozenset({owner})), Among("readers", frozenset({f"user:{owner}"})))
                asked = [Filter("owner_id", "eq", owner), Filter("due_at", "gte", day), Filter("kind", "in", ("TASK",))]
                page = await list_(
                    connection, ACTIVITIES, "acme", secret=SECRET, filters=asked, sight=Sight(seen), limit=ITS_OWN
                )
                assert {row["owner_id"] for row in page.items} == {owner}
    assert made.call_count == 1
    assert len({statement for statement, _ in sent}) == 1
    assert not any(owner in statement for statement, _ in sent for owner in ("u1", "u2", "u3"))


async def test_what_a_search_found_stays_in_its_order(source: AsyncEngine) -> None:
    ids = ["a9", "a70", "a1", "gone", "a14"]
    async with reading(source, "acme", ACTIVITIES) as connection:
        found = [await pages(connection, each, search_ids=ids, limit=2) for each in ([], [Either((OF_ALL,))])]
        sorted_so, _ = await pages(connection, [], search_ids=ids, sort="-created_at", limit=2)
    assert found[0] == found[1]
    assert [row["id"] for row in found[0][0]] == ["a9", "a70", "a1", "a14"]
    assert [row["id"] for row in sorted_so] == ["a70", "a14", "a9", "a1"]


OF_ALL = Filter("id", "ne", "")


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        (Filter("colour", "eq", "red"), "unknown_filter", "colour"),
        (Filter("kind", "eq", "PARTY", "where.1"), "bad_value", "where.1"),
        (Filter("due_at", "prefix", "2026"), "unknown_operator", "due_at"),
        (Filter("kind", "like", "T"), "unknown_operator", "kind"),
        (Filter("owner_id", "null", "perhaps"), "bad_value", "owner_id"),
    ],
)
async def test_what_makes_no_sense_is_refused_where_it_stands(
    source: AsyncEngine, filter: Filter, code: str, field: str
) -> None:
    async with reading(source, "acme", ACTIVITIES) as connection:
        for asked in ([filter], [Either((filter,))]):
            with pytest.raises(QueryError) as refused:
                await list_(connection, ACTIVITIES, "acme", secret=SECRET, filters=asked)
            assert (refused.value.code, refused.value.field) == (code, field)
