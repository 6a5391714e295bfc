"""People at customers."""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.person import erased, shown
from schemas.generated.crm.contact import (
    ContactChanged,
    ContactCreated,
    ContactErased,
    ContactEvent,
    ContactMoved,
    ContactRemoved,
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    name: str | None
    email: str | None
    phone: str | None
    job_title: str | None
    company_id: str | None


def key(event: ContactEvent) -> str:
    return event.contact_id


def evolve(row: ContactRow | None, event: ContactEvent) -> ContactRow | None:
    match event:
        case ContactCreated():
            return ContactRow(
                shown(event.name), shown(event.email), shown(event.phone), event.job_title, event.company_id
            )
        case ContactChanged():
            return row and replace(
                row,
                name=shown(event.name),
                email=shown(event.email),
                phone=shown(event.phone),
                job_title=event.job_title,
            )
        case ContactMoved():
            return row and replace(row, company_id=event.company_id)
        case ContactRemoved():
            return None
        case ContactErased():
            return row and replace(row, name=erased(row.name), email=erased(row.email), phone=erased(row.phone))
        case _:
            assert_never(event)
