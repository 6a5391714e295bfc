"""Asking read models: filters, order, paging, joins and reports, now and at both times, by the reader's own role."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.postgres import engine
from infra.settings import Settings
from projections.catalog import read_models, reports
from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.pipeline import REPORT as PIPELINE
from projections.crm.won_revenue import REPORT as WON_REVENUE
from projections.generations import reading
from projections.integration.imports import READ_MODEL as IMPORTS
from projections.query import (
    Filter,
    PositionLate,
    QueryError,
    Times,
    batches,
    get,
    history,
    lineage,
    list_,
    parse_times,
    report,
    wait_for,
)
from projections.select import check_declaration
from schemas.contract import ERASED
from schemas.generated.admin.team import TeamCreated
from schemas.generated.admin.user import UserAssigned, UserChanged, UserCreated
from schemas.generated.crm.company import CompanyCreated, CompanyRenamed
from schemas.generated.crm.deal import DealWon
from tests.integration.projector import folder, own_databases
from tests.unit.projections.log import day, log_of, opened, usd

SECRET = b"secret"


def company(id: str, name: str, at: int = 0) -> CompanyCreated:
    return CompanyCreated(
        company_id=id, name=name, sector="retail", year_established=1990, revenue=usd("1234.5"), employees=7,
        location="Kenya", parent_id=None, at=day(at),
    )  # fmt: skip


def user(id: str, name: Any, team: str | None) -> UserCreated:
    return UserCreated(user_id=id, name=name, email=None, team_id=team, manager_id=None, at=day(0))


WORLD: Sequence[Any] = [
    TeamCreated(team_id="t1", name="East team", manager_id=None, region="East", at=day(0)),
    TeamCreated(team_id="t2", name="West team", manager_id=None, region="West", at=day(0)),
    user("u1", "Ann", "t1"),
    user("u2", "Bob", "t2"),
    company("c1", "Acme"),
    company("c2", "Zoo"),
    opened("d1", day(1), company_id="c1", owner_id="u1", name="alpha"),
    opened("d2", day(2), company_id="c2", owner_id="u2", name="Beta 50%", amount=usd(10)),
    opened("d3", day(3), company_id="c1", owner_id="u2", name="gamma", amount=usd(30)),
    opened("d4", day(4), company_id=None, owner_id="gone", name="delta", amount=usd(20)),
    DealWon(deal_id="d1", owner_id="u1", amount=usd(100), at=day(35)),
    DealWon(deal_id="d2", owner_id="u2", amount=usd(200), at=day(36)),
    DealWon(deal_id="d3", owner_id="u2", amount=usd("0.0001"), at=day(70)),
    CompanyRenamed(company_id="c1", name="Acme Ltd", at=day(40)),
    UserAssigned(user_id="u1", team_id="t2", manager_id=None, at=day(50)),
    UserChanged(user_id="u1", name="Anna", email=None, at=day(60)),
]  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm", "integration") as made, folder(made) as crm:
        log = log_of(WORLD)
        crm.fold(log)
        rival = [opened("d1", day(1), name="rival's"), company("c1", "Rival's own")]
        crm.fold([r for r in log_of([*WORLD, *rival], tenant="rival") if r.offset >= len(WORLD)])
        yield made


@pytest.fixture
async def conn(source: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with reading(source, "acme") as connection:
        yield connection


async def ids(conn: AsyncConnection, *filters: tuple[str, str, Any], **how: Any) -> list[str]:
    page = await list_(conn, DEALS, "acme", secret=SECRET, filters=[Filter(*f) for f in filters], **how)
    return [item["id"] for item in page.items]


async def test_a_row_shows_its_fields_and_joined_names(conn: AsyncConnection) -> None:
    found = await get(conn, DEALS, "acme", "d1")
    assert found is not None
    row = found["row"]
    assert (found["version"], found["parked"]) == (2, False)
    assert row["amount"] == {"amount": Decimal(100), "currency": "USD"}
    assert (row["company_name"], row["owner_name"], row["region"], row["stage"]) == ("Acme Ltd", "Anna", "West", "WON")
    assert (row["created_at"], row["updated_at"]) == (day(1), day(35))
    assert await get(conn, DEALS, "acme", "nothing") is None


async def test_names_stand_as_they_stood_at_that_time(conn: AsyncConnection) -> None:
    found = await get(conn, DEALS, "acme", "d1", Times(as_of=day(45)))
    assert found is not None
    row = found["row"]
    assert (row["company_name"], row["owner_name"], row["region"]) == ("Acme Ltd", "Ann", "East")
    early = await get(conn, DEALS, "acme", "d1", parse_times("2017-01-10", None))
    assert early is not None
    assert (early["row"]["company_name"], early["row"]["stage"], early["row"]["amount"]) == (
        "Acme",
        "PROSPECTING",
        None,
    )


async def test_what_we_knew_then_is_the_current_row_of_then(conn: AsyncConnection) -> None:
    # The log records one event a day from day 1000: d2 was opened then, and won four days later.
    known = await get(conn, DEALS, "acme", "d2", Times(known_at=day(1008)))
    assert known is not None
    assert known["row"]["stage"] == "PROSPECTING"
    assert await get(conn, DEALS, "acme", "d2", Times(known_at=day(1006))) is None
    both = await get(conn, DEALS, "acme", "d2", Times(as_of=day(36), known_at=day(1010)))
    assert both is not None
    assert both["row"]["stage"] == "PROSPECTING"


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (("stage", "eq", "WON"), ["d1", "d2", "d3"]),
        (("stage", "in", ["WON", "PROSPECTING"]), ["d1", "d2", "d3", "d4"]),
        (("amount", "gte", "100"), ["d1", "d2"]),
        (("amount", "lt", "0.001"), ["d3"]),
        (("name", "prefix", "beta 50%"), ["d2"]),
        (("name", "prefix", "b_ta"), []),
        (("company_id", "null", "true"), ["d4"]),
        (("company_name", "eq", "Acme Ltd"), ["d1", "d3"]),
        (("region", "eq", "West"), ["d1", "d2", "d3"]),
        (("closed_at", "eq", "2017-02-05"), ["d1"]),
        (("closed_at", "lte", "2017-02-05"), ["d1"]),
        (("closed_at", "gt", "2017-02-05"), ["d2", "d3"]),
        (("id", "in", ["d4", "d1"]), ["d1", "d4"]),
        (("company_name", "ne", "Acme Ltd"), ["d2", "d4"]),
        (("name", "contains", "A 50%"), ["d2"]),
        (("name", "contains", "_"), []),
        (("closed_at", "ne", "2017-02-05"), ["d2", "d3", "d4"]),
    ],
)
async def test_filters(conn: AsyncConnection, filter: tuple[str, str, Any], expected: list[str]) -> None:
    assert await ids(conn, filter) == expected


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        (("colour", "eq", "red"), "unknown_filter", "colour"),
        (("stage", "eq", "won"), "bad_value", "stage"),
        (("stage", "lt", "WON"), "unknown_operator", "stage"),
        (("amount", "like", "1"), "unknown_operator", "amount"),
        (("amount", "contains", "1"), "unknown_operator", "amount"),
        (("amount", "eq", "NaN"), "bad_value", "amount"),
        (("amount", "eq", "1e99999"), "bad_value", "amount"),
        (("amount", "eq", "1e-20000"), "bad_value", "amount"),
        (("closed_at", "gt", "soon"), "bad_value", "closed_at"),
        (("name", "eq", "a\0b"), "bad_value", "name"),
        (("name", "eq", ["a", "b"]), "bad_value", "name"),
    ],
)
async def test_wrong_filters_are_named(
    conn: AsyncConnection, filter: tuple[str, str, Any], code: str, field: str
) -> None:
    with pytest.raises(QueryError) as refused:
        await ids(conn, filter)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("times", [Times(), Times(as_of=day(90))])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, ["d1", "d2", "d3", "d4"]),
        ("amount", ["d3", "d4", "d1", "d2"]),
        ("-amount", ["d2", "d1", "d4", "d3"]),
        ("company_name", ["d1", "d3", "d2", "d4"]),
        ("-company_name", ["d2", "d1", "d3", "d4"]),
        ("closed_at", ["d1", "d2", "d3", "d4"]),
        ("-created_at", ["d4", "d3", "d2", "d1"]),
        ("stage,-amount", ["d4", "d2", "d1", "d3"]),
        ("-stage,amount", ["d3", "d1", "d2", "d4"]),
        ("company_name,-name", ["d3", "d1", "d2", "d4"]),
        ("region,-closed_at,id", ["d3", "d2", "d1", "d4"]),
    ],
)
async def test_pages_show_every_row_once_in_order(
    conn: AsyncConnection, sort: str | None, expected: list[str], times: Times
) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await list_(conn, DEALS, "acme", secret=SECRET, sort=sort, cursor=cursor, limit=1, times=times)
        seen += [item["id"] for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == expected


async def test_a_cursor_belongs_to_its_question(conn: AsyncConnection) -> None:
    page = await list_(conn, DEALS, "acme", secret=SECRET, sort="name", limit=1)
    assert page.next_cursor is not None
    for cursor, sort, secret in [
        (page.next_cursor, "-name", SECRET),
        (page.next_cursor, "name", b"another secret"),
        (page.next_cursor[:-4] + "AAAA", "name", SECRET),
        ("nonsense!", "name", SECRET),
        ("", "name", SECRET),
    ]:
        with pytest.raises(QueryError, match="cursor"):
            await list_(conn, DEALS, "acme", secret=secret, sort=sort, cursor=cursor)


async def test_a_list_is_sorted_by_five_columns_at_most(conn: AsyncConnection) -> None:
    assert await ids(conn, sort="-amount,name,name,name,name") == ["d2", "d1", "d4", "d3"]
    for sort, code in (
        ("name,name,name,name,name,id", "too_many_sorts"),
        ("name,", "unknown_sort"),
        ("", "unknown_sort"),
    ):
        with pytest.raises(QueryError) as refused:
            await ids(conn, sort=sort)
        assert (refused.value.code, refused.value.field) == (code, "sort")


async def test_batches_are_the_whole_list(conn: AsyncConnection) -> None:
    won = Filter("stage", "eq", "WON")
    asked: dict[str, Any] = {"filters": [won], "sort": "-amount", "fields": ["stage", "name"]}
    found = [rows async for rows in batches(conn, DEALS, "acme", size=2, **asked)]
    assert [len(rows) for rows in found] == [2, 1]
    assert [row for rows in found for row in rows] == (await list_(conn, DEALS, "acme", secret=SECRET, **asked)).items
    assert list(found[0][0]) == ["id", "stage", "name", "parked"]


async def test_fields_and_search_ids(conn: AsyncConnection) -> None:
    page = await list_(
        conn, DEALS, "acme", secret=SECRET, fields=["name", "amount"], search_ids=["d3", "nothing", "d1"], limit=1
    )
    assert page.items == [
        {"id": "d3", "name": "gamma", "amount": {"amount": Decimal("0.0001"), "currency": "USD"}, "parked": False}
    ]
    following = await list_(
        conn, DEALS, "acme", secret=SECRET, search_ids=["d3", "nothing", "d1"], cursor=page.next_cursor
    )
    assert [item["id"] for item in following.items] == ["d1"]
    with pytest.raises(QueryError, match="no field"):
        await list_(conn, DEALS, "acme", secret=SECRET, fields=["secret"])


async def test_another_tenant_sees_its_own_rows_and_names_alone(source: AsyncEngine) -> None:
    async with reading(source, "rival") as conn:
        page = await list_(conn, DEALS, "rival", secret=SECRET)
        assert [(i["name"], i["company_name"], i["owner_name"]) for i in page.items] == [
            ("rival's", "Rival's own", None)
        ]
        assert (await list_(conn, DEALS, "acme", secret=SECRET)).items == []
        assert await lineage(conn, "acme", "correlation") == []


async def test_pipeline(conn: AsyncConnection) -> None:
    won = Decimal("300.0001")
    assert await report(conn, PIPELINE, "acme") == [
        {"stage": "PROSPECTING", "currency": "USD", "count": 1, "amount": Decimal(20), "weighted": Decimal(4)},
        {"stage": "WON", "currency": "USD", "count": 3, "amount": won, "weighted": won},
    ]
    assert await report(conn, PIPELINE, "acme", times=Times(as_of=day(3))) == [
        {"stage": "PROSPECTING", "currency": "USD", "count": 2, "amount": Decimal(40), "weighted": Decimal(8)},
        {"stage": "PROSPECTING", "currency": None, "count": 1, "amount": None, "weighted": None},
    ]


async def test_won_revenue_by_what_is_asked(conn: AsyncConnection) -> None:
    assert await report(conn, WON_REVENUE, "acme", by=["month", "region"]) == [
        {"month": "2017-02", "region": "West", "currency": "USD", "count": 2, "amount": Decimal(300)},
        {"month": "2017-03", "region": "West", "currency": "USD", "count": 1, "amount": Decimal("0.0001")},
    ]
    then = await report(conn, WON_REVENUE, "acme", by=["region"], times=Times(as_of=day(37)))
    assert [(g["region"], g["amount"]) for g in then] == [("East", Decimal(100)), ("West", Decimal(200))]
    total = await report(conn, WON_REVENUE, "acme", by=[], filters=[Filter("closed_at", "lt", "2017-03-01")])
    assert total == [{"currency": "USD", "count": 2, "amount": Decimal(300)}]
    with pytest.raises(QueryError, match="mood"):
        await report(conn, WON_REVENUE, "acme", by=["mood"])


async def test_history_and_lineage(conn: AsyncConnection) -> None:
    page = await history(conn, "acme", "crm", "deal", "d1", limit=1)
    assert [(e["type"], e["version"]) for e in page.items] == [("crm.DealOpened", 1)]
    assert page.next_cursor == "1"
    page = await history(conn, "acme", "crm", "deal", "d1", after=1)
    assert [(e["type"], e["occurred_at"]) for e in page.items] == [("crm.DealWon", day(35))]
    assert page.next_cursor is None
    related = await lineage(conn, "acme", page.items[0]["event_id"])
    assert len(related) == len(WORLD)


async def test_a_model_without_times_says_so(settings: Settings) -> None:
    source = engine(settings, "integration")
    async with reading(source, "acme") as conn:
        with pytest.raises(QueryError, match="no past"):
            await get(conn, IMPORTS, "acme", "i1", Times(as_of=day(1)))
    await source.dispose()


async def test_waiting_ends_when_the_position_is_reached(settings: Settings, source: AsyncEngine) -> None:
    topic = f"{settings.topic_prefix}crm.events"
    elsewhere = {f"{settings.topic_prefix}integration.events": {0: 10_000}}
    await wait_for(source, "crm", elsewhere, seconds=0.01)
    await wait_for(source, "crm", {topic: {0: 5}}, seconds=0.5)
    with pytest.raises(PositionLate):
        await wait_for(source, "crm", {topic: {0: 10_000}}, seconds=0.1)
    with pytest.raises(PositionLate):
        await wait_for(source, "crm", {topic: {0: 5}}, seconds=0.1, search=True)

    waiting = asyncio.create_task(wait_for(source, "crm", {topic: {7: 1}}, seconds=5))
    await asyncio.sleep(0)
    with folder(settings) as crm:
        later = log_of([company("c9", "Later")])
        crm.fold([replace(r, partition=7) for r in later])
    await waiting


def test_an_erased_name_is_said_to_be_erased() -> None:
    from projections.crm.people.view import PersonRow, evolve

    assert evolve(None, user("u1", ERASED, "t1")) == PersonRow("[erased]", "t1", None)


def test_declarations_name_what_is_there() -> None:
    for model in read_models():
        check_declaration(model)
    assert {r.source for r in reports()} <= {m.name for m in read_models()}
