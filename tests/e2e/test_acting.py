"""A service account acts for a user: what both may, said in the audit and in events, and refused in one way."""

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_api_keys import ACCOUNTS, Tenant, tenant_of
from tests.e2e.test_http import after, problem
from tests.e2e.test_http_events import told
from tests.platform import Platform

ACT_FOR = "delegation.user.act-for"


@dataclass
class Desk:
    """A tenant with Ann and Bea, a deal of each, and a program that may act for users."""

    tenant: Tenant
    ids: dict[str, str]
    deals: dict[str, str]
    program: httpx.Client
    account: str
    acts: str

    def acting(self, whom: str, **asked: Any) -> dict[str, Any]:
        """What a request of the program's bears."""
        headers = {
            "X-On-Behalf-Of": self.ids.get(whom, whom),
            **after(self.tenant.position),
            **asked.pop("headers", {}),
        }
        return {"headers": headers, **asked}

    def get(self, whom: str, path: str, **params: str) -> httpx.Response:
        return self.program.get(path, **self.acting(whom, params=params))

    def post(self, whom: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.program.post(path, **self.acting(whom, json=body or {}, headers=headers))

    def program_of(self, *roles: str, **key: Any) -> httpx.Client:
        return self.tenant.machine(self.tenant.issue(self.tenant.account(*roles), **key)["key"])

    def entries(self, here: Platform, **filters: str) -> list[dict[str, Any]]:
        def look() -> list[dict[str, Any]]:
            answer = self.tenant.key.get("/audit/entries", params={"sort": "-at", **filters})
            return answer.raise_for_status().json()["items"]

        return here.until(f"entries of {filters}", look)


@pytest.fixture(scope="module")
def desk(here: Platform) -> Generator[Desk]:
    with ExitStack() as clients:
        tenant = tenant_of(here, clients)
        ids = {"ann": tenant.user("ann", "crm.member"), "bea": tenant.user("bea", "crm.member")}
        ids["boss"] = tenant.user("boss")
        ids["gone"] = tenant.user("gone", "crm.member")
        ids["ada"] = tenant.user("ada", "admin.admin")
        tenant.send(f"/admin/tenants/{tenant.name}/appoint-owner", {"user_id": ids["boss"]})
        tenant.send(f"/admin/users/{ids['gone']}/deactivate")
        acts = tenant.send("/admin/roles", {"name": "Acts for users", "permits": [ACT_FOR]})["id"]
        account = tenant.account("integration", acts)
        program = tenant.machine(tenant.issue(account)["key"])
        deals = dict[str, str]()
        for whose in ("ann", "bea"):
            deal = {"name": f"Chairs of {whose}", "owner_id": ids[whose], "amount": {"amount": "5", "currency": "USD"}}
            deals[whose] = tenant.send("/crm/deals", deal)["id"]
        made = Desk(tenant, ids, deals, program, account, acts)
        here.until("the deals are there", lambda: len(names(program.get("/crm/deals"))) == 2)
        here.until("the owner is known", lambda: len(listed(made.get("boss", "/crm/deals"))) == 2)
        ada = tenant.users["ada"]
        here.until("who administers is known", lambda: ada.get("/access/me").json()["roles"] == ["admin.admin"])
        here.until("who left is known", lambda: made.get("gone", "/crm/deals").status_code == 403)
        here.until("roles are known", lambda: {len(listed(made.get(one, "/crm/deals"))) for one in deals} == {1})
        yield made


def listed(answer: httpx.Response) -> list[Any]:
    """What a list shows, nothing where it is refused."""
    return answer.json()["items"] if answer.is_success else []


def names(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {each["name"] for each in answer.json()["items"]}


def test_what_is_seen_is_the_users_wherever_it_is_asked_for(here: Platform, desk: Desk) -> None:
    assert names(desk.program.get("/crm/deals")) == {"Chairs of ann", "Chairs of bea"}
    assert names(desk.get("ann", "/crm/deals")) == {"Chairs of ann"}
    here.until("both are found", lambda: len(names(desk.program.get("/crm/deals", params={"q": "chairs"}))) == 2)
    assert names(desk.get("ann", "/crm/deals", q="chairs")) == {"Chairs of ann"}
    asked = desk.program.post("/graphql", **desk.acting("ann", json={"query": "{ deals { nodes { name } } }"}))
    assert asked.json()["data"] == {"deals": {"nodes": [{"name": "Chairs of ann"}]}}, asked.text
    hidden, missing = desk.get("ann", f"/crm/deals/{desk.deals['bea']}"), desk.get("ann", f"/crm/deals/{uuid4()}")
    assert (hidden.status_code, hidden.json()["code"]) == (missing.status_code, missing.json()["code"])
    assert problem(hidden, 404, "not_found")
    assert names(desk.get("boss", "/crm/deals")) == {"Chairs of ann", "Chairs of bea"}


def test_never_more_than_the_account_may(here: Platform, desk: Desk) -> None:
    me = desk.get("boss", "/access/me").json()
    assert (me["user"], me["on_behalf_of"]) == (f"account:{desk.account}", desk.ids["boss"])
    assert "crm.deal.win" in me["permissions"]
    assert "admin.user.read" not in me["permissions"]
    refused = problem(desk.get("boss", "/admin/users"), 403, "forbidden")
    assert refused["permission"] == "admin.user.read"
    narrow = desk.tenant.send("/admin/roles", {"name": "Reads deals", "permits": ["crm.deal.read", ACT_FOR]})["id"]
    reader = desk.program_of(narrow)
    here.until("its role is known", lambda: reader.get("/crm/deals", **desk.acting("ann")).is_success)
    seen = reader.get("/crm/deals", **desk.acting("ann")).json()["items"]
    assert [(each["name"], each["amount"], "amount" in each["hidden"]) for each in seen] == [
        ("Chairs of ann", None, True)
    ]
    engaged = reader.post(f"/crm/deals/{desk.deals['ann']}/engage", **desk.acting("ann", json={}))
    assert problem(engaged, 403, "forbidden")["permission"] == "crm.deal.engage"


def test_what_is_done_says_who_did_it_and_for_whom(here: Platform, desk: Desk) -> None:
    problem(desk.post("ann", f"/crm/deals/{desk.deals['bea']}/engage"), 404, "not_found")
    with desk.tenant.key.stream("GET", "/events", params={"types": "crm.DealEngaged"}) as stream:
        heard = told(stream)
        done = desk.post("ann", f"/crm/deals/{desk.deals['ann']}/engage")
        assert done.status_code == 200, done.text
        _, event = next(heard)
    assert (event["actor"], event["on_behalf_of"]) == (f"account:{desk.account}", desk.ids["ann"])
    [deed, *_] = desk.entries(here, on_behalf_of=desk.ids["ann"], kind="DID")
    assert (deed["actor"], deed["permission"], deed["record"]) == (
        f"account:{desk.account}",
        "crm.deal.engage",
        desk.deals["ann"],
    )
    assert deed["command_id"] == event["command_id"]
    [refused, *_] = desk.entries(here, on_behalf_of=desk.ids["ann"], kind="REFUSED", record=desk.deals["bea"])
    assert (refused["code"], refused["actor"]) == ("not_found", f"account:{desk.account}")


def test_the_same_key_for_another_user_is_another_command(desk: Desk) -> None:
    key = {"Idempotency-Key": f"make-{uuid4()}"}

    def made(whom: str) -> str:
        answer = desk.post(whom, "/crm/companies", {"name": "Umbra"}, **key)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    assert made("ann") == made("ann") != made("bea")


def test_who_is_not_there_is_refused_in_one_way(here: Platform, desk: Desk) -> None:
    with ExitStack() as clients:
        other = tenant_of(here, clients)
        foreign = other.user("eve", "crm.member")
        assert other.users["eve"].get("/access/me", headers=after(other.position)).status_code == 200
    refusals = [
        desk.program.get("/crm/deals", headers={"X-On-Behalf-Of": whom})
        for whom in (desk.ids["gone"], foreign, str(uuid4()), f"account:{desk.account}", "ann@example.com", "")
    ]
    told = [problem(one, 403, "act_for_refused") for one in refusals]
    assert len({(one["code"], one["detail"], one.get("field")) for one in told}) == 1


def test_it_takes_a_permission_that_is_named(desk: Desk) -> None:
    everything_built_in = desk.program_of("integration", "admin.admin", "auditor")
    narrowed = desk.tenant.machine(desk.tenant.issue(desk.account, permits=["crm.*.*"])["key"])
    for program in (everything_built_in, narrowed):
        for whom in ("ann", "gone"):
            assert problem(program.get("/crm/deals", **desk.acting(whom)), 403, "forbidden")["permission"] == ACT_FOR


def test_only_programs_act_and_only_who_may_gives_it(desk: Desk) -> None:
    for client in (desk.tenant.key, desk.tenant.users["boss"], desk.tenant.users["ann"]):
        problem(client.get("/crm/deals", headers={"X-On-Behalf-Of": desk.ids["bea"]}), 403, "act_for_refused")
    ada = desk.tenant.users["ada"]
    problem(ada.post("/admin/roles", json={"name": "Mine", "permits": [ACT_FOR]}), 403, "more_than_own")
    given = ada.post(f"{ACCOUNTS}/{desk.account}/grant-role", json={"role_id": desk.acts})
    problem(given, 403, "more_than_own")


def test_it_ends_at_once_with_the_user(desk: Desk) -> None:
    tenant = desk.tenant
    cleo = tenant.user("cleo", "crm.member")
    assert desk.get(cleo, "/access/me").status_code == 200
    tenant.send(f"/admin/users/{cleo}/deactivate")
    problem(desk.get(cleo, "/access/me"), 403, "act_for_refused")
