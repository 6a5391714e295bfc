# openpyxl and pyarrow have no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Fields that a tenant defined, as people use them: lists by them, views, search, GraphQL and files."""

import csv
import io
import json
from collections.abc import Generator
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pyarrow.parquet
import pytest

from tests.e2e.test_graphql import data, sent
from tests.e2e.test_http import after, problem
from tests.e2e.test_lists import Tenant
from tests.platform import Platform

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "budget", "kind": "MONEY"},
    {"key": "share", "kind": "NUMBER"},
    {"key": "due", "kind": "DATE"},
    {"key": "sure", "kind": "BOOLEAN"},
    {"key": "colour", "kind": "CHOICE", "choices": ["red", "green", "blue"]},
    {"key": "topics", "kind": "CHOICES", "choices": ["paper", "ink"]},
    {"key": "note", "kind": "TEXT"},
    {"key": "rival", "kind": "REFERENCE", "refers_to": "company"},
    {"key": "old", "kind": "TEXT"},
    {"key": "part", "kind": "FORMULA", "formula": "custom.budget * custom.share / 100"},
)
DEALS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("One sheet", {"budget": {"amount": "12.50", "currency": "USD"}, "share": 40, "colour": "green", "note": "=1+1"}),
    ("Two sheets", {"budget": {"amount": 300, "currency": "USD"}, "due": "2026-03-31", "topics": ["ink", "paper"]}),
    ("Three sheets", {"budget": {"amount": 300, "currency": "EUR"}, "share": "7.25", "sure": True, "colour": "red"}),
    ("No sheet", {}),
)
RED_OR_MUCH = '{"any": [{"custom": {"colour": ["red"]}}, {"custom.share": {"gte": 40}}]}'


def define(tenant: Tenant, record: str, field: dict[str, Any]) -> str:
    return tenant.send("/crm/field-sets", {"record": record, "label": field["key"].title(), **field})["id"]


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"own-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Own"})
        for user, role in {"ann": "crm.admin", "olga": "auditor"}.items():
            made.ids[user] = made.send("/admin/users", {"name": user.title()})["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", {"role_id": role})
            made.clients[user] = clients.enter_context(here.client(name, made.ids[user]))
        granted = made.position
        for field in FIELDS:
            made.ids["fields"] = define(made, "deal", field)
        define(made, "contact", {"key": "shoe", "kind": "NUMBER"})
        rival = made.send("/crm/companies", {"name": "Rival"})["id"]
        made.ids["rival"] = rival
        for title, custom in DEALS:
            values = {**custom, **({"rival": rival} if title == "One sheet" else {})}
            deal = {"name": title, "owner_id": made.ids["ann"], "custom": values}
            made.ids[title] = made.send("/crm/deals", deal)["id"]
        made.send(f"/crm/deals/{made.ids['One sheet']}/set-fields", {"custom": {"old": "kept"}})
        made.send(f"/crm/field-sets/{made.ids['fields']}/retire-field", {"key": "old"})
        for person, size in (("Maude", 38), ("Walter", 46)):
            made.send("/crm/contacts", {"name": person, "owner_id": made.ids["ann"], "custom": {"shoe": size}})
        for client in made.clients.values():
            assert client.get("/access/me", headers=after(granted)).status_code == 200
        here.until("all are found", lambda: len(made.names("ann", q="sheet")) == 4)
        yield made


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"custom.budget.gte": "100 USD"}, ["Two sheets"]),
        ({"custom.budget.in": "300 USD,300 EUR"}, ["Three sheets", "Two sheets"]),
        ({"custom.budget.currency": "EUR"}, ["Three sheets"]),
        ({"custom.part.gt": "5"}, ["Three sheets"]),
        ({"custom.part.in": "5,21.75"}, ["One sheet", "Three sheets"]),
        ({"custom.budget.currency.in": "EUR,CHF"}, ["Three sheets"]),
        ({"custom.share.lt": "40"}, ["Three sheets"]),
        ({"custom.share": "40.0"}, ["One sheet"]),
        ({"custom.due": "2026-03-31"}, ["Two sheets"]),
        ({"custom.due.gt": "2026-03-31"}, []),
        ({"custom.sure": "true"}, ["Three sheets"]),
        ({"custom.colour.ne": "red"}, ["No sheet", "One sheet", "Two sheets"]),
        ({"custom.topics": "ink"}, ["Two sheets"]),
        ({"custom.note.contains": "1+"}, ["One sheet"]),
        ({"custom.note.null": "true", "custom.share.null": "true"}, ["No sheet", "Two sheets"]),
        ({"where": RED_OR_MUCH}, ["One sheet", "Three sheets"]),
        ({"where": '{"not": {"custom": {"budget": {"gte": "0 USD"}}}}'}, ["No sheet", "Three sheets"]),
    ],
)  # fmt: skip
def test_lists_and_search_are_asked_by_them(tenant: Tenant, asked: dict[str, str], expected: list[str]) -> None:
    assert tenant.names("ann", sort="name", **asked) == expected
    assert tenant.names("ann", sort="name", q="sheet", **asked) == expected
    assert tenant.names("ann", sort="name", as_of="2100-01-01", **asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"custom.colour": "green"}, ["One sheet"]),
        ({"custom.budget.gte": "100 USD"}, ["Two sheets"]),
        ({"custom.due.lte": "this_year"}, ["Two sheets"]),
        ({"custom.part.gt": "5"}, ["Three sheets"]),
        ({"where": RED_OR_MUCH}, ["One sheet", "Three sheets"]),
    ],
)
def test_reports_and_the_board_are_asked_by_them(tenant: Tenant, asked: dict[str, str], expected: list[str]) -> None:
    for then in ({}, {"as_of": "2100-01-01"}):
        [total] = tenant.ask("ann", "/crm/pipeline", by="", **asked, **then).json()["items"]
        assert total["count"] == len(expected)
        first = tenant.ask("ann", "/crm/deals/board", sort="name", fields="name", **asked, **then).json()["stages"][0]
        assert (first["count"], [card["name"] for card in first["cards"]]) == (len(expected), expected)


def test_a_reference_finds_what_refers_to_a_record(tenant: Tenant) -> None:
    assert tenant.names("ann", **{"custom.rival": tenant.ids["rival"]}) == ["One sheet"]
    asked = {"q": "sheet", "types": "deals", "custom.rival": tenant.ids["rival"]}
    found = tenant.ask("ann", "/search", **asked).json()["items"]
    assert [each["title"] for each in found] == ["One sheet"]


def test_lists_are_sorted_by_them_page_by_page(tenant: Tenant) -> None:
    def paged(sort: str) -> list[str]:
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = tenant.ask("ann", "/crm/deals", sort=sort, limit="1", **cursor).json()
            found += [item["name"].split()[0] for item in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    assert paged("-custom.budget,name") == ["Three", "Two", "One", "No"]
    assert paged("custom.share,name") == ["Three", "One", "No", "Two"]
    assert paged("custom.colour,name") == ["Three", "One", "No", "Two"], "in the order in which choices are offered"
    assert paged("-custom.due,-name")[0] == "Two"
    assert paged("custom.sure,name")[0] == "Three"
    assert paged("-custom.part,name") == ["Three", "One", "No", "Two"]


def test_a_formula_holds_for_every_record_at_once_and_for_the_past_as_it_was(tenant: Tenant) -> None:
    def part(**asked: str) -> Any:
        found = tenant.ask("ann", f"/crm/deals/{tenant.ids['Three sheets']}", **asked)
        return found.json()["custom"].get("part"), found.headers.get("ETag")

    before, tag = part()
    then = tenant.ask("ann", f"/crm/field-sets/{tenant.ids['fields']}").json()["recorded_at"]
    change = {"key": "part", "label": "Part", "formula": "custom.budget * 2"}
    tenant.send(f"/crm/field-sets/{tenant.ids['fields']}/change-field", change)
    assert (before, part()[0], part(known_at=then)[0]) == ("21.75", "600", "21.75")
    assert part()[1] != tag, "what was kept under the old tag is old"
    items = tenant.ask("ann", "/crm/deals", sort="name").json()["items"]
    assert [item["custom"].get("part") for item in items] == [None, "25", "600", "600"]
    change["formula"] = "custom.budget * custom.share / 100"
    tenant.send(f"/crm/field-sets/{tenant.ids['fields']}/change-field", change)
    assert part()[0] == "21.75"


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"custom.nothing": "1"}, "unknown_filter", "custom.nothing"),
        ({"custom.old": "kept"}, "field_retired", "custom.old"),
        ({"custom.budget.gte": "100"}, "bad_value", "custom.budget"),
        ({"custom.colour": "mauve"}, "bad_value", "custom.colour"),
        ({"custom.topics.contains": "in"}, "unknown_operator", "custom.topics"),
        ({"where": '{"custom": {"share": {"gte": "much"}}}'}, "bad_value", "where.custom.share.gte"),
        ({"where": '{"custom": {}}'}, "bad_where", "where.custom"),
        ({"sort": "custom.nothing"}, "unknown_sort", "sort"),
        ({"sort": "-custom.old"}, "field_retired", "sort"),
        ({"fields": "name,custom.nothing"}, "unknown_field", "fields"),
    ],
)
def test_what_cannot_be_asked_is_refused(tenant: Tenant, asked: dict[str, str], code: str, field: str) -> None:
    assert problem(tenant.ask("ann", "/crm/deals", **asked), 400, code)["field"] == field
    if "sort" not in asked and "fields" not in asked:
        assert problem(tenant.ask("ann", "/crm/deals", q="sheet", **asked), 400, code)["field"] == field
    problem(tenant.ask("ann", "/crm/pipeline", **{"custom.nothing": "1"}), 400, "unknown_filter")
    problem(tenant.key.get("/admin/users", params={"sort": "custom.share"}), 400, "unknown_sort")


def test_a_view_is_kept_with_them_until_they_are_retired(tenant: Tenant) -> None:
    where = json.dumps({"custom": {"share": {"gte": 1}}})
    view = tenant.kept("ann", where=where, sort="-custom.share", fields=["name", "custom.share"])
    items = tenant.ask("ann", "/crm/deals", view=view).json()["items"]
    assert [(each["name"], each["custom.share"]) for each in items] == [("One sheet", "40"), ("Three sheets", "7.25")]
    assert "custom" not in items[0]

    def refused(code: str, **shown: Any) -> str:
        view = {"list": "crm/deals", "name": "Mine", "owner_id": tenant.ids["ann"], **shown}
        return problem(tenant.clients["ann"].post("/admin/saved-views", json=view), 422, code)["field"]

    assert refused("unknown_filter", where='{"custom.nothing": 1}') == "where.custom.nothing"
    assert refused("field_retired", sort="custom.old") == "sort"
    shoes = {"list": "crm/contacts", "where": '{"custom": {"shoe": 38}}'}
    assert refused("view_names_somebody", **shoes) == "where.custom.shoe"
    set_, key = define(tenant, "deal", {"key": "brief", "kind": "TEXT"}), {"key": "brief"}
    brief = tenant.kept("ann", where='{"custom.brief": null}')
    assert len(tenant.names("ann", view=brief)) == 4
    tenant.send(f"/crm/field-sets/{set_}/retire-field", key)
    problem(tenant.ask("ann", "/crm/deals", view=brief), 400, "view_outdated")


def test_activities_have_them_too_and_hand_them_on_to_the_next_one(tenant: Tenant, here: Platform) -> None:
    fields = [
        {"key": "room", "kind": "CHOICE", "choices": ["Attic", "Cellar"]},
        {"key": "minutes", "kind": "NUMBER"},
        {"key": "hours", "kind": "FORMULA", "formula": "custom.minutes / 60"},
    ]
    for field in fields:
        define(tenant, "activity", {**field, "at": "2026-02-01T08:00:00Z"})
    owner, made = {"owner_id": tenant.ids["ann"]}, dict[str, str]()
    for title, room, minutes, rule in (("Tasting", "Attic", 90, "FREQ=WEEKLY;COUNT=2"), ("Stock", "Cellar", 30, None)):
        when = {"due_at": "2026-03-02T08:00:00Z", "at": "2026-03-01T08:00:00Z", **({"rule": rule} if rule else {})}
        said = {"kind": "TASK", "title": title, "custom": {"room": room, "minutes": minutes}, **when, **owner}
        made[title] = tenant.send("/crm/activities", said, "ann")["id"]

    def titles(who: str = "ann", **asked: str) -> list[Any]:
        answer = tenant.ask(who, "/crm/activities", **asked)
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json()["items"]]

    assert titles(sort="-custom.minutes") == ["Tasting", "Stock"]
    assert titles(**{"custom.room": "Cellar"}) == titles(where='{"custom": {"hours": {"lt": 1}}}') == ["Stock"]
    here.until("what stands there is found", lambda: titles(q="cellar") == ["Stock"])
    assert titles("olga", **{"custom.room": "Cellar"}) == []
    refused = tenant.clients["ann"].post(
        "/crm/activities", json={"kind": "NOTE", "body": "x", "custom": {"room": "Roof"}}
    )
    assert refused.status_code == 422, refused.text
    tenant.send(f"/crm/activities/{made['Stock']}/set-fields", {"custom": {"minutes": 45}}, "ann")
    text = '{ activities(filter: {custom: {room: "Cellar"}}) { nodes { title custom } } }'
    [found] = data(sent(tenant.clients["ann"], text, tenant.position))["activities"]["nodes"]
    assert found == {"title": "Stock", "custom": {"room": "Cellar", "minutes": "45", "hours": "0.75"}}
    file = tenant.ask("ann", "/crm/activities", format="csv", sort="title").text
    rows = list(csv.DictReader(io.StringIO(file, newline="")))
    assert [(row["custom.room"], row["custom.hours"]) for row in rows] == [("Cellar", "0.75"), ("Attic", "1.5")]
    assert titles(as_of="2026-03-01", **{"custom.minutes": "30"}) == ["Stock"]

    tenant.send(f"/crm/activities/{made['Tasting']}/complete", {"at": "2026-03-02T08:00:00Z"}, "ann")
    again = {"status": "OPEN", "custom.room": "Attic"}
    here.until("it is planned again, there too", lambda: titles(**again) == ["Tasting"])
    tenant.send(f"/admin/data-subjects/{made['Stock']}/erase", {"basis": "objection"})
    here.until("its fields go with its words", lambda: titles(**{"custom.room": "Cellar"}) == [])


def test_those_of_activities_are_in_views_taken_back_and_led_on_by_a_merge(tenant: Tenant, here: Platform) -> None:
    define(tenant, "activity", {"key": "seats", "kind": "NUMBER"})
    define(tenant, "activity", {"key": "bar", "kind": "REFERENCE", "refers_to": "company"})
    stays, goes = (tenant.send("/crm/companies", {"name": "Shade"})["id"] for _ in range(2))
    said = {"kind": "MEETING", "title": "Round", "owner_id": tenant.ids["ann"], "links": [f"crm/company/{goes}"]}
    when = {"starts_at": "2026-03-02T08:00:00Z", "ends_at": "2026-03-02T09:00:00Z"}
    id = tenant.send("/crm/activities", {**said, **when, "custom": {"seats": 4, "bar": goes}}, "ann")["id"]
    path = f"/crm/activities/{id}"

    def held() -> dict[str, Any]:
        return tenant.ask("ann", path).json()["custom"]

    view = tenant.kept("ann", list="crm/activities", where='{"custom.bar": null}', sort="custom.seats")
    assert id not in [each["id"] for each in tenant.ask("ann", "/crm/activities", view=view).json()["items"]]
    tenant.send(f"{path}/set-fields", {"custom": {"seats": 6}}, "ann")
    tenant.send(f"{path}/set-fields", {"custom": {"bar": None}}, "ann")
    assert id in [each["id"] for each in tenant.ask("ann", "/crm/activities", view=view).json()["items"]]
    problem(tenant.clients["ann"].post(f"{path}/undo", json={"event": "2"}), 409, "changed_since")
    tenant.send(f"{path}/undo", {"event": "3"}, "ann")
    assert held() == {"seats": "4"}, "what was set after it stays"
    tenant.send(f"{path}/undo", {"event": "4"}, "ann")
    tag = tenant.ask("ann", path).headers["ETag"]
    tenant.send(f"/crm/companies/{stays}/merge", {"other_id": goes})
    link = f"crm/company/{stays}"
    here.until("the link follows the merge", lambda: tenant.ask("ann", path).json()["links"] == [link])
    assert held() == {"bar": stays, "seats": "4"}, "a reference leads to the one that stayed"
    assert tenant.ask("ann", path).headers["ETag"] != tag


def test_who_may_not_see_what_is_personal_finds_out_nothing(tenant: Tenant) -> None:
    def sizes(who: str, **asked: str) -> list[Any]:
        items = tenant.ask(who, "/crm/contacts", **asked).json()["items"]
        return [item["custom"]["shoe"] if item["custom"] else None for item in items]

    assert sizes("ann", sort="-custom.shoe") == ["46", "38"]
    assert sizes("ann", **{"custom.shoe.gt": "40"}) == ["46"]
    assert sizes("olga") == [None, None]
    assert sizes("olga", **{"custom.shoe.gt": "40"}) == []
    assert sizes("olga", **{"custom.shoe.null": "true"}) == [None, None]
    by_id = [item["id"] for item in tenant.ask("olga", "/crm/contacts").json()["items"]]
    for sort in ("custom.shoe", "-custom.shoe"):
        assert [item["id"] for item in tenant.ask("olga", "/crm/contacts", sort=sort).json()["items"]] == by_id
    item = tenant.ask("olga", "/crm/contacts", fields="custom.shoe").json()["items"][0]
    assert (item["custom.shoe"], item["hidden"]) == (None, ["custom.shoe"])
    file = tenant.ask("olga", "/crm/contacts", format="csv").text
    assert "custom.shoe" in file
    assert "46" not in [row["custom.shoe"] for row in csv.DictReader(io.StringIO(file, newline=""))]


def test_graphql_asks_by_them(tenant: Tenant) -> None:
    def names(arguments: str, **variables: Any) -> list[str]:
        declared = " ($filter: DealFilter)" if variables else ""
        text = f"query{declared} {{ deals({arguments}) {{ nodes {{ name custom }} }} }}"
        found = data(sent(tenant.clients["ann"], text, tenant.position, **variables))["deals"]["nodes"]
        return [each["name"] for each in found]

    large = {"any": [{"custom": {"budget": {"gte": "100 USD"}}}, {"custom": {"share": 40}}]}
    assert names('filter: $filter, orderBy: ["-custom.budget"]', filter=large) == ["Two sheets", "One sheet"]
    assert names('filter: {custom: {colour: ["red", "green"]}}, sort: [NAME_ASC]') == ["One sheet", "Three sheets"]
    assert names('filter: {custom: {share: null}}, orderBy: ["name"]') == ["No sheet", "Two sheets"]
    assert names('q: "sheet", filter: {custom: {share: {lt: 40}}}') == ["Three sheets"]
    for arguments, code in (
        ("filter: {custom: {nothing: 1}}", "unknown_filter"),
        ("filter: {custom: {old: 1}}", "field_retired"),
        ('orderBy: ["custom.nothing"]', "unknown_sort"),
        ('orderBy: ["name,id"]', "unknown_sort"),
        ('orderBy: ["name"], sort: [NAME_ASC]', "bad_value"),
    ):
        answer = sent(tenant.clients["ann"], f"{{ deals({arguments}) {{ nodes {{ id }} }} }}", tenant.position)
        assert answer.json()["errors"][0]["extensions"]["code"] == code, answer.text


def test_files_have_a_typed_column_for_each(tenant: Tenant) -> None:
    files = {each: tenant.ask("ann", "/crm/deals", sort="name", format=each) for each in ("csv", "xlsx", "parquet")}
    rows = list(csv.DictReader(io.StringIO(files["csv"].text, newline="")))
    own = [name for name in rows[0] if name.startswith("custom")]
    assert own == [
        "custom.budget", "custom.budget.currency", "custom.share", "custom.due", "custom.sure", "custom.colour",
        "custom.topics", "custom.note", "custom.rival", "custom.part",
    ]  # fmt: skip
    assert [row["custom.budget"] for row in rows] == ["", "12.5", "300", "300"]
    assert [row["custom.budget.currency"] for row in rows] == ["", "USD", "EUR", "USD"]
    assert [row["custom.topics"] for row in rows] == ["", "", "", "paper; ink"]
    assert [row["custom.part"] for row in rows] == ["", "5", "21.75", ""]
    assert [row["custom.note"] for row in rows] == ["", "'=1+1", "", ""]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    header, *cells = [[each.value for each in row] for row in sheet.iter_rows()]
    shown = {name: [row[header.index(name)] for row in cells] for name in own}
    assert shown["custom.share"] == [None, 40, 7.25, None]
    assert shown["custom.due"] == [None, None, None, datetime(2026, 3, 31)]
    table: Any = pyarrow.parquet.read_table(io.BytesIO(files["parquet"].content))
    types = {name: str(table.schema.field(name).type) for name in own}
    assert (types["custom.budget"], types["custom.share"]) == ("decimal128(38, 4)", "decimal128(38, 4)")
    assert (types["custom.due"], types["custom.sure"]) == ("date32[day]", "bool")
    values = table.to_pylist()
    assert [each["custom.budget"] for each in values] == [None, Decimal("12.5"), Decimal(300), Decimal(300)]
    assert [each["custom.due"] for each in values] == [None, None, None, date(2026, 3, 31)]
    assert values[3]["custom.topics"] == ["paper", "ink"]
    chosen = tenant.ask("ann", "/crm/deals", fields="name,custom.share", format="csv", **{"custom.share.null": "false"})
    assert chosen.text.splitlines()[0] == "id,name,custom.share"


def test_fields_of_one_tenant_are_unknown_to_another(here: Platform, tenant: Tenant) -> None:
    with here.client(f"others-{uuid4().hex[:8]}") as others:
        answer: httpx.Response = others.get("/crm/deals", params={"custom.share": "40"})
        problem(answer, 400, "unknown_filter")
        problem(others.get("/crm/deals", params={"sort": "custom.share"}), 400, "unknown_sort")
        header = others.get("/crm/deals", params={"format": "csv"}).text.splitlines()[0]
        assert "custom" not in header


def test_leads_are_scored_and_named_by_what_formulas_say(tenant: Tenant) -> None:
    score = 'if(lifecycle = "customer", 10, 0) + if(contains(job_title, "CHIEF"), 5, 0) + if(custom.shoe > 40, 1, 0)'
    fields = [
        {"key": "score", "kind": "FORMULA", "formula": score},
        {"key": "told", "kind": "FORMULA", "formula": 'concat(job_title, " """, coalesce(source, "?"), """")'},
        {"key": "band", "kind": "FORMULA", "formula": 'if(custom.score >= 10, "Hot", "Cold")'},
    ]
    for field in fields:
        define(tenant, "contact", field)
    wrong = {"record": "contact", "key": "no", "label": "No", "kind": "FORMULA", "formula": 'lifecycle < "x"'}
    refused = problem(tenant.key.post("/crm/field-sets", json=wrong), 422, "formula_wrong")
    assert (refused["field"], "= or !=" in refused["detail"]) == ("formula", True)
    people = (
        ("Scored Ada", "Chief chemist", {"lifecycle": "customer", "source": "fair"}, 41),
        ("Scored Bea", "Under-chief", {"lifecycle": "lead"}, 38),
        ("Scored Cem", None, {"lifecycle": "customer"}, 45),
    )
    for name, title, more, shoe in people:
        said = {"name": name, "owner_id": tenant.ids["ann"], "custom": {"shoe": shoe}}
        named = said if title is None else {**said, "job_title": title}
        id = tenant.send("/crm/contacts", named, "ann")["id"]
        tenant.send(f"/crm/contacts/{id}/classify", more, "ann")

    def shown(who: str = "ann", **asked: str) -> list[tuple[str, Any, Any, Any]]:
        answer = tenant.ask(who, "/crm/contacts", **{"name.prefix": "Scored", **asked})
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        return [(each["name"], *(each["custom"].get(key) for key in ("score", "told", "band"))) for each in items]

    ada, bea = ("Scored Ada", "16", 'Chief chemist "fair"', "Hot"), ("Scored Bea", "5", 'Under-chief "?"', "Cold")
    cem = ("Scored Cem", None, None, None)
    assert shown(sort="name") == [ada, bea, cem]
    assert shown(sort="-custom.band") == [ada, bea, cem], "what is missing comes last"
    assert shown(**{"custom.band": "Hot"}) == shown(**{"custom.told.contains": "CHEMIST"}) == [ada]
    assert shown(where='{"custom": {"band": ["Hot", "Cold"], "score": {"lt": 10}}}') == [bea]
    assert shown("olga", **{"custom.band": "Hot"}) == [], "it is computed of what she may not see"
    asked = {"format": "csv", "sort": "name", "fields": "name,custom.told,custom.band", "name.prefix": "Scored"}
    file = tenant.ask("ann", "/crm/contacts", **asked).text
    assert [row["custom.told"] for row in csv.DictReader(io.StringIO(file, newline=""))] == [ada[2], bea[2], ""]
    text = '{ contacts(filter: {custom: {band: "Hot"}}) { nodes { name custom } } }'
    [found] = data(sent(tenant.clients["ann"], text, tenant.position))["contacts"]["nodes"]
    assert (found["name"], found["custom"]["band"]) == ("Scored Ada", "Hot")
