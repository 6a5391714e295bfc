"""An identity: somebody as an OpenID provider knows them, and which user that is.

Issuer and subject together are its id, so that it can be one user's only. Nobody is found by an email address: whoever
runs some directory can write any address into a token.
"""

from collections.abc import Sequence
from typing import assert_never

from domains.checks import personal, text
from domains.kernel import Decider, Rejected
from schemas.generated.admin.identity import (
    CONTRACT,
    Identity,
    IdentityCommand,
    IdentityEvent,
    IdentityLinked,
    IdentityStatus,
    IdentityUnlinked,
    LinkIdentity,
    UnlinkIdentity,
)


def _asked(command: LinkIdentity) -> tuple[str, str]:
    """(issuer, user) as a command names them."""
    subject = personal(command.subject, "subject")
    if subject is None:
        raise Rejected("subject_missing", "Say who it is at the provider, by what its subject claim says.", "subject")
    return text(command.issuer, "issuer", 500), text(command.user_id, "user_id", 100)


def decide(command: IdentityCommand, identity: Identity) -> Sequence[IdentityEvent]:
    linked = identity.status is IdentityStatus.LINKED
    match command:
        case LinkIdentity():
            issuer, user = _asked(command)
            if not linked:
                return [IdentityLinked(identity_id=command.identity_id, issuer=issuer, user_id=user, at=command.at)]
            if user == identity.user_id:
                return []
            raise Rejected("identity_taken", "That is another user already; unlink the identity from them first.")
        case UnlinkIdentity():
            if not linked or command.from_user_id not in (None, identity.user_id):
                return []
            return [IdentityUnlinked(identity_id=identity.identity_id, at=command.at)]
        case _:
            assert_never(command)


def evolve(identity: Identity, event: IdentityEvent) -> Identity:
    match event:
        case IdentityLinked():
            return Identity(
                identity_id=event.identity_id,
                issuer=event.issuer,
                user_id=event.user_id,
                status=IdentityStatus.LINKED,
            )
        case IdentityUnlinked():
            return Identity(identity_id=event.identity_id, status=IdentityStatus.UNLINKED)
        case _:
            assert_never(event)


DECIDER: Decider[IdentityCommand, Identity, IdentityEvent] = Decider(CONTRACT, Identity(), decide, evolve)
