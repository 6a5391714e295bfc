"""Writes docs/benchmarks.md and its like: what was measured, on what, and what came of it."""

import os
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from infra.settings import ROOT, Settings
from infra.stack.stack import status
from tests.bench import chart
from tests.bench.result import Result, spread

_HEADINGS = ("work", "who", "measured", "ours ÷ it", "goal")
_LIBRARIES = ("confluent-kafka", "faust-streaming", "fastapi", "uvicorn", "sqlalchemy", "psycopg")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when it was measured, and by which command. `load` is the load average of the five minutes before."""

    date: str
    command: str
    cores: int
    memory_gib: float
    processor: str
    load: float
    versions: Sequence[str]


def machine(command: str) -> Machine:
    """This machine, before anything is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{each.part} {each.version}" for each in status(Settings()) if each.version]
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    versions = [f"Python {platform.python_version()}", *parts, *libraries]
    cores = os.cpu_count() or 1
    return Machine(time.strftime("%Y-%m-%d"), command, cores, memory, _processor(), os.getloadavg()[1], versions)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def publish(name: str, results: Sequence[Result], about: Machine, seconds: float, missing: Sequence[str]) -> None:
    """Writes the document of this name and its charts, in place of those of the run before."""
    (ROOT / "docs" / f"{name}.md").write_text(document(results, about, seconds, name, missing))
    chart.draw(results, ROOT / "docs" / name)


def document(results: Sequence[Result], about: Machine, seconds: float, charts: str, missing: Sequence[str]) -> str:
    """The whole file, in Markdown, with its charts in the folder of this name beside it."""
    return "\n".join([*_head(about, seconds), *table(results), *_missing(missing), *_details(results, charts)])


def _head(about: Machine, seconds: float) -> list[str]:
    return [
        "# Benchmarks",
        "",
        f"Written by `{about.command}`; do not edit by hand. Ours, peers and limits were",
        "measured in the same run, in turns, because the machine's speed changes while it is measured and other work",
        "may run beside. A number is told as `median (least to most)` of its turns, a ratio as the median of the",
        "turns' ratios with their least and most. A limit is what the same machine does at that moment without the",
        "platform.",
        "",
        f"Measured on {about.date}, in {seconds / 60:.0f} minutes, on {about.cores} cores ({about.processor}) with",
        f"{about.memory_gib:.0f} GiB of memory. Servers, platform, peers and load generator share them; the load",
        f"average of the five minutes before was {about.load:.1f}, so that the absolute numbers mean little.",
        "",
        f"{', '.join(about.versions)}.",
        "",
    ]


def table(results: Sequence[Result]) -> list[str]:
    """Every side of every result in one table, in Markdown."""
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *(line for result in results for line in rows(result))]
    return [f"| {' | '.join(line)} |" for line in lines]


def rows(result: Result) -> Iterator[tuple[str, ...]]:
    """Ours first, with the goals; below it who it is compared with."""
    yield f"**{result.name}**", "**ours**", spread(result.ours.turns, result.unit), "", "; ".join(_goals(result))
    for each in sorted(result.others, key=lambda side: (side.kind == "limit", side.name)):
        yield "", f"{each.kind}: {each.name}", spread(each.turns, result.unit), spread(result.ratios(each)), ""


def _goals(result: Result) -> Iterator[str]:
    words = {True: "met", False: "**not met**", None: "not measured"}
    for goal in result.goals:
        yield f"{goal}: {words[result.met(goal)]}"


def _missing(sentences: Sequence[str]) -> list[str]:
    return ["", "Missing from this run:", "", *(f"- {each}" for each in sentences)] if sentences else []


def _details(results: Sequence[Result], charts: str) -> list[str]:
    lines: list[str] = []
    for result in results:
        lines += ["", f"## {result.name[:1].upper()}{result.name[1:]}", ""]
        lines += [f"![{result.name}]({charts}/{chart.file_name(result)})", ""]
        lines += [f"- {side.name}: {side.how}." for side in (result.ours, *result.others)]
        lines += [f"- What bounds it: {result.bound}"]
    return [*lines, ""]
