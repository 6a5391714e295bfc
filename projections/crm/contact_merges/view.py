"""Merges of contacts, and how far each is."""

from dataclasses import replace
from typing import assert_never

from projections.crm.merging import MergeRow, begun, pair
from schemas.generated.crm.contact import (
    ContactAbsorbed,
    ContactMergeAbandoned,
    ContactMergeFinished,
    ContactMergeStarted,
    ContactParted,
)
from schemas.generated.crm.merge import MergeStatus

Event = ContactMergeStarted | ContactAbsorbed | ContactMergeFinished | ContactMergeAbandoned | ContactParted


def key(event: Event) -> str:
    return pair(event.contact_id, event.other_id)


def evolve(row: MergeRow | None, event: Event) -> MergeRow | None:
    match event:
        case ContactMergeStarted():
            return begun(event.contact_id, event.other_id, event.take)
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
