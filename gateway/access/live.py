"""Directories in memory, as fresh as the read models they come from."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.directory import Directory, Member, Team
from gateway.access.rules import Rules
from gateway.access.standing import Standing
from gateway.reach import Reach
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading

DATABASE = "admin"


@dataclass(frozen=True, slots=True)
class _Held:
    """A directory and its rules, read when the database had come as far as `token` says. `standings` are kept."""

    token: str
    directory: Directory
    rules: Rules
    standings: dict[str, Standing | None] = field(default_factory=dict[str, Standing | None])

    def standing(self, user: str) -> Standing | None:
        if user not in self.standings:
            who = self.directory.principal(user)
            self.standings[user] = None if who is None else Standing(who, self.rules, self.directory.apps_off)
        return self.standings[user]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what, in every tenant that asks. What is held is read again once the database has gone on, which is
    asked at most every `gateway.reach.FRESH` seconds: a role that was taken counts that much longer at most."""

    readers: Mapping[str, AsyncEngine]
    reach: Reach
    _held: dict[str, _Held] = field(default_factory=dict[str, _Held])
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict[str, asyncio.Lock])

    async def standing(self, tenant: str, user: str | None, after: str | None = None) -> Standing | None:
        """Somebody's standing, None for who is nobody (any more); as of the position `after`, or later.

        Raises Problem and PositionLate as `Reach.wait` does.
        """
        if user is None:
            return Standing(None)
        return (await self._of(tenant, after)).standing(user)

    async def _of(self, tenant: str, after: str | None) -> _Held:
        if after is not None:
            await self.reach.wait(DATABASE, after)
        token = await self.reach.token(DATABASE)
        held = self._held.get(tenant)
        if held is None or held.token != token:
            async with self._turns.setdefault(tenant, asyncio.Lock()):
                held = self._held.get(tenant)
                if held is None or held.token != token:
                    held = self._held[tenant] = await self._read(tenant, token, held)
        return held

    async def _read(self, tenant: str, token: str, before: _Held | None) -> _Held:
        """Rules are kept while nothing changed: they hold what was decided before."""
        directory = await read(self.readers[DATABASE], tenant)
        if before is not None and before.directory == directory:
            return replace(before, token=token)
        return _Held(token, directory, Rules(directory.roles))


async def read(engine: AsyncEngine, tenant: str) -> Directory:
    """A tenant's directory from the read models of the admin service."""
    models = models_by_name(DATABASE)
    async with reading(engine, tenant) as connection:
        users = await query.every(
            connection, models["users"], tenant, ("id", "team_id", "manager_id", "status", "owner", "roles")
        )
        teams = await query.every(connection, models["teams"], tenant, ("id", "manager_id", "region"))
        roles = await query.every(connection, models["roles"], tenant, ("id", "permits"))
        tenants = await query.every(connection, models["tenants"], tenant, ("id", "apps_off"))
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
    )
