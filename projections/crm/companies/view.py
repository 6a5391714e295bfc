"""Organisations that buy, or might."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from projections.crm.custom import shown_values
from projections.crm.sharing import shared, unshared
from projections.person import listed, points
from projections.replaced import replace
from schemas.generated.common import ContactPoint, Money, PostalAddress
from schemas.generated.crm.company import (
    CompanyAbsorbed,
    CompanyAssigned,
    CompanyClassified,
    CompanyCreated,
    CompanyDuplicateDismissed,
    CompanyEvent,
    CompanyFieldsSet,
    CompanyMergeAbandoned,
    CompanyMerged,
    CompanyMergeFinished,
    CompanyMergeRefused,
    CompanyMergeStarted,
    CompanyParted,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyPurged,
    CompanyRemoved,
    CompanyRenamed,
    CompanyRestored,
    CompanyShared,
    CompanyTagged,
    CompanyUnmerged,
    CompanyUnshared,
    ParentGivenBack,
    ParentReplaced,
)


@dataclass(frozen=True, slots=True)
class CompanyRow:
    name: str
    sector: str | None
    year_established: int | None
    revenue: Money | None
    employees: int | None
    location: str | None
    website: str | None
    linkedin: str | None
    registration_number: str | None
    vat_number: str | None
    description: str | None
    domain: str | None
    domains: tuple[str, ...]
    phone: str | None
    phones: tuple[ContactPoint, ...] | None
    addresses: tuple[PostalAddress, ...] | None
    parent_id: str | None
    owner_id: str | None
    lifecycle: str | None
    source: str | None
    tags: tuple[str, ...]
    readers: tuple[str, ...]
    editors: tuple[str, ...]
    custom: Mapping[str, Any]
    removed_at: datetime | None
    merged_into: str | None


def key(event: CompanyEvent) -> str:
    return event.company_id


def _profile(event: CompanyCreated | CompanyProfileChanged) -> dict[str, Any]:
    """What an event tells of a company's profile, as columns."""
    return {
        "sector": event.sector,
        "year_established": event.year_established,
        "revenue": event.revenue,
        "employees": event.employees,
        "location": event.location,
        "website": event.website,
        "linkedin": event.linkedin,
        "registration_number": event.registration_number,
        "vat_number": event.vat_number,
        "description": event.description,
        "domain": event.domains[0] if event.domains else None,
        "domains": event.domains,
        "phone": event.phone,
        "phones": points(event.phones, event.phone),
        "addresses": listed(event.addresses),
    }


def evolve(row: CompanyRow | None, event: CompanyEvent) -> CompanyRow | None:
    match event:
        case CompanyCreated():
            return CompanyRow(
                name=event.name,
                **_profile(event),
                parent_id=event.parent_id,
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
        case CompanyRenamed():
            return row and replace(row, name=event.name)
        case CompanyProfileChanged():
            return row and replace(row, **_profile(event))
        case CompanyPlaced():
            return row and replace(row, parent_id=event.parent_id)
        case CompanyAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case CompanyClassified():
            return row and replace(row, lifecycle=event.lifecycle, source=event.source)
        case CompanyTagged():
            return row and replace(row, tags=event.tags)
        case CompanyShared():
            return row and shared(row, event)
        case CompanyUnshared():
            return row and unshared(row, event)
        case CompanyFieldsSet():
            return row and replace(row, custom=shown_values(event.custom))
        case CompanyMerged():
            return row and replace(row, merged_into=event.into_id)
        case CompanyUnmerged():
            return row and replace(row, merged_into=None)
        case (
            CompanyMergeStarted()
            | CompanyMergeRefused()
            | CompanyMergeAbandoned()
            | CompanyAbsorbed()
            | CompanyMergeFinished()
            | CompanyParted()
            | CompanyDuplicateDismissed()
            | ParentReplaced()
            | ParentGivenBack()
        ):
            return row
        case CompanyRemoved():
            return row and replace(row, removed_at=event.at)
        case CompanyRestored():
            return row and replace(row, removed_at=None)
        case CompanyPurged():
            return None
        case _:
            assert_never(event)
