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
from gateway.reach import Reach
from infra.outward import Within
from infra.settings import Settings, is_loopback


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who vouches for whom, what they sign with, who is signed in, what ended since, and how often who asks to be."""

    identities: Identities
    issuers: Issuers
    sessions: Sessions
    endings: Endings
    knocks: Knocks


def sign_in(settings: Settings, readers: Mapping[str, AsyncEngine], reach: Reach, redis: Redis) -> SignIn:
    sessions = Sessions(redis, settings.topic_prefix, settings.session_idle, settings.session_longest)
    secret = settings.key_secret.get_secret_value().encode()
    knocks = Knocks(redis, settings.topic_prefix, settings.sign_ins, secret)
    issuers = Issuers(within=within(settings))
    return SignIn(Identities(readers, reach), issuers, sessions, Endings(readers, reach), knocks)


def within(settings: Settings) -> Within:
    """Where providers may be: on this machine where all who sign in are on it. Whoever runs a tenant names them, and
    would have a gateway that others come to ask what stands beside it."""
    home = urlsplit(settings.public_url).hostname if settings.public_url else settings.gateway_host
    return Within(machine=is_loopback(home or ""), network=settings.provider_addresses == "any")
