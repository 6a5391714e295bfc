"""A reason why deals are won, or why they are lost: one of the tenant's list, for all pipelines that have none of their
own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from domains.checks import text
from domains.crm.undo_settings import REASON
from domains.kernel import Decider, Rejected
from schemas.generated.common import DealOutcome, ListedReason
from schemas.generated.crm.reason import (
    CONTRACT,
    DefineReason,
    PlaceReason,
    Reason,
    ReasonCommand,
    ReasonDefined,
    ReasonEvent,
    ReasonPlaced,
    ReasonRenamed,
    ReasonRestored,
    ReasonRetired,
    RenameReason,
    RestoreReason,
    RetireReason,
)

MOST = 200
"""Reasons why deals are won, and reasons why they are lost; retired ones among them."""
LONGEST = 200
"""Characters of a name."""
LAST = 10_000
"""The last place that a reason may have."""


def _defined(command: DefineReason) -> ReasonDefined:
    if command.outcome is DealOutcome.UNKNOWN:
        raise Rejected("outcome_wrong", "Deals are WON or LOST for a reason; name one of these.", "outcome")
    name = text(command.name, "name", LONGEST)
    place = _place(command.place)
    return ReasonDefined(reason_id=command.reason_id, outcome=command.outcome, name=name, place=place, at=command.at)


def _place(place: int | None) -> int | None:
    if place is not None and not 1 <= place <= LAST:
        raise Rejected("place_wrong", f"A place is a number from 1 to {LAST:,}; leave it out for none.", "place")
    return place


def _must_be_new(name: str, id: str, others: Sequence[ListedReason]) -> None:
    """Two that come at the same moment do not see one another: then both are there, until one is renamed."""
    same = next((each for each in others if each.name.casefold() == name.casefold() and each.reason_id != id), None)
    if same is not None:
        how = "restore it" if same.retired else "use it"
        message = f"There is a reason {same.name} already; {how}, or choose another name."
        raise Rejected("reason_exists", message, "name")


def decide(command: ReasonCommand, reason: Reason) -> Sequence[ReasonEvent]:
    id = reason.reason_id
    match command:
        case DefineReason():
            defined = _defined(command)
            if id and (defined.outcome, defined.name) == (reason.outcome, reason.name):
                return []
            if id:
                raise Rejected("reason_exists", "There is a reason of this id already; rename it instead.")
            others = [each for each in command.reasons if each.outcome is command.outcome]
            _must_be_new(defined.name, command.reason_id, others)
            if len(others) >= MOST:
                message = f"There are {MOST} such reasons at most, retired ones among them; rename one that is there."
                raise Rejected("reasons_too_many", message)
            return [defined]
        case RenameReason():
            name = text(command.name, "name", LONGEST)
            if name == reason.name:
                return []
            _must_be_new(name, id, [each for each in command.reasons if each.outcome is reason.outcome])
            return [ReasonRenamed(reason_id=id, name=name, at=command.at)]
        case PlaceReason():
            place = _place(command.place)
            return [] if place == reason.place else [ReasonPlaced(reason_id=id, place=place, at=command.at)]
        case RetireReason():
            return [] if reason.retired else [ReasonRetired(reason_id=id, at=command.at)]
        case RestoreReason():
            return [ReasonRestored(reason_id=id, at=command.at)] if reason.retired else []
        case _:
            assert_never(command)


def evolve(reason: Reason, event: ReasonEvent) -> Reason:
    match event:
        case ReasonDefined():
            return Reason(reason_id=event.reason_id, outcome=event.outcome, name=event.name, place=event.place)
        case ReasonRenamed():
            return replace(reason, name=event.name)
        case ReasonPlaced():
            return replace(reason, place=event.place)
        case ReasonRetired():
            return replace(reason, retired=True)
        case ReasonRestored():
            return replace(reason, retired=False)
        case _:
            assert_never(event)


DECIDER: Decider[ReasonCommand, Reason, ReasonEvent] = Decider(CONTRACT, Reason(), decide, evolve, REASON)
