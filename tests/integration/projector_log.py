# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
"""A real log for the projector's tests: topics of their own, events committed in transactions, a worker to kill."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.log import kafka, topics
from infra.log.codec import Codec
from infra.log.envelope import Recorded
from infra.log.partitioner import partition_of
from infra.log.registry import CachedIds
from infra.settings import ROOT, Settings
from infra.vault.master import make_master_key
from schemas import avro
from schemas.contract import Vault
from tests.integration.projector import message, plain_vaults


def known_schemas(settings: Settings, names: Iterable[str]) -> Codec:
    """A codec whose ids lie in the cache on disk, where a worker with the same data folder finds them; no registry
    is asked."""
    from infra.log.registry import ids

    known: CachedIds = ids(settings)
    for number, name in enumerate(names, 1):
        known.remember(number, avro.published(name))
    return Codec(known)


def write(
    settings: Settings,
    log: Iterable[Recorded],
    codec: Codec,
    *,
    per_transaction: int = 7,
    vaults: Callable[[str], Vault] = plain_vaults,
) -> int:
    """Commits events to their topics, each on the partition of its key, with an aborted transaction now and then.

    Returns how many were committed."""
    producer = kafka.transactional_producer(settings, f"{settings.topic_prefix}test-{time.monotonic_ns()}")
    producer.init_transactions(10)
    batch: list[Recorded] = []
    count = number = 0

    def send(events: list[Recorded], *, abort: bool) -> None:
        producer.begin_transaction()
        for r in events:
            m = message(settings, r, codec, vaults(r.tenant))
            partition = partition_of(m.key, settings.partitions)
            producer.produce(m.topic, m.value, m.key, partition, headers=list(m.headers))
        producer.flush(10)
        producer.abort_transaction() if abort else producer.commit_transaction()

    def close_batch() -> None:
        nonlocal count, number
        if number % 5 == 0:
            send(batch[:3], abort=True)
        send(batch, abort=False)
        count, number = count + len(batch), number + 1
        batch.clear()

    for r in log:
        batch.append(r)
        if len(batch) == per_transaction:
            close_batch()
    if batch:
        close_batch()
    return count


def members(settings: Settings, group: str) -> dict[str, int]:
    """How many partitions each static member of a group has, by its name."""
    client: Any = kafka.admin(settings)
    described: Any = client.describe_consumer_groups([group])[group].result(10)
    return {str(each.group_instance_id): len(each.assignment.topic_partitions) for each in described.members}


@contextmanager
def own_topics(settings: Settings, *domains: str) -> Generator[None]:
    """The topics of these domains under the settings' prefix; deleted in the end."""
    topics.ensure_topics(settings, domains)
    try:
        yield
    finally:
        admin = kafka.admin(settings)
        names = [name for name in admin.list_topics(timeout=10).topics if name.startswith(settings.topic_prefix)]
        for future in admin.delete_topics(names).values():
            future.result(10)


def environment(settings: Settings) -> dict[str, str]:
    """What a process needs to work with these settings."""
    return os.environ | {
        "NEXUS_TOPIC_PREFIX": settings.topic_prefix,
        "NEXUS_DATABASE_PREFIX": settings.database_prefix,
        "NEXUS_INDEX_PREFIX": settings.index_prefix,
        "NEXUS_DATA": str(settings.data),
        "NEXUS_KAFKA": settings.kafka,
        "NEXUS_POSTGRES": settings.postgres,
        "NEXUS_REGISTRY": settings.registry,
        "NEXUS_ELASTICSEARCH": settings.elasticsearch,
        "NEXUS_PARTITIONS": str(settings.partitions),
    }


@contextmanager
def worker(
    settings: Settings, database: str, log: Path, slot: int = 0, *, fragile: bool = False
) -> Generator[subprocess.Popen[bytes]]:
    """A projector process of its own, or a `fragile` one; killed in the end if it still runs."""
    code = (
        "import sys; from infra.settings import read; from streams.projector.main import run; "
        "run(sys.argv[1], read(), int(sys.argv[2]))"
    )
    program = ["-m", "tests.integration.fragile"] if fragile else ["-c", code]
    command = [sys.executable, *program, database, str(slot)]
    make_master_key(settings.data / "master.key")
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(settings), stdout=output, stderr=output)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(condition: Callable[[], bool], seconds: float = 180.0) -> None:
    """Waits for a condition; fails when it does not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        time.sleep(0.05)
