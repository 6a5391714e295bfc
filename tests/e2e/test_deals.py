"""Deals as people use them: pipelines of their own, what is planned, and two who hold the same card."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.platform import Platform

STAGES = [
    {"stage_id": "lead", "name": "Lead", "kind": "OPEN", "probability": 10, "rots_after_days": 14},
    {
        "stage_id": "proposal",
        "name": "Proposal",
        "kind": "OPEN",
        "probability": 60,
        "category": "BEST_CASE",
        "required": ["amount", "custom.budget"],
    },
    {"stage_id": "final", "name": "Final", "kind": "OPEN", "probability": 90, "enter_from": ["proposal"]},
    {"stage_id": "signed", "name": "Signed", "kind": "WON", "enter_from": ["final"]},
    {"stage_id": "gone", "name": "Gone", "kind": "LOST"},
]


@dataclass
class Tenant:
    """`key` is the tenant's own. `position` has all that was sent."""

    key: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    position: str = ""

    def sent(self, path: str, who: str | None = None, **body: Any) -> httpx.Response:
        """What is said to a command that is decided by all that was sent before it."""
        client = self.key if who is None else self.clients[who]
        answer = client.post(path, json=body, headers=after(self.position) if self.position else {})
        if answer.is_success:
            self.position = answer.json()["position"]
        return answer

    def send(self, path: str, who: str | None = None, **body: Any) -> dict[str, Any]:
        answer = self.sent(path, who, **body)
        assert answer.is_success, answer.text
        return answer.json()

    def ask(self, path: str, who: str | None = None, **parameters: str) -> Any:
        client = self.key if who is None else self.clients[who]
        answer = client.get(path, params=parameters, headers=after(self.position))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def opened(self, **body: Any) -> str:
        said = {"name": "Ten chairs", "owner_id": self.ids["ann"], "pipeline_id": self.ids["pipeline"], **body}
        return self.send("/crm/deals", **said)["id"]

    def deal(self, id: str, **parameters: str) -> Mapping[str, Any]:
        return self.ask(f"/crm/deals/{id}", **parameters)


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"deals-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = Tenant(clients.enter_context(here.client(name)))
        made.send("/admin/tenants", name="Deals")
        for user, role in {"ann": "crm.member", "bert": "crm.viewer"}.items():
            made.ids[user] = made.send("/admin/users", name=user.title())["id"]
            made.send(f"/admin/users/{made.ids[user]}/grant-role", role_id=role)
            made.clients[user] = clients.enter_context(here.client(name, made.ids[user]))
            assert made.clients[user].get("/access/me", headers=after(made.position)).status_code == 200
        made.send("/crm/field-sets", record="deal", key="budget", label="Budget", kind="NUMBER")
        said = made.send("/crm/pipelines", name="Renewals", stages=STAGES, lost_reasons=["Price", "Timing"])
        made.ids["pipeline"] = said["id"]
        yield made


def test_a_deal_goes_through_a_pipeline_that_its_tenant_defined(tenant: Tenant) -> None:
    usd = {"amount": "500", "currency": "USD"}
    id = tenant.opened(amount=usd, at="2026-01-01T09:00:00Z", expected_close_on="2026-03-31")
    deal = tenant.deal(id)
    assert (deal["stage"], deal["stage_id"], deal["stage_name"]) == ("OPEN", "lead", "Lead")
    assert (deal["pipeline_name"], deal["probability"], deal["weighted"]["amount"]) == ("Renewals", 10, "50")
    assert (deal["expected_close_on"], deal["rots_at"]) == ("2026-03-31", "2026-01-15T09:00:00Z")
    refused = tenant.sent(f"/crm/deals/{id}/move", stage_id="proposal")
    told = problem(refused, 422, "stage_fields_missing")
    assert told["field"] == "custom.budget"
    assert "custom.budget must be filled in first" in told["detail"]
    problem(tenant.sent(f"/crm/deals/{id}/move", stage_id="final"), 422, "stage_not_reached")
    tenant.send(f"/crm/deals/{id}/set-fields", custom={"budget": 7}, at="2026-01-03T09:00:00Z")
    assert tenant.deal(id)["rots_at"] == "2026-01-17T09:00:00Z"
    tenant.send(f"/crm/deals/{id}/move", stage_id="proposal", at="2026-01-05T09:00:00Z")
    deal = tenant.deal(id)
    assert (deal["weighted"]["amount"], deal["forecast_category"], deal["rots_at"]) == ("300", "BEST_CASE", None)
    tenant.send(f"/crm/deals/{id}/plan", forecast_category="COMMIT", next_step="Call", at="2026-01-05T10:00:00Z")
    deal = tenant.deal(id)
    assert (deal["forecast_category"], deal["next_step"], deal["expected_close_on"]) == ("COMMIT", "Call", None)
    tenant.send(f"/crm/deals/{id}/move", stage_id="final", at="2026-01-06T09:00:00Z")
    problem(tenant.sent(f"/crm/deals/{id}/lose", reason="Luck"), 422, "reason_unknown")
    tenant.send(f"/crm/deals/{id}/win", reason="Quality", at="2026-01-09T09:00:00Z")
    deal = tenant.deal(id)
    assert (deal["stage"], deal["stage_id"], deal["won_reason"]) == ("WON", "signed", "Quality")
    assert (deal["weighted"]["amount"], deal["forecast_category"]) == ("500", "CLOSED")
    assert [(each["stage_id"], each["seconds"]) for each in deal["stays"]] == [
        ("lead", 4 * 86_400), ("proposal", 86_400), ("final", 3 * 86_400), ("signed", None),
    ]  # fmt: skip
    then = tenant.deal(id, as_of="2026-01-04")
    assert (then["stage_id"], then["weighted"]["amount"]) == ("lead", "50")
    history = tenant.ask(f"/crm/deals/{id}/history")["items"]
    assert [each["data"]["place"]["pipeline_version"] for each in history if each["data"].get("place")] == [1, 1, 1, 1]
    tenant.send(f"/crm/deals/{id}/reopen", at="2026-01-10T09:00:00Z")
    assert (tenant.deal(id)["stage_id"], tenant.deal(id)["closed_at"]) == ("final", None)


def test_a_lost_deal_says_why_and_to_whom(tenant: Tenant) -> None:
    id = tenant.opened()
    tenant.send(f"/crm/deals/{id}/set-competitors", competitors=["Umbra", "Massive"])
    tenant.send(f"/crm/deals/{id}/lose", reason="Price", lost_to="Umbra")
    deal = tenant.deal(id)
    assert (deal["stage_id"], deal["lost_reason"], deal["lost_to"]) == ("gone", "Price", "Umbra")
    assert deal["competitors"] == ["Umbra", "Massive"]
    found = tenant.ask("/crm/deals", competitors="Massive", lost_to="Umbra", pipeline_id=tenant.ids["pipeline"])
    assert [each["id"] for each in found["items"]] == [id]


def test_what_was_just_said_of_a_pipeline_holds(tenant: Tenant) -> None:
    made = tenant.send("/crm/pipelines", name="Short")["id"]
    id = tenant.opened(pipeline_id=made)
    stages = tenant.ask(f"/crm/pipelines/{made}")["stages"]
    assert [each["stage_id"] for each in stages] == ["prospecting", "engaging", "won", "lost"]
    stages[1] |= {"required": ["next_step"]}
    tenant.send(f"/crm/pipelines/{made}/change", name="Short", stages=stages)
    problem(tenant.sent(f"/crm/deals/{id}/move", stage_id="engaging"), 422, "stage_fields_missing")
    tenant.send(f"/crm/deals/{id}/plan", next_step="Call")
    moved = tenant.send(f"/crm/deals/{id}/move", stage_id="engaging")
    assert [each["type"] for each in moved["events"]] == ["crm.DealMoved"]
    tenant.send(f"/crm/pipelines/{made}/retire")
    refused = tenant.sent("/crm/deals", name="One more", owner_id=tenant.ids["ann"], pipeline_id=made)
    problem(refused, 422, "pipeline_retired")


def test_deals_go_from_one_pipeline_to_another(tenant: Tenant) -> None:
    id = tenant.send("/crm/deals", name="Plain", owner_id=tenant.ids["ann"])["id"]
    assert (tenant.deal(id)["pipeline_id"], tenant.deal(id)["stage_id"]) == ("default", "prospecting")
    problem(tenant.sent(f"/crm/deals/{id}/move", stage_id="lead"), 422, "stage_unknown")
    tenant.send(f"/crm/deals/{id}/move", stage_id="lead", pipeline_id=tenant.ids["pipeline"])
    assert (tenant.deal(id)["stage"], tenant.deal(id)["stage_id"]) == ("OPEN", "lead")
    problem(tenant.sent(f"/crm/deals/{id}/engage"), 409, "deal_in_other_pipeline")
    tenant.send(f"/crm/deals/{id}/move", stage_id="prospecting", pipeline_id="default")
    moved = tenant.send(f"/crm/deals/{id}/move", stage_id="engaging")
    assert [each["type"] for each in moved["events"]] == ["crm.DealEngaged"]
    nowhere = tenant.sent(f"/crm/deals/{id}/move", stage_id="lead", pipeline_id=str(uuid4()))
    problem(nowhere, 422, "no_such_pipeline")
    problem(tenant.sent("/crm/deals", name="x", owner_id="x", pipeline_id=str(uuid4())), 422, "no_such_pipeline")


def test_nobody_brings_the_rules_along(tenant: Tenant) -> None:
    id = tenant.opened()
    rules = {"pipeline_id": tenant.ids["pipeline"], "version": 1, "stages": STAGES}
    problem(tenant.sent(f"/crm/deals/{id}/move", stage_id="final", carried=rules), 422, "invalid_field")


def test_of_two_who_move_the_same_card_the_second_is_told_what_is_there(tenant: Tenant) -> None:
    id = tenant.opened()
    path, seen = f"/crm/deals/{id}/plan", {"If-Match": f'"{tenant.deal(id)["version"]}"'}
    first = tenant.key.post(path, json={"next_step": "Call"}, headers=seen)
    assert first.status_code == 200, first.text
    second = tenant.key.post(path, json={"next_step": "Write"}, headers=seen)
    assert problem(second, 412, "stale_version")["version"] == first.json()["version"]
    assert second.headers["ETag"] == first.headers["ETag"]


def test_the_report_is_by_stage_and_category_and_weighted(tenant: Tenant) -> None:
    made = tenant.send("/crm/pipelines", name="Counted", stages=[STAGES[0], STAGES[3] | {"enter_from": []}, STAGES[4]])
    only = made["id"]
    for amount in ("100", "55.5"):
        tenant.opened(pipeline_id=only, amount={"amount": amount, "currency": "EUR"})
    (group,) = tenant.ask("/crm/pipeline", by="step", pipeline_id=only)["items"]
    assert (group["stage_id"], group["count"], group["amount"], group["weighted"]) == ("lead", 2, "155.5", "15.55")
    (group,) = tenant.ask("/crm/pipeline", by="category", pipeline_id=only)["items"]
    assert (group["forecast_category"], group["currency"]) == ("PIPELINE", "EUR")


def test_who_may_read_deals_alone_moves_none_and_defines_no_pipeline(tenant: Tenant) -> None:
    id = tenant.opened()
    refused = tenant.sent(f"/crm/deals/{id}/move", "bert", stage_id="proposal")
    assert refused.status_code in (403, 404), refused.text
    problem(tenant.sent("/crm/pipelines", "bert", name="Mine"), 403, "forbidden")
    assert tenant.ask(f"/crm/deals/{id}", "ann")["stage_id"] == "lead"
    tenant.send(f"/crm/deals/{id}/plan", "ann", next_step="Call")


def test_a_deal_is_split_among_sellers_who_have_all_of_it(tenant: Tenant) -> None:
    id, ann, bert = tenant.opened(), tenant.ids["ann"], tenant.ids["bert"]

    def split(*parts: tuple[str, str]) -> httpx.Response:
        return tenant.sent(f"/crm/deals/{id}/set-splits", splits=[{"user_id": u, "percent": p} for u, p in parts])

    told = problem(split((ann, "60"), (bert, "60")), 422, "splits_wrong")
    assert "120.00 percent" in told["detail"]
    problem(split((ann, "33.33"), (bert, "66.66")), 422, "splits_wrong")
    assert split((ann, "33.33"), (bert, "66.67")).is_success
    assert tenant.deal(id)["splits"] == [{"user_id": ann, "percent": "33.33"}, {"user_id": bert, "percent": "66.67"}]
    assert [each["id"] for each in tenant.ask("/crm/deals", splits=bert)["items"]] == [id]


def test_a_tenant_chooses_the_pipeline_that_deals_enter_whose_opening_names_none(here: Platform) -> None:
    name = f"chosen-{uuid4().hex[:8]}"
    with here.client(name) as key:
        own = Tenant(key)
        own.send("/admin/tenants", name="Chosen")
        made = own.send("/crm/pipelines", name="Renewals", stages=STAGES, at="2026-01-01T09:00:00Z")["id"]
        choices = "/crm/pipeline-choices"
        problem(own.sent(choices, pipeline_id=str(uuid4())), 422, "no_such_pipeline")
        problem(own.sent(choices, tenant_id="acme"), 404, "not_found")

        def enters() -> str:
            return own.deal(own.send("/crm/deals", name="Ten chairs", owner_id="ann")["id"])["pipeline_id"]

        def board(**asked: str) -> str:
            return own.ask("/crm/deals/board", **asked)["pipeline"]["id"]

        assert (enters(), board()) == ("default", "default")
        own.send(choices, pipeline_id=made, at="2026-01-05T09:00:00Z")
        assert (enters(), board()) == (made, made)
        shown = own.ask(f"{choices}/{name}")
        assert (shown["pipeline_id"], shown["pipeline_name"], shown["version"]) == (made, "Renewals", 1)
        own.send(choices, at="2026-02-05T09:00:00Z")
        assert (enters(), board()) == ("default", "default")
        assert (board(as_of="2026-01-20"), board(as_of="2026-01-01")) == (made, "default")
        assert own.ask(f"{choices}/{name}", as_of="2026-01-20")["pipeline_id"] == made
        own.send(f"{choices}/{name}/undo", event="2")
        assert (enters(), board()) == (made, made)
        own.send(f"/crm/pipelines/{made}/retire")
        problem(own.sent("/crm/deals", name="Ten chairs", owner_id="ann"), 422, "pipeline_retired")
        problem(own.sent(choices, pipeline_id=made), 422, "pipeline_retired")


def test_contacts_have_a_say_in_deals(tenant: Tenant) -> None:
    id, maude = tenant.opened(), tenant.send("/crm/contacts", name="Maude Lebowski")["id"]
    problem(tenant.sent(f"/crm/deals/{id}/set-contact", contact_id=maude, roles=[]), 422, "roles_missing")
    problem(tenant.sent(f"/crm/deals/{id}/set-contact", contact_id=maude, roles=["KING"]), 422, "invalid_field")
    tenant.send(f"/crm/deals/{id}/set-contact", contact_id=maude, roles=["DECISION_MAKER", "CHAMPION"])
    assert tenant.deal(id)["contacts"] == [{"contact_id": maude, "roles": ["CHAMPION", "DECISION_MAKER"]}]
    assert [each["id"] for each in tenant.ask("/crm/deals", contacts=maude)["items"]] == [id]
    tenant.send(f"/crm/deals/{id}/drop-contact", contact_id=maude)
    assert tenant.deal(id)["contacts"] == []


def test_a_deal_is_cloned(here: Platform, tenant: Tenant) -> None:
    usd = {"amount": "70", "currency": "USD"}
    id, clone = tenant.opened(amount=usd, custom={"budget": 3}, next_step="Call"), str(uuid4())
    tenant.send(f"/crm/deals/{id}/move", stage_id="proposal")
    tenant.send(f"/crm/deals/{id}/set-splits", splits=[{"user_id": tenant.ids["ann"], "percent": "100"}])
    problem(tenant.sent(f"/crm/deals/{id}/clone", clone_id="mine"), 422, "clone_id_malformed")
    told = tenant.send(f"/crm/deals/{id}/clone", clone_id=clone, name="Ten more chairs")
    assert [each["type"] for each in told["events"]] == ["crm.DealCloned"]
    # One command opens it and then gives it what an opening does not take; without a position a reader may be between.
    here.until("the copy is whole", lambda: tenant.key.get(f"/crm/deals/{clone}").json().get("splits"))
    copy = tenant.deal(clone)
    assert (copy["name"], copy["cloned_from"], copy["stage_id"]) == ("Ten more chairs", id, "lead")
    assert (copy["amount"], copy["custom"], copy["splits"][0]["percent"]) == (usd, {"budget": "3"}, "100.00")
    assert copy["owner_id"] == tenant.ids["ann"]
    assert told["made"] == clone


def test_the_id_of_a_clone_is_given_and_a_retry_makes_no_second_one(here: Platform, tenant: Tenant) -> None:
    id = tenant.opened()
    path, key = f"/crm/deals/{id}/clone", {"Idempotency-Key": "once"}

    def cloned(**headers: str) -> dict[str, Any]:
        answer = tenant.key.post(path, json={"name": "Copy"}, headers=after(tenant.position) | headers)
        assert answer.is_success, answer.text
        return answer.json()

    first, again, other = cloned(**key), cloned(**key), cloned()
    assert (first["made"], first["events"]) == (again["made"], again["events"])
    assert first["made"] != other["made"]
    problem(tenant.key.post(path, json={"name": "Else"}, headers=key), 422, "idempotency_key_reused")
    later = cloned(**{"Idempotency-Key": "later", "Prefer": "respond-async"})
    status = f"/commands/{later['command_id']}"
    here.until("it is answered", lambda: tenant.key.get(status).json()["state"] == "accepted")
    assert tenant.key.get(status).json()["answer"]["made"] == tenant.key.get(status).json()["made"] == later["made"]
    mutation = f'mutation {{ cloneDeal(id: "{id}", input: {{name: "By graph"}}) {{ made id }} }}'
    answer = tenant.key.post("/graphql", json={"query": mutation}).json()["data"]["cloneDeal"]
    assert answer["id"] == id
    made = [first["made"], other["made"], later["made"], answer["made"]]
    here.until("all are there", lambda: all(tenant.key.get(f"/crm/deals/{each}").is_success for each in made))
    assert [tenant.deal(each)["name"] for each in made] == ["Copy", "Copy", "Copy", "By graph"]
    assert {tenant.deal(each)["cloned_from"] for each in made} == {id}


def test_a_board_shows_each_stage_with_what_stands_in_it(tenant: Tenant) -> None:
    made = tenant.send("/crm/pipelines", name="Board", stages=STAGES)["id"]
    path = "/crm/deals/board"
    for number, currency in enumerate(("USD", "USD", "EUR", None)):
        worth = {"amount": {"amount": str(100 * (number + 1)), "currency": currency}} if currency else {}
        id = tenant.opened(pipeline_id=made, name=f"Card {number}", custom={"budget": 1}, **worth)
        if number == 1:
            tenant.send(f"/crm/deals/{id}/move", stage_id="proposal")
    board = tenant.ask(path, pipeline=made, cards="2", sort="name", fields="id,name")
    assert board["pipeline"] == {"id": made, "name": "Board", "version": 1}
    assert [(each["stage_id"], each["count"]) for each in board["stages"]] == [
        ("lead", 3), ("proposal", 1), ("final", 0), ("signed", 0), ("gone", 0),
    ]  # fmt: skip
    lead, proposal = board["stages"][:2]
    assert lead["totals"] == [
        {"currency": "EUR", "count": 1, "amount": "300", "weighted": "30"},
        {"currency": "USD", "count": 1, "amount": "100", "weighted": "10"},
    ]
    assert [each["name"] for each in lead["cards"]] == ["Card 0", "Card 2"]
    assert (proposal["totals"][0]["weighted"], proposal["next_cursor"]) == ("120", None)
    rest = tenant.ask(
        "/crm/deals", pipeline_id=made, stage_id="lead", sort="name", cursor=lead["next_cursor"], fields="id,name"
    )
    assert [each["name"] for each in rest["items"]] == ["Card 3"]
    without = tenant.ask(path, pipeline=made, cards="0", where='{"amount": {"gte": "150"}}')
    assert [(each["count"], each["cards"]) for each in without["stages"]] == [(1, []), (1, []), *[(0, [])] * 3]
    open_from_anywhere: dict[str, Any] = {**STAGES[3], "enter_from": []}
    tenant.send(f"/crm/pipelines/{made}/change", name="Board", stages=[STAGES[0], open_from_anywhere, STAGES[4]])
    shown = tenant.ask(path, pipeline=made)["stages"]
    assert [(each["stage_id"], each["retired"]) for each in shown] == [
        ("lead", False), ("signed", False), ("gone", False), ("proposal", True),
    ]  # fmt: skip


def test_a_board_is_of_a_pipeline_that_is_there_and_of_what_one_may_see(tenant: Tenant) -> None:
    board = tenant.ask("/crm/deals/board")
    assert [each["stage_id"] for each in board["stages"]] == ["prospecting", "engaging", "won", "lost"]
    path = "/crm/deals/board"
    problem(tenant.key.get(path, params={"pipeline": str(uuid4())}), 404, "not_found")
    problem(tenant.key.get(path, params={"cards": "1000"}), 400, "bad_limit")
    problem(tenant.key.get(path, params={"colour": "red"}), 400, "unknown_filter")
    own = tenant.send("/crm/deals", name="Ann's", owner_id=tenant.ids["ann"])["id"]
    tenant.send("/crm/deals", name="Nobody's", owner_id="nobody")
    cards = tenant.ask(path, "ann")["stages"][0]["cards"]
    assert {each["owner_id"] for each in cards} == {tenant.ids["ann"]}
    assert own in {each["id"] for each in cards}


def test_the_pipeline_that_is_always_there_is_changed_as_others_are(here: Platform) -> None:
    name = f"built-in-{uuid4().hex[:8]}"
    with here.client(name) as key:
        own = Tenant(key)
        own.send("/admin/tenants", name="Built in")

        def opened(day: int) -> str:
            return own.send("/crm/deals", name="Ten chairs", owner_id="ann", at=f"2026-01-{day:02}T09:00:00Z")["id"]

        def board(**asked: str) -> list[tuple[str, int]]:
            found = own.ask("/crm/deals/board", pipeline="default", **asked)
            return [(each["name"], each["count"]) for each in found["stages"]]

        path, before = "/crm/pipelines/default", opened(2)
        engaged = opened(2)
        own.send(f"/crm/deals/{engaged}/engage", at="2026-01-03T09:00:00Z")
        problem(own.key.get(path, headers=after(own.position)), 404, "not_found")
        was = [("Prospecting", 1), ("Engaging", 1), ("Won", 0), ("Lost", 0)]
        assert board() == was
        stages = [
            {"stage_id": "prospecting", "name": "Prospecting", "kind": "OPEN", "probability": 20},
            {"stage_id": "engaging", "name": "Talking", "kind": "OPEN", "probability": 40, "required": ["next_step"]},
            {"stage_id": "demo", "name": "Demo", "kind": "OPEN", "probability": 80, "rots_after_days": 7},
            {"stage_id": "won", "name": "Won", "kind": "WON", "enter_from": ["demo"]},
            {"stage_id": "lost", "name": "Lost", "kind": "LOST"},
        ]
        lacking = own.sent(f"{path}/change", name="Sales", stages=stages[:3])
        problem(lacking, 422, "stages_incomplete")
        told = own.send(f"{path}/change", name="Sales", stages=stages, at="2026-01-05T09:00:00Z")
        assert [each["type"] for each in told["events"]] == ["crm.PipelineDefined", "crm.PipelineChanged"]
        assert board() == [("Prospecting", 1), ("Talking", 1), ("Demo", 0), ("Won", 0), ("Lost", 0)]
        assert board(as_of="2026-01-04") == was, "as it was then"
        assert [own.deal(each)["stage_name"] for each in (before, engaged)] == ["Prospecting", "Engaging"]
        assert (own.deal(before)["pipeline_name"], own.deal(engaged)["probability"]) == ("Sales", 50)

        problem(own.sent(f"/crm/deals/{before}/engage"), 422, "stage_fields_missing")
        own.send(f"/crm/deals/{before}/move", stage_id="demo", at="2026-01-06T09:00:00Z")
        shown = own.deal(before)
        assert (shown["stage"], shown["stage_id"], shown["rots_at"]) == ("OPEN", "demo", "2026-01-13T09:00:00Z")
        usd = {"amount": "100", "currency": "USD"}
        problem(own.sent(f"/crm/deals/{engaged}/win", amount=usd), 422, "stage_not_reached")
        own.send(f"/crm/deals/{before}/win", amount=usd, at="2026-01-07T09:00:00Z")
        assert own.deal(before)["stage"] == "WON"
        own.send(f"/crm/deals/{before}/reopen", at="2026-01-08T09:00:00Z")
        assert own.deal(before)["stage_id"] == "demo"

        own.send(f"{path}/change", name="Sales", stages=[{**stages[0], "name": "New"}, *stages[1:]])
        assert own.deal(opened(9))["stage_name"] == "New"
        own.send(f"{path}/undo", event="3")
        assert [own.deal(opened(10))["stage_name"], board()[0][0]] == ["Prospecting", "Prospecting"]
        problem(own.sent(f"{path}/undo", event="1"), 409, "changed_since")
        own.send(f"{path}/retire")
        problem(own.sent("/crm/deals", name="x", owner_id="ann"), 422, "pipeline_retired")
        own.send(f"{path}/restore")
        opened(11)
        problem(own.sent("/crm/pipelines/other/change", name="Sales", stages=stages), 404, "not_found")


def test_a_stage_is_dropped_once_no_deal_stands_in_it(tenant: Tenant) -> None:
    lead, won, lost = STAGES[0], {"stage_id": "signed", "name": "Signed", "kind": "WON"}, STAGES[4]
    extra = {"stage_id": "extra", "name": "Extra", "kind": "OPEN", "probability": 30}
    made = tenant.send("/crm/pipelines", name="Dropping", stages=[lead, won, lost], at="2026-01-01T09:00:00Z")["id"]
    path = f"/crm/pipelines/{made}"
    tenant.send(f"{path}/change", name="Dropping", stages=[lead, extra, won, lost], at="2026-01-02T09:00:00Z")
    id = tenant.opened(pipeline_id=made, stage_id="extra", at="2026-01-03T09:00:00Z")

    def stages(**asked: str) -> list[str]:
        return [each["stage_id"] for each in tenant.ask(path, **asked)["stages"]]

    refused = problem(tenant.sent(f"{path}/undo", event="2"), 409, "stage_occupied")
    assert "Extra" in refused["detail"]
    tenant.send(f"/crm/deals/{id}/remove")
    drop: dict[str, Any] = {"name": "Dropping", "stages": [lead, won, lost], "drop": ["extra"]}
    problem(tenant.sent(f"{path}/change", **drop), 422, "stage_occupied")
    tenant.send(f"/crm/deals/{id}/restore")
    tenant.send(f"/crm/deals/{id}/move", stage_id="lead", at="2026-01-04T09:00:00Z")
    problem(tenant.sent(f"{path}/change", **drop, occupied=[]), 422, "invalid_field")
    tenant.send(f"{path}/undo", event="2")
    assert stages() == ["lead", "signed", "gone"]
    assert stages(as_of="2026-01-03") == ["lead", "extra", "signed", "gone"]
    assert [each["stage_id"] for each in tenant.deal(id)["stays"]] == ["extra", "lead"]
    board = tenant.ask("/crm/deals/board", pipeline=made, as_of="2026-01-03")
    assert [(each["stage_id"], each["count"]) for each in board["stages"]][1] == ("extra", 1)
    tenant.send(f"{path}/change", name="Dropping", stages=[lead, extra, won, lost])
    tenant.send(f"{path}/change", **drop)
    assert stages() == ["lead", "signed", "gone"]
