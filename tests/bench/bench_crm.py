"""What people ask of a CRM all day, over HTTP and bare, in a tenant of many contacts and half as many deals.

    python -m tests.bench.bench_crm CONTACTS    at that size, which writes docs/benchmarks-crm.md

The events are written onto the log in bulk and the read models are built from it by `nexus360 rebuild crm`. A question
is asked one at a time, with other values each time: of the gateway over a connection that stays open, and as the SQL or
the index query that gives the same rows. The slowest in a hundred of the one is told beside that of the other.
"""

import signal
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any, NoReturn

import pytest

from infra.postgres import administrator, database_name
from infra.search import blocking_client
from tests.bench.bare import Line, Servers, ids_of, reader
from tests.bench.bench_swap import rebuilt
from tests.bench.document import machine, publish, table
from tests.bench.load import request
from tests.bench.result import Benchmark, Result, Side, against_limit, alternating
from tests.bench.sales import fill
from tests.bench.sales_files import results as of_files
from tests.bench.sales_questions import Question, Tenant, questions
from tests.platform import Platform, platform

CONTACTS = 20_000
IMPORTED = 2_000
PARTITIONS = 6
TENANT = "sales"
PARTS = ("processor crm", "processor integration")
"""Those that are there before the log is written; the others come when the read models are built."""
AFTERWARDS = ("projector admin", "projector crm", "projector integration", "importer", "gateway")
TURNS = 3
ASKINGS = 100
LONGEST = 10.0
"""Askings of a turn, and seconds after which a turn of a slow question ends, with a fifth of them at least."""
BOUND = (
    "for a question of a few ms what any request costs: reading it, the key and the limit, five trips to Postgres "
    "(alive, begin, settings, the row, commit), rows as JSON, the answer. See docs/benchmarks.md, a record by id."
)


def measure(turns: int) -> Sequence[Result]:
    return list(measured(CONTACTS, IMPORTED, turns))


BENCHMARK = Benchmark("crm", measure, "bench-apps", minutes=5)


def measured(contacts: int, imported: int, turns: int) -> Iterator[Result]:
    """The results at a size, as they come; so many rows are imported."""
    with platform(*PARTS, partitions=PARTITIONS, rate_limit=1_000_000, log_level="WARNING") as here:
        build(here, contacts)
        for part in AFTERWARDS:
            here.start(part)
        here.wait_ready()
        yield from _answers(here, contacts, turns)
        yield from of_files(here, TENANT, contacts, imported)


def build(here: Platform, contacts: int) -> None:
    """Writes the tenant's log and builds its read models; then does what autovacuum would have done in a while."""
    began = time.perf_counter()
    events = fill(here.settings, TENANT, contacts)
    print(f"  {events:,} events written in {time.perf_counter() - began:.0f} s", flush=True)
    rebuilt(here, events)
    with administrator(here.settings, database_name(here.settings, "crm")) as connection:
        connection.execute("vacuum (analyze)")


def _answers(here: Platform, contacts: int, turns: int) -> Iterator[Result]:
    tenant = Tenant(TENANT, contacts, here.settings.index_prefix)
    with (
        here.client(TENANT) as client,
        closing(reader(here.settings, "crm", TENANT)) as postgres,
        closing(blocking_client(here.settings)) as elasticsearch,
    ):
        servers = Servers(postgres, elasticsearch)
        here.until("documents are there", lambda: client.get("/crm/contacts?q=example&limit=1").json()["items"])
        for question in questions(tenant, client):
            yield from _of(question, here, servers, turns)


def _of(question: Question, here: Platform, servers: Servers, turns: int) -> Sequence[Result]:
    _same(question, here, servers)
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    for turn, ours_first in enumerate(alternating(turns)):
        numbers = range(turn * ASKINGS, (turn + 1) * ASKINGS)
        for our_turn in (ours_first, not ours_first):
            if our_turn:
                ours.append(_ours(question, numbers, here))
            else:
                bare.append(_bare(question, numbers, servers))
    of_ours, of_bare = [_p99(each) for each in ours], [_p99(each) for each in bare]
    middle = [statistics.median(each) for each in ours], [statistics.median(each) for each in bare]
    print(f"  {question.name}: p99 {_told(of_ours)} of {_told(of_bare)} ms, p50 {_told(middle[0])} of "
          f"{_told(middle[1])} ms", flush=True)  # fmt: skip
    said = (question.how, "asked bare", question.without)
    return [
        Result(
            f"{question.name}, p50",
            "ms",
            "less",
            Side("Nexus360", "ours", said[0], middle[0]),
            [Side(said[1], "limit", said[2], middle[1])],
            [],
            BOUND,
        ),
        against_limit(
            f"{question.name}, p99", "ms", (said[0], of_ours), (said[1], said[2], of_bare), ("at most", 1.5), BOUND
        ),
    ]


def _same(question: Question, here: Platform, servers: Servers) -> None:
    """Both sides give the same rows in the same order; also finds cold caches."""
    key = here.key(TENANT)
    asked = [question.of(number) for number in range(0, 3 * ASKINGS, ASKINGS // 4)]
    with closing(Line(here.settings.gateway_port)) as line:
        answers = [[line.ask(request("GET", path, key)) for path in each.paths] for each in asked]
    for each, answered in zip(asked, answers, strict=True):
        wanted = [servers.ask(bare) for bare in each.bare]
        for path, found, rows in zip(each.paths, map(ids_of, answered), wanted, strict=False):
            assert not each.ordered or found == rows, f"{path} gives {found[:5]}, and asked bare {rows[:5]}"


def _ours(question: Question, numbers: range, here: Platform) -> list[float]:
    """ms of each asking."""
    key = here.key(TENANT)
    asked = [[request("GET", path, key) for path in question.of(number).paths] for number in numbers]
    with closing(Line(here.settings.gateway_port)) as line:
        return _timed([lambda each=each: [line.ask(one) for one in each] for each in asked])


def _bare(question: Question, numbers: range, servers: Servers) -> list[float]:
    asked = [question.of(number).bare for number in numbers]
    return _timed([lambda each=each: [servers.ask(one) for one in each] for each in asked])


def _timed(work: Sequence[Callable[[], Any]]) -> list[float]:
    found: list[float] = []
    began = time.perf_counter()
    for each in work:
        start = time.perf_counter()
        each()
        found.append(1000 * (time.perf_counter() - start))
        if time.perf_counter() - began > LONGEST and len(found) >= ASKINGS // 5:
            break
    return found


def _p99(found: Sequence[float]) -> float:
    return statistics.quantiles(found, n=100, method="inclusive")[98]


def _told(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f}"


def main(contacts: int) -> None:
    """Measures at a size and writes its document; half as many contacts come in, 20,000 at most."""
    about, began = machine(f"python -m tests.bench.bench_crm {contacts}"), time.monotonic()
    results, missing = list[Result](), list[str]()
    signal.signal(signal.SIGTERM, _end)
    try:
        for result in measured(contacts, min(contacts // 2, 20_000), TURNS):
            results.append(result)
    except (pytest.fail.Exception, Exception, SystemExit) as error:
        traceback.print_exc()
        missing.append(f"What comes after could not be measured: {type(error).__name__}: {error}"[:300])
    publish("benchmarks-crm", results, about, time.monotonic() - began, missing)
    print("\n".join([*table(results), *missing]))


def _end(_: int, __: object) -> NoReturn:
    """Leaves every block on the way out, which a signal does not by itself."""
    raise SystemExit(143)


if __name__ == "__main__":
    main(int(sys.argv[1]))
