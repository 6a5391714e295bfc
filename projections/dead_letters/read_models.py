"""Records whose events a database's views could not fold: what is parked in its live generation."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple
from typing import Any

import psycopg

from infra.log import headers as h
from infra.log.codec import Codec
from infra.settings import Settings
from projections.dead_letters import requests
from projections.dead_letters.letter import (
    Action,
    DeadLetter,
    Place,
    Shown,
    Wanted,
    Who,
    code_of,
    content,
    name,
    parse,
)
from projections.dead_letters.requests import Asked, Target
from projections.generations import connected
from projections.message import Key, header_pairs

# A page of keys, each with the event that stopped it.
_PAGE = """
select k.tenant, k.domain, k.aggregate, k.id, k.waiting, f.topic, f.partition, f."offset", f.reason, f.trace, f.headers,
    f.value, f.parked_at
from (
    select tenant, domain, aggregate, id, count(*) as waiting from parked
    where (%(tenant)s::text is null or tenant = %(tenant)s) and
        (%(one)s::text[] is null or (tenant, domain, aggregate, id) =
            ((%(one)s::text[])[1], (%(one)s::text[])[2], (%(one)s::text[])[3], (%(one)s::text[])[4])) and
        (%(after)s::text[] is null or (tenant, domain, aggregate, id) >
            ((%(after)s::text[])[1], (%(after)s::text[])[2], (%(after)s::text[])[3], (%(after)s::text[])[4]))
    group by tenant, domain, aggregate, id order by tenant, domain, aggregate, id limit %(limit)s) k
cross join lateral (
    select * from parked p
    where p.tenant = k.tenant and p.domain = k.domain and p.aggregate = k.aggregate and p.id = k.id
    order by topic, partition, "offset" limit 1) f
order by k.tenant, k.domain, k.aggregate, k.id
"""
_COUNT = "select count(*) from (select distinct tenant, domain, aggregate, id from parked) k"


def key_of(place: Place) -> Key:
    """The record that a dead letter of a read model is about."""
    tenant, kind, id = place.parts
    domain, _, aggregate = kind.partition(".")
    return Key(tenant, domain, aggregate, id)


def page(settings: Settings, database: str, wanted: Wanted) -> list[DeadLetter]:
    """The parked records of a database in order, from behind `wanted.after` if that is one of them."""
    after = None if wanted.after is None else key_of(parse(wanted.after))
    with closing(_reading(settings, database, wanted.tenant)) as connection, connection.transaction():
        rows = _rows(connection, wanted.tenant, after=after, limit=wanted.limit)
        letters = [_letter(database, row) for row in rows]
        asked = requests.requested(connection, [letter.id for letter in letters])
    return [_letter(database, row, asked.get(letter.id)) for row, letter in zip(rows, letters, strict=True)]


def count(settings: Settings, database: str) -> int:
    """How many records are parked, of all tenants."""
    with closing(connected(settings, database)) as connection:
        row = connection.execute(_COUNT).fetchone()
    return row[0] if row else 0


def show(settings: Settings, codec: Codec, place: Place, tenant: str | None) -> Shown:
    """A parked record with the event that stopped it; raises UnknownLetter."""
    with closing(_reading(settings, place.where, tenant)) as connection, connection.transaction():
        row = _one(connection, place, tenant)
        letter = _letter(place.where, row)
        asked = requests.requested(connection, [letter.id])
    _, _, _, _, _, topic, partition, offset, _, trace, headers, value, _ = row
    held = content(codec, (topic, partition, offset), header_pairs(headers), value, trace)
    return Shown(_letter(place.where, row, asked.get(letter.id)), held)


def tenant_of(settings: Settings, place: Place) -> str:
    """Whose it is. Raises UnknownLetter and AlreadySettled."""
    with closing(connected(settings, place.where)) as connection, connection.transaction():
        return _one(connection, place, None)[0]


def ask(settings: Settings, place: Place, action: Action, who: Who) -> Asked:
    """Asks the owner of the partition to redrive a record, or to discard what stops it.

    Raises UnknownLetter, AlreadySettled and Pending.
    """
    with closing(connected(settings, place.where)) as connection:
        with connection.transaction():
            row = _one(connection, place, who.tenant)
        letter = _letter(place.where, row)
        target = Target(letter.tenant, letter.id, row[5], row[6], row[7])
        seq = requests.ask(connection, target, action, who.name, who.why)
    return Asked(lambda: connected(settings, place.where), letter.tenant, seq)


def _reading(settings: Settings, database: str, tenant: str | None) -> psycopg.Connection:
    """A connection that shows one tenant's rows, or those of all."""
    if tenant is None:
        return connected(settings, database)
    connection = connected(settings, database, "reader")
    with connection.transaction():
        connection.execute("select set_config('nexus.tenant', %s, false)", [tenant])
    return connection


def _rows(
    connection: psycopg.Connection,
    tenant: str | None,
    *,
    one: Key | None = None,
    after: Key | None = None,
    limit: int = 1,
) -> list[tuple[Any, ...]]:
    keys = {name: None if key is None else list(astuple(key)) for name, key in (("one", one), ("after", after))}
    return connection.execute(_PAGE, {"tenant": tenant, "limit": limit, **keys}).fetchall()


def _one(connection: psycopg.Connection, place: Place, tenant: str | None) -> tuple[Any, ...]:
    key = key_of(place)
    found = _rows(connection, tenant, one=key) if tenant in (None, key.tenant) else []
    if not found:
        raise requests.missing(connection, tenant or key.tenant, name(place.where, "read-models", *place.parts))
    return found[0]


def _letter(database: str, row: Sequence[Any], asked: Action | None = None) -> DeadLetter:
    tenant, domain, aggregate, id, waiting, _, _, _, reason, _, headers, _, since = row
    return DeadLetter(
        id=name(database, "read-models", tenant, f"{domain}.{aggregate}", id),
        what="read-models",
        where=database,
        tenant=tenant,
        subject=f"{aggregate} {id}",
        type=dict(header_pairs(headers)).get(h.CE_TYPE, b"").decode(errors="replace"),
        since=since,
        behind=waiting - 1,
        code=code_of(reason),
        reason=reason,
        requested=asked,
    )
