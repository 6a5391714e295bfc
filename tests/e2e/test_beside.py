"""A record's page in one request: the record, and beside it what its own routes give, to whoever may read that."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from projections.timeline import AT_ONCE
from tests.e2e.test_activities import Team
from tests.e2e.test_http import after, problem
from tests.platform import Platform

NEWEST = "-updated_at"
ROLES = {
    "ann": ["crm.*.*"],
    "bert": ["crm.company.read", "crm.contact.read", "crm.deal.read@own", "crm.personal.see@own"],
    "cleo": ["crm.company.read", "crm.activity.read"],
}
"""Who sees everything; who sees some deals, no amounts, no names of people and no activities; who sees no deals."""


@pytest.fixture(scope="module")
def team(here: Platform) -> Generator[Team]:
    tenant = f"beside-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Team(here, {"key": clients.enter_context(here.client(tenant))}, {})
        made.send("/admin/tenants", {"name": "Beside"})
        for user, permits in ROLES.items():
            made.ids[user] = made.send("/admin/users", {"name": user.title()})["id"]
            role = made.send("/admin/roles", {"name": user, "permits": permits})["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": role})
            made.clients[user] = clients.enter_context(here.client(tenant, made.ids[user]))
            assert made.get("/access/me", user).is_success
        _filled(made)
        yield made


def _filled(team: Team) -> None:
    """A company with a subsidiary, two contacts and three deals, one of them Bert's; and a call about it."""
    team.send("/crm/field-sets", {"record": "deal", "key": "share", "label": "Share", "kind": "NUMBER"})
    twice = {"record": "deal", "key": "twice", "label": "Twice", "kind": "FORMULA", "formula": "custom.share * 2"}
    team.send("/crm/field-sets", twice)
    umbra = team.ids["umbra"] = team.send("/crm/companies", {"name": "Umbra", "at": _at(1)})["id"]
    team.send("/crm/companies", {"name": "Umbra North", "parent_id": umbra, "at": _at(1)})
    ours = {"company_id": umbra, "owner_id": team.ids["ann"]}
    team.ids["maud"] = team.send("/crm/contacts", {"name": "Maud", **ours, "at": _at(2)})["id"]
    team.send("/crm/contacts", {"name": "Walter", **ours, "at": _at(2)})
    for number, owner in enumerate(("ann", "bert", "ann")):
        deal = {"name": f"Deal {number}", **ours, "owner_id": team.ids[owner], "at": _at(3 + number)}
        deal |= {"amount": {"amount": "5", "currency": "USD"}, "custom": {"share": number}}
        team.ids[f"deal {number}"] = team.send("/crm/deals", deal)["id"]
    for number in (0, 1):
        whom = {"contact_id": team.ids["maud"], "roles": ["CHAMPION"], "at": _at(6 + number)}
        team.send(f"/crm/deals/{team.ids[f'deal {number}']}/set-contact", whom)
    call = {"kind": "CALL", "title": "Maud called", "owner_id": team.ids["ann"], "contact_ids": [team.ids["maud"]]}
    team.send("/crm/activities", {**call, "links": [f"crm/company/{umbra}"], "at": _at(7)})


def _at(day: int) -> str:
    return f"2026-03-{day:02}T08:00:00Z"


def asking(team: Team, record: str, names: str, who: str = "key", **asked: Any) -> httpx.Response:
    """Asks for a record with what stands beside it under these names."""
    return team.clients[who].get(record, params={"with": names, **asked}, headers=after(team.position))


def beside(team: Team, record: str, names: str, who: str = "key", **asked: Any) -> Mapping[str, Any]:
    answer = asking(team, record, names, who, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["with"]


def own_routes(team: Team, record: str, who: str = "key", **asked: Any) -> dict[str, httpx.Response]:
    """What the routes of the lists themselves give, of a company or a contact."""
    kind, id = record.split("/")[2:]
    by = {"companies": {"company_id": id}, "contacts": {"contacts": id}}[kind]
    noun = {"companies": "company", "contacts": "contact"}[kind]
    lists = {"deals": ("/crm/deals", by), "activities": ("/crm/activities", {"about": f"crm/{noun}/{id}"})}
    if kind == "companies":
        lists |= {"contacts": ("/crm/contacts", by), "companies_by_parent": ("/crm/companies", {"parent_id": id})}
    found = {name: team.get(path, who, sort=NEWEST, **filter, **asked) for name, (path, filter) in lists.items()}
    return {"timeline": team.get(f"{record}/timeline", who, **asked), **found}


@pytest.mark.parametrize("who", ["key", *ROLES])
@pytest.mark.parametrize("asked", [{}, {"limit": 1}, {"as_of": "2026-03-04"}, {"known_at": "2100-01-01", "limit": 2}])
@pytest.mark.parametrize("kind", ["companies", "contacts"])
def test_each_list_is_what_its_own_route_gives(team: Team, kind: str, asked: dict[str, Any], who: str) -> None:
    record = f"/crm/companies/{team.ids['umbra']}" if kind == "companies" else f"/crm/contacts/{team.ids['maud']}"
    alone = team.get(record, who, **{name: value for name, value in asked.items() if name != "limit"})
    if alone.status_code == 403:
        problem(asking(team, record, "timeline", who, **asked), 403, "forbidden")
        return
    routes = own_routes(team, record, who, **{"limit": 20, **asked})
    whole = asking(team, record, ",".join(routes), who, **asked).json()
    found = whole.pop("with")
    assert whole == alone.json()
    assert list(found) == list(routes)
    for name, answer in routes.items():
        if answer.status_code == 403:
            assert found[name] is None, name
        else:
            assert found[name] == answer.json(), name


def test_it_shows_what_it_is_compared_with(team: Team) -> None:
    """What the test before compares is not nothing."""
    company, contact = f"/crm/companies/{team.ids['umbra']}", f"/crm/contacts/{team.ids['maud']}"
    names = "timeline,deals,contacts,activities,companies_by_parent"
    counts = {name: len(page["items"]) for name, page in beside(team, company, names).items()}
    assert counts == {"timeline": 13, "deals": 3, "contacts": 2, "activities": 1, "companies_by_parent": 1}
    deals = beside(team, company, "deals")["deals"]["items"]
    assert [(each["name"], each["custom"]["twice"]) for each in deals] == [
        ("Deal 1", "2"),
        ("Deal 0", "0"),
        ("Deal 2", "4"),
    ]
    assert [each["name"] for each in beside(team, contact, "deals")["deals"]["items"]] == ["Deal 1", "Deal 0"]
    then = beside(team, company, "deals,activities", as_of="2026-03-04")
    assert {name: len(page["items"]) for name, page in then.items()} == {"deals": 2, "activities": 0}
    (deal,) = beside(team, company, "deals", "bert")["deals"]["items"]
    assert (deal["name"], deal["amount"], "amount" in deal["hidden"]) == ("Deal 1", None, True)
    assert beside(team, company, "deals,contacts,activities", "cleo").keys() == {"deals", "contacts", "activities"}
    told = beside(team, company, "deals,contacts,activities", "cleo")
    assert (told["deals"], told["contacts"], len(told["activities"]["items"])) == (None, None, 1)


def test_what_happened_is_told_to_whoever_may_read_the_record_now(team: Team) -> None:
    """Whoever might have read it then is shown how it was, and nothing that came later."""
    id = team.send("/crm/deals", {"name": "Handed over", "owner_id": team.ids["bert"], "at": _at(10)})["id"]
    path, then = f"/crm/deals/{id}", "2026-03-11"
    assert len(beside(team, path, "timeline", "bert", as_of=then)["timeline"]["items"]) == 1
    team.send(f"{path}/assign", {"owner_id": team.ids["ann"], "at": _at(12)})
    problem(asking(team, path, "timeline", "bert"), 404, "not_found")
    problem(team.get(f"{path}/timeline", "bert", as_of=then), 404, "not_found")
    assert beside(team, path, "timeline", "bert", as_of=then) == {"timeline": None}


def test_a_list_goes_on_by_its_own_route(team: Team) -> None:
    id = team.ids["umbra"]
    first = beside(team, f"/crm/companies/{id}", "deals,timeline", limit=1)
    rest = team.items("/crm/deals", company_id=id, sort=NEWEST, limit=5, cursor=first["deals"]["next_cursor"])
    assert [each["name"] for each in rest] == ["Deal 0", "Deal 2"]
    rest = team.items(f"/crm/companies/{id}/timeline", cursor=first["timeline"]["next_cursor"])
    assert len(rest) == 12


def test_each_list_can_have_a_length_of_its_own(team: Team) -> None:
    path = f"/crm/companies/{team.ids['umbra']}"
    long: dict[str, Any] = {"limit.timeline": 3}
    found = beside(team, path, "timeline,deals,contacts", limit=1, **long)
    assert {name: len(page["items"]) for name, page in found.items()} == {"timeline": 3, "deals": 1, "contacts": 1}
    rest = team.items(f"{path}/timeline", cursor=found["timeline"]["next_cursor"])
    assert len(rest) == 10
    told = problem(asking(team, path, "contacts,deals", **long), 400, "bad_limit")
    assert (told["field"], "timeline" in told["detail"]) == ("limit.timeline", True)
    unknown: dict[str, Any] = {"limit.people": 3}
    problem(asking(team, path, "deals", **unknown), 400, "unknown_filter")


def test_what_is_about_several_of_many_stands_there_once(team: Team) -> None:
    """Of records around a company so many are looked for at once."""
    many = team.send("/crm/companies", {"name": "Many", "at": _at(1)})["id"]
    fields = {"company_id": many, "owner_id": team.ids["ann"], "at": _at(2)}
    ids = [team.send("/crm/contacts", {"name": f"One of many {n}", **fields})["id"] for n in range(AT_ONCE + 44)]
    call = {"kind": "CALL", "title": "With two", "owner_id": team.ids["ann"], "contact_ids": [ids[0], ids[-1]]}
    team.send("/crm/activities", {**call, "at": _at(3)})
    (told,) = team.items(f"/crm/companies/{many}/timeline", kinds="activity")
    assert (told["type"], told["name"]) == ("crm.ActivityCreated", "With two")
    assert len(team.items(f"/crm/companies/{many}/timeline", limit=200)) == 200


def test_what_is_in_the_trash_is_beside_nothing_and_has_its_own_beside_it(team: Team) -> None:
    company = team.send("/crm/companies", {"name": "Gone"})["id"]
    fields = {"company_id": company, "owner_id": team.ids["ann"]}
    kept, gone = (team.send("/crm/deals", {"name": name, **fields})["id"] for name in ("Kept", "Removed"))
    team.send(f"/crm/deals/{gone}/remove")
    team.send(f"/crm/companies/{company}/remove")
    path = f"/crm/companies/{company}"
    problem(asking(team, path, "deals"), 404, "not_found")
    found = beside(team, path, "deals,timeline", trash="true")
    assert [each["id"] for each in found["deals"]["items"]] == [kept]
    assert "crm.CompanyRemoved" in [each["type"] for each in found["timeline"]["items"]]
    problem(asking(team, f"/crm/companies/{team.ids['umbra']}", "deals", trash="true"), 404, "not_found")


def test_the_tag_changes_with_what_stands_beside_the_record(team: Team) -> None:
    company = team.send("/crm/companies", {"name": "Tagged"})["id"]
    path, asked = f"/crm/companies/{company}", {"with": "deals"}
    client, there = team.clients["key"], after(team.position)
    tag = client.get(path, params=asked, headers=there).headers["ETag"]
    again = client.get(path, params=asked, headers={**there, "If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    team.send("/crm/deals", {"name": "New", "company_id": company, "owner_id": team.ids["ann"]})
    changed = client.get(path, params=asked, headers={**after(team.position), "If-None-Match": tag})
    assert changed.status_code == 200
    assert [each["name"] for each in changed.json()["with"]["deals"]["items"]] == ["New"]
    assert tag.partition(".")[0] == changed.headers["ETag"].partition(".")[0]
    named = client.post(f"{path}/tag", json={"add": ["vip"]}, headers={"If-Match": changed.headers["ETag"]})
    assert named.status_code == 200, named.text


def test_so_does_that_of_a_record_which_shows_nothing_of_others(team: Team) -> None:
    book = team.send("/crm/price-books", {"name": "List", "currency": "USD", "prices": []})["id"]
    path, asked = f"/crm/price-books/{book}", {"with": "deals"}
    client = team.clients["key"]
    alone = client.get(path, headers=after(team.position)).headers["ETag"]
    tag = client.get(path, params=asked, headers=after(team.position)).headers["ETag"]
    team.send("/crm/deals", {"name": "By it", "price_book_id": book, "owner_id": team.ids["ann"]})
    headers = {**after(team.position), "If-None-Match": tag}
    assert client.get(path, params=asked, headers=headers).status_code == 200
    assert client.get(path, headers={**headers, "If-None-Match": alone}).status_code == 304


def test_what_is_wrong_is_said(team: Team) -> None:
    path = f"/crm/companies/{team.ids['umbra']}"
    told = problem(asking(team, path, "deals,people"), 400, "unknown_relation")
    assert told["field"] == "with"
    assert "timeline, activities, companies_by_parent, contacts, deals" in told["detail"]
    assert problem(asking(team, path, "deals,contacts", limit=101), 400, "bad_limit")["field"] == "limit"
    assert asking(team, path, "deals,contacts", limit=100).status_code == 200
    problem(asking(team, path, "deals", limit=0), 400, "bad_limit")
    problem(asking(team, "/crm/activities/x", "timeline"), 400, "unknown_filter")
    user = f"/admin/users/{team.ids['ann']}"
    assert beside(team, user, "identities")["identities"] == {"items": [], "next_cursor": None}
    problem(asking(team, user, "identities", as_of="2100-01-01"), 400, "no_times")


def test_who_leads_elsewhere_leads_there_with_what_was_asked(team: Team) -> None:
    kept, gone = (team.send("/crm/contacts", {"name": name})["id"] for name in ("Stays", "Goes"))
    team.send(f"/crm/contacts/{kept}/merge", {"other_id": gone})
    moved = team.here.until("it is merged", lambda: _moved(team, gone))
    assert moved.headers["Location"] == f"/crm/contacts/{kept}?with=timeline%2Cdeals"


def _moved(team: Team, id: str) -> httpx.Response | None:
    answer = asking(team, f"/crm/contacts/{id}", "timeline,deals")
    return answer if answer.status_code == 308 else None


def test_the_audit_has_all_that_was_shown_in_one_entry(team: Team) -> None:
    request, company = f"page-{uuid4().hex}", team.ids["umbra"]
    asked = {"with": "timeline,deals,activities", "limit": "30"}
    answer = team.clients["ann"].get(f"/crm/companies/{company}", params=asked, headers={"X-Request-Id": request})
    beside = answer.json()["with"]
    shown = {row["id"] for page in beside.values() for row in page["items"]}
    client = team.clients["key"]

    def entries() -> Any:
        return client.get("/audit/entries", params={"request_id": request}).json()["items"]

    (entry,) = team.here.until("the audit has it", entries)
    assert (entry["kind"], entry["operation"], entry["record"]) == ("SAW", "GET /crm/companies/{id}", company)
    assert entry["asked"] == "with=timeline,deals,activities&limit=30"
    assert (set(entry["records"]), entry["found"]) == (shown, len(shown))
    assert {team.ids["deal 0"], team.ids["deal 1"], team.ids["deal 2"]} < shown
