"""People at customers."""

from dataclasses import dataclass, replace
from typing import assert_never

from projections.crm.sharing import shared, unshared
from projections.person import erased, shown
from schemas.generated.crm.contact import (
    ContactAssigned,
    ContactChanged,
    ContactCreated,
    ContactErased,
    ContactEvent,
    ContactMoved,
    ContactRemoved,
    ContactShared,
    ContactUnshared,
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    name: str | None
    email: str | None
    phone: str | None
    job_title: str | None
    company_id: str | None
    owner_id: str | None
    readers: tuple[str, ...]
    editors: tuple[str, ...]


def key(event: ContactEvent) -> str:
    return event.contact_id


def evolve(row: ContactRow | None, event: ContactEvent) -> ContactRow | None:
    match event:
        case ContactCreated():
            return ContactRow(
                name=shown(event.name),
                email=shown(event.email),
                phone=shown(event.phone),
                job_title=event.job_title,
                company_id=event.company_id,
                owner_id=event.owner_id,
                readers=(),
                editors=(),
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
        case ContactAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case ContactShared():
            return row and shared(row, event)
        case ContactUnshared():
            return row and unshared(row, event)
        case ContactRemoved():
            return None
        case ContactErased():
            return row and replace(row, name=erased(row.name), email=erased(row.email), phone=erased(row.phone))
        case _:
            assert_never(event)
