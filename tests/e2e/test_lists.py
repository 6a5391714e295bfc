# openpyxl and pyarrow have no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Lists as people use them: groups of conditions, views that are kept and shared, and files that others open."""

import csv
import io
import json
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pyarrow.parquet
import pytest

from tests.e2e.test_http import after, problem
from tests.platform import Platform

ROLES = {"ann": "crm.member", "bert": "crm.viewer", "cleo": "crm.member"}
DEALS = (("ann", "Ten chairs", "100"), ("ann", "Desk", "70.5"), ("ann", "Lamp", "5"), ("bert", "One chair", "50"))
LARGE_OR_CHAIRS = {"any": [{"amount": {"gte": "60"}}, {"name": {"contains": "CHAIR"}}]}


@dataclass
class Tenant:
    """`key` is the tenant's own; users and their clients by first name. `position` has all of it."""

    key: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    position: str = ""

    def send(self, path: str, body: Mapping[str, Any], who: str | None = None) -> dict[str, Any]:
        client = self.key if who is None else self.clients[who]
        answer = client.post(path, json=body, headers=after(self.position) if self.position else {})
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def ask(self, who: str, path: str, **parameters: str) -> httpx.Response:
        return self.clients[who].get(path, params=parameters, headers=after(self.position))

    def names(self, who: str, **parameters: str) -> list[str]:
        answer = self.ask(who, "/crm/deals", **parameters)
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    def kept(self, who: str, **shown: Any) -> str:
        """A view of deals that somebody keeps."""
        view = {"list": "crm/deals", "name": "Mine", "owner_id": self.ids[who], **shown}
        return self.send("/admin/saved-views", view, who)["id"]


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"lists-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Lists"})
        team = made.send("/admin/teams", {"name": "West", "region": "West"})["id"]
        for user, role in ROLES.items():
            placed = {} if user == "cleo" else {"team_id": team}
            made.ids[user] = made.send("/admin/users", {"name": user.title(), **placed})["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": role})
            made.clients[user] = clients.enter_context(here.client(name, made.ids[user]))
        granted = made.position
        made.ids["team"] = team
        for owner, title, amount in DEALS:
            deal = {"name": title, "owner_id": made.ids[owner], "amount": {"amount": amount, "currency": "USD"}}
            made.send("/crm/deals", deal)
        for client in made.clients.values():
            assert client.get("/access/me", headers=after(granted)).status_code == 200
        here.until("teams are known", lambda: len(made.names("ann")) == 4)
        here.until("all are found", lambda: len(made.names("ann", q="chair")) == 2)
        yield made


def test_groups_of_conditions_narrow_lists_search_reports_and_the_past(tenant: Tenant) -> None:
    where = json.dumps(LARGE_OR_CHAIRS)
    assert tenant.names("ann", where=where, sort="-amount") == ["Ten chairs", "Desk", "One chair"]
    assert tenant.names("ann", where=where, sort="-amount", as_of="2100-01-01") == ["Ten chairs", "Desk", "One chair"]
    assert tenant.names("ann", where=where, known_at="2001-01-01") == []
    assert sorted(tenant.names("ann", where=where, q="chair")) == ["One chair", "Ten chairs"]
    assert tenant.names("ann", where=where, **{"amount.lt": "100"}, sort="owner_name,-amount") == ["Desk", "One chair"]
    assert tenant.names("ann", where='{"not": {"name": {"contains": "chair"}}}', sort="name") == ["Desk", "Lamp"]
    assert len(tenant.names("ann", where='{"created_at": {"gte": "yesterday"}}', zone="Pacific/Kiritimati")) == 4
    assert tenant.names("ann", where='{"created_at": "last_year"}') == []
    mine = json.dumps({"any": [{"owner_id": tenant.ids["ann"]}, {"stage": "WON"}]})
    groups = tenant.ask("ann", "/crm/pipeline", where=mine).json()["items"]
    assert [(each["count"], each["amount"]) for each in groups] == [(3, "175.5")]


def test_a_page_goes_on_by_several_columns(tenant: Tenant) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = tenant.ask("ann", "/crm/deals", sort="stage,-amount", limit="1", **cursor).json()
        seen += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == ["Ten chairs", "Desk", "One chair", "Lamp"]
    sorted_so = {"sort": "stage,-amount", "limit": "1"}
    first = tenant.ask("ann", "/crm/deals", **sorted_so, where='{"name": {"contains": "chair"}}').json()
    second = tenant.ask(
        "ann", "/crm/deals", **sorted_so, **{"name.contains": "chair"}, cursor=first["next_cursor"]
    ).json()
    assert [each["name"] for page in (first, second) for each in page["items"]] == ["Ten chairs", "One chair"]


@pytest.mark.parametrize(
    ("asked", "code", "at"),
    [
        ({"where": "stage=WON"}, "bad_where", "where"),
        ({"where": '{"any": [{"colour": "red"}]}'}, "unknown_filter", "where.any.0.colour"),
        ({"where": '{"amount": {"gte": "much"}}'}, "bad_value", "where.amount.gte"),
        ({"where": '{"name": "a\\u0000b"}'}, "bad_value", "where.name"),
        ({"where": '{"name": "\\ud800"}'}, "bad_where", "where.name"),
        ({"where": "[" * 2000}, "bad_where", "where"),
        ({"zone": "Berlin"}, "unknown_zone", "zone"),
        ({"sort": "name,name,name,name,name,name"}, "too_many_sorts", "sort"),
        ({"view": "nothing"}, "unknown_view", "view"),
        ({"format": "pdf"}, "unknown_format", "format"),
        ({"format": "csv", "limit": "5"}, "no_pages", "format"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    tenant: Tenant, asked: dict[str, str], code: str, at: str
) -> None:
    assert problem(tenant.ask("ann", "/crm/deals", **asked), 400, code)["field"] == at


def test_a_view_is_kept_shared_changed_and_taken_back(tenant: Tenant) -> None:
    view = tenant.kept("ann", where=json.dumps(LARGE_OR_CHAIRS), sort="-amount", fields=["name", "amount"])
    shown = tenant.ask("ann", "/crm/deals", view=view).json()["items"]
    assert [item["name"] for item in shown] == ["Ten chairs", "Desk", "One chair"]
    assert set(shown[0]) == {"id", "name", "amount", "parked"}
    assert tenant.names("ann", view=view, **{"amount.lt": "100"}, sort="name") == ["Desk", "One chair"]
    for path in (f"/admin/saved-views/{view}", f"/admin/saved-views/{view}/history"):
        assert tenant.ask("bert", path).status_code == 404
    problem(tenant.ask("bert", "/crm/deals", view=view), 400, "unknown_view")
    assert view not in tenant.ask("bert", "/admin/saved-views").text

    tenant.send(f"/admin/saved-views/{view}/share", {"user_id": tenant.ids["bert"]}, "ann")
    # Bert may not see amounts: what stands in somebody else's view tells him nothing of them.
    assert sorted(tenant.names("bert", view=view)) == ["One chair", "Ten chairs"]
    assert {item["amount"] for item in tenant.ask("bert", "/crm/deals", view=view).json()["items"]} == {None}
    change = {"list": "crm/deals", "where": '{"name": "Lamp"}'}
    bert = tenant.clients["bert"]
    problem(bert.post(f"/admin/saved-views/{view}/change", json=change), 403, "forbidden")
    tenant.send(f"/admin/saved-views/{view}/share", {"user_id": tenant.ids["bert"], "change": True}, "ann")
    tenant.send(f"/admin/saved-views/{view}/change", change, "bert")
    assert tenant.names("ann", view=view) == ["Lamp"]
    problem(bert.post(f"/admin/saved-views/{view}/remove"), 403, "forbidden")

    problem(tenant.ask("cleo", "/crm/deals", view=view), 400, "unknown_view")
    tenant.send(f"/admin/saved-views/{view}/share", {"everybody": True}, "ann")
    assert tenant.names("cleo", view=view) == [], "a view shows nobody more than they might see without it"
    tenant.send(f"/admin/saved-views/{view}/unshare", {"everybody": True}, "ann")
    problem(tenant.ask("cleo", "/crm/deals", view=view), 400, "unknown_view")
    tenant.send(f"/admin/saved-views/{view}/remove", {}, "ann")
    problem(tenant.ask("ann", "/crm/deals", view=view), 400, "unknown_view")


def test_a_view_is_kept_for_oneself_and_of_what_can_be_asked(tenant: Tenant) -> None:
    def refused(status: int, code: str, **shown: Any) -> dict[str, Any]:
        view = {"list": "crm/deals", "name": "Mine", "owner_id": tenant.ids["ann"], **shown}
        return problem(tenant.clients["ann"].post("/admin/saved-views", json=view), status, code)

    refused(403, "forbidden", owner_id=tenant.ids["bert"])
    assert refused(422, "unknown_filter", where='{"colour": "red"}')["field"] == "where.colour"
    assert refused(422, "unknown_list", list="crm/nothing")["field"] == "list"
    assert refused(422, "view_names_somebody", where='{"owner_name": "Ann"}')["field"] == "where.owner_name"
    view = tenant.kept("ann")
    of_another = tenant.ask("ann", "/crm/companies", view=view)
    assert problem(of_another, 400, "view_of_another_list")["field"] == "view"


def test_everybody_chooses_their_own_default(tenant: Tenant) -> None:
    assert len(tenant.names("ann", view="default")) == 4
    view = tenant.kept("ann", where='{"name": "Lamp"}')
    choice = {"user_id": tenant.ids["ann"], "list": "crm/deals", "saved_view_id": view}
    tenant.send("/admin/view-choices", choice, "ann")
    assert tenant.names("ann", view="default") == ["Lamp"]
    assert len(tenant.names("ann")) == 4
    assert len(tenant.names("bert", view="default")) == 4
    problem(tenant.clients["bert"].post("/admin/view-choices", json=choice), 403, "forbidden")
    tenant.send("/admin/view-choices", {**choice, "saved_view_id": None}, "ann")
    assert len(tenant.names("ann", view="default")) == 4


def test_a_list_is_the_same_in_every_file(tenant: Tenant) -> None:
    view = tenant.kept(
        "ann", where=json.dumps(LARGE_OR_CHAIRS), sort="-amount", fields=["name", "amount", "created_at"]
    )
    items = tenant.ask("ann", "/crm/deals", view=view).json()["items"]
    listed = [[each["id"], each["name"], each["amount"]["amount"], each["amount"]["currency"]] for each in items]
    files = {format: tenant.ask("ann", "/crm/deals", view=view, format=format) for format in ("csv", "xlsx", "parquet")}
    for format, answer in files.items():
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith('attachment; filename="deals-')
        assert answer.headers["content-disposition"].endswith(f'.{format}"')
        assert answer.headers["nexus-position"]
    rows = list(csv.reader(io.StringIO(files["csv"].text, newline="")))
    assert rows[0] == ["id", "name", "amount", "amount_currency", "created_at"]
    assert [row[:4] for row in rows[1:]] == listed
    assert [row[4].replace("Z", "") for row in rows[1:]] == [each["created_at"].replace("Z", "") for each in items]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    cells = [[each.value for each in row] for row in sheet.iter_rows()]
    assert cells[0] == rows[0]
    assert [[*row[:2], f"{row[2]:g}", row[3]] for row in cells[1:]] == listed
    table: Any = pyarrow.parquet.read_table(io.BytesIO(files["parquet"].content))
    columns = table.to_pylist()
    assert [
        [each["id"], each["name"], f"{each['amount'].normalize():f}", each["amount_currency"]] for each in columns
    ] == (listed)
    assert str(table.schema.field("created_at").type) == "timestamp[us, tz=UTC]"


def test_a_file_holds_what_its_reader_may_see_and_is_in_the_audit(tenant: Tenant, here: Platform) -> None:
    mine = list(csv.DictReader(io.StringIO(tenant.ask("bert", "/crm/deals", format="csv").text, newline="")))
    assert [each["amount"] for each in mine] == [""] * 4
    assert tenant.ask("cleo", "/crm/deals", format="csv").text.count("\n") == 1
    groups = list(csv.DictReader(io.StringIO(tenant.ask("ann", "/crm/pipeline", format="csv").text, newline="")))
    assert [(each["currency"], each["count"], each["amount"]) for each in groups] == [("USD", "4", "225.5")]

    def exported() -> list[dict[str, Any]]:
        asked = {"kind": "EXPORTED", "user_id": tenant.ids["bert"]}
        return tenant.key.get("/audit/entries", params=asked).json()["items"]

    entry = here.until("the audit has it", exported)[0]
    assert (entry["operation"], entry["found"], entry["asked"]) == ("GET /crm/deals", 4, "format=csv")
