"""Merges of companies, and how far each is."""

from dataclasses import replace
from typing import assert_never

from projections.crm.merging import MergeRow, begun, pair
from schemas.generated.crm.company import (
    CompanyAbsorbed,
    CompanyMergeAbandoned,
    CompanyMergeFinished,
    CompanyMergeStarted,
    CompanyParted,
)
from schemas.generated.crm.merge import MergeStatus

Event = CompanyMergeStarted | CompanyAbsorbed | CompanyMergeFinished | CompanyMergeAbandoned | CompanyParted


def key(event: Event) -> str:
    return pair(event.company_id, event.other_id)


def evolve(row: MergeRow | None, event: Event) -> MergeRow | None:
    match event:
        case CompanyMergeStarted():
            return begun(event.company_id, event.other_id, event.take)
        case CompanyAbsorbed():
            return row and replace(row, status=MergeStatus.ABSORBED)
        case CompanyMergeFinished():
            return row and replace(row, status=MergeStatus.DONE, moved=event.moved)
        case CompanyMergeAbandoned():
            return row and replace(row, status=MergeStatus.ABANDONED)
        case CompanyParted():
            return row and replace(row, status=MergeStatus.UNMERGED)
        case _:
            assert_never(event)
