"""Contacts with several addresses, tags, and fields that a tenant defines and uses at once, over HTTP."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.platform import Platform


@pytest.fixture
def client(here: Platform) -> Any:
    with here.client(f"contacts-{uuid4().hex[:8]}") as made:
        yield made


def send(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


def test_a_contact_is_reached_in_several_ways_and_found_by_each(client: httpx.Client) -> None:
    emails = [{"value": "maude@home.example.com"}, {"value": "Maude@Example.com", "kind": "WORK", "primary": True}]
    made = send(client, "/crm/contacts", {"name": "Maude", "emails": emails, "phones": [{"value": "+44 20 7183 8750"}]})
    tagged = send(client, f"/crm/contacts/{made['id']}/tag", {"add": ["vip"]})
    found = client.get(f"/crm/contacts/{made['id']}", headers=after(tagged["position"])).json()
    assert (found["email"], found["phone"], found["tags"]) == ("maude@example.com", "+442071838750", ["vip"])
    assert [each["value"] for each in found["emails"]] == ["maude@example.com", "maude@home.example.com"]
    for asked in ({"emails": "maude@home.example.com"}, {"phones": "+442071838750"}, {"tags": "vip"}):
        assert [each["id"] for each in client.get("/crm/contacts", params=asked).json()["items"]] == [made["id"]]
    history = client.get(f"/crm/contacts/{made['id']}/history").json()["items"]
    assert history[0]["data"]["emails"][0] == {"value": "maude@example.com", "kind": "WORK", "primary": True}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"emails": [{"value": "nobody"}]}, "email_malformed", "emails"),
        ({"emails": [{"value": "a@b.example", "more": 1}]}, "invalid_field", "emails.0.more"),
        ({"emails": [{"value": "a@b.example", "kind": "PIGEON"}]}, "invalid_field", "emails.0.kind"),
        ({"emails": {"value": "a@b.example"}}, "invalid_field", "emails"),
        ({"emails": [{"value": "a@b.example"}] * 101}, "invalid_field", "emails"),
        ({"phone": "+1"}, "phone_malformed", "phone"),
        ({"addresses": [{"country": "GB"}]}, "address_blank", "addresses"),
        ({"custom": {"nothing": 1}}, "unknown_field", "custom.nothing"),
        ({"custom": [1]}, "invalid_field", "custom"),
    ],
)
def test_what_cannot_be_is_refused(client: httpx.Client, body: dict[str, Any], code: str, field: str) -> None:
    refused = client.post("/crm/contacts", json={"name": "Maude", **body})
    problem(refused, 422, code)
    assert refused.json()["field"] == field


def test_a_field_is_defined_and_used_at_once(client: httpx.Client) -> None:
    colour = {"record": "deal", "key": "colour", "label": "Colour", "kind": "CHOICE", "choices": ["red", "green"]}
    fields = send(client, "/crm/field-sets", colour)
    budget = send(client, "/crm/field-sets", {"record": "deal", "key": "budget", "label": "Budget", "kind": "MONEY"})
    assert fields["id"] == budget["id"]
    custom = {"colour": "red", "budget": {"amount": 5000, "currency": "USD"}}
    deal = send(client, "/crm/deals", {"name": "Sheets", "owner_id": "ann", "custom": custom})
    assert [each["type"] for each in deal["events"]] == ["crm.DealOpened", "crm.DealFieldsSet"]
    shown = client.get(f"/crm/deals/{deal['id']}", headers=after(deal["position"])).json()["custom"]
    assert shown == {"colour": "red", "budget": {"amount": "5000", "currency": "USD"}}
    refused = client.post(f"/crm/deals/{deal['id']}/set-fields", json={"custom": {"colour": "blue"}})
    problem(refused, 422, "value_wrong")
    assert refused.json()["field"] == "custom.colour"
    changed = send(client, f"/crm/deals/{deal['id']}/set-fields", {"custom": {"colour": "green", "budget": None}})
    shown = client.get(f"/crm/deals/{deal['id']}", headers=after(changed["position"])).json()["custom"]
    assert shown == {"colour": "green"}
    loop = {"record": "deal", "key": "twice", "label": "Twice", "kind": "FORMULA", "formula": "custom.twice * 2"}
    problem(client.post("/crm/field-sets", json=loop), 422, "formula_loops")
    problem(client.post("/crm/field-sets", json={**colour, "kind": "TEXT", "choices": []}), 422, "field_kind_fixed")
    retired = send(client, f"/crm/field-sets/{fields['id']}/retire-field", {"key": "colour"})
    listed = client.get(f"/crm/field-sets/{fields['id']}", headers=after(retired["position"])).json()["fields"]
    assert [(each["key"], each["retired"]) for each in listed] == [("colour", True), ("budget", False)]
    refused = client.post(f"/crm/deals/{deal['id']}/set-fields", json={"custom": {"colour": "red"}})
    problem(refused, 422, "field_retired")


def test_fields_of_one_tenant_are_not_anothers(here: Platform, client: httpx.Client) -> None:
    send(client, "/crm/field-sets", {"record": "contact", "key": "shoe", "label": "Shoe size", "kind": "NUMBER"})
    made = send(client, "/crm/contacts", {"name": "Maude", "custom": {"shoe": 38}})
    shown = client.get(f"/crm/contacts/{made['id']}", headers=after(made["position"])).json()
    assert shown["custom"] == {"shoe": "38"}
    with here.client(f"others-{uuid4().hex[:8]}") as others:
        problem(others.post("/crm/contacts", json={"name": "Maude", "custom": {"shoe": 38}}), 422, "unknown_field")
