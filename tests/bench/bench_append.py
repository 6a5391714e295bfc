"""Commands that append events, each checked against the version that the client expects, on the log without HTTP.

Ours: a client sends the commands of the sample's deals to Kafka; a processor, a process of its own, loads the deal,
checks id and version, decides, and commits events, state and offsets in a transaction; the client has its reply.
One client waits for each reply before it sends the next command. Many clients are one that does not wait, with as many
commands on their way as there would be clients; those of one deal stay in order.

A broker's acks=all says that the page cache has it. The side with flush.messages=1 has the broker call fsync for
every batch that it appends to commands, events and snapshots, as Postgres does for every commit.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

from confluent_kafka import Message

from infra.log.topics import replies_topic, topic
from tests.bench import kafka_tools
from tests.bench.bench_command import Chain, last
from tests.bench.bench_processor import bare_loop, staged
from tests.bench.competitors import asked, beginning, competitors
from tests.bench.ours import PARTITIONS, Desk, desk, work
from tests.bench.peers import Peer
from tests.bench.result import BEST_PEER, Benchmark, Goal, Result
from tests.bench.turns import Entrant, Numbers, in_turns, result
from tests.integration.processor import Stage

ONE = 250
"""Commands that the one client sends."""
FEW = 3000
"""Commands of as many clients as peers have, `CLIENTS`."""
CLIENTS = 32
MANY = (512, 2048)
"""Numbers of clients of which the best counts."""
RECORDS = 60_000
HOPS = 150
ONE_BOUND = (
    "the ways through Kafka, as the bare hops show, which lack two requests for offsets in the transaction and what "
    "the CPU does: some 75 µs in the processor and 14 to encode the command in the client. What would lift it: "
    "nothing here, since the command, its event and its answer are each on the log before anybody is told, where peers "
    "commit once; who needs the rate has several commands on their way."
)
MANY_BOUND = (
    "µs of CPU of the processor's thread for each command, the parts timed one by one on these commands: 46 deciding "
    "(8 decode the command, 11 decide and evolve, 8 encode the event, 12 the state, 2 the event's id, 5 the rest), 7 "
    "reading message, headers and key, 7 headers and handing over event and snapshot, 4 the reply, 1 the local store. "
    "The client, which encodes each command in 14 and resolves a future for each reply, broker and processor share "
    "the two cores. What would lift it: more cores, each with a processor, since partitions do not wait for one "
    "another; on one core only code that is not Python, as the bare loop shows, which decides nothing and is a third "
    "of the broker's own rate."
)


def measure(turns: int) -> Sequence[Result]:
    """Processors stay between the turns, each turn is a tenant of its own."""
    with ExitStack() as within:
        ours, flushed = within.enter_context(desk()), within.enter_context(desk(flush=True))
        [other] = within.enter_context(staged(1, PARTITIONS))
        for each in (ours, flushed):
            each.start()
            each.send(list(islice(work(), FEW)), FEW)  # the first commands find cold caches
        entrants = [
            Entrant("Nexus360", "ours", _HOW, lambda: _ours(ours)),
            Entrant("Nexus360, flush.messages=1", "ours", "the same with an fsync for each batch", _flushed(flushed)),
            *within.enter_context(competitors(f"the same commands on PostgreSQL; many are {CLIENTS} clients", _peer)),
            *_limits(within, ours.stage, other),
        ]
        sides = in_turns(entrants, turns)
    few = replace(
        sides[0].side("few"), name=f"Nexus360, {CLIENTS} clients", how=f"the same with {CLIENTS} on their way"
    )
    one = result("commands by one client", "commands/s", "more", "one", sides, [], ONE_BOUND)
    many = result(
        "commands by many clients", "commands/s", "more", "many", sides, [Goal("at least", 10, BEST_PEER)], MANY_BOUND
    )
    return [one, replace(many, others=[few, *many.others])]


BENCHMARK = Benchmark("append", measure)
_HOW = f"client, Kafka, processor and back; of many clients the better of {MANY[0]} and {MANY[1]:,} on their way"


def _ours(here: Desk) -> Numbers:
    commands = list(work())
    alone, few, rest = commands[:ONE], commands[ONE : ONE + FEW], commands[ONE + FEW :]
    share = len(rest) // len(MANY)
    shares = [rest[n * share : (n + 1) * share] for n in range(len(MANY))]
    return {
        "one": ONE / here.send(alone, 1),
        "few": FEW / here.send(few, CLIENTS),
        "many": max(share / here.send(part, count) for part, count in zip(shares, MANY, strict=True)),
    }


def _flushed(here: Desk) -> Callable[[], Numbers]:
    def run() -> Numbers:
        commands = list(work())
        alone, rest = commands[: ONE // 2], commands[ONE // 2 : len(commands) // 2]
        return {"one": len(alone) / here.send(alone, 1), "many": len(rest) / here.send(rest, MANY[-1])}

    return run


def _peer(peer: Peer, file: Path) -> Numbers:
    one, many = beginning(file, ONE), beginning(file, FEW)
    return {
        "one": asked(peer, one, "append", clients=1)["rate"],
        "many": asked(peer, many, "append", clients=CLIENTS)["rate"],
    }


def _limits(within: ExitStack, stage: Stage, other: Stage) -> list[Entrant]:
    """What the log takes without us, in records of the sizes of ours."""
    settings = stage.settings
    command, event, snapshot = (last(settings, topic(settings.topic_prefix, "crm", kind)) for kind in _KINDS)
    chain = Chain(other, command, (event, snapshot), last(settings, replies_topic(settings.topic_prefix)))
    within.callback(chain.close)
    name, size = other.topic("dead-letters"), size_of(event)
    tool = f"Kafka's ProducerPerformance, acks=all, {RECORDS:,} records of an event's {size} bytes"
    return [
        Entrant(
            "bare hops",
            "limit",
            "a command's, event's, snapshot's and reply's bytes one after the other: plain, in a transaction, plain",
            lambda: {"one": HOPS / sum(chain.seconds() for _ in range(HOPS))},
        ),
        Entrant(
            "a bare transaction loop in Python",
            "limit",
            "reads the same commands and writes as many records, already encoded, up to 1,000 at a time",
            lambda: {"many": bare_loop(stage, other, FEW * 6).rate},
        ),
        Entrant("producer", "limit", tool, lambda: {"many": kafka_tools.produced(settings, name, RECORDS, size)}),
        Entrant(
            "transactional producer",
            "limit",
            f"{tool}, in transactions of 100 ms",
            lambda: {"many": kafka_tools.produced(settings, name, RECORDS, size, uuid.uuid4().hex)},
        ),
    ]


def size_of(message: Message) -> int:
    """Bytes of key, value and headers."""
    headers = message.headers() or []
    return len(message.key() or b"") + len(message.value() or b"") + sum(len(n) + len(v or b"") for n, v in headers)


_KINDS = ("commands", "events", "snapshots")
