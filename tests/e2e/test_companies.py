"""Companies as people keep them: groups with their subsidiaries, and what there is in all of a group."""

import csv
import io
import json
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.platform import Platform


@dataclass
class Group:
    """A tenant with companies by name. `ann` sees her own, `key` everything; `position` has all of it."""

    key: httpx.Client
    ann: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def send(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.key.post(path, json=body, headers=after(self.position) if self.position else {})
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def company(self, name: str, parent: str | None = None, **given: Any) -> str:
        under = {} if parent is None else {"parent_id": self.ids[parent]}
        self.ids[name] = self.send("/crm/companies", {"name": name, **under, **given})["id"]
        return self.ids[name]

    def place(self, name: str, parent: str | None, **headers: str) -> httpx.Response:
        body = {"parent_id": None if parent is None else self.ids[parent]}
        return self.key.post(f"/crm/companies/{self.ids[name]}/place", json=body, headers=headers)

    def tree(self, name: str, who: httpx.Client | None = None, **asked: str) -> dict[str, Any]:
        path = f"/crm/companies/{self.ids[name]}/tree"
        answer = (who or self.key).get(path, params=asked, headers=after(self.position))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def names(self, path: str, **asked: str) -> set[str]:
        answer = self.key.get(path, params=asked, headers=after(self.position))
        assert answer.status_code == 200, answer.text
        return {item["name"] for item in answer.json()["items"]}


def names_of(levels: Sequence[dict[str, Any]]) -> list[tuple[int, int, list[str]]]:
    return [(each["level"], each["count"], [item["name"] for item in each["items"]]) for each in levels]


@pytest.fixture
def group(here: Platform) -> Generator[Group]:
    name = f"group-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        key = clients.enter_context(here.client(name))
        made = Group(key, key)
        made.send("/admin/tenants", {"name": "Groups"})
        ann = made.send("/admin/users", {"name": "Ann"})["id"]
        own = {"name": "Own", "permits": ["crm.company.read@own", "crm.deal.read@own", "crm.amounts.see@own"]}
        role = made.send("/admin/roles", own)["id"]
        made.send(f"/admin/users/{ann}/grant-role", {"role_id": role})
        made.ann = clients.enter_context(here.client(name, ann))
        assert made.ann.get("/access/me", headers=after(made.position)).status_code == 200
        made.company("Umbra", owner_id=ann, at="2020-01-01T00:00:00Z")
        made.company("Umbra North", "Umbra", owner_id="bert", at="2020-01-01T00:00:00Z")
        made.company("Umbra Oslo", "Umbra North", owner_id=ann, at="2020-01-01T00:00:00Z")
        made.company("Elsewhere", owner_id="bert", at="2020-01-01T00:00:00Z")
        for company, owner, amount in (("Umbra", ann, "10"), ("Umbra Oslo", "bert", "5.5"), ("Elsewhere", ann, "100")):
            deal = {"name": f"Deal of {company}", "company_id": made.ids[company], "owner_id": owner}
            id = made.send("/crm/deals", deal | {"at": "2020-01-02T00:00:00Z"})["id"]
            made.send(f"/crm/deals/{id}/engage", {"at": "2020-01-15T00:00:00Z"})
            won = {"amount": {"amount": amount, "currency": "EUR"}, "at": "2020-02-01T00:00:00Z"}
            made.send(f"/crm/deals/{id}/win", won)
        made.send("/crm/contacts", {"name": "Bea", "company_id": made.ids["Umbra Oslo"]})
        yield made


def test_a_group_is_shown_with_what_there_is_in_it(group: Group) -> None:
    tree = group.tree("Umbra")
    assert (tree["id"], tree["above"], tree["ring"]) == (group.ids["Umbra"], [], [])
    assert names_of(tree["below"]) == [(1, 1, ["Umbra North"]), (2, 1, ["Umbra Oslo"])]
    assert tree["counts"] == {"companies": 3, "contacts": 1, "deals": 2}
    assert tree["totals"]["won_revenue"] == [{"currency": "EUR", "count": 2, "amount": "15.5"}]
    (stage,) = tree["totals"]["pipeline"]
    assert (stage["stage"], stage["count"], stage["amount"]) == ("WON", 2, "15.5")
    leaf = group.tree("Umbra Oslo", fields="name")
    assert leaf["above"] == [
        {"level": -1, "record": {"id": group.ids["Umbra North"], "name": "Umbra North", "parked": False}},
        {"level": -2, "record": {"id": group.ids["Umbra"], "name": "Umbra", "parked": False}},
    ]
    assert names_of(group.tree("Umbra", depth="1", limit="1")["below"]) == [(1, 1, ["Umbra North"])]


def test_whoever_sees_less_is_shown_less(group: Group) -> None:
    tree = group.tree("Umbra", group.ann)
    assert names_of(tree["below"]) == [(2, 1, ["Umbra Oslo"])]
    assert tree["counts"] == {"companies": 2, "deals": 1}
    assert tree["totals"]["won_revenue"][0]["count"] == 1
    assert [each["level"] for each in group.tree("Umbra Oslo", group.ann)["above"]] == [-2]
    unseen = group.ann.get(f"/crm/companies/{group.ids['Elsewhere']}/tree", headers=after(group.position))
    problem(unseen, 404, "not_found")
    gone = group.ann.get(f"/crm/companies/{uuid4()}/tree", headers=after(group.position))
    assert (gone.status_code, gone.json()["detail"]) == (404, unseen.json()["detail"])


def test_what_a_parent_is_called_is_told_to_whoever_may_read_it(here: Platform, group: Group) -> None:
    oslo, seen = f"/crm/companies/{group.ids['Umbra Oslo']}", after(group.position)
    assert group.key.get(oslo, headers=seen).json()["parent_name"] == "Umbra North"
    assert group.ann.get(oslo, headers=seen).json()["parent_name"] is None
    here.until("it is found by its parent", lambda: "Umbra Oslo" in group.names("/crm/companies", q="umbra north"))

    def found(who: httpx.Client, **asked: str) -> list[str]:
        answer = who.get("/crm/companies", params=asked, headers=seen)
        assert answer.status_code == 200, answer.text
        return sorted(item["name"] for item in answer.json()["items"])

    for asked in ({"q": "umbra north"}, {"parent_name": "Umbra North"}, {"q": "oslo", "parent_name": "Umbra North"}):
        assert "Umbra Oslo" in found(group.key, **asked)
        assert found(group.ann, **asked) == []
    assert found(group.ann, q="oslo") == ["Umbra Oslo"]


def test_lists_search_and_reports_are_asked_within_a_group(here: Platform, group: Group) -> None:
    umbra = group.ids["Umbra"]
    assert group.names("/crm/companies", within=umbra) == {"Umbra", "Umbra North", "Umbra Oslo"}
    assert group.names("/crm/deals", within=umbra) == {"Deal of Umbra", "Deal of Umbra Oslo"}
    assert group.names("/crm/deals", **{"within.ne": umbra}) == {"Deal of Elsewhere"}
    assert group.names("/crm/contacts", within=group.ids["Umbra North"]) == {"Bea"}
    where = {"any": [{"within": group.ids["Umbra North"]}, {"name": "Elsewhere"}]}
    assert group.names("/crm/companies", where=json.dumps(where)) == {"Umbra North", "Umbra Oslo", "Elsewhere"}
    here.until("all are found", lambda: len(group.names("/crm/deals", q="deal")) == 3)
    assert group.names("/crm/deals", q="deal", within=umbra) == {"Deal of Umbra", "Deal of Umbra Oslo"}
    found = group.key.get("/search", params={"q": "deal", "types": "deals", "within": umbra}).json()["items"]
    assert {item["title"] for item in found} == {"Deal of Umbra", "Deal of Umbra Oslo"}
    report = group.key.get("/crm/won-revenue", params={"within": umbra, "by": ""}, headers=after(group.position))
    assert [each["count"] for each in report.json()["items"]] == [2]
    asked = f'{{ deals(filter: {{within: "{umbra}"}}) {{ nodes {{ name }} }} }}'
    answer = group.key.post("/graphql", json={"query": asked}, headers=after(group.position)).json()
    assert {each["name"] for each in answer["data"]["deals"]["nodes"]} == {"Deal of Umbra", "Deal of Umbra Oslo"}
    problem(group.key.get("/crm/products", params={"within": umbra}), 400, "unknown_filter")


def test_pages_of_a_group_go_on_while_it_grows(group: Group) -> None:
    asked = {"within": group.ids["Umbra"], "limit": "1", "sort": "name"}
    first = group.key.get("/crm/companies", params=asked, headers=after(group.position)).json()
    group.company("Umbra West", "Umbra")
    rest = group.key.get(
        "/crm/companies", params={**asked, "limit": "5", "cursor": first["next_cursor"]}, headers=after(group.position)
    ).json()
    assert [item["name"] for item in rest["items"]] == ["Umbra North", "Umbra Oslo", "Umbra West"]


def test_a_company_that_would_stand_above_itself_is_refused_and_the_way_is_told(group: Group) -> None:
    refused = group.place("Umbra", "Umbra Oslo")
    problem(refused, 422, "cyclic_tree")
    told = refused.json()
    assert told["way"] == [group.ids[each] for each in ("Umbra", "Umbra Oslo", "Umbra North", "Umbra")]
    assert "Umbra, which is under Umbra Oslo, which is under Umbra North, which is under Umbra." in told["detail"]
    assert told["field"] == "parent_id"
    problem(group.place("Umbra", "Umbra"), 422, "own_parent")
    asked = "mutation($id: ID!, $input: PlaceCompanyInput!) { placeCompany(id: $id, input: $input) { id } }"
    given = {"id": group.ids["Umbra"], "input": {"parentId": group.ids["Umbra North"]}}
    answer = group.key.post("/graphql", json={"query": asked, "variables": given}).json()
    assert answer["errors"][0]["extensions"]["code"] == "cyclic_tree"
    # What is there already, by an id that somebody chose, may be below what it is put under.
    again = {"company_id": group.ids["Umbra"], "name": "Umbra", "parent_id": group.ids["Umbra Oslo"]}
    problem(group.key.post("/crm/companies", json=again), 422, "cyclic_tree")
    assert group.place("Umbra Oslo", "Umbra").is_success
    assert group.place("Umbra North", "Umbra Oslo").is_success


def test_a_move_that_took_effect_is_answered_again_although_the_tree_has_changed_since(group: Group) -> None:
    once = {"Idempotency-Key": "move-1"}
    assert group.place("Elsewhere", "Umbra Oslo", **once).is_success
    assert group.place("Elsewhere", None).is_success
    assert group.place("Umbra", "Elsewhere").is_success
    again = group.place("Elsewhere", "Umbra Oslo", **once)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    problem(group.place("Elsewhere", "Umbra Oslo"), 422, "cyclic_tree")


def test_a_group_is_shown_as_it_was(group: Group) -> None:
    group.send(f"/crm/companies/{group.ids['Umbra Oslo']}/place", {"parent_id": None, "at": "2021-06-01T00:00:00Z"})
    assert names_of(group.tree("Umbra")["below"]) == [(1, 1, ["Umbra North"])]
    then = group.tree("Umbra", as_of="2021-05-31")
    assert names_of(then["below"]) == [(1, 1, ["Umbra North"]), (2, 1, ["Umbra Oslo"])]
    assert group.names("/crm/companies", within=group.ids["Umbra"], as_of="2021-05-31") == {
        "Umbra", "Umbra North", "Umbra Oslo",
    }  # fmt: skip
    assert then["counts"]["companies"] == 3


def test_two_moves_at_once_close_no_ring_or_one_that_is_told_and_can_be_opened(group: Group) -> None:
    for number in range(5):
        group.company(f"A{number}")
        group.company(f"B{number}")
        with ThreadPoolExecutor(2) as both:
            moves = [both.submit(group.place, f"{one}{number}", f"{other}{number}") for one, other in ("AB", "BA")]
        answers = [move.result() for move in moves]
        accepted = [answer.json()["position"] for answer in answers if answer.is_success]
        assert accepted
        for answer in answers:
            assert answer.is_success or problem(answer, 422, "cyclic_tree")
        for position in accepted:
            assert group.key.get("/crm/companies", params={"limit": "1"}, headers=after(position)).is_success
        ring = group.tree(f"A{number}")["ring"]
        assert set(ring) == ({group.ids[f"A{number}"], group.ids[f"B{number}"]} if len(accepted) == 2 else set())
        opened = group.place(f"A{number}", None)
        assert opened.is_success
        group.position = opened.json()["position"]
        assert group.tree(f"A{number}")["ring"] == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"depth": "0"}, "bad_depth"),
        ({"depth": "x"}, "bad_depth"),
        ({"limit": "201"}, "bad_limit"),
        ({"fields": "nothing"}, "unknown_field"),
        ({"stage": "WON"}, "unknown_filter"),
        ({"as_of": "yesterday"}, "bad_value"),
    ],
)
def test_a_tree_that_cannot_be_asked_so_is_refused(group: Group, asked: dict[str, str], code: str) -> None:
    problem(group.key.get(f"/crm/companies/{group.ids['Umbra']}/tree", params=asked), 400, code)


PROFILE: dict[str, Any] = {
    "name": "Bücher & Söhne",
    "sector": "books",
    "year_established": 1905,
    "employees": 12,
    "revenue": {"amount": "1200000.5", "currency": "EUR"},
    "website": "BÜCHER.example",
    "linkedin": "linkedin.com/company/buecher/",
    "registration_number": "HRB 12345",
    "vat_number": "DE 123 456 789",
    "description": "Antiquarian first editions.",
    "domains": ["xn--bcher-kva.example", "buecher.example"],
    "phones": [{"value": "+49 89 3216801", "kind": "FAX"}, {"value": "+49 89 3216800", "primary": True}],
    "addresses": [{"street": "Am Markt 1", "city": "München", "country": "de", "kind": "SHIPPING"}],
}


def test_a_company_has_a_profile_that_lists_files_and_search_know(here: Platform) -> None:
    with here.client(f"profile-{uuid4().hex[:8]}") as client:
        made = client.post("/crm/companies", json=PROFILE).json()
        row = client.get(f"/crm/companies/{made['id']}", headers=after(made["position"])).json()
        assert {name: row[name] for name in ("website", "linkedin", "vat_number", "domain", "domains", "phone")} == {
            "website": "https://bücher.example",
            "linkedin": "https://www.linkedin.com/company/buecher",
            "vat_number": "DE123456789",
            "domain": "bücher.example",
            "domains": ["bücher.example", "buecher.example"],
            "phone": "+49893216800",
        }
        assert [each["value"] for each in row["phones"]] == ["+49893216800", "+49893216801"]
        assert (row["addresses"][0]["country"], row["addresses"][0]["primary"]) == ("DE", True)
        for asked in (
            {"domains": "buecher.example"},
            {"domain": "bücher.example"},
            {"phones": "+49893216801"},
            {"vat_number": "DE123456789"},
            {"registration_number.contains": "12345"},
            {"website.contains": "bücher"},
        ):
            found = client.get("/crm/companies", params=asked, headers=after(made["position"])).json()["items"]
            assert [item["id"] for item in found] == [made["id"]], asked
        for words in ("buecher.example", "antiquarian", "DE123456789", "089 3216801"):
            here.until(words, lambda words=words: client.get("/crm/companies", params={"q": words}).json()["items"])
        file = client.get("/crm/companies", params={"format": "csv"}, headers=after(made["position"]))
        (line,) = csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff")))
        assert (line["domains"], line["vat_number"]) == ("bücher.example; buecher.example", "DE123456789")
        asked = "{ companies { nodes { domains phones { value kind primary } addresses { city } description } } }"
        (node,) = client.post("/graphql", json={"query": asked}).json()["data"]["companies"]["nodes"]
        assert (node["domains"][1], node["phones"][1]["kind"]) == ("buecher.example", "FAX")
        kept = client.post(f"/crm/companies/{made['id']}/change-profile", json={"domain": "books.example"}).json()
        row = client.get(f"/crm/companies/{made['id']}", headers=after(kept["position"])).json()
        assert (row["domains"], row["sector"]) == (["books.example", "buecher.example"], None)
        assert len(row["phones"]) == 2
        wrong = client.post(
            f"/crm/companies/{made['id']}/change-profile", json={"website": "https://a:b@umbra.example"}
        )
        assert problem(wrong, 422, "website_malformed")["field"] == "website"
        assert "a:b" not in wrong.text
