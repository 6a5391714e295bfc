"""Files of a whole tenant, out and in: how much the process that writes or reads one grows after its first tenth.

What comes in is a file that was put together from several: most lines are UTF-8, every tenth is in Windows' Western
letters.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.bench import memory
from tests.bench.result import Result, against_limit
from tests.bench.sales import name_of
from tests.e2e.importing import ended, start
from tests.platform import Platform

LOOK = 0.02
SLOWEST = 100.0
"""Rows a second of an import below which something is wrong."""
FLAT = 1.2
"""Times what a process had after a tenth of a file, at most."""
_MAPPING = {"key": "Key", "name": "Name", "email": "Email", "job_title": "Title"}
_BOUND = {
    "out": "what a batch of rows and the file's own buffers take: a Parquet file holds 50,000 rows of a group at once.",
    "in": "commands on their way, of which there are a thousand, and keys of persons, of which so many are kept.",
}


def results(here: Platform, tenant: str, contacts: int, rows: int) -> Iterator[Result]:
    """Of each format out, and of an import of so many rows."""
    with here.client(tenant) as client:
        client.timeout = 1800

        def fetched(path: str) -> Callable[[], int]:
            def run() -> int:
                with client.stream("GET", path) as answer:
                    answer.raise_for_status()
                    return sum(len(chunk) for chunk in answer.iter_raw(1 << 20))

            return run

        def imported() -> int:
            id = start(client, "crm.contact", _mixed(rows), _MAPPING)
            found: dict[str, Any] = ended(here, client, id, max(1800.0, rows / SLOWEST))
            told = (found["status"], found["created"], found["rejected"], found["warnings"])
            assert told == ("COMPLETED", rows, 0, rows // 10), f"The import came to {told}."
            return rows

        fetched("/crm/products?format=csv")()  # what writes files is loaded by the first
        deals = contacts // 2
        yield _flat(here, "gateway", f"export of {contacts:,} contacts as CSV", fetched("/crm/contacts?format=csv"))
        yield _flat(here, "gateway", f"export of {deals:,} deals as XLSX", fetched("/crm/deals?format=xlsx"))
        yield _flat(here, "gateway", f"export of {deals:,} deals as Parquet", fetched("/crm/deals?format=parquet"))
        yield _flat(here, "importer", f"import of {rows:,} contacts in two encodings", imported)


def _flat(here: Platform, part: str, name: str, work: Callable[[], int]) -> Result:
    with memory.watched(here, LOOK) as samples:
        began = time.monotonic()
        work()
        seconds = time.monotonic() - began
    seen = samples[part]
    early, late = (_highest(seen, seconds * since, seconds * until) for since, until in ((0.1, 0.2), (0.9, 1.0)))
    print(f"  {name}: {seconds:.1f} s, {early:.0f} MiB and {late:.0f} MiB", flush=True)
    return against_limit(
        f"{name}, memory of the {part}",
        "MiB",
        (f"resident at its end, after {seconds:.0f} s", [late]),
        ("after a tenth of it", "resident then", [early]),
        ("at most", FLAT),
        _BOUND["in" if part == "importer" else "out"],
    )


def _highest(samples: Sequence[tuple[float, float]], since: float, until: float) -> float:
    """The most between two moments, or what was seen last before them."""
    return max(memory.between(samples, since, until) or [value for at, value in samples if at < until][-1:])


def _mixed(rows: int) -> bytes:
    return b"".join(_lines(rows))


def _lines(rows: int) -> Iterator[bytes]:
    yield b"Key,Name,Email,Title\r\n"
    for number in range(rows):
        other = number % 10 == 0
        name = f"Zo\u00eb M\u00fcller {number}" if other else name_of(2 * 10**7 + number)
        line = f"new-{number},{name},new.{number}@example.org,Buyer\r\n"
        yield line.encode("cp1252" if other else "utf-8")
