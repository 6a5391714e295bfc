# duckdb's results have no types, and confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""What the tests of replays share: a log of two domains and two tenants, and counting what came of it."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
from confluent_kafka import TopicPartition

from infra.log import headers as h
from infra.log import kafka
from infra.log.end import broker_ends
from infra.log.envelope import Recorded
from infra.settings import ROOT, Settings
from infra.vault import Vaults, ensure_vault
from schemas.contract import domains, record_types
from schemas.generated.admin.user import UserCreated
from schemas.generated.crm.contact import ContactCreated
from schemas.generated.crm.deal import DealAmountChanged, DealWon
from tests.integration.projector import own_databases
from tests.integration.projector_log import known_schemas, own_topics, write
from tests.records import example
from tests.unit.projections.log import day, log_of, opened, usd

ACME, OTHER = "acme", "other"


def events(count: int) -> list[Recorded]:
    """So many events of each of two tenants, recorded over ten days in the order of the list."""
    found: list[Recorded] = []
    for tenant in (ACME, OTHER):
        made: list[Any] = []
        for n in range(count):
            at = day(n % 50)
            match n % 5:
                case 0:
                    made.append(opened(f"d{n // 5}", at, amount=usd(n)))
                case 1:
                    made.append(DealAmountChanged(deal_id=f"d{n // 5}", amount=usd(n + 1), at=at))
                case 2:
                    made.append(DealWon(deal_id=f"d{n // 5}", owner_id="u1", amount=usd(n), at=at))
                case 3:
                    made.append(ContactCreated(contact_id=f"p{n}", name=f"Person {n}", job_title="Buyer", at=at))
                case _:
                    made.append(example(UserCreated, user_id=f"u{n}", name="Somebody", at=at))
        found += log_of(made, [day(1000 + 10 * n / count) for n in range(count)], tenant=tenant)
    return sorted(found, key=lambda recorded: recorded.recorded_at)


@contextmanager
def recorded_log(folder: Path, count: int = 300, partitions: int = 3) -> Generator[tuple[Settings, list[Recorded]]]:
    """Topics of their own that hold such events, sealed, with aborted ones between them; removed in the end."""
    with own_databases("admin") as made:
        own = {"data": folder, "master_key": folder / "master.key", "partitions": partitions}
        settings = made.model_copy(update=own)
        ensure_vault(settings)
        codec = known_schemas(settings, sorted(record_types()))
        with own_topics(settings, *domains()), closing(Vaults(settings)) as vaults:
            log = events(count)
            write(settings, log, codec, vaults=vaults)
            yield settings, log


def by_type(log: Sequence[Recorded]) -> dict[str, int]:
    return dict(Counter(recorded.type for recorded in log))


def query(folder: Path, select: str) -> list[tuple[Any, ...]]:
    """Rows of a query over `log`, which is every Parquet file of the folder, as DuckDB reads it."""
    source = f"read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true, union_by_name = true)"
    with duckdb.connect() as connection:
        connection.execute(f"create view log as select * from {source}")
        return connection.execute(select).fetchall()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.glob("*/*/*.parquet")}


Copied = tuple[int, bytes | None, bytes | None, Any, Any]
"""Partition, key, value, headers and timestamp of a message."""


def held(settings: Settings, name: str) -> list[Copied]:
    """The committed messages of a topic, each partition's in order."""
    return [
        (number, message.key(), message.value(), message.headers(), message.timestamp())
        for number in range(settings.partitions)
        for message in committed(settings, name, number)
    ]


def committed(settings: Settings, name: str, number: int) -> list[Any]:
    """The committed messages of one partition."""
    found: list[Any] = []
    with closing(kafka.consumer(settings, "tests.held", **{"enable.partition.eof": True})) as reader:
        reader.assign([TopicPartition(name, number, 0)])
        while True:
            message = reader.poll(0.2)
            if message is not None and message.error() is not None:
                return found
            if message is not None:
                found.append(message)


def ids(messages: Sequence[Copied]) -> list[str]:
    return [h.as_mapping(headers)[h.CE_ID].decode() for _, _, _, headers, _ in messages]


def ends(settings: Settings, name: str) -> Mapping[tuple[str, int], int]:
    return broker_ends(settings, [name])


def command(settings: Settings, *arguments: str) -> "subprocess.Popen[str]":
    """`nexus360 replay` as a process of its own."""
    environment = os.environ | {
        "NEXUS_TOPIC_PREFIX": settings.topic_prefix,
        "NEXUS_DATABASE_PREFIX": settings.database_prefix,
        "NEXUS_DATA": str(settings.data),
        "NEXUS_KAFKA": settings.kafka,
        "NEXUS_POSTGRES": settings.postgres,
        "NEXUS_REGISTRY": settings.registry,
        "NEXUS_PARTITIONS": str(settings.partitions),
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "nexus360.py"), "replay", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
