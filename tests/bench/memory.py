"""Resident memory of the processes of a platform, as the kernel tells it."""

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.platform import Platform

EVERY = 0.5
"""Seconds between two looks."""
Samples = dict[str, list[tuple[float, float]]]
"""For each process its (seconds since the first look, MiB)."""


def resident(pid: int) -> float:
    """MiB."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def watched(here: Platform, every: float = EVERY) -> Generator[Samples]:
    """Looks at every process for as long as the block lasts, every so many seconds."""
    samples: Samples = {part: [] for part in here.processes}
    over = threading.Event()
    began = time.monotonic()

    def look() -> None:
        while not over.wait(every):
            for part, process in here.processes.items():
                samples[part].append((time.monotonic() - began, resident(process.pid)))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()


def between(samples: Sequence[tuple[float, float]], since: float, until: float) -> list[float]:
    """What was seen between two moments."""
    return [value for at, value in samples if since <= at < until]
