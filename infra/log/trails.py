"""Commands of the audit's trails on their way: gateways send them, and the command line does."""

from uuid import uuid4

from infra.log.envelope import CommandEnvelope
from schemas.generated.audit.trail import CloseTrail, RecordEntries


def enveloped(tenant: str, actor: str, command: RecordEntries | CloseTrail) -> CommandEnvelope:
    """The command under a new id: each is sent by whoever made it alone, and never made again."""
    id = str(uuid4())
    return CommandEnvelope(
        command=command,
        tenant=tenant,
        aggregate="trail",
        id=command.trail_id,
        command_id=id,
        correlation_id=id,
        actor=actor,
        fingerprint=id.replace("-", "")[:16],
    )
