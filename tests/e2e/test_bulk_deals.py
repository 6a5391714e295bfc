"""Many deals closed, reopened and converted at once over HTTP: each is worth in the tenant's own currency what a
command of its own would have made of it."""

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_bulk import BULK, PARTS, done, made, report, reverted
from tests.e2e.test_http import problem
from tests.e2e.test_trash import Tenant
from tests.platform import platform

OPENED, ENGAGED, CLOSED = "2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z", "2026-02-15T09:00:00Z"
SHOWN = ("stage", "closed_at", "won_reason", "amount", "home_amount", "home_rate", "home_rate_from", "home_rate_id")


@pytest.fixture(scope="module")
def tenant() -> Generator[Tenant]:
    """Counts in dollars, and knows what euros were worth since January, February and June."""
    with platform(*PARTS) as here, ExitStack() as clients:
        tenant = made(here, clients)
        name = tenant.key.get("/access/me").json()["tenant"]
        tenant.send(f"/admin/tenants/{name}/set-currency", {"currency": "USD"})
        for month, rate in (("01", "1.1"), ("02", "1.2"), ("06", "1.25")):
            said(tenant, f"2026-{month}-01", rate)
        yield tenant


def said(tenant: Tenant, day: str, rate: str) -> None:
    tenant.send("/crm/exchange-rates", {"currency": "EUR", "to_currency": "USD", "from_day": day, "rate": rate})


def engaged(tenant: Tenant, name: str, currency: str, **more: Any) -> str:
    body = {"name": name, "owner_id": tenant.ids["ann"], "amount": {"amount": "100", "currency": currency}}
    id = tenant.send("/crm/deals", {**body, "at": OPENED, **more})["id"]
    if not more:
        tenant.send(f"/crm/deals/{id}/engage", {"at": ENGAGED})
    return id


def shown(tenant: Tenant, ids: list[str]) -> list[dict[str, Any]]:
    rows = [tenant.get(f"/crm/deals/{id}").json() for id in ids]
    return [{name: row[name] for name in SHOWN} for row in rows]


def test_fifty_deals_in_two_currencies_are_won_and_given_back_as_by_themselves(tenant: Tenant) -> None:
    name = f"Won {uuid4().hex[:8]}"
    many = [engaged(tenant, name, ("EUR", "USD")[number % 2]) for number in range(50)]
    alone = [engaged(tenant, "Alone", currency) for currency in ("EUR", "USD")]
    early = tenant.send("/crm/deals", {"name": name, "owner_id": tenant.ids["ann"], "at": OPENED})["id"]
    before = shown(tenant, many)
    body = {"where": {"name": name}, "verb": "win", "values": {"reason": "Quality"}, "at": CLOSED}
    tried = done(tenant, {**body, "dry_run": True}, "ann")
    assert (tried["changed"], tried["refused"], shown(tenant, many)) == (50, 1, before)
    assert report(tenant, tried["id"], "ann")[early]["code"] == "deal_not_engaging"
    row = done(tenant, body, "ann")
    assert (row["status"], row["changed"], row["refused"]) == ("COMPLETED", 50, 1)
    for id in alone:
        tenant.send(f"/crm/deals/{id}/win", {"reason": "Quality", "at": CLOSED}, "ann")
    euros, dollars = shown(tenant, alone)
    assert (euros["home_amount"], euros["home_rate"]) == ({"amount": "120", "currency": "USD"}, "1.2")
    assert shown(tenant, many) == [euros, dollars] * 25
    back = reverted(tenant, row["id"], "ann")
    assert (back["reverted"], back["kept"]) == (50, 0), report(tenant, row["id"], of="revert")
    for id in alone:
        tenant.send(f"/crm/deals/{id}/reopen", {}, "ann")
    euros, dollars = shown(tenant, alone)
    assert (euros["stage"], euros["home_amount"]) == ("ENGAGING", {"amount": "125", "currency": "USD"})
    assert shown(tenant, many) == [euros, dollars] * 25


def test_closed_deals_are_converted_anew_by_the_day_that_each_closed(tenant: Tenant) -> None:
    name = f"Converted {uuid4().hex[:8]}"
    deals = [engaged(tenant, name, currency) for currency in ("EUR", "EUR", "USD", "JPY")]
    for id, at in zip(deals, ("2026-01-15T09:00:00Z", CLOSED, CLOSED, CLOSED), strict=True):
        tenant.send(f"/crm/deals/{id}/win", {"at": at})
    said(tenant, "2026-01-01", "1.15")
    said(tenant, "2026-02-01", "1.3")
    row = done(tenant, {"ids": deals, "verb": "convert"}, "ann")
    said(tenant, "2026-01-01", "1.1")
    said(tenant, "2026-02-01", "1.2")
    assert (row["changed"], row["unchanged"], row["refused"]) == (2, 1, 1)
    assert [each["home_rate"] for each in shown(tenant, deals)] == ["1.15", "1.3", "1", None]
    assert report(tenant, row["id"], "ann")[deals[3]]["code"] == "exchange_rate_missing"
    back = reverted(tenant, row["id"], "ann")
    assert (back["reverted"], back["kept"]) == (2, 0)
    assert [each["home_rate"] for each in shown(tenant, deals)] == ["1.1", "1.2", "1", None]
    before = shown(tenant, deals)
    row = done(tenant, {"ids": deals, "verb": "reopen"}, "ann")
    assert [(each["stage"], each["home_rate"]) for each in shown(tenant, deals)] == [
        ("ENGAGING", "1.25"), ("ENGAGING", "1.25"), ("ENGAGING", "1"), ("ENGAGING", None),
    ]  # fmt: skip
    tenant.send(f"/crm/deals/{deals[2]}/lose", {"reason": "Price"}, "ann")
    back = reverted(tenant, row["id"], "ann")
    assert (back["reverted"], back["kept"]) == (3, 1)
    assert report(tenant, row["id"], "ann", of="revert")[deals[2]]["code"] == "changed_since"
    del deals[2], before[2]
    assert shown(tenant, deals) == before, "closed when they were closed, by the rate of that day"
    events = tenant.get(f"/crm/deals/{deals[0]}/history").json()["items"]
    assert [each["type"] for each in events[-2:]] == ["crm.DealReopened", "crm.DealWon"]
    assert tenant.post(f"/crm/deals/{deals[0]}/close-again", {"outcome": "WON"}).status_code == 404


def test_deals_are_lost_by_the_rules_of_their_own_pipelines(tenant: Tenant) -> None:
    name = f"Lost {uuid4().hex[:8]}"
    pipeline = tenant.send("/crm/pipelines", {"name": name, "lost_reasons": ["Price"]})["id"]
    own, other = engaged(tenant, name, "EUR", pipeline_id=pipeline), engaged(tenant, name, "EUR")
    body = {"where": {"name": name}, "verb": "lose", "at": CLOSED}
    row = done(tenant, {**body, "values": {"reason": "Timing"}, "dry_run": True})
    assert (row["changed"], report(tenant, row["id"])[own]["code"]) == (1, "reason_unknown")
    row = done(tenant, {**body, "values": {"reason": "Price"}})
    assert (row["changed"], row["refused"]) == (2, 0)
    assert [(each["stage"], each["home_rate"]) for each in shown(tenant, [own, other])] == [("LOST", "1.2")] * 2
    assert reverted(tenant, row["id"])["reverted"] == 2
    assert [each["home_rate"] for each in shown(tenant, [own, other])] == ["1.25"] * 2
    problem(tenant.post(BULK, {"target": "crm.deal", "verb": "lose", "all": True}), 422, "invalid_field")


def test_price_books_are_chosen_for_many_deals_and_given_back(tenant: Tenant) -> None:
    name = f"Priced {uuid4().hex[:8]}"
    partners, students, dollars = (
        tenant.send("/crm/price-books", {"name": each, "currency": currency})["id"]
        for each, currency in (("Partners", "EUR"), ("Students", "EUR"), ("Dollars", "USD"))
    )
    one, two, other = (engaged(tenant, name, currency) for currency in ("EUR", "EUR", "USD"))
    tenant.send(f"/crm/deals/{two}/choose-price-book", {"price_book_id": students}, "ann")
    body = {"where": {"name": name}, "verb": "choose-price-book", "values": {"price_book_id": partners}}
    problem(
        tenant.post(BULK, {**body, "target": "crm.deal", "values": {"price_book_id": str(uuid4())}}),
        422,
        "no_such_price_book",
    )
    tried = done(tenant, {**body, "dry_run": True}, "ann")
    assert (tried["changed"], tried["refused"], books(tenant, one, two, other)) == (2, 1, [None, "Students", None])
    row = done(tenant, body, "ann")
    assert (row["changed"], row["refused"], books(tenant, one, two, other)) == (2, 1, ["Partners", "Partners", None])
    assert report(tenant, row["id"], "ann")[other]["code"] == "currency_differs"
    assert reverted(tenant, row["id"], "ann")["reverted"] == 2
    assert books(tenant, one, two, other) == [None, "Students", None]
    row = done(tenant, {**body, "values": {"price_book_id": dollars}}, "ann")
    assert (row["changed"], row["refused"], books(tenant, one, two, other)) == (1, 2, [None, "Students", "Dollars"])
    row = done(tenant, {"where": {"name": name}, "verb": "choose-price-book"}, "ann")
    assert (row["changed"], row["unchanged"], books(tenant, one, two, other)) == (2, 1, [None] * 3)
    tenant.send(f"/crm/price-books/{students}/retire", {})
    back = reverted(tenant, row["id"], "ann")
    assert (back["reverted"], back["kept"], books(tenant, one, two, other)) == (1, 1, [None, None, "Dollars"])
    assert report(tenant, row["id"], "ann", of="revert")[two]["code"] == "price_book_retired"


def books(tenant: Tenant, *deals: str) -> list[str | None]:
    return [tenant.get(f"/crm/deals/{id}").json()["price_book_name"] for id in deals]


def test_deals_are_lost_for_a_reason_of_the_list_where_their_pipeline_has_none(tenant: Tenant) -> None:
    """The last one here, since from here on reasons are of the list."""
    name = f"Listed {uuid4().hex[:8]}"
    price = tenant.send("/crm/reasons", {"outcome": "LOST", "name": "Price"})["id"]
    pipeline = tenant.send("/crm/pipelines", {"name": name, "lost_reasons": ["Budget", "Price"]})["id"]
    own, other = engaged(tenant, name, "EUR", pipeline_id=pipeline), engaged(tenant, name, "EUR")
    body = {"where": {"name": name}, "verb": "lose", "at": CLOSED}
    row = done(tenant, {**body, "values": {"reason": "Budget"}, "dry_run": True})
    assert (row["changed"], report(tenant, row["id"])[other]["code"]) == (1, "reason_unknown")
    row = done(tenant, {**body, "values": {"reason": "Price"}})
    assert (row["changed"], row["refused"]) == (2, 0)
    rows = [tenant.get(f"/crm/deals/{id}").json() for id in (own, other)]
    assert [(each["reason_id"], each["reason_name"]) for each in rows] == [(None, "Price"), (price, "Price")]
