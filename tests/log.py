"""An in-memory log that runs deciders, workflows and views together without services: whole stories in milliseconds.

Every command and event goes through its Avro bytes on the way, so that a mapping that loses something shows.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# fastavro types its streams as IO of an unknown kind.

import functools
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import fastavro

from domains.kernel import Later, Rejected, command_contracts, deciders, execute, workflows
from projections.catalog import read_models
from schemas import avro
from schemas.contract import PlainVault

VAULT = PlainVault()


@dataclass(frozen=True)
class Entry:
    """An event as the log holds it."""

    event: Any
    tenant: str
    aggregate: str
    id: str
    version: int
    event_id: str
    command_id: str
    recorded_at: datetime


@dataclass
class MemoryLog:
    """One log of all domains. `now` is the clock of recorded times; set it to travel, or `wait` until then."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    entries: list[Entry] = field(default_factory=list[Entry])
    states: dict[tuple[str, str, str], tuple[Any, int]] = field(default_factory=dict[tuple[str, str, str], Any])
    answered: dict[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
    workflow_states: dict[tuple[str, str, str], Any] = field(default_factory=dict[tuple[str, str, str], Any])
    later: list[tuple[datetime, str, Any, str]] = field(default_factory=list[tuple[datetime, str, Any, str]])

    def send(self, tenant: str, command: Any, command_id: str | None = None) -> Sequence[Any]:
        """Decides a command and all that follows from it; gives its own events. A known id has its first answer."""
        command_id = command_id or str(uuid.uuid4())
        if command_id in self.answered:
            return self.answered[command_id]
        command = round_trip(command)
        contract, command_contract = command_contracts()[command.NAME]
        key = (tenant, contract.aggregate, getattr(command, contract.id_field))
        decider = deciders(contract.domain)[contract.aggregate]
        state, version = self.states.get(key, (decider.initial, 0))
        events, state = execute(decider, command_contract, state, version, command)
        self.states[key] = round_trip(state), version + len(events)
        self.answered[command_id] = events
        self.now += timedelta(microseconds=1)
        written = [
            Entry(
                round_trip(event),
                *key,
                version + number,
                str(uuid.uuid5(uuid.UUID(command_id), str(number))),
                command_id,
                self.now,
            )
            for number, event in enumerate(events, 1)
        ]
        self.entries += written
        for entry in written:
            self._follow(entry)
        return events

    def _follow(self, entry: Entry) -> None:
        """Runs every workflow over an event, and sends what it asks for. Refusals are the workflow's to bear."""
        for workflow in workflows():
            if not isinstance(entry.event, workflow.events):
                continue
            for key in workflow.keys(entry.event):
                place = (workflow.name, entry.tenant, key)
                state = workflow.evolve(self.workflow_states.get(place, workflow.initial), entry.event, key)
                self.workflow_states[place] = state
                for reaction in workflow.react(state, entry.event, key):
                    command = reaction.command if isinstance(reaction, Later) else reaction
                    contract, _ = command_contracts()[command.NAME]
                    target = f"{workflow.name}/{getattr(command, contract.id_field)}/{command.NAME}"
                    id = str(uuid.uuid5(uuid.UUID(entry.event_id), target))
                    if isinstance(reaction, Later):
                        self.later.append((reaction.moment, entry.tenant, command, id))
                    else:
                        self._try(entry.tenant, command, id)

    def wait(self, until: datetime) -> None:
        """Lets time pass, and sends what was for later and is due by then."""
        self.now = until
        due = sorted((each for each in self.later if each[0] <= until), key=lambda each: each[0])
        self.later = [each for each in self.later if each[0] > until]
        for _, tenant, command, id in due:
            self._try(tenant, command, id)

    def _try(self, tenant: str, command: Any, id: str) -> None:
        with suppress(Rejected):
            self.send(tenant, command, id)

    def rows(self, database: str, name: str, tenant: str) -> Mapping[str, Any]:
        """A read model's rows by key, folded from the beginning."""
        model = next(each for each in read_models(database) if each.name == name)
        rows: dict[str, Any] = {}
        for entry in self.entries:
            if entry.tenant == tenant and isinstance(entry.event, model.events):
                for part in model.parts(entry.event):
                    key = model.key(part)
                    row = model.evolve(rows.get(key), part)
                    if row is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = row
        return rows


def round_trip(record: Any) -> Any:
    """The record as it comes back from its bytes; fails when anything was lost."""
    schema = _parsed(record.NAME)
    buffer = BytesIO()
    fastavro.schemaless_writer(buffer, schema, record.to_avro(VAULT))
    buffer.seek(0)
    data: Any = fastavro.schemaless_reader(buffer, schema, None)
    back: Any = type(record).from_avro(data, VAULT)
    assert back == record, f"{record.NAME} came back different"
    return back


@functools.cache
def _parsed(name: str) -> Any:
    return fastavro.parse_schema(avro.wire(name))
