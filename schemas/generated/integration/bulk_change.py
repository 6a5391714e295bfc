"""Generated from schemas/integration/bulk_change.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class BulkChangeStatus(StrEnum):
    """Where a bulk change stands."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    REVERTING = "REVERTING"
    REVERTED = "REVERTED"
    REVERT_FAILED = "REVERT_FAILED"

    @classmethod
    def _missing_(cls, value: object) -> "BulkChangeStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """One command for many records of a kind, as one operation that is tracked and can be taken back."""

    NAME: ClassVar[str] = "integration.BulkChange"

    bulk_change_id: str = ''
    """The bulk change's id; empty while it does not exist."""
    target: str = ''
    """What the records are: crm.contact, crm.company, crm.deal, crm.activity or crm.product."""
    verb: str = ''
    """What is done to each of them, as its command's verb, such as assign."""
    says: str | None = None
    """What the command says, as JSON; null where it may be personal."""
    file: str = ''
    """Content hash (SHA-256, hex) of the file of the records that were selected, with the command for each."""
    selected: int = 0
    """Records that are meant."""
    barred: int = 0
    """Records of these to which whoever starts it may not do that; they are refused."""
    dry_run: bool = False
    """Whether everything is decided and nothing recorded."""
    owner_id: str = ''
    """Who started it: a user's id, account:<id> of a service account, key:<tenant> of the tenant's own key."""
    actor: str = ''
    """In whose name commands are sent, as events tell it."""
    status: BulkChangeStatus = BulkChangeStatus.NEW
    """Where it stands."""
    done: int = 0
    """Records done so far."""
    changed: int = 0
    """Records that became others."""
    unchanged: int = 0
    """Records that were so already."""
    refused: int = 0
    """Records refused, each in the report."""
    reverts: int = 0
    """How often it was begun to take it back."""
    results: tuple[str, ...] = ()
    """Content hashes of what became of the records so far, in order, until there is a report."""
    report: str | None = None
    """Content hash of the report, a CSV file: each record, what became of it, and why."""
    reason: str | None = None
    """Why it failed."""
    withheld: str | None = None
    """Content hash of the file of the records to which whoever takes it back may not do that; null where there
    are none.
    """
    reverted_by: str | None = None
    """Who took it back, as events tell it."""
    reverted: int = 0
    """Records taken back."""
    kept: int = 0
    """Records left as they are, each in the report."""
    revert_report: str | None = None
    """Content hash of the report on taking back, a CSV file."""
    started_at: datetime | None = None
    """When it started."""
    ended_at: datetime | None = None
    """When it ended."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "target": self.target,
            "verb": self.verb,
            "says": self.says,
            "file": self.file,
            "selected": self.selected,
            "barred": self.barred,
            "dry_run": self.dry_run,
            "owner_id": self.owner_id,
            "actor": self.actor,
            "status": self.status.value,
            "done": self.done,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "reverts": self.reverts,
            "results": list(self.results),
            "report": self.report,
            "reason": self.reason,
            "withheld": self.withheld,
            "reverted_by": self.reverted_by,
            "reverted": self.reverted,
            "kept": self.kept,
            "revert_report": self.revert_report,
            "started_at": None if self.started_at is None else to_micros(self.started_at),
            "ended_at": None if self.ended_at is None else to_micros(self.ended_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            target=data["target"],
            verb=data["verb"],
            says=data["says"],
            file=data["file"],
            selected=data["selected"],
            barred=data["barred"],
            dry_run=data["dry_run"],
            owner_id=data["owner_id"],
            actor=data["actor"],
            status=BulkChangeStatus(data["status"]),
            done=data["done"],
            changed=data["changed"],
            unchanged=data["unchanged"],
            refused=data["refused"],
            reverts=data["reverts"],
            results=tuple(data["results"]),
            report=data["report"],
            reason=data["reason"],
            withheld=data["withheld"],
            reverted_by=data["reverted_by"],
            reverted=data["reverted"],
            kept=data["kept"],
            revert_report=data["revert_report"],
            started_at=None if (v := data["started_at"]) is None else from_micros(v),
            ended_at=None if (v := data["ended_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBulkChange:
    """Begins to do one thing to many records."""

    NAME: ClassVar[str] = "integration.StartBulkChange"

    bulk_change_id: str
    """The bulk change's id."""
    target: str
    """What the records are: crm.contact, crm.company, crm.deal, crm.activity or crm.product."""
    verb: str
    """What is done to each of them, as its command's verb, such as assign."""
    says: str | None = None
    """What the command says, as JSON; null where it may be personal."""
    file: str
    """Content hash (SHA-256, hex) of the file of the records that were selected, with the command for each."""
    selected: int
    """Records that are meant."""
    barred: int = 0
    """Records of these to which whoever starts it may not do that; they are refused."""
    dry_run: bool = False
    """Whether everything is decided and nothing recorded."""
    owner_id: str
    """Who started it: a user's id, account:<id> of a service account, key:<tenant> of the tenant's own key."""
    actor: str
    """In whose name commands are sent, as events tell it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "target": self.target,
            "verb": self.verb,
            "says": self.says,
            "file": self.file,
            "selected": self.selected,
            "barred": self.barred,
            "dry_run": self.dry_run,
            "owner_id": self.owner_id,
            "actor": self.actor,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            target=data["target"],
            verb=data["verb"],
            says=data["says"],
            file=data["file"],
            selected=data["selected"],
            barred=data["barred"],
            dry_run=data["dry_run"],
            owner_id=data["owner_id"],
            actor=data["actor"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBulkProgress:
    """The worker tells how far it is."""

    NAME: ClassVar[str] = "integration.RecordBulkProgress"

    bulk_change_id: str
    """The bulk change's id."""
    done: int
    """Records done so far."""
    changed: int
    """Records that became others."""
    unchanged: int
    """Records that were so already."""
    refused: int
    """Records refused, each in the report."""
    result: str
    """Content hash of the file that tells what became of the records since the last progress."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "done": self.done,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "result": self.result,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            done=data["done"],
            changed=data["changed"],
            unchanged=data["unchanged"],
            refused=data["refused"],
            result=data["result"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FailBulkChange:
    """The worker cannot do it at all."""

    NAME: ClassVar[str] = "integration.FailBulkChange"

    bulk_change_id: str
    """The bulk change's id."""
    code: str
    """A stable code."""
    reason: str
    """Why, and what to do."""
    done: int | None = None
    """Records done until then, where more than the last progress told."""
    changed: int | None = None
    """Records of these that became others."""
    report: str | None = None
    """Content hash of the report, a CSV file: each record, what became of it, and which are left."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "code": self.code,
            "reason": self.reason,
            "done": self.done,
            "changed": self.changed,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            code=data["code"],
            reason=data["reason"],
            done=data["done"],
            changed=data["changed"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBulkChange:
    """Ends the bulk change before its next records; what is done stays, and can be taken back."""

    NAME: ClassVar[str] = "integration.CancelBulkChange"

    bulk_change_id: str
    """The bulk change's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteBulkChange:
    """The worker has done every record, or all that it was let."""

    NAME: ClassVar[str] = "integration.CompleteBulkChange"

    bulk_change_id: str
    """The bulk change's id."""
    report: str | None = None
    """Content hash of the report, a CSV file: each record, what became of it, and why."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertBulkChange:
    """Begins to take back what the bulk change did, record by record."""

    NAME: ClassVar[str] = "integration.RevertBulkChange"

    bulk_change_id: str
    """The bulk change's id."""
    withheld: str | None = None
    """Content hash of the file of the records to which whoever takes it back may not do that; null where there
    are none.
    """
    actor: str
    """Who takes it back, as events tell it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "withheld": self.withheld,
            "actor": self.actor,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            withheld=data["withheld"],
            actor=data["actor"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBulkRevertProgress:
    """The worker tells how much it took back, and whether that was all."""

    NAME: ClassVar[str] = "integration.RecordBulkRevertProgress"

    bulk_change_id: str
    """The bulk change's id."""
    reverted: int
    """Records taken back."""
    kept: int
    """Records left as they are, each in the report."""
    ended: bool = False
    """Whether what could be taken back was."""
    report: str | None = None
    """Content hash of the report on taking back, a CSV file."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "reverted": self.reverted,
            "kept": self.kept,
            "ended": self.ended,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            reverted=data["reverted"],
            kept=data["kept"],
            ended=data["ended"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeStarted:
    """One command for many records began to be done."""

    NAME: ClassVar[str] = "integration.BulkChangeStarted"

    bulk_change_id: str
    """The bulk change's id."""
    target: str
    """What the records are: crm.contact, crm.company, crm.deal, crm.activity or crm.product."""
    verb: str
    """What is done to each of them, as its command's verb, such as assign."""
    says: str | None = None
    """What the command says, as JSON; null where it may be personal."""
    file: str
    """Content hash (SHA-256, hex) of the file of the records that were selected, with the command for each."""
    selected: int
    """Records that are meant."""
    barred: int = 0
    """Records of these to which whoever starts it may not do that; they are refused."""
    dry_run: bool = False
    """Whether everything is decided and nothing recorded."""
    owner_id: str
    """Who started it: a user's id, account:<id> of a service account, key:<tenant> of the tenant's own key."""
    actor: str
    """In whose name commands are sent, as events tell it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "target": self.target,
            "verb": self.verb,
            "says": self.says,
            "file": self.file,
            "selected": self.selected,
            "barred": self.barred,
            "dry_run": self.dry_run,
            "owner_id": self.owner_id,
            "actor": self.actor,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            target=data["target"],
            verb=data["verb"],
            says=data["says"],
            file=data["file"],
            selected=data["selected"],
            barred=data["barred"],
            dry_run=data["dry_run"],
            owner_id=data["owner_id"],
            actor=data["actor"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeProgressed:
    """The bulk change is further."""

    NAME: ClassVar[str] = "integration.BulkChangeProgressed"

    bulk_change_id: str
    """The bulk change's id."""
    done: int
    """Records done so far."""
    changed: int
    """Records that became others."""
    unchanged: int
    """Records that were so already."""
    refused: int
    """Records refused, each in the report."""
    result: str
    """Content hash of the file that tells what became of the records since the last progress."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "done": self.done,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "result": self.result,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            done=data["done"],
            changed=data["changed"],
            unchanged=data["unchanged"],
            refused=data["refused"],
            result=data["result"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeCancelling:
    """The bulk change is to end before its next records."""

    NAME: ClassVar[str] = "integration.BulkChangeCancelling"

    bulk_change_id: str
    """The bulk change's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeCompleted:
    """Every record was done."""

    NAME: ClassVar[str] = "integration.BulkChangeCompleted"

    bulk_change_id: str
    """The bulk change's id."""
    report: str | None = None
    """Content hash of the report, a CSV file: each record, what became of it, and why."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeCancelled:
    """The bulk change ended before all of its records were done."""

    NAME: ClassVar[str] = "integration.BulkChangeCancelled"

    bulk_change_id: str
    """The bulk change's id."""
    report: str | None = None
    """Content hash of the report, a CSV file: each record, what became of it, and why."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeFailed:
    """The bulk change could not go on."""

    NAME: ClassVar[str] = "integration.BulkChangeFailed"

    bulk_change_id: str
    """The bulk change's id."""
    code: str
    """A stable code."""
    reason: str
    """Why, and what to do."""
    done: int | None = None
    """Records done until then, where more than the last progress told."""
    changed: int | None = None
    """Records of these that became others."""
    report: str | None = None
    """Content hash of the report, a CSV file: each record, what became of it, and which are left."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "code": self.code,
            "reason": self.reason,
            "done": self.done,
            "changed": self.changed,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            code=data["code"],
            reason=data["reason"],
            done=data["done"],
            changed=data["changed"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRevertStarted:
    """Taking back began."""

    NAME: ClassVar[str] = "integration.BulkRevertStarted"

    bulk_change_id: str
    """The bulk change's id."""
    withheld: str | None = None
    """Content hash of the file of the records to which whoever takes it back may not do that; null where there
    are none.
    """
    actor: str
    """Who takes it back, as events tell it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "withheld": self.withheld,
            "actor": self.actor,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            withheld=data["withheld"],
            actor=data["actor"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRevertProgressed:
    """Taking back is further."""

    NAME: ClassVar[str] = "integration.BulkRevertProgressed"

    bulk_change_id: str
    """The bulk change's id."""
    reverted: int
    """Records taken back."""
    kept: int
    """Records left as they are, each in the report."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "reverted": self.reverted,
            "kept": self.kept,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            reverted=data["reverted"],
            kept=data["kept"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRevertFailed:
    """Taking back could not go on; it may be begun again."""

    NAME: ClassVar[str] = "integration.BulkRevertFailed"

    bulk_change_id: str
    """The bulk change's id."""
    code: str
    """A stable code."""
    reason: str
    """Why, and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChangeReverted:
    """What could be taken back was."""

    NAME: ClassVar[str] = "integration.BulkChangeReverted"

    bulk_change_id: str
    """The bulk change's id."""
    reverted: int
    """Records taken back."""
    kept: int
    """Records left as they are, each in the report."""
    report: str | None = None
    """Content hash of the report on taking back, a CSV file."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "bulk_change_id": self.bulk_change_id,
            "reverted": self.reverted,
            "kept": self.kept,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            bulk_change_id=data["bulk_change_id"],
            reverted=data["reverted"],
            kept=data["kept"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


BulkChangeCommand = (
    StartBulkChange
    | RecordBulkProgress
    | FailBulkChange
    | CancelBulkChange
    | CompleteBulkChange
    | RevertBulkChange
    | RecordBulkRevertProgress
)
BulkChangeEvent = (
    BulkChangeStarted
    | BulkChangeProgressed
    | BulkChangeCancelling
    | BulkChangeCompleted
    | BulkChangeCancelled
    | BulkChangeFailed
    | BulkRevertStarted
    | BulkRevertProgressed
    | BulkRevertFailed
    | BulkChangeReverted
)


CONTRACT = AggregateContract(
    domain="integration",
    aggregate="bulk_change",
    plural="bulk-changes",
    id_field="bulk_change_id",
    service="integration",
    state=BulkChange,
    state_version=2,
    commands=(
        CommandContract(cls=StartBulkChange, verb="start", creates=True, permission="integration.bulk-change.start", internal=True),
        CommandContract(cls=RecordBulkProgress, verb="record-progress", creates=False, permission="integration.bulk-change.record-progress", internal=True),
        CommandContract(cls=FailBulkChange, verb="fail", creates=False, permission="integration.bulk-change.fail", internal=True),
        CommandContract(cls=CancelBulkChange, verb="cancel", creates=False, permission="integration.bulk-change.cancel", internal=False),
        CommandContract(cls=CompleteBulkChange, verb="complete", creates=False, permission="integration.bulk-change.complete", internal=True),
        CommandContract(cls=RevertBulkChange, verb="revert", creates=False, permission="integration.bulk-change.revert", internal=True),
        CommandContract(cls=RecordBulkRevertProgress, verb="record-revert-progress", creates=False, permission="integration.bulk-change.record-revert-progress", internal=True),
    ),
    events=(
        BulkChangeStarted,
        BulkChangeProgressed,
        BulkChangeCancelling,
        BulkChangeCompleted,
        BulkChangeCancelled,
        BulkChangeFailed,
        BulkRevertStarted,
        BulkRevertProgressed,
        BulkRevertFailed,
        BulkChangeReverted,
    ),
    values=(),
)
