"""How fast commands are decided, against a bare loop that writes the same records without deciding anything.

    NEXUS_KAFKA=127.0.0.1:9092 python -m tests.bench.bench_processor [commands] [runs]

Both read the same commands in batches of up to 1,000 and write an event, a snapshot and a reply for each. Those of the
bare loop are encoded before, and all in its one transaction. Runs alternate, since the machine's speed changes; the
ratio is that of the medians. Give `profile` as third argument to see where the processor's time goes instead.
"""

import cProfile
import pstats
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import structlog
from confluent_kafka import TopicPartition

from infra.collector import spare_the_collector
from infra.log import kafka, replies
from infra.log.headers import Headers
from infra.log.replies import EventRef, Reply
from infra.log.topics import replies_topic
from streams.processor import answers
from streams.processor.batch import Domain
from streams.processor.decide import Answer
from streams.processor.loop import Processor
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.integration.processor import Stage, amount, drop, new_stage, opened, processor

COMMANDS = 30_000
BOUND = (
    "under cProfile 63% of the processor's time goes to deciding a batch (half of it `decide` with its codec; the "
    "rest is reading messages and headers, and handing events and snapshots to the producer), 12% to replies, 4% to "
    "the transaction's requests and 16% to waiting for commands: Python on one core. The bare loop uses an eighth "
    "of that CPU time and waits for the broker. What would lift it: more processes, each with partitions and a core of "
    "its own; headers, states and replies made in code that is not Python."
)


class Speed(NamedTuple):
    """Commands per second, and µs of processor time of this process, with all its threads, per command."""

    rate: float
    cpu: float


class Clock:
    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def speed(self, commands: float) -> Speed:
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        return Speed(commands / wall, 1e6 * cpu / commands)


def main() -> None:
    commands, runs = (int(arg) for arg in (sys.argv[1:3] or (COMMANDS, 5)))
    if "profile" in sys.argv:
        with staged(1) as [stage]:
            prepare()
            fill(stage, commands)
            profile(stage, commands)
        return
    bare, whole = zip(*speeds(commands, runs), strict=True)
    tell("median", *(Speed(*(statistics.median(column) for column in zip(*all, strict=True))) for all in (bare, whole)))


def measure(turns: int) -> Sequence[Result]:
    """The ratio for `make bench`."""
    found = speeds(COMMANDS, turns)
    return [
        against_limit(
            "commands decided by one processor",
            "commands/s",
            ("decided, committed and answered, up to 1,000 at a time", [whole.rate for _, whole in found]),
            (
                "a bare transaction loop in Python",
                "reads the same commands and writes as many records of the same sizes, already encoded",
                [bare.rate for bare, _ in found],
            ),
            ("at least", 0.4),
            BOUND,
        )
    ]


BENCHMARK = Benchmark("processor", measure)


def speeds(commands: int, runs: int) -> list[tuple[Speed, Speed]]:
    """Of the bare loop and of the processor, for each run."""
    prepare()
    found: list[tuple[Speed, Speed]] = []
    for ours_first in alternating(runs):
        with staged(2) as [stage, other]:
            fill(stage, commands)
            if ours_first:
                whole = whole_processor(stage, commands)
                bare = bare_loop(stage, other, commands)
            else:
                bare = bare_loop(stage, other, commands)
                whole = whole_processor(stage, commands)
            found.append((bare, whole))
            tell(f"  run {len(found)}", bare, whole)
    return found


def prepare() -> None:
    """Makes this process collect and log as a processor's does under load."""
    spare_the_collector()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


@contextmanager
def staged(count: int, partitions: int = 6) -> Generator[list[Stage]]:
    """Stages with fresh topics, which are dropped afterwards."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as afterwards:
        stages = [new_stage(Path(folder), partitions) for _ in range(count)]
        for stage in stages:
            afterwards.callback(drop, stage)
        yield stages


def tell(name: str, bare: Speed, whole: Speed) -> None:
    print(
        f"{name}: bare {bare.rate:,.0f} commands/s ({bare.cpu:.0f} µs of CPU each), "
        f"processor {whole.rate:,.0f} ({whole.cpu:.0f} µs): ratio {whole.rate / bare.rate:.2f}, "
        f"of CPU time {bare.cpu / whole.cpu:.2f}",
        flush=True,
    )


def fill(stage: Stage, commands: int) -> None:
    """Half of the commands open a deal, half change its amount, far enough apart to fall into other batches."""
    deals = [str(uuid.uuid5(uuid.NAMESPACE_OID, f"{stage.settings.topic_prefix}{i}")) for i in range(commands // 2)]
    for deal in deals:
        stage.send(opened(deal, "A deal with a name of forty characters.."))
    for number, deal in enumerate(deals):
        stage.send(amount(deal, number))
    stage.flush()


def whole_processor(stage: Stage, commands: int) -> Speed:
    return watched(processor(stage), commands)


def watched(worker: Processor, commands: int) -> Speed:
    """Runs a processor until it has decided everything, watching it from within, at the end of each batch."""
    batches, clock = list[int](), Clock()
    count = answers.count

    def watch(domain: Domain, of: Sequence[Answer]) -> None:
        nonlocal clock
        count(domain, of)
        batches.append(len(of))
        if len(batches) == 1:
            clock = Clock()
        if sum(batches) >= commands:
            worker.stop()

    with patch.object(answers, "count", watch):
        worker.run()
    return clock.speed(sum(batches[1:]))


def profile(stage: Stage, commands: int) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(whole_processor, stage, commands)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35)


def bare_loop(stage: Stage, other: Stage, commands: int) -> Speed:
    """The limit: consume, produce three records of the same sizes to the topics of `other`, commit with the offsets."""
    prefix = other.settings.topic_prefix
    id = str(uuid.uuid4())
    event_headers: Headers = [
        ("ce_subject", f"deal/{id}".encode()),
        ("tenant", b"acme"),
        ("correlation_id", id.encode()),
        ("actor", b"key:acme"),
        ("ce_source", b"/crm"),
        ("ce_specversion", b"1.0"),
        ("ce_recordedtime", b"2026-01-31T09:30:00.000000Z"),
        ("command_id", id.encode()),
        ("causation_id", id.encode()),
        ("ce_id", id.encode()),
        ("ce_type", b"crm.DealAmountChanged"),
        ("ce_time", b"2026-01-31T09:30:00.000000Z"),
        ("aggregate_version", b"1"),
    ]
    snapshot_headers: Headers = [
        ("aggregate_version", b"1"),
        ("state_version", b"1"),
        ("seen", bytes(66)),
        ("recorded_at", b"2026-01-31T09:30:00.000000Z"),
    ]
    event, snapshot = bytes(100), bytes(110)
    reference = EventRef(id, "crm.DealAmountChanged", 1)
    reply = replies.encode(Reply(id, "test", 200, 1, (reference,), f"{prefix}crm.events", 1, 1000))
    events, snapshots, answers = other.topic("events"), other.topic("snapshots"), replies_topic(prefix)
    reader = kafka.consumer(stage.settings, f"{prefix}bare", **{"queued.min.messages": 10_000})
    reader.assign([TopicPartition(stage.topic("commands"), n, 0) for n in range(stage.settings.partitions)])
    writer = kafka.transactional_producer(stage.settings, f"{prefix}bare")
    writer.init_transactions(30)
    done, clock = 0, Clock()
    while done < commands:
        messages = reader.consume(1000, 0.5)
        if not messages:
            continue
        clock = clock if done else Clock()
        writer.begin_transaction()
        for message in messages:
            key, number = message.key(), message.partition() or 0
            writer.produce(events, event, key, number, headers=event_headers)
            writer.produce(snapshots, snapshot, key, number, headers=snapshot_headers)
            writer.produce(answers, reply, b"test", 0)
        writer.send_offsets_to_transaction(reader.position(reader.assignment()), reader.consumer_group_metadata())
        writer.commit_transaction()
        done += len(messages)
    speed = clock.speed(done)
    reader.close()
    return speed


if __name__ == "__main__":
    main()
