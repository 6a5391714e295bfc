"""Two processors beside one, and two projectors beside one, on the same log and the same two cores.

Each slot has half of the partitions. Broker, client and Postgres share the cores with them, so that twice as much is
not to be had here; more than as much is.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice

from tests.bench.ours import Desk, desk, work
from tests.bench.read_models import DATABASE, databases, rate
from tests.bench.result import Benchmark, Result
from tests.bench.turns import Entrant, Numbers, in_turns, result
from tests.integration.projector_log import worker

OUTSTANDING = 2048
WARM = 500
PROCESSORS_BOUND = (
    "the two cores, which client and broker need too. What would lift it: a third core and a fourth; the two share "
    "nothing else."
)
PROJECTORS_BOUND = "the two cores, which Postgres and the search server need too. What would lift it: a third core."


def measure(turns: int) -> Sequence[Result]:
    """Processors are started anew for each turn; commands of the turns before are in the log that projectors fold."""
    with ExitStack() as within:
        here = within.enter_context(desk())
        sides = in_turns([Entrant(_NAMES[n], "ours", _HOWS[n], _with(here, n)) for n in (2, 1)], turns)
    return [
        result("commands decided by two processors", "commands/s", "more", "commands", sides, [], PROCESSORS_BOUND),
        result("read models folded by two projectors", "events/s", "more", "events", sides, [], PROJECTORS_BOUND),
    ]


BENCHMARK = Benchmark("scale", measure, "bench-long", minutes=3)
_NAMES = {1: "one process", 2: "Nexus360"}
_HOWS = {1: "one processor, one projector", 2: "two processors, two projectors"}


def _with(here: Desk, count: int) -> Callable[[], Numbers]:
    def run() -> Numbers:
        for slot in range(count):
            here.start(slot)
        here.send(list(islice(work(), WARM)), WARM)  # until every partition has found its processor
        commands = list(work())
        seconds = here.send(commands, OUTSTANDING)
        here.stop()
        with databases(here.stage) as settings, ExitStack() as running:
            for slot in range(count):
                log = settings.data / f"projector-{slot}.log"
                running.enter_context(worker(settings, DATABASE, log, slot))
            events = rate(settings, 1, here.events, since_first=True)
        return {"commands": len(commands) / seconds, "events": events}

    return run
