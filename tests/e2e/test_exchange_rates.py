"""What deals in several currencies are worth in the tenant's own, by the rate of the day on which that was decided."""

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_deals import Tenant
from tests.e2e.test_http import problem
from tests.platform import Platform


def money(amount: str, currency: str) -> dict[str, str]:
    return {"amount": amount, "currency": currency}


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"rates-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", name="Rates", currency="USD")
        made.ids["tenant"], made.ids["ann"] = name, made.send("/admin/users", name="Ann")["id"]
        made.send(f"/admin/users/{made.ids['ann']}/grant-role", role_id="crm.member")
        made.clients["ann"] = clients.enter_context(here.client(name, made.ids["ann"]))
        for day, rate in (("2026-01-01", "1.1"), ("2026-02-01", "1.2"), ("2026-03-01", "1.25")):
            said(made, "EUR", day, rate)
        yield made


def said(tenant: Tenant, currency: str, day: str, rate: str) -> str:
    body = {"currency": currency, "to_currency": "USD", "from_day": day, "rate": rate}
    return tenant.send("/crm/exchange-rates", **body)["id"]


def opened(tenant: Tenant, **body: Any) -> str:
    id = tenant.send("/crm/deals", **({"name": "Tea", "owner_id": tenant.ids["ann"]} | body))["id"]
    assert tenant.deal(id)["owner_id"] == tenant.ids["ann"]
    return id


def test_a_deal_has_the_rate_of_the_day_and_keeps_that_of_its_closing(tenant: Tenant) -> None:
    id = opened(tenant, amount=money("100", "EUR"), at="2026-01-15T09:00:00Z")
    deal = tenant.deal(id)
    assert (deal["home_amount"], deal["home_weighted"]) == (money("110", "USD"), money("22", "USD"))
    assert (deal["home_rate"], deal["home_rate_from"]) == ("1.1", "2026-01-01")
    tenant.send(f"/crm/deals/{id}/engage", at="2026-02-02T09:00:00Z")
    assert tenant.deal(id)["home_amount"] == money("110", "USD")
    tenant.send(f"/crm/deals/{id}/win", at="2026-02-15T09:00:00Z")
    assert tenant.deal(id)["home_amount"] == money("120", "USD")
    rate = said(tenant, "EUR", "2026-02-01", "1.3")
    assert tenant.deal(id)["home_amount"] == money("120", "USD"), "a correction changes no deal by itself"
    assert tenant.deal(id, as_of="2026-01-31")["home_amount"] == money("110", "USD")
    (won,) = [e for e in tenant.ask(f"/crm/deals/{id}/history")["items"] if e["type"] == "crm.DealWon"]
    assert won["data"]["conversion"] == {
        "currency": "EUR", "to_currency": "USD", "rate": "1.2", "from_day": "2026-02-01", "exchange_rate_id": rate,
        "version": 1,
    }  # fmt: skip
    told = tenant.send(f"/crm/deals/{id}/convert", "ann")
    assert [each["type"] for each in told["events"]] == ["crm.DealConverted"]
    assert tenant.deal(id)["home_amount"] == money("130", "USD"), "by the day on which it closed"
    assert tenant.send(f"/crm/deals/{id}/convert")["events"] == []
    said(tenant, "EUR", "2026-02-01", "1.2")


def test_a_rate_is_one_record_that_is_corrected_and_taken_back(tenant: Tenant) -> None:
    first = said(tenant, "GBP", "2026-01-01", "1.4")
    known_then = tenant.ask(f"/crm/exchange-rates/{first}")["recorded_at"]
    assert said(tenant, "GBP", "2026-01-01", "1.5") == first
    assert tenant.ask(f"/crm/exchange-rates/{first}")["rate"] == "1.5"
    assert tenant.ask(f"/crm/exchange-rates/{first}", known_at=known_then)["rate"] == "1.4"
    later = said(tenant, "GBP", "2026-02-01", "1.6")
    asked = {"currency": "GBP", "from_day.lte": "2026-02-03", "sort": "-from_day", "limit": "1"}
    assert [each["id"] for each in tenant.ask("/crm/exchange-rates", **asked)["items"]] == [later]
    tenant.send(f"/crm/exchange-rates/{later}/drop")
    assert [each["id"] for each in tenant.ask("/crm/exchange-rates", **asked)["items"]] == [first]
    body = {"currency": "GBP", "to_currency": "USD", "from_day": "2026-03-01"}
    problem(tenant.sent("/crm/exchange-rates", **body, rate="0"), 422, "rate_wrong")
    problem(tenant.sent("/crm/exchange-rates", **body, rate="1.00000000001"), 422, "rate_wrong")
    problem(tenant.sent("/crm/exchange-rates", **body, rate=1.5), 422, "invalid_field")
    problem(tenant.sent("/crm/exchange-rates", **(body | {"currency": "XXX"}), rate="1"), 422, "currency_unknown")
    problem(tenant.sent("/crm/exchange-rates", "ann", **body, rate="1"), 403, "forbidden")


def test_reports_and_the_board_have_one_total(tenant: Tenant) -> None:
    only = tenant.send("/crm/pipelines", name="Counted")["id"]
    for worth in (money("100", "EUR"), money("50", "USD"), money("7", "JPY"), None):
        opened(tenant, pipeline_id=only, at="2026-01-15T09:00:00Z", **({"amount": worth} if worth else {}))
    groups = tenant.ask("/crm/home-pipeline", by="pipeline", pipeline_id=only)["items"]
    assert [(each["currency"], each["count"], each["amount"], each["weighted"]) for each in groups] == [
        ("USD", 2, "160", "32"), (None, 2, None, None),
    ]  # fmt: skip
    assert len(tenant.ask("/crm/pipeline", by="pipeline", pipeline_id=only)["items"]) == 4
    first = tenant.ask("/crm/deals/board", pipeline=only)["stages"][0]
    assert first["home_totals"] == [{"currency": "USD", "count": 2, "amount": "160", "weighted": "32"}]
    assert [each["currency"] for each in first["totals"]] == ["EUR", "JPY", "USD"]
    missing = tenant.ask("/crm/deals", pipeline_id=only, **{"home_amount.null": "true"})["items"]
    assert {each["amount"] and each["amount"]["currency"] for each in missing} == {"JPY", None}
    jpy = next(each["id"] for each in missing if each["amount"])
    problem(tenant.sent(f"/crm/deals/{jpy}/convert"), 409, "exchange_rate_missing")


def test_lines_and_a_rate_said_a_moment_ago(tenant: Tenant) -> None:
    id = opened(tenant)
    said(tenant, "CHF", "2026-01-01", "1.05")
    line = {"line_id": "1", "name": "Cheese", "quantity": "3", "unit_price": money("10", "CHF")}
    tenant.send(f"/crm/deals/{id}/change-lines", lines=[line])
    assert tenant.deal(id)["home_amount"] == money("31.5", "USD")


def test_another_currency_becomes_the_tenant_s_own(tenant: Tenant) -> None:
    id = opened(tenant, amount=money("10", "USD"))
    assert tenant.deal(id)["home_rate"] == "1"
    path = f"/admin/tenants/{tenant.ids['tenant']}/set-currency"
    problem(tenant.sent(path, currency="XXX"), 422, "currency_unknown")
    tenant.send(path, currency="EUR")
    assert tenant.deal(id)["home_amount"] == money("10", "USD"), "as it was decided"
    problem(tenant.sent(f"/crm/deals/{id}/convert"), 409, "exchange_rate_missing")
    tenant.send("/crm/exchange-rates", currency="USD", to_currency="EUR", from_day="2026-01-01", rate="0.9")
    tenant.send(f"/crm/deals/{id}/convert")
    assert tenant.deal(id)["home_amount"] == money("9", "EUR")
    assert (tenant.deal(id)["home_currency"], tenant.deal(id)["amount"]) == ("EUR", money("10", "USD"))
    tenant.send(path, currency="USD")
