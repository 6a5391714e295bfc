"""What work on an import takes from outside: sending, waiting, files, time, keys and names."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domains.kernel import command_contracts
from infra.blobs import Blobs
from schemas.contract import AggregateContract, Record
from streams.importer.deliver import Pause, Send, ask, envelope
from streams.importer.jobs import Job
from streams.importer.matching import OnFile
from streams.importer.naming import Directory
from streams.importer.own import Fields
from streams.importer.parents import Standing
from streams.importer.pipelines import Pipelines
from streams.importer.rates import Rates
from streams.importer.reasons import Reasons
from streams.importer.rehearsal import LookUp


@dataclass(frozen=True, slots=True)
class Desk:
    """`pause(0)` asks whether to go on. `derive(tenant, kind, name)` gives an id, `prefetch(tenant, subjects)` fetches
    the keys of many persons at once, `directory(tenant)` waits for the read models and reads names from them,
    `own(tenant, target)` the fields that it defined. `shown()` waits a while until the read models show everything.
    `present` tells what records are now, `on_file(tenant, kind, fields)` which there are and what they have there,
    `above(tenant, ids)` which of these companies there are, and what stands above each, `rates(tenant)` what currencies
    are worth in its own, `reasons(tenant)` why its deals are won and lost, `pipelines(tenant)` which it has."""

    send: Send
    pause: Pause
    blobs: Blobs
    clock: Callable[[], datetime]
    derive: Callable[[str, str, str], str]
    prefetch: Callable[[str, Iterable[str]], None]
    directory: Callable[[str], Directory]
    shown: Callable[[], None]
    present: LookUp
    on_file: Callable[[str, str, Sequence[str]], OnFile]
    above: Callable[[str, Collection[str]], Mapping[str, Standing]]
    own: Callable[[str, str], Fields]
    rates: Callable[[str], Rates]
    reasons: Callable[[str], Reasons]
    pipelines: Callable[[str], Pipelines]


def contract_of(command: Record) -> AggregateContract:
    """The contract of the aggregate that a command is for."""
    return command_contracts()[command.NAME][0]


def say(job: Job, desk: Desk, command: Record, *place: str | int) -> None:
    """Tells the import itself something. It accepts these always; a refusal is a mistake of ours."""
    reply = ask(envelope(job, command, contract_of(command).aggregate, job.id, *place), desk.send, desk.pause)
    if reply.status != 200:
        raise RuntimeError(f"The import {job.id} refused {command.NAME}: {reply.status} {reply.code} {reply.message}")
