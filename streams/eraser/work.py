"""One erasure: the person's key is destroyed, then that is told. Doing either again changes nothing.

One that was ordered of a record as it stood is first taken in by that record, whose only writer says whether it still
stands so; from there on it takes no personal values. If it does not, the erasure is withdrawn, nothing is destroyed.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from infra.log.board import Job
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.vault.keys import Destroyed
from schemas.contract import AggregateContract, Record, people
from schemas.generated.admin.data_subject import CONTRACT, ConfirmErasure, DataSubject, WithdrawErasure
from streams.importer.deliver import Pause, Send, ask

BY = "eraser"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "nexus360/erasure")

Destroy = Callable[[str, str], Destroyed]
"""Destroys the key of a tenant's person for good."""


def carry_out(job: Job[DataSubject], destroy: Destroy, send: Send, pause: Pause) -> bool:
    """Comes back when the proof is in the log, or that it is withdrawn; whether the key was destroyed. Raises
    VaultUnavailable, LogUnavailable, Stopped."""
    if (code := _refused(job, send, pause)) is not None:
        withdrawn = WithdrawErasure(data_subject_id=job.id, code=code, at=datetime.now(UTC))
        _accepted(job, _ask(job, withdrawn, CONTRACT.aggregate, send, pause, "withdraw", _order(job)))
        return False
    destroyed = destroy(job.tenant, job.id)
    told = ConfirmErasure(data_subject_id=job.id, key=destroyed.fingerprint, by=BY, at=destroyed.at)
    _accepted(job, _ask(job, told, CONTRACT.aggregate, send, pause))
    return True


def _refused(job: Job[DataSubject], send: Send, pause: Pause) -> str | None:
    """The code by which the record refuses to be erased; None where it does not, or where none was named."""
    state = job.state
    if state.record_kind is None:
        return None
    contract = next(each for each in people() if f"{each.domain}/{each.aggregate}" == state.record_kind)
    command = _expire(contract)(**{contract.id_field: job.id, "at": state.ordered_at})
    reply = _ask(job, command, contract.aggregate, send, pause, "expire", _order(job), expected=state.record_version)
    if reply.status == 200:
        return None
    if reply.status >= 500:
        raise RuntimeError(f"The record of {job.id} does not answer: {reply.status} {reply.code} {reply.message}")
    return reply.code or "refused"


def _expire(contract: AggregateContract) -> type[Any]:
    return next(command.cls for command in contract.commands if command.internal and command.verb == "expire")


def _order(job: Job[DataSubject]) -> str:
    """Tells one order of the person's erasure from another."""
    return f"{job.state.ordered_at}/{job.state.record_version}"


def _ask(
    job: Job[DataSubject],
    command: Record,
    aggregate: str,
    send: Send,
    pause: Pause,
    *of: str,
    expected: int | None = None,
) -> Reply:
    number = str(uuid.uuid5(_NAMESPACE, "/".join((*job.key, *of))))
    envelope = CommandEnvelope(
        command=command,
        tenant=job.tenant,
        aggregate=aggregate,
        id=job.id,
        command_id=number,
        correlation_id=number,
        actor=BY,
        fingerprint=number.replace("-", "")[:16],
        expected_version=expected,
    )
    return ask(envelope, send, pause)


def _accepted(job: Job[DataSubject], reply: Reply) -> None:
    if reply.status != 200:
        raise RuntimeError(f"The erasure of {job.id} was not told: {reply.status} {reply.code} {reply.message}")
