"""A service account that acts for a user: it may do what both may, and what it does says so."""

from gateway.access.by_key import Machine
from gateway.access.standing import ACT_FOR, Standing
from gateway.platform import Platform
from gateway.problems import Problem

ON_BEHALF_OF = b"x-on-behalf-of"
"""The header that names the user, by their id, as ASGI has it."""


async def acting(here: Platform, machine: Machine, whom: str) -> Standing:
    """What a service account may do for this user. A 403 problem where it may act for nobody; another, the same for
    who never was, who is deactivated and who is another tenant's, where it may not act for them."""
    machine.standing.needed(ACT_FOR)
    standing = await here.access.standing(machine.tenant, machine.name, key=machine.key, whom=whom)
    if standing is None:
        detail = "There is nobody of this id for whom you may act; send the id of a user who may work here. If they "
        raise Problem(403, "act_for_refused", detail + "came a moment ago, send that answer's position as Nexus-After.")
    return standing


def only_programs() -> Problem:
    """Of whoever is none and names somebody: people are themselves, also in a browser that others can make ask."""
    detail = "Only a service account acts for somebody, by its API key; leave X-On-Behalf-Of out."
    return Problem(403, "act_for_refused", detail)
