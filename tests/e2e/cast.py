"""A tenant with somebody of each role and records of everybody, whose owners are known at every moment."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from projections.catalog import read_models
from projections.model import ReadModel
from tests.e2e.test_http import after
from tests.e2e.test_isolation import DOCUMENT, PLACE, body, unlike
from tests.permitted import ROLES, Record, Somebody
from tests.platform import Platform

WORD = "Quorum"
"""In the name of each record that has an owner."""
OWNED = ("/crm/activities", "/crm/companies", "/crm/contacts", "/crm/deals", "/admin/saved-views")


@cache
def models() -> Mapping[str, ReadModel]:
    """The read models that callers see, by their addresses."""
    return {f"/{each.database}/{each.name.replace('_', '-')}": each for each in read_models() if each.public}


@dataclass
class World:
    """`cast` is somebody of each role, all in one team; `others` by what they are to it. `records` have whose each is,
    by address and id; `ids` has one of everything else."""

    here: Platform
    name: str
    key: httpx.Client
    cast: dict[str, Somebody] = field(default_factory=dict[str, Somebody])
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])
    others: dict[str, str] = field(default_factory=dict[str, str])
    records: dict[str, dict[str, Record]] = field(default_factory=dict[str, dict[str, Record]])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    position: str = ""

    def send(self, path: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """By the tenant's own key; all of it is read from then on."""
        answer = self.key.post(path, json=sent)
        assert answer.is_success, (path, answer.text)
        told = answer.json()
        self.position = self.here.settled([each for each in ({"position": self.position}, told) if each["position"]])
        return told

    def make(self, base: str, owner: str | None = None, lent: bool | None = None, **more: str) -> str:
        """A record of an owner, or nobody's. One that is `lent` at all is shared with the team of the cast, to be
        changed if that is true. `more` are fields of it."""
        sent = body(base, self.ids) | more
        if base in OWNED:
            named = {"title": WORD} if base == "/crm/activities" else {"name": WORD}
            sent |= named | ({} if owner is None else {"owner_id": owner})
        if base == "/crm/deals":
            sent |= {"amount": {"amount": "5", "currency": "USD"}}
        id = self.send(base, sent)["id"]
        if lent is not None:
            self.send(f"{base}/{id}/share", {"team_id": self.ids["West"], "change": lent})
        return id

    def look(self, base: str, id: str) -> Record | None:
        """Whose the record is by now."""
        answer = self.key.get(f"{base}/{id}", headers=after(self.position))
        assert answer.status_code in (200, 404), answer.text
        gone = answer.status_code == 404
        before = self.records[base].pop(id, None) if gone else None
        if before is not None:
            self.look(base, self.make(base, before.owner))
        if gone:
            return None
        row, columns = answer.json(), models()[base].access
        owner, territory = (row.get(columns.get(each, "")) for each in ("owner", "territory"))
        readers, editors = (frozenset(row.get(columns.get(each, "")) or ()) for each in ("readers", "editors"))
        self.records[base][id] = Record(owner, territory, readers, editors)
        return self.records[base][id]

    def ids_for(self, path: str, dice: Random) -> list[str]:
        """An id for each place in a path that takes one."""
        return [self._id(path[: place.start() - 1], dice) for place in PLACE.finditer(path)]

    def _id(self, base: str, dice: Random) -> str:
        if base in self.records:
            return dice.choice(list(self.records[base]))
        at = {"/scim/v2/Users": "/admin/users", "/scim/v2/Groups": "/admin/teams"}.get(base, base)
        return self.ids.get(at) or unlike("", self.name)

    def switch_on(self, app: str) -> None:
        """For everybody from then on."""
        self.send(f"/admin/tenants/{self.name}/switch-app-on", {"app": app})
        assert self.clients["none"].get("/access/me", headers=after(self.position)).is_success

    def changed(self, base: str, id: str | None, position: str | None) -> None:
        """Looks again at what somebody was allowed to change, and makes anew what is gone."""
        base = {"/scim/v2/Users": "/admin/users", "/scim/v2/Groups": "/admin/teams"}.get(base, base)
        if position:
            self.position = self.here.settled([{"position": self.position}, {"position": position}])
        if base in self.records and id is not None:
            self.look(base, id)
        elif base in self.ids and "post" in DOCUMENT["paths"].get(base, {}):
            there = self.key.get(f"{base}/{self.ids[base]}", headers=after(self.position))
            if there.status_code == 404 and base not in ("/admin/data-subjects", "/integration/files"):
                self.ids[base] = self.make(base)


@contextmanager
def world(here: Platform) -> Generator[World]:
    """All of it, on a running platform."""
    name = f"roles-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        made = World(here, name, clients.enter_context(here.client(name)))
        made.send("/admin/tenants", {"name": "Roles"})
        made.ids["/admin/tenants"] = name
        for team, region in (("West", "West"), ("South", "West"), ("East", "East")):
            made.ids[team] = made.send("/admin/teams", {"name": team, "region": region})["id"]
        _people(made)
        for role, who in made.cast.items():
            made.clients[role] = clients.enter_context(here.client(name, who.id))
        _records(made)
        for client in made.clients.values():
            assert client.get("/access/me", headers=after(made.position)).is_success
        yield made


def _people(made: World) -> None:
    def added(user: str, team: str, manager: str | None = None) -> str:
        sent = {"name": user, "team_id": made.ids[team], "manager_id": manager}
        return made.send("/admin/users", sent)["id"]

    users = {role: added(role, "West") for role in ROLES}
    made.others = {who: added(who, team) for who, team in (("mate", "West"), ("south", "South"), ("stranger", "East"))}
    made.others["report"] = report = added("report", "East", users["crm.manager"])
    made.others["below"] = below = added("below", "East", report)
    for role, user in users.items():
        if role == "owner":
            made.send(f"/admin/tenants/{made.name}/appoint-owner", {"user_id": user})
        elif role != "none":
            made.send(f"/admin/users/{user}/grant-role", {"role_id": role})
        led = {report, below} if role == "crm.manager" else set[str]()
        people = frozenset({*users.values(), made.others["mate"], *led})
        made.cast[role] = Somebody(user, role, frozenset({made.ids["West"]}), people, frozenset({"West"}))


def _records(made: World) -> None:
    made.ids["/integration/files"] = made.key.post("/integration/files", content=b"name\nZoe\n").json()["file"]
    made.ids["/admin/users"] = made.send("/admin/users", {"name": "Spare"})["id"]
    made.ids["/admin/data-subjects"] = made.send("/admin/users", {"name": "Known"})["id"]
    made.send(f"/admin/data-subjects/{made.ids['/admin/data-subjects']}/place-hold", {"matter": "case-1"})
    owners = {**made.others, "member": made.cast["crm.member"].id}
    kept = [(base, made.make(base, owner)) for base in OWNED for owner in owners.values()]
    kept += [(base, made.make(base, made.others["stranger"], lent)) for base in OWNED for lent in (False, True)]
    kept += [(base, made.make(base)) for base in OWNED if base.startswith("/crm") and base != "/crm/deals"]
    company = made.make("/crm/companies", made.others["stranger"], lent=False)
    kept += [("/crm/companies", company)]
    kept += [("/crm/deals", made.make("/crm/deals", owner, company_id=company)) for owner in owners.values()]
    for chooser in ("mate", "stranger"):
        choice = {"user_id": made.others[chooser], "list": "crm/deals"}
        kept.append(("/admin/view-choices", made.send("/admin/view-choices", choice)["id"]))
    for base, id in kept:
        made.records.setdefault(base, {})
        made.look(base, id)
    for path, methods in DOCUMENT["paths"].items():
        if "post" in methods and "{" not in path and path not in (*made.ids, *made.records) and path[:5] != "/sign":
            made.ids[path] = made.make(path)
