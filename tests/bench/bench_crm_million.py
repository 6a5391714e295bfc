"""The same in one tenant of a million contacts and half a million deals.

    python -m tests.bench.bench_crm_million [CONTACTS]    the questions alone, of a tenant that is loaded rather than
                                                          built from a log, half an hour; writes its own document

As one of the long benchmarks it takes an hour: the log is written, the read models are built from it, and files of the
whole tenant go out and in.
"""

import sys
import time
from collections.abc import Iterator, Sequence

from tests.bench.bench_crm import PARTITIONS, TENANT, answers, measured, written
from tests.bench.loaded import load
from tests.bench.result import Benchmark, Result
from tests.platform import platform

CONTACTS = 1_000_000
IMPORTED = 500_000
TURNS = 9
"""By three, rows stood now above 1.5 and now below it."""


def measure(turns: int) -> Sequence[Result]:
    return list(measured(CONTACTS, IMPORTED, turns))


BENCHMARK = Benchmark("crm_million", measure, "bench-apps-long", minutes=60)


def loaded(contacts: int, turns: int) -> Iterator[Result]:
    """The results of the questions, as they come."""
    with platform("gateway", partitions=PARTITIONS, rate_limit=1_000_000, log_level="WARNING") as here:
        began = time.perf_counter()
        load(here.settings, TENANT, contacts, lambda what: _say(what, began))
        yield from answers(here, contacts, turns)


def _say(what: str, began: float) -> None:
    print(f"  {what} after {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    of = int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS
    command = " ".join(["python -m tests.bench.bench_crm_million", *sys.argv[1:]])
    written("benchmarks-crm-million", command, lambda: loaded(of, TURNS))
