"""When a user is removed or erased, nobody whom a provider knows is that user any more: sessions end with the links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from domains.kernel import Workflow
from schemas.generated.admin.identity import IdentityLinked, UnlinkIdentity
from schemas.generated.admin.user import UserCreated, UserErased, UserRemoved

Event = IdentityLinked | UserCreated | UserRemoved | UserErased
EVENTS = (IdentityLinked, UserCreated, UserRemoved, UserErased)


@dataclass(frozen=True, slots=True)
class Links:
    """What the workflow knows of one user: every identity that ever was theirs, and whether they have left. Which of
    them became another's since, the commands find out."""

    identities: frozenset[str] = frozenset()
    gone: bool = False


def keys(event: Event) -> Sequence[str]:
    return [event.user_id]


def evolve(links: Links, event: Event, key: str) -> Links:
    match event:
        case IdentityLinked():
            return replace(links, identities=links.identities | {event.identity_id})
        case UserCreated():
            return replace(links, gone=False)
        case UserRemoved() | UserErased():
            return replace(links, gone=True)
        case _:
            assert_never(event)


def react(links: Links, event: Event, key: str) -> Sequence[UnlinkIdentity]:
    """All of them when the user leaves; each later one as soon as it comes to somebody who has left."""
    if not links.gone:
        return []
    leaving = [event.identity_id] if isinstance(event, IdentityLinked) else sorted(links.identities)
    return [UnlinkIdentity(identity_id=each, from_user_id=key, at=event.at) for each in leaving]


WORKFLOW: Workflow[Links] = Workflow("unlink_identities", EVENTS, keys, Links, Links(), evolve, react)
