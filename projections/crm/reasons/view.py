"""Why a tenant's deals are won and lost."""

from dataclasses import dataclass, replace
from typing import assert_never

from schemas.generated.common import DealOutcome
from schemas.generated.crm.reason import (
    ReasonDefined,
    ReasonEvent,
    ReasonPlaced,
    ReasonRenamed,
    ReasonRestored,
    ReasonRetired,
)


@dataclass(frozen=True, slots=True)
class ReasonRow:
    outcome: DealOutcome
    name: str
    retired: bool
    place: int | None = None


def key(event: ReasonEvent) -> str:
    return event.reason_id


def evolve(row: ReasonRow | None, event: ReasonEvent) -> ReasonRow | None:
    match event:
        case ReasonDefined():
            return ReasonRow(event.outcome, event.name, retired=False, place=event.place)
        case ReasonRenamed():
            return row and replace(row, name=event.name)
        case ReasonPlaced():
            return row and replace(row, place=event.place)
        case ReasonRetired():
            return row and replace(row, retired=True)
        case ReasonRestored():
            return row and replace(row, retired=False)
        case _:
            assert_never(event)
