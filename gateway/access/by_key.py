"""Who comes in by the API key of a service account, answered from memory."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from gateway import platform
from gateway.access.directory import ACCOUNT
from gateway.access.standing import Standing
from gateway.platform import Platform
from gateway.problems import Problem
from infra import api_keys


@dataclass(frozen=True, slots=True)
class Machine:
    """A service account that came in by the key with this id. `name` stands in events as their actor."""

    tenant: str
    name: str
    key: str
    standing: Standing


async def machine_of(request: Request, key: str, after: str | None) -> Machine:
    """Whose key this is, as of the position `after`, or later; a 401 problem that says why it opens nothing, and 429
    where too many were refused.

    A good key is never refused for others that were not: who shares an address with a guesser is not locked out, and
    nobody guesses 256 bits. What is slowed is the looking up of tenants that nobody has asked for lately.
    """
    here, address = platform.of(request), address_of(request)
    try:
        return await _known(here, key, after, address)
    except Problem as problem:
        if problem.status == 401:
            await here.refusals.count(address)
        raise


async def _known(here: Platform, text: str, after: str | None, address: str) -> Machine:
    try:
        given = api_keys.read(text)
    except api_keys.Malformed as error:
        raise _refused("key_malformed", f"{error} Copy the whole of it again.") from error
    if not here.access.holds(given.tenant):
        here.refusals.slow(address)
    key = (await here.access.directory(given.tenant, after)).keys.get(given.key_id)
    if key is None or not hmac.compare_digest(key.digest, given.digest):
        raise _refused("key_unknown", "There is no such key: it was revoked or never issued; ask an administrator.")
    if key.expires_at <= datetime.now(UTC):
        raise _refused("key_expired", "The key has expired; ask an administrator for another one.")
    name = ACCOUNT + key.account_id
    standing = await here.access.standing(given.tenant, name, key=key.id)
    if standing is None:
        raise _refused("account_deactivated", "The service account of this key is deactivated; ask an administrator.")
    return Machine(given.tenant, name, key.id, standing)


def address_of(request: Request) -> str:
    """Where a request comes from: the other end of the connection."""
    return request.client.host if request.client is not None else "unknown"


def _refused(code: str, detail: str) -> Problem:
    # RFC 6750, 3: what is wrong with the token is told in one word
    return Problem(401, code, detail, headers={"WWW-Authenticate": 'Bearer realm="nexus360", error="invalid_token"'})
