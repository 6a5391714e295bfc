"""A bulk change as an operation of its own: its contracts, its row, and commands about it."""

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from typing import Any

from gateway.access.gate import sight_of
from gateway.auth import Caller
from gateway.commands import Asked
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import not_found
from infra.log.envelope import CommandEnvelope
from infra.plain import dump
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.model import ReadModel
from schemas.generated.integration.bulk_change import CONTRACT

BASE = f"/{CONTRACT.domain}/{CONTRACT.plural}"
_CONTRACTS = {each.verb: each for each in CONTRACT.commands}
START, REVERT = _CONTRACTS["start"], _CONTRACTS["revert"]


def model() -> ReadModel:
    """The read model that shows bulk changes."""
    return models_by_name(CONTRACT.domain)["bulk_changes"]


async def row_of(here: Platform, who: Caller, id: str) -> Mapping[str, Any]:
    """A bulk change that somebody may read; a 404 problem otherwise."""
    sight = sight_of(who, model().permission, model())
    async with reading(here.readers[CONTRACT.domain], who.tenant, model()) as connection:
        found = await query.get(connection, model(), who.tenant, id, sight=sight)
    if found is None:
        raise not_found(model().name)
    return found["row"]


async def is_known(here: Platform, tenant: str, id: str) -> bool:
    """Whether a bulk change was started already, whoever asks; as of now."""
    await up_to_now(here, CONTRACT.domain)
    async with reading(here.readers[CONTRACT.domain], tenant, model()) as connection:
        return await query.get(connection, model(), tenant, id) is not None


def seed_of(who: Caller, asked: Asked) -> str | None:
    """What makes a retry the same as its first try; None where nobody asked for that."""
    return "\0".join((who.tenant, who.sender, asked.path, asked.key)) if asked.key else None


async def envelope(here: Platform, who: Caller, asked: Asked, command: Any, said: Any) -> CommandEnvelope:
    """A command about a bulk change, whose correlation is the bulk change itself, as that of all that comes of it.
    `said` is what its caller says, by which a retry is known."""
    secret, seed, id = await here.tenant_secret(who.tenant), seed_of(who, asked), command.bulk_change_id
    fingerprint = hmac.new(secret, dump([asked.path, id, said]), hashlib.sha256).hexdigest()[:16]
    return CommandEnvelope(
        command=command,
        tenant=who.tenant,
        aggregate=CONTRACT.aggregate,
        id=id,
        command_id=str(uuid.uuid5(uuid.NAMESPACE_URL, seed) if seed else uuid.uuid4()),
        correlation_id=id,
        actor=who.name,
        on_behalf_of=who.on_behalf_of,
        fingerprint=fingerprint,
        expected_version=asked.expected,
        traceparent=asked.traceparent,
    )
