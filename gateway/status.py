"""`Prefer: respond-async`: a command is taken, and a status resource tells how it went.

The table in the platform database keeps what was sent, its personal values sealed, so that a gateway that starts again
sends what has no answer once more, under the same id.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError

from gateway import describe, outcome, platform
from gateway.answers import ok
from gateway.auth import admitted
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from infra import postgres
from infra.log import replies
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable, ReplyLate
from infra.settings import Settings
from infra.vault import VaultUnavailable

log = structlog.get_logger()
DATABASE = "platform"
SWEEP = 1.0
"""Seconds between looks for commands without an answer."""

_TABLE = """
create table if not exists command_statuses (
    tenant text not null, command_id text not null, fingerprint text not null, sent bytea not null, reply bytea,
    sent_at timestamptz not null default now(), expires_at timestamptz not null default now() + interval '24 hours',
    primary key (tenant, command_id));
create index if not exists command_statuses_waiting on command_statuses (sent_at) where reply is null;
create index if not exists command_statuses_expiring on command_statuses (expires_at);
alter table command_statuses enable row level security;
alter table command_statuses force row level security;
"""
_INSERT = sa.text(
    "insert into command_statuses (tenant, command_id, fingerprint, sent) "
    "values (:tenant, :command_id, :fingerprint, :sent) on conflict do nothing"
)
_READ = sa.text(
    "select fingerprint, sent, reply from command_statuses "
    "where tenant = :tenant and command_id = :command_id and expires_at > now()"
)
_FORGET = sa.text("delete from command_statuses where tenant = :tenant and command_id = :command_id and reply is null")
_ANSWERED = sa.text(
    "update command_statuses set reply = :reply where tenant = :tenant and command_id = :command_id and reply is null"
)
# The sender itself tries for ten seconds.
_OVERDUE = sa.text(
    "update command_statuses set sent_at = now() where (tenant, command_id) in (select tenant, command_id "
    "from command_statuses where reply is null and expires_at > now() "
    "and sent_at < now() - interval '15 s' order by sent_at limit 100 for update skip locked) "
    "returning sent"
)
_EXPIRED = sa.text("delete from command_statuses where expires_at < now()")


class Sent(msgspec.Struct, frozen=True):
    """A command as the table keeps it; `value` is what the log gets. `asked_at` is when its caller asked for it, in ms
    since 1970; None in what an older release kept. `made` is the id of what it makes beside its own record."""

    value: bytes
    tenant: str
    aggregate: str
    id: str
    command_id: str
    correlation_id: str
    actor: str
    fingerprint: str
    expected_version: int | None
    traceparent: str | None
    asked_at: int | None = None
    made: str | None = None
    on_behalf_of: str | None = None


def ensure_table(settings: Settings) -> None:
    """Makes the platform database and the table; safe to call at every start."""
    postgres.ensure_database(settings, DATABASE)
    writer = sql.Identifier(postgres.role_name(settings, "writer"))
    with postgres.connect(settings, DATABASE, "owner") as connection:
        postgres.lock_setup(connection)
        if connection.execute("select to_regclass('command_statuses')").fetchone() != (None,):
            return
        connection.execute(_TABLE)
        connection.execute(sql.SQL("grant select, insert, update, delete on command_statuses to {}").format(writer))
        connection.execute(sql.SQL("create policy keeper on command_statuses to {} using (true)").format(writer))


async def accept(here: Platform, envelope: CommandEnvelope, limits: Mapping[str, str]) -> Response:
    """Takes a command and answers 202 once the log has it. The same command again is the same 202.

    It stays in the line of commands until its answer comes, although nobody waits for that.
    """
    sent = _sent(here, envelope)
    about = {"tenant": envelope.tenant, "command_id": envelope.command_id}
    fresh = await _keep(here, sent)
    if fresh:
        try:
            await _hand_over(here, envelope, sent.asked_at)
        except (LogUnavailable, VaultUnavailable) as error:
            await _run(here, _FORGET, about)
            detail = "The log cannot take commands now. Send the command again with the same Idempotency-Key."
            raise Problem(503, "log_unavailable", detail, headers={"Retry-After": "1"}) from error
    headers = {**limits, "Location": f"/commands/{envelope.command_id}", "Preference-Applied": "respond-async"}
    made = outcome.made_by(envelope.command)
    return ok({"command_id": envelope.command_id, "id": envelope.id, **made, "state": "pending"}, 202, headers)


async def watch(here: Platform, envelope: CommandEnvelope) -> dict[str, str]:
    """Keeps a command that the log has taken and whose answer is late: the header that says where to ask for it.

    Nothing when it cannot be kept now; the command itself is in the log either way.
    """
    try:
        await _keep(here, _sent(here, envelope))
    except (SQLAlchemyError, VaultUnavailable, Problem):
        return {}
    return {"Location": f"/commands/{envelope.command_id}"}


async def refused(here: Platform, envelope: CommandEnvelope, reply: Reply) -> None:
    """Notes what the caller is about to be told of a command, if an earlier request for it is kept: it must not be sent
    once more. What was accepted is known by its id, so that to send it again does no harm."""
    about = {"tenant": envelope.tenant, "command_id": envelope.command_id}
    await _run(here, _ANSWERED, about | {"reply": replies.encode(reply)})


def add(router: APIRouter) -> None:
    """Adds the status resource to a router."""
    router.add_api_route(
        "/commands/{id}",
        _endpoint,
        methods=["GET"],
        operation_id="command_status",
        summary="How a command went that was sent with Prefer: respond-async. Kept for a day.",
        tags=["commands"],
        response_class=Response,
        openapi_extra=describe.command_status(),
        responses=describe.answers(describe.ref("CommandStatus"), 404),
    )


async def _endpoint(request: Request) -> Response:
    who, limits = await admitted(request)
    here, id = platform.of(request), str(request.path_params["id"])
    if "\0" in id:
        raise not_found("command")
    async with here.platform_database.connect() as connection:
        row = (await connection.execute(_READ, {"tenant": who.tenant, "command_id": id})).one_or_none()
    if row is None:
        raise not_found("command")
    sent = msgspec.msgpack.decode(row.sent, type=Sent)
    if who.user is not None and sent.actor != who.name:
        raise not_found("command")
    made = {} if sent.made is None else {"made": sent.made}
    told: dict[str, Any] = {"command_id": sent.command_id, "id": sent.id, **made}
    if row.reply is None:
        return ok(told | {"state": "pending"}, headers={**limits, "Retry-After": "1"})
    new = sent.expected_version == 0
    return ok(told | outcome.state(sent.id, replies.decode(row.reply), here.secret, made, new=new), headers=limits)


@asynccontextmanager
async def running(here: Platform) -> AsyncGenerator[None]:
    """Sends overdue commands again for as long as the block lasts."""
    task = asyncio.create_task(_sweep(here))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _sweep(here: Platform) -> None:
    while True:
        try:
            async with here.platform_database.begin() as connection:
                overdue = (await connection.execute(_OVERDUE)).scalars().all()
                await connection.execute(_EXPIRED)
            for row in overdue:
                sent = msgspec.msgpack.decode(row, type=Sent)
                envelope = await asyncio.to_thread(_envelope, here, sent)
                _note(here, envelope, asyncio.wrap_future(here.sender.send(envelope, asked_at=sent.asked_at)))
        except Exception as error:
            # Postgres, the log or the vault is away; the rows are still there at the next look.
            log.warning("commands_not_sent_again", error=repr(error))
        await asyncio.sleep(SWEEP)


async def _keep(here: Platform, sent: Sent) -> bool:
    """Whether the command was not known yet; raises Problem(422) when its id stands for another one."""
    about = {"tenant": sent.tenant, "command_id": sent.command_id}
    async with here.platform_database.begin() as connection:
        values = about | {"fingerprint": sent.fingerprint, "sent": msgspec.msgpack.encode(sent)}
        if (await connection.execute(_INSERT, values)).rowcount:
            return True
        known = (await connection.execute(_READ, about)).one_or_none()
    if known is not None and known.fingerprint != sent.fingerprint:
        detail = "This Idempotency-Key was used with another body; send a new key."
        raise Problem(422, "idempotency_key_reused", detail)
    return False


async def _hand_over(here: Platform, envelope: CommandEnvelope, asked_at: int | None) -> None:
    """Returns when the log has the command. The reply is noted whenever it comes.

    Every copy says the same time as one that is sent later from what is kept, which is not late behind these: where
    their answer is lost nobody was told of it.
    """
    loop = asyncio.get_running_loop()
    taken: asyncio.Future[None] = loop.create_future()

    def settle() -> None:
        if not taken.done():
            taken.set_result(None)

    def on_taken() -> None:
        loop.call_soon_threadsafe(settle)

    reply = asyncio.wrap_future(here.sender.send(envelope, on_taken, asked_at=asked_at))
    _note(here, envelope, reply)
    await asyncio.wait([taken, reply], return_when=asyncio.FIRST_COMPLETED)
    if not taken.done() and isinstance(error := reply.exception(), LogUnavailable):
        raise error


_noting: set[asyncio.Task[None]] = set()
"""The event loop holds tasks weakly; these must not vanish before they end."""


def _note(here: Platform, envelope: CommandEnvelope, reply: "asyncio.Future[Reply]") -> None:
    """Writes the reply down when it comes."""
    task = asyncio.create_task(_written(here, envelope, reply))
    _noting.add(task)
    task.add_done_callback(_noting.discard)


async def _written(here: Platform, envelope: CommandEnvelope, reply: "asyncio.Future[Reply]") -> None:
    try:
        with here.lines.commands.joined():
            answer = replies.encode(await reply)
        about = {"tenant": envelope.tenant, "command_id": envelope.command_id}
        await _run(here, _ANSWERED, about | {"reply": answer})
    except (ReplyLate, LogUnavailable):
        return  # the sweep sends it again
    except SQLAlchemyError as error:
        log.warning("reply_not_noted", command_id=envelope.command_id, error=repr(error))


async def _run(here: Platform, statement: "sa.TextClause", values: Mapping[str, Any]) -> None:
    async with here.platform_database.begin() as connection:
        await connection.execute(statement, values)


def _sent(here: Platform, envelope: CommandEnvelope) -> Sent:
    return Sent(
        value=here.codec.encode(envelope.command, here.vaults(envelope.tenant)),
        tenant=envelope.tenant,
        aggregate=envelope.aggregate,
        id=envelope.id,
        command_id=envelope.command_id,
        correlation_id=envelope.correlation_id,
        actor=envelope.actor,
        fingerprint=envelope.fingerprint,
        expected_version=envelope.expected_version,
        traceparent=envelope.traceparent,
        asked_at=time.time_ns() // 1_000_000,
        on_behalf_of=envelope.on_behalf_of,
        **outcome.made_by(envelope.command),
    )


def _envelope(here: Platform, sent: Sent) -> CommandEnvelope:
    return CommandEnvelope(
        command=here.codec.decode(sent.value, here.vaults(sent.tenant)),
        tenant=sent.tenant,
        aggregate=sent.aggregate,
        id=sent.id,
        command_id=sent.command_id,
        correlation_id=sent.correlation_id,
        actor=sent.actor,
        fingerprint=sent.fingerprint,
        expected_version=sent.expected_version,
        traceparent=sent.traceparent,
        on_behalf_of=sent.on_behalf_of,
    )
