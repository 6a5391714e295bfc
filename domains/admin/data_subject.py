"""A data subject: a person about whom there are personal values somewhere, in whichever app, and what holds for those.

Its id is that of the person's own record. An erasure is ordered here and carried out by a worker, which destroys the
person's key and confirms it; until a hold on the person is released none can be ordered. One that was ordered of a
record as it stood is withdrawn if more was recorded of it since.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import optional_text
from domains.kernel import Decider, Rejected
from schemas.contract import people
from schemas.generated.admin.data_subject import (
    CONTRACT,
    ConfirmErasure,
    Consent,
    ConsentRecorded,
    ConsentWithdrawn,
    DataSubject,
    DataSubjectCommand,
    DataSubjectEvent,
    DataSubjectStatus,
    EraseDataSubject,
    ErasureOrdered,
    ErasureWithdrawn,
    HoldPlaced,
    HoldReleased,
    KeyDestroyed,
    PlaceHold,
    RecordConsent,
    ReleaseHold,
    WithdrawConsent,
    WithdrawErasure,
)

RETENTION = "retention"
BASES = (
    "no-longer-needed",
    "consent-withdrawn",
    "objection",
    "unlawful",
    "legal-obligation",
    "child",
    RETENTION,
    "other",
)
"""Article 17(1) and Article 5(1)(e) of the General Data Protection Regulation (EU) 2016/679, and what else binds."""
MOST = 100
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/#-]{0,99}")


def _identifier(value: str, field: str) -> str:
    """An id of something outside. Its letters leave no room for an email address, as these are kept for ever."""
    if not _IDENTIFIER.fullmatch(value.strip()):
        raise Rejected(
            f"{field}_malformed",
            f"The {field} is an identifier: up to 100 letters, digits, spaces and any of . _ : / # -; it names nobody.",
            field,
        )
    return value.strip()


def _basis(command: EraseDataSubject) -> str:
    if command.basis not in BASES:
        raise Rejected("no_such_basis", f"The basis of an erasure is one of {', '.join(BASES)}.", "basis")
    return command.basis


def _record_kind(command: EraseDataSubject) -> str | None:
    if (command.record_kind is None) != (command.record_version is None):
        raise Rejected("record_incomplete", "A record and its version belong together; give both.", "record_version")
    known = sorted(f"{contract.domain}/{contract.aggregate}" for contract in people())
    if command.record_kind is not None and command.record_kind not in known:
        raise Rejected("no_such_record", f"The record of a person is one of {', '.join(known)}.", "record_kind")
    return command.record_kind


def _few(present: Sequence[object], field: str) -> None:
    if len(present) >= MOST:
        raise Rejected(f"too_many_{field}s", f"There are {MOST} already; take one back first.", field)


def _ordered(command: EraseDataSubject, subject: DataSubject) -> Sequence[DataSubjectEvent]:
    basis, reason, kind = _basis(command), optional_text(command.reason, "reason"), _record_kind(command)
    if subject.status is not DataSubjectStatus.KEPT:
        return []
    if subject.holds:
        raise Rejected(
            "legal_hold",
            f"The person's values are kept for {len(subject.holds)} legal matter(s); release each hold first.",
        )
    if basis == RETENTION and subject.consents:
        raise Rejected(
            "consent_stands",
            f"The person agrees to {len(subject.consents)} purpose(s); no rule of retention erases them meanwhile.",
        )
    return [
        ErasureOrdered(
            data_subject_id=command.data_subject_id,
            basis=basis,
            reason=reason,
            record_kind=kind,
            record_version=command.record_version,
            at=command.at,
        )
    ]


def _consented(command: RecordConsent, subject: DataSubject) -> Sequence[DataSubjectEvent]:
    given = Consent(
        purpose=_identifier(command.purpose, "purpose"),
        wording=_identifier(command.wording, "wording"),
        source=_identifier(command.source, "source"),
    )
    if given in subject.consents:
        return []
    if all(each.purpose != given.purpose for each in subject.consents):
        _few(subject.consents, "purpose")
    return [
        ConsentRecorded(
            data_subject_id=command.data_subject_id,
            purpose=given.purpose,
            wording=given.wording,
            source=given.source,
            at=command.at,
        )
    ]


def _withdrawn(command: WithdrawConsent, subject: DataSubject) -> Sequence[DataSubjectEvent]:
    id, purpose = command.data_subject_id, _identifier(command.purpose, "purpose")
    source = _identifier(command.source, "source")
    if all(each.purpose != purpose for each in subject.consents):
        return []
    return [ConsentWithdrawn(data_subject_id=id, purpose=purpose, source=source, at=command.at)]


def decide(command: DataSubjectCommand, subject: DataSubject) -> Sequence[DataSubjectEvent]:
    id, at = command.data_subject_id, command.at
    match command:
        case EraseDataSubject():
            return _ordered(command, subject)
        case ConfirmErasure():
            if subject.status is not DataSubjectStatus.ERASING:
                return []
            return [KeyDestroyed(data_subject_id=id, key=command.key, by=command.by, at=at)]
        case WithdrawErasure():
            if subject.status is not DataSubjectStatus.ERASING or subject.record_kind is None:
                return []
            return [ErasureWithdrawn(data_subject_id=id, code=command.code, at=at)]
        case ReleaseHold():
            matter = _identifier(command.matter, "matter")
            return [HoldReleased(data_subject_id=id, matter=matter, at=at)] if matter in subject.holds else []
        case WithdrawConsent():
            return _withdrawn(command, subject)
        case _ if subject.status is not DataSubjectStatus.KEPT:
            raise Rejected("person_erased", "The person is erased, or about to be; there is nothing left to keep.")
        case PlaceHold():
            matter = _identifier(command.matter, "matter")
            if matter in subject.holds:
                return []
            _few(subject.holds, "matter")
            return [HoldPlaced(data_subject_id=id, matter=matter, at=at)]
        case RecordConsent():
            return _consented(command, subject)
        case _:
            assert_never(command)


def evolve(subject: DataSubject, event: DataSubjectEvent) -> DataSubject:
    subject = replace(subject, data_subject_id=event.data_subject_id)
    match event:
        case ErasureOrdered():
            return replace(
                subject,
                status=DataSubjectStatus.ERASING,
                record_kind=event.record_kind,
                record_version=event.record_version,
                ordered_at=event.at,
            )
        case ErasureWithdrawn():
            return replace(
                subject, status=DataSubjectStatus.KEPT, record_kind=None, record_version=None, ordered_at=None
            )
        case KeyDestroyed():
            return replace(subject, status=DataSubjectStatus.ERASED)
        case HoldPlaced():
            return replace(subject, holds=(*subject.holds, event.matter))
        case HoldReleased():
            return replace(subject, holds=tuple(each for each in subject.holds if each != event.matter))
        case ConsentRecorded():
            given = Consent(purpose=event.purpose, wording=event.wording, source=event.source)
            return replace(subject, consents=(*_without(subject, event.purpose), given))
        case ConsentWithdrawn():
            return replace(subject, consents=_without(subject, event.purpose))
        case _:
            assert_never(event)


def _without(subject: DataSubject, purpose: str) -> tuple[Consent, ...]:
    return tuple(each for each in subject.consents if each.purpose != purpose)


DECIDER: Decider[DataSubjectCommand, DataSubject, DataSubjectEvent] = Decider(CONTRACT, DataSubject(), decide, evolve)
