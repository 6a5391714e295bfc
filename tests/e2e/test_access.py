"""Two teams and a boss in one tenant: who reads, changes, grants and hears what, over HTTP against real processes."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.e2e.test_http_events import told
from tests.platform import Platform

ROLES = {
    "mia": "crm.manager",
    "ann": "crm.member",
    "bert": "crm.viewer",
    "cleo": "crm.member",
    "ada": "admin.admin",
    "olga": "auditor",
}


@dataclass
class Tenant:
    """`key` is the tenant's own; users and their clients by first name, deals by the name of their owner. `position`
    has all of it."""

    name: str
    key: httpx.Client
    ids: dict[str, str]
    clients: Mapping[str, httpx.Client]
    deals: dict[str, str]
    teams: dict[str, str]
    position: str = ""

    def send(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self.key.post(path, json=body or {})
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def get(self, who: str, path: str, **parameters: str) -> httpx.Response:
        """As somebody, once everything is there."""
        return self.clients[who].get(path, params=parameters, headers=after(self.position))

    def listed(self, who: str, **parameters: str) -> set[str]:
        """Whose deals somebody finds."""
        answer = self.get(who, "/crm/deals", **parameters)
        assert answer.status_code == 200, answer.text
        owners = {deal: owner for owner, deal in self.deals.items()}
        return {owners[item["id"]] for item in answer.json()["items"]}


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"access-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        key = clients.enter_context(here.client(name))
        made = Tenant(name, key, {}, {}, {}, {})
        made.send("/admin/tenants", {"name": "Access"})
        for region in ("West", "East"):
            made.teams[region] = made.send("/admin/teams", {"name": region, "region": region})["id"]
        for user in ("mia", "ann", "bert", "cleo", "ada", "olga", "nora"):
            team = made.teams["East" if user == "cleo" else "West"]
            placed = {} if user in ("ada", "olga", "nora") else {"team_id": team}
            made.ids[user] = made.send("/admin/users", {"name": user.title(), **placed})["id"]
            if user in ROLES:
                made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": ROLES[user]})
        made.ids["boss"] = made.send("/admin/users", {"name": "Boss"})["id"]
        made.send(f"/admin/tenants/{name}/appoint-owner", {"user_id": made.ids["boss"]})
        granted = made.position
        made.clients = {user: clients.enter_context(here.client(name, id)) for user, id in made.ids.items()}
        for owner in ("ann", "bert", "cleo"):
            deal = {
                "name": f"Deal of {owner}",
                "owner_id": made.ids[owner],
                "amount": {"amount": "5", "currency": "USD"},
            }
            made.deals[owner] = made.send("/crm/deals", deal)["id"]
        for who in made.clients.values():
            assert who.get("/access/me", headers=after(granted)).status_code == 200
        here.until("the owner is known", lambda: made.get("boss", "/access/me").json()["roles"] == ["owner"])
        here.until("all are found", lambda: len(made.listed("boss", q="deal")) == 3)
        yield made


@pytest.mark.parametrize(
    ("who", "owners"),
    [
        ("ann", {"ann", "bert"}),
        ("bert", {"ann", "bert"}),
        ("mia", {"ann", "bert"}),
        ("cleo", {"cleo"}),
        ("boss", {"ann", "bert", "cleo"}),
    ],
)
def test_everybody_reads_their_teams_deals_and_no_others(tenant: Tenant, who: str, owners: set[str]) -> None:
    assert tenant.listed(who) == tenant.listed(who, q="deal") == tenant.listed(who, sort="-name") == owners
    assert tenant.listed(who, as_of="2100-01-01") == owners
    totals = tenant.get(who, "/crm/pipeline").json()["items"]
    assert sum(each["count"] for each in totals) == len(owners)
    for owner, deal in tenant.deals.items():
        for path in ("", "/history", "/lineage"):
            status = 200 if owner in owners else 404
            assert tenant.get(who, f"/crm/deals/{deal}{path}").status_code == status


def test_what_is_hidden_is_told_apart_from_nothing_by_no_word(tenant: Tenant) -> None:
    def said(id: str, path: str) -> tuple[int, dict[str, Any]]:
        answer = tenant.get("ann", f"/crm/deals/{id}{path}")
        return answer.status_code, answer.json()

    for path in ("", "/history", "/lineage"):
        assert said(tenant.deals["cleo"], path) == said(str(uuid4()), path)
    hidden, missing = (
        tenant.clients["ann"].post(f"/crm/deals/{id}/win", json={"amount": {"amount": "5", "currency": "USD"}})
        for id in (tenant.deals["cleo"], str(uuid4()))
    )
    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json()) == (404, hidden.json())


def test_without_a_role_nothing_is_read_and_the_refusal_names_the_permission(tenant: Tenant) -> None:
    for path in ("/crm/deals", f"/crm/deals/{tenant.deals['ann']}", "/crm/pipeline", "/crm/companies"):
        refused = problem(tenant.get("nora", path), 403, "forbidden")
        assert refused["permission"].endswith(".read")
    assert problem(tenant.get("ann", "/admin/users"), 403, "forbidden")["permission"] == "admin.user.read"
    problem(tenant.get("ann", "/operations/dead-letters"), 403, "forbidden")
    problem(tenant.clients["ann"].post("/integration/files", content=b"x"), 403, "forbidden")


def test_a_member_changes_their_own_deals_a_manager_the_teams_and_a_viewer_none(tenant: Tenant) -> None:
    def rename(who: str, owner: str) -> httpx.Response:
        return tenant.clients[who].post(f"/crm/deals/{tenant.deals[owner]}/change", json={"name": f"Deal of {owner}"})

    assert rename("ann", "ann").is_success
    assert problem(rename("ann", "bert"), 403, "forbidden")["permission"] == "crm.deal.change"
    problem(rename("ann", "cleo"), 404, "not_found")
    problem(rename("bert", "bert"), 403, "forbidden")
    assert rename("mia", "ann").is_success
    assert rename("mia", "bert").is_success
    problem(rename("mia", "cleo"), 404, "not_found")


def test_a_deal_is_opened_for_oneself_alone(tenant: Tenant) -> None:
    def opened(who: str, owner: str) -> httpx.Response:
        return tenant.clients[who].post("/crm/deals", json={"name": "New", "owner_id": tenant.ids[owner]})

    problem(opened("ann", "bert"), 403, "forbidden")
    problem(opened("mia", "cleo"), 403, "forbidden")
    for who, owner in (("ann", "ann"), ("mia", "bert")):
        made = opened(who, owner)
        assert made.status_code == 201, made.text
        assert tenant.clients[who].get(made.headers["Location"], headers=after(made.json()["position"])).is_success
        event = tenant.get("boss", f"{made.headers['Location']}/history").json()["items"][0]
        assert event["actor"] == f"user:{tenant.ids[who]}"
        tenant.send(f"{made.headers['Location']}/remove")


def test_nobody_gives_more_than_they_have(tenant: Tenant) -> None:
    ada, ids = tenant.clients["ada"], tenant.ids

    def grant(user: str, role: str) -> httpx.Response:
        return ada.post(f"/admin/users/{ids[user]}/grant-role", json={"role_id": role})

    for user in ("ada", "nora"):
        assert problem(grant(user, "crm.viewer"), 403, "more_than_own")["permit"].startswith("crm.")
        problem(grant(user, "auditor"), 403, "more_than_own")
    appoint = ada.post(f"/admin/tenants/{tenant.name}/appoint-owner", json={"user_id": ids["ada"]})
    problem(appoint, 403, "more_than_own")
    dismiss = ada.post(f"/admin/tenants/{tenant.name}/dismiss-owner", json={"user_id": ids["boss"]})
    problem(dismiss, 403, "more_than_own")
    problem(ada.post("/admin/roles", json={"name": "All", "permits": ["*.*.*"]}), 403, "more_than_own")
    problem(ada.post("/admin/roles", json={"name": "None", "permits": ["everything"]}), 422, "permit_malformed")
    problem(grant("nora", str(uuid4())), 422, "no_such_role")
    assert grant("nora", "admin.viewer").is_success
    tenant.send(f"/admin/users/{ids['nora']}/revoke-role", {"role_id": "admin.viewer"})


def test_an_owner_is_somebody_who_may_work_here(tenant: Tenant) -> None:
    place = f"/admin/tenants/{tenant.name}/appoint-owner"
    problem(tenant.clients["boss"].post(place, json={"user_id": str(uuid4())}), 422, "no_such_user")


def test_an_import_and_a_replay_do_no_more_than_their_starter_may(tenant: Tenant) -> None:
    nora, grant = tenant.clients["nora"], f"/admin/users/{tenant.ids['nora']}/grant-role"
    tenant.send(grant, {"role_id": "integration.admin"})
    uploaded = nora.post("/integration/files", content=b"name\nZoe\n", headers=after(tenant.position))
    assert uploaded.status_code == 201, uploaded.text
    job = {"file": uploaded.json()["file"], "file_name": "a.csv", "mapping": {"name": "name"}, "currency": "USD"}
    for target, permission in (("admin.user", "admin.user.record"), ("crm.contact", "crm.contact.record")):
        refused = nora.post("/integration/imports", json=job | {"target": target})
        assert problem(refused, 403, "forbidden")["permission"] == permission
    problem(nora.post("/integration/imports", json=job | {"target": "crm.nothing"}), 422, "target_unknown")
    problem(nora.post("/integration/replays", json={"domains": ["nothing?"]}), 422, "domains_unknown")
    for wanted, permission in (({}, "admin.*.read"), ({"types": ["crm.DealWon"]}, "crm.*.read")):
        refused = nora.post("/integration/replays", json=wanted)
        assert problem(refused, 403, "forbidden")["permission"] == permission

    made = tenant.send("/integration/imports", job | {"target": "crm.contact"})
    assert tenant.get("nora", f"/integration/imports/{made['id']}").is_success
    refused = nora.post(f"/integration/imports/{made['id']}/revert", json={})
    assert problem(refused, 403, "forbidden")["permission"] == "crm.contact.remove"
    file = f"/integration/files/{job['file']}"
    assert problem(nora.get(file), 403, "forbidden")["permission"] == "crm.contact.record"

    tenant.send(grant, {"role_id": "crm.admin"})
    assert nora.get(file, headers=after(tenant.position)).content == b"name\nZoe\n"
    replayed = nora.post("/integration/replays", json={"domains": ["crm"]})
    assert replayed.status_code == 201, replayed.text
    tenant.send(f"/admin/tenants/{tenant.name}/switch-app-off", {"app": "crm"})
    off = nora.post("/integration/imports", json=job | {"target": "crm.contact"}, headers=after(tenant.position))
    problem(off, 403, "app_off")
    tenant.send(f"/admin/tenants/{tenant.name}/switch-app-on", {"app": "crm"})
    assert tenant.get("ann", "/crm/deals").is_success
    for role in ("integration.admin", "crm.admin"):
        tenant.send(f"/admin/users/{tenant.ids['nora']}/revoke-role", {"role_id": role})


def test_an_id_of_ones_choice_opens_nothing_that_is_hidden_or_gone(tenant: Tenant) -> None:
    ann, ids = tenant.clients["ann"], tenant.ids
    gone = tenant.send("/crm/deals", {"name": "Secret", "owner_id": ids["cleo"]})["id"]
    tenant.send(f"/crm/deals/{gone}/remove")
    mine = {"name": "Mine", "owner_id": ids["ann"]}
    for id in (gone, tenant.deals["cleo"]):
        for headers in ({}, {"If-Match": '"2"'}):
            refused = ann.post("/crm/deals", json=mine | {"deal_id": id}, headers={**after(tenant.position), **headers})
            told = problem(refused, 409, "id_taken")
            assert "version" not in told
            assert "ETag" not in refused.headers
        problem(tenant.get("ann", f"/crm/deals/{id}/history"), 404, "not_found")
    chosen = mine | {"deal_id": str(uuid4())}
    made = ann.post("/crm/deals", json=chosen)
    assert made.status_code == 201, made.text
    tenant.position = made.json()["position"]
    assert tenant.get("ann", made.headers["Location"]).is_success
    again = ann.post("/crm/deals", json=chosen)
    assert (again.status_code, again.json()["events"]) == (201, []), "of what one sees, making it again is no event"
    tenant.send(f"{made.headers['Location']}/remove")


def test_a_tenants_own_role_counts_as_soon_as_it_is_granted_and_until_it_is_taken(tenant: Tenant) -> None:
    boss, nora = tenant.clients["boss"], tenant.ids["nora"]
    made = boss.post("/admin/roles", json={"name": "Reader", "permits": ["crm.deal.read"]}).json()
    role, grant = made["id"], f"/admin/users/{nora}/grant-role"
    granted = boss.post(grant, json={"role_id": role}, headers=after(made["position"])).json()["position"]
    listed = tenant.clients["nora"].get("/crm/deals", headers=after(granted))
    assert {item["id"] for item in listed.json()["items"]} >= set(tenant.deals.values())
    narrowed = boss.post(
        f"/admin/roles/{role}/change", json={"name": "Reader", "permits": ["crm.deal.read@own"]}
    ).json()
    assert tenant.clients["nora"].get("/crm/deals", headers=after(narrowed["position"])).json()["items"] == []
    taken = boss.post(f"/admin/users/{nora}/revoke-role", json={"role_id": role}).json()["position"]
    problem(tenant.clients["nora"].get("/crm/deals", headers=after(taken)), 403, "forbidden")


def test_an_app_that_is_switched_off_is_nobodys_until_it_is_on_again(tenant: Tenant) -> None:
    tenant.send(f"/admin/tenants/{tenant.name}/switch-app-off", {"app": "crm"})
    problem(tenant.get("ann", "/crm/deals"), 403, "app_off")
    problem(tenant.get("boss", "/crm/deals"), 403, "app_off")
    off = tenant.get("boss", "/access/check", permission="crm.deal.read", id=tenant.deals["ann"])
    problem(off, 404, "not_found")
    assert tenant.get("ada", "/admin/users").is_success
    tenant.send(f"/admin/tenants/{tenant.name}/switch-app-on", {"app": "crm"})
    assert tenant.get("ann", "/crm/deals").is_success


def test_a_deal_is_shared_to_be_read_and_to_be_changed_and_stays_its_owner_s(tenant: Tenant) -> None:
    deal, cleo = f"/crm/deals/{tenant.deals['ann']}", tenant.clients["cleo"]

    def sent(who: str, verb: str, **body: Any) -> httpx.Response:
        answer = tenant.clients[who].post(f"{deal}/{verb}", json=body)
        if answer.is_success:
            tenant.position = answer.json()["position"]
        return answer

    assert sent("ann", "share", user_id=tenant.ids["cleo"]).is_success
    assert tenant.listed("cleo") == tenant.listed("cleo", q="deal") == {"ann", "cleo"}
    assert tenant.get("cleo", deal).json()["readers"] == [f"user:{tenant.ids['cleo']}"]
    assert sum(each["count"] for each in tenant.get("cleo", "/crm/pipeline").json()["items"]) == 2
    assert tenant.get("cleo", f"{deal}/history").is_success
    because = tenant.get("cleo", "/access/check", permission="crm.deal.read", id=tenant.deals["ann"]).json()["because"]
    assert because == ["crm.member: crm.*.*@own", "crm.member: crm.*.read@team"]
    problem(sent("cleo", "change", name="Deal of ann"), 403, "forbidden")
    assert sent("ann", "share", team_id=tenant.teams["East"], change=True).is_success
    assert sent("ann", "unshare", user_id=tenant.ids["cleo"]).is_success
    assert tenant.get("cleo", deal).is_success
    assert sent("cleo", "change", name="Deal of ann").is_success
    for verb, body in (("assign", {"owner_id": tenant.ids["cleo"]}), ("remove", {}), ("share", {"team_id": "x"})):
        problem(sent("cleo", verb, **body), 403, "forbidden")
    problem(sent("bert", "change", name="Bert's"), 403, "forbidden")
    assert sent("ann", "unshare", team_id=tenant.teams["East"]).is_success
    assert tenant.listed("cleo") == {"cleo"}
    problem(cleo.get(deal, headers=after(tenant.position)), 404, "not_found")


@pytest.mark.parametrize(("path", "body"), [("contacts", {"name": "Zoe"}), ("companies", {"name": "Zoe Ltd"})])
def test_a_contact_or_company_is_everybodys_until_somebody_owns_it(
    tenant: Tenant, path: str, body: dict[str, Any]
) -> None:
    id = tenant.send(f"/crm/{path}", body)["id"]
    record, ann = f"/crm/{path}/{id}", tenant.clients["ann"]

    def may_see(who: str) -> bool:
        listed = [each["id"] for each in tenant.get(who, f"/crm/{path}").json()["items"]]
        searched = [each["id"] for each in tenant.get(who, f"/crm/{path}", q="zoe").json()["items"]]
        answers = {id in listed, id in searched, tenant.get(who, record).is_success}
        assert len(answers) == 1, (listed, searched)
        return answers.pop()

    def sent(verb: str, **body: Any) -> httpx.Response:
        answer = ann.post(f"{record}/{verb}", json=body)
        if answer.is_success:
            tenant.position = answer.json()["position"]
        return answer

    assert (may_see("ann"), may_see("cleo")) == (True, True)
    assert sent("assign", owner_id=tenant.ids["ann"]).is_success
    assert (may_see("ann"), may_see("cleo")) == (True, False)
    assert tenant.get("ann", record).json()["owner_name"] is not None
    problem(tenant.clients["cleo"].post(f"{record}/assign", json={"owner_id": tenant.ids["cleo"]}), 404, "not_found")
    assert sent("share", team_id=tenant.teams["East"]).is_success
    assert may_see("cleo")
    problem(tenant.clients["cleo"].post(f"{record}/remove", json={}), 403, "forbidden")
    assert sent("unshare", team_id=tenant.teams["East"]).is_success
    assert not may_see("cleo")
    not_mine = ann.post(f"/crm/{path}", json={**body, "owner_id": tenant.ids["cleo"]})
    problem(not_mine, 403, "forbidden")
    assert sent("assign", owner_id=None).is_success
    assert may_see("cleo")
    assert sent("remove").is_success


AMOUNTS = ["amount", "amount_said", "weighted", "home_amount", "home_weighted", "lines", "one_off", "mrr", "arr"]


def test_amounts_are_hidden_from_who_may_not_see_them_wherever_they_stand(tenant: Tenant) -> None:
    deal = tenant.deals["ann"]
    shown = tenant.get("ann", f"/crm/deals/{deal}")
    assert (shown.json()["amount"], "hidden" in shown.json()) == ({"amount": "5", "currency": "USD"}, False)
    one = tenant.get("bert", f"/crm/deals/{deal}")
    assert (one.json()["amount"], one.json()["hidden"]) == (None, AMOUNTS)
    assert one.headers["ETag"] != shown.headers["ETag"]
    for asked in ({}, {"sort": "-amount"}, {"q": "deal"}, {"as_of": "2100-01-01"}, {"fields": "amount"}):
        items = tenant.get("bert", "/crm/deals", **asked).json()["items"]
        unseen = ["amount"] if "fields" in asked else AMOUNTS
        assert [(each["amount"], each["hidden"]) for each in items] == [(None, unseen)] * 2
    assert all("hidden" not in each for each in tenant.get("bert", "/crm/deals", fields="name").json()["items"])
    for asked in ({"amount": "5"}, {"amount.gt": "0"}, {"amount_currency": "USD"}, {"amount": "5", "q": "deal"}):
        assert tenant.listed("bert", **asked) == set()
        assert tenant.listed("ann", **asked) == {"ann", "bert"}
    for asked in ({"amount.null": "true"}, {"amount_currency.null": "true", "q": "deal"}):
        assert tenant.listed("bert", **asked) == {"ann", "bert"}
        assert tenant.listed("ann", **asked) == set()
    (total,) = tenant.get("bert", "/crm/pipeline", by="").json()["items"]
    assert (total["count"], total["amount"], total["currency"]) == (2, None, None)
    with tenant.clients["bert"].stream("GET", "/events") as stream:
        events = told(stream)
        tenant.send(f"/crm/deals/{deal}/change-amount", {"amount": {"amount": "5.5", "currency": "USD"}})
        _, event = next(events)
        assert (event["type"], event["data"]["amount"], event["hidden"]) == ("crm.DealAmountChanged", None, ["amount"])
    for path in ("history", "lineage"):
        newest = tenant.get("bert", f"/crm/deals/{deal}/{path}").json()["items"][-1]
        assert (newest["data"]["amount"], newest["hidden"]) == (None, ["amount"]), path
        assert "hidden" not in tenant.get("ann", f"/crm/deals/{deal}/{path}").json()["items"][-1]
    tenant.send(f"/crm/deals/{deal}/change-amount", {"amount": {"amount": "5", "currency": "USD"}})


def test_an_auditor_reads_everything_but_what_is_personal(tenant: Tenant) -> None:
    contact = {"name": "Zoe Findable", "email": "zoe@example.org", "job_title": "Buyer"}
    id = tenant.send("/crm/contacts", contact)["id"]

    def found(who: str, **asked: str) -> list[str]:
        return [each["id"] for each in tenant.get(who, "/crm/contacts", **asked).json()["items"]]

    assert found("ann", q="findable") == found("ann", q="zoe buyer") == found("olga", q="buyer") == [id]
    personal = ({"q": "findable"}, {"q": "zoe"}, {"q": "zoe buyer"}, {"email": contact["email"]}, {"name.prefix": "Z"})
    for asked in personal:
        assert found("olga", **asked) == [], asked
    one = tenant.get("olga", f"/crm/contacts/{id}").json()
    assert (one["name"], one["email"], one["job_title"]) == (None, None, "Buyer")
    assert one["hidden"] == ["name", "email", "phone", "emails", "phones", "addresses", "custom"]
    made = tenant.get("olga", f"/crm/contacts/{id}/history").json()["items"][0]
    assert (made["data"]["name"], made["data"]["job_title"]) == (None, "Buyer")
    told = {who: tenant.get(who, f"/crm/contacts/{id}/timeline").json()["items"][0]["name"] for who in ("ann", "olga")}
    assert told == {"ann": "Zoe Findable", "olga": None}
    assert tenant.get("olga", f"/crm/deals/{tenant.deals['ann']}").json()["amount"] is not None
    assert {each["name"] for each in tenant.get("olga", "/admin/users").json()["items"]} == {None}
    tenant.send(f"/crm/contacts/{id}/remove")


def test_amounts_of_ones_own_records_alone(tenant: Tenant) -> None:
    boss, nora = tenant.clients["boss"], tenant.ids["nora"]
    permits = ["crm.deal.read", "crm.amounts.see@own"]
    role = boss.post("/admin/roles", json={"name": "Own amounts", "permits": permits}).json()
    grant, body = f"/admin/users/{nora}/grant-role", {"role_id": role["id"]}
    granted = boss.post(grant, json=body, headers=after(role["position"])).json()["position"]
    mine = {"name": "Nora's", "owner_id": nora, "amount": {"amount": "7", "currency": "USD"}}
    own = tenant.send("/crm/deals", mine)["id"]
    assert tenant.clients["nora"].get("/access/me", headers=after(granted)).is_success
    listed = tenant.get("nora", "/crm/deals", sort="amount").json()["items"]
    assert [(each["id"] == own, each["amount"] is None) for each in listed] == [(True, False), *[(False, True)] * 3]
    assert [each["id"] for each in tenant.get("nora", "/crm/deals", **{"amount.gt": "0"}).json()["items"]] == [own]
    totals = tenant.get("nora", "/crm/pipeline", by="").json()["items"]
    assert [(each["count"], each["amount"]) for each in totals] == [(1, "7"), (3, None)]
    tenant.send(f"/crm/deals/{own}/remove")
    tenant.send(f"/admin/users/{nora}/revoke-role", body)


def test_who_is_deactivated_is_nobody(tenant: Tenant) -> None:
    tenant.send(f"/admin/users/{tenant.ids['nora']}/deactivate")
    problem(tenant.get("nora", "/access/me"), 401, "unauthenticated")
    tenant.send(f"/admin/users/{tenant.ids['nora']}/reactivate")
    assert tenant.get("nora", "/access/me").is_success


def test_the_last_owner_neither_goes_nor_is_removed(tenant: Tenant) -> None:
    boss, id = tenant.clients["boss"], tenant.ids["boss"]
    dismissed = boss.post(f"/admin/tenants/{tenant.name}/dismiss-owner", json={"user_id": id})
    problem(dismissed, 409, "last_owner")
    problem(boss.post(f"/admin/users/{id}/deactivate"), 409, "user_is_owner")
    problem(boss.post(f"/admin/users/{id}/remove"), 409, "user_is_owner")
    problem(boss.post(f"/admin/data-subjects/{id}/erase", json={"basis": "other"}), 409, "user_is_owner")


def test_what_is_set_up_for_all_is_changed_by_who_may_change_all_of_it(tenant: Tenant) -> None:
    paper = {"name": "Paper", "series": "Sheets", "list_price": {"amount": "5", "currency": "USD"}}
    product = tenant.send("/crm/products", paper)["id"]
    for who in ("ann", "mia"):
        assert tenant.get(who, f"/crm/products/{product}").is_success
        refused = tenant.clients[who].post(f"/crm/products/{product}/rename", json={"name": "Straw"})
        assert problem(refused, 403, "forbidden")["permission"] == "crm.product.rename"
        field = {"record": "deal", "key": "mine", "label": "Mine", "kind": "TEXT"}
        refused = tenant.clients[who].post("/crm/field-sets", json=field)
        problem(refused, 403, "forbidden")
        problem(tenant.clients[who].post("/crm/products", json=paper), 403, "forbidden")
    tenant.send(f"/crm/products/{product}/remove")


def test_nobody_is_told_what_a_record_is_called_by_naming_its_id(tenant: Tenant) -> None:
    ann = tenant.clients["ann"]
    hidden = tenant.send("/crm/companies", {"name": "Hidden", "owner_id": tenant.ids["cleo"]})["id"]
    seen = tenant.send("/crm/companies", {"name": "Seen", "owner_id": tenant.ids["ann"]})["id"]
    now = after(tenant.position)
    for path, body in (
        ("/crm/deals", {"name": "Probe", "owner_id": tenant.ids["ann"]}),
        ("/crm/contacts", {"name": "Probe", "owner_id": tenant.ids["ann"]}),
        (f"/crm/deals/{tenant.deals['ann']}/change", {"name": "Deal of ann"}),
    ):
        told = [
            problem(ann.post(path, json={**body, "company_id": id}, headers=now), 422, "no_such_company")
            for id in (hidden, str(uuid4()))
        ]
        assert told[0] == told[1]
        assert told[0]["field"] == "company_id"
    placed = ann.post(f"/crm/companies/{seen}/place", json={"parent_id": hidden}, headers=now)
    problem(placed, 422, "no_such_parent")
    deal = {"name": "Probe", "company_id": hidden, "owner_id": tenant.ids["ann"]}
    id = tenant.send("/crm/deals", deal)["id"]
    kept = {"name": "Probed", "company_id": hidden}
    changed = ann.post(f"/crm/deals/{id}/change", json=kept, headers=after(tenant.position))
    assert changed.is_success, changed.text
    for path in (f"/crm/deals/{id}", f"/crm/companies/{hidden}", f"/crm/companies/{seen}"):
        tenant.send(f"{path}/remove")


def test_what_one_made_a_moment_ago_is_one_s_own_to_whoever_sends_its_position(tenant: Tenant) -> None:
    ann, owner = tenant.clients["ann"], {"owner_id": tenant.ids["ann"]}
    for number in range(20):
        company = ann.post("/crm/companies", json={"name": f"Newest {number}", **owner})
        named = {"name": "Newest", "company_id": company.json()["id"], **owner}
        made = ann.post("/crm/deals", json=named, headers=after(company.json()["position"]))
        assert made.status_code == 201, made.text
        gone = ann.post(f"/crm/deals/{made.json()['id']}/remove", headers=after(made.json()["position"]))
        assert gone.status_code == 200, gone.text


def test_events_are_heard_by_who_may_read_their_records(tenant: Tenant) -> None:
    with tenant.clients["ann"].stream("GET", "/events") as stream:
        events = told(stream)
        for owner in ("cleo", "bert", "ann"):
            tenant.send(f"/crm/deals/{tenant.deals[owner]}/change", {"name": f"{owner}'s deal"})
        heard, own = set[str](), {tenant.deals["bert"], tenant.deals["ann"]}
        while not own <= heard:  # what happened just before may be told too
            heard.add(next(events)[1]["id"])
        assert tenant.deals["cleo"] not in heard


def test_a_decision_is_explained(tenant: Tenant) -> None:
    own = tenant.get("ann", "/access/check", permission="crm.deal.win", id=tenant.deals["ann"]).json()
    assert (own["allowed"], own["because"]) == (True, ["crm.member: crm.*.*@own"])
    colleagues = tenant.get("ann", "/access/check", permission="crm.deal.win", id=tenant.deals["bert"]).json()
    assert (colleagues["allowed"], colleagues["because"]) == (False, [])
    problem(tenant.get("ann", "/access/check", permission="crm.deal.win", id=tenant.deals["cleo"]), 404, "not_found")
    some = tenant.get("ann", "/access/check", permission="crm.deal.win").json()
    assert (some["allowed"], some["reach"]) == (True, "some")
    problem(tenant.get("ann", "/access/check", permission="crm.deal.eat"), 400, "unknown_permission")
    problem(tenant.get("ann", "/access/check", permission="admin.access.read", id="x"), 400, "no_records")
    asked = {"permission": "crm.deal.read", "user": tenant.ids["bert"], "id": tenant.deals["ann"]}
    problem(tenant.get("ann", "/access/check", **asked), 403, "forbidden")
    about_bert = tenant.get("boss", "/access/check", **asked).json()
    assert (about_bert["allowed"], about_bert["because"]) == (True, ["crm.viewer: crm.*.read@team"])
    me = tenant.get("ann", "/access/me").json()
    assert (me["user"], me["roles"], me["territories"]) == (tenant.ids["ann"], ["crm.member"], ["West"])
    assert me["permissions"]["crm.deal.read"] == "some"
    assert me["permissions"]["crm.product.read"] == "all"
    assert "admin.user.read" not in me["permissions"]


def test_a_key_of_nobody_and_one_that_was_changed_are_refused(here: Platform, tenant: Tenant) -> None:
    with here.client(tenant.name, "nobody") as client:
        problem(client.get("/crm/deals"), 401, "unauthenticated")
    forged = here.key(tenant.name, tenant.ids["boss"]).replace(tenant.ids["boss"], tenant.ids["ann"])
    answer = httpx.get(f"{here.url}/crm/deals", headers={"Authorization": f"Bearer {forged}"})
    problem(answer, 401, "unauthenticated")


def test_a_command_s_status_is_told_to_who_sent_it(tenant: Tenant) -> None:
    made = tenant.clients["ann"].post(
        "/crm/deals", json={"name": "Later", "owner_id": tenant.ids["ann"]}, headers={"Prefer": "respond-async"}
    )
    assert made.status_code == 202, made.text
    assert tenant.clients["ann"].get(made.headers["Location"]).is_success
    problem(tenant.clients["cleo"].get(made.headers["Location"]), 404, "not_found")
