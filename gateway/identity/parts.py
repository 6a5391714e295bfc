"""What signing in stands on."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.identity.directory import Identities
from gateway.identity.endings import Endings
from gateway.identity.issuers import Issuers
from gateway.identity.knocks import Knocks
from gateway.identity.sessions import Sessions
from gateway.passwords.credentials import Credentials
from gateway.passwords.hashing import Hasher
from gateway.passwords.lockout import Lockout
from gateway.passwords.pending import Pending
from gateway.reach import Reach
from infra.outward import within
from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who vouches for whom, what they sign with, who is signed in, what ended since, and how often who asks to be; and
    what it takes to come in by a password."""

    identities: Identities
    issuers: Issuers
    sessions: Sessions
    endings: Endings
    knocks: Knocks
    credentials: Credentials
    lockout: Lockout
    pending: Pending
    hasher: Hasher


def sign_in(
    settings: Settings, readers: Mapping[str, AsyncEngine], reach: Reach, counter: Redis, redis: Redis
) -> SignIn:
    prefix, secret = settings.topic_prefix, settings.key_secret.get_secret_value().encode()
    identities = Identities(readers, reach)
    return SignIn(
        identities=identities,
        issuers=Issuers(within=within(settings)),
        sessions=Sessions(redis, prefix, settings.session_idle, settings.session_longest),
        endings=Endings(readers, reach),
        knocks=Knocks(counter, prefix, settings.sign_ins, secret),
        credentials=Credentials(readers, reach, identities),
        lockout=Lockout(redis, prefix, secret),
        pending=Pending(redis, prefix),
        hasher=Hasher(),
    )
