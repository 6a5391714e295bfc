"""Contacts that were merged are one person: what must be kept of the one is kept of the other, and what the one agrees
to no longer, neither does.

Nothing of this is undone when the two are told apart: whoever knows of which of them it was said takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never, get_args

from domains.kernel import Workflow
from schemas.generated.admin.data_subject import (
    ConsentRecorded,
    ConsentWithdrawn,
    HoldPlaced,
    HoldReleased,
    PlaceHold,
    ReleaseHold,
    WithdrawConsent,
)
from schemas.generated.crm.contact import ContactMerged, ContactUnmerged

Event = ConsentRecorded | ConsentWithdrawn | HoldPlaced | HoldReleased | ContactMerged | ContactUnmerged
EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True)
class Said:
    """What the workflow knows of one contact: what they withdrew, for which matters they are held, and which contacts
    are the same person."""

    withdrawn: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()


def keys(event: Event) -> Sequence[str]:
    match event:
        case ContactMerged():
            return [event.contact_id, event.into_id]
        case ContactUnmerged():
            return [event.contact_id, event.from_id]
        case _:
            return [event.data_subject_id]


def evolve(said: Said, event: Event, key: str) -> Said:
    match event:
        case ConsentRecorded():
            return replace(said, withdrawn=said.withdrawn - {event.purpose})
        case ConsentWithdrawn():
            return replace(said, withdrawn=said.withdrawn | {event.purpose})
        case HoldPlaced():
            return replace(said, holds=said.holds | {event.matter})
        case HoldReleased():
            return replace(said, holds=said.holds - {event.matter})
        case ContactMerged():
            return replace(said, same=said.same | {event.into_id if key == event.contact_id else event.contact_id})
        case ContactUnmerged():
            return replace(said, same=said.same - {event.from_id, event.contact_id})
        case _:
            assert_never(event)


def react(said: Said, event: Event, key: str) -> Sequence[PlaceHold | ReleaseHold | WithdrawConsent]:
    """All at once at the merge, and what is said later as soon as it is."""
    at, source = event.at, f"merge/{key}"
    match event:
        case ContactMerged():
            other = event.into_id if key == event.contact_id else event.contact_id
            return [
                *(PlaceHold(data_subject_id=other, matter=each, at=at) for each in sorted(said.holds)),
                *(
                    WithdrawConsent(data_subject_id=other, purpose=each, source=source, at=at)
                    for each in sorted(said.withdrawn)
                ),
            ]
        case HoldPlaced():
            return [PlaceHold(data_subject_id=each, matter=event.matter, at=at) for each in sorted(said.same)]
        case HoldReleased():
            return [ReleaseHold(data_subject_id=each, matter=event.matter, at=at) for each in sorted(said.same)]
        case ConsentWithdrawn():
            return [
                WithdrawConsent(data_subject_id=each, purpose=event.purpose, source=source, at=at)
                for each in sorted(said.same)
            ]
        case ConsentRecorded() | ContactUnmerged():
            return []
        case _:
            assert_never(event)


WORKFLOW: Workflow[Said] = Workflow("merge_subjects", EVENTS, keys, Said, Said(), evolve, react)
