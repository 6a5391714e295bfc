"""A user as a row of the directory and as SCIM's JSON. What serves no rule here is kept in the row as it was written.

The name and the email that everybody sees are chosen from what the directory says. When somebody changed one of them
here since, SCIM shows that instead.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_OF_THEIR_OWN = ("schemas", "id", "meta", "groups", "userName", "externalId", "active")
"""Attributes that are not kept as they were written: the row, or SCIM itself, has them."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a directory says of a user. `profile` is JSON, None when there is nothing beside the others."""

    user_name: str | None
    external_id: str | None
    name: str | None
    email: str | None
    manager_id: str | None
    profile: str | None
    active: bool


def described(user: Mapping[str, Any]) -> Described:
    """What a resource says."""
    profile = {name: value for name, value in user.items() if name not in _OF_THEIR_OWN}
    enterprise: Json = dict(profile.pop(ENTERPRISE, None) or {})
    manager: Json = enterprise.pop("manager", None) or {}
    if enterprise:
        profile[ENTERPRISE] = enterprise
    user_name = user.get("userName")
    return Described(
        user_name=user_name,
        external_id=user.get("externalId"),
        name=_name(profile) or user_name,
        email=_email(profile),
        manager_id=manager.get("value"),
        profile=json.dumps(profile, ensure_ascii=False, sort_keys=True) if profile else None,
        active=user.get("active") is not False,
    )


def resource(row: Mapping[str, Any], base: str) -> Json:
    """The resource that a row of `projections.admin.directory` stands for, without its version. Who was never named by
    a directory has their id as user name."""
    profile: Json = json.loads(row["profile"] or "{}")
    user_name = row["user_name"] or row["id"]
    if row["name"] not in (None, _name(profile) or row["user_name"]):
        profile["displayName"] = row["name"]
    if row["email"] != _email(profile):
        profile["emails"] = _with_email(profile.get("emails") or [], row["email"])
    enterprise = profile.pop(ENTERPRISE, {})
    if row["manager_id"]:
        enterprise["manager"] = {"value": row["manager_id"], "$ref": f"{base}/Users/{row['manager_id']}"}
    groups = [{"value": row["team_id"], "$ref": f"{base}/Groups/{row['team_id']}", "display": row["team_name"]}]
    return {
        "schemas": [USER, *([ENTERPRISE] if enterprise else [])],
        "id": row["id"],
        "userName": user_name,
        "active": row["status"] == "ACTIVE",
        **({"externalId": row["external_id"]} if row["external_id"] else {}),
        **profile,
        **({ENTERPRISE: enterprise} if enterprise else {}),
        **({"groups": groups} if row["team_name"] else {}),
        "meta": meta(row, "User", f"{base}/Users/{row['id']}"),
    }


def meta(row: Mapping[str, Any], kind: str, location: str) -> Json:
    """What SCIM says of every resource, without its version."""
    moments = {"created": row["created_at"].isoformat(), "lastModified": row["updated_at"].isoformat()}
    return {"resourceType": kind, "location": location, **moments}


def _name(profile: Mapping[str, Any]) -> str | None:
    name: Json = profile.get("name") or {}
    given: list[str | None] = [name.get("givenName"), name.get("familyName")]
    choices: list[str | None] = [
        profile.get("displayName"),
        name.get("formatted"),
        " ".join(each for each in given if each),
    ]
    for choice in choices:
        if choice and choice.strip():
            return choice.strip()
    return None


def _email(profile: Mapping[str, Any]) -> str | None:
    chosen = _chosen(profile.get("emails") or [])
    value = chosen.get("value") if chosen else None
    return value.strip() or None if value else None


def _chosen(emails: list[Json]) -> Json | None:
    """The primary one, else that for work, else the first."""
    primary = (each for each in emails if each.get("primary"))
    work = (each for each in emails if each.get("type") == "work")
    return next(primary, None) or next(work, None) or next(iter(emails), None)


def _with_email(emails: list[Json], email: str | None) -> list[Json]:
    chosen = _chosen(emails)
    if email is None:
        return [each for each in emails if each is not chosen]
    if chosen is None:
        return [{"value": email, "type": "work", "primary": True}]
    return [{**each, "value": email} if each is chosen else each for each in emails]
