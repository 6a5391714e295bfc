"""Parked events of a workflow's state, folded again or discarded as people ask, by a runner between its batches.

One transaction holds all positions of the workflow, so that no runner folds it meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import structlog

from domains.kernel import Workflow
from projections.dead_letters import requests
from projections.dead_letters.letter import parse
from projections.dead_letters.requests import Request, Result, discarded, told
from projections.message import OUTAGES, Message, Poison, stored
from projections.positions import Partition
from streams.workflows import tables
from streams.workflows.fold import Folding, Parked, StateKey, fold, fold_key, keys_touched, listeners, place_of
from streams.workflows.store import Runner, load, read, save

log = structlog.get_logger("workflows")

_PARKED = """
select topic, partition, "offset", message_key, value, headers from workflow_parked
where tenant = %s and workflow = %s and key = %s order by seq
"""
_TAKE_OUT = """
insert into workflow_discarded
    (tenant, workflow, key, topic, partition, "offset", reason, trace, headers, message_key, value, who, why)
select tenant, workflow, key, topic, partition, "offset", reason, trace, headers, message_key, value, %s, %s
from workflow_parked
where tenant = %s and workflow = %s and key = %s and topic = %s and partition = %s and "offset" = %s
"""
_UNPARK = """
delete from workflow_parked
where tenant = %s and workflow = %s and key = %s and topic = %s and partition = %s and "offset" = %s
"""
_STILL = """
update workflow_parked set reason = %s, trace = %s
where tenant = %s and workflow = %s and key = %s and topic = %s and partition = %s and "offset" = %s
"""


def settle(connection: psycopg.Connection, runner: Runner, owned: Mapping[Partition, int]) -> bool:
    """Works off the oldest request about a partition that this runner owns; False when there is none.

    Raises OUTAGES (nothing was done: try again).
    """
    with connection.transaction(), connection.cursor() as cursor:
        request = requests.oldest(cursor, owned)
    if request is None:
        return False
    try:
        with connection.transaction(), connection.cursor() as cursor:
            if requests.waits(cursor, request):
                requests.settle(cursor, request, _worked_off(cursor, runner, request))
    except OUTAGES:
        raise
    except Exception as error:  # the request must not end this runner again and again
        log.exception("request_broken", letter=request.target.letter)
        with connection.transaction(), connection.cursor() as cursor:
            sentence = f"It could not be worked off: {type(error).__name__}. The log of the workflows says more."
            requests.settle(cursor, request, Result("broken", sentence))
    return True


def _worked_off(cursor: psycopg.Cursor[Any], runner: Runner, request: Request) -> Result:
    key = StateKey(*parse(request.target.letter).parts)
    workflow = next((each for each in runner.workflows if each.name == key.workflow), None)
    if workflow is None:
        return Result("broken", f"This version has no workflow {key.workflow}.")
    cursor.execute(
        "select 1 from positions where grp = %s order by topic, partition for update", [runner.group(key.workflow)]
    )
    messages = [stored(*row) for row in cursor.execute(_PARKED, key).fetchall()]
    if not messages:
        return Result("gone", "Nothing of this state is parked any more.")
    runner.marks[workflow.name] = tables.marks(cursor.connection, workflow.name)
    if request.action == "redrive":
        return told(len(messages), _reasons(_again(cursor, runner, workflow, key, messages)))
    first, *rest = messages
    if place_of(first) != (request.target.topic, request.target.partition, request.target.offset):
        return Result("gone", "Another event stops this state by now; look at it again before discarding it.")
    cursor.execute(_TAKE_OUT, [request.who, request.why, *key, *place_of(first)])
    cursor.execute(_UNPARK, [*key, *place_of(first)])
    return discarded(len(rest), _reasons(_again(cursor, runner, workflow, key, rest)))


def _reasons(parks: Sequence[Parked]) -> list[str]:
    return [parked.reason for parked in parks]


def _again(
    cursor: psycopg.Cursor[Any], runner: Runner, workflow: Workflow[Any], key: StateKey, messages: Sequence[Message]
) -> list[Parked]:
    """Folds what is parked under a key, in order, and gives what stays parked there."""
    listening = listeners([workflow])
    items = [item for m in messages if (item := read(runner, m, listening)) is not None]
    touched = {key, *(each for item in items for each in keys_touched(workflow, item))}
    folding = load(cursor, runner, touched)
    folding.parked.discard(key)
    for item in items:
        if isinstance(item, Poison) or key.key.startswith("@"):
            fold(folding, workflow, item)
        else:
            fold_key(folding, workflow, key, item)
    still = [parked for parked in folding.parks if parked.state == key]
    kept = {place_of(parked.message) for parked in still}
    done = [place_of(m) for m in messages if place_of(m) not in kept]
    cursor.executemany(_UNPARK, [[*key, *place] for place in done])
    cursor.executemany(_STILL, [[p.reason, p.trace, *key, *place_of(p.message)] for p in still])
    _without(folding, key)
    save(cursor, runner, folding)
    return still


def _without(folding: Folding, key: StateKey) -> None:
    """What stays parked where it was is not parked anew; what an event adds to other states is."""
    folding.parks = [parked for parked in folding.parks if parked.state != key]
