"""Runs the benchmarks on the running stack, prints a table and writes docs/benchmarks.md with a chart for each.

python -m tests.bench [--suite bench | bench-apps | bench-long | bench-apps-long] [name …]

With names: those alone, and nothing is written. Each suite writes a document of its own: docs/benchmarks.md, -apps.md,
-long.md, -apps-long.md. A benchmark that cannot be measured is
tried once more after the others, and then told with the reason. However it ends, also by SIGTERM, what was started is
ended, what was made is dropped, and the document has what was measured until then.
"""

import argparse
import importlib
import pkgutil
import signal
import sys
import time
import traceback
from collections import deque
from typing import NoReturn, get_args

import pytest

from tests import bench
from tests.bench.document import machine, publish, table
from tests.bench.result import Benchmark, Result, Suite

TURNS = 3


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--suite", choices=get_args(Suite), default="bench")
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args(arguments)
    suite, names = str(asked.suite), list[str](asked.names)
    benchmarks = {name: each for name, each in found().items() if names or each.suite == suite}
    if unknown := set(names) - set(benchmarks):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(benchmarks)}.")
        return 2
    signal.signal(signal.SIGTERM, _end)
    about, began, results = machine(f"make {suite}"), time.monotonic(), list[Result]()
    missing: list[str] = []
    failed: set[str] = set()
    wanted = deque(names or benchmarks)
    while wanted:
        name = wanted.popleft()
        print(f"{name}, after {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
        try:
            results += benchmarks[name].measure(TURNS)
        except (pytest.fail.Exception, Exception) as error:
            traceback.print_exc()
            if name in failed:
                missing.append(f"{name} could not be measured: {type(error).__name__}: {error}"[:300])
            else:
                failed.add(name)
                wanted.append(name)
        if not names:
            told = [*missing, *map(_unreached, wanted)]
            publish(suite.replace("bench", "benchmarks"), results, about, time.monotonic() - began, told)
    print()
    print("\n".join([*table(results), *missing]))
    return 1 if missing else 0


def _unreached(name: str) -> str:
    return f"{name} was not reached before the run was stopped."


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
    return {each.name: each for each in sorted(made, key=lambda each: each.minutes)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
