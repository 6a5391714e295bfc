"""What holds for a person, and the proof of their erasure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from schemas.generated.admin.data_subject import (
    ConsentRecorded,
    ConsentWithdrawn,
    DataSubjectEvent,
    DataSubjectStatus,
    ErasureOrdered,
    ErasureWithdrawn,
    HoldPlaced,
    HoldReleased,
    KeyDestroyed,
)


@dataclass(frozen=True, slots=True)
class DataSubjectRow:
    """`consents` are purposes; which wording, how and when is in the record's history. `destroyed_key` is the
    fingerprint of the key that was destroyed, None also where there never was one."""

    status: DataSubjectStatus
    holds: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    basis: str | None = None
    reason: str | None = None
    ordered_at: datetime | None = None
    erased_at: datetime | None = None
    destroyed_key: str | None = None


def key(event: DataSubjectEvent) -> str:
    return event.data_subject_id


def evolve(row: DataSubjectRow | None, event: DataSubjectEvent) -> DataSubjectRow:
    row = row or DataSubjectRow(DataSubjectStatus.KEPT)
    match event:
        case ErasureOrdered():
            return replace(
                row, status=DataSubjectStatus.ERASING, basis=event.basis, reason=event.reason, ordered_at=event.at
            )
        case ErasureWithdrawn():
            return replace(row, status=DataSubjectStatus.KEPT, basis=None, reason=None, ordered_at=None)
        case KeyDestroyed():
            return replace(row, status=DataSubjectStatus.ERASED, erased_at=event.at, destroyed_key=event.key)
        case HoldPlaced():
            return replace(row, holds=(*row.holds, event.matter))
        case HoldReleased():
            return replace(row, holds=tuple(each for each in row.holds if each != event.matter))
        case ConsentRecorded():
            return replace(row, consents=(*(each for each in row.consents if each != event.purpose), event.purpose))
        case ConsentWithdrawn():
            return replace(row, consents=tuple(each for each in row.consents if each != event.purpose))
        case _:
            assert_never(event)
