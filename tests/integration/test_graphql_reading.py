"""GraphQL over the read models themselves: the same rows as lists, and few questions for many records."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request
from graphql import parse, validate
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.directory import Principal
from gateway.access.rules import Rules
from gateway.access.standing import Standing
from gateway.audit.noted import begin
from gateway.audit.queue import Queue
from gateway.auth import Caller
from gateway.graphql.execution import executed
from gateway.graphql.reading import Reader
from gateway.graphql.schema import schema
from gateway.reach import Reach
from infra.settings import Settings
from projections.crm.deals import READ_MODEL as DEALS
from projections.generations import reading
from projections.query import Filter, list_, related
from schemas.generated.crm.contact import ContactCreated
from tests.integration.projector import folder, own_databases
from tests.integration.statements import noted, of_rows
from tests.integration.test_queries import SECRET, WORLD
from tests.unit.projections.log import day, log_of, opened, usd

MANY = 30
MORE: Sequence[Any] = [
    *(opened(f"m{n:02}", day(5), company_id=f"c{1 + n % 2}", name=f"M {n}", amount=usd(n + 1)) for n in range(MANY)),
    ContactCreated(contact_id="p1", name="Zoe", email=None, phone=None, job_title="Buyer", company_id="c1", at=day(6)),
]  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm:
        crm.fold(log_of([*WORLD, *MORE]))
        yield made


def reader(source: AsyncEngine, standing: Standing, tenant: str = "acme") -> Reader:
    """Of somebody who asks for the first time."""
    readers = {"crm": source}
    here: Any = SimpleNamespace(
        readers=readers, reach=Reach(readers, SECRET), secret=SECRET, audit=Queue("lenient"), settings=None
    )
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"user-agent", b"test")],
        "app": SimpleNamespace(state=SimpleNamespace(platform=here)),
    }
    begin(scope, "r1").caller(tenant, None, "key:acme")
    return Reader(Request(scope), here, Caller(tenant, None, "key:acme", standing), None)


EVERYTHING = Standing(None)


async def asked(of: Reader, text: str, **variables: Any) -> Any:
    document = parse(text)
    assert validate(schema(), document) == []
    answered = await executed(document, of, variables)
    assert answered.errors is None, answered.errors
    return answered.data


async def test_a_list_is_that_of_http(source: AsyncEngine) -> None:
    text = """query ($filter: DealFilter, $after: String) {
      deals(first: 2, filter: $filter, sort: [AMOUNT_DESC], after: $after) {
        edges { cursor node { id name stage amount { amount currency } companyName region createdAt version parked } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }"""
    filters = [Filter("stage", "in", ["WON", "LOST"])]
    async with reading(source, "acme") as conn:
        page = await list_(conn, DEALS, "acme", secret=SECRET, filters=filters, sort="-amount", limit=2)
    who = reader(source, EVERYTHING)
    found = (await asked(who, text, filter={"stage": {"in": ["WON", "LOST"]}}))["deals"]
    assert [each["node"]["id"] for each in found["edges"]] == [row["id"] for row in page.items] == ["d2", "d1"]
    node, row = found["edges"][0]["node"], page.items[0]
    assert node["amount"] == row["amount"]
    for name, column in (("companyName", "company_name"), ("createdAt", "created_at"), ("version", "version")):
        assert node[name] == row[column]
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": found["edges"][0]["cursor"],
        "endCursor": found["edges"][1]["cursor"],
    }
    rest = await asked(who, text, filter={"stage": {"in": ["WON", "LOST"]}}, after=found["edges"][0]["cursor"])
    assert [each["node"]["id"] for each in rest["deals"]["edges"]] == ["d1", "d3"]
    assert rest["deals"]["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(
    "sort", ["", "AMOUNT_ASC", "AMOUNT_DESC", "CLOSED_AT_DESC, NAME_ASC", "REGION_ASC, AMOUNT_DESC"]
)
async def test_a_list_is_the_same_forwards_and_backwards(source: AsyncEngine, sort: str) -> None:
    text = """query ($first: Int, $last: Int, $after: String, $before: String) {
      deals(first: $first, last: $last, after: $after, before: $before, sort: [%s]) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }"""
    text = text % sort if sort else text.replace(", sort: [%s]", "")
    who = reader(source, EVERYTHING)

    async def page(**how: Any) -> tuple[list[str], dict[str, Any]]:
        found = (await asked(who, text, **how))["deals"]
        return [each["id"] for each in found["nodes"]], found["pageInfo"]

    whole, _ = await page(first=200)
    assert len(whole) > 5
    pages: list[list[str]] = []
    how: dict[str, Any] = {}
    while True:
        ids, info = await page(last=2, **how)
        pages.insert(0, ids)
        assert info["hasNextPage"] is bool(how)
        if not info["hasPreviousPage"]:
            break
        how = {"before": info["startCursor"]}
    assert [id for ids in pages for id in ids] == whole
    assert all(len(ids) == 2 for ids in pages[1:])
    _, first = await page(first=1)
    _, fourth = await page(first=4)
    between, info = await page(first=9, after=first["endCursor"], before=fourth["endCursor"])
    assert (between, info["hasPreviousPage"], info["hasNextPage"]) == (whole[1:3], True, True)
    assert (await page(last=1, after=first["endCursor"], before=fourth["endCursor"]))[0] == whole[2:3]


async def test_the_last_of_each_record_are_the_end_of_its_list(source: AsyncEngine) -> None:
    text = """{ companies { nodes { name
      every: deals(sort: [NAME_ASC]) { nodes { id } }
      end: deals(last: 2, sort: [NAME_ASC]) { nodes { id } pageInfo { hasPreviousPage } }
    } } }"""
    for each in (await asked(reader(source, EVERYTHING), text))["companies"]["nodes"]:
        ids = [deal["id"] for deal in each["every"]["nodes"]]
        assert [deal["id"] for deal in each["end"]["nodes"]] == ids[-2:]
        assert each["end"]["pageInfo"]["hasPreviousPage"] is (len(ids) > 2)


@pytest.mark.parametrize("first", [1, 34])
async def test_a_place_of_a_document_takes_one_question_however_many_records(source: AsyncEngine, first: int) -> None:
    text = """query ($first: Int) {
      deals(first: $first) {
        nodes {
          id
          owner { name }
          company {
            name deals(first: 3) { nodes { id company { id } } } contacts { nodes { name } }
            again: deals(first: 3) { nodes { name } }
          }
        }
      }
    }"""
    with noted() as sent:
        found = (await asked(reader(source, EVERYTHING), text, first=first))["deals"]["nodes"]
    assert len(found) == first
    assert len(of_rows(sent)) == 5, "deals, their companies, those's deals and contacts, and the companies of these"


async def test_records_lead_to_records_and_back_in_order(source: AsyncEngine) -> None:
    text = """{ companies(sort: [NAME_ASC]) { nodes { name
      deals(first: 2, sort: [AMOUNT_DESC], filter: {name: {prefix: "M"}}) {
        nodes { name company { name } } pageInfo { hasNextPage endCursor }
      } } } }"""
    found = (await asked(reader(source, EVERYTHING), text))["companies"]["nodes"]
    assert [(each["name"], [deal["name"] for deal in each["deals"]["nodes"]]) for each in found] == [
        ("Acme Ltd", ["M 28", "M 26"]),
        ("Zoo", ["M 29", "M 27"]),
    ]
    assert {deal["company"]["name"] for deal in found[0]["deals"]["nodes"]} == {"Acme Ltd"}
    page = found[0]["deals"]["pageInfo"]
    assert page["hasNextPage"] is True
    text = """query ($after: String) { company(id: "c1") {
      deals(first: 2, sort: [AMOUNT_DESC], filter: {name: {prefix: "M"}}, after: $after) { nodes { name } }
    } }"""
    rest = await asked(reader(source, EVERYTHING), text, after=page["endCursor"])
    assert [deal["name"] for deal in rest["company"]["deals"]["nodes"]] == ["M 24", "M 22"]


async def test_conditions_stand_in_groups_and_lists_have_several_orders(source: AsyncEngine) -> None:
    text = """{ deals(sort: [STAGE_DESC, AMOUNT_DESC], filter: {
      any: [{amount: {gte: "29"}}, {all: [{name: {contains: "ELT"}}, {not: {stage: {eq: WON}}}]}]
    }) { nodes { id } } }"""
    found = (await asked(reader(source, EVERYTHING), text))["deals"]["nodes"]
    assert [each["id"] for each in found] == ["d2", "d1", "m29", "m28", "d4"]


async def test_what_follows_is_as_of_the_same_time(source: AsyncEngine) -> None:
    text = """query ($asOf: DateTime) { deal(id: "d1", asOf: $asOf) {
      stage owner { name } team { region } company { name deals(first: 200) { nodes { id } } } } }"""
    early = (await asked(reader(source, EVERYTHING), text, asOf="2017-01-03"))["deal"]
    assert (early["stage"], early["company"]["name"]) == ("PROSPECTING", "Acme")
    assert (early["owner"], early["team"]) == ({"name": "Ann"}, {"region": "East"})
    assert [deal["id"] for deal in early["company"]["deals"]["nodes"]] == ["d1"]
    now = (await asked(reader(source, EVERYTHING), text))["deal"]
    assert (now["stage"], now["company"]["name"]) == ("WON", "Acme Ltd")
    assert len(now["company"]["deals"]["nodes"]) == 2 + MANY // 2


async def test_a_report_has_its_groups(source: AsyncEngine) -> None:
    text = """{ wonRevenue(by: [MONTH, REGION], filter: {closedAt: {lt: "2017-03-01"}}) {
      month region currency count amount team: teamName } }"""
    found = (await asked(reader(source, EVERYTHING), text))["wonRevenue"]
    shown = [(each["month"], each["region"], each["count"], each["amount"]) for each in found]
    assert shown == [("2017-02", "West", 2, Decimal(300))]
    assert found[0]["team"] is None


async def test_the_pages_of_many_are_those_of_each(source: AsyncEngine) -> None:
    async with reading(source, "acme") as conn:
        pages = await related(
            conn, DEALS, "acme", "company_id", ["c1", "c2", "none"], secret=SECRET, sort="-amount", limit=4
        )
        assert set(pages) == {"c1", "c2"}
        for company, page in pages.items():
            filters = [Filter("company_id", "eq", company)]
            alone = await list_(
                conn, DEALS, "acme", secret=SECRET, filters=filters, sort="-amount", limit=4, marked=True
            )
            assert page == alone
            following = await list_(
                conn, DEALS, "acme", secret=SECRET, filters=filters, sort="-amount", cursor=page.next_cursor, limit=4
            )
            assert not {row["id"] for row in following.items} & {row["id"] for row in page.items}


async def problem(of: Reader, text: str) -> tuple[str, Any]:
    """The code of the one error, and the data."""
    answered = await executed(parse(text), of, {})
    assert answered.errors is not None
    codes = {getattr(each.original_error, "code", None) for each in answered.errors}
    assert len(codes) == 1
    return str(codes.pop()), answered.data


async def test_what_somebody_may_not_read_is_neither_reached_nor_counted(source: AsyncEngine) -> None:
    """A seller who reads their own deals, of companies nothing, and amounts of none."""
    rules = Rules({"seller": ("crm.deal.read@own",)})
    seller = Standing(Principal("u2", frozenset({"seller"}), frozenset({"u2"}), frozenset()), rules)
    who = reader(source, seller)
    found = (await asked(who, "{ deals { nodes { id amount { amount } hidden owner { name } } } }"))["deals"]["nodes"]
    assert [each["id"] for each in found] == ["d2", "d3"]
    unseen = (
        None,
        "amount",
        "amountSaid",
        "weighted",
        "homeAmount",
        "homeWeighted",
        "lines",
        "oneOff",
        "mrr",
        "arr",
        "Bob",
    )
    assert {(each["amount"], *each["hidden"], each["owner"]["name"]) for each in found} == {unseen}
    assert (await asked(who, '{ deals(filter: {amount: {gte: "1"}}) { nodes { id } } }'))["deals"]["nodes"] == []
    totals = (await asked(who, "{ pipeline(by: []) { count amount } }"))["pipeline"]
    assert totals == [{"count": 2, "amount": None}]
    code, data = await problem(who, "{ deals { nodes { id company { name } } } }")
    assert (code, [each["company"] for each in data["deals"]["nodes"]]) == ("forbidden", [None, None])
    assert await problem(who, '{ deal(id: "d1") { id } }') == ("not_found", {"deal": None})
    assert await problem(who, '{ deal(id: "never") { id } }') == ("not_found", {"deal": None})
    assert (await problem(who, "{ companies { nodes { id } } }"))[0] == "forbidden"


async def test_another_tenant_s_records_are_not_there(source: AsyncEngine) -> None:
    rival = reader(source, EVERYTHING, "rival")
    assert (await asked(rival, "{ deals { nodes { id } } }"))["deals"]["nodes"] == []
    assert await problem(rival, '{ deal(id: "d1") { id } }') == ("not_found", {"deal": None})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ deals(first: 0) { nodes { id } } }", "bad_limit"),
        ("{ deals(first: 201) { nodes { id } } }", "bad_limit"),
        ('{ deals(after: "nonsense") { nodes { id } } }', "bad_cursor"),
        ('{ deals(filter: {amount: {gte: "much"}}) { nodes { id } } }', "bad_value"),
        ("{ deals(filter: {amount: {gte: null}}) { nodes { id } } }", "bad_where"),
        ('{ deals(asOf: "soon") { nodes { id } } }', "bad_value"),
        ('{ deals(q: "a", asOf: "2017-01-01") { nodes { id } } }', "search_is_of_now"),
        ('{ companies { nodes { deals(after: "x") { nodes { id } } } } }', "cursor_of_one_list"),
        ('{ companies { nodes { deals(last: 1, before: "x") { nodes { id } } } } }', "cursor_of_one_list"),
        ("{ companies { nodes { deals(first: 1, last: 1) { nodes { id } } } } }", "first_and_last"),
        ("{ deals(last: 201) { nodes { id } } }", "bad_limit"),
        ('{ deals(before: "nonsense") { nodes { id } } }', "bad_cursor"),
        ('{ company(id: "c1") { deals(after: "x") { nodes { id } } } }', "bad_cursor"),
        ('{ company(id: "a\\u0000b") { id } }', "not_found"),
    ],
)
async def test_a_question_that_makes_no_sense_has_the_code_of_http(source: AsyncEngine, text: str, code: str) -> None:
    assert (await problem(reader(source, EVERYTHING), text))[0] == code


async def test_each_question_is_in_the_audit_as_if_it_were_asked_alone(source: AsyncEngine) -> None:
    who = reader(source, EVERYTHING)
    await asked(
        who, '{ deals(first: 2, filter: {name: {eq: "alpha"}}) { nodes { company { name } } } deal(id: "d2") { id } }'
    )
    await problem(who, '{ deal(id: "never") { id } }')
    entries, _ = who.here.audit.first("acme", 10)
    told = {(each.method, each.path): each for each in entries[:3]}
    listed, companies, one = (told["GRAPHQL GET", path] for path in ("/crm/deals", "/crm/companies", "/crm/deals/{id}"))
    assert (listed.query, listed.permission, listed.noted.records) == (b"name=alpha", "crm.deal.read", ("d1",))
    assert (companies.noted.records, companies.noted.found) == (("c1",), 1)
    assert (one.parts, one.status, one.noted.code) == ({"id": "d2"}, 200, None)
    refused = entries[3]
    assert (refused.parts, refused.status, refused.noted.code) == ({"id": "never"}, 404, "not_found")
