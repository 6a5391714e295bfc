"""How often what a session stands on was taken back, so that one that ended never comes back.

Nobody may come in between somebody's being deactivated and their being reactivated, so that the state alone does not
tell. Nor do times: those of events are the processor's, or the world's. What is counted only grows.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.reach import Reach
from projections import query
from projections.generations import reading
from schemas.generated.admin.identity import IdentityUnlinked
from schemas.generated.admin.provider import ProviderDisconnected
from schemas.generated.admin.user import UserDeactivated, UserRemoved

DATABASE = "admin"
MOST = 50_000
"""Numbers in memory."""
_ENDS = tuple(each.NAME for each in (ProviderDisconnected, IdentityUnlinked, UserDeactivated, UserRemoved))


@dataclass(frozen=True, slots=True)
class Basis:
    """What a session stands on: ids of a tenant's."""

    tenant: str
    provider: str
    identity: str
    user: str


@dataclass(frozen=True, slots=True)
class Endings:
    """Numbers are held with the position at which they were read, and read again once the database has gone on."""

    readers: Mapping[str, AsyncEngine]
    reach: Reach
    _held: OrderedDict[Basis, tuple[str, int]] = field(default_factory=OrderedDict[Basis, tuple[str, int]])

    async def number(self, of: Basis) -> int:
        """How often the provider was disconnected, the identity unlinked, and the user deactivated or removed."""
        token = await self.reach.token(DATABASE)
        held = self._held.get(of)
        if held is None or held[0] != token:
            held = self._held[of] = token, await self.by_now(of)
            self._held.move_to_end(of)
            if len(self._held) > MOST:
                self._held.popitem(last=False)
        return held[1]

    async def by_now(self, of: Basis) -> int:
        """The same, read from the database."""
        records = (("provider", of.provider), ("identity", of.identity), ("user", of.user))
        async with reading(self.readers[DATABASE], of.tenant) as connection:
            return await query.happened(connection, of.tenant, DATABASE, records, _ENDS)
