"""The same for a million events: does a command cost what it cost at the beginning, and how long do a rebuild and a
start take then?

The sample, 40 copies of it together, each copy's deals under ids of their own, and the sample once more, all sent with
2,048 commands on their way. The rate of the first sample is beside that of the last: the same commands, since opening a
deal costs less than winning one. All that is measured afterwards is of the same log. Peers are filled through their own
way of writing many events at once, and then asked the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from infra.log.envelope import CommandEnvelope
from tests.bench.bench_rebuild import goals, rebuilt
from tests.bench.bench_size import of_peer, results, sized
from tests.bench.bench_start import started
from tests.bench.competitors import filled
from tests.bench.ours import Desk, desk, work
from tests.bench.peers.peer import Store
from tests.bench.read_models import databases
from tests.bench.result import Benchmark, Goal, Result, Side
from tests.bench.turns import Entrant, Numbers, in_turns, result

BETWEEN = 40
COPIES = BETWEEN + 2
SHARE = 25_000
OUTSTANDING = 2048
FLAT = 1.15
BOUND = "the same as of the sample alone."


def measure(turns: int) -> Sequence[Result]:
    """One turn: it takes many minutes."""
    del turns
    with ExitStack() as within:
        here = within.enter_context(desk())
        peers = within.enter_context(filled("on a store filled through its own bulk API", _peer, COPIES))
        ours = Entrant("Nexus360", "ours", "one processor and a rebuild with two processes", lambda: _ours(here))
        sides = in_turns([ours, *peers], 1)
    return [
        _flat(sides[0].side("last"), sides[0].turns[0]["first"]),
        result("rebuild of a million", "events/s", "more", "rate", sides, goals(sides), BOUND),
        result("start with a million, store kept", "s", "less", "kept", sides, [], BOUND),
        result("start with a million, store deleted", "s", "less", "anew", sides, [], BOUND),
        *results(", of a million", sides),
    ]


BENCHMARK = Benchmark("million", measure, long=True, minutes=35)


def _flat(last: Side, first: float) -> Result:
    """The cost of a command is flat when the last ones are as fast as the first."""
    began = Side("the same commands", "limit", "at the beginning of the same log", [first])
    goal = Goal("at least", 1 / FLAT, began.name)
    return Result("commands at the end of a million", "commands/s", "more", last, [began], [goal], BOUND)


def _ours(here: Desk) -> Numbers:
    here.start()
    here.send(list(islice(work(), OUTSTANDING)), OUTSTANDING)  # the first commands find cold caches
    first = _rate(here)
    for share in _shares(work(BETWEEN), SHARE):
        here.send(share, OUTSTANDING)
    last = _rate(here)
    sizes = sized(here)
    here.stop()
    with databases(here.stage) as settings:
        rate = rebuilt(settings, here.events)
    return {"first": first, "last": last, "rate": rate, **started(here), **sizes}


def _rate(here: Desk) -> float:
    commands = list(work())
    return len(commands) / here.send(commands, OUTSTANDING)


def _shares(commands: Iterator[CommandEnvelope], size: int) -> Iterator[list[CommandEnvelope]]:
    while share := list(islice(commands, size)):
        yield share


def _peer(store: Store) -> Numbers:
    rate, seconds = store.run("rebuild")["rate"], store.run("start")["seconds"]
    return {"rate": rate, "kept": seconds, "anew": seconds, **of_peer(store)}
