"""GraphQL as a user meets it, against real processes: the answers of HTTP, to everybody what they may see."""

import re
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest
from graphql import build_client_schema, build_schema, get_introspection_query

from tests.e2e.test_access import Tenant
from tests.e2e.test_http import after, problem
from tests.platform import Platform

ROLES = {"mia": "crm.manager", "ann": "crm.member", "vic": "crm.viewer", "cleo": "crm.member", "olga": "auditor"}
GRAPHQL = "application/graphql-response+json"
SIMPLE = ("id", "name", "stage", "companyName", "ownerName", "region", "version", "parked", "hidden", "createdAt")
NAMES = (*SIMPLE, "amount")
DEAL = f"{' '.join(SIMPLE)} amount {{ amount currency }}"
HTTP = tuple("".join(f"_{each.lower()}" if each.isupper() else each for each in name) for name in NAMES)


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    """Two teams with a deal for each seller, and a contact."""
    name = f"graphql-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        key = clients.enter_context(here.client(name))
        made = Tenant(name, key, {}, {}, {}, {})
        made.send("/admin/tenants", {"name": "GraphQL"})
        for region in ("West", "East"):
            made.teams[region] = made.send("/admin/teams", {"name": region, "region": region})["id"]
        for user, role in ROLES.items():
            team = made.teams["East" if user == "cleo" else "West"]
            placed = {} if user == "olga" else {"team_id": team}
            made.ids[user] = made.send("/admin/users", {"name": user.title(), **placed})["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": role})
        granted = made.position
        made.clients = {user: clients.enter_context(here.client(name, id)) for user, id in made.ids.items()}
        made.ids["umbra"] = made.send("/crm/companies", {"name": "Umbra Ltd"})["id"]
        made.ids["zoe"] = made.send("/crm/contacts", {"name": "Zoe", "company_id": made.ids["umbra"]})["id"]
        for number, owner in enumerate(("ann", "mia", "cleo")):
            amount = {"amount": f"{number + 1}0.50", "currency": "USD"}
            deal = {"name": f"Deal of {owner}", "owner_id": made.ids[owner], "amount": amount}
            made.deals[owner] = made.send("/crm/deals", deal | {"company_id": made.ids["umbra"]})["id"]
        for who in made.clients.values():
            assert who.get("/access/me", headers=after(granted)).status_code == 200
        yield made


def sent(client: httpx.Client, query: str, position: str = "", accept: str = "*/*", **variables: Any) -> httpx.Response:
    headers = {"Accept": accept, **(after(position) if position else {})}
    return client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


def data(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


def error(answer: httpx.Response) -> dict[str, Any]:
    """The extensions of the one error."""
    [told] = answer.json()["errors"]
    return told["extensions"]


def without_position(answer: httpx.Response) -> dict[str, Any]:
    """All that is told but how far the read models were."""
    return {name: told for name, told in answer.json().items() if name != "extensions"}


def as_http(deal: Mapping[str, Any]) -> dict[str, Any]:
    """A deal of GraphQL as HTTP would tell it."""
    told = {column: deal[name] for column, name in zip(HTTP, NAMES, strict=True)}
    return told | {"hidden": [re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", each) for each in told["hidden"]]}


@pytest.mark.parametrize("who", ["mia", "ann", "vic", "cleo", "olga"])
@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ("", {}),
        ("sort: [AMOUNT_DESC]", {"sort": "-amount"}),
        ('filter: {amount: {gte: "20"}}', {"amount.gte": "20"}),
        ("filter: {stage: {in: [PROSPECTING, WON]}}", {"stage.in": "PROSPECTING,WON"}),
        ('asOf: "2100-01-01", sort: [NAME_ASC]', {"as_of": "2100-01-01", "sort": "name"}),
    ],
)
def test_everybody_is_answered_as_by_http(tenant: Tenant, who: str, arguments: str, parameters: dict[str, str]) -> None:
    listed = tenant.get(who, "/crm/deals", **parameters).json()["items"]
    asked = f"({arguments})" if arguments else ""
    found = data(sent(tenant.clients[who], f"{{ deals{asked} {{ nodes {{ {DEAL} }} }} }}", tenant.position))
    expected = [{name: row.get(name, []) for name in HTTP} for row in listed]
    assert [as_http(deal) for deal in found["deals"]["nodes"]] == expected
    groups = tenant.get(who, "/crm/pipeline").json()["items"]
    totals = data(sent(tenant.clients[who], "{ pipeline { stage currency count amount weighted } }", tenant.position))
    assert totals["pipeline"] == groups


def test_what_is_hidden_is_told_apart_from_nothing_by_no_word(tenant: Tenant) -> None:
    text = "query ($id: ID!) { deal(id: $id) { id } }"
    hidden, never = (
        without_position(sent(tenant.clients["ann"], text, tenant.position, id=id))
        for id in (tenant.deals["cleo"], str(uuid4()))
    )
    assert hidden == never
    assert hidden["data"] == {"deal": None}
    assert [each["extensions"]["code"] for each in hidden["errors"]] == ["not_found"]


def test_what_one_may_not_do_says_which_permission_it_takes(tenant: Tenant) -> None:
    users = sent(tenant.clients["ann"], "{ users { nodes { name } } }", tenant.position)
    assert users.json()["data"] == {"users": None}
    assert (error(users)["code"], error(users)["permission"]) == ("forbidden", "admin.user.read")
    text = 'mutation ($id: ID!) { changeDeal(id: $id, input: {name: "Mine"}) { version } }'
    changed = sent(tenant.clients["ann"], text, tenant.position, id=tenant.deals["mia"])
    assert (error(changed)["code"], error(changed)["permission"]) == ("forbidden", "crm.deal.change")
    assert error(sent(tenant.clients["ann"], text, id=tenant.deals["cleo"]))["code"] == "not_found"


def test_records_lead_to_others_as_far_as_one_sees_them(tenant: Tenant) -> None:
    text = """query ($id: ID!) { company(id: $id) {
      name contacts { nodes { name hidden } }
      deals(sort: [NAME_ASC]) { nodes { name owner { id name } company { id } } }
    } }"""

    def found(who: str) -> dict[str, Any]:
        return data(sent(tenant.clients[who], text, tenant.position, id=tenant.ids["umbra"]))["company"]

    assert [deal["name"] for deal in found("mia")["deals"]["nodes"]] == ["Deal of ann", "Deal of mia"]
    assert found("mia")["contacts"]["nodes"] == [{"name": "Zoe", "hidden": []}]
    assert [deal["owner"]["name"] for deal in found("cleo")["deals"]["nodes"]] == ["Cleo"]
    assert {deal["company"]["id"] for deal in found("olga")["deals"]["nodes"]} == {tenant.ids["umbra"]}
    assert found("olga")["contacts"]["nodes"] == [
        {"name": None, "hidden": ["name", "email", "phone", "emails", "phones", "addresses", "custom"]}
    ]


def test_a_cursor_is_that_of_http(tenant: Tenant) -> None:
    text = """query ($after: String) { deals(first: 1, after: $after, sort: [NAME_ASC]) {
      nodes { id } pageInfo { endCursor } } }"""
    first = data(sent(tenant.key, text, tenant.position))["deals"]
    asked = {"sort": "name", "cursor": first["pageInfo"]["endCursor"]}
    rest = tenant.key.get("/crm/deals", params=asked).json()["items"]
    second = data(sent(tenant.key, text, after=first["pageInfo"]["endCursor"]))["deals"]
    assert second["nodes"][0]["id"] == rest[0]["id"] != first["nodes"][0]["id"]


def test_a_search_finds_what_one_sees(here: Platform, tenant: Tenant) -> None:
    def found(who: str) -> set[str]:
        answer = sent(tenant.clients[who], '{ deals(q: "deal") { nodes { name } } }', tenant.position)
        return {deal["name"] for deal in data(answer)["deals"]["nodes"]}

    here.until("all are found", lambda: len(found("olga")) == 3)
    assert found("ann") == {"Deal of ann", "Deal of mia"}
    assert found("cleo") == {"Deal of cleo"}


OPEN = """mutation ($input: OpenDealInput!, $key: String) { openDeal(input: $input, idempotencyKey: $key) {
  id version position repeated events { type version } deal { name amount { amount currency } owner { name } } } }"""


def test_what_a_mutation_wrote_is_read_with_it_and_at_its_position(tenant: Tenant) -> None:
    ann, key = tenant.clients["ann"], uuid4().hex
    new = {"name": "New", "ownerId": tenant.ids["ann"], "amount": {"amount": "1054.5001", "currency": "EUR"}}
    made = data(sent(ann, OPEN, input=new, key=key))["openDeal"]
    assert (made["version"], made["repeated"], [each["type"] for each in made["events"]]) == (
        1,
        False,
        ["crm.DealOpened"],
    )
    shown = {"name": "New", "amount": {"amount": "1054.5001", "currency": "EUR"}, "owner": {"name": "Ann"}}
    assert made["deal"] == shown
    text = "query ($id: ID!) { deal(id: $id) { name version } }"
    read = sent(ann, text, made["position"], id=made["id"])
    assert data(read)["deal"] == {"name": "New", "version": 1}
    assert read.headers["Nexus-Position"] == read.json()["extensions"]["position"]
    assert ann.get(f"/crm/deals/{made['id']}", headers=after(read.headers["Nexus-Position"])).is_success

    again = data(sent(ann, OPEN, input=new, key=key))["openDeal"]
    assert (again["id"], again["repeated"]) == (made["id"], True)
    body = {"name": "New", "owner_id": tenant.ids["ann"], "amount": {"amount": "1054.5001", "currency": "EUR"}}
    by_http = ann.post("/crm/deals", json=body, headers={"Idempotency-Key": key})
    assert (by_http.json()["id"], by_http.headers["Idempotent-Replayed"]) == (made["id"], "true")
    other = sent(ann, OPEN, input=new | {"name": "Other"}, key=key)
    assert (error(other)["code"], error(other)["status"]) == ("idempotency_key_reused", 422)

    rename = (
        'mutation ($id: ID!, $seen: Long) { changeDeal(id: $id, input: {name: "Newer"}, ifMatch: $seen) { version } }'
    )
    assert data(sent(ann, rename, id=made["id"], seen=1)) == {"changeDeal": {"version": 2}}
    stale = error(sent(ann, rename, id=made["id"], seen=1))
    assert (stale["code"], stale["status"], stale["version"]) == ("stale_version", 412, 2)
    tenant.send(f"/crm/deals/{made['id']}/remove")


def test_what_a_record_lists_is_given_and_told_by_its_parts(tenant: Tenant) -> None:
    text = """mutation ($emails: [ContactPointInput!]) { createContact(input: {name: "Ida", emails: $emails}) {
      id contact { email emails { value kind primary } hidden } } }"""
    emails = [{"value": "Ida@Example.com", "kind": "WORK"}, {"value": "ida@home.example", "primary": True}]
    made = data(sent(tenant.key, text, emails=emails))["createContact"]
    assert made["contact"]["email"] == "ida@home.example"
    assert sorted(made["contact"]["emails"], key=lambda each: each["value"]) == [
        {"value": "ida@example.com", "kind": "WORK", "primary": False},
        {"value": "ida@home.example", "kind": None, "primary": True},
    ]
    found = data(sent(tenant.key, '{ contacts(filter: {emails: {eq: "ida@example.com"}}) { nodes { id } } }'))
    assert found["contacts"]["nodes"] == [{"id": made["id"]}]
    tenant.send(f"/crm/contacts/{made['id']}/remove")


def test_mutations_are_done_one_after_the_other_and_each_is_told_of_by_itself(tenant: Tenant) -> None:
    made = tenant.send("/crm/deals", {"name": "Steps", "owner_id": tenant.ids["ann"]})["id"]
    text = """mutation ($id: ID!) {
      early: winDeal(id: $id) { version }
      engageDeal(id: $id) { version }
      winDeal(id: $id, input: {amount: {amount: 7, currency: "USD"}}) { version deal { stage } }
    }"""
    answer = sent(tenant.key, text, id=made)
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "early": None,
        "engageDeal": {"version": 2},
        "winDeal": {"version": 3, "deal": {"stage": "WON"}},
    }
    [told] = answer.json()["errors"]
    assert (told["path"], told["extensions"]["code"], told["extensions"]["status"]) == (
        ["early"],
        "deal_not_engaging",
        409,
    )
    tenant.send(f"/crm/deals/{made}/remove")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": " ", "ownerId": "u1"}, "name_missing", "name"),
        (
            {"name": "A", "ownerId": "u1", "amount": {"amount": "1e9", "currency": "USD"}},
            "invalid_field",
            "amount.amount",
        ),
        ({"name": "A", "ownerId": "u1", "dealId": "no uuid"}, "invalid_id", "dealId"),
        ({"name": "A", "ownerId": "u1", "at": "2100-01-01T00:00:00Z"}, "at_in_future", "at"),
        ({"name": "A" * 10_001, "ownerId": "u1"}, "invalid_field", "name"),
    ],
)
def test_bad_input_has_the_code_and_the_field_of_http(
    tenant: Tenant, given: dict[str, Any], code: str, field: str
) -> None:
    answer = sent(tenant.key, OPEN, input=given)
    assert answer.json()["data"] == {"openDeal": None}
    assert (error(answer)["code"], error(answer)["field"], error(answer)["status"]) == (code, field, 422)


def test_another_tenant_s_records_are_as_if_they_never_were(here: Platform, tenant: Tenant) -> None:
    theirs = [*tenant.deals.values(), *tenant.ids.values(), *tenant.teams.values(), tenant.name]
    with here.client(f"rival-{uuid4().hex[:8]}") as rival:
        for kind, id in (("deal", tenant.deals["ann"]), ("user", tenant.ids["ann"]), ("company", tenant.ids["umbra"])):
            text = f"query ($id: ID!) {{ {kind}(id: $id) {{ id }} }}"
            asked = (sent(rival, text, tenant.position, id=each) for each in (id, str(uuid4())))
            told, never = map(without_position, asked)
            assert told == never
        removed = sent(rival, "mutation ($id: ID!) { removeDeal(id: $id) { version } }", id=tenant.deals["ann"])
        assert error(removed)["code"] == "not_found"
        lists = " ".join(
            f"{each} {{ nodes {{ id }} }}" for each in ("deals", "companies", "contacts", "users", "teams")
        )
        assert not any(each in sent(rival, f"{{ {lists} }}", tenant.position).text for each in theirs)
        made = rival.post(
            "/crm/deals", json={"name": "Ours", "owner_id": "u", "company_id": tenant.ids["umbra"]}
        ).json()
        text = "query ($id: ID!) { deal(id: $id) { company { name } companyName } }"
        shown = data(sent(rival, text, made["position"], id=made["id"]))["deal"]
        assert shown == {"company": None, "companyName": None}
    assert data(sent(tenant.key, "query ($id: ID!) { deal(id: $id) { version } }", id=tenant.deals["ann"]))


def test_what_is_seen_done_and_refused_is_in_the_audit_as_by_http(here: Platform, tenant: Tenant) -> None:
    text = """query ($id: ID!) {
      deal(id: $id) { name company { name } }
      deals(filter: {name: {eq: "Deal of ann"}}) { nodes { id } } }"""
    request = f"see-{uuid4().hex}"
    asked = {"query": text, "variables": {"id": tenant.deals["ann"]}}
    headers = {"X-Request-Id": request, **after(tenant.position)}
    assert data(tenant.clients["ann"].post("/graphql", json=asked, headers=headers))

    def entries() -> Any:
        answer = tenant.key.get("/audit/entries", params={"request_id": request}).json()["items"]
        return answer if len(answer) == 4 else None

    told = {each["operation"]: each for each in here.until("four entries", entries)}
    one = told["GRAPHQL GET /crm/deals/{id}"]
    assert (one["kind"], one["permission"], one["record"]) == ("SAW", "crm.deal.read", tenant.deals["ann"])
    listed, companies = told["GRAPHQL GET /crm/deals"], told["GRAPHQL GET /crm/companies"]
    assert listed["records"] == [tenant.deals["ann"]]
    assert listed["asked"].startswith("name=~")
    assert companies["records"] == [tenant.ids["umbra"]]
    assert (told["POST /graphql"]["kind"], told["POST /graphql"]["user_id"]) == ("SAW", tenant.ids["ann"])


def test_the_media_type_says_how_a_refusal_is_told(tenant: Tenant) -> None:
    wrong = "{ deals { nodes { secret } } }"
    newer = sent(tenant.key, wrong, accept=f"{GRAPHQL}, application/json;q=0.9")
    assert (newer.status_code, newer.headers["content-type"]) == (400, f"{GRAPHQL}; charset=utf-8")
    older = sent(tenant.key, wrong, accept="application/json")
    assert (older.status_code, older.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert newer.json() == older.json()
    assert "data" not in newer.json()
    assert error(newer)["code"] == "graphql_invalid"
    problem(sent(tenant.key, wrong, accept="text/html"), 406, "not_acceptable")


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ companies(first: 200) { nodes { deals(first: 200) { nodes { id } } } } }", {}, "query_too_costly"),
        (
            "query ($n: Int) { companies(first: $n) { nodes { deals(first: $n) { nodes { id } } } } }",
            {"n": 200},
            "query_too_costly",
        ),
        ("{ " + " ".join(f"d{n}: deals {{ nodes {{ id }} }}" for n in range(21)) + " }", {}, "query_too_wide"),
        ('{ company(id: "c") ' + "{ parent " * 9 + "{ id }" + " }" * 9 + " }", {}, "query_too_deep"),
        ("{ " + "a" * 20_000 + " }", {}, "query_too_large"),
        ("{ " + "a " * 2_000 + "}", {}, "graphql_invalid"),
        ("query ($id: ID!) { deal(id: $id) { id } }", {}, "graphql_invalid"),
        ("query ($id: ID!) { deal(id: $id) { id } }", {"id": {"a": 1}}, "graphql_invalid"),
        ('{ __schema { types { name } } deal(id: "d") { id } }', {}, "introspection_mixed"),
    ],
)  # fmt: skip
def test_a_hostile_document_is_refused_before_anything_is_done(
    tenant: Tenant, query: str, variables: dict[str, Any], code: str
) -> None:
    answer = sent(tenant.key, query, **variables)
    assert answer.status_code == 400, answer.text
    assert error(answer)["code"] == code
    assert "Nexus-Position" not in answer.headers


def test_what_is_no_request_of_graphql_is_a_problem(here: Platform, tenant: Tenant) -> None:
    key = tenant.key
    problem(key.post("/graphql", json=[{"query": "{ __typename }"}]), 400, "batch_refused")
    problem(key.post("/graphql", content=b"{"), 400, "malformed_json")
    problem(key.post("/graphql", json={"query": "{ a }", "variables": {"x": "y" * 100_000}}), 413, "body_too_large")
    problem(
        key.post("/graphql", content=b"{ a }", headers={"Content-Type": "application/graphql"}),
        415,
        "unsupported_media_type",
    )
    problem(key.get("/graphql", params={"query": "{ __typename }"}), 405, "method_not_allowed")
    assert error(sent(key, "{ deals { nodes { id } } }", "nonsense"))["code"] == "bad_position"
    for path, method in (("/graphql", "POST"), ("/graphql/schema", "GET")):
        refused = httpx.request(method, f"{here.url}{path}", json={"query": "{ __schema { types { name } } }"})
        problem(refused, 401, "unauthenticated")


def test_who_is_signed_in_is_told_the_schema(tenant: Tenant) -> None:
    told = tenant.clients["ann"].get("/graphql/schema")
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    schema = build_schema(told.text)
    asked = build_client_schema(data(sent(tenant.clients["ann"], get_introspection_query())))  # type: ignore[arg-type]
    assert set(asked.type_map) == set(schema.type_map)


HISTORY = """query ($id: ID!, $first: Int, $after: String) { deal(id: $id) {
  history(first: $first, after: $after) {
    edges { cursor node { eventId type version occurredAt actor data hidden } }
    pageInfo { hasNextPage endCursor } } } }"""


def test_a_history_is_that_of_http_a_page_at_a_time(tenant: Tenant) -> None:
    id = tenant.deals["mia"]
    listed = tenant.get("mia", f"/crm/deals/{id}/history").json()["items"]
    assert listed
    found = data(sent(tenant.clients["mia"], HISTORY, tenant.position, id=id))["deal"]["history"]
    for edge, event in zip(found["edges"], listed, strict=True):
        node = edge["node"]
        assert (edge["cursor"], node["version"]) == (str(event["version"]), event["version"])
        for name, column in (
            ("eventId", "event_id"),
            ("type", "type"),
            ("data", "data"),
            ("occurredAt", "occurred_at"),
        ):
            assert node[name] == event[column]
        assert node["hidden"] == event.get("hidden", [])
    first = data(sent(tenant.key, HISTORY, tenant.position, id=id, first=1))["deal"]["history"]
    assert [edge["node"]["version"] for edge in first["edges"]] == [1]
    rest = sent(tenant.key, HISTORY, tenant.position, id=id, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["version"] for edge in data(rest)["deal"]["history"]["edges"]] == [
        event["version"] for event in listed[1:]
    ]


def test_histories_of_many_records_are_each_record_s_own_and_hide_what_their_fields_do(tenant: Tenant) -> None:
    text = "{ deals(first: 200) { nodes { id history(first: 1) { nodes { type id data hidden } } } } }"
    for who in ("vic", "mia"):
        deals = data(sent(tenant.clients[who], text, tenant.position))["deals"]["nodes"]
        assert deals
        for deal in deals:
            (event,) = deal["history"]["nodes"]
            assert (event["id"], event["type"]) == (deal["id"], "crm.DealOpened")
            listed = tenant.get(who, f"/crm/deals/{deal['id']}/history", limit="1").json()["items"][0]
            assert (event["data"], event["hidden"]) == (listed["data"], listed.get("hidden", []))


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("{ deals(first: 1, last: 1) { nodes { id } } }", "first_and_last", "last"),
        ("{ deals(last: 0) { nodes { id } } }", "bad_limit", "last"),
        ('{ deals(last: 1, before: "x") { nodes { id } } }', "bad_cursor", "before"),
        ('{ deals { nodes { history(after: "1") { nodes { id } } } } }', "cursor_of_one_list", "after"),
        ('{ deals(first: 1) { nodes { history(after: "x") { nodes { id } } } } }', "bad_cursor", "after"),
        ("{ deals { nodes { history(first: 201) { nodes { id } } } } }", "bad_limit", "first"),
    ],
)
def test_pages_that_cannot_be_asked_are_refused(tenant: Tenant, text: str, code: str, field: str) -> None:
    told = error(sent(tenant.key, text, tenant.position))
    assert (told["code"], told["field"]) == (code, field)
