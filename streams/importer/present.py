"""What records are now: their events, as the read models keep them, folded by the deciders themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg

from domains.kernel import command_contracts, deciders
from infra.log.codec import Codec
from infra.settings import Settings
from infra.vault import Vaults
from projections.generations import connected
from schemas.contract import Record


class Place(NamedTuple):
    """Which record: its domain, aggregate and id."""

    domain: str
    aggregate: str
    id: str


@dataclass(frozen=True, slots=True)
class Present:
    """A record with its version, 0 of one that is not there, and the commands that made it what it is."""

    version: int
    state: Any
    commands: frozenset[str] = frozenset()


def place_of(command: Record) -> Place:
    """The record that a command is for."""
    contract, _ = command_contracts()[command.NAME]
    return Place(contract.domain, contract.aggregate, getattr(command, contract.id_field))


def absent(place: Place) -> Present:
    """A record that nobody has said anything of."""
    return Present(0, deciders(place.domain)[place.aggregate].initial)


def present(
    settings: Settings, codec: Codec, vaults: Vaults, tenant: str, places: Collection[Place]
) -> Mapping[Place, Present]:
    """Each of these records as of the last event that its read model has folded."""
    found = {place: absent(place) for place in places}
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in places:
        kinds[place.domain, place.aggregate].append(place.id)
    for (domain, aggregate), ids in kinds.items():
        vaults.prefetch(tenant, ids, make=False)
        decider, decode = deciders(domain)[aggregate], codec.decode
        for id, version, command_id, value in _history(settings, tenant, domain, aggregate, ids):
            before = found[place := Place(domain, aggregate, id)]
            state = decider.evolve(before.state, decode(value, vaults(tenant)))
            found[place] = Present(version, state, before.commands | {command_id})
    return found


_HISTORY = """select id, version, command_id, value from history
    where tenant = %s and domain = %s and aggregate = %s and id = any(%s) order by id, version"""


def _history(
    settings: Settings, tenant: str, domain: str, aggregate: str, ids: list[str]
) -> Iterable[tuple[str, int, str, bytes]]:
    with connected(settings, domain, "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        cursor: psycopg.Cursor[Any] = connection.execute(_HISTORY, [tenant, domain, aggregate, ids])
        yield from cursor
