"""Runs every benchmark on the running stack, prints a table and writes docs/benchmarks.md.

python -m tests.bench [name …]    with names: those alone, and nothing is written

When one cannot be measured, a sentence says why, and nothing is written. However it ends, also by SIGTERM,
what was started is ended and what was made is dropped.
"""

import importlib
import pkgutil
import signal
import sys
import time
from typing import NoReturn

import pytest

from infra.settings import ROOT
from tests import bench
from tests.bench.document import document, machine
from tests.bench.result import Benchmark, Result, row

TURNS = 5


def main(names: list[str]) -> int:
    benchmarks = found()
    if unknown := set(names) - set(benchmarks):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(benchmarks)}.")
        return 2
    signal.signal(signal.SIGTERM, _end)
    about, began, results = machine(), time.monotonic(), list[Result]()
    for name in names or benchmarks:
        print(name, flush=True)
        try:
            results += benchmarks[name].measure(TURNS)
        except (pytest.fail.Exception, AssertionError, RuntimeError, OSError) as error:
            print(f"{name} could not be measured: {error}", file=sys.stderr)
            return 1
    print()
    for result in results:
        print(" | ".join(row(result)))
    if not names:
        text = document(results, about, time.monotonic() - began)
        (ROOT / "docs" / "benchmarks.md").write_text(text)
    return 0


def _end(_: int, __: object) -> NoReturn:
    """Leaves every block on the way out, which a signal does not by itself."""
    raise SystemExit(143)


def found() -> dict[str, Benchmark]:
    """Every `BENCHMARK` of the modules here, by its name."""
    modules = (
        importlib.import_module(f"{bench.__name__}.{each.name}")
        for each in pkgutil.iter_modules(bench.__path__)
        if each.name.startswith("bench_")
    )
    made = [module.BENCHMARK for module in modules]
    return {each.name: each for each in made}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
