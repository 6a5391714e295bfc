"""A platform in memory for the importer: real deciders, real files, no Kafka and no databases."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from domains.integration.cell_forms import same_name
from domains.kernel import Rejected, command_contracts, deciders, execute
from infra.blobs import Blobs
from infra.log.envelope import CommandEnvelope
from infra.log.replies import EventRef, Reply
from schemas.generated.crm.field_set import Field
from schemas.generated.integration.import_job import ImportJob, StartImport
from streams.importer.deliver import Stopped
from streams.importer.desk import Desk
from streams.importer.jobs import Job
from streams.importer.known import is_on_file
from streams.importer.matching import OnFile
from streams.importer.naming import Directory
from streams.importer.parents import Standing
from streams.importer.pipelines import NONE as NO_PIPELINES
from streams.importer.pipelines import Pipelines
from streams.importer.present import Caused, Place, Present, Told, absent
from streams.importer.rates import NONE, Rates
from streams.importer.reasons import NONE as NO_REASONS
from streams.importer.reasons import Reasons

Key = tuple[str, str, str]
TENANT = "acme"
AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
SAMPLE = Path(__file__).parents[3] / "data" / "crm-sales-opportunities"


@dataclass
class Memory:
    """Aggregates by (domain, aggregate, id), with version and state; answers are kept by command id.

    `rates`, `reasons` and `pipelines` are what the tenant has, `own` fields that it defined for the target `own_of`.
    `dies_after` raises Stopped at the so many-th command from now, as a kill would end the worker.
    """

    blobs: Blobs
    held: dict[tuple[str, str, str], tuple[int, Any]] = field(
        default_factory=dict[tuple[str, str, str], tuple[int, Any]]
    )
    answers: dict[str, Reply] = field(default_factory=dict[str, Reply])
    events: list[Any] = field(default_factory=list[Any])
    sent: list[CommandEnvelope] = field(default_factory=list[CommandEnvelope])
    commands: dict[Key, set[str]] = field(default_factory=dict[Key, set[str]])
    history: dict[Key, list[Any]] = field(default_factory=dict[Key, list[Any]])
    own: Mapping[str, Field] = field(default_factory=dict[str, Field])
    own_of: str = "crm.deal"
    rates: Rates = NONE
    reasons: Reasons = NO_REASONS
    pipelines: Pipelines = NO_PIPELINES
    came: list[tuple[Key, str, Caused]] = field(default_factory=list[tuple[Key, str, Caused]])
    looked_up: int = 0
    dies_after: int | None = None

    @property
    def desk(self) -> Desk:
        return Desk(
            self.send,
            self._pause,
            self.blobs,
            lambda: AT,
            derive,
            self._prefetch,
            self.directory,
            _nothing,
            self._present,
            self._on_file,
            self._above,
            lambda tenant, target: self.own if target == self.own_of else {},
            lambda tenant: self.rates,
            lambda tenant: self.reasons,
            lambda tenant: self.pipelines,
        )

    def send(self, envelope: CommandEnvelope) -> "Future[Reply]":
        if self.dies_after is not None:
            if self.dies_after == 0:
                raise Stopped
            self.dies_after -= 1
        self.sent.append(envelope)
        future: Future[Reply] = Future()
        first = self.answers.get(envelope.command_id)
        future.set_result(self._decide(envelope) if first is None else msgspec.structs.replace(first, repeated=True))
        return future

    def _decide(self, envelope: CommandEnvelope) -> Reply:
        aggregate, contract = command_contracts()[envelope.command.NAME]
        decider = deciders(aggregate.domain)[aggregate.aggregate]
        key = (aggregate.domain, aggregate.aggregate, envelope.id)
        version, state = self.held.get(key, (0, decider.initial))
        if envelope.expected_version is not None and envelope.expected_version != version:
            return Reply(envelope.command_id, "", 412, version, code="stale_version", message="Look at it again.")
        try:
            events, state = execute(decider, contract, state, version, envelope.command)
        except Rejected as rejected:
            status = 409 if rejected.field is None else 422
            return Reply(
                envelope.command_id,
                "",
                status,
                version,
                code=rejected.code,
                message=rejected.message,
                field=rejected.field,
            )
        refs = tuple(EventRef(str(uuid.uuid4()), event.NAME, version + n) for n, event in enumerate(events, 1))
        self.held[key] = (version + len(events), state)
        self.events += events
        causes = [Caused(envelope.id, version + n, envelope.command_id) for n, _ in enumerate(events, 1)]
        self.came += [(key, envelope.correlation_id, each) for each in causes]
        self.history.setdefault(key, []).extend(events)
        self.commands.setdefault(key, set()).add(envelope.command_id)
        reply = Reply(envelope.command_id, "", 200, version + len(events), refs)
        self.answers[envelope.command_id] = reply
        return reply

    def all(self, domain: str, aggregate: str) -> list[Any]:
        """The states of all aggregates of a kind."""
        return [state for (d, a, _), (_, state) in self.held.items() if (d, a) == (domain, aggregate)]

    def directory(self, tenant: str) -> Directory:
        assert tenant == TENANT
        names: dict[str, dict[str, tuple[str, ...]]] = {}
        for kind in ("admin.user", "crm.company", "crm.product"):
            domain, aggregate = kind.split(".")
            found: dict[str, set[str]] = {}
            for (d, a, id), (_, state) in self.held.items():
                if (d, a) == (domain, aggregate) and state.status == "ACTIVE":
                    called = (state.name, *getattr(state, "aliases", ()), getattr(state, "email", None))
                    for name in filter(None, called):
                        found.setdefault(same_name(name), set()).add(id)
            names[kind] = {name: tuple(sorted(ids)) for name, ids in found.items()}
        return Directory(names, {state.team_id: state.name for state in self.all("admin", "team")})

    def started(
        self, target: str, content: bytes, mapping: Mapping[str, str], import_id: str = "i1", **given: Any
    ) -> Job:
        """An import of these bytes, ready to be worked on."""
        file = self.blobs.put(TENANT, [content], shelf="uploads").hash
        command = StartImport(
            import_id=import_id, target=target, file=file, file_name="f.csv", mapping=mapping, at=AT, **given
        )
        number = str(uuid.uuid5(uuid.NAMESPACE_OID, import_id))
        reply = self._decide(
            CommandEnvelope(command, TENANT, "import_job", import_id, number, number, "key:acme", "00")
        )
        assert reply.status == 200, reply
        return self.job(import_id)

    def job(self, import_id: str = "i1", cause: str = "start") -> Job:
        """The import as its events tell it now."""
        return Job(TENANT, self.state(import_id), AT, f"{cause}-{import_id}", "correlation", AT)

    def state(self, import_id: str = "i1") -> ImportJob:
        return self.held["integration", "import_job", import_id][1]

    def do(self, command: Any) -> Reply:
        """A command by somebody else."""
        aggregate, _ = command_contracts()[command.NAME]
        id = getattr(command, aggregate.id_field)
        number = str(uuid.uuid4())
        return self._decide(CommandEnvelope(command, TENANT, aggregate.aggregate, id, number, number, "key:acme", "00"))

    def _pause(self, seconds: float) -> None:
        assert seconds == 0

    def _present(self, tenant: str, places: Collection[Place]) -> Mapping[Place, Present]:
        assert tenant == TENANT
        self.looked_up += len(places)
        found = {place: self.held.get(place) for place in places}
        return {
            place: absent(place) if held is None else Present(*held, frozenset(self.commands.get(place, ())))
            for place, held in found.items()
        }

    def told(self, tenant: str, places: Collection[Place]) -> Mapping[Place, Told]:
        """What became of these records."""
        assert tenant == TENANT
        found = {place: tuple(self.history.get(place, ())) for place in places}
        return {place: Told(len(all), all, frozenset(self.commands.get(place, ()))) for place, all in found.items()}

    def caused(self, tenant: str, correlation: str, domain: str, aggregate: str) -> Sequence[Caused]:
        """The events of a correlation."""
        assert tenant == TENANT
        kind = (domain, aggregate)
        return [each for key, name, each in self.came if (key[:2], name) == (kind, correlation)]

    def _on_file(self, tenant: str, kind: str, fields: Sequence[str]) -> OnFile:
        assert tenant == TENANT
        domain, aggregate = kind.split(".")
        names = [{"company": "company_id", "owner": "owner_id"}.get(field, field) for field in fields]
        for (d, a, id), (_, state) in self.held.items():
            if (d, a) == (domain, aggregate) and is_on_file(state):
                yield id, [getattr(state, name) for name in names]

    def _above(self, tenant: str, ids: Collection[str]) -> Mapping[str, Standing]:
        assert tenant == TENANT
        held = {id: state for (_, kind, id), (_, state) in self.held.items() if kind == "company" and id in ids}
        return {id: Standing(state.name, state.parent_id) for id, state in held.items()}

    def _prefetch(self, tenant: str, subjects: Iterable[str]) -> None:
        assert tenant == TENANT


def _nothing() -> None:
    pass


def derive(tenant: str, kind: str, name: str) -> str:
    return str(uuid.UUID(hashlib.sha256(f"{tenant}|{kind}|{name}".encode()).hexdigest()[:32]))


def csv_of(*rows: Sequence[str]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()
