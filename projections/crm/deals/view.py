"""Chances to sell, on their way through the pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from projections.crm.custom import shown_values
from projections.crm.sharing import shared, unshared
from schemas.generated.common import Money
from schemas.generated.crm.deal import (
    DealAmountChanged,
    DealAssigned,
    DealChanged,
    DealEngaged,
    DealEvent,
    DealFieldsSet,
    DealLost,
    DealOpened,
    DealPurged,
    DealRemoved,
    DealReopened,
    DealRestored,
    DealShared,
    DealUnshared,
    DealWon,
    Stage,
)


@dataclass(frozen=True, slots=True)
class DealRow:
    name: str
    company_id: str | None
    product_id: str | None
    owner_id: str
    stage: Stage
    amount: Money | None
    engaged_at: datetime | None
    closed_at: datetime | None
    lost_reason: str | None
    readers: tuple[str, ...]
    editors: tuple[str, ...]
    custom: Mapping[str, Any]
    removed_at: datetime | None


def key(event: DealEvent) -> str:
    return event.deal_id


def evolve(row: DealRow | None, event: DealEvent) -> DealRow | None:
    match event:
        case DealOpened():
            return DealRow(
                name=event.name,
                company_id=event.company_id,
                product_id=event.product_id,
                owner_id=event.owner_id,
                stage=Stage.PROSPECTING,
                amount=event.amount,
                engaged_at=None,
                closed_at=None,
                lost_reason=None,
                readers=(),
                editors=(),
                custom={},
                removed_at=None,
            )
        case DealEngaged():
            return row and replace(row, stage=Stage.ENGAGING, engaged_at=event.at)
        case DealWon():
            return row and replace(row, stage=Stage.WON, amount=event.amount, closed_at=event.at, lost_reason=None)
        case DealLost():
            return row and replace(row, stage=Stage.LOST, closed_at=event.at, lost_reason=event.reason)
        case DealReopened():
            return row and replace(
                row,
                stage=Stage.ENGAGING,
                engaged_at=row.engaged_at or event.at,
                closed_at=None,
                lost_reason=None,
            )
        case DealAmountChanged():
            return row and replace(row, amount=event.amount)
        case DealChanged():
            return row and replace(row, name=event.name, company_id=event.company_id, product_id=event.product_id)
        case DealAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case DealShared():
            return row and shared(row, event)
        case DealUnshared():
            return row and unshared(row, event)
        case DealFieldsSet():
            return row and replace(row, custom=shown_values(event.custom))
        case DealRemoved():
            return row and replace(row, removed_at=event.at)
        case DealRestored():
            return row and replace(row, removed_at=None)
        case DealPurged():
            return None
        case _:
            assert_never(event)
