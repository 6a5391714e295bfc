"""Writes docs/benchmarks.md: what was measured, on what, and what came of it."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from infra.settings import Settings
from infra.stack.stack import status
from tests.bench.result import Result, row

_HEADINGS = ("", "ours", "limit", "ratio", "goal", "")
_LIBRARIES = ("confluent-kafka", "faust-streaming", "fastapi", "uvicorn", "sqlalchemy", "psycopg")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when it was measured. `load` is the load average of the five minutes before."""

    date: str
    cores: int
    memory_gib: float
    processor: str
    load: float
    versions: Sequence[str]


def machine() -> Machine:
    """This machine, before anything is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{each.part} {each.version}" for each in status(Settings()) if each.version]
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    versions = [f"Python {platform.python_version()}", *parts, *libraries]
    cores = os.cpu_count() or 1
    return Machine(time.strftime("%Y-%m-%d"), cores, memory, _processor(), os.getloadavg()[1], versions)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def document(results: Sequence[Result], about: Machine, seconds: float) -> str:
    """The whole file, in Markdown."""
    return "\n".join([*_head(about, seconds), *_table(results), *_details(results)])


def _head(about: Machine, seconds: float) -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Written by `make bench` (`python -m tests.bench`) on a running stack; do not edit by hand. Each number is a",
        "ratio to a limit that was measured in the same run: what the same machine does at the same moment without",
        "this platform. The two sides take turns, because the machine's speed changes while it is measured and other",
        "work may run beside. A side is told as `median (least to most)` of its turns, a ratio as the median of the",
        "turns' ratios with their least and most.",
        "",
        f"Measured on {about.date}, in {seconds / 60:.0f} minutes, on {about.cores} cores ({about.processor}) with",
        f"{about.memory_gib:.0f} GiB of memory. Servers, platform and load generator share them; the load average of",
        f"the five minutes before was {about.load:.1f}, so that the absolute numbers mean little.",
        "",
        f"{', '.join(about.versions)}.",
        "",
    ]


def _table(results: Sequence[Result]) -> list[str]:
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *map(row, results)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _details(results: Sequence[Result]) -> list[str]:
    lines: list[str] = []
    for result in results:
        ratios = ", ".join(f"{ratio:.2f}" for ratio in result.ratios)
        lines += ["", f"## {result.name[:1].upper()}{result.name[1:]}", ""]
        lines += [f"- Ours: {result.ours}.", f"- Limit: {result.limit}.", f"- Ratios of the turns: {ratios}."]
        lines += [f"- What bounds it: {result.bound}"]
    return [*lines, ""]
