"""Makes Redis clients. They give up soon: Redis counts requests here, and nobody may wait for that."""

from redis.asyncio import Redis


def client(url: str) -> Redis:
    """A pool of connections that times out after 100 ms. Close it with `aclose`."""
    return Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=0.1)  # pyright: ignore[reportUnknownMemberType]
