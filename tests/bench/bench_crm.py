"""What people ask of a CRM all day, over HTTP and bare, in a tenant of many contacts and half as many deals.

    python -m tests.bench.bench_crm CONTACTS    at that size, which writes docs/benchmarks-crm.md

The events are written onto the log in bulk and the read models are built from it by `nexus360 rebuild crm`. A question
is asked one at a time, with other values each time: of the gateway over a connection that stays open; as the SQL or the
index query that gives the same rows; and of a handler that does nothing but ask this, over the same connection. Each is
asked of records of its own, or those who come later would find in memory what the first one had read from the disk. The
slowest in a hundred of the first is told beside that of the others.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest

from infra.postgres import administrator, database_name
from infra.search import blocking_client
from infra.stack.ports import free_port
from tests.bench.bare import Line, Servers, ids_of, reader
from tests.bench.bare_http import keep
from tests.bench.bench_swap import rebuilt
from tests.bench.document import machine, publish, table
from tests.bench.load import request
from tests.bench.result import Benchmark, Goal, Result, Side, alternating
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
LONGEST = 5.0
"""Askings of a turn, and seconds after which a turn of a slow question ends, with a fifth of them at least."""
SIDES = 3
BARE, HANDLER = "asked bare", "behind a bare handler"
_BEHIND = "the same, asked by a FastAPI handler that does nothing else and gives all columns as JSON, over HTTP"
BOUND = (
    "for a question of a few ms what any request costs, of which the bare handler has the reading and the answer: the "
    "key and the limit, a transaction in which one tenant and one moment are seen, a statement made of declarations, "
    "what is seen of each row, rows as JSON."
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
        yield from answers(here, contacts, turns)
        yield from of_files(here, TENANT, contacts, imported)


def build(here: Platform, contacts: int) -> None:
    """Writes the tenant's log and builds its read models; then does what autovacuum would have done in a while."""
    began = time.perf_counter()
    events = fill(here.settings, TENANT, contacts)
    print(f"  {events:,} events written in {time.perf_counter() - began:.0f} s", flush=True)
    rebuilt(here, events)
    with administrator(here.settings, database_name(here.settings, "crm")) as connection:
        connection.execute("vacuum (analyze)")


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who is asked. `handler` is the port of the bare one."""

    here: Platform
    servers: Servers
    handler: int


def answers(here: Platform, contacts: int, turns: int) -> Iterator[Result]:
    """The results of all questions, of a tenant that is there."""
    tenant = Tenant(TENANT, contacts, here.settings.index_prefix)
    with (
        here.client(TENANT) as client,
        closing(reader(here.settings, "crm", TENANT)) as postgres,
        closing(blocking_client(here.settings)) as elasticsearch,
    ):
        here.until("documents are there", lambda: client.get("/crm/contacts?q=example&limit=1").json()["items"])
        asked = questions(tenant, client)
        with _handler(here, asked, turns) as port:
            for question in asked:
                yield from _of(question, _Sides(here, Servers(postgres, elasticsearch), port), turns)


@contextmanager
def _handler(here: Platform, asked: Sequence[Question], turns: int) -> Generator[int]:
    """A process that answers what is asked bare, by its port."""
    file, port = here.settings.data / "asked", free_port()
    numbers = range(turns * SIDES * ASKINGS)
    keep(TENANT, {_name(each, number): each.of(number).bare for each in asked for number in numbers}, file)
    command = [sys.executable, "-m", "tests.bench.bare_http", str(port), str(file)]
    process = subprocess.Popen(command, env={**os.environ, **here.environment})
    try:
        here.until("the bare handler answers", lambda: _listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _name(question: Question, number: int) -> str:
    return f"{question.name.replace(' ', '-')}-{number}"


def _listens(port: int) -> bool:
    try:
        with closing(Line(port)):
            return True
    except ConnectionRefusedError:
        return False


def _of(question: Question, sides: _Sides, turns: int) -> Sequence[Result]:
    _same(question, sides.here, sides.servers)
    ways: dict[str, Callable[[range], list[float]]] = {
        "ours": lambda numbers: _ours(question, numbers, sides.here),
        BARE: lambda numbers: _bare(question, numbers, sides.servers),
        HANDLER: lambda numbers: _behind(question, numbers, sides.handler),
    }
    found: dict[str, list[list[float]]] = {name: [] for name in ways}
    for turn, forward in enumerate(alternating(turns)):
        begins = {name: (turn * SIDES + side) * ASKINGS for side, name in enumerate(ways)}
        for name in ways if forward else reversed(ways):
            found[name].append(ways[name](range(begins[name], begins[name] + ASKINGS)))
    slowest = {name: [_p99(each) for each in times] for name, times in found.items()}
    middle = {name: [statistics.median(each) for each in times] for name, times in found.items()}
    told = "; ".join(f"{name} {_told(slowest[name])}, p50 {_told(middle[name])}" for name in ways)
    print(f"  {question.name}: p99 {told} ms", flush=True)
    goals = [Goal("at most", 1.5, BARE)] if question.bounded else []
    return [_result(question, "p50", middle, []), _result(question, "p99", slowest, goals)]


def _result(question: Question, of: str, numbers: dict[str, list[float]], goals: Sequence[Goal]) -> Result:
    ours = Side("Nexus360", "ours", question.how, numbers["ours"])
    limits = [
        Side(BARE, "limit", question.without, numbers[BARE]),
        Side(HANDLER, "limit", _BEHIND, numbers[HANDLER]),
    ]
    return Result(f"{question.name}, {of}", "ms", "less", ours, limits, goals, BOUND)


def _same(question: Question, here: Platform, servers: Servers) -> None:
    """Both sides give the same rows in the same order; also finds cold caches."""
    key = here.key(TENANT)
    asked = [question.of(number) for number in range(0, 3 * ASKINGS, ASKINGS // 4)]
    with closing(Line(here.settings.gateway_port)) as line:
        answers = [[line.ask(request("GET", path, key)) for path in each.paths] for each in asked]
    for each, answered in zip(asked, answers, strict=True):
        wanted = [servers.ask(bare) for bare in each.bare]
        found = [ids for answer in answered for ids in ids_of(answer)]
        assert not each.ordered or found == wanted, f"{each.paths} give {found}, and asked bare {wanted}"


def _ours(question: Question, numbers: range, here: Platform) -> list[float]:
    """ms of each asking."""
    key = here.key(TENANT)
    asked = [[request("GET", path, key) for path in question.of(number).paths] for number in numbers]
    with closing(Line(here.settings.gateway_port)) as line:
        return _timed([lambda each=each: [line.ask(one) for one in each] for each in asked])


def _bare(question: Question, numbers: range, servers: Servers) -> list[float]:
    asked = [question.of(number).bare for number in numbers]
    return _timed([lambda each=each: [servers.ask(one) for one in each] for each in asked])


def _behind(question: Question, numbers: range, port: int) -> list[float]:
    asked = [
        [request("GET", f"/{_name(question, number)}/{part}", "") for part, _ in enumerate(question.of(number).bare)]
        for number in numbers
    ]
    with closing(Line(port)) as line:
        line.ask(asked[0][0])  # the first finds a connection that is new
        return _timed([lambda each=each: [line.ask(one) for one in each] for each in asked])


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
    command = f"python -m tests.bench.bench_crm {contacts}"
    written("benchmarks-crm", command, lambda: measured(contacts, min(contacts // 2, 20_000), TURNS))


def written(name: str, command: str, results_of: Callable[[], Iterator[Result]]) -> None:
    """Writes the document of this name from results as they come. However it ends, also by SIGTERM, it has what was
    measured until then."""
    about, began = machine(command), time.monotonic()
    results, missing = list[Result](), list[str]()
    signal.signal(signal.SIGTERM, _end)
    try:
        for result in results_of():
            results.append(result)
    except (pytest.fail.Exception, Exception, SystemExit) as error:
        traceback.print_exc()
        missing.append(f"What comes after could not be measured: {type(error).__name__}: {error}"[:300])
    publish(name, results, about, time.monotonic() - began, missing)
    print("\n".join([*table(results), *missing]))


def _end(_: int, __: object) -> NoReturn:
    """Leaves every block on the way out, which a signal does not by itself."""
    raise SystemExit(143)


if __name__ == "__main__":
    main(int(sys.argv[1]))
