"""Webhooks: what is recorded reaches other systems, signed, in order, whatever dies, and no more than one may read."""

import threading
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from tests.e2e.test_http import after, problem
from tests.hooks import Receiver, receiver
from tests.platform import Platform, platform

HOOKS = "/integration/webhooks"
DOMAINS = ("crm", "admin", "integration")


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    parts = [f"{kind} {domain}" for domain in DOMAINS for kind in ("processor", "projector")]
    with platform(*parts, "webhooks", "gateway") as running:
        yield running


@dataclass
class Tenant:
    """A tenant of the test's own, and a system of theirs that hears of it."""

    here: Platform
    name: str
    key: httpx.Client
    system: Receiver
    clients: ExitStack
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def send(self, path: str, body: Mapping[str, Any] | None = None, by: httpx.Client | None = None) -> dict[str, Any]:
        answer = (by or self.key).post(path, json=body or {}, headers=after(self.position) if self.position else {})
        assert answer.is_success, answer.text
        told = answer.json()
        seen = [told, {"position": self.position}] if self.position else [told]
        self.position = self.here.settled(seen)
        return told

    def hook(self, by: httpx.Client | None = None, **said: Any) -> str:
        return self.send(HOOKS, {"name": "Billing", "url": self.system.url, **said}, by)["id"]

    def shown(self, hook: str) -> dict[str, Any]:
        return self.key.get(f"{HOOKS}/{hook}", headers=after(self.position)).json()

    def secret(self, hook: str) -> str:
        answer = self.key.get(f"{HOOKS}/{hook}/secret", headers=after(self.position))
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()["secret"]

    def deal(self, name: str, **said: Any) -> str:
        return self.send("/crm/deals", {"name": name, "owner_id": "u1", **said})["id"]

    def user(self, name: str, *roles: str, **said: Any) -> httpx.Client:
        self.ids[name] = id = self.send("/admin/users", {"name": name, **said})["id"]
        for role in roles:
            self.send(f"/admin/users/{id}/grant-role", {"role_id": role})
        client = self.clients.enter_context(self.here.client(self.name, id))
        assert client.get("/access/me", headers=after(self.position)).is_success
        return client

    def until(self, what: str, happens: Any) -> Any:
        return self.here.until(what, happens)

    def company(self, name: str) -> str:
        return self.send("/crm/companies", {"name": name})["id"]

    def rename(self, company: str, name: str) -> None:
        self.send(f"/crm/companies/{company}/rename", {"name": name})

    def comes(self, *names: str) -> None:
        """Waits until what has these names has been told of."""
        self.until(f"{names} come", lambda: {*names} <= {each["data"].get("name") for each in self.system.told()})

    def opened(self) -> list[Any]:
        return self.system.told("crm.DealOpened")


@pytest.fixture
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"hooks-{uuid4().hex[:8]}"
    with ExitStack() as stack:
        key, system = stack.enter_context(here.client(name)), stack.enter_context(receiver())
        made = Tenant(here, name, key, system, stack)
        made.send("/admin/tenants", {"name": "Hooks"})
        yield made


def by_record(told: list[Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for each in told:
        found.setdefault(each["id"], []).append(each["version"])
    return found


def test_events_come_signed_and_as_the_live_stream_tells_them(tenant: Tenant) -> None:
    hook = tenant.hook()
    with tenant.key.stream("GET", "/events", params={"aggregate": "deal"}) as stream:
        lines = (line[6:] for line in stream.iter_lines() if line.startswith("data: "))
        tenant.deal("First", amount={"amount": "5", "currency": "USD"})
        live = httpx.Response(200, content=next(lines)).json()
    tenant.comes("First")
    [told] = tenant.opened()
    assert told == live
    secret = tenant.secret(hook)
    assert all(call.signed_by(secret) for call in tenant.system.calls)
    assert tenant.system.calls[-1].headers["content-type"] == "application/json"
    assert {call.id for call in tenant.system.calls} == {each["event_id"] for each in tenant.system.told()}
    with pytest.raises(WebhookVerificationError):
        tenant.system.calls[0].signed_by("whsec_" + "A" * 43 + "=")
    listed = tenant.key.get(f"{HOOKS}/{hook}/deliveries").json()["items"]
    assert {(each["status"], each["attempt"]) for each in listed} == {(204, 1)}
    assert listed[0]["event_id"] == tenant.system.calls[-1].id


def test_each_record_s_events_come_in_their_order(tenant: Tenant) -> None:
    tenant.hook(aggregates=["deal"])
    deals = [tenant.deal(f"Deal {number}") for number in range(6)]
    for units in range(1, 6):
        for deal in deals:
            tenant.send(f"/crm/deals/{deal}/change-amount", {"amount": {"amount": str(units), "currency": "USD"}})
    tenant.until("all come", lambda: len(tenant.system.told()) == 36)
    assert by_record(tenant.system.told()) == {deal: [1, 2, 3, 4, 5, 6] for deal in deals}
    assert len(tenant.system.calls) == 36  # and each once: nothing died


def test_it_hears_what_it_names_and_when_somebody_tries_it(tenant: Tenant) -> None:
    hook, other = tenant.hook(types=["crm.CompanyRenamed"], aggregates=["team"]), tenant.hook(types=["crm.DealWon"])
    company = tenant.company("Quiet")
    tenant.rename(company, "Loud")
    tenant.send("/admin/teams", {"name": "West"})
    tenant.send(f"{HOOKS}/{other}/pause")
    ping = tenant.send(f"{HOOKS}/{hook}/ping")["made"]
    named = {"admin.TeamCreated", "crm.CompanyRenamed", "integration.WebhookPinged"}
    tenant.until("what it names comes", lambda: named <= {each["type"] for each in tenant.system.told()})
    assert {each["type"] for each in tenant.system.told()} == named
    [tried] = tenant.system.told("integration.WebhookPinged")
    assert (tried["id"], tried["data"]["ping_id"]) == (hook, ping)
    problem(tenant.key.post(f"{HOOKS}/{other}/ping", json={}), 409, "webhook_paused")


def test_what_was_recorded_before_comes_first_if_it_is_wanted(tenant: Tenant) -> None:
    long_ago = tenant.send("/crm/companies", {"name": "Umbra"})
    first = tenant.key.get(f"/crm/companies/{long_ago['id']}", headers=after(tenant.position)).json()
    for number in range(30):
        tenant.deal(f"Before {number}")
    tenant.hook(aggregates=["deal"], since_at=first["created_at"])
    tenant.deal("After")
    tenant.comes("After", *(f"Before {number}" for number in range(30)))


def test_no_other_tenant_is_told_of(here: Platform, tenant: Tenant) -> None:
    tenant.hook()
    with here.client(f"rival-{uuid4().hex[:8]}") as rival:
        assert rival.post("/crm/companies", json={"name": "Secret"}).is_success
        assert rival.get(f"{HOOKS}/{tenant.hook()}/secret").status_code == 404
    tenant.deal("Ours")
    tenant.comes("Ours")
    assert "Secret" not in str(tenant.system.told())


def test_only_what_its_owner_may_read_is_sent_as_of_now(tenant: Tenant) -> None:
    west, east = (tenant.send("/admin/teams", {"name": name, "region": name})["id"] for name in ("West", "East"))
    tenant.user("ann", "crm.viewer", "integration.admin", team_id=west)
    tenant.user("bert", "crm.member", team_id=east)
    hook = tenant.hook(owner_id=tenant.ids["ann"], aggregates=["deal"])
    worth = {"amount": {"amount": "5", "currency": "USD"}}
    tenant.deal("Bert's", owner_id=tenant.ids["bert"], **worth)
    tenant.deal("Ann's", owner_id=tenant.ids["ann"], **worth)
    tenant.comes("Ann's")
    [told] = tenant.opened()
    assert (told["data"]["name"], told["data"]["amount"]) == ("Ann's", None)
    assert "amount" in told["hidden"]
    tenant.send(f"/admin/users/{tenant.ids['bert']}/assign", {"team_id": west})
    tenant.deal("Bert's in West", owner_id=tenant.ids["bert"])
    tenant.comes("Bert's in West")
    tenant.send(f"/admin/users/{tenant.ids['ann']}/deactivate")
    tenant.deal("While she was gone", owner_id=tenant.ids["ann"])
    tenant.until("it is told that nobody is there", lambda: tenant.shown(hook)["code"] == "owner_gone")
    assert {each["data"]["name"] for each in tenant.opened()} == {"Ann's", "Bert's in West"}
    tenant.send(f"/admin/users/{tenant.ids['ann']}/reactivate")
    tenant.comes("While she was gone")
    tenant.until("it is well again", lambda: tenant.shown(hook)["code"] is None)


def test_nobody_has_more_sent_than_they_may_read_themselves(tenant: Tenant) -> None:
    mia = tenant.user("mia", "integration.admin")
    tenant.user("ann", "crm.manager")
    said = {"name": "Mine", "url": tenant.system.url}
    problem(mia.post(HOOKS, json=said), 403, "more_than_own")
    problem(mia.post(HOOKS, json={**said, "owner_id": tenant.ids["ann"]}), 403, "more_than_own")
    problem(mia.post(HOOKS, json={**said, "owner_id": str(uuid4())}), 422, "no_such_user")
    mine, theirs = tenant.hook(mia, owner_id=tenant.ids["mia"]), tenant.hook(owner_id=tenant.ids["ann"])
    to_me = {**said, "url": "https://elsewhere.example.com/"}
    for owner in ({}, {"owner_id": tenant.ids["ann"]}):
        problem(mia.post(f"{HOOKS}/{theirs}/change", json={**to_me, **owner}), 403, "more_than_own")
    assert mia.post(f"{HOOKS}/{mine}/change", json={**said, "owner_id": tenant.ids["mia"]}).is_success
    tenant.deal("Not for mia", owner_id=tenant.ids["ann"])
    tenant.comes("Not for mia")
    auditor = tenant.user("otto", "auditor")
    problem(auditor.get(f"{HOOKS}/{mine}/secret"), 403, "forbidden")
    assert auditor.get(f"{HOOKS}/{mine}/deliveries").status_code == 200


def test_what_is_not_taken_is_sent_again_and_holds_back_what_lies_behind(tenant: Tenant) -> None:
    hook = tenant.hook(aggregates=["company"])
    company = tenant.company("First")
    tenant.comes("First")
    tenant.system.stop()
    tenant.rename(company, "Second")
    tenant.until("it is told", lambda: tenant.shown(hook)["code"] == "unreachable")
    failed = tenant.key.get(f"{HOOKS}/{hook}/deliveries", params={"failed": "true"}).json()["items"]
    assert (failed[0]["status"], failed[0]["type"]) == (None, "crm.CompanyRenamed")
    tenant.system.answer = lambda told: (500, {}) if told["data"]["name"] == "Second" and _few(tenant) else (200, {})
    tenant.system.start()
    tenant.rename(company, "Third")
    tenant.comes("Third")
    assert by_record(tenant.system.told()) == {company: [1, 2, 3]}
    assert [call.status for call in tenant.system.calls] == [204, 500, 500, 200, 200]
    tenant.until("it is well again", lambda: tenant.shown(hook)["code"] is None)


def _few(tenant: Tenant) -> bool:
    return sum(call.status == 500 for call in tenant.system.calls) < 2


def test_an_event_that_is_never_taken_can_be_skipped_and_no_other(tenant: Tenant) -> None:
    tenant.system.answer = lambda told: (422, {}) if told["data"]["name"] == "Bad" else (200, {})
    hook = tenant.hook(aggregates=["company"])
    tenant.rename(tenant.company("Bad"), "Good")
    row = tenant.until("it is told", lambda: (row := tenant.shown(hook))["code"] == "refused" and row)
    assert "422" in row["reason"]
    problem(tenant.key.post(f"{HOOKS}/{hook}/skip", json={"event_id": str(uuid4())}), 422, "event_not_failing")
    tenant.send(f"{HOOKS}/{hook}/skip", {"event_id": row["event_id"]})
    tenant.comes("Good")
    assert [each["type"] for each in tenant.system.told()] == ["crm.CompanyRenamed"]
    tenant.until("it is well again", lambda: tenant.shown(hook)["code"] is None)


def test_who_says_that_nobody_is_there_is_not_asked_again_until_resumed(tenant: Tenant) -> None:
    tenant.system.answer = lambda _: (410, {})
    hook = tenant.hook(aggregates=["deal"])
    tenant.deal("First")
    tenant.until("it is paused", lambda: tenant.shown(hook)["status"] == "PAUSED")
    assert (tenant.shown(hook)["code"], len(tenant.system.calls)) == ("webhook_gone", 1)
    tenant.deal("Second")
    tenant.system.answer = lambda _: (200, {})
    tenant.send(f"{HOOKS}/{hook}/resume")
    tenant.comes("First", "Second")
    assert (tenant.shown(hook)["status"], tenant.shown(hook)["code"]) == ("ACTIVE", None)
    tenant.send(f"{HOOKS}/{hook}/remove")
    assert tenant.key.get(f"{HOOKS}/{hook}", headers=after(tenant.position)).status_code == 404


def test_it_is_led_nowhere(tenant: Tenant) -> None:
    with receiver() as inside:
        tenant.system.answer = lambda _: (307, {"Location": inside.url})
        hook = tenant.hook(aggregates=["deal"])
        tenant.deal("First")
        tenant.until("it is told", lambda: tenant.shown(hook)["code"] == "redirected")
        assert inside.calls == []
    for url, code in (
        ("http://hooks.example.com/", "url_not_secure"),
        ("https://169.254.169.254/latest", "url_inward"),
        ("https://[::ffff:10.0.0.1]/", "url_inward"),
        ("https://user:word@hooks.example.com/", "url_malformed"),
        ("file:///etc/passwd", "url_malformed"),
        ("https://hooks.example.com/\r\nX: y", "url_malformed"),
    ):
        problem(tenant.key.post(HOOKS, json={"name": "Bad", "url": url}), 422, code)
    problem(tenant.key.post(HOOKS, json={"name": "B", "url": tenant.system.url, "types": ["x"]}), 422, "types_unknown")


def test_a_secret_that_is_changed_counts_for_a_day_more(tenant: Tenant) -> None:
    hook = tenant.hook(aggregates=["deal"])
    before = tenant.secret(hook)
    tenant.send(f"{HOOKS}/{hook}/rotate-secret", {"generation": 1})
    now = tenant.secret(hook)
    assert now != before
    tenant.deal("First")
    tenant.comes("First")
    [call] = tenant.system.calls
    assert call.signed_by(before)
    assert call.signed_by(now)


def test_nothing_is_missing_however_often_the_sender_is_killed(here: Platform, tenant: Tenant) -> None:
    tenant.hook(aggregates=["deal"])
    deals = [tenant.deal(f"Deal {number}") for number in range(4)]
    for units in range(1, 9):
        for deal in deals:
            tenant.send(f"/crm/deals/{deal}/change-amount", {"amount": {"amount": str(units), "currency": "USD"}})
        if units % 2:
            here.kill("webhooks")
            here.start("webhooks")
    tenant.until("all come", lambda: len(tenant.system.told()) == 36)
    assert by_record(tenant.system.told()) == {deal: [*range(1, 10)] for deal in deals}


def test_a_slow_system_holds_up_no_other(here: Platform, tenant: Tenant) -> None:
    ended = threading.Event()

    def never(_: Any) -> tuple[int, Mapping[str, str]]:
        ended.wait(30)
        return 200, {}

    with receiver() as slow:
        slow.answer = never
        tenant.send(HOOKS, {"name": "Slow", "url": slow.url, "aggregates": ["deal"]})
        tenant.hook(aggregates=["deal"])
        for number in range(5):
            tenant.deal(f"Deal {number}")
        tenant.comes(*(f"Deal {number}" for number in range(5)))
        ended.set()
