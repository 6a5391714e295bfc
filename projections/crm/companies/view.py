"""Organisations that buy, or might."""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.crm.sharing import shared, unshared
from schemas.generated.common import Money
from schemas.generated.crm.company import (
    CompanyAssigned,
    CompanyCreated,
    CompanyEvent,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyRemoved,
    CompanyRenamed,
    CompanyShared,
    CompanyUnshared,
)


@dataclass(frozen=True, slots=True)
class CompanyRow:
    name: str
    sector: str | None
    year_established: int | None
    revenue: Money | None
    employees: int | None
    location: str | None
    parent_id: str | None
    owner_id: str | None
    readers: tuple[str, ...]
    editors: tuple[str, ...]


def key(event: CompanyEvent) -> str:
    return event.company_id


def evolve(row: CompanyRow | None, event: CompanyEvent) -> CompanyRow | None:
    match event:
        case CompanyCreated():
            return CompanyRow(
                name=event.name,
                sector=event.sector,
                year_established=event.year_established,
                revenue=event.revenue,
                employees=event.employees,
                location=event.location,
                parent_id=event.parent_id,
                owner_id=event.owner_id,
                readers=(),
                editors=(),
            )
        case CompanyRenamed():
            return row and replace(row, name=event.name)
        case CompanyProfileChanged():
            return row and replace(
                row,
                sector=event.sector,
                year_established=event.year_established,
                revenue=event.revenue,
                employees=event.employees,
                location=event.location,
            )
        case CompanyPlaced():
            return row and replace(row, parent_id=event.parent_id)
        case CompanyAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case CompanyShared():
            return row and shared(row, event)
        case CompanyUnshared():
            return row and unshared(row, event)
        case CompanyRemoved():
            return None
        case _:
            assert_never(event)
