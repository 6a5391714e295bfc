"""Who is a person of a tenant. Whoever a command brings into being gets a key before it is sent, since what it says of
them is sealed; everybody else must have one, or nobody of that id ever was."""

import asyncio
from functools import cache
from typing import Any

from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from projections import query
from projections.generations import reading
from schemas.contract import AggregateContract, CommandContract, fields, people


@cache
def subjects_of(command: type[Any]) -> frozenset[str]:
    """The fields that name those of whom a command says something personal."""
    return frozenset(each.subject for each in fields(command) if each.subject)


async def keys_at_hand(
    here: Platform, tenant: str, aggregate: AggregateContract, command: CommandContract, value: Any
) -> None:
    """Has the keys of those whom a command is about in memory, so that sealing it does not hold up the event loop.

    A key is made for whom it brings into being; a 404 problem, or 422, for anybody else who has none. Raises
    VaultUnavailable.
    """
    for field in subjects_of(command.cls):
        subject, own = getattr(value, field), field == aggregate.id_field
        if own and command.creates:
            await asyncio.to_thread(here.vaults.prefetch, tenant, [subject])
        elif await asyncio.to_thread(here.vaults.lacks, tenant, subject):
            noun = field.removesuffix("_id")
            if own:
                raise not_found(noun)
            raise Problem(422, f"no_such_{noun}", f"There is no such {noun}; create one first, or check the id.", field)


async def is_person(here: Platform, tenant: str, id: str) -> bool:
    """Whether somebody of this id is or was in the tenant: something is recorded of them. A key says less, as it is
    there before the command that brings somebody into being is decided.

    Raises VaultUnavailable, a 503 problem, and PositionLate where the read models are far behind.
    """
    if "\0" in id or not await asyncio.to_thread(here.vaults.knows, tenant, id):
        return False
    if await _is_recorded(here, tenant, id):
        return True
    for domain in {person.domain for person in people()}:  # they may have come a moment ago
        await up_to_now(here, domain)
    return await _is_recorded(here, tenant, id)


async def _is_recorded(here: Platform, tenant: str, id: str) -> bool:
    for person in people():
        async with reading(here.readers[person.domain], tenant) as connection:
            if (await query.history(connection, tenant, person.domain, person.aggregate, id, limit=1)).items:
                return True
    return False
