"""Whoever is removed or erased leaves nothing by which they, or somebody who is added in their place, could sign in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.kernel import Workflow
from schemas.generated.admin.credential import (
    CredentialRemoved,
    PasswordLinkIssued,
    PasswordSet,
    RemoveCredential,
)
from schemas.generated.admin.user import UserCreated, UserErased, UserRemoved

Event = PasswordLinkIssued | PasswordSet | CredentialRemoved | UserCreated | UserRemoved | UserErased
EVENTS = (PasswordLinkIssued, PasswordSet, CredentialRemoved, UserCreated, UserRemoved, UserErased)


@dataclass(frozen=True, slots=True)
class Left:
    """Whether a user is gone, and whether there is something by which they sign in. Events of the two come in any
    order."""

    gone: bool = False
    there: bool = False


def keys(event: Event) -> Sequence[str]:
    return [event.user_id]


def evolve(left: Left, event: Event, key: str) -> Left:
    match event:
        case PasswordLinkIssued() | PasswordSet():
            return replace(left, there=True)
        case CredentialRemoved():
            return replace(left, there=False)
        case UserRemoved() | UserErased():
            return replace(left, gone=True)
        case UserCreated():
            return replace(left, gone=False)
        case _:
            assert_never(event)


def react(left: Left, event: Event, key: str) -> Sequence[RemoveCredential]:
    return [RemoveCredential(user_id=key, at=event.at)] if left.gone and left.there else []


WORKFLOW: Workflow[Left] = Workflow("end_credentials", EVENTS, keys, Left, Left(), evolve, react)
