"""A command processor under test: its own topics on the running Kafka, its own folder, commands about deals."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Message, TopicPartition

from domains.kernel import Decider, deciders
from infra import settings as settings_module
from infra.log import headers as h
from infra.log import kafka, replies
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope, decode_event, encode_command, key_of
from infra.log.partitioner import partition_of
from infra.log.registry import ids
from infra.log.replies import Reply
from infra.log.topics import ensure_topics, replies_topic, topic
from infra.settings import Settings
from infra.vault.master import make_master_key
from schemas import avro
from schemas.contract import PlainVault, record_types
from schemas.generated.common import Money
from schemas.generated.crm.deal import ChangeDealAmount, OpenDeal
from streams.processor.loop import Processor
from streams.processor.main import clients, domain_of
from streams.processor.reading import ends, read_through

DOMAIN = "crm"
AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
TENANT = "acme"
NO_REGISTRY = "http://127.0.0.1:9"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stage:
    """What a test acts on. Replies go to partition 0, for whoever `waiting` names."""

    settings: Settings
    codec: Codec
    waiting: str
    producer: Any = field(init=False)

    def __post_init__(self) -> None:
        self.producer = kafka.producer(self.settings)

    def topic(self, kind: Any) -> str:
        return topic(self.settings.topic_prefix, DOMAIN, kind)

    def send(self, command: Any, *, command_id: str | None = None, sent_at: int | None = None, **extra: Any) -> str:
        """Sends a command and gives its id. `flush` it when all are sent."""
        sent = replace(envelope(command, command_id), reply_to=(0, self.waiting), **extra)
        self.put(*encode_command(sent, self.codec, PlainVault(), self.settings.topic_prefix), sent_at)
        return sent.command_id

    def put(self, topic: str, key: bytes, value: bytes, headers: h.Headers, sent_at: int | None = None) -> None:
        """`sent_at` is in ms since 1970, now if it is not given."""
        while True:
            try:
                return self.producer.produce(topic, value, key, headers=headers, timestamp=sent_at or 0)
            except BufferError:
                self.producer.poll(0.05)

    def flush(self) -> None:
        assert self.producer.flush(20) == 0

    def replies(self, count: int, timeout: float = 60.0) -> list[Reply]:
        """The first so many replies, in order of arrival; fails when they do not come."""
        return list(self.watch(count, timeout))

    def watch(self, count: int, timeout: float = 60.0) -> Iterator[Reply]:
        reader = kafka.consumer(self.settings, "test", **{"fetch.wait.max.ms": 50})
        reader.assign([TopicPartition(replies_topic(self.settings.topic_prefix), 0, 0)])
        until, got = time.monotonic() + timeout, 0
        try:
            while got < count:
                assert time.monotonic() < until, f"{got} replies of {count}"
                for message in reader.consume(500, 0.2):
                    if message.error() is None:
                        got += 1
                        yield replies.decode(message.value() or b"")
        finally:
            reader.close()

    def messages(self, kind: Any) -> list[Message]:
        """Every committed message of one of the domain's topics, by partition and offset."""
        numbers = list(range(self.settings.partitions))
        until = ends(kafka.admin(self.settings), self.topic(kind), numbers)
        reader = kafka.consumer(self.settings, "test", **{"enable.partition.eof": True})
        stream = read_through(reader, self.topic(kind), dict.fromkeys(numbers, 0), until, lambda: None)
        found = [message for messages in stream for message in messages]
        reader.close()
        return sorted(found, key=lambda m: (m.partition() or 0, m.offset() or 0))

    def events(self) -> list[Any]:
        """Every committed event, as `Recorded`."""
        return [
            decode_event(m.topic(), m.partition(), m.offset(), m.key(), m.value(), m.headers(), self.codec, plain)  # type: ignore[arg-type]
            for m in self.messages("events")
        ]


def envelope(
    command: Any, command_id: str | None = None, *, id: str | None = None, aggregate: str = "deal"
) -> CommandEnvelope:
    """A command as a caller's key would send it, about a deal if nothing else is said."""
    command_id = command_id or str(uuid.uuid4())
    return CommandEnvelope(
        command=command,
        tenant=TENANT,
        aggregate=aggregate,
        id=id or command.deal_id,
        command_id=command_id,
        correlation_id=command_id,
        actor="key:acme",
        fingerprint="00112233445566aa",
    )


def plain(_: str) -> PlainVault:
    return PlainVault()


def new_stage(folder: Path, partitions: int = 3) -> Stage:
    """Fresh topics under a prefix of their own. Schema ids come from a file, so no registry is needed."""
    texts = {str(i): avro.published(name) for i, name in enumerate(sorted(record_types()), 1)}
    (folder / "schemas.json").write_text(json.dumps(texts))
    base = settings_module.load()
    if not base.kafka:
        pytest.fail("No Kafka: run `nexus360.py up` first.")
    prefix = f"processor{uuid.uuid4().hex[:8]}."
    key = folder / "master.key"
    make_master_key(key)
    own = {"data": folder, "master_key": key, "database_prefix": prefix.rstrip("."), "topic_prefix": prefix}
    settings = base.model_copy(update={**own, "partitions": partitions, "registry": NO_REGISTRY})
    ensure_topics(settings, [DOMAIN])
    return Stage(settings, Codec(ids(settings)), waiting="test")


def drop(stage: Stage) -> None:
    """Deletes the topics again: a broker that others share must not fill up with them."""
    client = kafka.admin(stage.settings)
    mine = [name for name in client.list_topics(timeout=10).topics if name.startswith(stage.settings.topic_prefix)]
    for future in client.delete_topics(mine).values():  # pyright: ignore
        future.result(timeout=20)


def processor(stage: Stage, slot: int = 0, rules: dict[str, Decider[Any, Any, Any]] | None = None) -> Processor:
    """A processor to run in a thread of the test."""
    decided = rules or deciders(DOMAIN)
    domain = domain_of(stage.settings, DOMAIN, stage.codec, plain, lambda tenant, subjects: None, decided)
    name = f"{stage.settings.topic_prefix}nexus.{DOMAIN}.{slot}"
    return Processor(clients(stage.settings, domain, name), threading.Event())


@contextmanager
def running(worker: Processor) -> Generator[Processor]:
    """Runs a processor until the block ends; what it raised is raised again."""
    raised: list[BaseException] = []

    def work() -> None:
        try:
            worker.run()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        if raised:
            raise raised[0]
    assert not thread.is_alive()


def start_process(stage: Stage, slot: int = 0) -> subprocess.Popen[bytes]:
    """A processor in a process of its own, to be killed or stopped."""
    code = f"from infra.settings import read; from streams.processor.main import run; run({DOMAIN!r}, {slot}, read())"
    settings = stage.settings
    environment = {
        **os.environ,
        "NEXUS_DATA": str(settings.data),
        "NEXUS_KAFKA": settings.kafka,
        "NEXUS_TOPIC_PREFIX": settings.topic_prefix,
        "NEXUS_DATABASE_PREFIX": settings.database_prefix,
        "NEXUS_PARTITIONS": str(settings.partitions),
        "NEXUS_REGISTRY": NO_REGISTRY,
    }
    log = (settings.data / f"processor-{slot}.log").open("ab")
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=log, stderr=log)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def opened(deal: str, name: str = "Deal") -> OpenDeal:
    return OpenDeal(deal_id=deal, name=name, owner_id="u1", at=AT)


def amount(deal: str, units: int) -> ChangeDealAmount:
    return ChangeDealAmount(deal_id=deal, amount=Money(amount=Decimal(units), currency="USD"), at=AT)


def partition(stage: Stage, deal: str) -> int:
    return partition_of(key_of(TENANT, "deal", deal), stage.settings.partitions)


def by_key(events: Sequence[Any]) -> dict[str, list[int]]:
    """The versions of each deal's events, in order of the log."""
    versions: dict[str, list[int]] = {}
    for event in events:
        versions.setdefault(event.id, []).append(event.version)
    return versions
