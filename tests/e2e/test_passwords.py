"""People who sign in without a provider: by a link, a password and codes; and everybody else, who does not."""

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from gateway.passwords.lockout import FREE
from gateway.web import HOME
from infra.settings import ROOT
from tests.e2e.test_http import after, problem
from tests.platform import Platform, platform

PARTS = (
    *(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "audit")),
    "workflows",
    "eraser",
    "gateway",
)
WORD, OTHER = "tulip gravel sextant owl", "lantern pebble quorum fig"
ACCOUNT = "/signin/account"


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*PARTS, refused_keys=1000) as running:
        yield running


@dataclass
class Tenant:
    """A tenant, its own key, and its users by first name: each has an email address of that name."""

    here: Platform
    name: str
    key: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def send(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.key.post(path, json=body or {}, headers=after(self.position) if self.position else {})
        assert answer.is_success, answer.text
        self.position = answer.json()["position"]
        return answer.json()

    def join(self, person: str, *roles: str, word: str | None = WORD) -> str:
        """Makes a user, who follows a link and sets a password."""
        self.ids[person] = self.send("/admin/users", {"name": person.title(), "email": f"{person}@example.com"})["id"]
        for role in roles:
            self.send(f"/admin/users/{self.ids[person]}/grant-role", {"role_id": role})
        self.settle()
        if word is not None:
            with self.browser() as browser:
                assert self.followed(browser, self.invited(person), word).status_code == 200
        return self.ids[person]

    def settle(self) -> None:
        found = self.key.get("/admin/users", params={"limit": "1"}, headers=after(self.position))
        assert found.status_code == 200, found.text

    def invited(self, person: str) -> str:
        """What a link has."""
        return httpx.URL(self.send(f"/admin/users/{self.ids[person]}/invite")["link"]).params["link"]

    def browser(self) -> httpx.Client:
        """A browser, which says of every change that it comes from a page of the gateway."""
        return httpx.Client(base_url=self.here.url, headers={"Origin": self.here.url}, timeout=90, trust_env=False)

    def followed(self, browser: httpx.Client, link: str, word: str) -> httpx.Response:
        return browser.post(f"/signin/{self.name}/welcome", params={"link": link}, json={"password": word})

    def tried(self, browser: httpx.Client, name: str, word: str = WORD, **asked: str) -> httpx.Response:
        return browser.post(f"/signin/{self.name}", params=asked, json={"name": name, "password": word})

    def signed_in(self, browser: httpx.Client, person: str, word: str = WORD) -> dict[str, str]:
        """Signs in, and gives what a change bears then."""
        answer = self.tried(browser, f"{person}@example.com", word)
        assert (answer.status_code, answer.json()) == (200, {"next": HOME}), answer.text
        return self.session(browser)

    def session(self, browser: httpx.Client) -> dict[str, str]:
        told = browser.get("/signin/session")
        assert told.status_code == 200, told.text
        return {"Nexus-CSRF": told.json()["csrf"]}

    def entries(self, number: int = 1, **filters: str) -> list[dict[str, Any]]:
        """Entries of the audit, the oldest first, once there are so many."""

        def look() -> list[dict[str, Any]]:
            answer = self.key.get("/audit/entries", params={"sort": "at", "limit": "200", **filters})
            assert answer.status_code == 200, answer.text
            items = answer.json()["items"]
            return items if len(items) >= number else []

        return self.here.until(f"entries of {filters}", look)


@pytest.fixture
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"local-{uuid4().hex[:8]}"
    with here.client(name) as key:
        made = Tenant(here, name, key)
        made.send("/admin/tenants", {"name": "Local"})
        yield made


def commanded(here: Platform, *words: str) -> "subprocess.CompletedProcess[str]":
    """`nexus360 admin …`, as somebody types it."""
    command = [sys.executable, str(ROOT / "nexus360.py"), "admin", *words]
    return subprocess.run(command, env={**os.environ, **here.environment}, capture_output=True, text=True, timeout=120)


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator shows now, or so many steps later."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(time.time()) + 30 * steps).decode()


def hidden(page: httpx.Response) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'type=hidden name=(\w+) value="([^"]*)"', page.text)}


def action(page: httpx.Response) -> str:
    return unescape(re.findall(r'action="([^"]+)"', page.text)[0])


def test_the_first_administrator_comes_in_by_a_link_that_is_printed(here: Platform) -> None:
    name = f"first-{uuid4().hex[:8]}"
    ran = commanded(here, "bootstrap", name, "--email", "ann@example.com", "--name", "Ann")
    assert ran.returncode == 0, ran.stderr
    old = ran.stdout.split()[-1]
    ran = commanded(here, "bootstrap", name, "--email", "ann@example.com", "--name", "Ann")
    assert ran.returncode == 0, ran.stderr
    link = ran.stdout.split()[-1]
    assert link.startswith(f"{here.url}/signin/{name}/welcome?link=")
    accepts = {"Accept": "text/html", "Origin": here.url}
    with httpx.Client(base_url=here.url, headers=accepts, timeout=90, trust_env=False) as browser:
        ended = browser.get(old)
        assert (ended.status_code, "link_unknown" in ended.text) == (401, True)
        page = browser.get(link)
        assert page.status_code == 200
        assert "ann@example.com" in page.text
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert page.headers["Cache-Control"] == "no-store"
        easy = browser.post(action(page), data={"password": "password1234", "repeated": "password1234"})
        assert (easy.status_code, "password_easy" in easy.text) == (422, True)
        differs = browser.post(action(page), data={"password": WORD, "repeated": OTHER})
        assert (differs.status_code, "password_differs" in differs.text) == (422, True)
        done = browser.post(action(easy), data={"password": WORD, "repeated": WORD})
        assert (done.status_code, "Your password is set" in done.text) == (200, True), done.text
        used = browser.post(action(page), data={"password": OTHER, "repeated": OTHER})
        assert (used.status_code, "link_unknown" in used.text) == (401, True)
        form = browser.get(f"/signin/{name}", params={"return_to": "/docs?a=b"})
        assert "autocomplete=current-password" in form.text
        wrong = browser.post(action(form), data={"name": "ann@example.com", "password": OTHER})
        assert (wrong.status_code, "signin_refused" in wrong.text) == (401, True)
        entered = browser.post(action(wrong), data={"name": "Ann@Example.com", "password": WORD})
        assert (entered.status_code, entered.headers["Location"]) == (303, "/docs?a=b"), entered.text
        assert browser.get("/access/me").json()["roles"] == ["owner"]
    ran = commanded(here, "bootstrap", name)
    assert (ran.returncode, "owner_exists" in ran.stderr) == (1, True)
    assert commanded(here, "invite", name, "nobody").returncode == 1


def test_a_link_is_good_once_and_in_its_tenant(tenant: Tenant) -> None:
    tenant.join("ann", word=None)
    link = tenant.invited("ann")
    with tenant.browser() as browser:
        other = Tenant(tenant.here, f"other-{uuid4().hex[:8]}", tenant.key)
        problem(other.followed(browser, link, WORD), 401, "link_unknown")
        problem(tenant.followed(browser, link[:-1], WORD), 401, "link_unknown")
        problem(tenant.followed(browser, "", WORD), 401, "link_unknown")
        problem(tenant.followed(browser, link, "too short"), 422, "password_too_short")
        assert tenant.followed(browser, link, WORD).json() == {"named": "ann@example.com"}
        problem(tenant.followed(browser, link, OTHER), 401, "link_unknown")
        tenant.signed_in(browser, "ann")
        newer = tenant.invited("ann")
        assert browser.get("/access/me").status_code == 200
        assert tenant.followed(browser, newer, OTHER).status_code == 200
        problem(browser.get("/access/me"), 401, "session_over")
        tenant.signed_in(browser, "ann", OTHER)


def test_whoever_does_not_come_in_is_told_the_same_and_the_audit_why(tenant: Tenant) -> None:
    tenant.join("ann")
    tenant.join("bert", word=None)
    tenant.join("cleo")
    tenant.send(f"/admin/users/{tenant.ids['cleo']}/deactivate")
    tenant.settle()
    with tenant.browser() as browser:
        told = [
            problem(tenant.tried(browser, name, word), 401, "signin_refused")
            for name, word in (
                ("ann@example.com", OTHER),
                ("nobody@example.com", WORD),
                ("bert@example.com", WORD),
                ("cleo@example.com", WORD),
            )
        ]
        assert all(each == told[0] for each in told)
        tenant.signed_in(browser, "ann")
    refused = tenant.entries(4, kind="REFUSED", operation="POST /signin/{tenant}")
    ids = tenant.ids
    assert [(each["code"], each["record"]) for each in refused] == [
        ("signin_wrong_password", ids["ann"]),
        ("signin_unknown", "anybody"),
        ("signin_no_password", ids["bert"]),
        ("signin_deactivated", ids["cleo"]),
    ]
    assert {(each["actor"], each["user_id"]) for each in refused} == {("anybody", None)}
    [entered] = tenant.entries(kind="DID", operation="POST /signin/{tenant}")
    assert (entered["user_id"], entered["address"]) == (ids["ann"], "127.0.0.1")


def test_people_sign_in_as_whatever_they_are_called(tenant: Tenant) -> None:
    tenant.join("ann")
    with tenant.browser() as browser:
        for name in (" ANN@example.com ", tenant.ids["ann"]):
            assert tenant.tried(browser, name).status_code == 200
        tenant.send("/admin/users", {"name": "Another", "email": "ann@example.com"})
        tenant.settle()
        problem(tenant.tried(browser, "ann@example.com"), 401, "signin_refused")
        assert tenant.tried(browser, tenant.ids["ann"]).status_code == 200


def test_whoever_guesses_waits_and_so_does_the_right_password_for_a_while(tenant: Tenant) -> None:
    tenant.join("ann")
    with tenant.browser() as browser:
        for _ in range(FREE + 1):
            problem(tenant.tried(browser, "ann@example.com", OTHER), 401, "signin_refused")
        problem(tenant.tried(browser, "ann@example.com"), 401, "signin_refused")
        problem(tenant.tried(browser, tenant.ids["ann"]), 401, "signin_refused")
        assert "nexus-session" not in browser.cookies
        entered = tenant.here.until(
            "the wait is over", lambda: (said := tenant.tried(browser, "ann@example.com")).is_success and said, 60
        )
        assert entered.json() == {"next": HOME}
    codes = [each["code"] for each in tenant.entries(FREE + 3, kind="REFUSED", operation="POST /signin/{tenant}")]
    assert codes[: FREE + 2] == ["signin_wrong_password"] * (FREE + 1) + ["signin_wait_right_password"]


def test_a_form_counts_from_a_page_of_the_gateway_alone(tenant: Tenant) -> None:
    tenant.join("ann")
    with tenant.browser() as browser:
        for origin in ("https://evil.example.com", "null"):
            browser.headers["Origin"] = origin
            problem(tenant.tried(browser, "ann@example.com"), 403, "csrf_origin")
        del browser.headers["Origin"]
        problem(tenant.tried(browser, "ann@example.com"), 403, "csrf_origin")
        browser.headers["Origin"] = tenant.here.url
        csrf = tenant.signed_in(browser, "ann")
        change = {"old": WORD, "password": OTHER}
        problem(browser.post(f"{ACCOUNT}/password", json=change), 403, "csrf_missing")
        forged = browser.post(f"{ACCOUNT}/password", data={**change, "csrf": "another"})
        assert (forged.status_code, forged.json()["code"]) == (403, "csrf_missing")
        browser.headers["Origin"] = "https://evil.example.com"
        problem(browser.post(f"{ACCOUNT}/password", json=change, headers=csrf), 403, "csrf_origin")


def test_one_goes_on_to_a_path_here_alone(tenant: Tenant) -> None:
    tenant.join("ann")
    with tenant.browser() as browser:
        problem(tenant.tried(browser, "ann@example.com", return_to="//evil.example.com"), 400, "bad_return")
        assert tenant.tried(browser, "ann@example.com", return_to="/docs").json() == {"next": "/docs"}


def test_a_changed_password_ends_every_other_session(tenant: Tenant) -> None:
    tenant.join("ann")
    with tenant.browser() as browser, tenant.browser() as other:
        csrf = tenant.signed_in(browser, "ann")
        tenant.signed_in(other, "ann")
        path = f"{ACCOUNT}/password"
        problem(browser.post(path, json={"old": OTHER, "password": OTHER}, headers=csrf), 403, "password_wrong")
        easy = browser.post(path, json={"old": WORD, "password": "ann@example.com"}, headers=csrf)
        problem(easy, 422, "password_easy")
        changed = browser.post(path, json={"old": WORD, "password": OTHER}, headers=csrf)
        assert changed.json() == {"next": ACCOUNT}, changed.text
        assert browser.get("/access/me").status_code == 200
        assert tenant.session(browser) != csrf
        problem(other.get("/access/me"), 401, "session_over")
        problem(tenant.tried(other, "ann@example.com"), 401, "signin_refused")
        tenant.signed_in(other, "ann", OTHER)


def test_a_code_is_asked_for_once_an_authenticator_was_added(tenant: Tenant) -> None:
    ann = tenant.join("ann")
    with tenant.browser() as browser, tenant.browser() as thief:
        csrf = tenant.signed_in(browser, "ann")
        path = f"{ACCOUNT}/authenticator"
        problem(browser.post(path, json={"password": OTHER}, headers=csrf), 403, "password_wrong")
        offered = browser.post(path, json={"password": WORD}, headers=csrf).json()
        secret = offered["secret"]
        assert f"secret={secret}" in offered["address"]
        problem(browser.post(f"{path}/confirm", json={"code": "000000"}, headers=csrf), 422, "code_wrong")
        first = code_of(secret)
        told = browser.post(f"{path}/confirm", json={"code": first}, headers=csrf)
        assert told.status_code == 200, told.text
        spare = told.json()["recovery_codes"]
        assert browser.get(ACCOUNT).json() == {
            "named": "ann@example.com", "authenticator": True, "recovery_codes": len(spare),
        }  # fmt: skip
        browser.post("/signout", headers=csrf)

        problem(thief.post(f"/signin/{tenant.name}/code", json={"code": code_of(secret, 1)}), 401, "signin_over")
        asked = tenant.tried(thief, "ann@example.com")
        assert asked.json() == {"next": f"/signin/{tenant.name}/code"}
        assert "nexus-session" not in thief.cookies
        problem(thief.get("/access/me"), 401, "unauthenticated")
        problem(thief.post(f"/signin/{tenant.name}/code", json={"code": first}), 401, "signin_refused")

        def coded(code: str) -> httpx.Response:
            return browser.post(f"/signin/{tenant.name}/code", json={"code": code})

        tenant.tried(browser, "ann@example.com")
        second = code_of(secret, 1)
        assert coded(second).json() == {"next": HOME}
        assert browser.get("/access/me").json()["user"] == ann
        problem(coded(second), 401, "signin_over")
        tenant.tried(browser, "ann@example.com")
        problem(coded(second), 401, "signin_refused")
        assert coded(spare[0].upper()).status_code == 200
        tenant.tried(browser, "ann@example.com")
        problem(coded(spare[0]), 401, "signin_refused")
        assert coded(spare[1]).status_code == 200
        csrf = tenant.session(browser)
        assert browser.post(f"{path}/remove", json={"password": WORD}, headers=csrf).status_code == 200
        assert tenant.tried(browser, "ann@example.com").json() == {"next": HOME}


def test_codes_are_given_on_pages_too(tenant: Tenant) -> None:
    tenant.join("ann")
    with tenant.browser() as browser:
        browser.headers["Accept"] = "text/html"
        page = browser.get(f"/signin/{tenant.name}")
        browser.post(action(page), data={"name": "ann@example.com", "password": WORD})
        page = browser.get(ACCOUNT)
        offered = browser.post(f"{ACCOUNT}/authenticator", data={**hidden(page), "password": WORD})
        assert 'src="data:image/svg+xml' in offered.text, offered.text
        secret = re.findall(r"<code>([A-Z2-7]{32})</code>", offered.text)[0]
        wrong = browser.post(action(offered), data={**hidden(offered), "code": "000000"})
        assert (wrong.status_code, "code_wrong" in wrong.text, secret in wrong.text) == (422, True, True)
        told = browser.post(action(wrong), data={**hidden(wrong), "code": code_of(secret)})
        assert told.text.count("<li>") == 10, told.text
    with tenant.browser() as browser:
        browser.headers["Accept"] = "text/html"
        asked = browser.post(f"/signin/{tenant.name}", data={"name": "ann@example.com", "password": WORD})
        assert (asked.status_code, asked.headers["Location"]) == (303, f"/signin/{tenant.name}/code")
        page = browser.get(asked.headers["Location"])
        assert "autocomplete=one-time-code" in page.text
        wrong = browser.post(action(page), data={"code": "000000"})
        assert (wrong.status_code, "signin_refused" in wrong.text) == (401, True)
        assert browser.post(action(wrong), data={"code": code_of(secret, 1)}).status_code == 303
        assert browser.get("/access/me").status_code == 200


def test_who_may_do_more_is_given_no_link_by_who_may_less(tenant: Tenant) -> None:
    tenant.join("olivia", word=None)
    tenant.send(f"/admin/tenants/{tenant.name}/appoint-owner", {"user_id": tenant.ids["olivia"]})
    ada = tenant.join("ada", "admin.admin")
    tenant.join("mia", "admin.viewer")
    tenant.here.until(
        "Olivia owns the tenant", lambda: tenant.key.get(f"/admin/users/{tenant.ids['olivia']}").json()["owner"]
    )
    with tenant.here.client(tenant.name, ada) as admin:
        problem(admin.post(f"/admin/users/{tenant.ids['olivia']}/invite", json={}), 403, "more_than_own")
        problem(admin.post(f"/admin/credentials/{tenant.ids['olivia']}/remove-totp", json={}), 403, "more_than_own")
        problem(admin.post(f"/admin/tenants/{tenant.name}/set-local-sign-in", json={}), 403, "more_than_own")
        problem(admin.post(f"/admin/tenants/{tenant.name}/require-totp", json={}), 403, "more_than_own")
        problem(admin.post(f"/admin/users/{ada}/invite", json={}), 409, "own_password")
        problem(admin.post(f"/admin/credentials/{ada}/remove-totp", json={}), 409, "own_authenticator")
        problem(admin.post(f"/admin/users/{uuid4()}/invite", json={}), 404, "not_found")
        assert admin.post(f"/admin/users/{tenant.ids['mia']}/invite", json={"hours": 2}).status_code == 201
        shown = admin.get(f"/admin/credentials/{tenant.ids['mia']}").json()
        assert (shown["has_password"], shown["has_totp"], shown["user_name"]) == (True, False, "Mia")
        told = admin.get(f"/admin/credentials/{tenant.ids['mia']}/history").text
        assert "argon2" not in told
    with tenant.here.client(tenant.name, tenant.ids["mia"]) as viewer:
        problem(viewer.post(f"/admin/users/{ada}/invite", json={}), 403, "forbidden")


def test_passwords_are_no_way_in_once_a_provider_is_connected_unless_the_tenant_says_so(tenant: Tenant) -> None:
    tenant.join("ann")
    path = f"/admin/tenants/{tenant.name}/set-local-sign-in"
    with tenant.browser() as browser, tenant.browser() as other:
        tenant.signed_in(browser, "ann")
        tenant.send("/admin/providers", {"name": "Login", "issuer": "http://127.0.0.1:9", "client_id": "n"})
        tenant.settle()
        tenant.here.until("the provider counts", lambda: tenant.tried(other, "ann@example.com").status_code == 404)
        link = tenant.key.post(f"/admin/users/{tenant.ids['ann']}/invite", json={})
        problem(link, 409, "local_sign_in_off")
        assert browser.get("/access/me").status_code == 200  # whoever connected it goes on to link identities
        tenant.send(path, {"allowed": True})
        tenant.settle()
        tenant.here.until("passwords count", lambda: tenant.tried(other, "ann@example.com").is_success)
        assert "provider=" in other.get(f"/signin/{tenant.name}").text
        tenant.send(path, {"allowed": False})
        tenant.settle()
        tenant.here.until("no password counts", lambda: browser.get("/access/me").status_code == 401)
        problem(browser.get("/access/me"), 401, "session_over")


def test_nobody_comes_in_without_an_authenticator_where_one_is_required(tenant: Tenant) -> None:
    ann = tenant.join("ann")
    with tenant.browser() as browser, tenant.browser() as other:
        tenant.signed_in(browser, "ann")
        tenant.send(f"/admin/tenants/{tenant.name}/require-totp")
        tenant.settle()
        tenant.here.until("the session is over", lambda: browser.get("/access/me").status_code == 401)
        problem(browser.get("/access/me"), 401, "session_over")
        path = f"/signin/{tenant.name}/authenticator"
        problem(other.get(path), 401, "signin_over")
        assert tenant.tried(browser, "ann@example.com", return_to="/docs").json() == {"next": path}
        assert tenant.tried(other, "ann@example.com").json() == {"next": path}
        problem(browser.get("/access/me"), 401, "session_over")
        secret = browser.get(path).json()["secret"]
        assert browser.get(path).json()["secret"] == secret
        assert other.get(path).json()["secret"] != secret
        problem(browser.post(f"/signin/{tenant.name}/code", json={"code": code_of(secret)}), 401, "signin_over")
        problem(browser.post(path, json={"code": "000000"}), 422, "code_wrong")
        told = browser.post(path, json={"code": code_of(secret)})
        assert (told.status_code, told.json()["next"]) == (200, "/docs"), told.text
        assert browser.get("/access/me").json()["user"] == ann
        problem(other.get(path), 401, "signin_over")
        tenant.tried(other, "ann@example.com")
        spare = told.json()["recovery_codes"][0]
        assert other.post(f"/signin/{tenant.name}/code", json={"code": spare}).json() == {"next": HOME}

        removed = browser.post(
            f"{ACCOUNT}/authenticator/remove", json={"password": WORD}, headers=tenant.session(browser)
        )
        assert removed.status_code == 200, removed.text
        problem(browser.get("/access/me"), 401, "session_over")
        assert tenant.tried(browser, "ann@example.com").json() == {"next": path}
        browser.headers["Accept"] = "text/html"
        page = browser.get(path)
        wrong = browser.post(action(page), data={"code": "000000"})
        assert (wrong.status_code, "code_wrong" in wrong.text) == (422, True)
        [shown] = re.findall(r"<p><code>([A-Z2-7]+)</code></p>", wrong.text)
        entered = browser.post(action(wrong), data={"code": code_of(shown, 1)})
        assert (entered.status_code, "Your recovery codes" in entered.text) == (200, True), entered.text
        assert browser.get("/access/me", headers={"Accept": "application/json"}).json()["user"] == ann
    tenant.send(f"/admin/tenants/{tenant.name}/require-totp", {"required": False})


def test_nothing_is_left_of_whoever_was_removed_or_erased(tenant: Tenant) -> None:
    tenant.join("ann")
    tenant.join("bert")
    tenant.join("cleo")
    with tenant.browser() as browser:
        tenant.signed_in(browser, "ann")
        tenant.send(f"/admin/users/{tenant.ids['ann']}/remove")
        answer = tenant.key.post(f"/admin/data-subjects/{tenant.ids['bert']}/erase", json={"basis": "objection"})
        assert answer.is_success, answer.text
        for person in ("ann", "bert"):
            path = f"/admin/credentials/{tenant.ids[person]}"
            tenant.here.until("nothing is left", lambda path=path: tenant.key.get(path).status_code == 404)
        problem(browser.get("/access/me"), 401, "session_over")
        problem(tenant.tried(browser, tenant.ids["bert"]), 401, "signin_refused")


def test_nobody_signs_in_by_a_password_where_nobody_has_one(tenant: Tenant) -> None:
    with tenant.browser() as browser:
        problem(tenant.tried(browser, "ann@example.com"), 404, "not_found")
        problem(browser.get(f"/signin/{tenant.name}"), 404, "not_found")
        problem(browser.get(ACCOUNT), 401, "unauthenticated")


def test_a_link_leads_to_the_gateway_itself(tenant: Tenant) -> None:
    tenant.join("ann", word=None)
    link = tenant.send(f"/admin/users/{tenant.ids['ann']}/invite")["link"]
    assert link.startswith(f"{tenant.here.url}/signin/{tenant.name}/welcome?link={tenant.ids['ann']}.")
