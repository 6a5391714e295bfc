"""Companies above and below one another, now and at both times, by the reader's own role."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import engine
from infra.settings import Settings
from projections.crm.companies import READ_MODEL as COMPANIES
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.crm.pipeline import REPORT as PIPELINE
from projections.crm.products import READ_MODEL as PRODUCTS
from projections.generations import reading
from projections.model import ReadModel
from projections.query import (
    NOW,
    Either,
    Filter,
    Not,
    Page,
    QueryError,
    Times,
    Where,
    above,
    branches,
    counted,
    for_index,
    get,
    list_,
    report,
)
from projections.tree import Above
from projections.visible import Among, Sight
from schemas.generated.crm.company import CompanyAssigned, CompanyCreated, CompanyPlaced
from tests.integration.projector import folder, own_databases
from tests.unit.projections.log import day, log_of, opened, usd


def company(id: str, parent: str | None = None) -> CompanyCreated:
    return CompanyCreated(
        company_id=id, name=f"The {id}", sector=None, year_established=None, revenue=None, employees=None,
        location=None, parent_id=parent, at=day(0),
    )  # fmt: skip


WORLD: Sequence[Any] = [
    company("group"),
    company("north", "group"),
    company("oslo", "north"),
    company("south", "group"),
    company("rome", "south"),
    company("apart"),
    CompanyAssigned(company_id="north", owner_id="ann", previous_owner_id=None, at=day(0)),
    CompanyPlaced(company_id="rome", parent_id="oslo", at=day(10)),
    company("ring1", "ring3"),
    company("ring2", "ring1"),
    company("ring3", "ring2"),
    company("hangs on", "ring2"),
    company("orphan", "gone"),
    opened("d1", day(1), company_id="group", amount=usd(1)),
    opened("d2", day(1), company_id="rome", amount=usd(20)),
    opened("d3", day(1), company_id="apart", amount=usd(300)),
    opened("d4", day(1), company_id=None, amount=usd(4000)),
    opened("d5", day(1), company_id="ring1", amount=usd(5)),
]


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm:
        crm.fold(log_of(WORLD))
        rival = [*WORLD, company("theirs", "group")]
        crm.fold([each for each in log_of(rival, tenant="rival") if each.offset >= len(WORLD)])
        yield made


@pytest.fixture
async def conn(settings: Settings) -> AsyncIterator[AsyncConnection]:
    made = engine(settings, "crm")
    async with reading(made, "acme") as connection:
        yield connection
    await made.dispose()


async def ids(conn: AsyncConnection, model: ReadModel, *where: Where, **how: Any) -> set[str]:
    page = await list_(conn, model, "acme", secret=b"secret", filters=where, **how)
    return {item["id"] for item in page.items}


def within(id: str, op: str = "eq") -> Filter:
    return Filter("within", op, id.split(",") if op == "in" else id)


async def test_a_list_within_a_company_has_it_and_all_below_and_what_belongs_to_them(conn: AsyncConnection) -> None:
    assert await ids(conn, COMPANIES, within("north")) == {"north", "oslo", "rome"}
    assert await ids(conn, COMPANIES, within("group")) == {"group", "north", "oslo", "south", "rome"}
    assert await ids(conn, DEALS, within("group")) == {"d1", "d2"}
    assert await ids(conn, DEALS, within("rome,apart", "in")) == {"d2", "d3"}
    assert await ids(conn, DEALS, within("nothing")) == set()
    assert await ids(conn, CONTACTS, within("group")) == set()


async def test_within_stands_in_groups_and_may_be_denied(conn: AsyncConnection) -> None:
    either = Either([within("oslo"), Filter("name", "eq", "The apart")])
    assert await ids(conn, COMPANIES, either) == {"oslo", "rome", "apart"}
    assert await ids(conn, DEALS, within("group", "ne")) == {"d3", "d4", "d5"}
    assert await ids(conn, DEALS, Not(within("group"))) == {"d3", "d4", "d5"}


async def test_a_tree_is_asked_as_it_stood(conn: AsyncConnection) -> None:
    then = Times(as_of=day(5))
    assert await ids(conn, COMPANIES, within("south"), times=then) == {"south", "rome"}
    assert await ids(conn, COMPANIES, within("south")) == {"south"}
    assert (await above(conn, COMPANIES, "acme", "rome", then)).ids == ["south", "group"]
    assert (await above(conn, COMPANIES, "acme", "rome")).ids == ["oslo", "north", "group"]


async def test_a_ring_is_noticed_and_nothing_goes_round_in_it(conn: AsyncConnection) -> None:
    assert await above(conn, COMPANIES, "acme", "ring1") == Above(["ring3", "ring2"], ["ring1", "ring3", "ring2"])
    assert (await above(conn, COMPANIES, "acme", "hangs on")).ring == ["ring2", "ring1", "ring3"]
    assert await above(conn, COMPANIES, "acme", "oslo") == Above(["north", "group"])
    assert await ids(conn, COMPANIES, within("ring1")) == {"ring1", "ring2", "ring3", "hangs on"}
    assert await ids(conn, DEALS, within("ring3")) == {"d5"}
    found = await branches(conn, COMPANIES, "acme", "ring1", depth=20)
    assert [[item["id"] for item in level.items] for level in found] == [["ring2"], ["hangs on", "ring3"]]


async def test_a_parent_that_is_gone_is_the_last_above(conn: AsyncConnection) -> None:
    assert (await above(conn, COMPANIES, "acme", "orphan")).ids == ["gone"]
    assert (await above(conn, COMPANIES, "acme", "gone")).ids == []


async def test_levels_are_bounded_and_show_what_is_seen(conn: AsyncConnection) -> None:
    every = await branches(conn, COMPANIES, "acme", "group", depth=5)
    assert [(level.level, [item["id"] for item in level.items]) for level in every] == [
        (1, ["north", "south"]),
        (2, ["oslo"]),
        (3, ["rome"]),
    ]
    first = await branches(conn, COMPANIES, "acme", "group", depth=1, limit=1, fields=["name"])
    assert [(level.count, [dict(item) for item in level.items]) for level in first] == [
        (2, [{"id": "north", "name": "The north", "parked": False}])
    ]
    not_north = Sight(Among("owner", frozenset({""})))
    unseen = await branches(conn, COMPANIES, "acme", "group", sight=not_north)
    assert [[item["id"] for item in level.items] for level in unseen] == [["south"], ["oslo"], ["rome"]]
    assert await counted(conn, COMPANIES, "acme", "group", sight=not_north) == 4
    assert await counted(conn, DEALS, "acme", "group") == 2


@pytest.mark.parametrize("times", [NOW, Times(as_of=day(5))], ids=["now", "then"])
async def test_what_a_parent_is_called_is_told_to_whoever_sees_it(conn: AsyncConnection, times: Times) -> None:
    def named(page: Page) -> dict[str, str | None]:
        return {item["id"]: item["parent_name"] for item in page.items}

    some, not_north = [Filter("id", "in", ["oslo", "south"])], Sight(Among("owner", frozenset({""})))
    all_of_it = await list_(conn, COMPANIES, "acme", secret=b"secret", filters=some, times=times)
    assert named(all_of_it) == {"oslo": "The north", "south": "The group"}
    less = await list_(conn, COMPANIES, "acme", secret=b"secret", filters=some, times=times, sight=not_north)
    assert named(less) == {"oslo": None, "south": "The group"}
    for id, parent in named(less).items():
        found = await get(conn, COMPANIES, "acme", id, times, not_north)
        assert found is not None
        assert found["row"]["parent_name"] == parent
    assert await get(conn, COMPANIES, "acme", "north", times, not_north) is None

    by_name = Filter("parent_name", "eq", "The north")
    assert await ids(conn, COMPANIES, by_name, times=times) == {"oslo"}
    assert await ids(conn, COMPANIES, by_name, times=times, sight=not_north) == set()
    assert "oslo" in await ids(conn, COMPANIES, Filter("parent_name", "null", "true"), times=times, sight=not_north)
    level = (await branches(conn, COMPANIES, "acme", "group", sight=not_north, times=times))[1]
    assert [item["parent_name"] for item in level.items if item["id"] == "oslo"] == [None]


async def test_a_report_is_asked_within_a_company(conn: AsyncConnection) -> None:
    groups = await report(conn, PIPELINE, "acme", filters=[within("group")], by=[])
    assert [(group["count"], group["amount"], group["currency"]) for group in groups] == [(2, 21, "USD")]


async def test_the_index_is_asked_with_the_ids(conn: AsyncConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [within("north"), Not(Either([within("oslo", "ne")]))]
    (eq, negated) = await for_index(conn, DEALS, "acme", asked)
    assert isinstance(eq, Filter)
    assert (eq.name, eq.op, set(eq.value)) == ("company_id", "in", {"north", "oslo", "rome"})
    match negated:
        case Not(part=Either(options=[Not(part=Filter(op="in", value=value))])):
            assert set(value) == {"oslo", "rome"}
        case _:
            pytest.fail(str(negated))
    monkeypatch.setattr("projections.tree.MOST_BELOW", 2)
    with pytest.raises(QueryError) as error:
        await for_index(conn, DEALS, "acme", [within("north")])
    assert error.value.code == "tree_too_large"


@pytest.mark.parametrize(
    ("model", "asked", "code"),
    [
        (PRODUCTS, within("group"), "unknown_filter"),
        (DEALS, within("gr", "prefix"), "unknown_operator"),
        (DEALS, Filter("within", "null", "true"), "unknown_operator"),
        (DEALS, within("a\0b"), "bad_value"),
    ],
)
async def test_what_cannot_be_asked_within_is_refused(
    conn: AsyncConnection, model: ReadModel, asked: Filter, code: str
) -> None:
    with pytest.raises(QueryError) as error:
        await ids(conn, model, asked)
    assert error.value.code == code


@pytest.mark.parametrize(("how", "code"), [({"depth": 21}, "bad_depth"), ({"limit": 201}, "bad_limit")])
async def test_more_than_can_be_shown_is_refused(conn: AsyncConnection, how: dict[str, Any], code: str) -> None:
    with pytest.raises(QueryError) as error:
        await branches(conn, COMPANIES, "acme", "group", **how)
    assert error.value.code == code
