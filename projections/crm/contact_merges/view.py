"""Merges of contacts, and how far each is, as the contact tells it that takes the other's place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.crm.contact import (
    ContactAbsorbed,
    ContactMergeAbandoned,
    ContactMergeFinished,
    ContactMergeStarted,
    ContactParted,
    MergeStatus,
)

Event = ContactMergeStarted | ContactAbsorbed | ContactMergeFinished | ContactMergeAbandoned | ContactParted


@dataclass(frozen=True, slots=True)
class ContactMergeRow:
    contact_id: str
    other_id: str
    status: MergeStatus
    take: Mapping[str, str]
    moved: int


def key(event: Event) -> str:
    """The two of them: a contact takes the place of another once at a time."""
    return f"{event.contact_id}/{event.other_id}"


def evolve(row: ContactMergeRow | None, event: Event) -> ContactMergeRow | None:
    match event:
        case ContactMergeStarted():
            return ContactMergeRow(event.contact_id, event.other_id, MergeStatus.STARTED, event.take, 0)
        case ContactAbsorbed():
            return row and replace(row, status=MergeStatus.ABSORBED)
        case ContactMergeFinished():
            return row and replace(row, status=MergeStatus.DONE, moved=event.moved)
        case ContactMergeAbandoned():
            return row and replace(row, status=MergeStatus.ABANDONED)
        case ContactParted():
            return row and replace(row, status=MergeStatus.UNMERGED)
        case _:
            assert_never(event)
