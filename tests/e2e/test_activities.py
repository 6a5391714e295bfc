"""A week of activities around a deal, over HTTP against real processes: planned, repeated, logged, seen on timelines by
whoever may see them, and erased with the last person whom they name."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_graphql import data, error, sent
from tests.e2e.test_http import after, problem
from tests.platform import Platform

DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass
class Team:
    """Clients of Ann and Cleo, who are in different teams, and of the tenant's own key; and the ids of what was made.
    `position` has all of it."""

    here: Platform
    clients: dict[str, httpx.Client]
    ids: dict[str, str]
    position: str = ""

    def send(self, path: str, body: Mapping[str, Any] | None = None, who: str = "key") -> dict[str, Any]:
        answer = self.clients[who].post(path, json=body or {}, headers=after(self.position))
        assert answer.is_success, answer.text
        told = answer.json()
        known = [{"position": self.position}] if self.position else []
        self.position = self.here.settled([told, *known])
        return told

    def get(self, path: str, who: str = "key", **asked: Any) -> httpx.Response:
        return self.clients[who].get(path, params=asked, headers=after(self.position))

    def items(self, path: str, who: str = "key", **asked: Any) -> list[dict[str, Any]]:
        answer = self.get(path, who, **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def timeline(self, record: str, who: str = "key", **asked: Any) -> list[tuple[str, str]]:
        """(type, name of the record) of each entry, newest first."""
        return [(each["type"], each["name"]) for each in self.items(f"{record}/timeline", who, **asked)]


@pytest.fixture(scope="module")
def team(here: Platform) -> Generator[Team]:
    tenant = f"activities-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Team(here, {"key": clients.enter_context(here.client(tenant))}, {})
        made.send("/admin/tenants", {"name": "Activities"})
        for region in ("West", "East"):
            made.ids[region] = made.send("/admin/teams", {"name": region, "region": region})["id"]
        for user, region in (("ann", "West"), ("cleo", "East")):
            made.ids[user] = made.send("/admin/users", {"name": user.title(), "team_id": made.ids[region]})["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": "crm.member"})
            made.clients[user] = clients.enter_context(here.client(tenant, made.ids[user]))
            assert made.get("/access/me", user).is_success
        made.ids["umbra"] = made.send("/crm/companies", {"name": "Umbra", "at": "2026-03-01T08:00:00Z"})["id"]
        fields = {"company_id": made.ids["umbra"], "owner_id": made.ids["ann"], "at": "2026-03-01T08:00:01Z"}
        made.ids["maud"] = made.send("/crm/contacts", {"name": "Maud", **fields})["id"]
        made.ids["deal"] = made.send("/crm/deals", {"name": "Tea", **fields, "at": "2026-03-01T08:00:02Z"})["id"]
        yield made


def at(day: int, hour: int = 8) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


@pytest.fixture(scope="module")
def task(team: Team) -> str:
    """A task that repeats, on Ann's deal."""
    body = {
        "kind": "TASK",
        "title": "Send the weekly offer",
        "owner_id": team.ids["ann"],
        "due_at": at(2),
        "rule": "FREQ=WEEKLY;COUNT=3",
        "zone": "Europe/Berlin",
        "priority": "HIGH",
        "links": [f"crm/deal/{team.ids['deal']}"],
        "at": at(1, 9),
    }
    return team.send("/crm/activities", body, "ann")["id"]


@pytest.fixture(scope="module")
def call(team: Team) -> str:
    """A call with Maud that took place."""
    body = {
        "kind": "CALL",
        "title": "Maud called about samples",
        "body": "She would like Darjeeling.",
        "direction": "INBOUND",
        "owner_id": team.ids["ann"],
        "completed_at": at(3, 9),
        "contact_ids": [team.ids["maud"]],
        "at": at(3, 10),
    }
    return team.send("/crm/activities", body, "ann")["id"]


def test_a_task_that_repeats_is_there_again_once_it_is_done(team: Team, task: str) -> None:
    mine = {"owner_id": team.ids["ann"], "status": "OPEN", "kind": "TASK", "sort": "due_at"}
    (first,) = team.items("/crm/activities", "ann", **mine)
    assert (first["id"], first["owner_name"], first["priority"]) == (task, "Ann", "HIGH")
    assert [each["id"] for each in team.items("/crm/activities", "ann", **mine, **{"due_at.lt": at(2, 9)})] == [task]
    assert team.items("/crm/activities", "ann", **mine, **{"due_at.lt": at(2)}) == []
    done = team.send(f"/crm/activities/{task}/complete", {"outcome": "Sent", "at": at(2, 9)}, "ann")
    assert [event["type"] for event in done["events"]] == ["crm.ActivityCompleted", "crm.ActivityRecurred"]

    def next_one() -> Any:
        return team.items("/crm/activities", "ann", **mine)

    (following,) = team.here.until("the next one is planned", next_one)
    assert (following["due_at"], following["title"]) == ("2026-03-09T08:00:00Z", "Send the weekly offer")
    row = team.get(f"/crm/activities/{task}", "ann").json()
    assert (row["status"], row["outcome"], row["next_id"]) == ("DONE", "Sent", following["id"])
    assert following["series_id"] == task
    assert [event["type"] for event in team.items(f"/crm/activities/{task}/lineage")][-1] == "crm.ActivityCreated"


def test_an_owner_is_reminded_in_time(team: Team) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    body = {"kind": "TASK", "title": "Soon", "owner_id": team.ids["ann"], "remind_at": soon}
    made = team.send("/crm/activities", body, "ann")["id"]

    def reminded() -> bool:
        history = team.items(f"/crm/activities/{made}/history", "ann")
        return [event["type"] for event in history] == ["crm.ActivityCreated", "crm.ActivityReminded"]

    team.here.until("Ann is reminded", reminded)
    team.send(f"/crm/activities/{made}/remove", who="ann")


def test_timelines_show_what_happened_to_a_record_and_around_it(team: Team, task: str, call: str) -> None:
    ids = team.ids
    deal, contact = f"/crm/deals/{ids['deal']}", f"/crm/contacts/{ids['maud']}"
    company = f"/crm/companies/{ids['umbra']}"
    called = ("crm.ActivityCreated", "Maud called about samples")
    planned = ("crm.ActivityCreated", "Send the weekly offer")
    of_deal, of_contact = team.timeline(deal, "ann"), team.timeline(contact, "ann")
    assert of_contact == [called, ("crm.ContactCreated", "Maud")]
    assert of_deal[-2:] == [planned, ("crm.DealOpened", "Tea")]
    assert called not in of_deal
    of_company = team.timeline(company)
    assert set(of_company) == {*of_deal, *of_contact, ("crm.CompanyCreated", "Umbra")}
    assert of_company[-1] == ("crm.CompanyCreated", "Umbra")
    assert team.timeline(company, kinds="contact,company") == [
        ("crm.ContactCreated", "Maud"),
        ("crm.CompanyCreated", "Umbra"),
    ]
    assert team.timeline(deal, types="crm.DealOpened") == [("crm.DealOpened", "Tea")]
    assert team.timeline(company, as_of=at(1, 8)) == [("crm.CompanyCreated", "Umbra")]
    entry = team.items(f"{contact}/timeline", "ann")[0]
    assert (entry["sentence"], entry["actor_name"], entry["id"]) == ("An activity was planned or logged.", "Ann", call)
    assert entry["data"]["body"] == "She would like Darjeeling."


def test_a_timeline_is_read_page_by_page(team: Team, call: str) -> None:
    path, cursor, read = f"/crm/companies/{team.ids['umbra']}/timeline", None, list[str]()
    while True:
        page = team.get(path, limit=2, **({"cursor": cursor} if cursor else {})).json()
        read += [entry["event_id"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 2
    assert read == [entry["event_id"] for entry in team.items(path)]
    other = f"/crm/deals/{team.ids['deal']}/timeline"
    first = team.get(path, limit=2).json()["next_cursor"]
    problem(team.get(other, limit=2, cursor=first), 400, "bad_cursor")
    problem(team.get(path, limit=0), 400, "bad_limit")
    problem(team.get(path, kinds="planet"), 400, "bad_value")
    problem(team.get(path, types="crm.DealOpened,x"), 400, "bad_value")
    problem(team.get(path, q="tea"), 400, "unknown_filter")


TIMELINE = """query ($id: ID!, $first: Int, $after: String, $kinds: [String!], $types: [String!], $asOf: DateTime) {
  company(id: $id, asOf: $asOf) { name timeline(first: $first, after: $after, kinds: $kinds, types: $types) {
    edges { cursor node { eventId type id sentence name actorName data hidden } }
    pageInfo { hasNextPage endCursor hasPreviousPage } } } }"""


def test_graphql_tells_the_same_timeline_with_its_record(team: Team, task: str, call: str) -> None:
    def told(who: str = "key", **asked: Any) -> dict[str, Any]:
        found = data(sent(team.clients[who], TIMELINE, team.position, id=team.ids["umbra"], **asked))
        assert found["company"]["name"] == "Umbra"
        return found["company"]["timeline"]

    path = f"/crm/companies/{team.ids['umbra']}/timeline"
    told_as = ("event_id", "type", "id", "sentence", "name", "actor_name", "data")
    for who in ("key", "ann", "cleo"):
        nodes = [edge["node"] for edge in told(who)["edges"]]
        listed = [[*(each[name] for name in told_as), each.get("hidden", [])] for each in team.items(path, who)]
        assert [list(node.values()) for node in nodes] == listed, f"as {who} has it by HTTP"
    whole, read, page = [edge["node"]["eventId"] for edge in told()["edges"]], list[str](), told(first=2)
    assert not page["pageInfo"]["hasPreviousPage"]
    while True:
        read += [edge["node"]["eventId"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert page["edges"][-1]["cursor"] == page["pageInfo"]["endCursor"]
        page = told(first=2, after=page["pageInfo"]["endCursor"])
        assert page["pageInfo"]["hasPreviousPage"]
    assert read == whole
    assert [edge["node"]["type"] for edge in told(types=["crm.DealOpened"])["edges"]] == ["crm.DealOpened"]
    assert len(told(kinds=["contact", "company"])["edges"]) == 2
    assert [edge["node"]["type"] for edge in told(asOf=at(1, 8))["edges"]] == ["crm.CompanyCreated"]
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kinds": ["planet"]}, "bad_value"),
        ({"first": 0}, "bad_limit"),
        ({"after": "x"}, "bad_cursor"),
    )
    for asked, code in wrong:
        assert error(sent(team.clients["key"], TIMELINE, team.position, id=team.ids["umbra"], **asked))["code"] == code
    of_each = "{ companies { nodes { id } } deals { nodes { timeline(first: 1) { nodes { type } } } } }"
    assert len(data(sent(team.clients["key"], of_each, team.position))["deals"]["nodes"]) == 1
    another = team.send("/crm/deals", {"name": "Another", "owner_id": team.ids["ann"]})["id"]
    assert error(sent(team.clients["key"], of_each, team.position))["code"] == "timeline_of_one_record"
    team.send(f"/crm/deals/{another}/remove")


def test_nobody_sees_more_on_a_timeline_than_the_records_that_they_may_read(team: Team, task: str, call: str) -> None:
    for path in (f"deals/{team.ids['deal']}", f"contacts/{team.ids['maud']}"):
        problem(team.get(f"/crm/{path}/timeline", "cleo"), 404, "not_found")
    problem(team.get(f"/crm/activities/{call}", "cleo"), 404, "not_found")
    assert team.items("/crm/activities", "cleo") == []
    company = f"/crm/companies/{team.ids['umbra']}"
    assert team.timeline(company, "cleo") == [("crm.CompanyCreated", "Umbra")]
    team.send(f"/crm/activities/{call}/share", {"user_id": team.ids["cleo"]}, "ann")
    assert [each["id"] for each in team.items("/crm/activities", "cleo")] == [call]
    # The contact is hidden still, so that what is about her alone does not stand on the company's timeline.
    assert team.timeline(company, "cleo") == [("crm.CompanyCreated", "Umbra")]
    team.send(f"/crm/activities/{call}/link", {"record": f"crm/company/{team.ids['umbra']}"}, "ann")
    assert ("crm.ActivityCreated", "Maud called about samples") in team.timeline(company, "cleo")
    problem(team.clients["cleo"].post(f"/crm/activities/{call}/complete", json={}), 403, "forbidden")


def test_words_are_found_by_those_who_may_read_them(team: Team, call: str) -> None:
    team.here.until("the call is found", lambda: team.items("/crm/activities", "ann", q="darjeel"))
    found = team.items("/crm/activities", "ann", q="darjeel", about=f"crm/contact/{team.ids['maud']}")
    assert [each["id"] for each in found] == [call]


def test_bad_input_is_told_apart(team: Team) -> None:
    base = {"kind": "TASK", "title": "x", "owner_id": team.ids["ann"]}
    refused: list[tuple[dict[str, Any], str]] = [
        ({"kind": "PARTY"}, "invalid_field"),
        ({"title": None}, "activity_blank"),
        ({"starts_at": at(2), "ends_at": at(1)}, "ends_before_start"),
        ({"rule": "FREQ=DAILY"}, "rule_without_time"),
        ({"rule": "FREQ=SECONDLY", "due_at": at(2)}, "rule_malformed"),
        ({"contact_ids": [str(uuid4()) for _ in range(1000)]}, "too_many_contact_ids"),
        ({"contact_ids": [str(uuid4()) for _ in range(1001)]}, "invalid_field"),
        ({"due_at": "9999-12-31T23:59:59Z"}, "time_implausible"),
    ]
    for changes, code in refused:
        problem(team.clients["ann"].post("/crm/activities", json=base | changes), 422, code)


def test_words_go_with_the_last_person_whom_they_name(team: Team) -> None:
    contact = team.send("/crm/contacts", {"name": "Quillonia"})["id"]
    body = {"kind": "NOTE", "body": "Quillonia is moving.", "owner_id": team.ids["ann"], "contact_ids": [contact]}
    note = team.send("/crm/activities", body)["id"]
    erased = team.send(f"/admin/data-subjects/{contact}/erase", {"basis": "objection"})
    assert erased["events"]

    def gone() -> bool:
        row = team.get(f"/crm/activities/{note}").json()
        return (row["body"], row["about"]) == ("[erased]", [])

    team.here.until("the note is erased", gone)
    (created, *_) = team.items(f"/crm/activities/{note}/history")
    assert created["data"]["body"] is None


def test_a_contact_s_timeline_shows_the_deals_in_which_they_have_a_say(team: Team) -> None:
    hers = {"name": "Vera", "owner_id": team.ids["ann"], "at": at(1)}
    vera = team.send("/crm/contacts", hers)["id"]
    path, made = f"/crm/contacts/{vera}", ("crm.ContactCreated", "Vera")
    coffee = team.send("/crm/deals", {"name": "Coffee", "owner_id": team.ids["ann"], "at": at(2)})["id"]
    secret = team.send("/crm/deals", {"name": "Secret", "owner_id": team.ids["cleo"], "at": at(2)})["id"]
    call = {"kind": "CALL", "title": "About coffee", "owner_id": team.ids["ann"], "links": [f"crm/deal/{coffee}"]}
    team.send("/crm/activities", {**call, "at": at(3)})
    assert team.timeline(path, "ann")[-1] == made
    before = team.timeline(path, as_of=at(3, 9))
    for deal, day in ((coffee, 4), (secret, 5)):
        team.send(f"/crm/deals/{deal}/set-contact", {"contact_id": vera, "roles": ["CHAMPION"], "at": at(day)})
    opened, named = ("crm.DealOpened", "Coffee"), ("crm.DealContactSet", "Coffee")
    shown = [named, ("crm.ActivityCreated", "About coffee"), opened]
    assert team.timeline(path, "ann", as_of=at(4, 9)) == [*shown, *before]
    assert set(shown) <= set(team.timeline(path, "ann"))
    assert "Secret" not in {name for _, name in team.timeline(path, "ann")}
    assert ("crm.DealContactSet", "Secret") in team.timeline(path)
    assert team.timeline(path, "ann", kinds="deal") == [named, opened]
    assert team.timeline(path, as_of=at(3, 9)) == before
    team.send(f"/crm/deals/{coffee}/drop-contact", {"contact_id": vera, "at": at(6)})
    assert not {opened, named} & set(team.timeline(path, "ann"))
    assert team.timeline(path, "ann", as_of=at(5, 9)) == [*shown, *before]
