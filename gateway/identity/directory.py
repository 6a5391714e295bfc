"""Whom a tenant trusts to say who somebody is, and which users those are, as fresh as the read models."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.reach import Reach
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading

DATABASE = "admin"
MOST = 1000
"""Tenants in memory."""
MOST_USERS = 50_000
"""Identities of one tenant in memory."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the tenant connected it."""

    id: str
    name: str
    issuer: str
    client_id: str
    audiences: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ("RS256",)
    subject_claim: str = "sub"
    directory_id: str | None = None
    link_by_external_id: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read when the database had come as far as `token` says; `users` by the ids of identities."""

    token: str
    providers: tuple[Provider, ...]
    users: dict[str, str | None] = field(default_factory=dict[str, str | None])


@dataclass(frozen=True, slots=True)
class Identities:
    """Of every tenant that asks. What is held is read again once the database has gone on, which is asked at most
    every `gateway.reach.FRESH` seconds: what was taken back counts that much longer at most."""

    readers: Mapping[str, AsyncEngine]
    reach: Reach
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict[str, _Held])
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict[str, asyncio.Lock])

    async def providers(self, tenant: str) -> tuple[Provider, ...]:
        return (await self._of(tenant)).providers

    async def provider(self, tenant: str, id: str) -> Provider | None:
        return next((each for each in await self.providers(tenant) if each.id == id), None)

    async def user(self, tenant: str, identity: str, after: str | None = None) -> str | None:
        """Whose identity it is, as of the position `after`, or later; raises what `Reach.wait` raises."""
        if after is not None:
            await self.reach.wait(DATABASE, after)
        held = await self._of(tenant)
        if identity not in held.users:
            if len(held.users) >= MOST_USERS:
                held.users.clear()
            held.users[identity] = await self._read_user(tenant, identity)
        return held.users[identity]

    async def secret(self, tenant: str, provider: str) -> str | None:
        """The sealed secret that a provider gave, if it did."""
        model = models_by_name(DATABASE)["provider_secrets"]
        async with reading(self.readers[DATABASE], tenant, model) as connection:
            found = await query.get(connection, model, tenant, provider)
        return None if found is None else found["row"]["client_secret"]

    async def _of(self, tenant: str) -> _Held:
        token = await self.reach.token(DATABASE)
        held = self._held.get(tenant)
        if held is None or held.token != token:
            async with self._turns.setdefault(tenant, asyncio.Lock()):
                held = self._held.get(tenant)
                if held is None or held.token != token:
                    held = _Held(token, await self._read_providers(tenant))
                    self._hold(tenant, held)
        return held

    def _hold(self, tenant: str, held: _Held) -> None:
        """Anybody may name a tenant that does not exist: where there is no provider nothing is held. Beyond what is to
        be held, those are let go who were read longest ago."""
        if not held.providers:
            self._let_go(tenant)
            return
        self._held[tenant] = held
        self._held.move_to_end(tenant)
        if len(self._held) > MOST:
            self._let_go(next(iter(self._held)))

    def _let_go(self, tenant: str) -> None:
        self._held.pop(tenant, None)
        self._turns.pop(tenant, None)

    async def _read_providers(self, tenant: str) -> tuple[Provider, ...]:
        model = models_by_name(DATABASE)["providers"]
        names = tuple(each.name for each in fields(Provider))
        async with reading(self.readers[DATABASE], tenant, model) as connection:
            rows = await query.every(connection, model, tenant, names)
        return tuple(
            Provider(
                id=row["id"],
                name=row["name"],
                issuer=row["issuer"],
                client_id=row["client_id"],
                audiences=tuple(row["audiences"]),
                algorithms=tuple(row["algorithms"]),
                subject_claim=row["subject_claim"],
                directory_id=row["directory_id"],
                link_by_external_id=row["link_by_external_id"],
            )
            for row in sorted(rows, key=lambda row: row["id"])
        )

    async def _read_user(self, tenant: str, identity: str) -> str | None:
        model = models_by_name(DATABASE)["identities"]
        async with reading(self.readers[DATABASE], tenant, model) as connection:
            found = await query.get(connection, model, tenant, identity)
        return None if found is None else found["row"]["user_id"]
