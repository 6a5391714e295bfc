"""What work on a bulk change takes from outside, and how its commands are addressed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domains.kernel import command_contracts
from infra.blobs import Blobs
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope
from schemas.contract import Record
from schemas.generated.common import BookTerms, PipelineRules
from schemas.generated.integration.bulk_change import BulkChange, BulkChangeStatus
from streams.importer.deliver import Pause, Send, ask, command_id
from streams.importer.parents import Standing
from streams.importer.present import Caused, Place, Told
from streams.importer.rates import Rates
from streams.importer.rehearsal import LookUp

EVERY = 500
"""Records between two reports of progress, which are what a restart goes back to."""
AT_ONCE = 200
"""Records that are looked up together."""


@dataclass(frozen=True, slots=True)
class Job:
    """A bulk change of a tenant that is open."""

    tenant: str
    state: BulkChange

    @property
    def id(self) -> str:
        return self.state.bulk_change_id

    @property
    def cause(self) -> str:
        """What is open of it: to be done, or to be taken back."""
        back = self.state.status is BulkChangeStatus.REVERTING
        return f"{self.id}/{'revert' if back else 'change'}"

    @property
    def turn(self) -> tuple[str, str]:
        """What comes first in its tenant."""
        return str(self.state.started_at), self.id


@dataclass(frozen=True, slots=True)
class Desk:
    """`pause(0)` asks whether to go on, `cancelled(job)` whether somebody ended it meanwhile. `prefetch` fetches the
    keys of many persons at once, `shown()` waits a while until the read models show everything. `present` tells what
    records are now, `told` all that became of them, `pipelines(tenant)` by which rules deals go back,
    `rates(tenant)` what currencies are worth in its own, `books(tenant)` what its price books say of themselves,
    `caused(tenant, correlation, domain, aggregate)` which events came of a bulk change, `above(tenant, ids)` what
    stands above each of these companies."""

    send: Send
    pause: Pause
    cancelled: Callable[[Job], bool]
    blobs: Blobs
    codec: Codec
    clock: Callable[[], datetime]
    prefetch: Callable[[str, Iterable[str]], None]
    shown: Callable[[], None]
    present: LookUp
    told: Callable[[str, Collection[Place]], Mapping[Place, Told]]
    pipelines: Callable[[str], Mapping[str, PipelineRules]]
    rates: Callable[[str], Rates]
    books: Callable[[str], Mapping[str, BookTerms]]
    caused: Callable[[str, str, str, str], Sequence[Caused]]
    above: Callable[[str, Collection[str]], Mapping[str, Standing]]


def number_of(job: Job, *place: str | int) -> str:
    """The id of a command of a bulk change: the same each time for the same place in it."""
    return command_id(job.tenant, job.id, *place)


def envelope(
    job: Job, command: Record, id: str, actor: str, *place: str | int, expected: int | None = None
) -> CommandEnvelope:
    """A command in somebody's name. Its correlation is the bulk change, by which histories tell where it came from."""
    contract, _ = command_contracts()[command.NAME]
    number = number_of(job, *place)
    return CommandEnvelope(
        command=command,
        tenant=job.tenant,
        aggregate=contract.aggregate,
        id=id,
        command_id=number,
        correlation_id=job.id,
        actor=actor,
        fingerprint=number.replace("-", "")[:16],
        expected_version=expected,
    )


def say(job: Job, desk: Desk, command: Record, *place: str | int) -> None:
    """Tells the bulk change itself something. It accepts these always; a refusal is a mistake of ours."""
    reply = ask(envelope(job, command, job.id, f"bulk:{job.id}", *place), desk.send, desk.pause)
    if reply.status != 200:
        said = f"{reply.status} {reply.code} {reply.message}"
        raise RuntimeError(f"The bulk change {job.id} refused {command.NAME}: {said}")
