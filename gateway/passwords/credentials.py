"""Who may sign in by a password, and by which: as fresh as the read models."""

import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.identity.directory import Identities
from gateway.identity.sessions import Session
from gateway.reach import Reach
from infra.vault import Vaults
from projections import query
from projections.catalog import models_by_name
from projections.generations import ModelBuilding, reading
from projections.query import Filter

DATABASE = "admin"
PASSWORD = ""
"""The provider of a session that began with a password: no provider has this id."""
MOST = 1000
"""Tenants in memory: anybody may name one who does not exist."""
_NOBODY = "nobody"
"""Looked up where no user was found, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class Known:
    """A user and what they sign in by. `password` is the sealed hash and `totp` the sealed secret of codes; `mark`
    tells one password from the next, and `named` is what the user signs in as."""

    user: str
    version: int
    named: str
    password: str | None = None
    mark: str = ""
    link: str | None = None
    link_expires_at: datetime | None = None
    totp: str | None = None
    recovery: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read when the database had come as far as `token` says: what the tenant says of passwords and of
    codes, whether anybody has a password or is to have one, and the marks of users whose sessions count."""

    token: str
    said: bool | None
    any: bool
    codes: bool = False
    marks: dict[str, str | None] = field(default_factory=dict[str, str | None])


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of every tenant that asks. What counts for sessions is held, and read again once the database has gone on; what
    somebody signs in by is read whenever they do."""

    readers: Mapping[str, AsyncEngine]
    reach: Reach
    identities: Identities
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict[str, _Held])

    async def allowed(self, tenant: str) -> bool:
        """Whether people of the tenant may sign in by a password: as it says itself, else while it has no provider."""
        said = (await self._of(tenant)).said
        return not await self.identities.providers(tenant) if said is None else said

    async def offered(self, tenant: str) -> bool:
        """Whether they may, and somebody could."""
        return (await self._of(tenant)).any and await self.allowed(tenant)

    async def asks_for_codes(self, tenant: str) -> bool:
        """Whether a password lets nobody of the tenant in without a code."""
        return (await self._of(tenant)).codes

    async def still(self, session: Session, after: str | None) -> bool:
        """Whether a session counts that began with a password: while that is the user's, and the tenant says neither
        that there are to be none nor that it takes an authenticator, which the user has not. A provider that is
        connected meanwhile ends no session, for somebody must go on to link identities. Raises what `Reach.wait`
        raises."""
        if after is not None:
            await self.reach.wait(DATABASE, after)
        held = await self._of(session.tenant)
        if held.said is False:
            return False
        if held.marks.get(session.user) != session.identity:
            # It may have been set a moment ago, which is asked before anybody is sent away.
            known = await self.of(session.tenant, session.user)
            held.marks[session.user] = _counting(known, codes=held.codes)
        return held.marks[session.user] == session.identity

    async def of(self, tenant: str, user: str) -> Known | None:
        """What a user has to sign in by; None for nobody."""
        async with self._reading(tenant) as connection:
            return await _known(connection, tenant, user)

    async def named(self, tenant: str, name: str, vaults: Vaults) -> Known | None:
        """Whoever signs in as this: by user name, by an email address that nobody else has, or by id. The tenant's
        secret must be in memory. It asks the same for every name."""
        given = unicodedata.normalize("NFKC", name.strip())
        name_id = vaults.id_from(tenant, "user name", given.casefold())
        model = models_by_name(DATABASE)["directory"]
        async with self._reading(tenant) as connection:
            found: list[str] = []
            for names, value in (("user_name_id", name_id), ("emails", given.lower()), ("id", given)):
                wanted = [Filter(names, "eq", value)]
                number, rows = await query.numbered(connection, model, tenant, filters=wanted, limit=1)
                if number == 1:
                    found.append(rows[0]["id"])
            known = await _known(connection, tenant, found[0] if found else _NOBODY)
        return known if found else None

    def _reading(self, tenant: str) -> AbstractAsyncContextManager[AsyncConnection]:
        return reading(self.readers[DATABASE], tenant, models_by_name(DATABASE)["credential_secrets"])

    async def _of(self, tenant: str) -> _Held:
        token = await self.reach.token(DATABASE)
        held = self._held.get(tenant)
        if held is None or held.token != token:
            try:
                held = await self._read(tenant, token)
            except ModelBuilding:  # a provider's people come in meanwhile
                return _Held(token, None, any=False)
            self._held[tenant] = held
            self._held.move_to_end(tenant)
            if len(self._held) > MOST:
                self._held.popitem(last=False)
        return held

    async def _read(self, tenant: str, token: str) -> _Held:
        models = models_by_name(DATABASE)
        async with self._reading(tenant) as connection:
            number, _ = await query.numbered(connection, models["credential_secrets"], tenant, limit=1)
            rows = await query.every(connection, models["tenants"], tenant, ("id", "local_sign_in", "totp_required"))
        own = next((each for each in rows if each["id"] == tenant), None)
        if own is None:
            return _Held(token, None, any=number > 0)
        return _Held(token, own["local_sign_in"], any=number > 0, codes=own["totp_required"])


def _counting(known: Known | None, *, codes: bool) -> str | None:
    """The mark of the sessions that count for a user, None where none does."""
    if known is None or known.password is None or (codes and known.totp is None):
        return None
    return known.mark


async def _known(connection: AsyncConnection, tenant: str, user: str) -> Known | None:
    models = models_by_name(DATABASE)
    person = await query.get(connection, models["directory"], tenant, user)
    secrets = await query.get(connection, models["credential_secrets"], tenant, user)
    if person is None:
        return None
    row = person["row"]
    named = row["user_name"] or row["email"] or user
    if secrets is None:
        return Known(user, 0, named)
    has: Mapping[str, Any] = secrets["row"]
    return Known(
        user=user,
        version=has["version"],
        named=named,
        password=has["password"],
        mark="" if has["set_at"] is None else has["set_at"].isoformat(),
        link=has["link"],
        link_expires_at=has["link_expires_at"],
        totp=has["totp"],
        recovery=tuple(has["recovery"]),
    )
