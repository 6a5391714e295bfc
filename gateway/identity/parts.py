"""What signing in stands on."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.identity.directory import Identities
from gateway.identity.endings import Endings
from gateway.identity.issuers import Issuers
from gateway.identity.sessions import Sessions
from gateway.reach import Reach
from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who vouches for whom, what they sign with, who is signed in, and what ended since."""

    identities: Identities
    issuers: Issuers
    sessions: Sessions
    endings: Endings


def sign_in(settings: Settings, readers: Mapping[str, AsyncEngine], reach: Reach, redis: Redis) -> SignIn:
    sessions = Sessions(redis, settings.topic_prefix, settings.session_idle, settings.session_longest)
    return SignIn(Identities(readers, reach), Issuers(), sessions, Endings(readers, reach))
