"""Directories in memory, as fresh as the read models they come from."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.directory import ACCOUNT, Account, Directory, Key, Member, Team
from gateway.access.rules import Rules
from gateway.access.standing import ACT_FOR, Standing
from gateway.reach import Reach
from projections import query
from projections.catalog import models_by_name
from projections.generations import ModelBuilding, reading
from projections.query import NOW, Times
from projections.visible import EVERYTHING

DATABASE = "admin"


@dataclass(frozen=True, slots=True)
class _Held:
    """A directory and its rules, read when the database had come as far as `token` says. `standings` are kept, by who
    asks and what their key is narrowed to; of who is nobody none, since anybody may name anybody. `acting` are those of
    who acts for a user."""

    token: str
    directory: Directory
    rules: Rules
    standings: dict[tuple[str, tuple[str, ...]], Standing] = field(
        default_factory=dict[tuple[str, tuple[str, ...]], Standing]
    )
    acting: dict[tuple[str, tuple[str, ...], str], Standing] = field(
        default_factory=dict[tuple[str, tuple[str, ...], str], Standing]
    )

    def standing(self, user: str, narrowed: tuple[str, ...] = ()) -> Standing | None:
        found = self.standings.get((user, narrowed))
        if found is None and (who := self.directory.principal(user)) is not None:
            found = Standing(replace(who, narrowed=narrowed), self.rules, self.directory.apps_off)
            self.standings[user, narrowed] = found
        return found

    def by_key(self, key_id: str) -> Standing | None:
        """Whoever has this key; None once it is revoked or expired."""
        key = self.directory.keys.get(key_id)
        if key is None or key.expires_at <= datetime.now(UTC):
            return None
        return self.standing(ACCOUNT + key.account_id, key.permits)

    def by_key_for(self, key_id: str, whom: str) -> Standing | None:
        """Whoever has this key, when they act for a user; None where they may not, or there is no such user."""
        mine, theirs = self.by_key(key_id), None if whom.startswith(ACCOUNT) else self.standing(whom)
        if mine is None or mine.who is None or mine.visible(ACT_FOR, ()) != EVERYTHING:
            return None
        if theirs is None or theirs.who is None:
            return None
        place = mine.who.id, mine.who.narrowed, whom
        if place not in self.acting:
            self.acting[place] = mine.acting_for(theirs.who)
        return self.acting[place]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what, in every tenant that asks. What is held is read again once the database has gone on, which is
    asked at most every `gateway.reach.FRESH` seconds: a role that was taken counts that much longer at most."""

    readers: Mapping[str, AsyncEngine]
    reach: Reach
    _held: dict[str, _Held] = field(default_factory=dict[str, _Held])
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict[str, asyncio.Lock])

    async def standing(
        self,
        tenant: str,
        user: str | None,
        after: str | None = None,
        *,
        key: str | None = None,
        whom: str | None = None,
    ) -> Standing | None:
        """Somebody's standing, None for who is nobody (any more); as of the position `after`, or later. Who came in by
        an API key may do what it is good for, and for another user what that one may do too.

        Raises Problem and PositionLate as `Reach.wait` does.
        """
        if user is None:
            return Standing(None)
        held = await self._of(tenant, after)
        if key is None:
            return held.standing(user)
        return held.by_key(key) if whom is None else held.by_key_for(key, whom)

    async def directory(self, tenant: str, after: str | None = None) -> Directory:
        """Who is in a tenant, as of the position `after`, or later. Raises as `standing` does, and ModelBuilding while
        its service accounts are not known."""
        found = (await self._of(tenant, after)).directory
        if found.building:
            raise ModelBuilding("API keys of this version are not live yet; `nexus360 rebuild` builds them.")
        return found

    def holds(self, tenant: str) -> bool:
        """Whether the tenant was asked for lately, and has somebody."""
        return tenant in self._held

    async def _of(self, tenant: str, after: str | None) -> _Held:
        if after is not None:
            await self.reach.wait(DATABASE, after)
        token = await self.reach.token(DATABASE)
        held = self._held.get(tenant)
        if held is None or held.token != token:
            async with self._turns.setdefault(tenant, asyncio.Lock()):
                held = self._held.get(tenant)
                if held is None or held.token != token:
                    held = await self._read(tenant, token, held)
                    self._hold(tenant, held)
        return held

    def _hold(self, tenant: str, held: _Held) -> None:
        """A key that nobody issued may name any tenant: where there is nobody, nothing is held. Nor while read models
        are built, since no position tells when that is over."""
        if held.directory == Directory({}) or held.directory.building:
            self._held.pop(tenant, None)
            self._turns.pop(tenant, None)
        else:
            self._held[tenant] = held

    async def _read(self, tenant: str, token: str, before: _Held | None) -> _Held:
        """Rules are kept while nothing changed: they hold what was decided before."""
        directory = await read(self.readers[DATABASE], tenant)
        if before is not None and before.directory == directory:
            return replace(before, token=token)
        return _Held(token, directory, Rules(directory.roles))


async def read(engine: AsyncEngine, tenant: str, times: Times = NOW) -> Directory:
    """A tenant's directory from the read models of the admin service, now or as they were."""
    models = models_by_name(DATABASE)
    async with reading(engine, tenant) as connection:
        users = await query.every(
            connection, models["users"], tenant, ("id", "team_id", "manager_id", "status", "owner", "roles"), times
        )
        teams = await query.every(connection, models["teams"], tenant, ("id", "manager_id", "region"), times)
        roles = await query.every(connection, models["roles"], tenant, ("id", "permits"), times)
        tenants = await query.every(connection, models["tenants"], tenant, ("id", "apps_off"), times)
    machines = await _machines(engine, tenant, times)
    accounts, keys = machines or ({}, {})
    return Directory(
        members={
            each["id"]: Member(
                id=each["id"],
                team_id=each["team_id"],
                manager_id=each["manager_id"],
                active=each["status"] == "ACTIVE",
                owner=each["owner"],
                roles=tuple(each["roles"]),
            )
            for each in users
        },
        teams={each["id"]: Team(each["id"], each["manager_id"], each["region"]) for each in teams},
        roles={each["id"]: tuple(each["permits"]) for each in roles},
        apps_off=frozenset(app for each in tenants for app in each["apps_off"]),
        accounts=accounts,
        keys=keys,
        building=machines is None,
    )


Machines = tuple[Mapping[str, Account], Mapping[str, Key]]
"""Service accounts and their keys, by id."""
_KEY = ("service_account_id", "name", "digest", "permits", "expires_at", "replaced_by")


async def _machines(engine: AsyncEngine, tenant: str, times: Times) -> Machines | None:
    """None until the read models are live that this program asks for them: users come in meanwhile. Keys have no past,
    so that there are none of then."""
    models = models_by_name(DATABASE)
    try:
        async with reading(engine, tenant, models["api_keys"]) as connection:
            programs = models["service_accounts"]
            accounts = await query.every(connection, programs, tenant, ("id", "status", "roles"), times)
            columns = ("id", "created_at", *_KEY)
            keys = [] if times else await query.every(connection, models["api_keys"], tenant, columns)
    except ModelBuilding:
        return None
    return {each["id"]: Account(each["id"], each["status"] == "ACTIVE", tuple(each["roles"])) for each in accounts}, {
        each["id"]: _key(each) for each in keys
    }


def _key(row: Mapping[str, Any]) -> Key:
    return Key(
        id=row["id"],
        account_id=row["service_account_id"],
        name=row["name"],
        digest=row["digest"],
        permits=tuple(row["permits"]),
        issued_at=row["created_at"],
        expires_at=row["expires_at"],
        replaced_by=row["replaced_by"],
    )
