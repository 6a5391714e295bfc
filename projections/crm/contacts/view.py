"""People at customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from projections.crm.custom import shown_values
from projections.crm.sharing import shared, unshared
from projections.person import erased, listed, points, shown
from projections.replaced import replace
from schemas.generated.common import ContactPoint, PostalAddress
from schemas.generated.crm.contact import (
    ContactAbsorbed,
    ContactAssigned,
    ContactChanged,
    ContactClassified,
    ContactCompanyGivenBack,
    ContactCompanyReplaced,
    ContactCreated,
    ContactErased,
    ContactEvent,
    ContactExpired,
    ContactFieldsSet,
    ContactMergeAbandoned,
    ContactMerged,
    ContactMergeFinished,
    ContactMergeRefused,
    ContactMergeStarted,
    ContactMoved,
    ContactParted,
    ContactRemoved,
    ContactRestored,
    ContactShared,
    ContactTagged,
    ContactUnmerged,
    ContactUnshared,
    DuplicateDismissed,
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    name: str | None
    email: str | None
    phone: str | None
    emails: tuple[ContactPoint, ...] | None
    phones: tuple[ContactPoint, ...] | None
    addresses: tuple[PostalAddress, ...] | None
    job_title: str | None
    company_id: str | None
    owner_id: str | None
    lifecycle: str | None
    source: str | None
    tags: tuple[str, ...]
    readers: tuple[str, ...]
    editors: tuple[str, ...]
    custom: Mapping[str, Any]
    removed_at: datetime | None
    merged_into: str | None


def key(event: ContactEvent) -> str:
    return event.contact_id


def evolve(row: ContactRow | None, event: ContactEvent) -> ContactRow | None:
    match event:
        case ContactCreated():
            return ContactRow(
                name=shown(event.name),
                email=shown(event.email),
                phone=shown(event.phone),
                emails=points(event.emails, event.email),
                phones=points(event.phones, event.phone),
                addresses=listed(event.addresses),
                job_title=event.job_title,
                company_id=event.company_id,
                owner_id=event.owner_id,
                lifecycle=None,
                source=None,
                tags=(),
                readers=(),
                editors=(),
                custom={},
                removed_at=None,
                merged_into=None,
            )
        case ContactChanged():
            return row and replace(
                row,
                name=shown(event.name),
                email=shown(event.email),
                phone=shown(event.phone),
                emails=points(event.emails, event.email),
                phones=points(event.phones, event.phone),
                addresses=listed(event.addresses),
                job_title=event.job_title,
            )
        case ContactMoved():
            return row and replace(row, company_id=event.company_id)
        case ContactAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case ContactClassified():
            return row and replace(row, lifecycle=event.lifecycle, source=event.source)
        case ContactTagged():
            return row and replace(row, tags=event.tags)
        case ContactShared():
            return row and shared(row, event)
        case ContactUnshared():
            return row and unshared(row, event)
        case ContactFieldsSet():
            return row and replace(row, custom=shown_values(event.custom))
        case DuplicateDismissed() | ContactCompanyReplaced() | ContactCompanyGivenBack():
            return row
        case ContactMerged():
            return row and replace(row, merged_into=event.into_id)
        case ContactUnmerged():
            return row and replace(row, merged_into=None)
        case (
            ContactMergeStarted()
            | ContactMergeRefused()
            | ContactMergeAbandoned()
            | ContactAbsorbed()
            | ContactMergeFinished()
            | ContactParted()
        ):
            return row
        case ContactRemoved():
            return None if event.erased else row and replace(row, removed_at=event.at)
        case ContactRestored():
            return row and replace(row, removed_at=None)
        case ContactErased() if row is not None and row.removed_at is not None:
            return None
        case ContactExpired():
            return row
        case ContactErased():
            return row and replace(
                row,
                name=erased(row.name),
                email=erased(row.email),
                phone=erased(row.phone),
                emails=None,
                phones=None,
                addresses=None,
                custom={},
            )
        case _:
            assert_never(event)
