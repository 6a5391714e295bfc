"""The stages in which a deal has been, and for how long."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from schemas.generated.crm.deal import Place, Stay

MOST = 100
"""Stays that are kept; of a deal that goes on wandering the earliest are left out."""


def entered(stays: Sequence[Stay], place: Place, at: datetime) -> tuple[Stay, ...]:
    """The stays after a deal entered another stage, the last of which goes on."""
    begun = Stay(
        stage_id=place.stage_id,
        stage_name=place.stage_name,
        pipeline_id=place.pipeline_id,
        entered_at=at.isoformat(),
    )
    return (*stays[:-1], *(_left(stay, at) for stay in stays[-1:]), begun)[-MOST:]


def _left(stay: Stay, at: datetime) -> Stay:
    """What was said late may say that it left before it came, which then took no time."""
    took = max(at - datetime.fromisoformat(stay.entered_at), timedelta())
    return replace(stay, left_at=at.isoformat(), seconds=took // timedelta(seconds=1))
