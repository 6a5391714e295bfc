"""The projector at work: how fast it folds the log of the CRM into Postgres, and how far a row is behind its event.

Rate: a projector, a process of its own, starts on empty databases with the commands' events in the log; the clock runs
from its first commit to the last event's row. The most that the whole chain bears: a client sends commands to a
processor beside, many at a time, and the clock runs until the last one's row. Lag: once the search documents of all
that are written, it sends at half of that, whatever comes of them. An event's lag is from its recorded time, before its
transaction is committed, to the moment at which a reader that looks every 2 ms finds the position behind it: rows and
positions are one transaction. Both clocks are this machine's. The projector also writes search documents from its rows
meanwhile.
"""

import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path

from infra.log import headers as h
from infra.log import kafka
from infra.postgres import connect
from infra.settings import Settings
from projections.positions import Partition
from streams.processor.reading import read_through
from streams.processor.records import micros_of
from tests.bench import faust_count, postgres
from tests.bench.competitors import asked, beginning, competitors
from tests.bench.ours import Desk, desk, work
from tests.bench.peers import Peer
from tests.bench.read_models import DATABASE, Sample, databases, ends, rate, reaches, watched
from tests.bench.rebuilding import UPSERT
from tests.bench.result import Benchmark, Goal, Result, Side
from tests.bench.turns import Entrant, Numbers, in_turns, result
from tests.integration.projector_log import worker

EVENTS = 3000
"""That peers append while they project: all would take them minutes."""
MOST = 5000
"""Commands that are sent to find what the chain bears."""
OUTSTANDING = 512
SECONDS = 5
"""For which commands are sent to find the lag."""
EVERY = 0.002
_LOOK_EVERY = 0.1
CLIENTS = 8
"""Of a peer whose projection bears several."""
ALONE = "Emmett"
"""Its consumer passes over events that several clients append at once, so that one appends."""
LIMIT = 250.0
LIVE = "g1"
"""The schema of the first generation."""
RATE_BOUND = (
    "one interpreter: by py-spy 35% of its time goes to Faust's loops, 36% to folding with its statements and 16% to "
    "search documents. What would lift it: another projector on a core of its own."
)
LAG_BOUND = (
    "of a median of some 240 ms, 60 pass until a reader that does nothing else has the event (the rest of its "
    "batch is decided, its transaction committed), 20 more until Faust has handed it over, and then it waits for the "
    "batch before and its own: of 40 to 150 events, in 50 to 120 ms each, half of it for the answers of Postgres to "
    "some twenty statements. The projector computes for two fifths of the time; it waits for cores, which client, "
    "broker, processor, Postgres and the search server need too. Neither threads that give way ten times as often nor "
    "rows written one by one changed it. What would lift it: cores for Postgres and the projector; fewer statements "
    "for a small batch."
)


def measure(turns: int) -> Sequence[Result]:
    """Every turn folds into databases of its own, from the beginning of a log that grows by what the turns send."""
    with ExitStack() as within:
        here = within.enter_context(desk())
        here.fill()
        events = here.events
        first = within.enter_context(databases(here.stage))
        _folded(here, first, events)
        here.start()
        entrants = [
            Entrant("Nexus360", "ours", "one projector, up to 1,000 events at a time", lambda: _turn(here)),
            *within.enter_context(competitors(_PEER_HOW, _peer)),
            Entrant(
                "a plain Faust agent",
                "limit",
                "counts the same events and does nothing else",
                lambda: {"rate": faust_count.rate(first, here.stage.topic("events"), events)},
            ),
            Entrant("batched upsert", "limit", UPSERT, lambda: {"rate": postgres.upserted(first, LIVE, events)}),
        ]
        sides = in_turns(entrants, turns)
    limit = Side(f"{LIMIT:.0f} ms", "limit", "what people take for at once", [LIMIT] * turns)
    goals = [Goal("at most", 1, limit.name)]
    p50 = result("lag of read models, p50", "ms", "less", "p50", sides, [], LAG_BOUND)
    p99 = result("lag of read models, p99", "ms", "less", "p99", sides, goals, LAG_BOUND)
    return [
        result("read models folded live", "events/s", "more", "rate", sides, [], RATE_BOUND),
        result("commands and their rows together", "events/s", "more", "most", sides, [], LAG_BOUND),
        *(Result(r.name, r.unit, r.better, r.ours, [*r.others, limit], r.goals, r.bound) for r in (p50, p99)),
    ]


BENCHMARK = Benchmark("live", measure)


_PEER_HOW = (
    f"appends by {CLIENTS} clients (Emmett: by one) while it projects; for the lag at half of the rate that came of it"
)


def _peer(peer: Peer, file: Path) -> Numbers:
    clients = 1 if peer.name.startswith(ALONE) else CLIENTS
    found = asked(peer, beginning(file, EVENTS), "live", clients=clients)["rate"]
    told = asked(peer, beginning(file, int(found / 2 * SECONDS)), "live", clients=clients, rate=found / 2)
    return {"rate": found, "most": found, "p50": told["lag_p50"], "p99": told["lag_p99"]}


def _folded(here: Desk, settings: Settings, events: int) -> float:
    with worker(settings, DATABASE, settings.data / "projector.log"):
        return rate(settings, 1, events, since_first=True)


def _turn(here: Desk) -> Numbers:
    with databases(here.stage) as settings, worker(settings, DATABASE, settings.data / "projector.log"):
        found = rate(settings, 1, here.events, since_first=True)
        most = _most(here, settings)
        _documents_written(settings)
        count = int(most / 2 * SECONDS)
        lags = sorted(_lags(here, settings, count, most / 2))
    return {"rate": found, "most": most, "p50": lags[count // 2], "p99": lags[count * 99 // 100]}


def _most(here: Desk, settings: Settings) -> float:
    """Commands a second, sent as fast as they are answered, until the last one's row can be read."""
    commands, began = list(islice(work(), MOST)), time.time()
    here.send(commands, OUTSTANDING)
    *_, last = watched(settings, 1, reaches(ends(settings)))
    return MOST / (last.at - began)


def _documents_written(settings: Settings) -> None:
    """Returns when the projector has written the documents of all rows: what it owes of before is no part of a load."""
    with closing(connect(settings, DATABASE)) as connection:
        connection.autocommit = True
        while connection.execute(f"select exists (select from {LIVE}.dirty)".encode()).fetchone() != (False,):
            time.sleep(_LOOK_EVERY)


def _lags(here: Desk, settings: Settings, count: int, per_second: float) -> list[float]:
    """Milliseconds of each event of so many commands."""
    before, end, samples = ends(settings), dict[Partition, int](), list[Sample]()

    def there(sample: Sample) -> bool:
        return bool(end) and reaches(end)(sample)

    thread = threading.Thread(target=lambda: samples.extend(watched(settings, 1, there, EVERY)))
    thread.start()
    _send(here, count, per_second)
    end |= ends(settings)
    thread.join()
    return list(_differences(here, before, end, samples))


def _send(here: Desk, count: int, per_second: float) -> None:
    """An open loop: commands go out by the clock, not by their answers."""
    commands, began = list(islice(work(), count)), time.perf_counter()
    answers = [
        (time.sleep(max(0.0, began + number / per_second - time.perf_counter())), here.sender.send(each))[1]
        for number, each in enumerate(commands)
    ]
    refused = [answer for answer in answers if answer.result(60).status != 200]
    assert not refused, refused[0].result()
    here.events += count


def _differences(
    here: Desk, before: Mapping[Partition, int], end: Mapping[Partition, int], samples: Sequence[Sample]
) -> Iterator[float]:
    name = here.stage.topic("events")
    starts, until = ({n: at for (topic, n), at in each.items() if topic == name} for each in (before, end))
    seen = {n: [sample.positions.get((name, n), 0) for sample in samples] for n in until}
    reader = kafka.consumer(here.stage.settings, "bench", **{"enable.partition.eof": True})
    for messages in read_through(reader, name, starts, until, lambda: None):
        for message in messages:
            number, offset = message.partition() or 0, message.offset() or 0
            recorded = micros_of(h.as_mapping(message.headers())[h.CE_RECORDEDTIME]) / 1e6
            yield 1000 * (samples[bisect_right(seen[number], offset)].at - recorded)
    reader.close()
