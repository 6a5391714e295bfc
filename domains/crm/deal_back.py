"""How a deal is closed again as it was, and converted as it was: what takes back that it was reopened, or converted.
Both are told what was so by whoever read it in the deal's history, and never by callers. The functions give the events
of a command, or for an undo the command; raise Rejected."""

from collections.abc import Sequence
from datetime import datetime

from domains.checks import money, text
from domains.crm.deal_lines import worth_of
from domains.kernel import Rejected
from schemas.built_in_pipeline import LOST, WON
from schemas.generated.common import DealOutcome, StageKind
from schemas.generated.crm.deal import (
    CloseDealAgain,
    Deal,
    DealConverted,
    DealEvent,
    DealLost,
    DealReopened,
    DealWon,
    RestoreDealConversion,
    Stage,
)


def closed_again(command: CloseDealAgain, deal: Deal) -> Sequence[DealWon | DealLost]:
    if deal.stage in (Stage.WON, Stage.LOST):
        raise Rejected("deal_not_open", "The deal is closed by now; reopen it first.")
    match command.outcome:
        case DealOutcome.WON:
            _must_go_on_there(command, deal, StageKind.WON)
            return [_won(command, deal)]
        case DealOutcome.LOST:
            _must_go_on_there(command, deal, StageKind.LOST)
            return [_lost(command, deal)]
        case _:
            raise Rejected("outcome_unknown", "A deal is closed as WON or as LOST.", "outcome")


def _must_go_on_there(command: CloseDealAgain, deal: Deal, kind: StageKind) -> None:
    place = command.place or (WON if kind is StageKind.WON else LOST)
    if (place.pipeline_id, place.kind) != (deal.pipeline_id, kind):
        raise Rejected("pipeline_changed", "The deal was closed in another pipeline; close it in its own.", "place")


def _won(command: CloseDealAgain, deal: Deal) -> DealWon:
    worth = worth_of(deal) if deal.lines else command.amount
    if worth is None:
        raise Rejected("amount_missing", "A won deal has an amount; give what it was sold for.", "amount")
    return DealWon(
        deal_id=deal.deal_id,
        owner_id=deal.owner_id,
        amount=money(worth, "amount"),
        reason=command.reason,
        reason_id=command.reason_id,
        reason_version=command.reason_version,
        place=command.place,
        conversion=command.conversion,
        closed_at=command.closed_at,
        at=command.at,
    )


def _lost(command: CloseDealAgain, deal: Deal) -> DealLost:
    return DealLost(
        deal_id=deal.deal_id,
        owner_id=deal.owner_id,
        reason=text(command.reason or "", "reason"),
        reason_id=command.reason_id,
        reason_version=command.reason_version,
        lost_to=command.lost_to,
        place=command.place,
        conversion=command.conversion,
        closed_at=command.closed_at,
        at=command.at,
    )


def converted_back(command: RestoreDealConversion, deal: Deal) -> Sequence[DealConverted]:
    if command.conversion == deal.conversion:
        return []
    return [DealConverted(deal_id=deal.deal_id, conversion=command.conversion, at=command.at)]


def recalled(
    earlier: Sequence[DealEvent], event: DealEvent, before: Deal, at: datetime
) -> CloseDealAgain | RestoreDealConversion | None:
    """The command that takes an event back by what was said before it. A rate that came with it stays where there was
    none before: no event says that there is none."""
    match event:
        case DealReopened() if before.conversion is not None or event.conversion is None:
            closing = next((each for each in reversed(earlier) if isinstance(each, DealWon | DealLost)), None)
            return None if closing is None else _again(closing, before, at)
        case DealConverted() if before.conversion is not None:
            return RestoreDealConversion(deal_id=before.deal_id, conversion=before.conversion, at=at)
        case _:
            return None


def _again(closing: DealWon | DealLost, before: Deal, at: datetime) -> CloseDealAgain:
    """Closes a deal as it was, by the rate that it was worth something by in the end."""
    won = isinstance(closing, DealWon)
    return CloseDealAgain(
        deal_id=before.deal_id,
        outcome=DealOutcome.WON if won else DealOutcome.LOST,
        amount=closing.amount if won else None,
        reason=closing.reason,
        reason_id=closing.reason_id,
        reason_version=closing.reason_version,
        lost_to=None if won else closing.lost_to,
        place=closing.place,
        conversion=before.conversion,
        closed_at=before.closed_at or closing.at,
        at=at,
    )
