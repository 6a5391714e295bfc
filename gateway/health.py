# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
"""Health and readiness that tell the truth about each part, and metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from confluent_kafka import KafkaException
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from gateway import platform
from gateway.answers import ok
from gateway.dead_letters import Counted
from gateway.feed import Feed
from gateway.platform import Platform
from infra.log import kafka, registry
from infra.log.topics import processor_group
from projections.query import position_of
from schemas.contract import domains

SLOWEST = 2.0
"""Seconds after which a part counts as silent."""
NEEDED = frozenset({"kafka", "postgres", "read_models"})
"""Without these nothing useful can be answered; without the others the service goes on and says what is missing."""

Check = Callable[[Platform], Awaitable[dict[str, Any] | None]]


def add(router: APIRouter) -> None:
    """/health/live, /health/ready and /metrics."""
    for path, endpoint, doc in (
        ("/health/live", _live, "The process is alive."),
        ("/health/ready", _ready, "Each part, and whether it answers; 503 while a needed one does not."),
        ("/metrics", _metrics, "Counters for Prometheus."),
    ):
        router.add_api_route(path, endpoint, methods=["GET"], summary=doc, tags=["health"], response_class=Response)


async def _live(request: Request) -> Response:
    return ok({"status": "alive"})


async def _metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _ready(request: Request) -> Response:
    here = platform.of(request)
    checks: Mapping[str, Check] = {
        "kafka": _kafka,
        "registry": _registry,
        "postgres": _postgres,
        "read_models": _read_models,
        "redis": _redis,
        "elasticsearch": _elasticsearch,
        "workers": _workers,
        "lag": _lag(request.app.state.feed),
        "dead_letters": _dead_letters(request.app.state.dead_letters),
    }
    told = await asyncio.gather(*(_asked(check, here) for check in checks.values()))
    parts = dict(zip(checks, told, strict=True))
    amiss = [name for name, part in parts.items() if part["status"] != "answers"]
    ready = not NEEDED & set(amiss)
    status = "ready" if not amiss else ("degraded" if ready else "not ready")
    return ok({"status": status, "parts": parts}, 200 if ready else 503)


async def _asked(check: Check, here: Platform) -> dict[str, Any]:
    began = time.monotonic()
    try:
        detail = await asyncio.wait_for(check(here), SLOWEST)
    except Exception as error:  # whatever it is, it is what this page is for
        return {"status": "silent", "reason": f"{type(error).__name__}: {error}"[:300]}
    return {"status": "answers", "milliseconds": round(1000 * (time.monotonic() - began), 1), **(detail or {})}


async def _kafka(here: Platform) -> None:
    def look() -> None:
        if not kafka.lasting_admin(here.settings).list_topics(timeout=SLOWEST).brokers:
            raise KafkaException("no broker")

    await asyncio.to_thread(look)


class NobodyWorks(Exception):
    """Groups in which no process has partitions."""


async def _workers(here: Platform) -> dict[str, Any]:
    """How many processes work in each group; raises NobodyWorks when there is none in one."""
    prefix = here.settings.topic_prefix
    groups = {f"processor {domain}": processor_group(prefix, domain) for domain in domains()}
    groups |= {f"projector {name}": f"{prefix}nexus.{name}.projector" for name in here.readers}
    groups |= {"workflows": f"{prefix}nexus.workflows"}

    def look() -> dict[str, int]:
        described: Any = kafka.lasting_admin(here.settings).describe_consumer_groups(
            list(groups.values()), request_timeout=SLOWEST
        )
        members = {name: described[group].result(SLOWEST).members for name, group in groups.items()}
        return {name: sum(bool(m.assignment.topic_partitions) for m in each) for name, each in members.items()}

    working = await asyncio.to_thread(look)
    if idle := [name for name, count in working.items() if count == 0]:
        raise NobodyWorks(f"no process works as {', '.join(idle)}; `nexus360 serve {idle[0]}` starts one")
    return {"working": working}


def _lag(feed: Feed) -> Callable[[Platform], Awaitable[dict[str, Any]]]:
    async def lag(here: Platform) -> dict[str, Any]:
        """How many positions of the log each database is behind what this gateway has seen of it."""
        end = feed.position()
        behind: dict[str, int] = {}
        for name, engine in here.readers.items():
            have = await position_of(engine, name)
            behind[name] = sum(
                max(0, end.get(topic, {}).get(partition, 0) - offset)
                for topic, partitions in have.items()
                for partition, offset in partitions.items()
            )
        return {"behind": behind}

    return lag


def _dead_letters(counted: Counted) -> Check:
    """How many dead letters wait, and where; "waiting" while there are some."""
    return lambda here: counted.part(here.settings)


async def _registry(here: Platform) -> None:
    async with registry.http(here.settings) as client:
        (await client.get("/subjects", timeout=SLOWEST)).raise_for_status()


async def _postgres(here: Platform) -> None:
    async with here.platform_database.connect() as connection:
        await connection.execute(text("select 1"))


async def _read_models(here: Platform) -> dict[str, Any]:
    """Every database with its tables; one that lacks them is not ready."""
    for engine in here.readers.values():
        async with engine.connect() as connection:
            await connection.execute(text("select 1 from positions limit 1"))
    return {"databases": sorted(here.readers)}


async def _redis(here: Platform) -> None:
    await here.redis.ping()  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues]


async def _elasticsearch(here: Platform) -> None:
    await here.elasticsearch.cluster.health(timeout="1s")
