"""Why deals are won and lost: a tenant's list, used by every pipeline that has no reasons of its own."""

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_deals import STAGES, Tenant
from tests.e2e.test_graphql import data, sent
from tests.e2e.test_http import after, problem
from tests.platform import Platform

LOST_ON = "2026-02-10T09:00:00Z"


@pytest.fixture
def tenant(here: Platform) -> Generator[Tenant]:
    """Ann sells, and may not change what is set up for all. Before February one of the reasons was called otherwise."""
    name = f"reasons-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", name="Reasons")
        made.ids["ann"] = made.send("/admin/users", name="Ann")["id"]
        made.send(f"/admin/users/{made.ids['ann']}/grant-role", role_id="crm.member")
        made.clients["ann"] = clients.enter_context(here.client(name, made.ids["ann"]))
        assert made.clients["ann"].get("/access/me", headers=after(made.position)).status_code == 200
        for outcome, reason in (("LOST", "Price"), ("LOST", "Timing"), ("WON", "Price")):
            said = {"outcome": outcome, "name": reason, "at": "2026-01-01T09:00:00Z"}
            made.ids[f"{outcome} {reason}"] = made.send("/crm/reasons", **said)["id"]
        yield made


def opened(tenant: Tenant, **body: Any) -> str:
    said = {"name": "Ten chairs", "owner_id": tenant.ids["ann"], "at": "2026-01-05T09:00:00Z"}
    return tenant.send("/crm/deals", "ann", **said, amount={"amount": "10", "currency": "USD"}, **body)["id"]


def test_deals_are_closed_for_reasons_of_the_list_and_keep_them(tenant: Tenant) -> None:
    price, timing = tenant.ids["LOST Price"], tenant.ids["LOST Timing"]
    dear, late, by_id = opened(tenant), opened(tenant), opened(tenant)
    tenant.send(f"/crm/deals/{dear}/lose", "ann", reason="price", at=LOST_ON)
    tenant.send(f"/crm/deals/{late}/lose", "ann", reason="Timing", at=LOST_ON)
    tenant.send(f"/crm/deals/{by_id}/lose", "ann", reason=price, at=LOST_ON)
    deal = tenant.deal(dear)
    assert (deal["lost_reason"], deal["reason_id"], deal["reason_name"]) == ("Price", price, "Price")
    [told] = [each["data"] for each in tenant.ask(f"/crm/deals/{dear}/history")["items"] if "reason" in each["data"]]
    assert (told["reason"], told["reason_id"], told["reason_version"]) == ("Price", price, 1)

    tenant.send(f"/crm/reasons/{price}/rename", name="Too dear", at="2026-03-01T09:00:00Z")
    tenant.send(f"/crm/reasons/{timing}/retire", at="2026-03-01T09:00:00Z")
    deal = tenant.deal(dear)
    assert (deal["lost_reason"], deal["reason_name"]) == ("Price", "Too dear"), "as it was called, and as it is"
    assert tenant.deal(dear, as_of="2026-02-20")["reason_name"] == "Price"
    assert tenant.deal(late)["reason_name"] == "Timing", "what is retired stays readable"
    found = tenant.ask("/crm/deals", reason_name="Too dear")["items"]
    assert {each["id"] for each in found} == {dear, by_id}
    assert [each["id"] for each in tenant.ask("/crm/deals", reason_id=timing)["items"]] == [late]
    text = f'{{ deal(id: "{late}") {{ reasonName reason {{ name outcome retired }} }} }}'
    answer = data(sent(tenant.clients["ann"], text, tenant.position))["deal"]
    assert answer == {"reasonName": "Timing", "reason": {"name": "Timing", "outcome": "LOST", "retired": True}}

    again = opened(tenant)
    problem(tenant.sent(f"/crm/deals/{again}/lose", "ann", reason="Timing"), 422, "reason_retired")
    refused = problem(tenant.sent(f"/crm/deals/{again}/lose", "ann", reason="Luck"), 422, "reason_unknown")
    assert (refused["field"], "one of Too dear" in refused["detail"]) == ("reason", True)
    tenant.send(f"/crm/reasons/{timing}/restore")
    tenant.send(f"/crm/deals/{again}/lose", "ann", reason="Timing")
    tenant.send(f"/crm/deals/{again}/reopen", "ann")
    deal = tenant.deal(again)
    assert (deal["reason_id"], deal["reason_name"]) == (None, None)


def test_a_pipeline_s_own_reasons_go_first_and_the_report_knows_all(tenant: Tenant) -> None:
    own = tenant.send("/crm/pipelines", name="Own", stages=STAGES, lost_reasons=["Budget"])["id"]
    of_list = tenant.send("/crm/pipelines", name="Of the list", stages=STAGES)["id"]
    first, second, third = opened(tenant, pipeline_id=own), opened(tenant, pipeline_id=of_list), opened(tenant)
    problem(tenant.sent(f"/crm/deals/{first}/lose", "ann", reason="Price"), 422, "reason_unknown")
    tenant.send(f"/crm/deals/{first}/lose", "ann", reason="Budget", at=LOST_ON)
    assert (tenant.deal(first)["reason_id"], tenant.deal(first)["reason_name"]) == (None, "Budget")
    problem(tenant.sent(f"/crm/deals/{second}/lose", "ann", reason="Budget"), 422, "reason_unknown")
    tenant.send(f"/crm/deals/{second}/lose", "ann", reason="Price", at=LOST_ON)
    tenant.send(f"/crm/deals/{third}/engage", "ann", at="2026-02-01T09:00:00Z")
    problem(tenant.sent(f"/crm/deals/{third}/win", "ann", reason="Timing"), 422, "reason_unknown")
    tenant.send(f"/crm/deals/{third}/win", "ann", reason="Price", at=LOST_ON)
    tenant.send(f"/crm/reasons/{tenant.ids['LOST Price']}/rename", name="Too dear", at="2026-03-01T09:00:00Z")

    def groups(**asked: str) -> list[tuple[str, str, int]]:
        items = tenant.ask("/crm/win-loss", "ann", **asked)["items"]
        return [(each["stage"], each["reason_name"], each["count"]) for each in items]

    assert groups() == [("LOST", "Budget", 1), ("LOST", "Too dear", 1), ("WON", "Price", 1)]
    assert groups(as_of="2026-02-20") == [("LOST", "Budget", 1), ("LOST", "Price", 1), ("WON", "Price", 1)]
    assert groups(reason_name="Too dear") == [("LOST", "Too dear", 1)]
    assert tenant.ask("/crm/win-loss", "ann", by="outcome")["items"] == [
        {"stage": "LOST", "currency": "USD", "count": 2, "amount": "20"},
        {"stage": "WON", "currency": "USD", "count": 1, "amount": "10"},
    ]


def test_a_list_holds_each_reason_once_and_is_not_everybody_s(tenant: Tenant) -> None:
    refused = problem(tenant.sent("/crm/reasons", outcome="LOST", name="PRICE"), 422, "reason_exists")
    assert refused["field"] == "name"
    problem(tenant.sent(f"/crm/reasons/{tenant.ids['LOST Timing']}/rename", name="price"), 422, "reason_exists")
    problem(tenant.sent("/crm/reasons", outcome="OPEN", name="Luck"), 422, "invalid_field")
    problem(tenant.sent("/crm/reasons", "ann", outcome="LOST", name="Luck"), 403, "forbidden")
    known = tenant.ask("/crm/reasons", "ann", outcome="LOST", retired="false", sort="name")["items"]
    assert [each["name"] for each in known] == ["Price", "Timing"]
    history = [each["type"] for each in tenant.ask(f"/crm/reasons/{tenant.ids['WON Price']}/history")["items"]]
    assert history == ["crm.ReasonDefined"]


def test_a_list_stands_in_the_order_that_it_was_given(tenant: Tenant) -> None:
    ids = {name: tenant.ids[f"LOST {name}"] for name in ("Price", "Timing")}
    tenant.send("/crm/reasons", outcome="LOST", name="Nobody home", place=2)
    tenant.send("/crm/reasons", outcome="LOST", name="Another vendor")
    tenant.send(f"/crm/reasons/{ids['Timing']}/place", place=1)

    def listed() -> list[tuple[str, int | None]]:
        found = tenant.ask("/crm/reasons", outcome="LOST", sort="place,name")["items"]
        return [(each["name"], each["place"]) for each in found]

    assert listed() == [("Timing", 1), ("Nobody home", 2), ("Another vendor", None), ("Price", None)]
    problem(tenant.sent(f"/crm/reasons/{ids['Price']}/place", place=0), 422, "place_wrong")
    tenant.send(f"/crm/reasons/{ids['Timing']}/place")
    assert listed() == [("Nobody home", 2), ("Another vendor", None), ("Price", None), ("Timing", None)]


def test_what_was_just_put_on_the_list_holds(tenant: Tenant) -> None:
    """Also for whoever sends no position, where others are on it already."""
    deal = opened(tenant)
    made = tenant.key.post("/crm/reasons", json={"outcome": "LOST", "name": "Nobody home"})
    assert made.status_code == 201, made.text
    lost = tenant.key.post(f"/crm/deals/{deal}/lose", json={"reason": "Nobody home"})
    assert lost.status_code == 200, lost.text
    tenant.position = lost.json()["position"]
    assert tenant.deal(deal)["reason_id"] == made.json()["id"]
