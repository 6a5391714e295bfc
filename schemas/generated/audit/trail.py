"""Generated from schemas/audit/trail.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Sealed, Vault
from schemas.wire import from_micros, seal_kept, to_micros, unseal_kept


class TrailStatus(StrEnum):
    """Where a trail stands."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    OPEN = "OPEN"
    CLOSED = "CLOSED"

    @classmethod
    def _missing_(cls, value: object) -> "TrailStatus":
        return cls.UNKNOWN


class EntryKind(StrEnum):
    """What came of a request: something was done, seen or taken out, or it was refused, or it failed and nobody knows what came of it. BEGAN is of an operator's change, and of its end there is another entry."""

    UNKNOWN = "UNKNOWN"
    DID = "DID"
    SAW = "SAW"
    EXPORTED = "EXPORTED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    BEGAN = "BEGAN"

    @classmethod
    def _missing_(cls, value: object) -> "EntryKind":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request: who, what, when, from where, and what came of it."""

    NAME: ClassVar[str] = "audit.Entry"

    at: datetime
    """When it was answered."""
    kind: EntryKind
    """What came of it."""
    operation: str
    """Method and address, with names for its parts, such as GET /crm/deals/{id}."""
    asked: str = ''
    """The parameters. A value that may be a person's stands as ~ and 12 hexadecimal digits, the same for the
    same value within the tenant.
    """
    permission: str | None = None
    """The permission that it takes, such as crm.deal.read."""
    domain: str | None = None
    """The domain of the record it is about."""
    aggregate: str | None = None
    """What kind of record it is about."""
    record: str | None = None
    """The id of the one record it is about."""
    found: int | None = None
    """How many records or totals were shown."""
    records: tuple[str, ...] = ()
    """The ids of the records that were shown in a list, the first 200."""
    command_id: str | None = None
    """The command that was sent, by which its events are found."""
    business_at: datetime | None = None
    """The business time that the command gave."""
    status: int
    """The answer's HTTP status."""
    code: str | None = None
    """The stable code of a refusal."""
    actor: str
    """Who asked, such as user:7d1f or key:acme."""
    user_id: str | None = None
    """The user who asked, if it was one."""
    on_behalf_of: str | None = None
    """The user for whom they asked, where a service account acts for one."""
    subject: str
    """Whose address and agent these are: the user, or the actor."""
    address: Sealed | None = None
    """The network address that the request came from."""
    agent: Sealed | None = None
    """The program that the request says it comes from."""
    request_id: str
    """The request's id, as in the header X-Request-Id."""
    trace_id: str | None = None
    """The caller's W3C trace, if they sent one."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "at": to_micros(self.at),
            "kind": self.kind.value,
            "operation": self.operation,
            "asked": self.asked,
            "permission": self.permission,
            "domain": self.domain,
            "aggregate": self.aggregate,
            "record": self.record,
            "found": self.found,
            "records": list(self.records),
            "command_id": self.command_id,
            "business_at": None if self.business_at is None else to_micros(self.business_at),
            "status": self.status,
            "code": self.code,
            "actor": self.actor,
            "user_id": self.user_id,
            "on_behalf_of": self.on_behalf_of,
            "subject": self.subject,
            "address": seal_kept(self.address),
            "agent": seal_kept(self.agent),
            "request_id": self.request_id,
            "trace_id": self.trace_id,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            at=from_micros(data["at"]),
            kind=EntryKind(data["kind"]),
            operation=data["operation"],
            asked=data["asked"],
            permission=data["permission"],
            domain=data["domain"],
            aggregate=data["aggregate"],
            record=data["record"],
            found=data["found"],
            records=tuple(data["records"]),
            command_id=data["command_id"],
            business_at=None if (v := data["business_at"]) is None else from_micros(v),
            status=data["status"],
            code=data["code"],
            actor=data["actor"],
            user_id=data["user_id"],
            on_behalf_of=data["on_behalf_of"],
            subject=data["subject"],
            address=unseal_kept(vault, data["subject"], data["address"]),
            agent=unseal_kept(vault, data["subject"], data["agent"]),
            request_id=data["request_id"],
            trace_id=data["trace_id"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What one gateway answered in one tenant for some minutes, in order, each batch bound to the one before by
    a hash.
    """

    NAME: ClassVar[str] = "audit.Trail"

    trail_id: str = ''
    """The trail's id; empty while it does not exist."""
    status: TrailStatus = TrailStatus.NEW
    """Where it stands."""
    batches: int = 0
    """How many batches it has."""
    entries: int = 0
    """How many entries they hold."""
    hash: str = ''
    """SHA-256 over all of it, in hexadecimal."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "trail_id": self.trail_id,
            "status": self.status.value,
            "batches": self.batches,
            "entries": self.entries,
            "hash": self.hash,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            trail_id=data["trail_id"],
            status=TrailStatus(data["status"]),
            batches=data["batches"],
            entries=data["entries"],
            hash=data["hash"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntries:
    """Adds what was answered; the first batch opens the trail."""

    NAME: ClassVar[str] = "audit.RecordEntries"

    trail_id: str
    """The trail's id."""
    source: str
    """The gateway that answered."""
    number: int
    """Which batch of the trail it is; the first is 1."""
    entries: tuple[Entry, ...]
    """The requests, in order."""
    dropped: int = 0
    """How many requests before these were answered and could not be kept."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "trail_id": self.trail_id,
            "source": self.source,
            "number": self.number,
            "entries": [x.to_avro(vault) for x in self.entries],
            "dropped": self.dropped,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            trail_id=data["trail_id"],
            source=data["source"],
            number=data["number"],
            entries=tuple(Entry.from_avro(x, vault) for x in data["entries"]),
            dropped=data["dropped"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTrail:
    """Ends the trail."""

    NAME: ClassVar[str] = "audit.CloseTrail"

    trail_id: str
    """The trail's id."""
    abandoned: bool = False
    """Whether its gateway ended without closing it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "trail_id": self.trail_id,
            "abandoned": self.abandoned,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            trail_id=data["trail_id"],
            abandoned=data["abandoned"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailOpened:
    """A gateway began a trail in this tenant."""

    NAME: ClassVar[str] = "audit.TrailOpened"

    trail_id: str
    """The trail's id."""
    source: str
    """The gateway."""
    hash: str
    """The first hash, from which the others follow."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "trail_id": self.trail_id,
            "source": self.source,
            "hash": self.hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            trail_id=data["trail_id"],
            source=data["source"],
            hash=data["hash"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesRecorded:
    """Requests were answered."""

    NAME: ClassVar[str] = "audit.EntriesRecorded"

    trail_id: str
    """The trail's id."""
    number: int
    """Which batch of the trail it is; the first is 1."""
    first: int
    """The number of its first entry within the trail, from 1 on."""
    entries: tuple[Entry, ...]
    """The requests, in order."""
    dropped: int = 0
    """How many requests before these were answered and could not be kept."""
    hash: str
    """SHA-256 over the hash before and this batch."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "trail_id": self.trail_id,
            "number": self.number,
            "first": self.first,
            "entries": [x.to_avro(vault) for x in self.entries],
            "dropped": self.dropped,
            "hash": self.hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            trail_id=data["trail_id"],
            number=data["number"],
            first=data["first"],
            entries=tuple(Entry.from_avro(x, vault) for x in data["entries"]),
            dropped=data["dropped"],
            hash=data["hash"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailClosed:
    """The trail ended."""

    NAME: ClassVar[str] = "audit.TrailClosed"

    trail_id: str
    """The trail's id."""
    batches: int
    """How many batches it has."""
    entries: int
    """How many entries they hold."""
    abandoned: bool
    """Whether its gateway ended without closing it."""
    hash: str
    """SHA-256 over the hash before and this ending."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "trail_id": self.trail_id,
            "batches": self.batches,
            "entries": self.entries,
            "abandoned": self.abandoned,
            "hash": self.hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            trail_id=data["trail_id"],
            batches=data["batches"],
            entries=data["entries"],
            abandoned=data["abandoned"],
            hash=data["hash"],
            at=from_micros(data["at"]),
        )


TrailCommand = RecordEntries | CloseTrail
TrailEvent = TrailOpened | EntriesRecorded | TrailClosed


CONTRACT = AggregateContract(
    domain="audit",
    aggregate="trail",
    plural="trails",
    id_field="trail_id",
    service="admin",
    state=Trail,
    state_version=1,
    commands=(
        CommandContract(cls=RecordEntries, verb="record", creates=True, permission="audit.trail.record", internal=True),
        CommandContract(cls=CloseTrail, verb="close", creates=False, permission="audit.trail.close", internal=True),
    ),
    events=(
        TrailOpened,
        EntriesRecorded,
        TrailClosed,
    ),
    values=(Entry,),
)
