"""One box that searches everything, over HTTP against real processes: who finds what, and how soon."""

import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.platform import Platform

ROLES = {"ann": "crm.member", "cleo": "crm.member", "olga": "auditor", "ada": "admin.admin", "nora": None}


@dataclass
class Tenant:
    """`key` is the tenant's own client, `clients` those of its users by first name; `position` has all of it."""

    here: Platform
    key: httpx.Client
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def send(self, path: str, body: dict[str, Any]) -> str:
        answer = self.key.post(path, json=body)
        assert answer.is_success, answer.text
        before = [{"position": self.position}] if self.position else []
        self.position = self.here.settled([*before, answer.json()])
        return answer.json()["id"]

    def asked(self, who: str, q: str, **more: str) -> httpx.Response:
        """As somebody, once everything is there."""
        client = self.key if who == "key" else self.clients[who]
        return client.get("/search", params={"q": q, **more}, headers=after(self.position))

    def found(self, who: str, q: str, **more: str) -> list[str]:
        """What somebody finds, as the names that this test gives."""
        answer = self.asked(who, q, **more)
        assert answer.status_code == 200, answer.text
        names = {id: name for name, id in self.ids.items()}
        return [names[item["id"]] for item in answer.json()["items"]]


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"search-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(here, clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Search"})
        for user, role in ROLES.items():
            made.ids[user] = made.send("/admin/users", {"name": user.title()})
            if role is not None:
                made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": role})
            made.clients[user] = clients.enter_context(here.client(name, made.ids[user]))
        made.ids["acme"] = acme = made.send("/crm/companies", {"name": "Acme Müller Corporation", "sector": "retail"})
        for user in ("ann", "cleo"):
            deal = {"name": f"Rollout of {user}", "owner_id": made.ids[user], "company_id": acme}
            made.ids[f"{user}'s deal"] = made.send("/crm/deals", deal)
        contact = {"name": "Zoe Findable", "job_title": "Buyer", "company_id": acme}
        made.ids["zoe"] = made.send("/crm/contacts", contact)
        here.until("everything is searched", lambda: len(made.asked("key", "acme").json().get("items", ())) == 4)
        yield made


def test_everything_is_found_in_one_box_that_one_may_read(tenant: Tenant) -> None:
    assert tenant.found("key", "acme")[0] == "acme"
    assert set(tenant.found("ann", "acm mull")) == {"acme", "ann's deal", "zoe"}
    assert set(tenant.found("cleo", "ACME")) == {"acme", "cleo's deal", "zoe"}
    assert tenant.found("ann", "rollout") == ["ann's deal"]
    assert tenant.found("cleo", "corporaton", types="companies") == ["acme"]
    assert tenant.found("ann", "rollout", types="companies,contacts") == []
    assert tenant.found("ann", tenant.ids["cleo's deal"]) == []
    assert tenant.found("cleo", tenant.ids["cleo's deal"]) == ["cleo's deal"]


def test_an_answer_says_what_was_found_and_why(tenant: Tenant) -> None:
    answer = tenant.asked("ann", "muler find").json()
    (item,) = answer["items"]
    assert (item["type"], item["title"], item["path"]) == ("contacts", "Zoe Findable", f"/crm/contacts/{item['id']}")
    assert item["highlights"] == [
        {"field": "name", "parts": [part("Zoe "), part("Find", True), part("able")]},
        {"field": "company_name", "parts": [part("Acme "), part("Müller", True), part(" Corporation")]},
    ]
    assert answer["suggest"] == ["Müller Findable"]
    assert answer["counts"]["contacts"] == {"found": 1, "more": False}
    assert answer["counts"]["deals"] == {"found": 0, "more": False}
    assert answer["building"] == []
    assert tenant.clients["ann"].get(item["path"]).is_success


def part(text: str, hit: bool = False) -> dict[str, Any]:
    return {"text": text, "hit": hit}


def test_nobody_finds_by_what_they_do_not_see(tenant: Tenant) -> None:
    for q in ("findable", "zoe", "zoe buyer", "fndable"):
        answer = tenant.asked("olga", q).json()
        assert (answer["items"], answer["suggest"]) == ([], []), q
        assert {each["found"] for each in answer["counts"].values()} == {0}, q
    answer = tenant.asked("olga", "buyer")
    (item,) = answer.json()["items"]
    assert (item["id"], item["title"]) == (tenant.ids["zoe"], None)
    assert "Findable" not in answer.text
    assert [each["field"] for each in item["highlights"]] == ["job_title"]


def test_types_that_one_may_not_read_are_left_out_or_refused(tenant: Tenant) -> None:
    of_ada = tenant.asked("ada", "acme").json()["counts"]
    assert {"users", "teams"} <= set(of_ada)
    assert not {"deals", "contacts", "companies"} & set(of_ada)
    assert "users" not in tenant.asked("ann", "ann").json()["counts"]
    problem(tenant.asked("ann", "ann", types="users"), 403, "forbidden")
    problem(tenant.asked("nora", "acme"), 403, "forbidden")


def test_filters_are_those_of_the_one_type_s_list(tenant: Tenant) -> None:
    assert tenant.found("ann", "rollout", types="deals", stage="PROSPECTING") == ["ann's deal"]
    assert tenant.found("ann", "rollout", types="deals", **{"stage.in": "WON,LOST"}) == []
    problem(tenant.asked("ann", "rollout", stage="WON"), 400, "one_type_for_filters")
    problem(tenant.asked("ann", "rollout", types="deals", colour="red"), 400, "unknown_filter")
    problem(tenant.asked("ann", "rollout", types="deals", stage="won"), 400, "bad_value")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"q": ""}, "bad_value"),
        ({"q": "-acme"}, "bad_value"),
        ({"q": "a " * 21}, "bad_value"),
        ({"q": "x" * 501}, "bad_value"),
        ({"q": "a\0b"}, "bad_value"),
        ({"q": "a", "limit": "0"}, "bad_limit"),
        ({"q": "a", "limit": "51"}, "bad_limit"),
        ({"q": "a", "types": ""}, "unknown_type"),
        ({"q": "a", "types": "people"}, "unknown_type"),
        ({"q": "a", "after": "x.y"}, "bad_position"),
    ],
)
def test_what_cannot_be_answered_is_refused(tenant: Tenant, given: dict[str, str], code: str) -> None:
    problem(tenant.clients["ann"].get("/search", params=given), 400, code)


@pytest.mark.parametrize(
    "q", ["*", "+", "\u202e", "_exists_:id", '{"match_all":{}}', "/.*/", "a) OR (b", '"', "%00", "\\"]
)
def test_no_text_is_a_language(tenant: Tenant, q: str) -> None:
    assert tenant.found("ann", q) == []


def test_the_list_s_own_search_finds_the_same(tenant: Tenant) -> None:
    for q in ("acm mull", "rolout", '"rollout of"', "rollout -cleo"):
        listed = tenant.clients["ann"].get("/crm/deals", params={"q": q}, headers=after(tenant.position)).json()
        assert {item["id"] for item in listed["items"]} == {tenant.ids["ann's deal"]}, q
        assert tenant.found("ann", q, types="deals") == ["ann's deal"], q


def test_a_change_is_found_within_a_second(tenant: Tenant) -> None:
    """The wait for the change's position, and the search: the least of some, since others use the machine too."""
    waits: list[float] = []
    for number in range(8):
        word = f"v{number}x{uuid4().hex[:6]}"  # with a digit, so that the one before is not nearly the same
        tenant.send(f"/crm/companies/{tenant.ids['acme']}/rename", {"name": f"Acme Müller Corporation {word}"})
        began = time.monotonic()
        assert tenant.found("ann", word, types="companies") == ["acme"]
        waits.append(time.monotonic() - began)
    assert min(waits) < 1.0, waits
