"""One command over HTTP on an idle system, against the least that the log takes for it.

The least: the command's bytes go to a topic and are read (one plain hop), the event's and the snapshot's bytes are
written in a transaction, committed, and the event is read by a reader of committed messages, and the reply's bytes go
to a topic and are read (the other plain hop). Commands and such chains are timed one at a time, in turns, and between
two of either the machine rests for a moment, in which the event of the last command is folded: the system is idle.
"""

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from confluent_kafka import Consumer, Message, TopicPartition

from infra.log import kafka
from infra.log.topics import replies_topic, topic
from infra.settings import Settings
from streams.processor.reading import ends, read_through
from tests.bench.load import request, timings
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.integration.processor import Stage, drop, new_stage
from tests.platform import platform

COMMANDS = 150
REST = 0.02
"""Seconds after each."""
TENANT = "bench"
BOUND = (
    "timestamps along the way, medians: 9.7 ms are four ways through Kafka (1.8 until the processor has the "
    "command, 3.2 for events, snapshot and offsets, 2.5 for the commit, 2.2 until the gateway has the reply), 3.2 "
    "ms are Python (1.5 in the gateway before the command is sent, 0.8 deciding, 0.9 answering). Offsets in the "
    "transaction take two requests that the chain does not make. The slowest commands lose most of their time in "
    "the transaction's requests. What would lift the p99: a core that the broker need not share, since each of a "
    "transaction's requests waits for one when the others compute."
)


class Chain:
    """The three hops over topics of their own."""

    def __init__(self, stage: Stage, command: Message, written: Sequence[Message], reply: Message) -> None:
        settings = stage.settings
        self._command, self._written, self._reply = command, written, reply
        self._commands, self._replies = stage.topic("commands"), replies_topic(settings.topic_prefix)
        self._kinds = (stage.topic("events"), stage.topic("snapshots"))
        self._plain = kafka.producer(settings, **{"linger.ms": 0})
        self._transactional = kafka.transactional_producer(settings, f"{settings.topic_prefix}chain")
        self._transactional.init_transactions(30)
        self._readers = [_at_end(settings, name) for name in (self._commands, self._kinds[0], self._replies)]

    def seconds(self) -> float:
        """The time of one chain."""
        of_commands, of_events, of_replies = self._readers
        began = time.perf_counter()
        _put(self._plain, self._commands, self._command)
        _take(of_commands)
        self._transactional.begin_transaction()
        for name, message in zip(self._kinds, self._written, strict=True):
            _put(self._transactional, name, message)
        self._transactional.commit_transaction()
        _take(of_events)
        _put(self._plain, self._replies, self._reply)
        _take(of_replies)
        return time.perf_counter() - began

    def close(self) -> None:
        self._plain.flush(10)
        for reader in self._readers:
            reader.close()


def _at_end(settings: Settings, name: str) -> Consumer:
    reader = kafka.consumer(settings, "chain")
    _, end = reader.get_watermark_offsets(TopicPartition(name, 0), timeout=10)
    reader.assign([TopicPartition(name, 0, end)])
    return reader


def _put(writer: kafka.Producer, name: str, message: Message) -> None:
    writer.produce(name, message.value(), message.key(), 0, headers=message.headers())  # pyright: ignore[reportArgumentType] - as read
    writer.poll(0)


def _take(reader: Consumer) -> None:
    message = reader.poll(10)
    assert message is not None, "A hop took more than ten seconds."
    assert message.error() is None, message.error()


def rested(chain: Chain, times: int) -> list[float]:
    """Seconds of so many chains, each a moment after the last."""
    found: list[float] = []
    for _ in range(times):
        time.sleep(REST)
        found.append(chain.seconds())
    return found


def last(settings: Settings, name: str) -> Message:
    """The newest committed message of a topic."""
    numbers = list(range(settings.partitions))
    until = ends(kafka.admin(settings), name, numbers)
    reader = kafka.consumer(settings, "bench", **{"enable.partition.eof": True})
    stream = read_through(reader, name, dict.fromkeys(numbers, 0), until, lambda: None)
    found = [message for messages in stream for message in messages]
    reader.close()
    return max(found, key=lambda message: message.timestamp()[1])


def measure(turns: int) -> Sequence[Result]:
    """Every part that a command of the CRM meets is running, with the projector that folds its event."""
    parts = ("gateway", "processor crm", "projector crm")
    medians: list[tuple[float, float]] = []
    tails: list[tuple[float, float]] = []
    with platform(*parts, rate_limit=1_000_000, log_level="WARNING") as here, ExitStack() as afterwards:
        settings, port = here.settings, here.settings.gateway_port
        post = request("POST", "/crm/companies", here.key(TENANT), b'{"name": "Umbra Ltd"}')
        timings(port, post, COMMANDS)
        command, event, snapshot = (last(settings, topic(settings.topic_prefix, "crm", kind)) for kind in _KINDS)
        reply = last(settings, replies_topic(settings.topic_prefix))
        stage = new_stage(Path(afterwards.enter_context(tempfile.TemporaryDirectory())), partitions=1)
        afterwards.callback(drop, stage)
        chain = Chain(stage, command, (event, snapshot), reply)
        afterwards.callback(chain.close)
        rested(chain, COMMANDS // 4)
        for ours_first in alternating(turns):
            bare = [] if ours_first else rested(chain, COMMANDS)
            ours = sorted(timings(port, post, COMMANDS, pause=REST))
            bare = sorted(bare or rested(chain, COMMANDS))
            for percent, pairs in ((50, medians), (99, tails)):
                at = len(ours) * percent // 100
                pairs.append((1000 * ours[at], 1000 * bare[at]))
            print("  p50 {:.1f} of {:.1f} ms, p99 {:.1f} of {:.1f} ms".format(*medians[-1], *tails[-1]), flush=True)
    return [_result("p50", medians), _result("p99", tails)]


_KINDS = ("commands", "events", "snapshots")


def _result(which: str, pairs: Sequence[tuple[float, float]]) -> Result:
    ours, bare = zip(*pairs, strict=True)
    return against_limit(
        f"one command over HTTP, {which}",
        "ms",
        ("POST /crm/companies, one at a time, from the request to the answer with its events", ours),
        ("bare hops", "a plain hop, a transactional one (produce, commit, read committed) and a plain one", bare),
        ("at most", 2.0),
        BOUND,
    )


BENCHMARK = Benchmark("command", measure)
