"""Generated from schemas/integration/import_job.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class ImportStatus(StrEnum):
    """Where an import stands."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    REVERTING = "REVERTING"
    REVERTED = "REVERTED"
    REVERT_FAILED = "REVERT_FAILED"

    @classmethod
    def _missing_(cls, value: object) -> "ImportStatus":
        return cls.UNKNOWN


class KnownRows(StrEnum):
    """What becomes of rows about records on file: they change them, are skipped, or fill in what is blank there."""

    UNKNOWN = "UNKNOWN"
    UPDATE = "UPDATE"
    SKIP = "SKIP"
    FILL = "FILL"

    @classmethod
    def _missing_(cls, value: object) -> "KnownRows":
        return cls.UNKNOWN


class UnknownRows(StrEnum):
    """What becomes of rows about no record on file: they create one, or are skipped."""

    UNKNOWN = "UNKNOWN"
    CREATE = "CREATE"
    SKIP = "SKIP"

    @classmethod
    def _missing_(cls, value: object) -> "UnknownRows":
        return cls.UNKNOWN


class ReportsRemoved(StrEnum):
    """Why reports were removed: somebody of the tenant was erased, whom they may quote, or they were kept for as long as its rule says."""

    UNKNOWN = "UNKNOWN"
    ERASURE = "ERASURE"
    RETENTION = "RETENTION"

    @classmethod
    def _missing_(cls, value: object) -> "ReportsRemoved":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """A file of rows on its way into records."""

    NAME: ClassVar[str] = "integration.ImportJob"

    import_id: str = ''
    """The import's id; empty while it does not exist."""
    target: str = ''
    """What the rows become: admin.user, crm.company, crm.product, crm.contact or crm.deal."""
    file: str = ''
    """The content hash (SHA-256, hex) of the uploaded file."""
    file_name: str = ''
    """What the uploader called the file."""
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    """From a field of the target to the file's column that fills it."""
    valid_from: datetime | None = None
    """Business time of records that carry no date of their own; the time of the import when left out."""
    currency: str = 'USD'
    """The ISO 4217 code of the file's amounts."""
    encoding: str | None = None
    """What lines are in that are no UTF-8, such as cp1252; found from the file when left out."""
    decimal: str | None = None
    """The sign before decimals, . or , with digits in groups allowed; plain numbers such as 1234.50 alone when
    left out.
    """
    dates: str | None = None
    """The order in dates, ymd, dmy or mdy, times without a zone being UTC; ISO 8601 alone when left out."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """For a field of the target, what its cells stand for: from what the file says to what is taken in its place."""
    match_on: tuple[str, ...] = ()
    """Fields that together say which record on file a row is about; the target's own key when empty."""
    known: KnownRows = KnownRows.UPDATE
    """What becomes of rows about records on file."""
    unknown: UnknownRows = UnknownRows.CREATE
    """What becomes of rows about no record on file."""
    dry_run: bool = False
    """Whether everything is decided and nothing recorded."""
    status: ImportStatus = ImportStatus.NEW
    """Where the import stands."""
    total: int = 0
    """Rows in the file."""
    rows: int = 0
    """Rows done so far."""
    created: int = 0
    """Records that the file brought into being."""
    updated: int = 0
    """Records that the file changed."""
    unchanged: int = 0
    """Rows that said nothing new."""
    rejected: int = 0
    """Rows refused, each in the error report."""
    skipped: int = 0
    """Rows passed over as asked."""
    warnings: int = 0
    """Rows that were taken and should be looked at, each in the error report."""
    results: tuple[str, ...] = ()
    """Content hashes of the result files, in order: for each row its record, outcome and version."""
    errors: str | None = None
    """Content hash of the error report, a CSV file."""
    changes: str | None = None
    """Content hash of the report on what a dry run would change, a CSV file."""
    reason: str | None = None
    """Why it failed."""
    reverted: int = 0
    """Records taken back."""
    kept: int = 0
    """Records left as they are because they changed since, each in the report."""
    revert_report: str | None = None
    """Content hash of the report on records left."""
    started_at: datetime | None = None
    """When it started."""
    ended_at: datetime | None = None
    """When it ended."""
    reports_removed_at: datetime | None = None
    """When its reports were removed."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "target": self.target,
            "file": self.file,
            "file_name": self.file_name,
            "mapping": {k: x for k, x in self.mapping.items()},
            "valid_from": None if self.valid_from is None else to_micros(self.valid_from),
            "currency": self.currency,
            "encoding": self.encoding,
            "decimal": self.decimal,
            "dates": self.dates,
            "values": {k: {k: x for k, x in x.items()} for k, x in self.values.items()},
            "match_on": list(self.match_on),
            "known": self.known.value,
            "unknown": self.unknown.value,
            "dry_run": self.dry_run,
            "status": self.status.value,
            "total": self.total,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "skipped": self.skipped,
            "warnings": self.warnings,
            "results": list(self.results),
            "errors": self.errors,
            "changes": self.changes,
            "reason": self.reason,
            "reverted": self.reverted,
            "kept": self.kept,
            "revert_report": self.revert_report,
            "started_at": None if self.started_at is None else to_micros(self.started_at),
            "ended_at": None if self.ended_at is None else to_micros(self.ended_at),
            "reports_removed_at": None if self.reports_removed_at is None else to_micros(self.reports_removed_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            target=data["target"],
            file=data["file"],
            file_name=data["file_name"],
            mapping=data["mapping"],
            valid_from=None if (v := data["valid_from"]) is None else from_micros(v),
            currency=data["currency"],
            encoding=data["encoding"],
            decimal=data["decimal"],
            dates=data["dates"],
            values=data["values"],
            match_on=tuple(data["match_on"]),
            known=KnownRows(data["known"]),
            unknown=UnknownRows(data["unknown"]),
            dry_run=data["dry_run"],
            status=ImportStatus(data["status"]),
            total=data["total"],
            rows=data["rows"],
            created=data["created"],
            updated=data["updated"],
            unchanged=data["unchanged"],
            rejected=data["rejected"],
            skipped=data["skipped"],
            warnings=data["warnings"],
            results=tuple(data["results"]),
            errors=data["errors"],
            changes=data["changes"],
            reason=data["reason"],
            reverted=data["reverted"],
            kept=data["kept"],
            revert_report=data["revert_report"],
            started_at=None if (v := data["started_at"]) is None else from_micros(v),
            ended_at=None if (v := data["ended_at"]) is None else from_micros(v),
            reports_removed_at=None if (v := data["reports_removed_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartImport:
    """Begins to turn an uploaded file's rows into records."""

    NAME: ClassVar[str] = "integration.StartImport"

    import_id: str
    """The import's id."""
    target: str
    """What the rows become: admin.user, crm.company, crm.product, crm.contact or crm.deal."""
    file: str
    """The content hash (SHA-256, hex) of the uploaded file."""
    file_name: str
    """What the uploader called the file."""
    mapping: Mapping[str, str]
    """From a field of the target to the file's column that fills it."""
    valid_from: datetime | None = None
    """Business time of records that carry no date of their own; the time of the import when left out."""
    currency: str = 'USD'
    """The ISO 4217 code of the file's amounts."""
    encoding: str | None = None
    """What lines are in that are no UTF-8, such as cp1252; found from the file when left out."""
    decimal: str | None = None
    """The sign before decimals, . or , with digits in groups allowed; plain numbers such as 1234.50 alone when
    left out.
    """
    dates: str | None = None
    """The order in dates, ymd, dmy or mdy, times without a zone being UTC; ISO 8601 alone when left out."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """For a field of the target, what its cells stand for: from what the file says to what is taken in its place."""
    match_on: tuple[str, ...] = ()
    """Fields that together say which record on file a row is about; the target's own key when empty."""
    known: KnownRows = KnownRows.UPDATE
    """What becomes of rows about records on file."""
    unknown: UnknownRows = UnknownRows.CREATE
    """What becomes of rows about no record on file."""
    dry_run: bool = False
    """Whether everything is decided and nothing recorded."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "target": self.target,
            "file": self.file,
            "file_name": self.file_name,
            "mapping": {k: x for k, x in self.mapping.items()},
            "valid_from": None if self.valid_from is None else to_micros(self.valid_from),
            "currency": self.currency,
            "encoding": self.encoding,
            "decimal": self.decimal,
            "dates": self.dates,
            "values": {k: {k: x for k, x in x.items()} for k, x in self.values.items()},
            "match_on": list(self.match_on),
            "known": self.known.value,
            "unknown": self.unknown.value,
            "dry_run": self.dry_run,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            target=data["target"],
            file=data["file"],
            file_name=data["file_name"],
            mapping=data["mapping"],
            valid_from=None if (v := data["valid_from"]) is None else from_micros(v),
            currency=data["currency"],
            encoding=data["encoding"],
            decimal=data["decimal"],
            dates=data["dates"],
            values=data["values"],
            match_on=tuple(data["match_on"]),
            known=KnownRows(data["known"]),
            unknown=UnknownRows(data["unknown"]),
            dry_run=data["dry_run"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordImportProgress:
    """The worker tells how far it is."""

    NAME: ClassVar[str] = "integration.RecordImportProgress"

    import_id: str
    """The import's id."""
    total: int
    """Rows in the file."""
    rows: int
    """Rows done so far."""
    created: int
    """Records that the file brought into being."""
    updated: int
    """Records that the file changed."""
    unchanged: int
    """Rows that said nothing new."""
    rejected: int
    """Rows refused, each in the error report."""
    result: str
    """Content hash of the result file of the rows since the last progress."""
    skipped: int = 0
    """Rows passed over as asked."""
    warnings: int = 0
    """Rows that were taken and should be looked at, each in the error report."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "total": self.total,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "result": self.result,
            "skipped": self.skipped,
            "warnings": self.warnings,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            total=data["total"],
            rows=data["rows"],
            created=data["created"],
            updated=data["updated"],
            unchanged=data["unchanged"],
            rejected=data["rejected"],
            result=data["result"],
            skipped=data["skipped"],
            warnings=data["warnings"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteImport:
    """The worker has done every row."""

    NAME: ClassVar[str] = "integration.CompleteImport"

    import_id: str
    """The import's id."""
    errors: str | None = None
    """Content hash of the error report."""
    changes: str | None = None
    """Content hash of the report on what a dry run would change, a CSV file."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "errors": self.errors,
            "changes": self.changes,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            errors=data["errors"],
            changes=data["changes"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FailImport:
    """The file cannot be imported at all, or the import not be taken back."""

    NAME: ClassVar[str] = "integration.FailImport"

    import_id: str
    """The import's id."""
    code: str
    """A stable code."""
    reason: str
    """A sentence that says why and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertImport:
    """Takes back the records the import created and nobody changed since."""

    NAME: ClassVar[str] = "integration.RevertImport"

    import_id: str
    """The import's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteRevert:
    """The worker has taken back what could be."""

    NAME: ClassVar[str] = "integration.CompleteRevert"

    import_id: str
    """The import's id."""
    reverted: int
    """Records taken back."""
    kept: int
    """Records left as they are because they changed since, each in the report."""
    report: str | None = None
    """Content hash of the report on records left."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "reverted": self.reverted,
            "kept": self.kept,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            reverted=data["reverted"],
            kept=data["kept"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReportsRemoved:
    """The worker has removed the import's reports."""

    NAME: ClassVar[str] = "integration.NoteReportsRemoved"

    import_id: str
    """The import's id."""
    why: ReportsRemoved
    """Why they were removed."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "why": self.why.value,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            why=ReportsRemoved(data["why"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStarted:
    """An import began."""

    NAME: ClassVar[str] = "integration.ImportStarted"

    import_id: str
    """The import's id."""
    target: str
    """What the rows become: admin.user, crm.company, crm.product, crm.contact or crm.deal."""
    file: str
    """The content hash (SHA-256, hex) of the uploaded file."""
    file_name: str
    """What the uploader called the file."""
    mapping: Mapping[str, str]
    """From a field of the target to the file's column that fills it."""
    valid_from: datetime | None = None
    """Business time of records that carry no date of their own; the time of the import when left out."""
    currency: str = 'USD'
    """The ISO 4217 code of the file's amounts."""
    encoding: str | None = None
    """What lines are in that are no UTF-8, such as cp1252; found from the file when left out."""
    decimal: str | None = None
    """The sign before decimals, . or , with digits in groups allowed; plain numbers such as 1234.50 alone when
    left out.
    """
    dates: str | None = None
    """The order in dates, ymd, dmy or mdy, times without a zone being UTC; ISO 8601 alone when left out."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """For a field of the target, what its cells stand for: from what the file says to what is taken in its place."""
    match_on: tuple[str, ...] = ()
    """Fields that together say which record on file a row is about; the target's own key when empty."""
    known: KnownRows = KnownRows.UPDATE
    """What becomes of rows about records on file."""
    unknown: UnknownRows = UnknownRows.CREATE
    """What becomes of rows about no record on file."""
    dry_run: bool = False
    """Whether everything is decided and nothing recorded."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "target": self.target,
            "file": self.file,
            "file_name": self.file_name,
            "mapping": {k: x for k, x in self.mapping.items()},
            "valid_from": None if self.valid_from is None else to_micros(self.valid_from),
            "currency": self.currency,
            "encoding": self.encoding,
            "decimal": self.decimal,
            "dates": self.dates,
            "values": {k: {k: x for k, x in x.items()} for k, x in self.values.items()},
            "match_on": list(self.match_on),
            "known": self.known.value,
            "unknown": self.unknown.value,
            "dry_run": self.dry_run,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            target=data["target"],
            file=data["file"],
            file_name=data["file_name"],
            mapping=data["mapping"],
            valid_from=None if (v := data["valid_from"]) is None else from_micros(v),
            currency=data["currency"],
            encoding=data["encoding"],
            decimal=data["decimal"],
            dates=data["dates"],
            values=data["values"],
            match_on=tuple(data["match_on"]),
            known=KnownRows(data["known"]),
            unknown=UnknownRows(data["unknown"]),
            dry_run=data["dry_run"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgressed:
    """The import is further."""

    NAME: ClassVar[str] = "integration.ImportProgressed"

    import_id: str
    """The import's id."""
    total: int
    """Rows in the file."""
    rows: int
    """Rows done so far."""
    created: int
    """Records that the file brought into being."""
    updated: int
    """Records that the file changed."""
    unchanged: int
    """Rows that said nothing new."""
    rejected: int
    """Rows refused, each in the error report."""
    result: str
    """Content hash of the result file of the rows since the last progress."""
    skipped: int = 0
    """Rows passed over as asked."""
    warnings: int = 0
    """Rows that were taken and should be looked at, each in the error report."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "total": self.total,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "result": self.result,
            "skipped": self.skipped,
            "warnings": self.warnings,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            total=data["total"],
            rows=data["rows"],
            created=data["created"],
            updated=data["updated"],
            unchanged=data["unchanged"],
            rejected=data["rejected"],
            result=data["result"],
            skipped=data["skipped"],
            warnings=data["warnings"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCompleted:
    """Every row was done."""

    NAME: ClassVar[str] = "integration.ImportCompleted"

    import_id: str
    """The import's id."""
    errors: str | None = None
    """Content hash of the error report."""
    changes: str | None = None
    """Content hash of the report on what a dry run would change, a CSV file."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "errors": self.errors,
            "changes": self.changes,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            errors=data["errors"],
            changes=data["changes"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFailed:
    """The file could not be imported at all."""

    NAME: ClassVar[str] = "integration.ImportFailed"

    import_id: str
    """The import's id."""
    code: str
    """A stable code."""
    reason: str
    """Why, and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRevertStarted:
    """Taking back began."""

    NAME: ClassVar[str] = "integration.ImportRevertStarted"

    import_id: str
    """The import's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRevertFailed:
    """Taking back came to no end; what was taken back is so, and it can be begun again."""

    NAME: ClassVar[str] = "integration.ImportRevertFailed"

    import_id: str
    """The import's id."""
    code: str
    """A stable code."""
    reason: str
    """Why, and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReverted:
    """What could be taken back was."""

    NAME: ClassVar[str] = "integration.ImportReverted"

    import_id: str
    """The import's id."""
    reverted: int
    """Records taken back."""
    kept: int
    """Records left as they are because they changed since, each in the report."""
    report: str | None = None
    """Content hash of the report on records left."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "reverted": self.reverted,
            "kept": self.kept,
            "report": self.report,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            reverted=data["reverted"],
            kept=data["kept"],
            report=data["report"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReportsRemoved:
    """The reports on the import's rows were removed."""

    NAME: ClassVar[str] = "integration.ImportReportsRemoved"

    import_id: str
    """The import's id."""
    why: ReportsRemoved
    """Why they were removed."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "why": self.why.value,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            import_id=data["import_id"],
            why=ReportsRemoved(data["why"]),
            at=from_micros(data["at"]),
        )


ImportJobCommand = (
    StartImport
    | RecordImportProgress
    | CompleteImport
    | FailImport
    | RevertImport
    | CompleteRevert
    | NoteReportsRemoved
)
ImportJobEvent = (
    ImportStarted
    | ImportProgressed
    | ImportCompleted
    | ImportFailed
    | ImportRevertStarted
    | ImportRevertFailed
    | ImportReverted
    | ImportReportsRemoved
)


CONTRACT = AggregateContract(
    domain="integration",
    aggregate="import_job",
    plural="imports",
    id_field="import_id",
    service="integration",
    state=ImportJob,
    state_version=4,
    commands=(
        CommandContract(cls=StartImport, verb="start", creates=True, permission="integration.import.start", internal=False),
        CommandContract(cls=RecordImportProgress, verb="record-progress", creates=False, permission="integration.import.record-progress", internal=True),
        CommandContract(cls=CompleteImport, verb="complete", creates=False, permission="integration.import.complete", internal=True),
        CommandContract(cls=FailImport, verb="fail", creates=False, permission="integration.import.fail", internal=True),
        CommandContract(cls=RevertImport, verb="revert", creates=False, permission="integration.import.revert", internal=False),
        CommandContract(cls=CompleteRevert, verb="complete-revert", creates=False, permission="integration.import.complete-revert", internal=True),
        CommandContract(cls=NoteReportsRemoved, verb="note-reports-removed", creates=False, permission="integration.import.note-reports-removed", internal=True),
    ),
    events=(
        ImportStarted,
        ImportProgressed,
        ImportCompleted,
        ImportFailed,
        ImportRevertStarted,
        ImportRevertFailed,
        ImportReverted,
        ImportReportsRemoved,
    ),
    values=(),
)
