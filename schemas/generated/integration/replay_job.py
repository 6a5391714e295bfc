"""Generated from schemas/integration/replay_job.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class ReplayStatus(StrEnum):
    """Where a replay stands."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @classmethod
    def _missing_(cls, value: object) -> "ReplayStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayJob:
    """A tenant's recorded events on their way into Parquet files."""

    NAME: ClassVar[str] = "integration.ReplayJob"

    replay_id: str = ''
    """The replay's id; empty while it does not exist."""
    domains: tuple[str, ...] = ()
    """Domains whose events are wanted, such as crm; all when empty."""
    types: tuple[str, ...] = ()
    """Types of events that are wanted, such as crm.DealWon; all when empty."""
    aggregates: tuple[str, ...] = ()
    """Kinds of records whose events are wanted, such as deal; all when empty."""
    ids: tuple[str, ...] = ()
    """Records whose events are wanted; all when empty."""
    recorded_from: datetime | None = None
    """Wanted are events recorded then or later."""
    recorded_until: datetime | None = None
    """Wanted are events recorded before then."""
    occurred_from: datetime | None = None
    """Wanted are events that took place in business then or later."""
    occurred_until: datetime | None = None
    """Wanted are events that took place in business before then."""
    rate: int | None = None
    """At most so many events a second; as fast as it goes when left out."""
    keys: tuple[str, ...] | None = None
    """Records whose events are wanted, each as kind/id, such as deal/7d1f; all when left out. Only their part of
    the log is read.
    """
    offsets: tuple[str, ...] | None = None
    """Where wanted events lie: crm/3 for a partition of a domain's events, crm/3=100-200 for its offsets 100 to
    199, either of which may be left out. Other partitions are not read then.
    """
    status: ReplayStatus = ReplayStatus.NEW
    """Where the replay stands."""
    size: int = 0
    """Offsets of the log that are to be passed; some hold no event that is wanted, or none at all."""
    passed: int = 0
    """Offsets passed so far."""
    events: int = 0
    """Events that are in the files so far, or were about to be."""
    file: str | None = None
    """Content hash (SHA-256, hex) of the zip archive of Parquet files: GET /integration/files/{file}."""
    file_size: int = 0
    """Bytes of that archive."""
    reason: str | None = None
    """Why it failed."""
    started_at: datetime | None = None
    """When it started."""
    ended_at: datetime | None = None
    """When it ended."""
    expires_at: datetime | None = None
    """Until when the archive is there; one without is kept until it is discarded."""
    archive_removed_at: datetime | None = None
    """When the archive was removed."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "domains": list(self.domains),
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "ids": list(self.ids),
            "recorded_from": None if self.recorded_from is None else to_micros(self.recorded_from),
            "recorded_until": None if self.recorded_until is None else to_micros(self.recorded_until),
            "occurred_from": None if self.occurred_from is None else to_micros(self.occurred_from),
            "occurred_until": None if self.occurred_until is None else to_micros(self.occurred_until),
            "rate": self.rate,
            "keys": None if self.keys is None else list(self.keys),
            "offsets": None if self.offsets is None else list(self.offsets),
            "status": self.status.value,
            "size": self.size,
            "passed": self.passed,
            "events": self.events,
            "file": self.file,
            "file_size": self.file_size,
            "reason": self.reason,
            "started_at": None if self.started_at is None else to_micros(self.started_at),
            "ended_at": None if self.ended_at is None else to_micros(self.ended_at),
            "expires_at": None if self.expires_at is None else to_micros(self.expires_at),
            "archive_removed_at": None if self.archive_removed_at is None else to_micros(self.archive_removed_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            domains=tuple(data["domains"]),
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            ids=tuple(data["ids"]),
            recorded_from=None if (v := data["recorded_from"]) is None else from_micros(v),
            recorded_until=None if (v := data["recorded_until"]) is None else from_micros(v),
            occurred_from=None if (v := data["occurred_from"]) is None else from_micros(v),
            occurred_until=None if (v := data["occurred_until"]) is None else from_micros(v),
            rate=data["rate"],
            keys=None if (v := data["keys"]) is None else tuple(v),
            offsets=None if (v := data["offsets"]) is None else tuple(v),
            status=ReplayStatus(data["status"]),
            size=data["size"],
            passed=data["passed"],
            events=data["events"],
            file=data["file"],
            file_size=data["file_size"],
            reason=data["reason"],
            started_at=None if (v := data["started_at"]) is None else from_micros(v),
            ended_at=None if (v := data["ended_at"]) is None else from_micros(v),
            expires_at=None if (v := data["expires_at"]) is None else from_micros(v),
            archive_removed_at=None if (v := data["archive_removed_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartReplay:
    """Begins to write the tenant's recorded events, as far as the log goes now, into Parquet files. Personal
    fields are left out.
    """

    NAME: ClassVar[str] = "integration.StartReplay"

    replay_id: str
    """The replay's id."""
    domains: tuple[str, ...] = ()
    """Domains whose events are wanted, such as crm; all when empty."""
    types: tuple[str, ...] = ()
    """Types of events that are wanted, such as crm.DealWon; all when empty."""
    aggregates: tuple[str, ...] = ()
    """Kinds of records whose events are wanted, such as deal; all when empty."""
    ids: tuple[str, ...] = ()
    """Records whose events are wanted; all when empty."""
    recorded_from: datetime | None = None
    """Wanted are events recorded then or later."""
    recorded_until: datetime | None = None
    """Wanted are events recorded before then."""
    occurred_from: datetime | None = None
    """Wanted are events that took place in business then or later."""
    occurred_until: datetime | None = None
    """Wanted are events that took place in business before then."""
    rate: int | None = None
    """At most so many events a second; as fast as it goes when left out."""
    keys: tuple[str, ...] | None = None
    """Records whose events are wanted, each as kind/id, such as deal/7d1f; all when left out. Only their part of
    the log is read.
    """
    offsets: tuple[str, ...] | None = None
    """Where wanted events lie: crm/3 for a partition of a domain's events, crm/3=100-200 for its offsets 100 to
    199, either of which may be left out. Other partitions are not read then.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "domains": list(self.domains),
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "ids": list(self.ids),
            "recorded_from": None if self.recorded_from is None else to_micros(self.recorded_from),
            "recorded_until": None if self.recorded_until is None else to_micros(self.recorded_until),
            "occurred_from": None if self.occurred_from is None else to_micros(self.occurred_from),
            "occurred_until": None if self.occurred_until is None else to_micros(self.occurred_until),
            "rate": self.rate,
            "keys": None if self.keys is None else list(self.keys),
            "offsets": None if self.offsets is None else list(self.offsets),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            domains=tuple(data["domains"]),
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            ids=tuple(data["ids"]),
            recorded_from=None if (v := data["recorded_from"]) is None else from_micros(v),
            recorded_until=None if (v := data["recorded_until"]) is None else from_micros(v),
            occurred_from=None if (v := data["occurred_from"]) is None else from_micros(v),
            occurred_until=None if (v := data["occurred_until"]) is None else from_micros(v),
            rate=data["rate"],
            keys=None if (v := data["keys"]) is None else tuple(v),
            offsets=None if (v := data["offsets"]) is None else tuple(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseReplay:
    """Lets the replay rest where it is."""

    NAME: ClassVar[str] = "integration.PauseReplay"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeReplay:
    """Lets a resting replay go on."""

    NAME: ClassVar[str] = "integration.ResumeReplay"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelReplay:
    """Ends the replay and throws its files away."""

    NAME: ClassVar[str] = "integration.CancelReplay"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardReplayArchive:
    """Throws the archive of a replay away at once, rather than when its time is over."""

    NAME: ClassVar[str] = "integration.DiscardReplayArchive"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReplayProgress:
    """The worker tells how far it is."""

    NAME: ClassVar[str] = "integration.RecordReplayProgress"

    replay_id: str
    """The replay's id."""
    size: int
    """Offsets of the log that are to be passed; some hold no event that is wanted, or none at all."""
    passed: int
    """Offsets passed so far."""
    events: int
    """Events that are in the files so far, or were about to be."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "size": self.size,
            "passed": self.passed,
            "events": self.events,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            size=data["size"],
            passed=data["passed"],
            events=data["events"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteReplay:
    """The worker has written every event."""

    NAME: ClassVar[str] = "integration.CompleteReplay"

    replay_id: str
    """The replay's id."""
    file: str
    """Content hash (SHA-256, hex) of the zip archive of Parquet files: GET /integration/files/{file}."""
    file_size: int
    """Bytes of that archive."""
    counts: Mapping[str, int]
    """How many events of each type are in it."""
    expires_at: datetime | None = None
    """Until when the archive is there; one without is kept until it is discarded."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "file": self.file,
            "file_size": self.file_size,
            "counts": {k: x for k, x in self.counts.items()},
            "expires_at": None if self.expires_at is None else to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            file=data["file"],
            file_size=data["file_size"],
            counts=data["counts"],
            expires_at=None if (v := data["expires_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FailReplay:
    """The replay cannot come to its end."""

    NAME: ClassVar[str] = "integration.FailReplay"

    replay_id: str
    """The replay's id."""
    code: str
    """A stable code."""
    reason: str
    """A sentence that says why and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReplayArchiveRemoved:
    """The worker has removed the archive, whose time was over."""

    NAME: ClassVar[str] = "integration.NoteReplayArchiveRemoved"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayStarted:
    """A replay began."""

    NAME: ClassVar[str] = "integration.ReplayStarted"

    replay_id: str
    """The replay's id."""
    domains: tuple[str, ...] = ()
    """Domains whose events are wanted, such as crm; all when empty."""
    types: tuple[str, ...] = ()
    """Types of events that are wanted, such as crm.DealWon; all when empty."""
    aggregates: tuple[str, ...] = ()
    """Kinds of records whose events are wanted, such as deal; all when empty."""
    ids: tuple[str, ...] = ()
    """Records whose events are wanted; all when empty."""
    recorded_from: datetime | None = None
    """Wanted are events recorded then or later."""
    recorded_until: datetime | None = None
    """Wanted are events recorded before then."""
    occurred_from: datetime | None = None
    """Wanted are events that took place in business then or later."""
    occurred_until: datetime | None = None
    """Wanted are events that took place in business before then."""
    rate: int | None = None
    """At most so many events a second; as fast as it goes when left out."""
    keys: tuple[str, ...] | None = None
    """Records whose events are wanted, each as kind/id, such as deal/7d1f; all when left out. Only their part of
    the log is read.
    """
    offsets: tuple[str, ...] | None = None
    """Where wanted events lie: crm/3 for a partition of a domain's events, crm/3=100-200 for its offsets 100 to
    199, either of which may be left out. Other partitions are not read then.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "domains": list(self.domains),
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "ids": list(self.ids),
            "recorded_from": None if self.recorded_from is None else to_micros(self.recorded_from),
            "recorded_until": None if self.recorded_until is None else to_micros(self.recorded_until),
            "occurred_from": None if self.occurred_from is None else to_micros(self.occurred_from),
            "occurred_until": None if self.occurred_until is None else to_micros(self.occurred_until),
            "rate": self.rate,
            "keys": None if self.keys is None else list(self.keys),
            "offsets": None if self.offsets is None else list(self.offsets),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            domains=tuple(data["domains"]),
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            ids=tuple(data["ids"]),
            recorded_from=None if (v := data["recorded_from"]) is None else from_micros(v),
            recorded_until=None if (v := data["recorded_until"]) is None else from_micros(v),
            occurred_from=None if (v := data["occurred_from"]) is None else from_micros(v),
            occurred_until=None if (v := data["occurred_until"]) is None else from_micros(v),
            rate=data["rate"],
            keys=None if (v := data["keys"]) is None else tuple(v),
            offsets=None if (v := data["offsets"]) is None else tuple(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayProgressed:
    """The replay is further."""

    NAME: ClassVar[str] = "integration.ReplayProgressed"

    replay_id: str
    """The replay's id."""
    size: int
    """Offsets of the log that are to be passed; some hold no event that is wanted, or none at all."""
    passed: int
    """Offsets passed so far."""
    events: int
    """Events that are in the files so far, or were about to be."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "size": self.size,
            "passed": self.passed,
            "events": self.events,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            size=data["size"],
            passed=data["passed"],
            events=data["events"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPaused:
    """The replay rests."""

    NAME: ClassVar[str] = "integration.ReplayPaused"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResumed:
    """The replay goes on."""

    NAME: ClassVar[str] = "integration.ReplayResumed"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayCancelled:
    """The replay was ended by somebody."""

    NAME: ClassVar[str] = "integration.ReplayCancelled"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayCompleted:
    """Every event was written."""

    NAME: ClassVar[str] = "integration.ReplayCompleted"

    replay_id: str
    """The replay's id."""
    file: str
    """Content hash (SHA-256, hex) of the zip archive of Parquet files: GET /integration/files/{file}."""
    file_size: int
    """Bytes of that archive."""
    counts: Mapping[str, int]
    """How many events of each type are in it."""
    expires_at: datetime | None = None
    """Until when the archive is there; one without is kept until it is discarded."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "file": self.file,
            "file_size": self.file_size,
            "counts": {k: x for k, x in self.counts.items()},
            "expires_at": None if self.expires_at is None else to_micros(self.expires_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            file=data["file"],
            file_size=data["file_size"],
            counts=data["counts"],
            expires_at=None if (v := data["expires_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFailed:
    """The replay could not come to its end."""

    NAME: ClassVar[str] = "integration.ReplayFailed"

    replay_id: str
    """The replay's id."""
    code: str
    """A stable code."""
    reason: str
    """A sentence that says why and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayArchiveDiscarded:
    """The archive was thrown away by somebody."""

    NAME: ClassVar[str] = "integration.ReplayArchiveDiscarded"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayArchiveRemoved:
    """The archive is no longer there."""

    NAME: ClassVar[str] = "integration.ReplayArchiveRemoved"

    replay_id: str
    """The replay's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "replay_id": self.replay_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            replay_id=data["replay_id"],
            at=from_micros(data["at"]),
        )


ReplayJobCommand = (
    StartReplay
    | PauseReplay
    | ResumeReplay
    | CancelReplay
    | DiscardReplayArchive
    | RecordReplayProgress
    | CompleteReplay
    | FailReplay
    | NoteReplayArchiveRemoved
)
ReplayJobEvent = (
    ReplayStarted
    | ReplayProgressed
    | ReplayPaused
    | ReplayResumed
    | ReplayCancelled
    | ReplayCompleted
    | ReplayFailed
    | ReplayArchiveDiscarded
    | ReplayArchiveRemoved
)


CONTRACT = AggregateContract(
    domain="integration",
    aggregate="replay_job",
    plural="replays",
    id_field="replay_id",
    service="integration",
    state=ReplayJob,
    state_version=2,
    commands=(
        CommandContract(cls=StartReplay, verb="start", creates=True, permission="integration.replay.start", internal=False),
        CommandContract(cls=PauseReplay, verb="pause", creates=False, permission="integration.replay.pause", internal=False),
        CommandContract(cls=ResumeReplay, verb="resume", creates=False, permission="integration.replay.resume", internal=False),
        CommandContract(cls=CancelReplay, verb="cancel", creates=False, permission="integration.replay.cancel", internal=False),
        CommandContract(cls=DiscardReplayArchive, verb="discard-archive", creates=False, permission="integration.replay.discard-archive", internal=False),
        CommandContract(cls=RecordReplayProgress, verb="record-progress", creates=False, permission="integration.replay.record-progress", internal=True),
        CommandContract(cls=CompleteReplay, verb="complete", creates=False, permission="integration.replay.complete", internal=True),
        CommandContract(cls=FailReplay, verb="fail", creates=False, permission="integration.replay.fail", internal=True),
        CommandContract(cls=NoteReplayArchiveRemoved, verb="note-archive-removed", creates=False, permission="integration.replay.note-archive-removed", internal=True),
    ),
    events=(
        ReplayStarted,
        ReplayProgressed,
        ReplayPaused,
        ReplayResumed,
        ReplayCancelled,
        ReplayCompleted,
        ReplayFailed,
        ReplayArchiveDiscarded,
        ReplayArchiveRemoved,
    ),
    values=(),
)
