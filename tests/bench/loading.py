"""One deal loaded and a command on it decided: what a processor does for a command between Kafka and Kafka.

Ours: the processor's own code on the local stores that a processor left behind, with nothing decoded in memory: every
command is on another deal, drawn at random, so that each is read from RocksDB and decoded. The command engages the
customer, as peers ask of the deals they load; most deals refuse it, being further. What would be written is dropped.
"""

import random
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from confluent_kafka import Message

from domains.kernel import deciders
from infra.log.envelope import CommandEnvelope, encode_command
from infra.log.partitioner import partition_of
from schemas.contract import PlainVault
from schemas.generated.crm.deal import EngageDeal
from streams.processor.batch import decide_batch
from streams.processor.decide import Failed
from streams.processor.main import domain_of
from streams.processor.partition import Partition
from streams.processor.store import Meta, Store, block_cache
from tests.bench.bench_processor import prepare
from tests.bench.competitors import asking
from tests.bench.ours import Desk
from tests.bench.peers.peer import Store as PeerStore
from tests.bench.result import Result
from tests.bench.turns import Entrant, Numbers, in_turns, result
from tests.integration.processor import AT, DOMAIN, Stage, envelope, plain

LOADS = 8000
AT_ONCE = 1000
BOUND = (
    "µs of CPU for each load, timed part by part: 3 read the state from RocksDB, 14 decode it, 8 decode the command, "
    "4 read its key and headers, 3 the message: Python's objects, not the disk."
)
_HOW = "reads the deal's state from RocksDB, decodes state and command, checks id and version, decides"


def measure(
    here: Desk, stores: Sequence[PeerStore], commands: Sequence[CommandEnvelope], turns: int
) -> Sequence[Result]:
    """`commands` are those of the deals. The processor's stores are opened anew for each turn; the pages of their files
    are in memory, as those of peers are."""
    prepare()
    tenant, deals = commands[0].tenant, sorted({each.id for each in commands})
    chosen = random.Random(360).sample(deals, LOADS)
    messages = [_message(here.stage, tenant, id, offset) for offset, id in enumerate(chosen)]
    how = "reads and folds the deal's events, asks whether it may be engaged"
    peers = asking(stores, how, lambda store: store.run("load"))
    sides = in_turns([Entrant("Nexus360", "ours", _HOW, lambda: _loaded(here.stage, messages)), *peers], turns)
    return [result("one deal loaded and decided", "loads/s", "more", "rate", sides, [], BOUND)]


def _message(stage: Stage, tenant: str, id: str, offset: int) -> Message:
    """A command as a processor takes it from Kafka."""
    made = replace(envelope(EngageDeal(deal_id=id, at=AT)), tenant=tenant)
    topic, key, value, headers = encode_command(made, stage.codec, PlainVault(), stage.settings.topic_prefix)
    number = partition_of(key, stage.settings.partitions)
    return Message(topic=topic, partition=number, offset=offset, key=key, value=value, headers=headers)


def _loaded(stage: Stage, messages: Sequence[Message]) -> Numbers:
    domain = domain_of(stage.settings, DOMAIN, stage.codec, plain, _knows_all, deciders(DOMAIN))
    decided = 0
    with _partitions(stage) as partitions:
        began = time.perf_counter()
        for first in range(0, len(messages), AT_ONCE):
            batch = decide_batch(domain, messages[first : first + AT_ONCE], partitions, time.time_ns() // 1000, _drop)
            decided += sum(1 for answer in batch.answers if not isinstance(answer.outcome, Failed))
        seconds = time.perf_counter() - began
    assert decided == len(messages), f"{decided} of {len(messages)} commands were decided."
    return {"rate": decided / seconds}


@contextmanager
def _partitions(stage: Stage) -> Generator[dict[int, Partition]]:
    """The partitions of the processor in the first slot, as when it has just started."""
    [folder] = (stage.settings.data / "processors").iterdir()
    with ExitStack() as afterwards:
        stores = {number: Store(folder / str(number), block_cache()) for number in range(stage.settings.partitions)}
        for store in stores.values():
            afterwards.callback(store.close)
        yield {number: Partition(number, store, Meta("", ""), 0, 0, 0, {}) for number, store in stores.items()}


def _drop(*_: object) -> None:
    """Takes what would be written."""


def _knows_all(*_: object) -> None:
    """There are no keys to read."""
