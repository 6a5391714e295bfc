"""Parked events, folded again by the owner of their partition, or discarded, as people ask.

A request, what it does to rows, versions, history and parked events, and its outcome are one transaction, which holds
the partition's position: a fold of new events comes before it or after it, and a worker that lost the partition ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

import psycopg
import structlog

from projections import bulk, positions
from projections.dead_letters import requests
from projections.dead_letters.letter import parse
from projections.dead_letters.read_models import key_of
from projections.dead_letters.requests import Request, Result, discarded, told
from projections.generations import check_folded
from projections.message import OUTAGES, Fact, Key, Message, Poison, describe, stored
from projections.positions import Partition, PositionMoved
from projections.store import UNFIT, Projection, counted, fold, read
from projections.tables import tables_of

log = structlog.get_logger()

_TAKE_OUT = """
insert into discarded
    (tenant, domain, aggregate, id, "offset", partition, topic, reason, trace, headers, key, value, who, why)
select tenant, domain, aggregate, id, "offset", partition, topic, reason, trace, headers, key, value, %s, %s
from parked where tenant = %s and domain = %s and aggregate = %s and id = %s
    and topic = %s and partition = %s and "offset" = %s
"""
_PLACE = ("tenant", "domain", "aggregate", "id", "offset", "partition", "topic")


def settle(connection: psycopg.Connection, projection: Projection, owned: Mapping[Partition, int]) -> bool:
    """Works off the oldest request about a partition that this worker owns; False when there is none.

    `owned` is where this worker left each of its partitions. Raises PositionMoved, and OUTAGES (nothing was done).
    """
    with connection.transaction(), connection.cursor() as cursor:
        request = requests.oldest(cursor, owned)
    if request is None:
        return False
    place = request.target.topic, request.target.partition
    try:
        with connection.transaction(), connection.cursor() as cursor:
            positions.lock(cursor, projection.group, {place: owned[place]})
            check_folded(cursor, projection.generation)
            if requests.waits(cursor, request):
                requests.settle(cursor, request, _worked_off(connection, cursor, projection, request))
    except (*OUTAGES, PositionMoved):
        raise
    except Exception as error:  # the request must not end this worker again and again
        log.exception("request_broken", database=projection.database, letter=request.target.letter)
        with connection.transaction(), connection.cursor() as cursor:
            sentence = f"It could not be worked off: {type(error).__name__}. The projector's log says more."
            requests.settle(cursor, request, Result("broken", sentence))
    return True


def _worked_off(
    connection: psycopg.Connection, cursor: psycopg.Cursor[Any], projection: Projection, request: Request
) -> Result:
    key = key_of(parse(request.target.letter))
    messages = parked(cursor, key)
    if not messages:
        return Result("gone", "Nothing of this record is parked any more.")
    if request.action == "redrive":
        still = again(connection, cursor, projection, key, messages)
        return told(len(messages), [poison.reason for poison in still])
    first, *rest = messages
    if (first.topic, first.partition, first.offset) != _seen(request):
        return Result("gone", "Another event stops this record by now; look at it again before discarding it.")
    _discard(cursor, projection, key, first, request)
    still = again(connection, cursor, projection, key, rest)
    return discarded(len(rest), [poison.reason for poison in still])


def _seen(request: Request) -> tuple[str, int, int]:
    return request.target.topic, request.target.partition, request.target.offset


def parked(cursor: psycopg.Cursor[Any], key: Key) -> list[Message]:
    """What is parked of a record, in the order of the log."""
    cursor.execute(
        'select topic, partition, "offset", key, value, headers from parked '
        'where tenant = %s and domain = %s and aggregate = %s and id = %s order by topic, partition, "offset"',
        astuple(key),
    )
    return [stored(*row) for row in cursor.fetchall()]


def again(
    connection: psycopg.Connection,
    cursor: psycopg.Cursor[Any],
    projection: Projection,
    key: Key,
    messages: Sequence[Message],
) -> list[Poison]:
    """Folds parked messages of one record as live folding would have, and gives what stays parked."""
    still = _folded(connection, cursor, projection, counted(cursor, read(projection, messages)), set())
    kept = {(p.message.topic, p.message.partition, p.message.offset) for p in still}
    done = [m for m in messages if (m.topic, m.partition, m.offset) not in kept]
    _unpark(cursor, projection, key, done)
    return still


def _folded(
    connection: psycopg.Connection,
    cursor: psycopg.Cursor[Any],
    projection: Projection,
    batch: Sequence[Fact | Poison],
    stopped: set[Key],
) -> list[Poison]:
    """Folds a record's events and gives those that stay parked; all of them where its key is in `stopped`."""
    if not batch:
        return []
    try:
        with connection.transaction():
            return fold(cursor, projection, batch, set(stopped))
    except UNFIT as error:
        if len(batch) == 1:
            unfit = Poison(batch[0].key, batch[0].message, *describe(error))
            return _folded(connection, cursor, projection, [unfit], stopped)
    for number, item in enumerate(batch, 1):
        if still := _folded(connection, cursor, projection, [item], stopped):
            return still + _folded(connection, cursor, projection, batch[number:], {item.key})
    return []


def _discard(cursor: psycopg.Cursor[Any], projection: Projection, key: Key, message: Message, request: Request) -> None:
    who, place = [request.who, request.why], [message.topic, message.partition, message.offset]
    cursor.execute(_TAKE_OUT, [*who, *astuple(key), *place])
    _unpark(cursor, projection, key, [message])


def _unpark(cursor: psycopg.Cursor[Any], projection: Projection, key: Key, messages: Sequence[Message]) -> None:
    rows = [[*astuple(key), m.offset, m.partition, m.topic] for m in messages]
    bulk.write(cursor, [bulk.delete(tables_of(projection.database).parked, _PLACE, rows)])
