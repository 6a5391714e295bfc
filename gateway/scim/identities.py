"""Who somebody is at a provider, as a directory says by `externalId`: for providers that the tenant connected so.

An owner says so when a provider is connected, and the directory links then where people would need an owner. A user who
may do more than who runs the directory is not linked, nor is an identity that is another user's: that is left to
people, and the directory goes on.
"""

import structlog

from gateway.access.gate import all_of_them, not_more_than_own
from gateway.auth import Caller
from gateway.identity.directory import Provider
from gateway.identity.door import identity_of
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.scim.people import Described
from gateway.scim.send import now, tell
from infra.log.replies import Reply
from schemas.generated.admin.identity import LinkIdentity, UnlinkIdentity

log = structlog.get_logger()


async def follow(
    here: Platform, who: Caller, id: str, said: Described, before: str | None, position: str
) -> list[Reply]:
    """Links what the directory calls a user now, and unlinks what it called them `before`; what was answered.
    `position` is one at which the user is as they were described."""
    replies: list[Reply] = []
    for provider in await here.sign_in.identities.providers(who.tenant):
        if provider.link_by_external_id:
            if before is not None and before != said.external_id:
                replies += await _unlinked(here, who, provider, id, before)
            if said.external_id is not None and said.active:
                replies += await _linked(here, who, provider, id, said.external_id, position)
    return replies


async def _unlinked(here: Platform, who: Caller, provider: Provider, id: str, external_id: str) -> list[Reply]:
    identity = await identity_of(here, who.tenant, provider.issuer, external_id)
    if await here.sign_in.identities.user(who.tenant, identity) != id:
        return []
    return await _told(here, who, UnlinkIdentity(identity_id=identity, from_user_id=id, at=now()))


async def _linked(
    here: Platform, who: Caller, provider: Provider, id: str, external_id: str, position: str
) -> list[Reply]:
    identity = await identity_of(here, who.tenant, provider.issuer, external_id)
    if await here.sign_in.identities.user(who.tenant, identity, position) == id:
        return []
    await here.access.standing(who.tenant, id, position)  # what they may do is known from here on
    link = LinkIdentity(identity_id=identity, issuer=provider.issuer, subject=external_id, user_id=id, at=now())
    return await _told(here, who, link)


async def _allowed(here: Platform, who: Caller, command: LinkIdentity | UnlinkIdentity) -> None:
    """A 403 problem for a directory that may not link at all, and for a user who may do more than it may. That it says
    who is who, an owner decided when the provider was connected so."""
    who.standing.needed("admin.identity.link" if isinstance(command, LinkIdentity) else "admin.identity.unlink")
    if isinstance(command, LinkIdentity):
        whose = await here.access.standing(who.tenant, command.user_id)
        not_more_than_own(who.standing, () if whose is None else all_of_them(whose))


async def _told(here: Platform, who: Caller, command: LinkIdentity | UnlinkIdentity) -> list[Reply]:
    try:
        await _allowed(here, who, command)
        return [await tell(here, who, command)]
    except Problem as problem:
        if problem.status >= 500:
            raise
        log.warning("identity_left_alone", tenant=who.tenant, identity=command.identity_id, code=problem.code)
        return []
