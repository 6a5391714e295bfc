"""GraphQL from a record to those that it lists, and back: the contacts of a deal and the deals of a contact, and the
activities about anything."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.directory import Principal
from gateway.access.rules import Rules
from gateway.access.standing import Standing
from infra.settings import Settings
from schemas.generated.crm.activity import ActivityCreated, ActivityKind, ActivityUnlinked
from schemas.generated.crm.company import CompanyCreated
from schemas.generated.crm.contact import ContactCreated
from schemas.generated.crm.deal import DealContactDropped, DealContactSet, DealRole
from tests.integration.projector import folder, own_databases
from tests.integration.statements import noted, of_rows
from tests.integration.test_graphql_reading import EVERYTHING, asked, problem, reader
from tests.unit.projections.log import day, log_of, opened, usd


def contact(id: str) -> ContactCreated:
    return ContactCreated(contact_id=id, name=id.upper(), owner_id="u1", at=day(1))


def says(deal: str, contact: str) -> DealContactSet:
    return DealContactSet(deal_id=deal, contact_id=contact, roles=(DealRole.CHAMPION,), at=day(3))


def call(id: str, *links: str, owner_id: str = "u1", contact_ids: tuple[str, ...] = ()) -> ActivityCreated:
    return ActivityCreated(
        activity_id=id,
        kind=ActivityKind.CALL,
        title=f"Call {id}",
        owner_id=owner_id,
        due_at=day(9),
        links=links,
        contact_ids=contact_ids,
        at=day(4),
    )


WORLD: Sequence[Any] = [
    CompanyCreated(company_id="c1", name="Acme", at=day(1)),
    contact("p1"),
    contact("p2"),
    contact("p3"),
    *(opened(id, day(2), company_id="c1", name=id, amount=usd(n)) for n, id in enumerate(("d1", "d2", "d3"))),
    says("d1", "p1"),
    says("d2", "p1"),
    says("d2", "p2"),
    says("d3", "p2"),
    DealContactDropped(deal_id="d3", contact_id="p2", at=day(8)),
    call("a1", "crm/deal/d1", contact_ids=("p1",)),
    call("a2", "crm/deal/d1", "crm/company/c1", owner_id="u2"),
    call("a3", "crm/deal/d2", "crm/deal/d1"),
    ActivityUnlinked(activity_id="a3", record="crm/deal/d1", at=day(8)),
]


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm:
        crm.fold(log_of(WORLD))
        yield made


def ids(page: Any) -> list[str]:
    return [each["id"] for each in page["nodes"]]


async def test_a_contact_leads_to_the_deals_that_list_it(source: AsyncEngine) -> None:
    text = "{ contacts(sort: [NAME_ASC]) { nodes { id deals(sort: [AMOUNT_DESC]) { nodes { id } } } } }"
    with noted() as sent:
        found = (await asked(reader(source, EVERYTHING), text))["contacts"]["nodes"]
    assert {each["id"]: ids(each["deals"]) for each in found} == {"p1": ["d2", "d1"], "p2": ["d2"], "p3": []}
    assert len(of_rows(sent)) == 2


async def test_a_deal_leads_to_the_contacts_that_it_lists(source: AsyncEngine) -> None:
    text = (
        "{ deals(sort: [NAME_ASC]) { nodes { contacts { contactId roles contact { name deals { nodes { id } } } } } } }"
    )
    with noted() as sent:
        found = (await asked(reader(source, EVERYTHING), text))["deals"]["nodes"]
    first, second, third = (each["contacts"] for each in found)
    whom = {"name": "P1", "deals": {"nodes": [{"id": "d1"}, {"id": "d2"}]}}
    of_p1 = {"contactId": "p1", "roles": ["CHAMPION"], "contact": whom}
    assert (first, second[0], third) == ([of_p1], of_p1, [])
    assert second[1]["contact"]["name"] == "P2"
    assert len(of_rows(sent)) == 3, "deals, their contacts, and those's deals"


async def test_a_contact_whom_somebody_may_not_read_is_told_by_id_alone(source: AsyncEngine) -> None:
    rules = Rules({"seller": ("crm.deal.read", "crm.contact.read@own")})
    seller = Standing(Principal("u9", frozenset({"seller"}), frozenset({"u9"}), frozenset()), rules)
    found = await asked(reader(source, seller), '{ deal(id: "d1") { contacts { contactId contact { name } } } }')
    assert found["deal"]["contacts"] == [{"contactId": "p1", "contact": None}]


async def test_records_lead_to_the_activities_about_them(source: AsyncEngine) -> None:
    text = """{ deals(sort: [NAME_ASC]) { nodes { id activities(sort: [TITLE_ASC]) { nodes { id } } } }
      company(id: "c1") { activities { nodes { id title } } } contact(id: "p1") { activities { nodes { id } } } }"""
    found = await asked(reader(source, EVERYTHING), text)
    of_deals = {each["id"]: ids(each["activities"]) for each in found["deals"]["nodes"]}
    assert of_deals == {"d1": ["a1", "a2"], "d2": ["a3"], "d3": []}
    assert found["company"]["activities"]["nodes"] == [{"id": "a2", "title": "Call a2"}]
    assert ids(found["contact"]["activities"]) == ["a1"]


async def test_they_are_those_of_then(source: AsyncEngine) -> None:
    text = """query ($then: DateTime) {
      contacts(sort: [NAME_ASC], asOf: $then) { nodes { deals(sort: [NAME_ASC]) { nodes { id } } } }
      deal(id: "d1", asOf: $then) { activities(sort: [TITLE_ASC]) { nodes { id } } } }"""
    found = await asked(reader(source, EVERYTHING), text, then="2017-01-07")
    assert [ids(each["deals"]) for each in found["contacts"]["nodes"]] == [["d1", "d2"], ["d2", "d3"], []]
    assert ids(found["deal"]["activities"]) == ["a1", "a2", "a3"]


async def test_a_page_goes_on_where_it_ended(source: AsyncEngine) -> None:
    text = """query ($after: String) { deal(id: "d1") {
      activities(first: 1, sort: [TITLE_ASC], after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    first = (await asked(reader(source, EVERYTHING), text))["deal"]["activities"]
    assert (ids(first), first["pageInfo"]["hasNextPage"]) == (["a1"], True)
    after = first["pageInfo"]["endCursor"]
    following = (await asked(reader(source, EVERYTHING), text, after=after))["deal"]["activities"]
    assert (ids(following), following["pageInfo"]["hasNextPage"]) == (["a2"], False)


async def test_what_somebody_may_not_read_is_not_among_them(source: AsyncEngine) -> None:
    rules = Rules({"seller": ("crm.deal.read", "crm.activity.read@own"), "buyer": ("crm.deal.read",)})
    seller = Standing(Principal("u2", frozenset({"seller"}), frozenset({"u2"}), frozenset()), rules)
    text = '{ deal(id: "d1") { activities { nodes { id } } } }'
    assert ids((await asked(reader(source, seller), text))["deal"]["activities"]) == ["a2"]
    buyer = Standing(Principal("u3", frozenset({"buyer"}), frozenset({"u3"}), frozenset()), rules)
    assert (await problem(reader(source, buyer), text))[0] == "forbidden"
