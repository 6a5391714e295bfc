"""Commands that raised or cannot be read: what processors set aside on the topics of dead letters.

The topics keep them for ever. A table says which there are, read from the topics when somebody asks, and which of them
are settled. Commands of workflows are left out: their outbox tries them again, and shows them when it gives up.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from infra.log import dead_letters as log
from infra.log import headers as h
from infra.log.codec import Codec, RegistryUnavailable
from infra.log.envelope import CommandEnvelope, Vaults, decode_command, parse_key
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable, ReplyLate
from infra.log.topics import topic
from infra.postgres import connect
from infra.settings import Settings
from infra.vault import VaultUnavailable
from projections import positions
from projections.dead_letters.letter import (
    AlreadySettled,
    DeadLetter,
    Place,
    Shown,
    UnknownLetter,
    Wanted,
    Who,
    code_of,
    content,
    name,
    parse,
)
from projections.dead_letters.requests import Result
from projections.dead_letters.tables import DATABASE

Send = Callable[[CommandEnvelope], "Future[Reply]"]

_BY_PEOPLE = "actor not like 'workflow:%%'"
_PAGE = f"""
select tenant, partition, "offset", last_offset, failures, type, subject, reason, trace, since from dead_commands
where domain = %(domain)s and settled is null and {_BY_PEOPLE} and (%(tenant)s::text is null or tenant = %(tenant)s)
    and (partition, "offset") > (%(partition)s, %(offset)s)
order by partition, "offset" limit %(limit)s
"""  # noqa: S608 - ours
_ONE = """
select tenant, partition, "offset", last_offset, failures, type, subject, reason, trace, since, settled, who, settled_at
from dead_commands where domain = %s and partition = %s and "offset" = %s and (%s::text is null or tenant = %s)
"""
_COUNT = f"select count(*) from dead_commands where domain = %s and settled is null and {_BY_PEOPLE}"  # noqa: S608
_ADD = """
insert into dead_commands
    (tenant, domain, partition, "offset", last_offset, command_id, actor, type, subject, reason, trace, since)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (tenant, domain, command_id) where settled is null and command_id is not null do update set
    last_offset = excluded.last_offset, failures = dead_commands.failures + 1, reason = excluded.reason,
    trace = excluded.trace
"""
_SETTLE = """
update dead_commands set settled = %s, who = %s, why = %s, settled_at = now()
where domain = %s and partition = %s and "offset" = %s and settled is null
"""


def page(settings: Settings, domain: str, wanted: Wanted) -> list[DeadLetter]:
    """The commands of a domain that wait, by partition and offset. Raises log.Unreadable."""
    partition, offset = (-1, -1) if wanted.after is None else _number(parse(wanted.after))
    with _caught_up(settings, domain) as connection:
        rows = connection.execute(
            _PAGE,
            {
                "domain": domain,
                "tenant": wanted.tenant,
                "partition": partition,
                "offset": offset,
                "limit": wanted.limit,
            },
        ).fetchall()
    return [_letter(domain, row) for row in rows]


def count(settings: Settings, domain: str) -> int:
    """How many commands of a domain wait, of all tenants. Raises log.Unreadable."""
    with _caught_up(settings, domain) as connection:
        row = connection.execute(_COUNT.encode(), [domain]).fetchone()
    return row[0] if row else 0


def show(settings: Settings, codec: Codec, place: Place, tenant: str | None) -> Shown:
    """A command with what it holds. Raises UnknownLetter, AlreadySettled and log.Unreadable."""
    row = _waiting(settings, place, tenant)
    held = log.one(settings, _topic(settings, place.where), row[1], row[3])
    return Shown(
        _letter(place.where, row),
        content(codec, (held.topic, held.partition, held.offset), held.headers, held.value, row[8]),
    )


def tenant_of(settings: Settings, place: Place) -> str:
    """Whose command it is; empty where nobody knows. Raises UnknownLetter, AlreadySettled and log.Unreadable."""
    return _waiting(settings, place, None)[0]


def redrive(settings: Settings, codec: Codec, vaults: Vaults, send: Send, place: Place, who: Who) -> Result:
    """Sends a command once more under its own id, and settles it when it is accepted, now or before.

    Raises UnknownLetter, AlreadySettled and log.Unreadable.
    """
    row = _waiting(settings, place, who.tenant)
    held = log.one(settings, _topic(settings, place.where), row[1], row[3])
    try:
        envelope = decode_command(held.key, held.value, held.headers, codec, vaults)
    except (RegistryUnavailable, VaultUnavailable, psycopg.OperationalError):
        return Result("late", "The command cannot be opened now: registry or vault do not answer. Try again shortly.")
    except Exception as error:  # whatever it is, it is about this command
        told = "This version cannot read it: discard it, or redrive it with a version that can."
        return Result("failed_again", f"{told} ({type(error).__name__})")
    try:
        reply = send(envelope).result()
    except LogUnavailable as error:
        return Result("late", f"{error} It was not sent.")
    except ReplyLate:
        told = (
            f"The log has the command, and no processor of {place.where} has answered. Redrive it again to hear more."
        )
        return Result("late", told)
    return _answered(settings, place, reply, who)


def discard(settings: Settings, place: Place, who: Who) -> Result:
    """Settles a command without doing it; the topic keeps it. Raises UnknownLetter and AlreadySettled."""
    _waiting(settings, place, who.tenant)
    _settle(settings, place, "discarded", who)
    return Result("discarded", "The command will not be done; the log keeps it.")


def _answered(settings: Settings, place: Place, reply: Reply, who: Who) -> Result:
    match reply.status:
        case 200:
            _settle(settings, place, "redriven", who)
            told = "had been accepted before" if reply.repeated else "is accepted"
            return Result("redriven", f"The command {told}; the record is at version {reply.version}.")
        case 400 | 500:
            row = _waiting(settings, place, None)
            return Result("failed_again", f"It was set aside again: {row[7]}")
        case _:
            told = (
                f"The command is refused, {reply.code}: {reply.message} Discard it, or redrive it when that is mended."
            )
            return Result("refused", told)


def _settle(settings: Settings, place: Place, settled: str, who: Who) -> None:
    # What was set aside before the command was accepted must be known by now, or it would be listed anew.
    with _caught_up(settings, place.where) as connection, connection.transaction():
        connection.execute(_SETTLE, [settled, who.name, who.why, place.where, *_number(place)])


def _waiting(settings: Settings, place: Place, tenant: str | None) -> tuple[Any, ...]:
    """The row of a command that waits; raises UnknownLetter and AlreadySettled."""
    with _caught_up(settings, place.where) as connection:
        row = connection.execute(_ONE, [place.where, *_number(place), tenant, tenant]).fetchone()
    id = name(place.where, "commands", *place.parts)
    if row is None:
        raise UnknownLetter(f"There is no dead letter {id}; `nexus360 dlq list` shows all.")
    settled, who, at = row[10:]
    if settled is not None:
        raise AlreadySettled(f"{id} was {settled} by {who} at {at:%Y-%m-%d %H:%M:%S}; nothing is left to do.")
    return row


def _number(place: Place) -> tuple[int, int]:
    """Partition and offset; raises UnknownLetter."""
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in place.parts):
        raise UnknownLetter(f"Ids of dead commands are like {place.where}/commands/3/1042.")
    partition, offset = place.parts
    return int(partition), int(offset)


def _letter(domain: str, row: Sequence[Any]) -> DeadLetter:
    tenant, partition, offset, _, failures, type, subject, reason, _, since = row[:10]
    return DeadLetter(
        id=name(domain, "commands", partition, offset),
        what="commands",
        where=domain,
        tenant=tenant,
        subject=subject,
        type=type,
        since=since,
        behind=0,
        code=code_of(reason),
        reason=reason if failures == 1 else f"{reason} ({failures} times)",
    )


# ---- from the topics into the table


def _topic(settings: Settings, domain: str) -> str:
    return topic(settings.topic_prefix, domain, "dead-letters")


@contextmanager
def _caught_up(settings: Settings, domain: str) -> Generator[psycopg.Connection]:
    """A connection, after the table has come to the end of the domain's topic."""
    source = _topic(settings, domain)
    ends = log.ends(settings, [source])
    group = f"{settings.topic_prefix}nexus.dead-letters"
    with closing(connect(settings, DATABASE)) as connection:
        at = positions.ensure(connection, group, ends)
        if any(at[partition] < end for partition, end in ends.items()):
            with connection.transaction(), connection.cursor() as cursor:
                _catch_up(settings, cursor, domain, group, ends)
        yield connection


def _catch_up(
    settings: Settings, cursor: psycopg.Cursor[Any], domain: str, group: str, ends: dict[log.Partition, int]
) -> None:
    """Takes in what came; whoever else does so waits for the positions, and finds them moved on."""
    rows = cursor.execute(
        "select topic, partition, next_offset from positions where grp = %s and topic = %s "
        "order by partition for update",
        [group, _topic(settings, domain)],
    ).fetchall()
    at = {(topic, number): offset for topic, number, offset in rows}
    letters = log.between(settings, at, ends)
    cursor.executemany(_ADD, [_values(domain, letter) for letter in letters])
    positions.advance(cursor, group, {partition: max(end, at[partition]) for partition, end in ends.items()})


def _values(domain: str, letter: log.Letter) -> list[Any]:
    headers = h.as_mapping(letter.headers)

    def text(name: str) -> str:
        return headers.get(name, b"").decode(errors="replace").replace("\0", "")

    tenant, subject = _about(letter.key, headers)
    where = [domain, letter.partition, letter.offset, letter.offset]
    return [
        tenant, *where, text(h.CE_ID) or None, text(h.ACTOR), text(h.CE_TYPE), subject, text(h.REASON), text(h.TRACE),
        _time(headers.get(h.RECORDED_AT)),
    ]  # fmt: skip


def _about(key: bytes, headers: dict[str, bytes]) -> tuple[str, str]:
    """(tenant, record) of a command. Without a tenant where key and header do not agree: then nobody may see it but
    who runs the platform."""
    try:
        tenant, aggregate, id = parse_key(key)
    except ValueError:
        return "", "unreadable"
    agreed = tenant if headers.get(h.TENANT) == tenant.encode() else ""
    return agreed.replace("\0", ""), f"{aggregate} {id}".replace("\0", "")


def _time(text: bytes | None) -> datetime:
    try:
        return h.parse_time(text or b"")
    except ValueError:
        return datetime.now(UTC)
