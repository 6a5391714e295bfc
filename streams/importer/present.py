"""What records are now: their events, as the read models keep them, folded by the deciders themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
import structlog

from domains.kernel import command_contracts, deciders
from infra.log.codec import Codec, Undecodable
from infra.settings import Settings
from infra.vault import KeyMissing, SealBroken, Vaults
from projections.generations import connected
from schemas.contract import Record

_log = structlog.get_logger("importer")


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


@dataclass(frozen=True, slots=True)
class Told:
    """All events of a record that can be read, in order, the version of its newest, and the commands behind them."""

    version: int = 0
    events: tuple[Any, ...] = ()
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
    for place, version, command_id, value in _events(settings, vaults, tenant, places):
        before = found[place]
        decider = deciders(place.domain)[place.aggregate]
        state = decider.evolve(before.state, codec.decode(value, vaults(tenant)))
        found[place] = Present(version, state, before.commands | {command_id})
    return found


def told(
    settings: Settings, codec: Codec, vaults: Vaults, tenant: str, places: Collection[Place]
) -> Mapping[Place, Told]:
    """What became of each of these records, as of the last event that its read model has folded."""
    found = {place: Told() for place in places}
    for place, version, command_id, value in _events(settings, vaults, tenant, places):
        before = found[place]
        try:
            events = (*before.events, codec.decode(value, vaults(tenant)))
        except (Undecodable, KeyMissing, SealBroken, ValueError, KeyError) as error:
            _log.warning("an event cannot be read", tenant=tenant, error=type(error).__name__)
            events = before.events
        found[place] = Told(version, events, before.commands | {command_id})
    return found


@dataclass(frozen=True, slots=True)
class Caused:
    """An event: of which record, which version it made of that, and by which command."""

    id: str
    version: int
    command_id: str


def caused(settings: Settings, tenant: str, correlation: str, domain: str, aggregate: str) -> Sequence[Caused]:
    """The events of a correlation about records of a kind, those of one record in order, as of the last event that
    their read model has folded."""
    with connected(settings, domain, "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        rows = connection.execute(_CAUSED, [tenant, correlation, domain, aggregate]).fetchall()
    return [Caused(*row) for row in rows]


_CAUSED = """select id, version, command_id from history
    where tenant = %s and correlation_id = %s and domain = %s and aggregate = %s order by id, version"""


def _events(
    settings: Settings, vaults: Vaults, tenant: str, places: Collection[Place]
) -> Iterator[tuple[Place, int, str, bytes]]:
    """Every event of these records, those of one in order, with the keys of persons at hand."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in places:
        kinds[place.domain, place.aggregate].append(place.id)
    for (domain, aggregate), ids in kinds.items():
        vaults.prefetch(tenant, ids, make=False)
        for id, version, command_id, value in _history(settings, tenant, domain, aggregate, ids):
            yield Place(domain, aggregate, id), version, command_id, value


_HISTORY = """select id, version, command_id, value from history
    where tenant = %s and domain = %s and aggregate = %s and id = any(%s) order by id, version"""


def _history(
    settings: Settings, tenant: str, domain: str, aggregate: str, ids: list[str]
) -> Iterable[tuple[str, int, str, bytes]]:
    with connected(settings, domain, "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        cursor: psycopg.Cursor[Any] = connection.execute(_HISTORY, [tenant, domain, aggregate, ids])
        yield from cursor
