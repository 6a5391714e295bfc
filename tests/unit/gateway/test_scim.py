"""What a directory says of a user and what we keep, what it writes otherwise than the RFC says, and ETags."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import Request

from gateway.problems import Problem
from gateway.scim import filters, rows, shapes, tags
from gateway.scim.people import ENTERPRISE, USER, Described, described, resource

AT = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://here.example/scim/v2"


def row(**fields: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": "u1", "name": "Ann", "email": None, "team_id": None, "team_name": None, "manager_id": None,
        "status": "ACTIVE", "user_name": "ann", "external_id": None, "profile": None,
        "created_at": AT, "updated_at": AT, "version": 2,
    }  # fmt: skip
    return known | fields


def kept(said: Described) -> dict[str, Any]:
    """The row that a directory's description leads to."""
    return row(
        name=said.name, email=said.email, manager_id=said.manager_id, user_name=said.user_name,
        external_id=said.external_id, profile=said.profile, status="ACTIVE" if said.active else "DEACTIVATED",
    )  # fmt: skip


FULL: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "userName": "ann@example.com",
    "externalId": "x",
    "displayName": "Ann P",
    "name": {"givenName": "Ann", "familyName": "Perkins"},
    "emails": [{"value": "home@example.com", "type": "home"}, {"value": "work@example.com", "type": "work"}],
    "title": "Nurse",
    "active": False,
    ENTERPRISE: {"department": "Health", "manager": {"value": "u2"}},
}


def test_what_a_directory_says_comes_back_as_it_was_written() -> None:
    said = described(FULL)
    assert (said.name, said.email, said.manager_id, said.active) == ("Ann P", "work@example.com", "u2", False)
    shown = resource(kept(said), BASE)
    assert shown.pop("id") == "u1"
    assert shown.pop("meta")["location"] == f"{BASE}/Users/u1"
    assert shown[ENTERPRISE].pop("manager")["value"] == "u2"
    wanted = {**FULL, ENTERPRISE: {"department": "Health"}}
    assert shown == wanted
    assert described(resource(kept(said), BASE)) == said


@pytest.mark.parametrize(
    ("user", "name", "email"),
    [
        ({"userName": "ann"}, "ann", None),
        ({"userName": "ann", "name": {"formatted": " Ms. Ann "}, "emails": []}, "Ms. Ann", None),
        ({"userName": "ann", "name": {"givenName": "Ann", "familyName": "P"}}, "Ann P", None),
        ({"userName": "ann", "displayName": " ", "name": {"familyName": "P"}}, "P", None),
        ({"userName": "ann", "emails": [{"value": "a@b.c"}, {"value": "d@e.f", "primary": True}]}, "ann", "d@e.f"),
        ({"userName": "ann", "emails": [{"value": "a@b.c", "type": "home"}]}, "ann", "a@b.c"),
        ({"userName": "ann", "emails": [{"type": "work"}]}, "ann", None),
    ],
)
def test_names_and_emails_are_chosen(user: dict[str, Any], name: str, email: str | None) -> None:
    said = described(user)
    assert (said.name, said.email) == (name, email)
    assert described(resource(kept(said), BASE)) == said


def test_what_was_changed_here_since_is_shown() -> None:
    changed = kept(described(FULL)) | {"name": "Ann Q", "email": "new@example.com"}
    shown = resource(changed, BASE)
    assert shown["displayName"] == "Ann Q"
    assert [each["value"] for each in shown["emails"]] == ["home@example.com", "new@example.com"]
    assert described(shown).name == "Ann Q"
    without = resource(kept(described(FULL)) | {"email": None}, BASE)
    assert [each["value"] for each in without["emails"]] == ["home@example.com"]


def test_who_was_never_provisioned_has_their_id_as_user_name_and_who_was_erased_nothing() -> None:
    shown = resource(row(user_name=None, email="ann@example.com", team_id="t", team_name="West"), BASE)
    assert (shown["userName"], shown["displayName"]) == ("u1", "Ann")
    assert shown["emails"] == [{"value": "ann@example.com", "type": "work", "primary": True}]
    assert shown["groups"] == [{"value": "t", "$ref": f"{BASE}/Groups/t", "display": "West"}]
    erased = resource(row(name=None, user_name=None), BASE)
    assert erased.keys() == {"schemas", "id", "userName", "active", "meta"}


def request(body: bytes) -> Request:
    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)


@pytest.mark.parametrize("deep", [b'{"a":' * 700 + b"1" + b"}" * 700, b'{"a":' + b"[" * 700 + b"]" * 700 + b"}"])
async def test_a_body_that_is_nested_without_end_is_refused_before_anybody_looks_into_it(deep: bytes) -> None:
    with pytest.raises(Problem) as refused:
        await shapes.body_of(request(deep))
    assert (refused.value.status, refused.value.code) == (400, "nested_too_deeply")
    assert await shapes.body_of(request(b'{"a": [{"b": [{"c": "d"}]}]}')) == {"a": [{"b": [{"c": "d"}]}]}


PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MANAGER = f"{ENTERPRISE}:manager"


def patched(user: dict[str, Any], *operations: Any) -> dict[str, Any]:
    """A user after a PATCH."""
    before = resource(kept(described(user)), BASE)
    return shapes.patching(shapes.User, {"schemas": [PATCH], "Operations": list(operations)})(before)


def op(op: str, path: str | None, value: Any) -> dict[str, Any]:
    return {"op": op, "value": value} | ({"path": path} if path else {})


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        (op("Replace", "active", "True"), "active", True),
        (op("replace", None, {"name.givenName": "Ann", "id": "u1"}), "name", {"givenName": "Ann"}),
        (op("replace", None, {f"{ENTERPRISE}:department": "Health"}), ENTERPRISE, {"department": "Health"}),
        (op("Add", "manager", "u2"), ENTERPRISE, {"manager": {"value": "u2"}}),
        (op("Add", MANAGER, [{"value": "u2"}]), ENTERPRISE, {"manager": {"value": "u2"}}),
        (op("replace", None, {MANAGER: "u2"}), ENTERPRISE, {"manager": {"value": "u2"}}),
        (op("replace", ENTERPRISE, {"manager": "u2"}), ENTERPRISE, {"manager": {"value": "u2"}}),
        (op("Replace", "manager", ""), ENTERPRISE, None),
        (op("Add", 'emails[type eq "work"].value', "a@b.c"), "emails", [{"value": "a@b.c", "type": "work"}]),
    ],
)
def test_a_patch_is_read_as_it_was_meant(said: Any, name: str, value: Any) -> None:
    assert patched({"userName": "ann"}, said).get(name) == value


def test_a_user_is_read_as_it_was_meant() -> None:
    body = {"schemas": [USER.upper(), "urn:other"], "UserName": "ann", "Active": "false", ENTERPRISE: {"manager": "u2"}}
    user = shapes.created(shapes.User, body | {"roles": [], "title": None})
    assert user == {
        "schemas": [USER, ENTERPRISE],
        "userName": "ann",
        "active": False,
        ENTERPRISE: {"manager": {"value": "u2"}},
    }


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("nonsense", "invalid_value"),
        ({"op": "remove"}, "no_target"),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalid_value"),
        ({"op": "replace", "path": "nothing", "value": "x"}, "invalid_path"),
    ],
)
def test_a_patch_that_makes_no_sense_is_refused_in_one_sentence(operation: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        patched({"userName": "ann"}, operation)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert "\n" not in refused.value.detail
    assert "perhaps" not in refused.value.detail


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('id eq "u1" and title pr', [("id", "eq", "u1")]),
        ('externalId eq "x" and (active eq false and displayName eq "Ann P ")', [
            ("external_id", "eq", "x"), ("status", "eq", "DEACTIVATED"), ("name", "prefix", "Ann P"),
        ]),
        ('displayName eq "Mu\u0308ller"', [("name", "prefix", "M")]),
        ('displayName eq "\u00c4nn"', []),
        ('emails[type eq "work"].value eq "A@B.c"', [("emails", "eq", "a@b.c")]),
        ('emails.value eq "A@B.c" and emails eq "d@e.f"', [("emails", "eq", "a@b.c"), ("emails", "eq", "d@e.f")]),
        ('emails[value eq "a@b.c" or type eq "work"]', []),
        ('manager eq "u2"', [("manager_id", "eq", "u2")]),
        (f'{ENTERPRISE}:manager.value eq "u2"', [("manager_id", "eq", "u2")]),
        ('id eq "u1" or id eq "u2"', []),
        ('not (id eq "u1")', []),
        ('id ne "u1"', []),
        ('userName eq "11111111-1111-1111-1111-111111111111"', []),
        ('title eq "x" and department pr', []),
    ],
)  # fmt: skip
async def test_a_filter_asks_the_database_for_what_must_hold(text: str, asked: list[tuple[str, str, str]]) -> None:
    nobody: Any = None
    wanted = filters.parsed(shapes.User, text)
    narrowed = await filters.narrowed(nobody, nobody, rows.USERS, wanted)
    assert [(each.name, each.op, each.value) for each in narrowed] == asked


@pytest.mark.parametrize("text", ["", "userName", 'userName is "x"', 'userName eq "x" and', "x" * 8001])
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        filters.parsed(shapes.User, text)
    assert (refused.value.status, refused.value.code) == (400, "invalid_filter")


def test_versions_are_compared_weakly() -> None:
    shown = tags.stamped(resource(row(), BASE), 3)
    tag = shown["meta"]["version"]
    assert tag.startswith('W/"3.')
    for header in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        tags.check(header, shown)
    tags.check(None, shown)
    with pytest.raises(Problem) as refused:
        tags.check('"x"', shown)
    assert (refused.value.status, refused.value.headers["ETag"]) == (412, tag)
    assert tags.stamped(resource(row(team_id="t", team_name="West"), BASE), 3)["meta"]["version"] != tag
