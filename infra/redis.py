"""Makes Redis clients. Those that count requests give up soon, since nobody may wait for that."""

import ssl
from typing import Any

from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from infra.settings import Settings

COUNTING = 0.1
"""Seconds for what a request does without where Redis does not answer."""
NEEDED = 2.0
"""Seconds for what there is no going on without, such as a session: on a busy machine a whole process is late by more
than a count may take."""


def client(settings: Settings, answer: float = COUNTING) -> Redis:
    """A pool of connections: an answer may take so many seconds, a new connection half of one. Close it with `aclose`.

    Connections are kept, so that many are made at once only when many come to a new gateway at once: on a busy machine
    the last of them waits for all the others' handshakes.
    """
    return Redis.from_url(settings.redis, socket_timeout=answer, socket_connect_timeout=0.5, **_asked(settings))  # pyright: ignore[reportUnknownMemberType]


def blocking_client(settings: Settings) -> BlockingRedis:
    """For a look at the server. Close it when done."""
    return BlockingRedis.from_url(settings.redis, socket_timeout=2, socket_connect_timeout=2, **_asked(settings))  # pyright: ignore[reportUnknownMemberType]


def _asked(settings: Settings) -> dict[str, Any]:
    """What the server asks for: who we are, and TLS where the address says rediss."""
    password = settings.redis_password.get_secret_value()
    given: dict[str, Any] = {"username": settings.redis_user or None, "password": password or None}
    if settings.redis.startswith("rediss://"):
        given |= {
            "ssl_ca_certs": settings.ca and str(settings.ca),
            "ssl_certfile": settings.client_certificate and str(settings.client_certificate),
            "ssl_keyfile": settings.client_key and str(settings.client_key),
            "ssl_min_version": ssl.TLSVersion.TLSv1_2,
        }
    return given
