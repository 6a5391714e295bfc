"""A batch of events into Postgres in one transaction: states, positions, parked events and the outbox of commands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg

from domains.kernel import Workflow
from infra.log.codec import Codec
from infra.log.envelope import Vaults, decode_event, parse_key
from infra.log.headers import CE_TYPE
from projections import erasure, positions
from projections.message import OUTAGES, Fact, Key, Message, Poison, describe
from projections.positions import Partition
from streams.workflows import tables
from streams.workflows.fold import Folding, Follow, Parked, StateKey, fold, keys_touched, listeners

_STATES = """
select tenant, workflow, key, state from workflow_states
join unnest(%s::text[], %s::text[], %s::text[]) as k(tenant, workflow, key) using (tenant, workflow, key)
"""
_PARKED = """
select distinct tenant, workflow, key from workflow_parked
join unnest(%s::text[], %s::text[], %s::text[]) as k(tenant, workflow, key) using (tenant, workflow, key)
"""
# What an exception said may quote a value; its name is enough to go on from.
_UNQUOTE = "update {} set reason = split_part(reason, ':', 1) where tenant = %s and topic = %s and message_key = %s"
_DISCARDED = """
select tenant, workflow, key, topic, partition, "offset" from workflow_discarded
join unnest(%s::text[], %s::text[], %s::text[]) as k(tenant, workflow, key) using (tenant, workflow, key)
"""


@dataclass(slots=True)
class Runner:
    """What folding takes. `prefix` is the topic prefix; each workflow has a group, and so positions, of its own."""

    workflows: Sequence[Workflow[Any]]
    prefix: str
    codec: Codec
    vaults: Vaults
    at: dict[str, dict[Partition, int]] = field(default_factory=dict[str, dict[Partition, int]])
    marks: dict[str, dict[Partition, int]] = field(default_factory=dict[str, dict[Partition, int]])

    def group(self, workflow: str) -> str:
        return group_of(self.prefix, workflow)

    def reacts(self, workflow: str, message: Message) -> bool:
        """Whether the event is news, and not history that is folded again or was there before the workflow."""
        return message.offset >= self.marks.get(workflow, {}).get((message.topic, message.partition), 0)


def group_of(prefix: str, workflow: str) -> str:
    """The name under which a workflow keeps its positions."""
    return f"{prefix}nexus.workflow.{workflow}"


def assign(connection: psycopg.Connection, runner: Runner, partitions: Iterable[Partition]) -> dict[Partition, int]:
    """Reads where every workflow stands and gives the offset from which each partition must be read."""
    wanted = list(partitions)
    for workflow in runner.workflows:
        runner.at[workflow.name] = positions.ensure(connection, runner.group(workflow.name), wanted)
        runner.marks[workflow.name] = tables.marks(connection, workflow.name)
    return {p: min(runner.at[w.name][p] for w in runner.workflows) for p in wanted}


def apply(
    connection: psycopg.Connection, runner: Runner, expected: Mapping[Partition, int], messages: Sequence[Message]
) -> dict[Partition, int]:
    """Folds messages into every workflow and returns the positions after them.

    Raises PositionMoved, and OUTAGES (nothing was written: try again). Anything else that goes wrong parks a key.
    """
    after = dict(expected)
    for message in messages:
        place = message.topic, message.partition
        after[place] = max(after[place], message.offset + 1)
    listening = listeners(runner.workflows)
    items = [(m, item) for m in messages if (item := read(runner, m, listening)) is not None]
    with connection.transaction(), connection.cursor() as cursor:
        ahead = {w.name: _locked(cursor, runner, w.name, after) for w in runner.workflows}
        work = [
            (workflow, item)
            for m, item in items
            for workflow in _who_listens(runner, listening, item)
            if m.offset >= runner.at[workflow.name][m.topic, m.partition]
        ]
        folding = load(cursor, runner, [key for workflow, item in work for key in keys_touched(workflow, item)])
        for workflow, item in work:
            fold(folding, workflow, item)
        save(cursor, runner, folding)
        _unquote(cursor, messages)
        for name, moved in ahead.items():
            positions.advance(cursor, runner.group(name), moved)
    for name, moved in ahead.items():
        runner.at[name] |= moved
    return after


def read(runner: Runner, message: Message, listening: Mapping[str, Sequence[Workflow[Any]]]) -> Fact | Poison | None:
    """An event that some workflow listens to, or what is wrong with it. Raises OUTAGES and nothing else."""
    kind = dict(message.headers).get(CE_TYPE, b"").decode(errors="replace")
    if kind and kind not in listening:
        return None
    key = _key(message, kind)
    if message.value is None:
        return Poison(key, message, "The message has no value.", "")
    place = message.topic, message.partition, message.offset, message.key, message.value, message.headers
    try:
        recorded = decode_event(*place, runner.codec, runner.vaults)
    except OUTAGES:
        raise
    except Exception as error:  # whatever else decoding raises is about this message
        return Poison(key, message, *describe(error))
    return Fact(key, message, recorded) if type(recorded.event).NAME in listening else None


def _key(message: Message, kind: str) -> Key:
    domain = kind.partition(".")[0]
    try:
        tenant, aggregate, id = parse_key(message.key)
    except ValueError:
        return Key("", domain, "", f"{message.topic}/{message.partition}/{message.offset}")
    return Key(tenant.replace("\0", ""), domain, aggregate.replace("\0", ""), id.replace("\0", ""))


def _who_listens(
    runner: Runner, listening: Mapping[str, Sequence[Workflow[Any]]], item: Fact | Poison
) -> Sequence[Workflow[Any]]:
    """For an event without a name that can be read, all workflows: any might need it."""
    if isinstance(item, Fact):
        return listening[type(item.recorded.event).NAME]
    kind = dict(item.message.headers).get(CE_TYPE, b"").decode(errors="replace")
    return listening.get(kind, runner.workflows)


def _locked(
    cursor: psycopg.Cursor[Any], runner: Runner, workflow: str, after: Mapping[Partition, int]
) -> dict[Partition, int]:
    """Locks the positions that a workflow moves on from, and gives where to."""
    at = runner.at[workflow]
    moved = {partition: offset for partition, offset in after.items() if offset > at[partition]}
    positions.lock(cursor, runner.group(workflow), {partition: at[partition] for partition in moved})
    return moved


def load(cursor: psycopg.Cursor[Any], runner: Runner, keys: Iterable[StateKey]) -> Folding:
    """What is known of these states."""
    wanted = sorted(set(keys))
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    types = {workflow.name: workflow.state for workflow in runner.workflows}
    found = cursor.execute(_STATES, columns).fetchall()
    states: dict[StateKey, Any] = {
        StateKey(tenant, workflow, key): msgspec.json.decode(state, type=types[workflow])
        for tenant, workflow, key, state in found
    }
    parked = {StateKey(*row) for row in cursor.execute(_PARKED, columns).fetchall()}
    discarded = {(StateKey(*row[:3]), (row[3], row[4], row[5])) for row in cursor.execute(_DISCARDED, columns)}
    return Folding({w.name: w for w in runner.workflows}, states, parked, runner.reacts, discarded)


def save(cursor: psycopg.Cursor[Any], runner: Runner, folding: Folding) -> None:
    """Writes states that changed, commands that follow, and events that are parked."""
    cursor.executemany(
        "insert into workflow_states values (%s, %s, %s, %s) "
        "on conflict (tenant, workflow, key) do update set state = excluded.state",
        [(*key, msgspec.json.encode(folding.states[key])) for key in sorted(folding.changed)],
    )
    cursor.executemany(
        "insert into workflow_outbox (tenant, workflow, key, command_id, domain, aggregate, id, value, causation_id, "
        "correlation_id, source_time, not_before, due) values "
        "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, coalesce(%s, now())) on conflict do nothing",
        [_outbox_values(runner, follow) for follow in folding.follows],
    )
    cursor.executemany(
        'insert into workflow_parked (tenant, workflow, key, topic, partition, "offset", reason, trace, headers, '
        "message_key, value) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [_parked_values(parked) for parked in folding.parks],
    )


def _unquote(cursor: psycopg.Cursor[Any], messages: Iterable[Message]) -> None:
    """Cuts what dead letters quote of those of whom these messages say that they were erased."""
    whose = [(_key(m, "").tenant, m.topic, m.key) for m in messages if erasure.tells(m)]
    for table in ("workflow_parked", "workflow_discarded"):
        cursor.executemany(_UNQUOTE.format(table).encode(), whose)


def _outbox_values(runner: Runner, follow: Follow) -> tuple[Any, ...]:
    value = runner.codec.encode(follow.command, runner.vaults(follow.state.tenant))
    target = follow.domain, follow.aggregate, follow.id
    origin = follow.causation, follow.correlation, follow.source_time
    return (*follow.state, follow.command_id, *target, value, *origin, follow.not_before, follow.not_before)


def _parked_values(parked: Parked) -> tuple[Any, ...]:
    m = parked.message
    headers = msgspec.msgpack.encode(m.headers)
    return (*parked.state, m.topic, m.partition, m.offset, parked.reason, parked.trace, headers, m.key, m.value)
