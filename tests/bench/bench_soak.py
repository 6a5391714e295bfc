"""Ten minutes of four queries to each command at half of what the platform can do: its memory must not grow.

python -m tests.bench.bench_soak MINUTES    so many minutes instead, once, and nothing is written
"""

import statistics
import sys
from collections.abc import Sequence

from tests.bench import memory
from tests.bench.bench_http import PARTS, find_knee
from tests.bench.document import table
from tests.bench.offered import MIXED, fill, mixed, offer, percentile
from tests.bench.result import Benchmark, Result, against_limit
from tests.platform import platform

MINUTES = 10.0
EARLY = (0.2, 0.4)
LATE = (0.8, 1.0)
"""Parts of the time that are compared; of ten minutes the third and fourth, and the last two."""
BOUND = (
    "what a process keeps on purpose: caches with a bound, and the processor's states of the aggregates that were "
    "touched."
)


def measure(_: int, minutes: float = MINUTES) -> Sequence[Result]:
    """One turn, whatever is asked for: it is long enough."""
    with platform(*PARTS, rate_limit=1_000_000, log_level="WARNING") as here:
        fill(here)
        offering = offer(here, mixed)
        offering(50, 4.0)
        rate = max(1, round(find_knee(offering, 50) / 2))
        seconds = 60 * minutes
        with memory.watched(here) as samples:
            answers = offering(rate, seconds)
        done = 100 * sum(each.done for each in answers) / len(answers)
        print(f"  {rate}/s, p99 {percentile(answers, 99):.0f} ms, {done:.1f}% done", flush=True)
        return [_result(part, rate, minutes, *_compared(samples[part], seconds)) for part in PARTS]


def _compared(samples: Sequence[tuple[float, float]], seconds: float) -> tuple[float, float]:
    early, late = (
        statistics.median(memory.between(samples, since * seconds, until * seconds)) for since, until in (EARLY, LATE)
    )
    return early, late


def _result(part: str, rate: int, minutes: float, early: float, late: float) -> Result:
    return against_limit(
        f"memory of the {part} after {minutes:g} minutes of load",
        "MiB",
        (f"resident in the last fifth, {rate} requests a second, half of the knee; {MIXED}", [late]),
        ("early on", "resident in the second fifth", [early]),
        ("at most", 1.1),
        BOUND,
    )


BENCHMARK = Benchmark("soak", measure, "bench-long", minutes=13)

if __name__ == "__main__":
    print("\n".join(table(measure(1, float(sys.argv[1])))))
