"""What signing in stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

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
from infra.outward import Within
from infra.settings import Settings, is_loopback


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


def sign_in(settings: Settings, readers: Mapping[str, AsyncEngine], reach: Reach, redis: Redis) -> SignIn:
    prefix, secret = settings.topic_prefix, settings.key_secret.get_secret_value().encode()
    identities = Identities(readers, reach)
    return SignIn(
        identities=identities,
        issuers=Issuers(within=within(settings)),
        sessions=Sessions(redis, prefix, settings.session_idle, settings.session_longest),
        endings=Endings(readers, reach),
        knocks=Knocks(redis, prefix, settings.sign_ins, secret),
        credentials=Credentials(readers, reach, identities),
        lockout=Lockout(redis, prefix, secret),
        pending=Pending(redis, prefix),
        hasher=Hasher(),
    )


def within(settings: Settings) -> Within:
    """Where providers may be: on this machine where all who sign in are on it. Whoever runs a tenant names them, and
    would have a gateway that others come to ask what stands beside it."""
    home = urlsplit(settings.public_url).hostname if settings.public_url else settings.gateway_host
    return Within(machine=is_loopback(home or ""), network=settings.provider_addresses == "any")
