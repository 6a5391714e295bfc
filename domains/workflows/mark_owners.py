"""A user learns when they become an owner of the tenant and when they cease to be one: an owner is not removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domains.kernel import Workflow
from schemas.generated.admin.tenant import OwnerAppointed, OwnerDismissed
from schemas.generated.admin.user import MarkOwner, UserCreated

Event = OwnerAppointed | OwnerDismissed | UserCreated
EVENTS = (OwnerAppointed, OwnerDismissed, UserCreated)


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the workflow knows of one user."""

    owner: bool = False


def keys(event: Event) -> Sequence[str]:
    return [event.user_id]


def evolve(known: Ownership, event: Event, key: str) -> Ownership:
    match event:
        case OwnerAppointed():
            return Ownership(owner=True)
        case OwnerDismissed():
            return Ownership(owner=False)
        case UserCreated():
            return known
        case _:
            assert_never(event)


def react(known: Ownership, event: Event, key: str) -> Sequence[MarkOwner]:
    """At every change; and to an owner who was appointed before they were created."""
    if isinstance(event, UserCreated) and not known.owner:
        return []
    return [MarkOwner(user_id=key, owner=known.owner, at=event.at)]


WORKFLOW: Workflow[Ownership] = Workflow("mark_owners", EVENTS, keys, Ownership, Ownership(), evolve, react)
