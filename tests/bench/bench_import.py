"""The import of the sample over HTTP, against the time that one command processor needs for the same commands.

Ours: from the upload of `sales_pipeline.csv` (8,800 deals) until its import reads COMPLETED, on a platform with every
part running. In it: the upload, reading and checking rows, naming what they refer to, a command and a reply for each
row through Kafka, the reports of progress, and the read models, which an import waits for. Companies, products and
people are there before. Each turn is a tenant of its own. The first import on new tables is told and not counted:
statements that Postgres planned while they were empty read more than they need.

The limit: the `RecordDeal` commands which such an import wrote, put byte for byte onto the topic of a fresh prefix,
decided, committed and answered by one processor that has the machine to itself. Its first batch starts the clock and
is not counted, so that finding its partitions costs it nothing; the rate of the others is taken for all commands.
"""

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from confluent_kafka import Message

from infra.log import kafka
from infra.log.topics import topic
from streams.processor.reading import ends, read_through
from tests.bench.bench_processor import prepare, staged, whole_processor
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.e2e.importing import DEALS, imported, sample, with_references
from tests.platform import Platform, platform

DEALS_OF_SAMPLE = 8800
TURNS = 3
"""At most: a turn takes half a minute."""
BOUND = (
    "CPU time: one import takes 25 s of it from two cores, and the processor 2 to 3 of those. The projector takes "
    "7, workflows 5, the importer 2, Kafka 2, Postgres 2.5, Elasticsearch 2, the gateway 1.5. Of the projector's "
    "time half is Faust handing over events one by one and a third folding and writing; of workflows' time 80% is "
    "Faust. All rows are accepted after some two thirds of the time; then the import waits for the read models."
)


def measure(turns: int) -> Sequence[Result]:
    """Both sides share the cores with Kafka; the platform's processes are idle while the limit is measured."""
    pairs: list[tuple[float, float]] = []
    prepare()
    with platform(partitions=6, rate_limit=1_000_000, log_level="WARNING") as here:
        first, commands = whole_import(here)
        print(f"  {first:.1f} s on new tables", flush=True)
        alone(here, commands)
        for ours_first in alternating(min(turns, TURNS)):
            bare = None if ours_first else alone(here, commands)
            ours, commands = whole_import(here)
            pairs.append((ours, alone(here, commands) if bare is None else bare))
            print("  {:.1f} s of {:.1f} s".format(*pairs[-1]), flush=True)
    ours, bare = zip(*pairs, strict=True)
    return [
        against_limit(
            f"import of {DEALS_OF_SAMPLE:,} deals over HTTP",
            "s",
            ("the sample's deals, from the upload until the import is complete and its deals can be read", ours),
            ("the processor alone", "decides the very same commands, with nothing else running", bare),
            ("at most", 3.0),
            BOUND,
        )
    ]


BENCHMARK = Benchmark("import", measure, "bench-apps")


def whole_import(here: Platform) -> tuple[float, list[Message]]:
    """Imports for a new tenant: seconds that the deals took, and the commands that were written for them."""
    tenant = f"bench-{uuid4().hex[:8]}"
    with here.client(tenant) as client:
        with_references(here, client)
        began = time.perf_counter()
        row = imported(here, client, "crm.deal", sample("sales_pipeline.csv"), DEALS)
        seconds = time.perf_counter() - began
    told = (row["status"], row["created"], row["rejected"])
    assert told == ("COMPLETED", DEALS_OF_SAMPLE, 0), f"The import came to {told}; look at its errors."
    return seconds, commands_of(here, tenant)


def commands_of(here: Platform, tenant: str) -> list[Message]:
    """The tenant's commands about deals, in the order of each partition."""
    name, numbers = topic(here.settings.topic_prefix, "crm", "commands"), list(range(here.settings.partitions))
    reader = kafka.consumer(here.settings, "bench", **{"enable.partition.eof": True})
    until = ends(kafka.admin(here.settings), name, numbers)
    stream = read_through(reader, name, dict.fromkeys(numbers, 0), until, lambda: None)
    found = [message for messages in stream for message in messages]
    reader.close()
    return [message for message in found if (message.key() or b"").startswith(f"{tenant}/deal/".encode())]


def alone(here: Platform, commands: Sequence[Message]) -> float:
    """Seconds in which one processor decides these commands."""
    with staged(1, here.settings.partitions) as [stage]:
        for message in commands:
            headers: Any = message.headers()
            stage.put(stage.topic("commands"), message.key() or b"", message.value() or b"", headers)
        stage.flush()
        rate = whole_processor(stage, len(commands)).rate
        accepted = len({event.id for event in stage.events()})
    assert accepted == DEALS_OF_SAMPLE, f"The processor alone accepted {accepted} of {DEALS_OF_SAMPLE} deals."
    return len(commands) / rate
