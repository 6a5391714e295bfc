"""What became of each row, in files of JSON lines in the blob store, and the reports that people get from them."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import msgspec

from infra.blobs import Blobs
from streams.importer.problems import Problem

_BLOCK = 1 << 16


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record of one row. `record` is domain/aggregate/id; versions are the record's before and after.

    A refused row has `outcome` rejected, its problem and its own `row` of cells.
    """

    line: int
    outcome: str
    record: str = ""
    before: int = 0
    after: int = 0
    code: str = ""
    reason: str = ""
    field: str | None = None
    row: tuple[str, ...] = ()


def refused(line: int, problem: Problem, row: Sequence[str]) -> Result:
    """The result of a row that is no record."""
    return Result(line, "rejected", code=problem.code, reason=problem.reason, field=problem.field, row=tuple(row))


def keep(blobs: Blobs, tenant: str, results: Iterable[Result]) -> str:
    """Writes a result file and gives its hash."""
    encode = msgspec.json.Encoder().encode
    return blobs.put(tenant, (encode(result) + b"\n" for result in results)).hash


def kept(blobs: Blobs, tenant: str, hash: str) -> Iterator[Result]:
    """The results of a file, in order."""
    decode = msgspec.json.Decoder(Result).decode
    with blobs.open(tenant, hash) as file:
        for line in file:
            yield decode(line)


def error_report(blobs: Blobs, tenant: str, hashes: Sequence[str], header: Sequence[str]) -> str:
    """Writes the report on refused rows, a CSV file with the rows' own columns, and gives its hash."""
    refused = (r for hash in hashes for r in kept(blobs, tenant, hash) if r.outcome == "rejected")
    rows = ([str(r.line), r.field or "", r.code, r.reason, *r.row] for r in refused)
    return write_csv(blobs, tenant, ("line", "field", "code", "reason", *header), rows)


def write_csv(blobs: Blobs, tenant: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Writes a CSV file into the blob store and gives its hash."""
    with tempfile.TemporaryFile() as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
        text.flush()
        file.seek(0)
        hash = blobs.put(tenant, _blocks(file)).hash
        text.detach()
        return hash


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
