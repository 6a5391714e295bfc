"""Service accounts and their keys over HTTP: from the first key to the last refusal, against real processes."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra import api_keys
from tests.e2e.test_http import after, problem
from tests.e2e.test_http_events import told
from tests.platform import Platform

ACCOUNTS = "/admin/service-accounts"


@dataclass
class Tenant:
    """`key` is the tenant's own; users' clients by first name. `position` has all that was sent with `key`."""

    here: Platform
    name: str
    key: httpx.Client
    clients: ExitStack
    users: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    position: str = ""

    def send(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self.key.post(path, json=body or {})
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def user(self, name: str, role: str | None = None) -> str:
        id = self.send("/admin/users", {"name": name.title()})["id"]
        if role is not None:
            self.send(f"/admin/users/{id}/grant-role", {"role_id": role})
        self.users[name] = self.clients.enter_context(self.here.client(self.name, id))
        return id

    def account(self, *roles: str) -> str:
        """A service account with these roles, once everybody knows of it."""
        id = self.send(ACCOUNTS, {"name": "Loader"})["id"]
        for role in roles:
            self.send(f"{ACCOUNTS}/{id}/grant-role", {"role_id": role})
        return id

    def issue(self, account: str, **body: Any) -> dict[str, Any]:
        """A new key, once everybody knows of it."""
        issued = self.send(f"{ACCOUNTS}/{account}/keys", {"name": "Nightly", **body})
        assert self.machine(issued["key"]).get("/access/me", headers=after(issued["position"])).status_code == 200
        return issued

    def machine(self, key: str) -> httpx.Client:
        """A client that speaks for whoever has the key."""
        headers = {"Authorization": f"Bearer {key}"}
        return self.clients.enter_context(httpx.Client(base_url=self.here.url, headers=headers, timeout=90))

    def keys(self, account: str) -> list[dict[str, Any]]:
        found = self.key.get(f"{ACCOUNTS}/{account}/keys", headers=after(self.position))
        assert found.status_code == 200, found.text
        return found.json()["items"]


def tenant_of(here: Platform, clients: ExitStack) -> Tenant:
    name = f"keys-{uuid4().hex[:8]}"
    made = Tenant(here, name, clients.enter_context(here.client(name)), clients)
    made.send("/admin/tenants", {"name": "Keys"})
    return made


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    with ExitStack() as clients:
        made = tenant_of(here, clients)
        boss = made.user("boss")
        made.send(f"/admin/tenants/{made.name}/appoint-owner", {"user_id": boss})
        made.user("ada", "admin.admin")
        made.user("ann", "crm.member")
        made.send("/crm/companies", {"name": "Umbra Ltd"})
        made.send("/crm/deals", {"name": "Chairs", "owner_id": "u1"})
        crm = made.position
        made.account()
        for user in made.users.values():
            assert user.get("/access/me", headers=after(made.position)).status_code == 200
        here.until("the owner is known", lambda: made.users["boss"].get("/access/me").json()["roles"] == ["owner"])
        assert made.key.get("/crm/deals", headers=after(crm)).status_code == 200
        yield made


def test_a_service_account_works_under_its_own_name_until_its_key_is_revoked(tenant: Tenant) -> None:
    account = tenant.account("integration")
    issued = tenant.issue(account)
    machine = tenant.machine(issued["key"])
    me = machine.get("/access/me").json()
    assert (me["tenant"], me["user"], me["roles"]) == (tenant.name, f"account:{account}", ["integration"])
    made = machine.post("/crm/deals", json={"name": "Tables", "owner_id": "u2"})
    assert made.status_code == 201, made.text
    history = machine.get(f"{made.headers['Location']}/history", headers=after(made.json()["position"])).json()
    assert [event["actor"] for event in history["items"]] == [f"account:{account}"]
    assert problem(machine.get("/admin/users"), 403, "forbidden")["permission"] == "admin.user.read"
    gone = tenant.send(f"{ACCOUNTS}/{account}/revoke-key", {"key_id": issued["key_id"]})["position"]
    refused = machine.get("/access/me", headers=after(gone))
    problem(refused, 401, "key_unknown")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert tenant.keys(account) == []
    assert tenant.send(f"{ACCOUNTS}/{account}/revoke-key", {"key_id": issued["key_id"]})["events"] == []


def test_a_key_is_told_once_and_kept_nowhere_and_its_last_use_is_known(here: Platform, tenant: Tenant) -> None:
    account = tenant.account("crm.viewer")
    answer = tenant.key.post(f"{ACCOUNTS}/{account}/keys", json={"name": "Nightly", "permits": ["crm.deal.read"]})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    issued = answer.json()
    tenant.position = issued["position"]
    secret = issued["key"].split("_")[3]
    (shown,) = tenant.keys(account)
    assert (shown["id"], shown["name"], shown["permits"]) == (issued["key_id"], "Nightly", ["crm.deal.read"])
    assert (shown["expired"], shown["last_used_at"], shown["last_used_from"]) == (False, None, None)
    assert timedelta(days=89) < datetime.fromisoformat(shown["expires_at"]) - datetime.now(UTC) < timedelta(days=91)
    history = tenant.key.get(f"{ACCOUNTS}/{account}/history").text
    for text in (str(tenant.keys(account)), history, "".join("\n".join(here.lines(part)) for part in here.processes)):
        assert secret not in text
    assert api_keys.digest_of(secret) not in str(tenant.keys(account))
    tenant.machine(issued["key"]).get("/access/me")
    used = here.until("the use is written", lambda: [key for key in tenant.keys(account) if key["last_used_at"]])[0]
    at = datetime.fromisoformat(used["last_used_at"])
    assert at.second == 0
    assert timedelta(0) <= datetime.now(UTC) - at < timedelta(minutes=3)
    assert used["last_used_from"] == "127.0.0.1"


def test_whoever_is_deactivated_or_removed_is_nobody_at_once(tenant: Tenant) -> None:
    account = tenant.account("crm.viewer")
    machine = tenant.machine(tenant.issue(account)["key"])
    stopped = tenant.send(f"{ACCOUNTS}/{account}/deactivate")["position"]
    problem(machine.get("/access/me", headers=after(stopped)), 401, "account_deactivated")
    problem(tenant.key.post(f"{ACCOUNTS}/{account}/keys", json={"name": "x"}), 409, "service_account_deactivated")
    again = tenant.send(f"{ACCOUNTS}/{account}/reactivate")["position"]
    assert machine.get("/access/me", headers=after(again)).status_code == 200
    removed = tenant.send(f"{ACCOUNTS}/{account}/remove")["position"]
    problem(machine.get("/access/me", headers=after(removed)), 401, "key_unknown")
    problem(tenant.key.get(f"{ACCOUNTS}/{account}/keys", headers=after(removed)), 404, "not_found")


def test_a_narrowed_key_does_what_both_it_and_a_role_permit(tenant: Tenant) -> None:
    account = tenant.account("integration")
    reader = tenant.machine(tenant.issue(account, permits=["crm.deal.read", "admin.user.read"])["key"])
    assert set(reader.get("/access/me").json()["permissions"]) == {"crm.deal.read"}
    deals = reader.get("/crm/deals").json()["items"]
    assert deals
    problem(reader.get("/crm/companies"), 403, "forbidden")
    problem(reader.get("/admin/users"), 403, "forbidden")
    problem(reader.post(f"/crm/deals/{deals[0]['id']}/change", json={"name": "Mine"}), 403, "forbidden")
    why = reader.get("/access/check", params={"permission": "crm.deal.read", "id": deals[0]["id"]}).json()
    assert (why["allowed"], why["because"]) == (True, ["integration: crm.deal.read"])
    own = tenant.machine(tenant.issue(account, permits=["crm.*.*@own"])["key"])
    assert own.get("/crm/deals").json()["items"] == []
    problem(own.get(f"/crm/deals/{deals[0]['id']}"), 404, "not_found")
    assert own.get("/crm/companies").json()["items"]
    mine = own.post("/crm/deals", json={"name": "Own", "owner_id": f"account:{account}"})
    assert mine.status_code == 201, mine.text
    listed = own.get("/crm/deals", headers=after(mine.json()["position"])).json()["items"]
    assert [deal["id"] for deal in listed] == [mine.json()["id"]]


def test_a_key_ends_when_it_expires(here: Platform, tenant: Tenant) -> None:
    account = tenant.account("crm.viewer")
    soon = datetime.now(UTC) + timedelta(seconds=8)
    machine = tenant.machine(tenant.issue(account, expires_at=soon.isoformat())["key"])
    here.until("the key has expired", lambda: machine.get("/access/me").status_code == 401)
    assert datetime.now(UTC) >= soon
    problem(machine.get("/access/me"), 401, "key_expired")
    (shown,) = tenant.keys(account)
    assert shown["expired"]
    problem(tenant.key.post(f"{ACCOUNTS}/{account}/keys/{shown['id']}/rotate", json={}), 409, "key_expired")
    tenant.issue(account)
    assert [key["expired"] for key in tenant.keys(account)] == [False]
    past = {"name": "x", "expires_at": (soon - timedelta(days=1)).isoformat()}
    problem(tenant.key.post(f"{ACCOUNTS}/{account}/keys", json=past), 422, "expiry_past")
    late = {"name": "x", "expires_at": (soon + timedelta(days=400)).isoformat()}
    problem(tenant.key.post(f"{ACCOUNTS}/{account}/keys", json=late), 422, "expiry_too_late")


def test_a_rotated_key_lives_on_for_as_long_as_was_said(tenant: Tenant) -> None:
    account = tenant.account("crm.viewer")
    first = tenant.issue(account, permits=["crm.deal.read"])
    rotate = f"{ACCOUNTS}/{account}/keys/{{}}/rotate"
    second = tenant.send(rotate.format(first["key_id"]))
    for issued in (first, second):
        found = tenant.machine(issued["key"]).get("/access/me", headers=after(second["position"]))
        assert set(found.json()["permissions"]) == {"crm.deal.read"}
    old, new = tenant.keys(account)
    assert (old["id"], old["replaced_by"], new["id"]) == (first["key_id"], second["key_id"], second["key_id"])
    left = datetime.fromisoformat(old["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    problem(tenant.key.post(rotate.format(first["key_id"]), json={}), 409, "key_replaced")
    third = tenant.send(rotate.format(second["key_id"]), {"overlap_seconds": 0})
    refused = tenant.machine(second["key"]).get("/access/me", headers=after(third["position"]))
    problem(refused, 401, "key_expired")
    assert tenant.machine(third["key"]).get("/access/me").status_code == 200
    problem(tenant.key.post(rotate.format(third["key_id"]), json={"overlap_seconds": -1}), 422, "invalid_field")
    problem(tenant.key.post(rotate.format(uuid4()), json={}), 422, "no_such_key")


def test_a_retry_gives_no_second_key(tenant: Tenant) -> None:
    account = tenant.account("crm.viewer")
    path, once = f"{ACCOUNTS}/{account}/keys", {"Idempotency-Key": uuid4().hex}
    first = tenant.key.post(path, json={"name": "Nightly"}, headers=once)
    assert first.status_code == 201, first.text
    again = problem(tenant.key.post(path, json={"name": "Nightly"}, headers=once), 409, "key_exists")
    assert again["key_id"] == first.json()["key_id"]
    tenant.position = first.json()["position"]
    assert len(tenant.keys(account)) == 1
    tenant.send(f"{ACCOUNTS}/{account}/revoke-key", {"key_id": again["key_id"]})
    problem(tenant.key.post(path, json={"name": "Nightly"}, headers=once), 409, "key_exists")
    assert tenant.keys(account) == []
    stale = tenant.key.post(path, json={"name": "Nightly"}, headers={"If-Match": '"1"'})
    problem(stale, 412, "stale_version")


def test_nobody_gives_a_machine_or_takes_by_its_key_what_they_do_not_have(tenant: Tenant) -> None:
    ada, ann, boss = (tenant.users[name] for name in ("ada", "ann", "boss"))
    loader, robot = tenant.account("integration"), tenant.account("admin.admin")
    known = after(tenant.position)
    grant = ada.post(f"{ACCOUNTS}/{loader}/grant-role", json={"role_id": "auditor"}, headers=known)
    problem(grant, 403, "more_than_own")
    problem(boss.post(f"{ACCOUNTS}/{loader}/grant-role", json={"role_id": "owner"}), 422, "role_is_owner")
    problem(ada.post(f"{ACCOUNTS}/{loader}/grant-role", json={"role_id": str(uuid4())}), 422, "no_such_role")
    problem(ada.post(f"{ACCOUNTS}/{loader}/keys", json={"name": "x"}), 403, "more_than_own")
    narrow = {"name": "x", "permits": ["crm.deal.read"]}
    problem(ada.post(f"{ACCOUNTS}/{loader}/keys", json=narrow), 403, "more_than_own")
    issued = tenant.issue(loader)
    problem(ada.post(f"{ACCOUNTS}/{loader}/keys/{issued['key_id']}/rotate", json={}), 403, "more_than_own")
    problem(ada.post(f"{ACCOUNTS}/{uuid4()}/keys", json={"name": "x"}), 404, "not_found")
    assert ada.post(f"{ACCOUNTS}/{robot}/keys", json={"name": "x"}).status_code == 201
    assert boss.post(f"{ACCOUNTS}/{loader}/keys", json={"name": "x"}).status_code == 201
    for refused in (
        ann.get(ACCOUNTS),
        ann.get(f"{ACCOUNTS}/{loader}/keys"),
        ann.post(f"{ACCOUNTS}/{loader}/keys", json={"name": "x"}),
        ann.post(f"{ACCOUNTS}/{loader}/keys/{issued['key_id']}/rotate", json={}),
        ann.post(f"{ACCOUNTS}/{loader}/revoke-key", json={"key_id": issued["key_id"]}),
    ):
        problem(refused, 403, "forbidden")


def test_a_machine_gives_itself_no_more_than_its_key_may(tenant: Tenant) -> None:
    robot = tenant.account("admin.admin")
    whole = tenant.machine(tenant.issue(robot)["key"])
    for role in ("crm.viewer", "auditor", "integration"):
        refused = whole.post(f"{ACCOUNTS}/{robot}/grant-role", json={"role_id": role})
        problem(refused, 403, "more_than_own")
    problem(whole.post("/admin/roles", json={"name": "All", "permits": ["*.*.*"]}), 403, "more_than_own")
    narrow = tenant.machine(tenant.issue(robot, permits=["admin.service-account.*"])["key"])
    problem(narrow.post(f"{ACCOUNTS}/{robot}/keys", json={"name": "x"}), 403, "more_than_own")
    same = {"name": "x", "permits": ["admin.service-account.read"]}
    assert narrow.post(f"{ACCOUNTS}/{robot}/keys", json=same).status_code == 201
    problem(narrow.post(f"{ACCOUNTS}/{robot}/grant-role", json={"role_id": "admin.admin"}), 403, "more_than_own")


def test_bodies_set_what_they_may_and_nothing_else(tenant: Tenant) -> None:
    account = tenant.account()
    for path, body in (
        (ACCOUNTS, {"name": "x", "roles": ["integration"]}),
        (f"{ACCOUNTS}/{account}/keys", {"name": "x", "digest": "a" * 64}),
        (f"{ACCOUNTS}/{account}/keys", {"name": "x", "key_id": str(uuid4())}),
        (f"{ACCOUNTS}/{account}/keys", {"permits": ["crm.deal.read"]}),
        (f"{ACCOUNTS}/{account}/keys", {"name": "x", "expires_at": "tomorrow"}),
    ):
        problem(tenant.key.post(path, json=body), 422, "invalid_field")
    malformed = tenant.key.post(f"{ACCOUNTS}/{account}/keys", json={"name": "x", "permits": ["everything"]})
    problem(malformed, 422, "permit_malformed")
    problem(tenant.key.post(f"{ACCOUNTS}/{account}/issue-key", json={"name": "x"}), 404, "not_found")
    injected = tenant.key.post(f"{ACCOUNTS}/x%0d%0aX-Evil:%201/keys", json={"name": "x"})
    problem(injected, 404, "not_found")
    assert "X-Evil" not in injected.headers
    named = tenant.key.post(f"{ACCOUNTS}/{account}/keys", json={"name": "a\r\nX-Evil: 1"})
    assert named.status_code == 201
    assert "X-Evil" not in named.headers


def test_another_tenants_ids_and_keys_lead_nowhere(here: Platform, tenant: Tenant) -> None:
    account = tenant.account("crm.viewer")
    issued = tenant.issue(account)
    with ExitStack() as clients:
        rival = tenant_of(here, clients)
        own = rival.account("crm.viewer")
        theirs = f"{ACCOUNTS}/{account}"

        def same(method: str, path: str, other: str, **body: Any) -> None:
            """The answer for another tenant's id is that for one that never was."""
            told = [rival.key.request(method, each, **body) for each in (path, other)]
            assert (told[0].status_code, told[0].json()) == (told[1].status_code, told[1].json())
            assert told[0].status_code in (404, 422)

        never = f"{ACCOUNTS}/{uuid4()}"
        for path in ("", "/history", "/keys"):
            same("GET", theirs + path, never + path)
        same("POST", f"{theirs}/keys", f"{never}/keys", json={"name": "x"})
        rotate = "/keys/{}/rotate"
        same("POST", theirs + rotate.format(issued["key_id"]), never + rotate.format(uuid4()), json={})
        mine = f"{ACCOUNTS}/{own}"
        same("POST", mine + rotate.format(issued["key_id"]), mine + rotate.format(uuid4()), json={})
        problem(rival.key.post(f"{mine}/revoke-key", json={"key_id": issued["key_id"]}), 422, "no_such_key")
        secret = issued["key"].split("_")[3]
        moved = api_keys.written(rival.name, issued["key_id"], secret)
        problem(rival.machine(moved).get("/access/me"), 401, "key_unknown")
    assert tenant.machine(issued["key"]).get("/access/me").status_code == 200


def test_what_is_no_key_is_told_apart_from_a_wrong_one(tenant: Tenant) -> None:
    key = tenant.issue(tenant.account("crm.viewer"))["key"]
    wrong = api_keys.written(tenant.name, key.split("_")[2], api_keys.new_secret())
    problem(tenant.machine(wrong).get("/access/me"), 401, "key_unknown")
    for text in ("nxk_", key[:-1], key + "0", key.replace("nxk_", "nxk_x"), key.upper().replace("NXK_", "nxk_")):
        problem(tenant.machine(text).get("/access/me"), 401, "key_malformed")
    problem(tenant.machine(key.replace("nxk_", "nxj_")).get("/access/me"), 401, "unauthenticated")
    basic = httpx.get(f"{tenant.here.url}/access/me", headers={"Authorization": f"Basic {key}"})
    problem(basic, 401, "unauthenticated")


def test_a_stream_ends_when_its_key_does(tenant: Tenant) -> None:
    account = tenant.account("integration")
    issued = tenant.issue(account)
    with tenant.machine(issued["key"]).stream("GET", "/events", params={"types": "crm.CompanyCreated"}) as stream:
        heard = told(stream)
        made = tenant.send("/crm/companies", {"name": "Heard Ltd"})
        assert next(heard)[1]["id"] == made["id"]
        gone = tenant.send(f"{ACCOUNTS}/{account}/revoke-key", {"key_id": issued["key_id"]})
        assert tenant.key.get(f"{ACCOUNTS}/{account}/keys", headers=after(gone["position"])).is_success
        tenant.send("/crm/companies", {"name": "Unheard Ltd"})
        assert next(heard)[1]["status"] == 401


def test_who_goes_on_guessing_is_slowed_and_their_neighbours_are_not(here: Platform, tenant: Tenant) -> None:
    good = tenant.issue(tenant.account("crm.viewer"))["key"]
    guess = tenant.machine(api_keys.written(tenant.name, str(uuid4()), api_keys.new_secret()))
    slowed = here.until(
        "the guesser is slowed", lambda: (said := guess.get("/access/me")).status_code == 429 and said, patience=60
    )
    problem(slowed, 429, "too_many_refused_keys")
    assert 0 < int(slowed.headers["Retry-After"]) <= 60
    assert tenant.machine(good).get("/access/me").status_code == 200
