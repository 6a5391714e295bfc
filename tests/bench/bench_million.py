"""The same for a million events: does a command cost what it costs on a new log, and how long do a rebuild and a start
take then?

40 copies of the sample together, each copy's deals under ids of their own, all sent with 2,048 commands on their way.
Then the sample is sent in turns behind these and to a new log with a processor of its own: the same commands at the
same time, since opening a deal costs less than winning one and the machine is not always as fast. All that is measured
afterwards is of the long log. Peers are filled through their own way of writing many events at once, and then asked
the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from infra.log.envelope import CommandEnvelope
from tests.bench.competitors import asking, filled
from tests.bench.ours import Desk, desk, work
from tests.bench.peers.peer import Store
from tests.bench.read_models import databases
from tests.bench.rebuilding import goals, rebuilt
from tests.bench.result import Benchmark, Goal, Result
from tests.bench.sizes import of_peer, results, sized
from tests.bench.starting import started
from tests.bench.turns import Entrant, Numbers, in_turns, result

COPIES = 40
TURNS = 7
SHARE = 25_000
OUTSTANDING = 2048
FLAT = 1.15
REBUILD_BOUND = (
    "the CPU: of both cores 4 in 100 are idle. An event takes some 215 µs in a builder, more than of the sample, and "
    "140 in Postgres and the kernel, which write 10 KB of Postgres' log for it: tables are many times the buffers of "
    "128 MB, and a checkpoint comes with every 512 MB. Compressed to half, that log changed the rate by nothing. A "
    "peer's table is one row of a few columns for each deal. What would lift it: more cores, as builders divide the "
    "partitions; folding in code that is not Python."
)
KEPT_BOUND = "the same as of the sample alone."
ANEW_BOUND = "the states of 350,000 deals, which are read from the snapshots and written to the store."
FLAT_BOUND = "what a command costs anyway; the store on disk and the aggregates in memory are larger."


def measure(turns: int) -> Sequence[Result]:
    """One turn: it takes many minutes."""
    del turns
    with ExitStack() as within:
        here, new = within.enter_context(desk()), within.enter_context(desk())
        flat = flatness(here, new)
        stores = within.enter_context(filled(COPIES))
        peers = asking(stores, "on a store filled through its own bulk API", _peer)
        ours = Entrant("Nexus360", "ours", "one processor and a rebuild with two processes", lambda: _ours(here))
        sides = in_turns([ours, *peers], 1)
    return [
        flat,
        result("rebuild of a million", "events/s", "more", "rate", sides, goals(sides), REBUILD_BOUND),
        result("start with a million, store kept", "s", "less", "kept", sides, [], KEPT_BOUND),
        result("start with a million, store deleted", "s", "less", "anew", sides, [], ANEW_BOUND),
        *results(", of a million", sides),
    ]


BENCHMARK = Benchmark("million", measure, "bench-long", minutes=35)


def flatness(here: Desk, new: Desk) -> Result:
    """The cost of a command is flat when those behind a million are as fast as those on a new log."""
    here.start()
    for share in _shares(work(COPIES), SHARE):
        here.send(share, OUTSTANDING)
    new.start()
    new.send(list(islice(work(), OUTSTANDING)), OUTSTANDING)  # the first commands find cold caches
    how = "the same commands on a log that is new"
    ours = Entrant("Nexus360", "ours", "behind a million", lambda: {"rate": _rate(here)})
    sides = in_turns([ours, Entrant("a new log", "limit", how, lambda: {"rate": _rate(new)})], TURNS)
    new.stop()
    goal = Goal("at least", 1 / FLAT, "a new log")
    return result("commands behind a million", "commands/s", "more", "rate", sides, [goal], FLAT_BOUND)


def _ours(here: Desk) -> Numbers:
    sizes = sized(here)
    here.stop()
    with databases(here.stage) as settings:
        rate = rebuilt(settings, here.events)
    return {"rate": rate, **started(here), **sizes}


def _rate(here: Desk) -> float:
    commands = list(work())
    return len(commands) / here.send(commands, OUTSTANDING)


def _shares(commands: Iterator[CommandEnvelope], size: int) -> Iterator[list[CommandEnvelope]]:
    while share := list(islice(commands, size)):
        yield share


def _peer(store: Store) -> Numbers:
    rate, seconds = store.run("rebuild")["rate"], store.run("start")["seconds"]
    return {"rate": rate, "kept": seconds, "anew": seconds, **of_peer(store)}
