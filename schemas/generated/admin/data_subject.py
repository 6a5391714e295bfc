"""Generated from schemas/admin/data_subject.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class DataSubjectStatus(StrEnum):
    """Whether a person is to be erased, or was."""

    UNKNOWN = "UNKNOWN"
    KEPT = "KEPT"
    ERASING = "ERASING"
    ERASED = "ERASED"

    @classmethod
    def _missing_(cls, value: object) -> "DataSubjectStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person agreed to."""

    NAME: ClassVar[str] = "admin.Consent"

    purpose: str
    """What for, as an identifier: newsletter."""
    wording: str
    """Which version of the wording they agreed to: 2026-03."""
    source: str
    """How they said so: web-form/signup, paper/4711."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "purpose": self.purpose,
            "wording": self.wording,
            "source": self.source,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            purpose=data["purpose"],
            wording=data["wording"],
            source=data["source"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSubject:
    """A person about whom there are personal values anywhere in the tenant, and what holds for those."""

    NAME: ClassVar[str] = "admin.DataSubject"

    data_subject_id: str = ''
    """The id of the person's own record; empty while nothing was said of them."""
    status: DataSubjectStatus = DataSubjectStatus.KEPT
    """Whether the person is to be erased, or was."""
    holds: tuple[str, ...] = ()
    """The matters for which the person's values must be kept."""
    consents: tuple[Consent, ...] = ()
    """What the person agrees to, one for each purpose."""
    record_kind: str | None = None
    """What the person's own record is, such as crm/contact: no more must have been recorded of it than
    `record_version`; null: whatever was.
    """
    record_version: int | None = None
    """The version of that record."""
    ordered_at: datetime | None = None
    """When the erasure was ordered."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "status": self.status.value,
            "holds": list(self.holds),
            "consents": [x.to_avro(vault) for x in self.consents],
            "record_kind": self.record_kind,
            "record_version": self.record_version,
            "ordered_at": None if self.ordered_at is None else to_micros(self.ordered_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            status=DataSubjectStatus(data["status"]),
            holds=tuple(data["holds"]),
            consents=tuple(Consent.from_avro(x, vault) for x in data["consents"]),
            record_kind=data["record_kind"],
            record_version=data["record_version"],
            ordered_at=None if (v := data["ordered_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseDataSubject:
    """Has all personal values of the person destroyed, everywhere and for ever."""

    NAME: ClassVar[str] = "admin.EraseDataSubject"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    basis: str
    """The ground in law: no-longer-needed, consent-withdrawn, objection, unlawful, legal-obligation, child,
    retention or other.
    """
    reason: str | None = None
    """Why, for whoever looks at the proof; it names nobody."""
    record_kind: str | None = None
    """What the person's own record is, such as crm/contact: no more must have been recorded of it than
    `record_version`; null: whatever was.
    """
    record_version: int | None = None
    """The version of that record."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "basis": self.basis,
            "reason": self.reason,
            "record_kind": self.record_kind,
            "record_version": self.record_version,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            basis=data["basis"],
            reason=data["reason"],
            record_kind=data["record_kind"],
            record_version=data["record_version"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    """Has the person's values kept for a legal matter: nobody can erase them meanwhile."""

    NAME: ClassVar[str] = "admin.PlaceHold"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    matter: str
    """The matter, as an identifier: case-2026/17."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "matter": self.matter,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            matter=data["matter"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold:
    """A legal matter needs the person's values no longer."""

    NAME: ClassVar[str] = "admin.ReleaseHold"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    matter: str
    """The matter, as an identifier: case-2026/17."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "matter": self.matter,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            matter=data["matter"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent:
    """The person agreed to a purpose."""

    NAME: ClassVar[str] = "admin.RecordConsent"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    purpose: str
    """What for, as an identifier: newsletter."""
    wording: str
    """Which version of the wording they agreed to: 2026-03."""
    source: str
    """How they said so: web-form/signup, paper/4711."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "purpose": self.purpose,
            "wording": self.wording,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            purpose=data["purpose"],
            wording=data["wording"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    """The person agrees no longer."""

    NAME: ClassVar[str] = "admin.WithdrawConsent"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    purpose: str
    """What for, as an identifier: newsletter."""
    source: str
    """How they said so: web-form/signup, paper/4711."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "purpose": self.purpose,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            purpose=data["purpose"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmErasure:
    """Tells that the person's key is destroyed."""

    NAME: ClassVar[str] = "admin.ConfirmErasure"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    key: str | None = None
    """The fingerprint of the key that was destroyed; null when there was none."""
    by: str
    """What destroyed it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "key": self.key,
            "by": self.by,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            key=data["key"],
            by=data["by"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawErasure:
    """Tells that the person's record was changed, so that the erasure does not take place."""

    NAME: ClassVar[str] = "admin.WithdrawErasure"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    code: str
    """The code by which the record refused: stale_version."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "code": self.code,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            code=data["code"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrdered:
    """The person's values are to be destroyed."""

    NAME: ClassVar[str] = "admin.ErasureOrdered"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    basis: str
    """The ground in law."""
    reason: str | None = None
    """Why; it names nobody."""
    record_kind: str | None = None
    """What the person's own record is, such as crm/contact: no more must have been recorded of it than
    `record_version`; null: whatever was.
    """
    record_version: int | None = None
    """The version of that record."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "basis": self.basis,
            "reason": self.reason,
            "record_kind": self.record_kind,
            "record_version": self.record_version,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            basis=data["basis"],
            reason=data["reason"],
            record_kind=data["record_kind"],
            record_version=data["record_version"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureWithdrawn:
    """The person's record was changed since it was found to be due: the erasure does not take place."""

    NAME: ClassVar[str] = "admin.ErasureWithdrawn"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    code: str
    """The code by which the record refused."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "code": self.code,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            code=data["code"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDestroyed:
    """The key under which the person's values were sealed was destroyed at the time of this event: no value in
    the log, and no copy of the log, can be read again.
    """

    NAME: ClassVar[str] = "admin.KeyDestroyed"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    key: str | None = None
    """The fingerprint of the key; null when there was none."""
    by: str
    """What destroyed it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "key": self.key,
            "by": self.by,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            key=data["key"],
            by=data["by"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced:
    """The person's values are kept for a legal matter."""

    NAME: ClassVar[str] = "admin.HoldPlaced"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    matter: str
    """The matter."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "matter": self.matter,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            matter=data["matter"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased:
    """A legal matter needs the person's values no longer."""

    NAME: ClassVar[str] = "admin.HoldReleased"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    matter: str
    """The matter."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "matter": self.matter,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            matter=data["matter"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded:
    """The person agreed to a purpose."""

    NAME: ClassVar[str] = "admin.ConsentRecorded"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    purpose: str
    """What for."""
    wording: str
    """Which version of the wording they agreed to."""
    source: str
    """How they said so."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "purpose": self.purpose,
            "wording": self.wording,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            purpose=data["purpose"],
            wording=data["wording"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """The person agrees no longer."""

    NAME: ClassVar[str] = "admin.ConsentWithdrawn"

    data_subject_id: str
    """The id of the person's own record: of a contact, of a user."""
    purpose: str
    """What for."""
    source: str
    """How they said so."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "data_subject_id": self.data_subject_id,
            "purpose": self.purpose,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            data_subject_id=data["data_subject_id"],
            purpose=data["purpose"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


DataSubjectCommand = (
    EraseDataSubject
    | PlaceHold
    | ReleaseHold
    | RecordConsent
    | WithdrawConsent
    | ConfirmErasure
    | WithdrawErasure
)
DataSubjectEvent = (
    ErasureOrdered
    | ErasureWithdrawn
    | KeyDestroyed
    | HoldPlaced
    | HoldReleased
    | ConsentRecorded
    | ConsentWithdrawn
)


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="data_subject",
    plural="data-subjects",
    id_field="data_subject_id",
    service="admin",
    state=DataSubject,
    state_version=1,
    commands=(
        CommandContract(cls=EraseDataSubject, verb="erase", creates=False, permission="admin.data-subject.erase", internal=False, person=True),
        CommandContract(cls=PlaceHold, verb="place-hold", creates=False, permission="admin.data-subject.place-hold", internal=False, person=True),
        CommandContract(cls=ReleaseHold, verb="release-hold", creates=False, permission="admin.data-subject.release-hold", internal=False, person=True),
        CommandContract(cls=RecordConsent, verb="record-consent", creates=False, permission="admin.data-subject.record-consent", internal=False, person=True),
        CommandContract(cls=WithdrawConsent, verb="withdraw-consent", creates=False, permission="admin.data-subject.withdraw-consent", internal=False, person=True),
        CommandContract(cls=ConfirmErasure, verb="confirm-erasure", creates=False, permission="admin.data-subject.confirm-erasure", internal=True),
        CommandContract(cls=WithdrawErasure, verb="withdraw-erasure", creates=False, permission="admin.data-subject.withdraw-erasure", internal=True),
    ),
    events=(
        ErasureOrdered,
        ErasureWithdrawn,
        KeyDestroyed,
        HoldPlaced,
        HoldReleased,
        ConsentRecorded,
        ConsentWithdrawn,
    ),
    values=(Consent,),
)
