"""A directory provisions users and teams by SCIM: as RFC 7644 says, as Entra ID writes it, and with mistakes."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_http import after, problem
from tests.platform import Platform

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass
class Directory:
    """A tenant's directory. `key` is the tenant's own client."""

    name: str
    key: httpx.Client
    here: Platform

    def add(self, user_name: str | None = None, **attributes: Any) -> dict[str, Any]:
        answer = self.post(user_name, **attributes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def post(self, user_name: str | None = None, **attributes: Any) -> httpx.Response:
        body = {"schemas": [USER], "userName": user_name or f"{uuid4().hex}@example.com", **attributes}
        return self.key.post("/scim/v2/Users", json=body)

    def form(self, name: str | None = None, **attributes: Any) -> dict[str, Any]:
        body = {"schemas": [GROUP], "displayName": name or uuid4().hex, **attributes}
        answer = self.key.post("/scim/v2/Groups", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def patch(self, kind: str, id: str, *operations: dict[str, Any], **headers: str) -> httpx.Response:
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self.key.patch(f"/scim/v2/{kind}/{id}", json=body, headers=headers)

    def changed(self, id: str, *operations: dict[str, Any]) -> dict[str, Any]:
        answer = self.patch("Users", id, *operations)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def user(self, id: str, **parameters: str) -> dict[str, Any]:
        answer = self.key.get(f"/scim/v2/Users/{id}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def group(self, id: str) -> dict[str, Any]:
        answer = self.key.get(f"/scim/v2/Groups/{id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, kind: str, filter: str, **parameters: str) -> list[str]:
        answer = self.key.get(f"/scim/v2/{kind}", params={"filter": filter, **parameters})
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["Resources"]]


@pytest.fixture(scope="module")
def directory(here: Platform) -> Generator[Directory]:
    name = f"scim-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        key = clients.enter_context(here.client(name))
        assert key.post("/admin/tenants", json={"name": "Scim"}).is_success
        yield Directory(name, key, here)


def refused(answer: httpx.Response, status: int, kind: str | None = None) -> str:
    """The sentence of an error in SCIM's form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/scim+json"
    body = answer.json()
    assert (body["schemas"], body["status"], body.get("scimType")) == ([ERROR], str(status), kind), answer.text
    assert body["detail"].endswith("."), body
    return body["detail"]


def under(boss: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a user who is managed by another."""
    return {"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": boss["id"]}}}


# ---- users


def test_a_user_is_added_as_entra_adds_one_and_is_there_for_everybody(directory: Directory) -> None:
    name = f"ann.{uuid4().hex[:6]}@example.com"
    answer = directory.key.post(
        "/scim/v2/Users",
        json={
            "schemas": [USER, ENTERPRISE],
            "externalId": "ann-in-entra",
            "userName": name,
            "active": True,
            "emails": [{"primary": True, "type": "work", "value": name}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Ann Perkins", "familyName": "Perkins", "givenName": "Ann"},
            "roles": [],
            "addresses": None,
            "title": "Nurse",
            "phoneNumbers": [{"type": "work", "value": "555 0100"}],
        },
        headers={"Content-Type": "application/scim+json"},
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["Location"] == made["meta"]["location"] == f"{directory.here.url}/scim/v2/Users/{made['id']}"
    assert answer.headers["ETag"] == made["meta"]["version"]
    assert answer.headers["content-type"] == "application/scim+json"
    assert (made["userName"], made["externalId"], made["active"]) == (name, "ann-in-entra", True)
    assert (made["title"], made["phoneNumbers"][0]["value"]) == ("Nurse", "555 0100")
    assert directory.user(made["id"]) == made
    row = directory.key.get(f"/admin/users/{made['id']}").json()
    assert (row["name"], row["email"], row["status"]) == ("Ann Perkins", name, "ACTIVE")
    events = directory.key.get(f"/admin/users/{made['id']}/history").json()["items"]
    assert [each["type"] for each in events] == ["admin.UserCreated", "admin.UserProvisioned"]


def test_a_user_name_is_one_users_in_whatever_case(directory: Directory) -> None:
    made = directory.add("Berta@Example.com", externalId="b1")
    refused(directory.post("berta@example.COM"), 409, "uniqueness")
    other = directory.add()
    refused(directory.patch("Users", other["id"], replace("userName", "BERTA@example.com")), 409, "uniqueness")
    assert directory.ids("Users", 'userName eq "BERTA@EXAMPLE.COM"') == [made["id"]]
    assert directory.changed(made["id"], replace("userName", "berta@example.com"))["userName"] == "berta@example.com"


def test_of_many_who_add_the_same_user_name_at_once_one_does(directory: Directory) -> None:
    name = f"{uuid4().hex}@example.com"
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(directory.post, name, displayName=f"Number {number}") for number in range(8)]
        answers = [each.result() for each in asked]
    assert sorted(each.status_code for each in answers) == [201] + [409] * 7
    assert len(directory.ids("Users", f'userName eq "{name}"')) == 1


def test_a_user_name_that_was_given_up_is_free_again(directory: Directory) -> None:
    name = f"{uuid4().hex}@example.com"
    made = directory.add(name)
    assert directory.key.delete(f"/scim/v2/Users/{made['id']}").status_code == 204
    refused(directory.key.get(f"/scim/v2/Users/{made['id']}"), 404)
    again = directory.add(name)
    assert again["id"] != made["id"]
    directory.changed(again["id"], replace("userName", f"{uuid4().hex}@example.com"))
    directory.here.until("the name is free", lambda: directory.post(name).status_code == 201)


def test_of_two_who_give_a_user_the_same_name_at_once_one_fails_and_the_name_is_the_users(directory: Directory) -> None:
    for _ in range(5):
        made, name = directory.add(), f"{uuid4().hex}@example.com"
        tag = {"If-Match": made["meta"]["version"]}
        with ThreadPoolExecutor(4) as threads:
            asked = [
                threads.submit(directory.patch, "Users", made["id"], replace("userName", name), **tag) for _ in "1234"
            ]
            answers = [each.result() for each in asked]
        assert sorted(each.status_code for each in answers) == [200, 412, 412, 412], [each.text for each in answers]
        refused(directory.patch("Users", directory.add()["id"], replace("userName", name)), 409, "uniqueness")
        refused(directory.post(name), 409, "uniqueness")
        directory.changed(made["id"], replace("userName", f"{uuid4().hex}@example.com"))
        directory.here.until("the name is free", lambda name=name: directory.post(name).status_code == 201)


def replace(path: str | None, value: Any) -> dict[str, Any]:
    return {"op": "replace", "value": value} | ({"path": path} if path else {})


def test_a_patch_as_entra_writes_it(directory: Directory) -> None:
    boss, made = directory.add(), directory.add(displayName="Cleo", name={"givenName": "Cleo"})
    id = made["id"]
    changed = directory.changed(
        id,
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "cleo@example.com"},
        {"op": "Replace", "path": "name.familyName", "value": "Young"},
        {"op": "Add", "path": f"{ENTERPRISE}:employeeNumber", "value": "4711"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": boss["id"]},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "555 0199"},
        {"op": "Add", "path": 'addresses[type eq "work"].postalCode', "value": "12345"},
        {"op": "Replace", "path": "externalId", "value": "cleo-in-entra"},
    )
    assert changed["emails"][0] | {"primary": None} == {"type": "work", "value": "cleo@example.com", "primary": None}
    assert changed["name"] == {"givenName": "Cleo", "familyName": "Young"}
    assert changed[ENTERPRISE]["employeeNumber"] == "4711"
    assert changed[ENTERPRISE]["manager"]["value"] == boss["id"]
    assert (changed["phoneNumbers"][0]["type"], changed["addresses"][0]["postalCode"]) == ("mobile", "12345")
    changed = directory.changed(
        id,
        replace('emails[type eq "work"].value', "cleo.young@example.com"),
        replace(None, {"displayName": "Cleo Y", "name.givenName": "Kleo", f"{ENTERPRISE}:department": "Sales"}),
    )
    assert (changed["displayName"], changed["name"]["givenName"]) == ("Cleo Y", "Kleo")
    assert (changed[ENTERPRISE]["department"], changed[ENTERPRISE]["employeeNumber"]) == ("Sales", "4711")
    row = directory.key.get(f"/admin/users/{id}").json()
    assert (row["name"], row["email"], row["manager_id"]) == ("Cleo Y", "cleo.young@example.com", boss["id"])
    assert directory.ids("Users", f'id eq "{id}" and manager eq "{boss["id"]}"', attributes="id") == [id]
    other = {"op": "Add", "path": "manager", "value": [{"$ref": "x", "value": boss["id"]}]}
    assert directory.changed(id, other)["meta"]["version"] == changed["meta"]["version"], "nothing changed"
    gone = directory.changed(id, {"op": "Remove", "path": f"{ENTERPRISE}:manager"})
    assert "manager" not in gone[ENTERPRISE]


@pytest.mark.parametrize("value", ["False", False])
def test_who_is_deactivated_is_nobody_from_the_answer_on(directory: Directory, value: Any) -> None:
    made = directory.add()
    with directory.here.client(directory.name, made["id"]) as user:
        assert user.get("/access/me").is_success
        assert directory.changed(made["id"], replace("active", value))["active"] is False
        problem(user.get("/access/me"), 401, "unauthenticated")
        assert directory.ids("Users", f'userName eq "{made["userName"]}"') == [made["id"]], "and is shown as before"
        back = directory.changed(made["id"], {"op": "Replace", "path": "active", "value": "True"})
        assert back["active"] is True
        assert user.get("/access/me").is_success


def test_a_put_replaces_all_of_a_user_but_what_is_not_its(directory: Directory) -> None:
    made = directory.add(displayName="Dora", title="Buyer", emails=[{"value": "dora@example.com", "type": "work"}])
    body = {"schemas": [USER], "id": "other", "userName": made["userName"], "displayName": "Dora D", "groups": []}
    answer = directory.key.put(f"/scim/v2/Users/{made['id']}", json=body)
    assert answer.status_code == 200, answer.text
    put = answer.json()
    assert (put["id"], put["displayName"], put["active"]) == (made["id"], "Dora D", True)
    assert not {"title", "emails"} & put.keys()
    row = directory.key.get(f"/admin/users/{made['id']}").json()
    assert (row["name"], row["email"]) == ("Dora D", None)


def test_what_was_changed_here_is_what_the_directory_sees(directory: Directory) -> None:
    made = directory.add(displayName="Emma", emails=[{"value": "emma@example.com", "type": "work"}], title="Buyer")
    new = {"name": "Emma E", "email": "emma.e@example.com"}
    changed = directory.key.post(f"/admin/users/{made['id']}/change", json=new).json()
    seen = directory.key.get(f"/scim/v2/Users/{made['id']}", headers=after(changed["position"])).json()
    assert (seen["displayName"], seen["emails"][0]["value"], seen["title"]) == (*new.values(), "Buyer")
    by_hand = directory.key.post("/admin/users", json={"name": "Finn", "email": "finn@example.com"}).json()
    answer = directory.key.get(
        "/scim/v2/Users",
        params={"filter": 'emails[type eq "work"].value eq "FINN@example.com"'},
        headers=after(by_hand["position"]),
    )
    [finn] = answer.json()["Resources"]
    assert (finn["id"], finn["userName"], finn["displayName"]) == (by_hand["id"], by_hand["id"], "Finn")
    off = directory.changed(finn["id"], replace("active", False))
    assert (off["userName"], off["active"]) == (by_hand["id"], False)
    named = directory.changed(finn["id"], replace("userName", f"finn.{directory.name}@example.com"))
    assert directory.ids("Users", f'userName eq "{named["userName"]}"') == [finn["id"]]


def test_deals_of_who_is_deleted_pass_to_the_manager_and_owners_stay(directory: Directory) -> None:
    boss, key = directory.add(), directory.key
    made = directory.add(**under(boss))
    opened = key.post("/crm/deals", json={"name": "Ten chairs", "owner_id": made["id"]}).json()
    assert key.delete(f"/scim/v2/Users/{made['id']}").status_code == 204
    deal = f"/crm/deals/{opened['id']}"
    directory.here.until("the deal is the manager's", lambda: key.get(deal).json().get("owner_id") == boss["id"])
    appointed = key.post(f"/admin/tenants/{directory.name}/appoint-owner", json={"user_id": boss["id"]})
    assert appointed.is_success
    row = f"/admin/users/{boss['id']}"
    directory.here.until("the owner is known", lambda: key.get(row).json()["owner"])
    refused(key.delete(f"/scim/v2/Users/{boss['id']}"), 409)
    refused(directory.patch("Users", boss["id"], replace("active", False)), 409)


def test_a_lost_update_is_refused_and_what_is_known_is_not_sent_again(directory: Directory) -> None:
    made = directory.add(displayName="Gus")
    tag, path = made["meta"]["version"], f"/scim/v2/Users/{made['id']}"
    assert tag.startswith('W/"')
    same = directory.key.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    changed = directory.patch("Users", made["id"], replace("displayName", "Gus G"), **{"If-Match": tag})
    assert changed.status_code == 200
    refused(directory.patch("Users", made["id"], replace("displayName", "Gus H"), **{"If-Match": tag}), 412)
    refused(directory.key.put(path, json={"userName": made["userName"]}, headers={"If-Match": tag}), 412)
    refused(directory.key.delete(path, headers={"If-Match": tag}), 412)
    assert directory.key.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert directory.key.delete(path, headers={"If-Match": "*"}).status_code == 204


def test_what_says_nothing_new_makes_no_version_and_no_event(directory: Directory) -> None:
    boss = directory.add()
    said: dict[str, Any] = {
        "displayName": "Hedy",
        "name": {"givenName": "Hedy", "familyName": ""},
        "emails": [{"value": "Hedy@Example.com", "type": "work", "primary": True}],
        "externalId": "hedy-in-entra",
        "title": "Buyer",
        **under(boss),
        ENTERPRISE: {"department": "Sales", "manager": {"value": boss["id"], "displayName": "Boss"}},
    }
    made = directory.add(**said)
    user = f"/scim/v2/Users/{made['id']}"

    def past(path: str) -> list[Any]:
        return directory.key.get(f"{path}/history").json()["items"]

    before = past(f"/admin/users/{made['id']}")
    for body in (made, {"schemas": [USER, ENTERPRISE], "userName": made["userName"], **said}):
        put = directory.key.put(user, json=body)
        assert (put.status_code, put.headers["ETag"], put.json()) == (200, made["meta"]["version"], made)
    for operation in (
        replace("active", "True"),
        replace("displayName", "Hedy"),
        replace('emails[type eq "work"].value', "Hedy@Example.com"),
        replace(f"{ENTERPRISE}:manager", boss["id"]),
        replace(None, {"title": "Buyer", f"{ENTERPRISE}:department": "Sales"}),
        {"op": "Add", "path": "externalId", "value": "hedy-in-entra"},
        {"op": "Remove", "path": "nickName"},
    ):
        assert directory.changed(made["id"], operation) == made, operation
    assert past(f"/admin/users/{made['id']}") == before
    named = directory.key.put(user, json={**made, "displayName": "Hedy L"})
    assert named.headers["ETag"] != made["meta"]["version"]
    assert len(past(f"/admin/users/{made['id']}")) > len(before), "what is new is an event"

    group = directory.form(members=members(made["id"]), externalId="buyers")
    team, before = f"/admin/teams/{group['id']}", past(f"/admin/teams/{group['id']}")
    put = directory.key.put(f"/scim/v2/Groups/{group['id']}", json=group)
    assert (put.status_code, put.headers["ETag"], put.json()) == (200, group["meta"]["version"], group)
    for operation in (
        {"op": "Add", "path": "members", "value": members(made["id"])},
        replace("displayName", group["displayName"]),
        {"op": "Remove", "path": "members", "value": members(boss["id"])},
    ):
        assert directory.patch("Groups", group["id"], operation).status_code == 204, operation
    assert directory.group(group["id"]) == group
    assert past(team) == before


def test_changes_of_different_things_at_once_are_all_kept(directory: Directory) -> None:
    id = directory.add()["id"]
    paths = ("title", "nickName", "displayName", "userType", "locale", "timezone")
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(directory.patch, "Users", id, replace(path, f"my {path}")) for path in paths]
        answers = [each.result() for each in asked]
    assert {each.status_code for each in answers} == {200}, [each.text for each in answers]
    user = directory.user(id)
    assert {path: user[path] for path in paths} == {path: f"my {path}" for path in paths}


# ---- groups


def members(*ids: str) -> list[dict[str, Any]]:
    return [{"$ref": None, "value": id} for id in ids]


def test_a_group_is_a_team_and_its_members_are_the_users_in_it(directory: Directory) -> None:
    ann, bert = directory.add(), directory.add()
    answer = directory.key.post(
        "/scim/v2/Groups",
        json={
            "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
            "externalId": "west-in-entra",
            "displayName": f"West {directory.name}",
            "meta": {"resourceType": "Group"},
        },
    )
    assert answer.status_code == 201, answer.text
    west = answer.json()
    id = west["id"]
    assert west.get("members", []) == []
    added = directory.patch("Groups", id, {"op": "Add", "path": "members", "value": members(ann["id"], bert["id"])})
    assert (added.status_code, added.content) == (204, b"")
    assert {each["value"] for each in directory.group(id)["members"]} == {ann["id"], bert["id"]}
    assert directory.user(ann["id"])["groups"][0] | {"$ref": ""} == {
        "value": id, "display": west["displayName"], "$ref": ""
    }  # fmt: skip
    assert directory.key.get(f"/admin/users/{ann['id']}").json()["team_name"] == west["displayName"]
    assert directory.ids("Groups", f'id eq "{id}" and members eq "{ann["id"]}"', attributes="id") == [id]
    assert directory.ids("Groups", f'members[value eq "{bert["id"]}"]') == [id]
    found = directory.key.get(
        "/scim/v2/Groups",
        params={"excludedAttributes": "members", "filter": f'displayName eq "{west["displayName"]}"'},
    ).json()["Resources"]
    assert [each["id"] for each in found] == [id]
    assert "members" not in found[0]
    taken = directory.patch("Groups", id, {"op": "remove", "path": f'members[value eq "{ann["id"]}"]'})
    assert taken.status_code == 204, taken.text
    taken = directory.patch("Groups", id, {"op": "Remove", "path": "members", "value": members(bert["id"])})
    assert taken.status_code == 204, taken.text
    assert directory.group(id).get("members", []) == []
    assert "groups" not in directory.user(ann["id"])


def test_a_user_moves_from_team_to_team_and_keeps_their_manager(directory: Directory) -> None:
    boss = directory.add()
    ann = directory.add(**under(boss))
    west, east = directory.form(members=members(ann["id"])), directory.form()
    assert directory.patch(
        "Groups", east["id"], {"op": "add", "path": "members", "value": members(ann["id"])}
    ).is_success
    assert directory.group(west["id"]).get("members", []) == []
    left = directory.patch("Groups", west["id"], {"op": "remove", "path": f'members[value eq "{ann["id"]}"]'})
    assert left.is_success, left.text
    user = directory.user(ann["id"])
    assert user["groups"][0]["value"] == east["id"]
    assert user[ENTERPRISE]["manager"]["value"] == boss["id"]


def test_a_group_is_renamed_replaced_and_dissolved(directory: Directory) -> None:
    ann, bert = directory.add(), directory.add()
    group = directory.form(members=members(ann["id"]), externalId="g1")
    path = f"/scim/v2/Groups/{group['id']}"
    region = {"name": group["displayName"], "region": "North"}
    changed = directory.key.post(f"/admin/teams/{group['id']}/change", json=region).json()
    assert directory.key.get(path, headers=after(changed["position"])).is_success
    body = {"schemas": [GROUP], "displayName": "North", "members": members(bert["id"])}
    put = directory.key.put(path, json=body)
    assert put.status_code == 200, put.text
    assert (put.json()["displayName"], [each["value"] for each in put.json()["members"]]) == ("North", [bert["id"]])
    assert "externalId" not in put.json()
    assert directory.key.get(f"/admin/teams/{group['id']}").json()["region"] == "North"
    assert directory.patch("Groups", group["id"], replace("displayName", "South")).status_code == 204
    stale = directory.patch("Groups", group["id"], replace("displayName", "x"), **{"If-Match": put.headers["ETag"]})
    refused(stale, 412)
    assert directory.key.delete(path).status_code == 204
    refused(directory.key.get(path), 404)
    assert directory.key.get(f"/admin/users/{bert['id']}").json()["team_id"] is None


# ---- questions


def test_filters_pages_and_attributes(directory: Directory) -> None:
    mark = f"Set {uuid4().hex[:8]}"
    made = [directory.add(displayName=f"{mark} {n}", title="Buyer" if n % 2 else "Seller") for n in range(5)]
    ids = sorted(each["id"] for each in made)
    directory.changed(made[0]["id"], replace("active", False))

    def found(filter: str) -> set[int]:
        return {[each["id"] for each in made].index(id) for id in directory.ids("Users", filter)}

    mine = f'displayName sw "{mark.lower()}"'
    assert found(mine) == {0, 1, 2, 3, 4}
    assert found(f'{mine} and title eq "buyer"') == {1, 3}
    assert found(f'{mine} and not (title eq "Buyer")') == {0, 2, 4}
    assert found(f"{mine} and active eq false") == {0}
    assert found(f'displayName eq "{mark} 2" or displayName eq "{mark} 3"') == {2, 3}
    assert found(f'{mine} and title pr and displayName ew " 4"') == {4}
    assert found(f'{mine} and meta.lastModified gt "2100-01-01T00:00:00Z"') == set()
    assert found(f'userName eq "{made[1]["userName"]}" and title eq "Seller"') == set()
    assert found(f'{USER}:userName eq "{made[1]["userName"]}"') == {1}
    page = directory.key.get(
        "/scim/v2/Users", params={"filter": mine, "startIndex": "2", "count": "2", "attributes": "userName"}
    ).json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    assert [each["id"] for each in page["Resources"]] == ids[1:3]
    assert all(each.keys() <= {"schemas", "id", "userName"} for each in page["Resources"])
    none = directory.key.get("/scim/v2/Users", params={"filter": mine, "count": "0"}).json()
    assert (none["totalResults"], none.get("Resources", [])) == (5, [])
    searched = directory.key.post(
        "/scim/v2/Users/.search",
        json={"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": mine, "count": 1},
    )
    assert searched.status_code == 200, searched.text
    assert searched.json()["totalResults"] == 5
    assert "title" not in directory.user(made[1]["id"], excludedAttributes="title")
    everyone = directory.key.get("/scim/v2/Users", params={"count": "3"}).json()
    assert len(everyone["Resources"]) == 3 < everyone["totalResults"]
    beyond = directory.key.get("/scim/v2/Users", params={"startIndex": "100000"}).json()
    assert (beyond["totalResults"], beyond["Resources"]) == (everyone["totalResults"], [])


def test_a_test_connection_finds_nobody(directory: Directory) -> None:
    nobody = directory.key.get("/scim/v2/Users", params={"filter": f'userName eq "{uuid4()}"', "aadOptscim062020": ""})
    assert nobody.status_code == 200, nobody.text
    assert (nobody.json()["totalResults"], nobody.json()["Resources"]) == (0, [])


# ---- mistakes


@pytest.mark.parametrize(
    ("filter", "kind"),
    [
        ("userName", "invalidFilter"),
        ('userName is "x"', "invalidFilter"),
        ('userName eq "x', "invalidFilter"),
        ('(userName eq "x"', "invalidFilter"),
        ('userName eq "x" and', "invalidFilter"),
        ('nothing eq "x"', "invalidFilter"),
        ("emails[type eq", "invalidFilter"),
        ("not(" * 800 + 'userName eq "x"' + ")" * 800, None),
        ('userName eq "a\\u0000b"', None),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(directory: Directory, filter: str, kind: str | None) -> None:
    answer = directory.key.get("/scim/v2/Users", params={"filter": filter})
    if kind is None:
        assert answer.status_code in (200, 400), answer.text
    else:
        refused(answer, 400, kind)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"{", 400, "invalidSyntax"),
        (b"[]", 400, "invalidSyntax"),
        (b"\xff", 400, "invalidSyntax"),
        (b"[" * 100_000, 400, "invalidSyntax"),
        (b'{"userName": "x0", "nested": ' + b'{"a":' * 700 + b"1" + b"}" * 701, 400, "invalidSyntax"),
        (b'{"userName": "x0", "emails": ' + b"[" * 700 + b"]" * 700 + b"}", 400, "invalidSyntax"),
        (b"{}", 400, "invalidValue"),
        (b'{"userName": ""}', 400, "invalidValue"),
        (b'{"userName": 5}', 400, "invalidValue"),
        (b'{"userName": ["x"]}', 400, "invalidValue"),
        (b'{"userName": "a\\u0000b"}', 400, "invalidValue"),
        (b'{"userName": "a\\ud800b"}', 400, "invalidValue"),
        (b'{"userName": "' + b"x" * 600 + b'"}', 400, "invalidValue"),
        (b'{"userName": "x1", "title": "' + b"x" * 30_000 + b'"}', 400, "invalidValue"),
        (b'{"userName": "x2", "emails": "x@example.com"}', 400, "invalidValue"),
        (b'{"userName": "x3", "emails": [{"value": "nonsense"}]}', 400, "invalidValue"),
        (b'{"userName": "x4", "active": "maybe"}', 400, "invalidValue"),
        (b'{"userName": "x5", "name": []}', 400, "invalidValue"),
        (
            b'{"userName": "x6", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": "nobody"}}',
            400,
            "invalidValue",
        ),
    ],
)
def test_a_user_that_is_none_is_refused(directory: Directory, body: bytes, status: int, kind: str) -> None:
    answer = directory.key.post("/scim/v2/Users", content=body, headers={"Content-Type": "application/scim+json"})
    detail = refused(answer, status, kind)
    assert "nonsense" not in detail


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "replace", "path": "nothing", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "name..x", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "emails[type eq", "value": "x"}, "invalidPath"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "add", "path": "title"}, "invalidValue"),
        ({"op": "swap", "path": "title", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "replace", "path": "groups", "value": []}, "mutability"),
        ({"op": "replace", "path": "meta.created", "value": "2020-01-01T00:00:00Z"}, "mutability"),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "replace", "path": "name", "value": "x"}, "invalidValue"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "userName", "value": " "}, "invalidValue"),
        ({"op": "replace", "path": "title", "value": "a\0b"}, "invalidValue"),
    ],
)
def test_a_patch_that_makes_no_sense_changes_nothing(
    directory: Directory, operation: dict[str, Any], kind: str
) -> None:
    made = directory.add()
    refused(directory.patch("Users", made["id"], replace("displayName", "Changed"), operation), 400, kind)
    assert directory.user(made["id"]) == made


def test_what_is_not_there_or_not_supported_is_said_so(directory: Directory) -> None:
    key = directory.key
    for path in ("Users/nobody", "Groups/none", "Nothing", "Schemas/urn:none", "ResourceTypes/None", "Users/a/b"):
        refused(key.get(f"/scim/v2/{path}"), 404)
    refused(key.post("/scim/v2/Bulk", json={}), 501)
    refused(key.get("/scim/v2/Me"), 501)
    refused(key.put("/scim/v2/Users", json={}), 405)
    refused(key.delete("/scim/v2/Schemas"), 405)
    refused(directory.patch("Users", "nobody", replace("title", "x")), 404)
    refused(key.put("/scim/v2/Users/nobody", json={"schemas": [USER], "userName": "x"}), 404)
    refused(key.delete("/scim/v2/Users/nobody"), 404)
    refused(key.post("/scim/v2/Users", content=b"x" * 2_000_000), 413)
    refused(key.post("/scim/v2/Users", content=b"{}", headers={"Content-Type": "text/plain"}), 415)
    refused(key.post("/scim/v2/Groups", json={"schemas": [GROUP]}), 400, "invalidValue")
    nobody = {"schemas": [GROUP], "displayName": "x", "members": members("nobody")}
    refused(key.post("/scim/v2/Groups", json=nobody), 400, "invalidValue")
    refused(key.get("/scim/v2/Users", params={"startIndex": "x"}), 400, "invalidValue")
    both = {"attributes": "userName", "excludedAttributes": "title"}
    refused(key.get("/scim/v2/Users", params=both), 400, "invalidValue")


# ---- who may


def test_another_tenants_ids_are_those_of_nobody(directory: Directory) -> None:
    ann, group = directory.add(), directory.form()
    with directory.here.client(f"other-{uuid4().hex[:8]}") as other:

        def said(path: str, method: str, body: Any = None) -> tuple[int, Any]:
            answer = other.request(method, f"/scim/v2/{path}", json=body)
            return answer.status_code, answer.json()

        operations = {"schemas": [PATCH], "Operations": [replace("displayName", "x")]}
        for kind, id in (("Users", ann["id"]), ("Groups", group["id"])):
            for method, body in (("GET", None), ("DELETE", None), ("PATCH", operations)):
                assert said(f"{kind}/{id}", method, body) == said(f"{kind}/{uuid4()}", method, body)
                assert said(f"{kind}/{id}", method, body)[0] == 404
        found = other.get("/scim/v2/Users", params={"filter": f'userName eq "{ann["userName"]}"'}).json()
        assert found["totalResults"] == 0
        theirs = {"schemas": [GROUP], "displayName": "x", "members": members(ann["id"])}
        refused(other.post("/scim/v2/Groups", json=theirs), 400, "invalidValue")
        same_name = other.post("/scim/v2/Users", json={"schemas": [USER], "userName": ann["userName"]})
        assert same_name.status_code == 201, same_name.text
    assert directory.user(ann["id"]) == ann


def test_who_lacks_the_permission_is_refused_and_nothing_happens(directory: Directory) -> None:
    made, reader, nobody = directory.add(), directory.add(), directory.add()
    granted = directory.key.post(f"/admin/users/{reader['id']}/grant-role", json={"role_id": "admin.viewer"}).json()
    with (
        directory.here.client(directory.name, reader["id"]) as viewer,
        directory.here.client(directory.name, nobody["id"]) as without,
    ):
        assert viewer.get(f"/scim/v2/Users/{made['id']}", headers=after(granted["position"])).is_success
        path = f"/scim/v2/Users/{made['id']}"
        refused(viewer.post("/scim/v2/Users", json={"schemas": [USER], "userName": uuid4().hex}), 403)
        operations = {"schemas": [PATCH], "Operations": [replace("active", False)]}
        refused(viewer.patch(path, json=operations), 403)
        refused(viewer.delete(path), 403)
        refused(viewer.post("/scim/v2/Groups", json={"schemas": [GROUP], "displayName": "x"}), 403)
        refused(without.get("/scim/v2/Users"), 403)
        refused(without.get("/scim/v2/Groups"), 403)
        refused(without.get(path), 403)
    assert directory.user(made["id"]) == made
    anyone = httpx.get(f"{directory.here.url}/scim/v2/Users")
    refused(anyone, 401)
    assert anyone.headers["WWW-Authenticate"].startswith("Bearer")


# ---- who they are at a provider


@pytest.fixture(scope="module")
def linking(here: Platform) -> Generator[Directory]:
    """The directory of a tenant whose provider goes by what it calls people."""
    name = f"scim-{uuid4().hex[:8]}"
    with here.client(name) as key:
        assert key.post("/admin/tenants", json={"name": "Scim"}).is_success
        entra = {"name": "Entra ID", "directory_id": str(uuid4()), "client_id": "nexus", "link_by_external_id": True}
        made = key.post("/admin/providers", json=entra).json()
        shown = key.get(f"/admin/providers/{made['id']}", headers=after(made["position"]))
        assert shown.json()["link_by_external_id"] is True
        yield Directory(name, key, here)


def links(directory: Directory, user: dict[str, Any]) -> list[dict[str, Any]]:
    """The identities of a user, as far as the read models know now."""
    answer = directory.key.get("/admin/identities", params={"user_id": user["id"]})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_who_a_directory_adds_is_linked_at_the_provider(linking: Directory) -> None:
    first, second = str(uuid4()), str(uuid4())
    ann = linking.add(externalId=first)
    [link] = links(linking, ann)
    by_hand = {"issuer": link["issuer"], "subject": first, "user_id": ann["id"]}
    told = linking.key.post("/admin/identities", json=by_hand).json()
    assert (told["id"], told["events"]) == (link["id"], [])
    linking.changed(ann["id"], replace("title", "Nurse"))
    assert [each["id"] for each in links(linking, ann)] == [link["id"]]
    linking.changed(ann["id"], replace("externalId", second))
    [other] = links(linking, ann)
    assert other["id"] != link["id"]
    assert links(linking, linking.add(externalId=second)) == [], "that is Ann"
    idle = linking.add(externalId=str(uuid4()), active=False)
    assert links(linking, idle) == []
    linking.changed(idle["id"], replace("active", True))
    assert len(links(linking, idle)) == 1
    assert linking.key.delete(f"/scim/v2/Users/{ann['id']}").status_code == 204
    linking.here.until("nobody is Ann any more", lambda: links(linking, ann) == [])


def test_nobody_is_linked_at_a_provider_that_does_not_go_by_it(directory: Directory) -> None:
    made = {"name": "Entra ID", "directory_id": str(uuid4()), "client_id": "nexus"}
    position = directory.key.post("/admin/providers", json=made).json()["position"]
    assert directory.key.get("/admin/providers", headers=after(position)).is_success
    assert links(directory, directory.add(externalId=str(uuid4()))) == []


def test_who_runs_a_directory_makes_nobody_somebody_who_may_do_more(linking: Directory) -> None:
    boss, ada = linking.add(), linking.add()
    linking.key.post(f"/admin/tenants/{linking.name}/appoint-owner", json={"user_id": boss["id"]}).raise_for_status()
    owner = f"/admin/users/{boss['id']}"
    linking.here.until("the owner is known", lambda: linking.key.get(owner).json()["owner"])
    granted = linking.key.post(f"/admin/users/{ada['id']}/grant-role", json={"role_id": "admin.admin"}).json()
    with linking.here.client(linking.name, ada["id"]) as client:
        hers = Directory(linking.name, client, linking.here)
        assert client.get("/access/me", headers=after(granted["position"])).is_success
        changed = hers.changed(boss["id"], replace("externalId", str(uuid4())))
        assert links(linking, changed) == []
        assert len(links(linking, hers.add(externalId=str(uuid4())))) == 1
