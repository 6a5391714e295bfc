"""What deals sell, line by line: prices, discounts, what is paid once and what again and again."""

import csv
import io
import json
from collections.abc import Generator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_deals import Tenant
from tests.e2e.test_http import after, problem
from tests.platform import Platform


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"lines-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", name="Lines")
        for user, role in {"ann": "crm.member", "vic": "crm.viewer"}.items():
            made.ids[user] = made.send("/admin/users", name=user.title())["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", role_id=role)
            made.clients[user] = clients.enter_context(here.client(name, made.ids[user]))
            assert made.clients[user].get("/access/me", headers=after(made.position)).status_code == 200
        made.ids["chair"] = made.send("/crm/products", name="Chair", list_price=usd("19.99"))["id"]
        yield made


def opened(tenant: Tenant, **body: Any) -> str:
    """A deal that Ann owns, and that is seen to be hers."""
    id = tenant.send("/crm/deals", **({"name": "Ten chairs", "owner_id": tenant.ids["ann"]} | body))["id"]
    assert tenant.deal(id)["owner_id"] == tenant.ids["ann"]
    return id


CARE = {"line_id": "care", "name": "Care", "unit_price": usd("25"), "interval": "MONTHLY", "terms": 24}


def test_a_deal_is_worth_what_its_lines_come_to(tenant: Tenant) -> None:
    id, chair = opened(tenant, amount=usd("500"), at="2026-01-01T09:00:00Z"), tenant.ids["chair"]
    path = f"/crm/deals/{id}/change-lines"
    chairs = {"line_id": "1", "product_id": chair, "quantity": "10", "discount_percent": "10"}
    told = tenant.send(path, "ann", lines=[chairs, CARE], at="2026-01-02T09:00:00Z")
    assert [each["type"] for each in told["events"]] == ["crm.DealLinesChanged"]
    deal = tenant.deal(id)
    assert (deal["amount"], deal["one_off"], deal["mrr"], deal["arr"]) == (
        usd("779.91"), usd("179.91"), usd("25"), usd("300"),
    )  # fmt: skip
    assert (deal["weighted"], deal["amount_said"]) == (usd("155.982"), usd("500"))
    assert [(each["line_id"], each["name"], each["unit_price"], each["total"]) for each in deal["lines"]] == [
        ("1", "Chair", "19.99", "179.91"), ("care", "Care", "25", "600"),
    ]  # fmt: skip
    assert (tenant.deal(id, as_of="2026-01-01")["amount"], tenant.deal(id, as_of="2026-01-01")["lines"]) == (
        usd("500"), [],
    )  # fmt: skip
    (event,) = [e for e in tenant.ask(f"/crm/deals/{id}/history")["items"] if e["type"] == "crm.DealLinesChanged"]
    assert event["data"]["priced"] == [{"line_id": "1", "record": f"crm/product/{chair}", "version": 1}]
    tenant.send(f"/crm/products/{chair}/reprice", list_price=usd("99"))
    tenant.send(path, lines=[chairs | {"quantity": "20"}])
    assert tenant.deal(id)["lines"][0]["total"] == "359.82", "the price that it had"
    problem(tenant.sent(f"/crm/deals/{id}/change-amount", amount=usd("1")), 422, "amount_follows_lines")
    tenant.send(path, drop=["1", "care"])
    assert (tenant.deal(id)["amount"], tenant.deal(id)["mrr"]) == (usd("500"), None)
    tenant.send(f"/crm/products/{chair}/reprice", list_price=usd("19.99"))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"quantity": "0"}, "quantity_wrong"),
        ({"discount_percent": "101"}, "discount_wrong"),
        ({"unit_price": {"amount": "1", "currency": "EUR"}}, "currency_differs"),
        ({"unit_price": None}, "unit_price_missing"),
        ({"unit_price": {"amount": "1", "currency": "XXX"}}, "currency_unknown"),
        ({"terms": 3}, "terms_wrong"),
        ({"interval": "WEEKLY"}, "invalid_field"),
        ({"net": "3"}, "invalid_field"),
    ],
)
def test_a_line_that_cannot_be_changes_nothing(tenant: Tenant, line: dict[str, Any], code: str) -> None:
    id = opened(tenant, amount=usd("500"))
    good = {"line_id": "1", "name": "Table", "unit_price": usd("70")}
    problem(tenant.sent(f"/crm/deals/{id}/change-lines", lines=[good, good | {"line_id": "2"} | line]), 422, code)
    assert tenant.deal(id)["lines"] == []
    problem(tenant.sent(f"/crm/deals/{id}/change-lines", drop=["1"]), 422, "line_unknown")


def test_two_people_who_add_lines_lose_none(tenant: Tenant) -> None:
    id = opened(tenant)
    for number in ("1", "2"):
        line = {"line_id": number, "name": "Table", "unit_price": usd("70")}
        assert tenant.key.post(f"/crm/deals/{id}/change-lines", json={"lines": [line]}).is_success
    answer = tenant.send(f"/crm/deals/{id}/change-lines", lines=[CARE])
    assert len(tenant.deal(id)["lines"]) == 3
    undone = tenant.send(f"/crm/deals/{id}/undo", event=str(answer["version"] - 1))
    assert [each["type"] for each in undone["events"]] == ["crm.DealLinesChanged"]
    assert [each["line_id"] for each in tenant.deal(id)["lines"]] == ["1", "care"]
    tenant.send(f"/crm/deals/{id}/lose", reason="Price")
    problem(tenant.sent(f"/crm/deals/{id}/change-lines", drop=["1"]), 409, "deal_closed")


def test_what_was_sold_is_found_copied_exported_and_asked_by_graphql(here: Platform, tenant: Tenant) -> None:
    id, chair, clone = opened(tenant), tenant.ids["chair"], str(uuid4())
    tenant.send(f"/crm/deals/{id}/change-lines", lines=[{"line_id": "1", "product_id": chair}, CARE])
    assert id in {each["id"] for each in tenant.ask("/crm/deals", lines=chair, **{"mrr.gte": "25"})["items"]}
    tenant.send(f"/crm/deals/{id}/clone", clone_id=clone)
    here.until("the copy is there", lambda: tenant.key.get(f"/crm/deals/{clone}").json().get("lines"))
    assert tenant.deal(clone)["lines"] == tenant.deal(id)["lines"]
    file = tenant.key.get("/crm/deals", params={"format": "csv", "lines": chair}, headers=after(tenant.position)).text
    (row,) = [each for each in csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))) if each["id"] == id]
    assert (row["amount"], row["mrr"]) == ("619.99", "25")
    assert [each["line_id"] for each in json.loads(row["lines"])] == ["1", "care"]
    asked = "query($id: ID!) { deal(id: $id) { arr { amount } lines { name quantity total interval } } }"
    body = {"query": asked, "variables": {"id": id}}
    told = tenant.key.post("/graphql", json=body, headers=after(tenant.position)).json()
    assert told["data"]["deal"]["arr"] == {"amount": "300"}, told
    assert told["data"]["deal"]["lines"][1] == {
        "name": "Care", "quantity": "1", "total": "600", "interval": "MONTHLY",
    }  # fmt: skip


def test_what_recurs_is_one_report(tenant: Tenant) -> None:
    only = tenant.send("/crm/pipelines", name="Recurring")["id"]
    for lines in ([CARE], [CARE, {"line_id": "1", "name": "Chair", "unit_price": usd("9")}], []):
        id = opened(tenant, pipeline_id=only, amount=usd("1000"))
        if lines:
            tenant.send(f"/crm/deals/{id}/change-lines", lines=lines)
    (group,) = tenant.ask("/crm/recurring", by="pipeline", pipeline_id=only)["items"]
    assert (group["currency"], group["count"], group["one_off"], group["mrr"], group["arr"]) == (
        "USD", 2, "9", "50", "600",
    )  # fmt: skip


def test_who_does_not_see_amounts_sees_no_lines(tenant: Tenant) -> None:
    id = opened(tenant)
    tenant.send(f"/crm/deals/{id}/change-lines", lines=[CARE])
    shared = tenant.send(f"/crm/deals/{id}/share", user_id=tenant.ids["vic"])
    assert shared["events"]
    deal = tenant.ask(f"/crm/deals/{id}", "vic")
    assert [deal[name] for name in ("amount", "lines", "one_off", "mrr", "arr", "weighted")] == [None] * 6
    assert {"lines", "mrr", "arr"} <= set(deal["hidden"])
    events = tenant.ask(f"/crm/deals/{id}/history", "vic")["items"]
    (told,) = [each for each in events if each["type"] == "crm.DealLinesChanged"]
    assert (told["data"]["lines"], told["hidden"]) == (None, ["lines"])


def test_prices_come_from_the_price_book_of_the_deal(tenant: Tenant) -> None:
    chair, other = tenant.ids["chair"], tenant.send("/crm/products", name="Care", list_price=usd("1"))["id"]
    prices = [
        {"product_id": chair, "unit_price": "15"},
        {"product_id": other, "unit_price": "5.50", "interval": "MONTHLY"},
    ]
    book = tenant.send("/crm/price-books", name="Partners", currency="EUR", prices=prices)["id"]
    id, path = opened(tenant), "/crm/deals/{}/change-lines"
    tenant.send(f"/crm/deals/{id}/choose-price-book", "ann", price_book_id=book)
    lines = [
        {"line_id": "1", "product_id": chair, "quantity": "2"},
        {"line_id": "2", "product_id": other, "terms": 12},
    ]
    tenant.send(path.format(id), "ann", lines=lines)
    deal = tenant.deal(id)
    assert (deal["amount"], deal["mrr"]["amount"]) == ({"amount": "96", "currency": "EUR"}, "5.5")
    assert (deal["price_book_name"], deal["lines"][1]["interval"]) == ("Partners", "MONTHLY")
    tenant.send(f"/crm/price-books/{book}/change-prices", prices=[{"product_id": chair, "unit_price": "20"}])
    assert tenant.deal(id)["amount"]["amount"] == "96"
    tenant.send(path.format(id), lines=[{"line_id": "3", "product_id": chair}])
    assert tenant.deal(id)["lines"][2]["unit_price"] == "20"
    sofa = tenant.send("/crm/products", name="Sofa", list_price=usd("700"))["id"]
    refused = tenant.sent(path.format(id), lines=[{"line_id": "4", "product_id": sofa}])
    problem(refused, 422, "product_not_in_book")
    refused = tenant.sent(path.format(id), lines=[{"line_id": "4", "name": "Sofa", "unit_price": usd("1")}])
    problem(refused, 422, "currency_differs")
    dollars = opened(tenant, amount=usd("5"))
    problem(tenant.sent(f"/crm/deals/{dollars}/choose-price-book", price_book_id=book), 422, "currency_differs")
    problem(
        tenant.sent(f"/crm/deals/{dollars}/choose-price-book", price_book_id=str(uuid4())), 422, "no_such_price_book"
    )
    tenant.send(f"/crm/price-books/{book}/retire")
    late = tenant.sent(f"/crm/deals/{opened(tenant)}/choose-price-book", price_book_id=book)
    problem(late, 422, "price_book_retired")
    problem(tenant.sent("/crm/price-books", "ann", name="Mine", currency="EUR"), 403, "forbidden")
    assert [each["id"] for each in tenant.ask("/crm/price-books", prices=chair)["items"]] == [book]
    history = [each["type"] for each in tenant.ask(f"/crm/price-books/{book}/history")["items"]]
    assert sorted(history) == ["crm.PriceBookCreated", "crm.PriceBookRetired", "crm.PricesChanged"]


def test_a_deal_is_opened_with_lines_and_its_price_book_is_taken_back(tenant: Tenant) -> None:
    chair = tenant.ids["chair"]
    priced = [{"product_id": chair, "unit_price": price} for price in ("15", "12")]
    one, two = (
        tenant.send("/crm/price-books", name=name, currency="EUR", prices=[each])["id"]
        for name, each in zip(("One", "Two"), priced, strict=True)
    )
    lines = [{"line_id": "1", "product_id": chair, "quantity": "2"}]
    said = {"name": "Two chairs", "owner_id": tenant.ids["ann"], "lines": lines}
    told = tenant.send("/crm/deals", "ann", **said, price_book_id=one)
    assert [each["type"] for each in told["events"]] == [
        "crm.DealOpened", "crm.DealPriceBookChosen", "crm.DealLinesChanged",
    ]  # fmt: skip
    id, euros = told["id"], {"amount": "30", "currency": "EUR"}
    assert (tenant.deal(id)["amount"], tenant.deal(id)["price_book_name"]) == (euros, "One")
    assert tenant.deal(tenant.send("/crm/deals", "ann", **said)["id"])["amount"] == usd("39.98")
    assert tenant.deal(tenant.send("/crm/deals", "ann", **said, amount=usd("39.98"))["id"])["amount"] == usd("39.98")
    problem(tenant.sent("/crm/deals", "ann", **said, amount=usd("1")), 422, "amount_follows_lines")
    problem(tenant.sent("/crm/deals", "ann", **said, price_book_id=str(uuid4())), 422, "no_such_price_book")

    path = f"/crm/deals/{id}"
    version = tenant.send(f"{path}/choose-price-book", "ann", price_book_id=two)["version"]
    tenant.send(f"{path}/change-lines", "ann", lines=[{"line_id": "2", "product_id": chair}])
    assert tenant.deal(id)["amount"] == {"amount": "42", "currency": "EUR"}
    tenant.send(f"{path}/undo", event=str(version))
    deal = tenant.deal(id)
    assert (deal["price_book_name"], deal["amount"]["amount"]) == ("One", "42"), "what was put since stays"
    tenant.send(f"{path}/change-lines", "ann", lines=[{"line_id": "3", "product_id": chair}])
    assert tenant.deal(id)["lines"][2]["unit_price"] == "15", "by the book that it has again"
    undone = tenant.send(f"{path}/undo", event=str(version + 2))
    assert (undone["events"][0]["type"], tenant.deal(id)["price_book_name"]) == ("crm.DealPriceBookChosen", "Two")
    tenant.send(f"/crm/price-books/{one}/retire")
    version = undone["version"]
    problem(tenant.sent(f"{path}/undo", event=str(version)), 409, "price_book_retired")
