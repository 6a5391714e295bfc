"""Organisations that buy, or might."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.common import Money
from schemas.generated.crm.company import (
    CompanyCreated,
    CompanyEvent,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyRemoved,
    CompanyRenamed,
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
        case CompanyRemoved():
            return None
        case _:
            assert_never(event)
