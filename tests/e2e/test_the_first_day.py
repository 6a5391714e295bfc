"""The first day of a tenant, as the README and the pages that it names tell it: somebody comes in by a link that is
printed, connects a provider and a directory, gives a user of theirs the CRM in a team, exports and erases a contact,
and has the audit prove all of it. Nobody has the tenant's own key.

Microsoft Entra ID cannot be had here. A real OpenID provider stands for its sign-in, and what it sends by SCIM is
written as its documentation says.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.web import HOME
from infra.settings import ROOT
from tests.e2e.test_http import after, problem
from tests.e2e.test_passwords import WORD, action
from tests.e2e.test_scim import ENTERPRISE, GROUP, PATCH, USER
from tests.platform import Platform, platform
from tests.provider import OpenIdProvider, provider

PARTS = (
    *(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "audit", "crm")),
    "workflows",
    "eraser",
    "gateway",
)
SECRET = "word-of-nexus-0123456789"


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*PARTS) as running:
        yield running


@pytest.fixture
def name() -> str:
    return f"first-{uuid4().hex[:8]}"


@pytest.fixture
def entra(here: Platform, name: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[OpenIdProvider]:
    """It takes whoever comes for whom X-Person says."""
    client = {
        "client_id": "nexus",
        "client_secret": SECRET,
        "redirect_uris": [f"{here.url}/signin/callback"],
        "post_logout_redirect_uris": [f"{here.url}/"],
        "backchannel_logout_uri": f"{here.url}/signin/{name}/backchannel-logout",
        "backchannel_logout_session_required": True,
    }
    with provider(tmp_path_factory.mktemp("provider"), client) as running:
        yield running


@dataclass
class Person:
    """Somebody who is signed in at a browser. `position` has what they did."""

    here: Platform
    browser: httpx.Client
    position: str = ""
    session: dict[str, str] = field(default_factory=dict[str, str])

    def come_in(self) -> "Person":
        told = self.browser.get("/signin/session")
        assert told.status_code == 200, told.text
        self.session = {"Nexus-CSRF": told.json()["csrf"], "Origin": self.here.url}
        return self

    def send(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.browser.post(path, json=body or {}, headers={**self.session, **self.seen()})
        assert answer.is_success, (path, answer.text)
        self.position = answer.json().get("position") or self.position
        return answer.json()

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return self.browser.get(path, params=parameters, headers=self.seen())

    def seen(self) -> dict[str, str]:
        return after(self.position) if self.position else {}


def browser(here: Platform, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=here.url, headers=headers, timeout=90, trust_env=False)


def nexus(here: Platform, *command: str) -> str:
    """What the command line says; fails unless all is well."""
    front_door = [sys.executable, str(ROOT / "nexus360.py"), *command]
    environment = {**os.environ, **here.environment}
    done = subprocess.run(
        front_door, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def owner_of(here: Platform, name: str, at: httpx.Client) -> Person:
    """By the printed link, with a password."""
    page = at.get(nexus(here, "admin", "bootstrap", name, "--email", "olga@example.com").split()[-1])
    assert page.status_code == 200, page.text
    done = at.post(action(page), data={"password": WORD, "repeated": WORD}, headers={"Origin": here.url})
    assert done.status_code == 200, done.text
    form = at.get(f"/signin/{name}")
    entered = at.post(action(form), data={"name": "olga@example.com", "password": WORD}, headers={"Origin": here.url})
    assert entered.status_code == 303, entered.text
    return Person(here, at).come_in()


def signed_in(here: Platform, name: str, at: httpx.Client) -> Person:
    """By the provider, which sends them back."""
    answer = at.get(f"/signin/{name}")
    while answer.next_request is not None and answer.headers["location"] != HOME:
        answer = at.send(answer.next_request)
    assert answer.status_code == 303, answer.text
    return Person(here, at).come_in()


@dataclass
class Directory:
    """What Entra ID does with the two values that it was given."""

    scim: httpx.Client

    def user(self, object_id: str, person: str) -> str:
        address = f"{person}@example.com"
        asked = {"filter": f'userName eq "{address}"'}
        assert self.scim.get("/scim/v2/Users", params=asked).json()["totalResults"] == 0
        body = {
            "schemas": [USER, ENTERPRISE],
            "externalId": object_id,
            "userName": address,
            "active": True,
            "displayName": person.title(),
            "emails": [{"primary": True, "type": "work", "value": address}],
            "meta": {"resourceType": "User"},
            "roles": [],
        }
        made = self.scim.post("/scim/v2/Users", json=body)
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def group(self, name: str, *users: str) -> None:
        body = {"schemas": [GROUP], "externalId": uuid4().hex, "displayName": name}
        made = self.scim.post("/scim/v2/Groups", json=body)
        assert made.status_code == 201, made.text
        members = [{"$ref": None, "value": each} for each in users]
        body = {"schemas": [PATCH], "Operations": [{"op": "Add", "path": "members", "value": members}]}
        assert self.scim.patch(f"/scim/v2/Groups/{made.json()['id']}", json=body).status_code == 204

    def leaves(self, user: str) -> None:
        body = {"schemas": [PATCH], "Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
        assert self.scim.patch(f"/scim/v2/Users/{user}", json=body).is_success


def connected(olga: Person, entra: OpenIdProvider) -> Directory:
    """The provider that people sign in by, and a key for the directory."""
    olga.send(
        "/admin/providers",
        {
            "name": "Entra ID",
            "issuer": entra.issuer,
            "client_id": "nexus",
            "client_secret": SECRET,
            "link_by_external_id": True,
        },
    )
    account = olga.send("/admin/service-accounts", {"name": "Entra ID"})["id"]
    olga.send(f"/admin/service-accounts/{account}/grant-role", {"role_id": "admin.admin"})
    key = olga.send(f"/admin/service-accounts/{account}/keys", {"name": "SCIM"})["key"]
    with browser(olga.here, Authorization=f"Bearer {key}") as asking:
        olga.here.until("the key counts", lambda: asking.get("/access/me").json().get("roles") == ["admin.admin"])
    return Directory(browser(olga.here, Authorization=f"Bearer {key}"))


def test_from_an_empty_platform_to_a_proven_audit(here: Platform, name: str, entra: OpenIdProvider) -> None:
    at, anns = browser(here, Accept="text/html"), browser(here, **{"X-Person": "object-of-ann"})
    with at, anns:
        olga = owner_of(here, name, at)
        directory = connected(olga, entra)
        with directory.scim:
            ids = {who: directory.user(f"object-of-{who}", who) for who in ("ann", "bert", "cleo")}
            directory.group("West", ids["ann"], ids["bert"])
            directory.group("East", ids["cleo"])
            here.until("they are here", lambda: len(olga.get("/admin/users").json()["items"]) == 4)

            ann = signed_in(here, name, anns)
            me = ann.get("/access/me").json()
            assert (me["user"], me["roles"]) == (ids["ann"], [])
            problem(ann.get("/crm/deals"), 403, "forbidden")
            ann.position = olga.send(f"/admin/users/{ids['ann']}/grant-role", {"role_id": "crm.member"})["position"]

            deals = {
                who: olga.send("/crm/deals", {"name": f"Deal of {who}", "owner_id": id})["id"]
                for who, id in ids.items()
            }
            ann.position = olga.position
            seen = {each["id"] for each in ann.get("/crm/deals").json()["items"]}
            assert seen == {deals["ann"], deals["bert"]}, "her team's, and not another team's"
            problem(ann.get(f"/crm/deals/{deals['cleo']}"), 404, "not_found")
            could = olga.get("/access/who", permission="crm.deal.read", id=deals["cleo"]).json()["users"]
            assert ids["ann"] not in [each["user"] for each in could]

            maud = ann.send("/crm/contacts", {"name": "Maud Okpalan", "email": "maud@okpalan.example"})["id"]
            called = {"kind": "CALL", "title": "Maud Okpalan called", "owner_id": ids["ann"], "contact_ids": [maud]}
            ann.send("/crm/activities", called)
            problem(ann.get(f"/admin/data-subjects/{maud}/export"), 403, "forbidden")
            olga.position = ann.position
            known = olga.get(f"/admin/data-subjects/{maud}/export")
            assert known.status_code == 200, known.text
            assert "maud@okpalan.example" in known.text
            assert "Maud Okpalan called" in known.text
            olga.send(f"/admin/data-subjects/{maud}/erase", {"basis": "objection", "reason": "by letter"})
            contact = f"/crm/contacts/{maud}"
            here.until("she is erased", lambda: olga.get(contact).json()["name"] == "[erased]")
            here.until("so is the call", lambda: "Okpalan" not in olga.get("/crm/activities").text)
            assert olga.get(f"/admin/data-subjects/{maud}").json()["status"] == "ERASED"

            directory.leaves(ids["ann"])
            assert ann.get("/crm/deals").status_code == 401, "at once"

        for kind, operation in (
            ("EXPORTED", "GET /admin/data-subjects/{id}/export"),
            ("REFUSED", "GET /admin/data-subjects/{id}/export"),
            ("DID", "POST /admin/data-subjects/{id}/erase"),
            ("SAW", "GET /crm/deals"),
            ("REFUSED", "GET /crm/deals/{id}"),
        ):
            asked = {"kind": kind, "operation": operation}
            here.until(
                f"{asked} is in the audit", lambda asked=asked: olga.get("/audit/entries", **asked).json()["items"]
            )
        proven = nexus(here, "audit", "verify", name)
        assert "Everything is as it was recorded." in proven


def test_an_export_tells_who_names_a_person_in_fields_of_the_tenants_own(here: Platform) -> None:
    with here.client(f"export-{uuid4().hex[:8]}") as key:
        answers, sets = list[dict[str, Any]](), dict[str, str]()

        def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = key.post(path, json=body)
            assert answer.is_success, answer.text
            answers.append(answer.json())
            return answers[-1]

        fields = (("deal", "judge"), ("deal", "loser"), ("company", "partner"), ("activity", "guest"))
        for record, field in (*fields, ("contact", "cousin")):
            said = {"record": record, "key": field, "label": field.title(), "kind": "REFERENCE", "refers_to": "contact"}
            sets[record] = send("/crm/field-sets", said)["id"]
        maud, carl = (send("/crm/contacts", {"name": name})["id"] for name in ("Maud", "Carl"))
        deal = {"name": "Carl's chairs", "owner_id": "u1"}
        both = send("/crm/deals", {**deal, "custom": {"judge": maud, "loser": carl}})["id"]
        send("/crm/deals", {**deal, "custom": {"judge": carl}})
        company = send("/crm/companies", {"name": "Carl & Co", "custom": {"partner": maud}})["id"]
        task = {"kind": "TASK", "title": "Carl is ill", "owner_id": "u1", "contact_ids": [carl]}
        guest = send("/crm/activities", {**task, "custom": {"guest": maud}})["id"]
        cousin = send("/crm/contacts", {"name": "Carl's cousin", "custom": {"cousin": maud}})["id"]
        send(f"/crm/field-sets/{sets['company']}/retire-field", {"key": "partner"})
        answer = key.get(f"/admin/data-subjects/{maud}/export", headers=after(here.settled(answers)))
        assert answer.status_code == 200, answer.text
        named = {
            (each["read_model"], each["record"]["id"]): each["record"]["custom"]
            for each in answer.json()["records"]
            if each["record"]["id"] != maud
        }
        assert named == {
            ("deals", both): {"judge": maud},
            ("companies", company): {"partner": maud},
            ("activities", guest): {"guest": maud},
            ("contacts", cousin): {"cousin": maud},
        }
        assert "Carl" not in answer.text
        assert carl not in answer.text


def test_an_export_tells_what_names_a_person_and_no_words_of_others(here: Platform) -> None:
    with here.client(f"export-{uuid4().hex[:8]}") as key:

        def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = key.post(path, json=body)
            assert answer.is_success, answer.text
            return answer.json()

        maud, carl = (send("/crm/contacts", {"name": name})["id"] for name in ("Maud", "Carl"))
        deal = send("/crm/deals", {"name": "Chairs", "owner_id": "u1"})["id"]
        send(f"/crm/deals/{deal}/set-contact", {"contact_id": maud, "roles": ["CHAMPION"]})
        called = {"kind": "CALL", "title": "About chairs", "owner_id": "u1", "contact_ids": [maud]}
        alone = send("/crm/activities", called)["id"]
        both = send("/crm/activities", {**called, "title": "Carl is ill", "contact_ids": [maud, carl]})
        answer = key.get(f"/admin/data-subjects/{maud}/export", headers=after(both["position"]))
        assert answer.status_code == 200, answer.text
        known = answer.json()
        found = {
            each["record"]["id"]: each for each in known["records"] if each["read_model"] in ("activities", "deals")
        }
        assert found.keys() == {alone, both["id"], deal}
        assert (found[alone]["record"]["title"], "withheld" in found[alone]) == ("About chairs", False)
        assert (found[both["id"]]["record"]["title"], found[both["id"]]["withheld"]) == (None, True)
        assert found[deal]["record"] == {"id": deal, "contacts": [{"contact_id": maud, "roles": ["CHAMPION"]}]}
        titles = [each["data"]["title"] for each in known["events"] if each["type"] == "crm.ActivityCreated"]
        assert titles == ["About chairs", None]
        assert known["manifest"]["events"] == {"crm.ActivityCreated": 2, "crm.ContactCreated": 1}
        assert known["manifest"]["records"] == len(known["records"])
        assert "Carl" not in answer.text
        ann = send("/admin/users", {"name": "Ann"})["id"]
        view = send("/admin/saved-views", {"list": "crm/deals", "name": "Ann's own", "owner_id": ann})
        hers = key.get(f"/admin/data-subjects/{ann}/export", headers=after(view["position"])).json()
        assert "Ann's own" in [each["record"].get("name") for each in hers["records"]]
