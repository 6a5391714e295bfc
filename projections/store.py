"""Folding a batch into Postgres in one transaction: rows, both times, history, parked keys, dirty marks and positions.

The current row is the fold in log order, which is what deciders see. `as_of` asks the versions table, which is the fold
in business order. Both are written here, together with the positions, so that a batch counts once whatever dies.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from infra.log.envelope import Codec, Recorded, Vaults
from infra.settings import Settings
from infra.vault import Vaults as KeyVaults
from projections import bulk, erasure, past, positions
from projections.catalog import models_by_name, read_models
from projections.changes import Changes, Mark, fold_batch, marks, models_folding
from projections.columns import SYSTEM, columns_of
from projections.fold import Current
from projections.generations import checking_folded, group_of
from projections.message import (
    OUTAGES,
    Fact,
    Key,
    Message,
    Poison,
    Read,
    describe,
    message_of,
    reader,
    subjects_of,
)
from projections.model import ReadModel
from projections.past import Past, RowKey, current_of, values_of
from projections.positions import Partition
from projections.tables import tables_of

_KEY = ("tenant", "domain", "aggregate", "id")
HISTORY = (
    *_KEY, "occurred_at", "offset", "partition", "topic", "version", "recorded_at", "event_id", "type", "command_id",
    "correlation_id", "causation_id", "actor", "key", "value",
)  # fmt: skip
_PARKED = (*_KEY, "offset", "partition", "topic", "reason", "trace", "headers", "key", "value")


class Unreadable(RuntimeError):
    """An event that was folded once cannot be decoded again."""


UNFIT = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
    Unreadable,
)
"""What is wrong with the event at hand, as opposed to Postgres not answering or our statements being wrong. What is too
large, as for an index, is among the OperationalErrors, as are OUTAGES: catch these first."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What folding one generation of a database takes. `decode` opens a stored event again: (tenant, value) → record.

    `look_up` reads the keys of a tenant's people at once, before events are read one by one; `forget` lets go of the
    key of a person who was erased.
    """

    database: str
    generation: int
    group: str
    read: Read
    decode: Callable[[str, bytes], Any]
    look_up: Callable[[str, Iterable[str]], None] = lambda tenant, subjects: None
    forget: Callable[[str, str], None] = lambda tenant, subject: None


def projection(settings: Settings, database: str, generation: int, codec: Codec, vaults: Vaults) -> Projection:
    """The projection of one generation of a database, under its group's name."""

    def decode(tenant: str, value: bytes) -> Any:
        return codec.decode(value, vaults(tenant))

    def look_up(tenant: str, subjects: Iterable[str]) -> None:
        if isinstance(vaults, KeyVaults):
            vaults.prefetch(tenant, subjects, make=False)

    def forget(tenant: str, subject: str) -> None:
        if isinstance(vaults, KeyVaults):
            vaults.forget(tenant, subject)

    group = group_of(settings, database, generation)
    return Projection(database, generation, group, reader(database, codec, vaults), decode, look_up, forget)


def apply(
    connection: psycopg.Connection,
    projection: Projection,
    expected: Mapping[Partition, int],
    messages: Sequence[Message],
) -> dict[Partition, int]:
    """Folds messages, in log order within each partition, and returns the positions after them.

    `expected` is where this worker left each partition; messages before it are skipped. Raises PositionMoved when
    someone else moved one, and OUTAGES (nothing was written: try again). Anything else that goes wrong parks a key.
    """
    ahead = [m for m in messages if m.offset >= expected[m.topic, m.partition]]
    after = {**expected}
    for m in ahead:
        after[m.topic, m.partition] = m.offset + 1
    batch = read(projection, ahead)
    touched = {p: offset for p, offset in expected.items() if after[p] != offset}
    try:
        _write(connection, projection, touched, batch, after)
    except UNFIT as error:
        if len(ahead) > 1:
            return _one_by_one(connection, projection, expected, ahead)
        unfit = [Poison(item.key, item.message, *describe(error)) for item in batch]
        _write(connection, projection, touched, unfit, after)
    return after


def read(projection: Projection, messages: Sequence[Message]) -> list[Fact | Poison]:
    """What the database folds of these messages. Raises OUTAGES, and nothing else.

    The key of somebody who was erased may have been in memory; then all is read again without it.
    """
    for tenant, subjects in subjects_of(messages).items():
        projection.look_up(tenant, subjects)
    batch = [item for m in messages if (item := projection.read(m)) is not None]
    if not (erased := erasure.events(batch)):
        return batch
    for event in erased:
        projection.forget(event.key.tenant, event.key.id)
    return [item for m in messages if (item := projection.read(m)) is not None]


def _one_by_one(
    connection: psycopg.Connection,
    projection: Projection,
    expected: Mapping[Partition, int],
    messages: Sequence[Message],
) -> dict[Partition, int]:
    """Finds the event whose values Postgres cannot hold."""
    after = dict(expected)
    for message in messages:
        after = apply(connection, projection, after, [message])
    return after


def _write(
    connection: psycopg.Connection,
    projection: Projection,
    expected: Mapping[Partition, int],
    batch: Sequence[Fact | Poison],
    after: Mapping[Partition, int],
) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        with connection.pipeline():
            must_stand = positions.locking(connection, projection.group, expected)
            must_be_folded = checking_folded(connection, projection.generation)
            rest = _counting(connection, batch)
        must_stand()
        must_be_folded()
        if counts := rest():
            fold(cursor, projection, counts)
        positions.advance(cursor, projection.group, {p: after[p] for p in expected})


def counted(cursor: psycopg.Cursor[Any], batch: Sequence[Fact | Poison]) -> Sequence[Fact | Poison]:
    """The batch without events that were discarded: they are gone from this database, also when it is rebuilt."""
    return _counting(cursor.connection, batch)()


def _counting(connection: psycopg.Connection, batch: Sequence[Fact | Poison]) -> Callable[[], Sequence[Fact | Poison]]:
    """The same, asked for at once; what is given is to be called behind a pipeline."""
    if not batch:
        return lambda: batch
    offsets = [item.message.offset for item in batch]
    discarded = connection.cursor().execute(
        'select topic, partition, "offset" from discarded '
        'where topic = any(%s) and partition = any(%s) and "offset" between %s and %s',
        [
            list({item.message.topic for item in batch}),
            list({item.message.partition for item in batch}),
            min(offsets),
            max(offsets),
        ],
    )

    def rest() -> Sequence[Fact | Poison]:
        gone = set(discarded.fetchall())
        return [i for i in batch if (i.message.topic, i.message.partition, i.message.offset) not in gone]

    return rest


def fold(
    cursor: psycopg.Cursor[Any],
    projection: Projection,
    batch: Sequence[Fact | Poison],
    parked: set[Key] | None = None,
) -> list[Poison]:
    """Folds events and gives those that are parked. `parked` are the keys that count as parked, those that are when
    left out."""
    if erased := erasure.events(batch):
        persons = {event.key for event in erased}
        again = [_fact(recorded) for recorded in _history(cursor.connection, projection, persons)]
        erasure.take_back(cursor, projection.database, persons, again)
        _fold(cursor, projection, again, set())
        places = [(e.message.topic, e.message.partition, e.message.offset) for e in erased]
        positions.learned(cursor, projection.group, places)
    return _fold(cursor, projection, batch, parked)


def _fold(
    cursor: psycopg.Cursor[Any], projection: Projection, batch: Sequence[Fact | Poison], parked: set[Key] | None
) -> list[Poison]:
    changes = load(cursor, projection, batch)
    if parked is not None:
        changes.parked = parked
    fold_batch(changes, batch)
    save(cursor, projection.database, changes)
    return changes.poisons


# ---- loading what a batch touches


def load(cursor: psycopg.Cursor[Any], projection: Projection, batch: Sequence[Fact | Poison]) -> Changes:
    """The rows, pasts and parked keys that these events touch."""
    database, connection = projection.database, cursor.connection
    tables = tables_of(database)
    facts = [item for item in batch if isinstance(item, Fact)]
    timely = _timely(database, facts)
    with connection.pipeline():
        parked_keys = bulk.ask(connection, tables.parked, _KEY, _KEY, _wanted({item.key for item in batch}))
        newest = _ask_newest(connection, {fact.key for fact in timely})
    parked, late = {Key(*row) for row in parked_keys()}, _late(timely, newest())
    history = _history(connection, projection, late)
    touched: dict[str, dict[RowKey, bool]] = {m.name: {} for m in read_models(database)}
    for fact in facts:
        for model, row_key in _row_keys(database, fact):
            touched[model.name][row_key] = touched[model.name].get(row_key, False) or fact.key in late
    models = {name: models_by_name(database)[name] for name, rows in touched.items() if rows}
    timed = {name: model for name, model in models.items() if model.times}
    with connection.pipeline():
        rows_found = {name: _ask_rows(connection, database, model, touched[name]) for name, model in models.items()}
        pasts_found = {n: past.ask(connection, tables.versions[n], model, touched[n]) for n, model in timed.items()}
    before = {name: found() for name, found in rows_found.items()}
    pasts = {name: found() for name, found in pasts_found.items()}
    for name, model in timed.items():
        _give_events(model, pasts[name], touched[name], history)
    return Changes(database, before, {name: dict(rows) for name, rows in before.items()}, pasts, parked)


def _row_keys(database: str, fact: Fact) -> Iterable[tuple[ReadModel, RowKey]]:
    for model in models_folding(database).get(type(fact.recorded.event), ()):
        try:
            for part in model.parts(fact.recorded.event):
                yield model, (fact.key.tenant, model.key(part))
        except Exception:  # noqa: S112 - the fold meets the same exception and parks the key
            continue


def _ask_rows(
    connection: psycopg.Connection, database: str, model: ReadModel, wanted: Iterable[RowKey]
) -> Callable[[], dict[RowKey, Current]]:
    columns = ("tenant", "id", *(c.name for c in (*columns_of(model.row), *SYSTEM)))
    found = bulk.ask(connection, tables_of(database).rows[model.name], columns, ("tenant", "id"), wanted)
    return lambda: {(tenant, id): current_of(model, values) for tenant, id, *values in found()}


def _timely(database: str, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Those that read models fold which are kept in business time."""
    timed = {t for t, models in models_folding(database).items() if any(m.times for m in models)}
    return [f for f in facts if type(f.recorded.event) in timed]


def _late(facts: Sequence[Fact], newest: Mapping[Key, datetime]) -> set[Key]:
    """The keys to which an event came late in business time. `newest` is the greatest folded for each until now."""
    late, greatest = set[Key](), dict(newest)
    for fact in facts:
        occurred = fact.recorded.occurred_at
        if occurred < greatest.get(fact.key, occurred):
            late.add(fact.key)
        greatest[fact.key] = max(occurred, greatest.get(fact.key, occurred))
    return late


def _ask_newest(connection: psycopg.Connection, keys: Iterable[Key]) -> Callable[[], dict[Key, datetime]]:
    """Asks for the greatest business time folded for each key."""
    wanted = _wanted(keys)
    if not wanted:
        return dict
    found = connection.cursor().execute(
        """
        select k.tenant, k.domain, k.aggregate, k.id, h.occurred_at
        from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as k(tenant, domain, aggregate, id)
        cross join lateral (
            select occurred_at from history h
            where h.tenant = k.tenant and h.domain = k.domain and h.aggregate = k.aggregate and h.id = k.id
            order by occurred_at desc limit 1
        ) h
        """,
        [list(column) for column in zip(*wanted, strict=True)],
    )
    return lambda: {Key(*key): newest for *key, newest in found.fetchall()}


def _wanted(keys: Iterable[Key]) -> list[tuple[str, str, str, str]]:
    return [(k.tenant, k.domain, k.aggregate, k.id) for k in sorted(keys)]


def _history(connection: psycopg.Connection, projection: Projection, keys: Iterable[Key]) -> list[Recorded]:
    """All events of these keys that were folded, decoded again; personal values that were erased since come erased."""
    found = bulk.ask(connection, tables_of(projection.database).history, HISTORY, _KEY, _wanted(keys))
    events = [_recorded(projection, dict(zip(HISTORY, row, strict=True))) for row in found()]
    return sorted(events, key=lambda r: (r.topic, r.partition, r.offset))


def _recorded(projection: Projection, row: Mapping[str, Any]) -> Recorded:
    try:
        event = projection.decode(row["tenant"], row["value"])
    except OUTAGES:
        raise
    except Exception as error:
        raise Unreadable(f"the {row['type']} at {row['topic']}[{row['partition']}] {row['offset']}") from error
    return Recorded(event=event, **{name: value for name, value in row.items() if name != "domain"})


def _fact(recorded: Recorded) -> Fact:
    domain = recorded.type.partition(".")[0]
    return Fact(Key(recorded.tenant, domain, recorded.aggregate, recorded.id), message_of(recorded), recorded)


def _give_events(
    model: ReadModel, pasts: Mapping[RowKey, Past], rows: Mapping[RowKey, bool], history: Sequence[Recorded]
) -> None:
    for row_key, is_late in rows.items():
        if is_late:
            pasts[row_key].events = []
    for recorded in history:
        if type(recorded.event) in model.events:
            row_past = pasts.get((recorded.tenant, model.key(recorded.event)))
            if row_past is not None and row_past.events is not None:
                row_past.events.append(recorded)


# ---- writing what it made of them


def save(cursor: psycopg.Cursor[Any], database: str, changes: Changes) -> None:
    """Writes what a batch changed."""
    tables = tables_of(database)
    writes: list[bulk.Write] = []
    for name, rows in changes.rows.items():
        model, table = models_by_name(database)[name], tables.rows[name]
        changed = {key: current for key, current in rows.items() if current != changes.before[name].get(key)}
        gone = [key for key, current in changed.items() if current is None]
        there = {key: values_of(current) for key, current in changed.items() if current is not None}
        columns = ("tenant", "id", *(c.name for c in (*columns_of(model.row), *SYSTEM)))
        writes.append(bulk.delete(table, ("tenant", "id"), gone))
        writes.append(bulk.upsert(table, columns, [[*key, *values] for key, values in there.items()]))
        if name in changes.pasts:
            writes += past.written(tables.versions[name], model, changes.pasts[name], there)
    writes.append(bulk.insert(tables.history, HISTORY, [_history_values(fact) for fact in changes.facts]))
    writes.append(bulk.upsert(tables.parked, _PARKED, [_parked_values(poison) for poison in changes.poisons]))
    marked = [_mark(mark) for mark in marks(changes)]
    bulk.write(cursor, [*writes, bulk.insert(tables.dirty, ("tenant", "model", "id", "names"), marked)])


def _history_values(fact: Fact) -> list[Any]:
    recorded, key = fact.recorded, fact.key
    return [
        key.tenant, key.domain, key.aggregate, key.id, recorded.occurred_at, recorded.offset, recorded.partition,
        recorded.topic, recorded.version, recorded.recorded_at, recorded.event_id, recorded.type, recorded.command_id,
        recorded.correlation_id, recorded.causation_id, recorded.actor, recorded.key, recorded.value,
    ]  # fmt: skip


def _parked_values(poison: Poison) -> list[Any]:
    message, key = poison.message, poison.key
    headers = msgspec.msgpack.encode(message.headers)
    return [
        key.tenant, key.domain, key.aggregate, key.id, message.offset, message.partition, message.topic,
        poison.reason, poison.trace, headers, message.key, message.value,
    ]  # fmt: skip


def _mark(mark: Mark) -> tuple[str, str, str, bool]:
    return mark.tenant, mark.model, mark.id, mark.names
