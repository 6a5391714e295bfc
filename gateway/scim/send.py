"""Commands that SCIM requests lead to: allowed and sent as those of any other route, and read back afterwards."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from domains.kernel import command_contracts
from gateway import outcome
from gateway.access.gate import may_command
from gateway.auth import Caller
from gateway.commands import ask
from gateway.persons import keys_at_hand
from gateway.platform import Platform
from gateway.problems import Problem
from infra.log.envelope import CommandEnvelope
from infra.log.position import merge, sign
from infra.log.replies import Reply

STALE = 412


def now() -> datetime:
    return datetime.now(UTC)


async def permitted(here: Platform, who: Caller, command: Any, *kinds: type[Any]) -> None:
    """Comes back when somebody may do what these ordinary commands do, to the record that `command` is about; raises
    the problem that the commands' own routes would give."""
    aggregate, _ = command_contracts()[command.NAME]
    for kind in kinds:
        _, contract = command_contracts()[kind.NAME]
        await may_command(here, who, aggregate, contract, getattr(command, aggregate.id_field), command)


async def tell(here: Platform, who: Caller, command: Any, expected: int | None = None) -> Reply:
    """The reply to a command that was accepted; raises the problem of one that was not. `expected` is the version that
    the record must have."""
    contract, declared = command_contracts()[command.NAME]
    await keys_at_hand(here, who.tenant, contract, declared, command)
    number = str(uuid.uuid4())
    reply = await ask(
        here,
        CommandEnvelope(
            command=command,
            tenant=who.tenant,
            aggregate=contract.aggregate,
            id=getattr(command, contract.id_field),
            command_id=number,
            correlation_id=number,
            actor=who.name,
            on_behalf_of=who.on_behalf_of,
            fingerprint=number.replace("-", "")[:16],
            expected_version=expected,
        ),
    )
    if reply.status != 200:
        raise outcome.refusal(reply, {"Nexus-Position": outcome.token_of(reply, here.secret)})
    return reply


async def settled(here: Platform, replies: Iterable[Reply]) -> str:
    """The position of these replies, once the admin's read models have reached it."""
    found = ({reply.topic: {reply.partition: reply.offset}} for reply in replies if reply.topic)
    token = sign(merge(*found), here.secret)
    await here.reach.wait("admin", token)
    return token


async def caught_up(here: Platform, problem: Problem) -> None:
    """Comes back when the read models show why a command was refused as stale; raises what is no such refusal."""
    if problem.status != STALE:
        raise problem
    await here.reach.wait("admin", problem.headers["Nexus-Position"])
