"""One erasure: the person's key is destroyed, then that is told. Doing either again changes nothing."""

import uuid
from collections.abc import Callable

from infra.log.envelope import CommandEnvelope
from infra.vault.keys import Destroyed
from schemas.generated.admin.data_subject import CONTRACT, ConfirmErasure, DataSubject
from streams.board import Job
from streams.importer.deliver import Pause, Send, ask

BY = "eraser"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "nexus360/erasure")

Destroy = Callable[[str, str], Destroyed]
"""Destroys the key of a tenant's person for good."""


def carry_out(job: Job[DataSubject], destroy: Destroy, send: Send, pause: Pause) -> None:
    """Comes back when the proof is in the log. Raises VaultUnavailable, LogUnavailable, Stopped."""
    destroyed = destroy(job.tenant, job.id)
    told = ConfirmErasure(data_subject_id=job.id, key=destroyed.fingerprint, by=BY, at=destroyed.at)
    number = str(uuid.uuid5(_NAMESPACE, "/".join(job.key)))
    envelope = CommandEnvelope(
        command=told,
        tenant=job.tenant,
        aggregate=CONTRACT.aggregate,
        id=job.id,
        command_id=number,
        correlation_id=number,
        actor=BY,
        fingerprint=number.replace("-", "")[:16],
    )
    reply = ask(envelope, send, pause)
    if reply.status != 200:
        raise RuntimeError(f"The erasure of {job.id} was not confirmed: {reply.status} {reply.code} {reply.message}")
