"""The first administrator of a tenant: made over HTTP by ordinary commands, with the tenant's own key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.client import Client, Refused

ONCE = "bootstrap"
"""Where this ends half-way, the next try finds the user of the one before."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was given a link, and the link."""

    user: str
    link: str
    expires_at: str


def bootstrap(api: Client, tenant: str, name: str, email: str | None, hours: int) -> Invited:
    """Gives the tenant an owner who can sign in: one that is there and never did, else a new user. The tenant is opened
    where it does not exist. Raises Refused where an owner can sign in already."""
    row = _tenant(api, tenant)
    for owner in row["owners"]:
        if _signs_in(api, owner):
            detail = f"{owner} owns {tenant} and can sign in; `admin invite` gives them a link for another password."
            raise Refused(f"owner_exists: {detail}")
    if row["owners"]:
        return invite(api, row["owners"][0], hours)
    made = api.send("/admin/users", {"name": name, "email": email}, ONCE).json()
    api.send(f"/admin/tenants/{tenant}/appoint-owner", {"user_id": made["id"]}, ONCE)
    api.wait(f"/admin/users/{made['id']}", made["position"])
    return invite(api, made["id"], hours, made["position"])


def invite(api: Client, user: str, hours: int, after: str | None = None) -> Invited:
    """Gives a user a link that sets a password, as of a position that has the user; raises Refused."""
    answer = api.post(f"/admin/users/{user}/invite", {"hours": hours}, after).json()
    return Invited(user, answer["link"], answer["expires_at"])


def _tenant(api: Client, tenant: str) -> Mapping[str, Any]:
    found = api.find(f"/admin/tenants/{tenant}")
    if found is not None:
        return found
    opened = api.send("/admin/tenants", {"name": tenant}, ONCE).json()
    return api.wait(f"/admin/tenants/{tenant}", opened["position"])


def _signs_in(api: Client, user: str) -> bool:
    """Whether somebody has a password, or an identity at a provider that is connected."""
    credential = api.find(f"/admin/credentials/{user}")
    if credential is not None and credential["has_password"]:
        return True
    providers = api.get("/admin/providers", limit="1")["items"]
    return bool(providers and api.get("/admin/identities", user_id=user, limit="1")["items"])
