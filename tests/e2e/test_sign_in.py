"""People and programs that a real OpenID provider vouches for: in by the front door, and every other way refused."""

import re
import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from gateway.identity.tokens import LOGOUT
from tests.e2e.test_http import after, problem
from tests.e2e.test_http_events import told
from tests.platform import Platform, platform
from tests.provider import OpenIdProvider, private_key, provider

SECRET = "word-of-nexus-0123456789"
AUDIENCE = "https://nexus.example.com/api"


@dataclass
class Tenant:
    """A tenant with a connected provider. Users by first name; who is known to the provider has that as subject."""

    here: Platform
    name: str
    key: httpx.Client
    provider: OpenIdProvider
    ids: dict[str, str] = field(default_factory=dict[str, str])
    identities: dict[str, str] = field(default_factory=dict[str, str])
    provider_id: str = ""
    position: str = ""

    def send(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.key.post(path, json=body or {})
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def join(self, person: str, role: str | None = None) -> None:
        """Makes a user whom the provider knows by this name."""
        self.ids[person] = self.send("/admin/users", {"name": person.title()})["id"]
        if role is not None:
            self.send(f"/admin/users/{self.ids[person]}/grant-role", {"role_id": role})
        self.identities[person] = self.send("/admin/identities", self.link(person))["id"]

    def link(self, person: str, user: str | None = None) -> dict[str, str]:
        return {"issuer": self.provider.issuer, "subject": person, "user_id": self.ids[user or person]}

    def settle(self) -> None:
        """Waits until the gateway knows what was sent last."""
        found = self.key.get("/admin/users", params={"limit": "1"}, headers=after(self.position))
        assert found.status_code == 200, found.text

    def browser(self, person: str | None) -> httpx.Client:
        """A browser whose person signs in at the provider when that asks, or does not."""
        headers = {"X-Person": person} if person else {}
        return httpx.Client(base_url=self.here.url, headers=headers, timeout=90, trust_env=False)

    def on_the_way(self, browser: httpx.Client, **asked: str) -> httpx.Request:
        """Begins to sign in, and gives the request with which the provider sends the browser back."""
        answer = browser.get(f"/signin/{self.name}", params=asked)
        while answer.next_request is not None:
            request = answer.next_request
            if str(request.url).startswith(f"{self.here.url}/signin/callback"):
                return request
            answer = browser.send(request)
        raise AssertionError(f"{answer.status_code} from {answer.url}: {answer.text[:500]}")

    def signed_in(self, browser: httpx.Client, **asked: str) -> httpx.Response:
        return browser.send(self.on_the_way(browser, **asked))

    def session(self, browser: httpx.Client) -> dict[str, str]:
        """What a page of ours sends with a change."""
        told = browser.get("/signin/session")
        assert told.status_code == 200, told.text
        return {"Nexus-CSRF": told.json()["csrf"], "Origin": self.here.url}

    def ask(self, token: str, path: str = "/access/me", tenant: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Nexus-Tenant": tenant or self.name}
        return httpx.get(self.here.url + path, headers=headers, timeout=90)

    def token(self, **changes: Any) -> str:
        return self.provider.signed(**{"sub": "ann", "aud": AUDIENCE, **changes})

    def logout_token(self, **changes: Any) -> str:
        given: dict[str, Any] = {"aud": "nexus", "jti": uuid4().hex, "events": {LOGOUT: {}}, "sub": "ann"}
        return self.provider.signed(**{**given, **changes})

    def logged_out(self, token: str) -> httpx.Response:
        return httpx.post(f"{self.here.url}/signin/{self.name}/backchannel-logout", data={"logout_token": token})


@pytest.fixture(scope="module")
def tenant(here: Platform, tmp_path_factory: pytest.TempPathFactory) -> Generator[Tenant]:
    name = f"signin-{uuid4().hex[:8]}"
    with ExitStack() as open_:
        running = open_.enter_context(provider(tmp_path_factory.mktemp("provider"), *clients(here, name)))
        made = Tenant(here, name, open_.enter_context(here.client(name)), running)
        made.send("/admin/tenants", {"name": "Sign-in"})
        connected = made.send(
            "/admin/providers",
            {
                "name": "Login",
                "issuer": running.issuer,
                "client_id": "nexus",
                "client_secret": SECRET,
                "audiences": [AUDIENCE],
            },
        )
        made.provider_id = connected["id"]
        made.join("ann", "crm.member")
        made.join("bert", "admin.admin")
        made.join("machine", "integration")
        made.ids["boss"] = made.send("/admin/users", {"name": "Boss"})["id"]
        made.send(f"/admin/tenants/{name}/appoint-owner", {"user_id": made.ids["boss"]})
        made.settle()
        with here.client(name, made.ids["boss"]) as boss:
            here.until("the owner is known", lambda: boss.get("/access/me").json().get("roles") == ["owner"])
        yield made


def clients(here: Platform, tenant: str) -> list[dict[str, Any]]:
    return [
        {
            "client_id": "nexus",
            "client_secret": SECRET,
            "redirect_uris": [f"{here.url}/signin/callback"],
            "post_logout_redirect_uris": [f"{here.url}/"],
            "backchannel_logout_uri": f"{here.url}/signin/{tenant}/backchannel-logout",
            "backchannel_logout_session_required": True,
        },
        {
            "client_id": "machine",
            "client_secret": SECRET,
            "grant_types": ["client_credentials"],
            "redirect_uris": [],
            "response_types": [],
        },
    ]


def test_somebody_signs_in_works_and_signs_out(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser:
        arrived = tenant.signed_in(browser, return_to="/crm/deals?limit=1")
        assert (arrived.status_code, arrived.headers["Location"]) == (303, "/crm/deals?limit=1"), arrived.text
        assert browser.get("/access/me").json()["user"] == tenant.ids["ann"]
        told = browser.get("/signin/session")
        assert told.headers["Cache-Control"] == "no-store"
        assert (told.json()["tenant"], told.json()["user"]) == (tenant.name, tenant.ids["ann"])
        deal = {"name": "Chairs", "owner_id": tenant.ids["ann"]}
        made = browser.post("/crm/deals", json=deal, headers=tenant.session(browser))
        assert made.status_code == 201, made.text
        history = browser.get(f"{made.headers['Location']}/history", headers=after(made.json()["position"]))
        assert history.json()["items"][0]["actor"] == f"user:{tenant.ids['ann']}"
        cookie = browser.cookies["nexus-session"]
        ended = browser.post("/signout", headers=tenant.session(browser))
        assert ended.json()["end_session"].startswith(f"{tenant.provider.issuer}/session/end?client_id=nexus&")
        assert "nexus-session" not in browser.cookies
        problem(browser.get("/access/me"), 401, "unauthenticated")
        browser.cookies.set("nexus-session", cookie, "127.0.0.1")
        problem(browser.get("/access/me"), 401, "session_over")


def test_a_change_with_a_session_comes_from_a_page_of_the_gateway(tenant: Tenant) -> None:
    deal = {"name": "Tables", "owner_id": tenant.ids["ann"]}
    with tenant.browser("ann") as browser:
        tenant.signed_in(browser)
        good = tenant.session(browser)

        def sent(path: str = "/crm/deals", **changes: str | None) -> httpx.Response:
            headers = {**good, **{name.replace("_", "-"): value for name, value in changes.items()}}
            return browser.post(path, json=deal, headers={n: v for n, v in headers.items() if v is not None})

        problem(sent(Nexus_CSRF=None), 403, "csrf_missing")
        problem(sent(Nexus_CSRF="another"), 403, "csrf_missing")
        problem(sent(Origin="https://evil.example.com"), 403, "csrf_origin")
        problem(sent(Origin=None), 403, "csrf_origin")
        problem(sent(Sec_Fetch_Site="cross-site"), 403, "csrf_origin")
        problem(sent("/signout", Nexus_CSRF=None), 403, "csrf_missing")
        assert sent(Sec_Fetch_Site="same-origin").status_code == 201


def test_a_session_begins_anew_with_every_sign_in(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser:
        browser.cookies.set("nexus-session", "planted-by-somebody", "127.0.0.1")
        tenant.signed_in(browser)
        first = browser.cookies["nexus-session"]
        assert first != "planted-by-somebody"
        tenant.signed_in(browser)
        assert browser.cookies["nexus-session"] != first
    with tenant.browser(None) as thief:
        thief.cookies.set("nexus-session", first, "127.0.0.1")
        problem(thief.get("/access/me"), 401, "session_over")


def test_the_providers_answer_is_good_once_and_in_the_browser_that_asked(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser, tenant.browser("ann") as other:
        back = tenant.on_the_way(browser)
        assert browser.send(back).status_code == 303
        problem(browser.send(back), 400, "signin_unknown")
        problem(browser.get("/signin/callback", params={"code": "x", "state": "y"}), 400, "signin_unknown")
        problem(browser.get("/signin/callback"), 400, "signin_unknown")
        stolen = tenant.on_the_way(browser)
        del stolen.headers["Cookie"]
        problem(other.send(stolen), 400, "signin_elsewhere")
        second = tenant.on_the_way(browser)
        used = second.url.copy_set_param("code", back.url.params["code"])
        problem(browser.get(used), 401, "code_refused")
        third = tenant.on_the_way(browser)
        problem(browser.get(third.url.copy_set_param("iss", "https://evil.example.com")), 401, "provider_other")
        fourth = tenant.on_the_way(browser)
        problem(browser.get(fourth.url.copy_remove_param("iss")), 401, "provider_other")


def test_whom_the_provider_does_not_let_in_is_told_so(tenant: Tenant) -> None:
    with tenant.browser(None) as browser:
        assert "access_denied" in problem(tenant.signed_in(browser), 401, "signin_refused")["detail"]
        assert "nexus-session" not in browser.cookies


@pytest.mark.parametrize("path", ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "docs"])
def test_nobody_is_sent_on_to_another_host(tenant: Tenant, path: str) -> None:
    with tenant.browser("ann") as browser:
        problem(browser.get(f"/signin/{tenant.name}", params={"return_to": path}), 400, "bad_return")


def test_there_is_no_way_in_where_no_provider_is(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser:
        problem(browser.get("/signin/nobody-has-this-name"), 404, "not_found")
        problem(browser.get("/signin/No-Tenant"), 404, "not_found")
        problem(browser.get(f"/signin/{tenant.name}", params={"provider": str(uuid4())}), 404, "not_found")


def test_who_is_linked_to_nobody_does_not_come_in(tenant: Tenant) -> None:
    with tenant.browser("stranger") as browser:
        problem(tenant.signed_in(browser), 401, "identity_unknown")
        assert "nexus-session" not in browser.cookies
    problem(tenant.ask(tenant.token(sub="stranger")), 401, "identity_unknown")
    address = tenant.token(sub="stranger", email="ann@example.com", email_verified=True, preferred_username="ann")
    problem(tenant.ask(address), 401, "identity_unknown")


def test_a_program_comes_with_a_token_of_the_provider(tenant: Tenant) -> None:
    token = tenant.provider.token_of_client("machine", SECRET, AUDIENCE)
    me = tenant.ask(token)
    assert (me.status_code, me.json()["user"], me.json()["roles"]) == (200, tenant.ids["machine"], ["integration"])
    headers = {"Authorization": f"Bearer {token}"}
    problem(httpx.get(f"{tenant.here.url}/access/me", headers=headers), 401, "tenant_missing")
    elsewhere = tenant.provider.token_of_client("machine", SECRET, "https://other.example.com")
    refused = tenant.ask(elsewhere)
    problem(refused, 401, "token_audience")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_a_token_counts_in_tenants_that_trust_its_provider_alone(tenant: Tenant) -> None:
    assert tenant.ask(tenant.token()).status_code == 200
    rival = f"rival-{uuid4().hex[:8]}"
    problem(tenant.ask(tenant.token(), tenant=rival), 401, "token_issuer")
    with tenant.here.client(rival) as key:
        body = {"name": "Login", "issuer": tenant.provider.issuer, "client_id": "n", "audiences": [AUDIENCE]}
        made = key.post("/admin/providers", json=body)
        assert made.status_code == 201, made.text
        assert key.get("/admin/providers", headers=after(made.json()["position"])).json()["items"]
        tenant.here.until(
            "the rival's provider counts",
            lambda: tenant.ask(tenant.token(), tenant=rival).json()["code"] == "identity_unknown",
        )
        unread = key.get(f"/admin/identities/{tenant.identities['ann']}")
        problem(unread, 404, "not_found")


def test_a_token_that_is_not_as_it_must_be_is_refused(tenant: Tenant) -> None:
    now = int(time.time())
    for code, token in {
        "token_expired": tenant.token(exp=now - 3600),
        "token_early": tenant.token(nbf=now + 3600),
        "token_audience": tenant.token(aud="nexus"),
        "token_issuer": tenant.token(iss="https://evil.example.com"),
        "token_type": tenant.token(nonce="n"),
        "token_key": tenant.token(key="unknown"),
        "token_forged": jwt.encode(
            jwt.decode(tenant.token(), options={"verify_signature": False}),
            private_key("of somebody else"),
            "RS256",
            headers={"kid": "first"},
        ),
        "token_algorithm": jwt.encode({"iss": tenant.provider.issuer, "sub": "ann"}, "", "none"),
        "token_malformed": "a.b.c",
    }.items():
        problem(tenant.ask(token), 401, code)


def test_a_provider_that_changes_its_keys_goes_on_to_count(tenant: Tenant) -> None:
    assert tenant.ask(tenant.token()).status_code == 200
    tenant.provider.stop()
    try:
        assert tenant.ask(tenant.token()).status_code == 200
        tenant.provider.start("second", "first")
        tenant.here.until("the new key counts", lambda: tenant.ask(tenant.token(key="second")).status_code == 200)
        assert tenant.ask(tenant.token()).status_code == 200
    finally:
        if not tenant.provider.running:
            tenant.provider.start("second", "first")


def test_who_is_deactivated_is_out_at_once(tenant: Tenant) -> None:
    tenant.join("cleo", "crm.member")
    tenant.settle()
    with tenant.browser("cleo") as browser:
        assert tenant.signed_in(browser).status_code == 303
        left = tenant.send(f"/admin/users/{tenant.ids['cleo']}/deactivate")["position"]
        problem(browser.get("/access/me", headers=after(left)), 401, "session_over")
        problem(tenant.ask(tenant.token(sub="cleo")), 401, "unauthenticated")
        problem(tenant.signed_in(browser), 401, "unauthenticated")
        tenant.send(f"/admin/users/{tenant.ids['cleo']}/reactivate")
        tenant.settle()
        problem(browser.get("/access/me"), 401, "session_over")
        assert tenant.signed_in(browser).status_code == 303


def test_a_session_that_is_over_does_not_come_back_when_nobody_came_meanwhile(tenant: Tenant) -> None:
    tenant.join("eva", "crm.member")
    tenant.settle()
    user = f"/admin/users/{tenant.ids['eva']}"
    with tenant.browser("eva") as browser:

        def is_over() -> None:
            problem(browser.get("/access/me", headers=after(tenant.position)), 401, "session_over")
            assert tenant.signed_in(browser).status_code == 303
            assert browser.get("/access/me").status_code == 200

        assert tenant.signed_in(browser).status_code == 303
        tenant.send(f"{user}/grant-role", {"role_id": "auditor"})
        assert browser.get("/access/me", headers=after(tenant.position)).status_code == 200
        tenant.send(f"{user}/deactivate")
        tenant.send(f"{user}/reactivate")
        is_over()
        tenant.send(f"/admin/identities/{tenant.identities['eva']}/unlink")
        tenant.send("/admin/identities", tenant.link("eva"))
        is_over()


def test_who_is_removed_is_out_and_nothing_of_theirs_waits_for_the_next(tenant: Tenant) -> None:
    tenant.join("emil", "crm.member")
    emil = tenant.ids["emil"]
    deal = tenant.send("/crm/deals", {"name": "Lamps", "owner_id": tenant.ids["ann"]})["id"]
    tenant.send(f"/crm/deals/{deal}/share", {"user_id": emil})
    tenant.settle()
    with tenant.browser("emil") as browser:
        assert tenant.signed_in(browser).status_code == 303
        left = tenant.send(f"/admin/users/{emil}/remove")["position"]
        problem(browser.get("/access/me", headers=after(left)), 401, "session_over")
    identity = f"/admin/identities/{tenant.identities['emil']}"
    tenant.here.until("the identity is nobody's", lambda: tenant.key.get(identity).status_code == 404)
    tenant.here.until("the share is over", lambda: tenant.key.get(f"/crm/deals/{deal}").json()["readers"] == [])
    tenant.send("/admin/users", {"user_id": emil, "name": "Emil again"})
    tenant.settle()
    problem(tenant.ask(tenant.token(sub="emil")), 401, "identity_unknown")


def test_an_identity_that_is_unlinked_is_nobody(tenant: Tenant) -> None:
    tenant.join("dora", "crm.member")
    tenant.settle()
    with tenant.browser("dora") as browser:
        assert tenant.signed_in(browser).status_code == 303
        tenant.send(f"/admin/identities/{tenant.identities['dora']}/unlink")
        tenant.settle()
        tenant.here.until("the session is over", lambda: browser.get("/access/me").status_code == 401)
        problem(browser.get("/access/me"), 401, "session_over")
        problem(tenant.ask(tenant.token(sub="dora")), 401, "identity_unknown")


def test_the_provider_ends_sessions_when_somebody_signs_out_there(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser, tenant.browser("bert") as other:
        tenant.signed_in(browser)
        tenant.signed_in(other)
        end = browser.post("/signout", headers=tenant.session(browser)).json()["end_session"]
        tenant.signed_in(browser)
        page = browser.get(end)
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text)) | {"logout": "yes"}
        action = unescape(re.findall(r'action="([^"]+)"', page.text)[0])
        assert browser.post(action, data=fields).status_code in (302, 303)
        tenant.here.until("the session is over", lambda: browser.get("/access/me").status_code == 401)
        assert other.get("/access/me").status_code == 200


def test_who_listens_is_let_go_when_the_session_is_over(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser:
        tenant.signed_in(browser)
        with browser.stream("GET", "/events") as stream:
            events = told(stream)
            deal = tenant.send("/crm/deals", {"name": "Stools", "owner_id": tenant.ids["ann"]})["id"]
            assert next(events)[1]["id"] == deal
            assert tenant.logged_out(tenant.logout_token()).status_code == 200
            tenant.send(f"/crm/deals/{deal}/change", {"name": "More stools"})
            assert next(events)[1]["code"] == "session_over"


def test_a_logout_token_is_as_it_must_be_and_comes_once(tenant: Tenant) -> None:
    with tenant.browser("ann") as browser:
        tenant.signed_in(browser)
        for code, token in {
            "token_type": tenant.logout_token(events={}),
            "token_audience": tenant.logout_token(aud=AUDIENCE),
            "token_expired": tenant.logout_token(exp=int(time.time()) - 3600),
            "token_issuer": tenant.logout_token(iss="https://evil.example.com"),
            "token_malformed": "",
        }.items():
            problem(tenant.logged_out(token), 400, code)
        problem(tenant.logged_out(tenant.logout_token(nonce="n")), 400, "token_type")
        assert browser.get("/access/me").status_code == 200
        token = tenant.logout_token()
        done = tenant.logged_out(token)
        assert (done.status_code, done.headers["Cache-Control"]) == (200, "no-store")
        problem(browser.get("/access/me"), 401, "session_over")
        tenant.signed_in(browser)
        problem(tenant.logged_out(token), 400, "token_replayed")
        assert browser.get("/access/me").status_code == 200


def test_nobody_makes_themselves_somebody_else(tenant: Tenant) -> None:
    with tenant.here.client(tenant.name, tenant.ids["bert"]) as bert:
        own = bert.post("/admin/identities", json=tenant.link("bert-again", "boss"))
        problem(own, 403, "more_than_own")
        # Less than an owner may do, and no less somebody else.
        problem(bert.post("/admin/identities", json=tenant.link("bert-again", "ann")), 403, "more_than_own")
        problem(bert.post("/admin/identities", json=tenant.link("x", "ann") | {"user_id": "none"}), 422, "no_such_user")
        evil = {"name": "Mine", "issuer": "https://evil.example.com", "client_id": "c", "audiences": [AUDIENCE]}
        problem(bert.post("/admin/providers", json=evil), 403, "more_than_own")
        change = {"name": "Login", "client_id": "mine", "audiences": ["mine"]}
        problem(bert.post(f"/admin/providers/{tenant.provider_id}/change", json=change), 403, "more_than_own")
        taken = bert.post("/admin/identities", json=tenant.link("ann", "bert"))
        problem(taken, 409, "identity_taken")
        problem(bert.post("/admin/identities", json=tenant.link("ann") | {"identity_id": "x"}), 422, "invalid_field")


def test_the_secret_is_told_to_nobody(tenant: Tenant) -> None:
    path = f"/admin/providers/{tenant.provider_id}"
    shown = tenant.key.get(path)
    assert shown.json()["has_secret"] is True
    history = tenant.key.get(f"{path}/history")
    sealed = history.json()["items"][0]["data"]["client_secret"]
    assert sealed
    assert SECRET not in shown.text + history.text + tenant.key.get("/admin/providers").text
    assert SECRET not in "\n".join(tenant.here.lines("gateway"))
    found = tenant.key.get("/admin/identities", params={"user_id": tenant.ids["ann"]}).json()["items"]
    assert [each["id"] for each in found] == [tenant.identities["ann"]]
    assert found[0]["user_name"] == "Ann"


def test_a_provider_that_is_disconnected_lets_nobody_in(here: Platform, tenant: Tenant, tmp_path: Path) -> None:
    with provider(tmp_path, *clients(here, tenant.name)) as second:
        body = {"name": "Second", "issuer": second.issuer, "client_id": "nexus", "client_secret": SECRET}
        id = tenant.send("/admin/providers", body | {"audiences": [AUDIENCE]})["id"]
        link = {"issuer": second.issuer, "subject": "ann", "user_id": tenant.ids["ann"]}
        assert tenant.send("/admin/identities", link)["id"] != tenant.identities["ann"]
        tenant.settle()
        with tenant.browser("ann") as browser, tenant.browser("ann") as idle:
            here.until("both are known", lambda: browser.get(f"/signin/{tenant.name}").status_code == 400)
            problem(browser.get(f"/signin/{tenant.name}"), 400, "which_provider")
            assert tenant.signed_in(browser, provider=id).status_code == 303
            assert tenant.signed_in(idle, provider=id).status_code == 303
            token = second.signed(sub="ann", aud=AUDIENCE)
            assert tenant.ask(token).status_code == 200
            tenant.send(f"/admin/providers/{id}/disconnect")
            tenant.settle()
            here.until("it is disconnected", lambda: tenant.ask(token).status_code == 401)
            problem(tenant.ask(token), 401, "token_issuer")
            problem(browser.get("/access/me"), 401, "session_over")
            tenant.send("/admin/providers", body | {"provider_id": id, "audiences": [AUDIENCE]})
            problem(idle.get("/access/me", headers=after(tenant.position)), 401, "session_over")
            assert tenant.signed_in(idle, provider=id).status_code == 303
            tenant.send(f"/admin/providers/{id}/disconnect")
            tenant.settle()


def test_who_asks_too_often_is_sent_away_for_a_while_and_others_come_in() -> None:
    with platform("gateway", sign_ins=3) as own:
        answers = [httpx.get(f"{own.url}/signin/{tenant}") for tenant in ("one", "two") * 4]  # over two minutes at most
        assert {answer.status_code for answer in answers} == {404, 429}
        late = next(answer for answer in answers if answer.status_code == 429)
        assert 1 <= int(late.headers["Retry-After"]) <= 60
        assert problem(late, 429, "too_many_sign_ins")["detail"].endswith(" s.")
        with own.client("one") as client:
            assert client.get("/access/me").status_code == 200
