"""The same in one tenant of a million contacts and half a million deals."""

from collections.abc import Sequence

from tests.bench.bench_crm import measured
from tests.bench.result import Benchmark, Result

CONTACTS = 1_000_000
IMPORTED = 500_000


def measure(turns: int) -> Sequence[Result]:
    return list(measured(CONTACTS, IMPORTED, turns))


BENCHMARK = Benchmark("crm_million", measure, "bench-long", minutes=60)
