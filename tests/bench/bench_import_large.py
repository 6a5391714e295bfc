"""The import of half a million contacts in two encodings over HTTP: whether anything grows with the file.

    python -m tests.bench import_large              half an hour on two cores, by what 10,000 rows take
    python -m tests.bench.bench_import_large ROWS   of so many rows

The file is put together from several, as people do it: most lines are UTF-8, every tenth is in Windows' Western
letters, and every thousandth has an address that is none. It has columns that nobody maps, as exports have, and 94 MiB.
It is sent from disk, imported on a platform with every part running, and counted.

Memory is that of each process, as the kernel tells it, at the end of the import beside that after a tenth of it; of the
gateway also while the file is sent, beside that before.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx

from tests.bench import memory
from tests.bench.document import table
from tests.bench.result import Benchmark, Result, against_limit
from tests.bench.sales import name_of
from tests.bench.sales_files import FLAT, SLOWEST
from tests.e2e.importing import ended, send
from tests.platform import Platform, platform

ROWS = 500_000
EVERY = 0.1
WATCHED = ("gateway", "importer")
OTHER, WRONG = 10, 1000
"""Of so many lines one is in other letters, and one has an address that is none."""
MAPPING = {"key": "Key", "name": "Name", "email": "Email", "phone": "Phone", "job_title": "Title"}
BOUND = (
    "commands on their way, of which there are a thousand, keys of persons, of which so many are kept, and a megabyte "
    "of the file at a time. What became of rows is kept in files on disk, a thousand rows at a time."
)


def measure(turns: int) -> Sequence[Result]:
    return measured(ROWS)


BENCHMARK = Benchmark("import_large", measure, "bench-apps-long", minutes=40)


def measured(rows: int) -> list[Result]:
    with (
        TemporaryDirectory() as folder,
        platform(partitions=6, rate_limit=1_000_000, log_level="WARNING") as here,
        here.client(f"bench-{uuid4().hex[:8]}") as client,
    ):
        path = Path(folder) / "contacts.csv"
        size = _written(path, rows)
        client.timeout = 600
        small = _uploaded(client, b"Key,Name\r\n0,Somebody\r\n")  # what takes files is loaded by the first
        assert small
        with memory.watched(here, EVERY) as samples:
            began = time.monotonic()
            time.sleep(1)  # how it is before
            sent_at = time.monotonic() - began
            file = _uploaded(client, path.open("rb"))
            sent = time.monotonic() - began
            row = _imported(here, client, file, rows)
            over = time.monotonic() - began
        _told(row, rows)
        print(f"  {size / 2**20:.0f} MiB sent in {sent - sent_at:.1f} s, imported in {over - sent:.0f} s", flush=True)
        print(f"  {rows / (over - sent):,.0f} rows a second", flush=True)
        return list(_results(samples, rows, sent_at, sent, over))


def _results(samples: memory.Samples, rows: int, begun: float, sent: float, over: float) -> Iterator[Result]:
    seen = samples["gateway"]
    yield _flat(f"upload of {rows:,} contacts, memory of the gateway", seen, (0.0, begun), (begun, sent), "before it")
    tenth = (over - sent) / 10
    early, late = (sent + tenth, sent + 2 * tenth), (over - tenth, over)
    for part in WATCHED:
        name = f"import of {rows:,} contacts in two encodings, memory of the {part}"
        yield _flat(name, samples[part], early, late, "after a tenth of it")


def _flat(
    name: str,
    seen: Sequence[tuple[float, float]],
    early: tuple[float, float],
    late: tuple[float, float],
    when: str,
) -> Result:
    before, after = (max(memory.between(seen, *span)) for span in (early, late))
    print(f"  {name}: {before:.0f} MiB and {after:.0f} MiB", flush=True)
    limit = (when, "the most of the same process then", [before])
    return against_limit(name, "MiB", ("the most at its end", [after]), limit, ("at most", FLAT), BOUND)


def _uploaded(client: httpx.Client, content: Any) -> str:
    answer = client.post("/integration/files", content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()["file"]


def _imported(here: Platform, client: httpx.Client, file: str, rows: int) -> dict[str, Any]:
    body = {"target": "crm.contact", "file": file, "file_name": "contacts.csv", "mapping": MAPPING}
    id = send(client, "/integration/imports", body)["id"]
    return ended(here, client, id, max(600.0, rows / SLOWEST))


def _told(row: dict[str, Any], rows: int) -> None:
    """Every row counts once, and those that were guessed or refused are told."""
    wrong = -(-rows // WRONG)
    found = (row["status"], row["rows"], row["created"], row["rejected"], row["warnings"])
    expected = ("COMPLETED", rows, rows - wrong, wrong, -(-rows // OTHER))
    assert found == expected, f"The import came to {found} and not to {expected}; look at its errors."


def _written(path: Path, rows: int) -> int:
    """How many bytes there are."""
    with path.open("wb") as file:
        file.write(b"Key,Name,Email,Phone,Title,City,Created,Notes\r\n")
        for number in range(rows):
            file.write(_line(number))
        return file.tell()


def _line(number: int) -> bytes:
    other = number % OTHER == 0
    name = f"Zo\u00eb M\u00fcller {number}" if other else f"{name_of(number)} {number}"
    email = f"nobody {number}" if number % WRONG == 0 else f"somebody.{number}@customers.example.org"
    city = "Z\u00fcrich" if other else "\u0141\u00f3d\u017a"
    said = (
        f"Met in hall {number % 30}; would like an offer for {number % 500} seats, and a call in spring at the latest"
    )
    day = f"2026-03-{number % 28 + 1:02}"
    cells = f'new-{number},{name},{email},+44207{number % 10**7:07},Buyer,{city},{day},"{said}"'
    return f"{cells}\r\n".encode("cp1252" if other else "utf-8")


if __name__ == "__main__":
    print("\n".join(table(measured(int(sys.argv[1]) if sys.argv[1:] else ROWS))))
