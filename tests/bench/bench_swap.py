"""A rebuild of the CRM's read models from a million events, which swaps while questions are asked at a constant rate.

    python -m tests.bench.bench_swap [events] [questions a second]

The log is written in bulk and the read models are built from it once with nobody asking, by the same command: the
limit. Then gateway and projector run, and questions come before, during and after `nexus360 rebuild crm`.
"""

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from infra.settings import ROOT
from tests.bench.document import table
from tests.bench.preload import LIFE, fill
from tests.bench.questions import Asked, questions
from tests.bench.result import Benchmark, Goal, Result, Side
from tests.platform import Platform, kept, platform

EVENTS = 1_000_000
RATE = 20.0
BEFORE = 30.0
AFTER = 5.0
"""Seconds of questions before a rebuild begins and after it ended."""
PARTITIONS = 6
TENANT = "swap"
BOUND = (
    "the CPU: builders, the live projector, the gateway, Postgres and Elasticsearch share the cores; builders give way "
    "to the others (nice 5), the server processes of Postgres that work for them do not."
)
_BUILT = re.compile(r"(?:the end of the log is reached: [\d,]+ offsets|its indexes are made,) in ([\d,.]+) s")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Events a second, and when it began and ended (`time.perf_counter()`)."""

    rate: float
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Swapped:
    alone: Rebuilt
    asked: Rebuilt
    before: Sequence[Asked]
    during: Sequence[Asked]


def measure(_: int) -> Sequence[Result]:
    """One turn, which takes many minutes."""
    return results(swapped(EVENTS, RATE))


BENCHMARK = Benchmark("swap", measure, "bench-long", minutes=7)


def swapped(events: int, rate: float) -> Swapped:
    with platform("processor crm", partitions=PARTITIONS, rate_limit=1_000_000, log_level="WARNING") as here:
        began = time.perf_counter()
        there = fill(here.settings, TENANT, events)
        print(f"  {there:,} events written in {time.perf_counter() - began:.0f} s", flush=True)
        alone = rebuilt(here, there)
        for part in ("projector crm", "gateway"):
            here.start(part)
        here.wait_ready()
        with here.client(TENANT) as client:
            here.until("documents are there", lambda: client.get("/crm/deals?q=number&limit=1").json()["items"])
        with kept(here), questions(here, TENANT, there // LIFE, rate) as load:
            first = time.perf_counter()
            time.sleep(BEFORE)
            asked = rebuilt(here, there)
            time.sleep(AFTER)
        return Swapped(alone, asked, load.between(first, asked.began), load.between(asked.began, asked.ended + AFTER))


def rebuilt(here: Platform, events: int) -> Rebuilt:
    """`nexus360 rebuild crm`, to the swap and until workers have come over. The rate is of folding and of indexes."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "nexus360.py"), "rebuild", "crm"],
        env={**os.environ, **here.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    ended = time.perf_counter()
    told = [float(seconds.replace(",", "")) for seconds in _BUILT.findall(done.stdout)]
    if done.returncode != 0 or not told:
        raise RuntimeError(f"The rebuild ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}")
    print(f"  rebuilt and swapped in {ended - began:.0f} s, folded and with indexes in {sum(told):.0f} s", flush=True)
    return Rebuilt(events / sum(told), began, ended)


def results(found: Swapped) -> list[Result]:
    seconds = found.asked.ended - found.asked.began
    wrong = [each.wrong for each in found.during if each.wrong is not None]
    for each in wrong[:5]:
        print(f"  {each}", flush=True)
    load = f"{len(found.during) / (seconds + AFTER):.0f} questions a second are answered meanwhile"
    return [
        Result(
            name="a rebuild while questions are asked",
            unit="events/s",
            better="more",
            ours=Side("Nexus360", "ours", f"`nexus360 rebuild crm`, {load}", [found.asked.rate]),
            others=[Side("the same with nobody asking", "limit", "and no projector at work", [found.alone.rate])],
            goals=[Goal("at least", 0.5, "the same with nobody asking")],
            bound=BOUND,
        ),
        Result(
            name="requests that failed while read models were built and swapped",
            unit="requests",
            better="less",
            ours=Side("Nexus360", "ours", "no answer, another than 2xx, or an own write not seen", [len(wrong)]),
            others=[Side("all", "limit", "asked in that time", [len(found.during)])],
            goals=[Goal("at most", 0, "all")],
            bound=BOUND,
        ),
        Result(
            name="the slowest in a hundred while read models are built and swapped",
            unit="ms",
            better="less",
            ours=Side("Nexus360", "ours", "from when a question was due to its answer", [slowest(found.during)]),
            others=[
                Side("before the rebuild", "limit", f"the same questions for {BEFORE:.0f} s", [slowest(found.before)])
            ],
            goals=[Goal("at most", 10, "before the rebuild")],
            bound=BOUND,
        ),
    ]


def slowest(asked: Sequence[Asked]) -> float:
    """The 99th of a hundred, in ms."""
    return 1000 * statistics.quantiles((each.seconds for each in asked), n=100)[98]


if __name__ == "__main__":
    given = (*sys.argv[1:], *(str(EVENTS), str(RATE))[len(sys.argv) - 1 :])
    print("\n".join(table(results(swapped(int(given[0]), float(given[1]))))))
