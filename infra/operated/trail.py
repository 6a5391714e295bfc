"""Hands entries of operators to the log: in each tenant a trail of their own, which ends with them."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

from confluent_kafka import KafkaError, KafkaException, Message

from infra.log import kafka, registry
from infra.log.envelope import CommandEnvelope, encode_command
from infra.log.trails import enveloped
from infra.operated.entry import Draft, Operation, Operator, entry_of
from infra.settings import Settings
from infra.vault import KeyMissing, Vaults
from schemas.generated.audit.trail import CloseTrail, EntryKind, RecordEntries

Drafts = Mapping[str, Sequence[Draft]]
"""By tenant."""
_OPENS = frozenset({EntryKind.BEGAN, EntryKind.DID})
"""What a tenant has an audit for from then on: of one that there is not, nothing is shown, taken out or refused."""
PATIENCE = 5.0
"""Seconds within which the log takes entries, or they are not recorded."""
_MOST = 200


class NotTaken(Exception):
    """The log took not all of the entries; the message says why."""


def everybody(settings: Settings) -> Sequence[str]:
    """Every tenant that there is. Raises VaultUnavailable, WrongMasterKey."""
    with closing(Vaults(settings)) as vaults:
        return vaults.tenants()


def record(settings: Settings, drafts: Drafts, operation: Operation, who: Operator) -> None:
    """Returns when the log has them all; a processor adds them to the audit. Tenants that were erased are left out, and
    those that there are not, unless something is done that makes one, such as a key.

    It is who the command line is to Kafka that sends them, and no answer is waited for, so that it works while
    processors do not. Raises NotTaken, VaultUnavailable, RegistryUnavailable and what else keeps keys or log away.
    """
    codec = registry.codec(settings)
    failed: list[str] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failed.append(error.str())

    with closing(Vaults(settings)) as vaults:
        timing = {"log_level": 0, "message.timeout.ms": int(PATIENCE * 1000)}
        producer = kafka.producer(settings, error_cb=_unheard, **timing)
        known = frozenset(vaults.tenants())
        for tenant, of_tenant in drafts.items():
            if tenant not in known and _OPENS.isdisjoint(draft.kind for draft in of_tenant):
                continue
            for envelope in _envelopes(tenant, of_tenant, operation, who, vaults, alone=len(drafts) == 1):
                message = encode_command(envelope, codec, vaults(tenant), settings.topic_prefix)
                try:
                    producer.produce(
                        message.topic, message.value, message.key, headers=list(message.headers), on_delivery=delivered
                    )
                except (BufferError, KafkaException) as error:
                    raise NotTaken(f"The log takes no more entries now: {error}") from error
            producer.poll(0)
        left = producer.flush(PATIENCE + 1)
    if failed or left:
        raise NotTaken(f"The log did not take the entries: {failed[0] if failed else 'no broker answers'}.")


def _unheard(error: KafkaError) -> None:
    """What is wrong with a broker is told once, by the entries that it did not take."""


def _envelopes(
    tenant: str, drafts: Sequence[Draft], operation: Operation, who: Operator, vaults: Vaults, *, alone: bool
) -> list[CommandEnvelope]:
    """The commands of one trail, in order. None for a tenant that was erased: there is nobody to keep it for."""
    try:
        secret = vaults.secret(tenant)
    except KeyMissing:
        return []
    entries = tuple(entry_of(draft, operation, who, secret, vaults(tenant), alone=alone) for draft in drafts)
    trail, now = str(uuid4()), datetime.now(UTC)
    batches = [
        RecordEntries(
            trail_id=trail, source=f"operator-{who.host}", number=number, entries=entries[start : start + _MOST], at=now
        )
        for number, start in enumerate(range(0, len(entries), _MOST), 1)
    ]
    return [enveloped(tenant, who.actor, each) for each in (*batches, CloseTrail(trail_id=trail, at=now))]
