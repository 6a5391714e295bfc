"""Sends the commands in the outbox until each is answered: in order for each record they are for, many at a time.

A row leaves with its acceptance. A refused command stays with its reason, for people to look at; what may heal is tried
again, later and later.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import structlog

from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope, Vaults
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable, ReplyLate
from projections.dead_letters import requests
from projections.dead_letters.requests import Result
from projections.message import OUTAGES, describe

AT_ONCE = 500
IDLE = 0.5
_REST = 1.0
_RETRIED = (500,)
"""Answers that may become others: a broken rule may be mended. Tried `_MOST` times."""
_MOST = 10
_LONGEST = 300.0

_log = structlog.get_logger("workflows")
# The first waiting command of each record, once it is due; one that is for later holds none up until then. Locked, so
# that two dispatchers never send the same one.
_WAITING = """
select tenant, seq, workflow, command_id, domain, aggregate, id, value, causation_id, correlation_id, source_time,
    attempts, asked
from workflow_outbox o
where outcome is null and due <= now() and not exists (
    select 1 from workflow_outbox e where e.outcome is null and e.tenant = o.tenant and e.domain = o.domain
    and e.aggregate = o.aggregate and e.id = o.id and e.seq < o.seq and coalesce(e.not_before, now()) <= now())
order by seq limit %s for update skip locked
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox. `asked` is the dead letter it was, if somebody asked to send it once more."""

    tenant: str
    seq: int
    workflow: str
    command_id: str
    domain: str
    aggregate: str
    id: str
    value: bytes
    causation_id: str
    correlation_id: str
    source_time: datetime
    attempts: int
    asked: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a row: let it go, keep it with its outcome, or try again after so many seconds."""

    done: bool = False
    outcome: str | None = None
    reason: str | None = None
    again_in: float = 0.0


Send = Callable[[CommandEnvelope], "Future[Reply]"]


def dispatch(
    connect: Callable[[], psycopg.Connection],
    codec: Codec,
    vaults: Vaults,
    send: Send,
    wake: threading.Event,
    stop: threading.Event,
) -> None:
    """Works until `stop`, and never raises: what fails is tried again. `wake` is set when there is something new; else
    the outbox is looked at twice a second."""
    while not stop.is_set():
        try:
            with connect() as connection:
                while not stop.is_set():
                    wake.clear()
                    if send_waiting(connection, codec, vaults, send) < AT_ONCE:
                        wake.wait(IDLE)
        except OUTAGES as error:
            _log.warning("the outbox waits", error=str(error))
            stop.wait(_REST)
        except Exception:  # nobody would notice that this thread has ended
            _log.exception("the outbox failed")
            stop.wait(_REST)


def send_waiting(connection: psycopg.Connection, codec: Codec, vaults: Vaults, send: Send) -> int:
    """Sends what is waiting and settles it; how many commands that were."""
    with connection.transaction(), connection.cursor() as cursor:
        rows = [Waiting(*row) for row in cursor.execute(_WAITING, [AT_ONCE]).fetchall()]
        sent = [_sent(row, codec, vaults, send) for row in rows]
        for row, each in zip(rows, sent, strict=True):
            _settle(cursor, row, _verdict(row, each))
    return len(rows)


def judged(reply: Reply, attempts: int) -> Verdict:
    """What an answer means for the row it answers."""
    if reply.status == 200:
        return Verdict(done=True)
    if reply.status in _RETRIED and attempts + 1 < _MOST:
        return Verdict(again_in=backoff(attempts))
    outcome = "failed" if reply.status in _RETRIED else "rejected"
    return Verdict(outcome=outcome, reason=f"{reply.status} {reply.code}: {reply.message}")


def backoff(attempts: int) -> float:
    """Seconds until the next try: 1, 2, 4, … up to five minutes."""
    return min(2.0 ** min(attempts, 30), _LONGEST)


def _sent(row: Waiting, codec: Codec, vaults: Vaults, send: Send) -> "Future[Reply] | Verdict":
    """The answer to come, or the verdict on a row that cannot be sent: not now, or not ever. Raises OUTAGES."""
    try:
        command: Any = codec.decode(row.value, vaults(row.tenant))
        return send(
            CommandEnvelope(
                command=command,
                tenant=row.tenant,
                aggregate=row.aggregate,
                id=row.id,
                command_id=row.command_id,
                correlation_id=row.correlation_id,
                causation_id=row.causation_id,
                actor=f"workflow:{row.workflow}",
                fingerprint=row.command_id.replace("-", "")[:16],
                source_time=row.source_time,
            )
        )
    except LogUnavailable:
        return Verdict(again_in=backoff(row.attempts))
    except OUTAGES:
        raise
    except Exception as error:  # whatever else it is, it is about this command
        return Verdict(outcome="failed", reason=describe(error)[0])


def _verdict(row: Waiting, sent: "Future[Reply] | Verdict") -> Verdict:
    if isinstance(sent, Verdict):
        return sent
    try:
        return judged(sent.result(), row.attempts if row.asked is None else _MOST)
    except (ReplyLate, LogUnavailable) as error:
        _log.warning("asking again", workflow=row.workflow, command_id=row.command_id, error=str(error))
        return Verdict(again_in=backoff(min(row.attempts, 3)))


def _settle(cursor: psycopg.Cursor[Any], row: Waiting, verdict: Verdict) -> None:
    key = [row.tenant, row.seq]
    if row.asked is not None and (verdict.done or verdict.outcome is not None):
        requests.settle_letter(cursor, row.tenant, row.asked, _told(verdict))
    if verdict.done:
        cursor.execute("delete from workflow_outbox where tenant = %s and seq = %s", key)
        return
    if verdict.outcome is not None:
        _log.warning("a command was refused", workflow=row.workflow, command_id=row.command_id, reason=verdict.reason)
    cursor.execute(
        "update workflow_outbox set attempts = attempts + 1, due = now() + make_interval(secs => %s), outcome = %s, "
        "reason = coalesce(%s, reason), asked = case when %s::text is null then asked end "
        "where tenant = %s and seq = %s",
        [verdict.again_in, verdict.outcome, verdict.reason, verdict.outcome, *key],
    )


def _told(verdict: Verdict) -> Result:
    """What came of sending a command once more because somebody asked."""
    match verdict.outcome:
        case None:
            return Result("redriven", "The command is accepted.")
        case "failed":
            return Result("failed_again", f"It failed again: {verdict.reason}")
        case _:
            return Result("refused", f"It is refused: {verdict.reason}")
