"""What the gateway stands on: made when it starts, closed when it ends, handed to every route."""

import asyncio
import socket
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from elasticsearch import AsyncElasticsearch
from fastapi import Request
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.live import Access
from gateway.access.refusals import Refusals
from gateway.access.uses import Uses
from gateway.admission import Lines
from gateway.audit.queue import Queue
from gateway.identity.parts import SignIn, sign_in
from gateway.limits import Limiter
from gateway.reach import Reach
from infra import postgres, redis, search
from infra.blobs import Blobs
from infra.log.codec import Codec
from infra.log.registry import codec
from infra.log.sender import CommandSender
from infra.settings import Settings
from infra.vault import Vaults
from projections.catalog import databases
from projections.generations import ended


@dataclass(frozen=True, slots=True)
class Platform:
    """Connections and what is made of them. `readers` are the read models' databases, by name; `instance` names this
    gateway."""

    settings: Settings
    codec: Codec
    vaults: Vaults
    sender: CommandSender
    readers: Mapping[str, AsyncEngine]
    platform_database: AsyncEngine
    elasticsearch: AsyncElasticsearch
    redis: Redis
    limiter: Limiter
    lines: Lines
    blobs: Blobs
    reach: Reach
    access: Access
    refusals: Refusals
    uses: Uses
    sign_in: SignIn
    audit: Queue
    instance: str
    secret: bytes

    async def tenant_secret(self, tenant: str) -> bytes:
        """The tenant's secret; the first look at it reads Postgres, so it is done in a thread."""
        return self.vaults.secret_at_hand(tenant) or await asyncio.to_thread(self.vaults.secret, tenant)


@asynccontextmanager
async def opened(settings: Settings, lines: Lines) -> AsyncGenerator[Platform]:
    """The platform from here to the end of the block."""
    vaults, codec_ = Vaults(settings), codec(settings)
    instance = f"gateway-{socket.gethostname()}-{uuid.uuid4().hex[:8]}"
    sender = CommandSender(settings, codec_, vaults, instance, linger_ms=0)  # callers wait for each
    await asyncio.to_thread(sender.start)
    counter, sessions = redis.client(settings), redis.client(settings, redis.NEEDED)
    secret = settings.key_secret.get_secret_value().encode()
    readers = {name: postgres.engine(settings, name, "reader") for name in databases()}
    reach = Reach(readers, secret)
    platform_database = postgres.engine(settings, "platform", "writer", pool_size=4)
    platform = Platform(
        settings=settings,
        codec=codec_,
        vaults=vaults,
        sender=sender,
        readers=readers,
        platform_database=platform_database,
        elasticsearch=search.client(settings),
        redis=counter,
        limiter=Limiter(counter, settings.topic_prefix, settings.rate_limit),
        lines=lines,
        blobs=Blobs(settings.blobs),
        reach=reach,
        access=Access(readers, reach),
        refusals=Refusals(counter, settings.topic_prefix, settings.refused_keys, secret),
        uses=Uses(platform_database),
        sign_in=sign_in(settings, readers, reach, counter, sessions),
        audit=Queue(settings.audit),
        instance=instance,
        secret=secret,
    )
    try:
        yield platform
    finally:
        await asyncio.to_thread(sender.close)
        platform.sign_in.hasher.close()
        for engine in (*platform.readers.values(), platform.platform_database):
            await ended(engine)
            await engine.dispose()
        await platform.elasticsearch.close()
        await counter.aclose()
        await sessions.aclose()
        vaults.close()


def of(request: Request) -> Platform:
    """The platform of the app that serves a request."""
    return request.app.state.platform
