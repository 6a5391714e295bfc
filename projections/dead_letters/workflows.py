"""Workflows' states that cannot fold their events, and workflows' commands that were refused, by their tables."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import psycopg

from infra.log import headers as h
from infra.log.codec import Codec
from infra.postgres import connect
from infra.settings import Settings
from projections.dead_letters import requests
from projections.dead_letters.letter import (
    WORKFLOWS,
    Action,
    Content,
    DeadLetter,
    Place,
    Shown,
    Wanted,
    What,
    Who,
    code_of,
    content,
    name,
    parse,
    record_name,
)
from projections.dead_letters.requests import Asked, Result, Target
from projections.dead_letters.tables import DATABASE
from projections.message import header_pairs

# A page of states, each with the event that stopped it.
_EVENTS = """
select k.tenant, k.workflow, k.key, k.waiting, f.topic, f.partition, f."offset", f.reason, f.trace, f.headers, f.value,
    f.parked_at
from (
    select tenant, workflow, key, count(*) as waiting from workflow_parked
    where (%(tenant)s::text is null or tenant = %(tenant)s) and
        (%(one)s::text[] is null or (tenant, workflow, key) =
            ((%(one)s::text[])[1], (%(one)s::text[])[2], (%(one)s::text[])[3])) and
        (%(after)s::text[] is null or (tenant, workflow, key) >
            ((%(after)s::text[])[1], (%(after)s::text[])[2], (%(after)s::text[])[3]))
    group by tenant, workflow, key order by tenant, workflow, key limit %(limit)s) k
cross join lateral (
    select * from workflow_parked p where p.tenant = k.tenant and p.workflow = k.workflow and p.key = k.key
    order by seq limit 1) f
order by k.tenant, k.workflow, k.key
"""
_REFUSED = """
select tenant, workflow, command_id, seq, domain, aggregate, id, value, causation_id, correlation_id,
    coalesce(reason, ''), source_time, due
from workflow_outbox
where (outcome in ('rejected', 'failed') or asked is not null) and (%(tenant)s::text is null or tenant = %(tenant)s) and
    (%(one)s::text[] is null or (tenant, workflow, command_id) =
        ((%(one)s::text[])[1], (%(one)s::text[])[2], (%(one)s::text[])[3])) and
    (%(after)s::text[] is null or (tenant, workflow, command_id) >
        ((%(after)s::text[])[1], (%(after)s::text[])[2], (%(after)s::text[])[3]))
order by tenant, workflow, command_id limit %(limit)s
"""
_COUNTS = {
    "workflow-events": "select count(*) from (select distinct tenant, workflow, key from workflow_parked) k",
    "workflow-commands": (
        "select count(*) from workflow_outbox where outcome in ('rejected', 'failed') or asked is not null"
    ),
}
_OUTBOX = "workflow_outbox"
# The trace of a workflow's command that raised lies with the dead commands.
_TRACE = """
select trace from dead_commands where tenant = %s and domain = %s and command_id = %s order by since desc limit 1
"""
_SEND_AGAIN = """
update workflow_outbox set outcome = null, due = now(), asked = %s
where tenant = %s and seq = %s and outcome in ('rejected', 'failed')
"""
_DISCARD = """
update workflow_outbox set outcome = 'discarded' where tenant = %s and seq = %s and outcome in ('rejected', 'failed')
"""


def page(settings: Settings, codec: Codec, what: What, wanted: Wanted) -> list[DeadLetter]:
    """What waits of one kind, in order, from behind `wanted.after`."""
    after = None if wanted.after is None else parse(wanted.after).parts
    with closing(connect(settings, DATABASE)) as connection, connection.transaction():
        rows = _rows(connection, what, wanted.tenant, after=after, limit=wanted.limit)
        ids = [name(WORKFLOWS, what, *row[:3]) for row in rows]
        asked = requests.requested(connection, ids)
    return [_letter(codec, what, row, asked.get(id)) for row, id in zip(rows, ids, strict=True)]


def count(settings: Settings, what: What) -> int:
    """How many wait, of all tenants."""
    with closing(connect(settings, DATABASE)) as connection:
        row = connection.execute(_COUNTS[what].encode()).fetchone()
    return row[0] if row else 0


def show(settings: Settings, codec: Codec, place: Place, tenant: str | None) -> Shown:
    """One with what it holds. Raises UnknownLetter and AlreadySettled."""
    with closing(connect(settings, DATABASE)) as connection, connection.transaction():
        row = _one(connection, place, tenant)
        id = name(WORKFLOWS, place.what, *row[:3])
        asked = requests.requested(connection, [id])
        held = _event(codec, row) if place.what == "workflow-events" else _command(connection, codec, row)
    return Shown(_letter(codec, place.what, row, asked.get(id)), held)


def _event(codec: Codec, row: Sequence[Any]) -> Content:
    topic, partition, offset, _, trace, headers, value, _ = row[4:]
    return content(codec, (topic, partition, offset), header_pairs(headers), value, trace)


def _command(connection: psycopg.Connection, codec: Codec, row: Sequence[Any]) -> Content:
    tenant, workflow, command_id, _, domain, aggregate, id, value, causation, correlation, _, source_time, _ = row
    found = connection.execute(_TRACE, [tenant, domain, command_id]).fetchone()
    headers = {
        h.CE_ID: command_id,
        h.CE_SUBJECT: f"{aggregate}/{id}",
        h.ACTOR: f"workflow:{workflow}",
        h.CAUSATION_ID: causation,
        h.CORRELATION_ID: correlation,
        h.SOURCE_TIME: h.time_text(source_time),
    }
    pairs = [(name, text.encode()) for name, text in headers.items()]
    return content(codec, (_OUTBOX, 0, row[3]), pairs, value, found[0] if found else "")


def tenant_of(settings: Settings, place: Place) -> str:
    """Whose it is. Raises UnknownLetter and AlreadySettled."""
    with closing(connect(settings, DATABASE)) as connection, connection.transaction():
        return _one(connection, place, None)[0]


def ask(settings: Settings, place: Place, action: Action, who: Who) -> Asked:
    """Asks for what waits to be redriven or discarded. Raises UnknownLetter, AlreadySettled and Pending."""
    with closing(connect(settings, DATABASE)) as connection, connection.transaction():
        row = _one(connection, place, who.tenant)
        owner, id = row[0], name(WORKFLOWS, place.what, *row[:3])
        events = place.what == "workflow-events"
        target = Target(owner, id, *row[4:7]) if events else Target(owner, id, _OUTBOX, 0, row[3])
        seq = requests.ask(connection, target, action, who.name, who.why)
        if not events:
            _ask_of_outbox(connection, owner, id, row[3], action)
    return Asked(lambda: connect(settings, DATABASE), owner, seq)


def _ask_of_outbox(connection: psycopg.Connection, tenant: str, id: str, seq: int, action: Action) -> None:
    """Discards a command at once, or has it sent: who sends it settles the request."""
    if action == "redrive":
        connection.execute(_SEND_AGAIN, [id, tenant, seq])
        return
    connection.execute(_DISCARD, [tenant, seq])
    with connection.cursor() as cursor:
        result = Result("discarded", "The command will not be sent; its row in the outbox stays.")
        requests.settle_letter(cursor, tenant, id, result)


def _rows(
    connection: psycopg.Connection,
    what: What,
    tenant: str | None,
    *,
    one: Sequence[str] | None = None,
    after: Sequence[str] | None = None,
    limit: int = 1,
) -> list[tuple[Any, ...]]:
    keys = {name: None if key is None else list(key) for name, key in (("one", one), ("after", after))}
    statement = _EVENTS if what == "workflow-events" else _REFUSED
    return connection.execute(statement, {"tenant": tenant, "limit": limit, **keys}).fetchall()


def _one(connection: psycopg.Connection, place: Place, tenant: str | None) -> tuple[Any, ...]:
    owner = place.parts[0]
    found = _rows(connection, place.what, tenant, one=place.parts) if tenant in (None, owner) else []
    if not found:
        raise requests.missing(connection, tenant or owner, name(WORKFLOWS, place.what, *place.parts))
    return found[0]


def _letter(codec: Codec, what: What, row: Sequence[Any], asked: Action | None) -> DeadLetter:
    tenant, workflow, key = row[:3]
    since: datetime = row[-1]
    if what == "workflow-events":
        behind, reason, subject = row[3] - 1, row[7], f"{workflow} {key}"
        type = dict(header_pairs(row[9])).get(h.CE_TYPE, b"").decode(errors="replace")
    else:
        behind, reason, subject = 0, row[10], f"{row[5]} {row[6]}"
        type = record_name(codec, row[7])
    return DeadLetter(
        id=name(WORKFLOWS, what, tenant, workflow, key),
        what=what,
        where=WORKFLOWS,
        tenant=tenant,
        subject=subject,
        type=type,
        since=since,
        behind=behind,
        code=code_of(reason),
        reason=reason,
        requested=asked,
    )
