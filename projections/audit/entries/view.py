"""One row for each request that was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from projections.person import kept
from schemas.generated.audit.trail import EntriesRecorded, Entry, EntryKind


@dataclass(frozen=True, slots=True)
class Part:
    """An entry, and its number within its trail."""

    trail_id: str
    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryRow:
    at: datetime
    kind: EntryKind
    operation: str
    asked: str
    permission: str | None
    domain: str | None
    aggregate: str | None
    record: str | None
    found: int | None
    records: tuple[str, ...]
    command_id: str | None
    business_at: datetime | None
    status: int
    code: str | None
    actor: str
    user_id: str | None
    on_behalf_of: str | None
    address: str | None
    agent: str | None
    request_id: str
    trace_id: str | None
    trail_id: str
    number: int


def parts(event: EntriesRecorded) -> Sequence[Part]:
    return [Part(event.trail_id, event.first + place, entry) for place, entry in enumerate(event.entries)]


def key(part: Part) -> str:
    return f"{part.trail_id}.{part.number}"


def evolve(row: EntryRow | None, part: Part) -> EntryRow:
    entry = part.entry
    return EntryRow(
        at=entry.at,
        kind=entry.kind,
        operation=entry.operation,
        asked=entry.asked,
        permission=entry.permission,
        domain=entry.domain,
        aggregate=entry.aggregate,
        record=entry.record,
        found=entry.found,
        records=entry.records,
        command_id=entry.command_id,
        business_at=entry.business_at,
        status=entry.status,
        code=entry.code,
        actor=entry.actor,
        user_id=entry.user_id,
        on_behalf_of=entry.on_behalf_of,
        address=kept(entry.subject, entry.address),
        agent=kept(entry.subject, entry.agent),
        request_id=entry.request_id,
        trace_id=entry.trace_id,
        trail_id=part.trail_id,
        number=part.number,
    )
